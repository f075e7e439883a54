//! Counts of events by minute and kind, and by hour and source: what a dashboard asks for,
//! without opening a file of events.

use std::collections::{BTreeMap, HashMap};

use arrow_array::{Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use foldhash::fast::FixedState;

use crate::binary::{Reading, put_bytes, put_number, put_signed};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;
/// The longest that is read, unpacked.
const MOST_BYTES: usize = 256 << 20;

/// What kind of events are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CountKey {
    /// `event.dataset`, empty where there is none.
    pub dataset: String,
    /// `event.action`, empty where there is none.
    pub action: String,
    /// `event.outcome`, empty where there is none.
    pub outcome: String,
    /// `event.severity`, else that of syslog; −1 where there is none.
    pub severity: i64,
}

/// A source and what it sends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceKey {
    /// The source of logs.
    pub source: String,
    /// `event.dataset`, empty where there is none.
    pub dataset: String,
}

/// Counts of the events of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    kinds: Vec<CountKey>,
    minutes: Vec<Count>,
    sources: Vec<SourceKey>,
    hours: Vec<Count>,
}

/// The place of what is counted, when, and how many events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    place: usize,
    at: i64,
    events: u64,
}

impl Counts {
    /// Minute since 1970, kind and events, kind by kind.
    pub fn minutes(&self) -> impl Iterator<Item = (i64, &CountKey, u64)> {
        named(&self.minutes, &self.kinds)
    }

    /// Hour since 1970, source and events, source by source.
    pub fn hours(&self) -> impl Iterator<Item = (i64, &SourceKey, u64)> {
        named(&self.hours, &self.sources)
    }

    /// How many events there are.
    pub fn events(&self) -> u64 {
        self.hours.iter().map(|count| count.events).sum()
    }

    /// What it takes in memory, about.
    pub(crate) fn size(&self) -> usize {
        let counts = self.minutes.len() + self.hours.len();
        counts * size_of::<Count>() + (self.kinds.len() + self.sources.len()) * 160
    }
}

fn named<'a, K>(counts: &'a [Count], keys: &'a [K]) -> impl Iterator<Item = (i64, &'a K, u64)> {
    let each = counts.iter();
    each.filter_map(|count| Some((count.at, keys.get(count.place)?, count.events)))
}

/// One of the two tables as it is counted.
#[derive(Debug)]
struct Table<K> {
    keys: Vec<K>,
    numbers: HashMap<K, u32, FixedState>,
    counts: HashMap<(i64, u32), u64, FixedState>,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            numbers: HashMap::default(),
            counts: HashMap::default(),
        }
    }
}

impl<K: Clone + Eq + std::hash::Hash> Table<K> {
    fn number(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let keys = &mut self.keys;
        *self.numbers.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            next
        })
    }
}

/// Counts the rows of batches.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    minutes: Table<CountKey>,
    hours: Table<SourceKey>,
}

/// A column of texts, where the batch has it.
fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name)?.as_any().downcast_ref()
}

fn text(column: Option<&StringArray>, row: usize) -> &str {
    column
        .filter(|column| column.is_valid(row))
        .map_or("", |column| column.value(row))
}

impl Counting {
    /// Counts the rows of a batch.
    pub(crate) fn add(&mut self, batch: &RecordBatch) {
        let times: Option<&TimestampMillisecondArray> = batch
            .column_by_name("time")
            .and_then(|column| column.as_any().downcast_ref());
        let Some(times) = times else { return };
        let (datasets, actions) = (texts(batch, "event.dataset"), texts(batch, "event.action"));
        let (outcomes, sources) = (texts(batch, "event.outcome"), texts(batch, "source"));
        let integers = |name: &str| -> Option<&Int64Array> {
            batch.column_by_name(name)?.as_any().downcast_ref()
        };
        let severities = [
            integers("event.severity"),
            integers("log.syslog.severity.code"),
        ];
        let mut last: Option<([&str; 3], i64, u32)> = None;
        let mut last_source: Option<([&str; 2], u32)> = None;
        for row in 0..batch.num_rows() {
            let words = [text(datasets, row), text(actions, row), text(outcomes, row)];
            let mut severity = severities
                .iter()
                .flatten()
                .filter(|column| column.is_valid(row));
            let severity = severity.next().map_or(-1, |column| column.value(row));
            // Rows of a kind come together.
            let number = match last {
                Some((same, level, number)) if same == words && level == severity => number,
                _ => self.minutes.number(CountKey {
                    dataset: words[0].to_owned(),
                    action: words[1].to_owned(),
                    outcome: words[2].to_owned(),
                    severity,
                }),
            };
            last = Some((words, severity, number));
            let origin = [text(sources, row), words[0]];
            let source = match last_source {
                Some((same, number)) if same == origin => number,
                _ => self.hours.number(SourceKey {
                    source: origin[0].to_owned(),
                    dataset: origin[1].to_owned(),
                }),
            };
            last_source = Some((origin, source));
            let time = times.value(row);
            *self
                .minutes
                .counts
                .entry((time.div_euclid(MINUTE), number))
                .or_default() += 1;
            *self
                .hours
                .counts
                .entry((time.div_euclid(HOUR), source))
                .or_default() += 1;
        }
    }

    /// Rows by source.
    pub(crate) fn sources(&self) -> BTreeMap<String, u64> {
        let mut sources = BTreeMap::new();
        for ((_, number), count) in &self.hours.counts {
            let place = usize::try_from(*number).unwrap_or(usize::MAX);
            if let Some(key) = self.hours.keys.get(place) {
                *sources.entry(key.source.clone()).or_default() += count;
            }
        }
        sources
    }

    /// The counts as they are written.
    pub(crate) fn finish(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, wide(self.minutes.keys.len()));
        for key in &self.minutes.keys {
            for word in [&key.dataset, &key.action, &key.outcome] {
                put_bytes(&mut bytes, word.as_bytes());
            }
            put_signed(&mut bytes, key.severity);
        }
        put_counts(&mut bytes, &self.minutes.counts);
        put_number(&mut bytes, wide(self.hours.keys.len()));
        for key in &self.hours.keys {
            put_bytes(&mut bytes, key.source.as_bytes());
            put_bytes(&mut bytes, key.dataset.as_bytes());
        }
        put_counts(&mut bytes, &self.hours.counts);
        zstd::bulk::compress(&bytes, 9)
    }
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Columns of keys, times and counts, in the order of keys and times.
fn put_counts(bytes: &mut Vec<u8>, counts: &HashMap<(i64, u32), u64, FixedState>) {
    let mut sorted: Vec<_> = counts
        .iter()
        .map(|((at, key), count)| (*key, *at, *count))
        .collect();
    sorted.sort_unstable();
    put_number(bytes, wide(sorted.len()));
    let mut before = 0;
    for (key, ..) in &sorted {
        put_number(bytes, u64::from(key - before));
        before = *key;
    }
    let mut before = 0;
    for (_, at, _) in &sorted {
        put_signed(bytes, at.wrapping_sub(before));
        before = *at;
    }
    for (.., count) in &sorted {
        put_number(bytes, *count);
    }
}

fn read_counts(reading: &mut Reading<'_>, keys: usize) -> Option<Vec<Count>> {
    let length = usize::try_from(reading.number()?).ok()?;
    if length > MOST_BYTES {
        return None;
    }
    let mut list = Vec::new();
    let mut place = 0_usize;
    for _ in 0..length {
        place = place.checked_add(usize::try_from(reading.number()?).ok()?)?;
        list.push(Count {
            place,
            at: 0,
            events: 0,
        });
    }
    let mut at = 0_i64;
    for count in &mut list {
        at = at.wrapping_add(reading.signed()?);
        count.at = at;
    }
    for count in &mut list {
        count.events = reading.number()?;
    }
    (length == 0 || place < keys).then_some(list)
}

/// Reads what was written; nothing when it is none.
pub(crate) fn read(bytes: &[u8]) -> Option<Counts> {
    let bytes = crate::unpack::unpack(bytes, MOST_BYTES)?;
    let mut reading = Reading::new(&bytes);
    let mut counts = Counts::default();
    for _ in 0..reading.number()? {
        counts.kinds.push(CountKey {
            dataset: reading.text()?.to_owned(),
            action: reading.text()?.to_owned(),
            outcome: reading.text()?.to_owned(),
            severity: reading.signed()?,
        });
    }
    counts.minutes = read_counts(&mut reading, counts.kinds.len())?;
    for _ in 0..reading.number()? {
        counts.sources.push(SourceKey {
            source: reading.text()?.to_owned(),
            dataset: reading.text()?.to_owned(),
        });
    }
    counts.hours = read_counts(&mut reading, counts.sources.len())?;
    reading.is_at_end().then_some(counts)
}
