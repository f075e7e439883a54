//! How events that pass are spread: over time, and over the values of fields.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use jiff::Timestamp;

use super::{
    Order, Stop,
    walk::{self, Numbers, Page, Walk},
};
use crate::{
    counts::Counts,
    file::{Cell, Pairs},
    lake::{Lake, LakeError},
    query::Query,
};

/// Seconds of a bucket are one of these.
const STEPS: [i64; 20] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800,
];
const MINUTE: i64 = 60;
/// Different values of a field that are counted.
const MOST_VALUES: usize = 20_000;

/// How events are spread over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Where the first bucket begins.
    pub first: Timestamp,
    /// How long a bucket is.
    pub seconds: i64,
    /// Buckets, one behind the other.
    pub buckets: Vec<Bucket>,
    /// Whether all of it was counted: not so when it gave up before.
    pub exact: bool,
}

/// The events of a part of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// All of them.
    pub events: u64,
    /// Those of them whose `event.outcome` is `failure`.
    pub failures: u64,
}

/// How events are spread over the values of fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Events that were looked at, the newest.
    pub examined: u64,
    /// One for each field asked for.
    pub facets: Vec<Facet>,
}

/// Which values are counted, and of how many events.
#[derive(Debug, Clone, Copy)]
pub struct Spread<'a> {
    /// The fields.
    pub fields: &'a [&'a str],
    /// At most so many values of each.
    pub values: usize,
    /// About so many events are looked at, the newest, by whole pages.
    pub events: u64,
}

/// The values of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub name: String,
    /// Events that have it.
    pub filled: u64,
    /// Values and how many events have them, the most first.
    pub values: Vec<(String, u64)>,
}

impl Histogram {
    /// An empty one over this time, of about so many buckets of a round length.
    fn over(from: Timestamp, to: Timestamp, buckets: usize) -> Self {
        let (from, to) = (from.as_second(), to.as_second());
        let most = i64::try_from(buckets.clamp(1, 2_000)).unwrap_or(1);
        let least = (to - from).max(1).div_euclid(most).max(1);
        let seconds = STEPS
            .into_iter()
            .find(|step| *step >= least)
            .unwrap_or_else(|| {
                least
                    .div_euclid(604_800)
                    .saturating_add(1)
                    .saturating_mul(604_800)
            });
        let first = from.div_euclid(seconds) * seconds;
        let count = (to - first)
            .max(1)
            .saturating_add(seconds - 1)
            .div_euclid(seconds);
        let count = usize::try_from(count).unwrap_or(1).min(4_001);
        Self {
            first: Timestamp::from_second(first).unwrap_or(Timestamp::MIN),
            seconds,
            buckets: vec![Bucket::default(); count],
            exact: true,
        }
    }

    fn add(&mut self, second: i64, events: u64, failures: u64) {
        let place = (second - self.first.as_second()).div_euclid(self.seconds);
        let bucket = usize::try_from(place)
            .ok()
            .and_then(|place| self.buckets.get_mut(place));
        if let Some(bucket) = bucket {
            bucket.events += events;
            bucket.failures += failures;
        }
    }

    /// Adds what was counted by minutes, of those that begin in this time.
    fn add_counts(&mut self, counts: &Counts, from: i64, to: i64) {
        for (minute, key, count) in counts.minutes() {
            let second = minute * MINUTE;
            if second >= from && second < to {
                let failures = if key.outcome == "failure" { count } else { 0 };
                self.add(second, count, failures);
            }
        }
    }
}

impl Lake {
    /// Counts the events that pass, by time: about `buckets` parts of a round length. What
    /// asks for everything is answered from the counts of the files, where it is asked by
    /// whole minutes.
    pub fn histogram(
        &self,
        query: &Query,
        from: Timestamp,
        to: Timestamp,
        buckets: usize,
        stop: &Stop,
    ) -> Result<Histogram, LakeError> {
        let mut histogram = Histogram::over(from, to, buckets);
        let (first, end) = (from.as_second(), to.as_second());
        let by_minutes = [first, end, histogram.seconds]
            .iter()
            .all(|second| second.rem_euclid(MINUTE) == 0);
        let _reading = self.inner.reading();
        let walk = Walk {
            query,
            from: Some(from.as_millisecond()),
            to: Some(to.as_millisecond()),
            order: Order::NewestFirst,
            narrows: false,
            columns: &["time", "event.outcome"],
            numbers: Numbers::ALL,
            stop,
        };
        let mut take = |page: Page<'_>| {
            let outcomes = Cell::of(page.batch, "event.outcome");
            let times = walk::times(page.batch);
            for row in page.rows {
                let failed = outcomes.text(*row) == Some("failure");
                let at = times.map_or(0, |column| column.value(*row));
                let second = at.div_euclid(1_000);
                histogram.add(second, 1, u64::from(failed));
            }
            None
        };
        if query.is_everything() && by_minutes {
            let (walked, files) = self.inner.walk_memory(&walk, &mut take)?;
            histogram.exact = !walked.stopped;
            let mut counted = Vec::new();
            for entry in files {
                let (earliest, latest) = entry.times;
                if latest >= first * 1_000 && earliest < end * 1_000 {
                    counted.push(self.inner.counts(&entry)?);
                }
            }
            for counts in counted {
                histogram.add_counts(&counts, first, end);
            }
        } else {
            let walked = self.inner.walk(&walk, &mut take)?;
            histogram.exact = !walked.stopped;
        }
        Ok(histogram)
    }

    /// Counts the values of fields of the newest events that pass.
    pub fn facets(
        &self,
        query: &Query,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        spread: Spread<'_>,
        stop: &Stop,
    ) -> Result<Facets, LakeError> {
        let fields = spread.fields;
        let mut columns = fields.to_vec();
        columns.push("more");
        let walk = Walk {
            query,
            from: from.map(Timestamp::as_millisecond),
            to: to.map(Timestamp::as_millisecond),
            order: Order::NewestFirst,
            narrows: spread.events < u64::MAX,
            columns: &columns,
            numbers: Numbers::ALL,
            stop,
        };
        let mut counting: Vec<Counting> = fields.iter().map(|_| Counting::default()).collect();
        let mut examined = 0;
        let _reading = self.inner.reading();
        self.inner.walk(&walk, &mut |page| {
            for (name, counting) in fields.iter().zip(&mut counting) {
                counting.add(&page, name);
            }
            examined += u64::try_from(page.rows.len()).unwrap_or_default();
            // Enough: nothing before the end of time matters any more.
            (examined >= spread.events).then_some(i64::MAX)
        })?;
        let facets = fields.iter().zip(counting);
        Ok(Facets {
            examined,
            facets: facets
                .map(|(name, counting)| counting.facet(name, spread.values))
                .collect(),
        })
    }
}

#[derive(Default)]
struct Counting {
    filled: u64,
    values: HashMap<String, u64, FixedState>,
}

impl Counting {
    fn add(&mut self, page: &Page<'_>, name: &str) {
        let cell = Cell::of(page.batch, name);
        let pairs = Pairs::of(page.batch);
        let mut written = Vec::new();
        for row in page.rows {
            if let Some(text) = cell.text(*row) {
                self.count(text);
                continue;
            }
            written.clear();
            if cell.write(*row, &mut written).is_some() {
                self.count(&String::from_utf8_lossy(&written));
                continue;
            }
            let pair = pairs.and_then(|pairs| pairs.texts_of(*row, name).next());
            if let Some(text) = pair {
                self.count(text);
            }
        }
    }

    fn count(&mut self, value: &str) {
        self.filled += 1;
        if let Some(count) = self.values.get_mut(value) {
            *count += 1;
        } else if self.values.len() < MOST_VALUES {
            self.values.insert(value.to_owned(), 1);
        }
    }

    fn facet(self, name: &str, most: usize) -> Facet {
        let mut values: Vec<(String, u64)> = self.values.into_iter().collect();
        values.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        values.truncate(most);
        Facet {
            name: name.to_owned(),
            filled: self.filled,
            values,
        }
    }
}
