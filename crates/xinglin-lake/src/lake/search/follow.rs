//! What came since, and what came around an event.

use std::collections::{BTreeSet, VecDeque};

use super::{
    Inner, Lake, LakeError, Order, Place, Stop, materialise,
    walk::{Numbers, Page, Walk, integers},
};
use crate::{
    file::{Cell, StoredEvent},
    lake::lock,
    query::{Node, Query, Test},
};

/// Events of one source are looked for among so many of all.
const NEAR: u64 = 500_000;
/// Events whose numbers are so close are looked for together.
const CLOSE: u64 = 10_000;

/// What came behind an event.
#[derive(Debug, Clone, Default)]
pub struct After {
    /// Events that pass, in the order of receipt.
    pub events: Vec<StoredEvent>,
    /// The number of the last event there is, whether it passes or not.
    pub last: u64,
    /// Events that pass and were left out, because they are too many.
    pub skipped: u64,
}

/// What comes next behind an event.
#[derive(Debug, Clone, Default)]
pub struct Onward {
    /// Events, in the order of receipt, none left out.
    pub events: Vec<StoredEvent>,
    /// All events up to this number were given, now or before.
    pub through: u64,
    /// The number of the last event that ever was, as far as is known.
    pub last: u64,
}

impl Lake {
    /// The number of the last event there is; 0 where there is none.
    pub fn last_sequence(&self) -> Result<u64, LakeError> {
        let _reading = self.inner.reading();
        self.inner.last_number()
    }

    /// The last `most` events that pass of those that came behind the one with this number.
    pub fn after(&self, sequence: u64, query: &Query, most: usize) -> Result<After, LakeError> {
        self.steadily(sequence, |inner| inner.after(sequence, query, most))
    }

    /// The next events behind the one with this number, about `most`: the first of them, none
    /// left out, and all events of a message together.
    pub fn onward(&self, sequence: u64, most: usize) -> Result<Onward, LakeError> {
        self.steadily(sequence, |inner| inner.onward(sequence, most))
    }

    /// The events with these numbers, in the order of receipt; those that are no more are left
    /// out.
    pub fn events_of(&self, sequences: &BTreeSet<u64>) -> Result<Vec<StoredEvent>, LakeError> {
        self.steadily(0, |inner| inner.events_of(sequences))
    }

    /// The event with this number, with those of its source that came before and after it, in
    /// the order of receipt; nothing when it is no more.
    pub fn around(
        &self,
        sequence: u64,
        before: usize,
        after: usize,
    ) -> Result<Vec<StoredEvent>, LakeError> {
        let _reading = self.inner.reading();
        let Some(source) = self.source_of(sequence)? else {
            return Ok(Vec::new());
        };
        let query = Query {
            root: Node::Field("source".to_owned(), Test::Is(source.to_lowercase())),
        };
        let mut earlier: VecDeque<(u64, Place)> = VecDeque::new();
        let mut later: Vec<(u64, Place)> = Vec::new();
        let mut take = |page: Page<'_>| {
            let sequences = integers(page.batch, "sequence");
            for row in page.rows {
                let number = sequences.map_or(0, |column| column.value(*row).cast_unsigned());
                let place = page.origin.place(*row);
                if number < sequence {
                    earlier.push_back((number, place));
                } else {
                    later.push((number, place));
                }
            }
            let sorted = earlier.make_contiguous();
            sorted.sort_by_key(|(number, _)| *number);
            while earlier.len() > before {
                earlier.pop_front();
            }
            later.sort_by_key(|(number, _)| *number);
            later.truncate(after + 1);
            None
        };
        let numbers = Numbers {
            first: sequence.saturating_sub(NEAR),
            last: sequence.saturating_add(NEAR),
        };
        self.inner.walk(&walk_of(&query, numbers), &mut take)?;
        let places = earlier.into_iter().chain(later);
        let mut events = materialise(places.map(|(_, place)| place).collect())?;
        events.sort_by_key(|event| event.sequence);
        Ok(events)
    }

    fn source_of(&self, sequence: u64) -> Result<Option<String>, LakeError> {
        let query = Query::everything();
        let mut source = None;
        let mut take = |page: Page<'_>| {
            let sequences = integers(page.batch, "sequence");
            let sources = Cell::of(page.batch, "source");
            for row in page.rows {
                let is_it =
                    sequences.is_some_and(|column| column.value(*row).cast_unsigned() == sequence);
                if is_it {
                    source = sources.text(*row).map(str::to_owned);
                }
            }
            None
        };
        let numbers = Numbers {
            first: sequence,
            last: sequence,
        };
        self.inner.walk(&walk_of(&query, numbers), &mut take)?;
        Ok(source)
    }
}

impl Inner {
    fn after(&self, sequence: u64, query: &Query, most: usize) -> Result<After, LakeError> {
        let mut places: Vec<(u64, Place)> = Vec::new();
        let mut take = |page: Page<'_>| {
            let sequences = integers(page.batch, "sequence");
            for row in page.rows {
                let number = sequences.map_or(0, |column| column.value(*row).cast_unsigned());
                if number > sequence {
                    places.push((number, page.origin.place(*row)));
                }
            }
            None
        };
        let numbers = Numbers {
            first: sequence.saturating_add(1),
            last: u64::MAX,
        };
        let walked = self.walk(&walk_of(query, numbers), &mut take)?;
        places.sort_by_key(|(number, _)| *number);
        let too_many = places.len().saturating_sub(most);
        let latest = places.split_off(too_many);
        let mut events = materialise(latest.into_iter().map(|(_, place)| place).collect())?;
        events.sort_by_key(|event| event.sequence);
        Ok(After {
            events,
            last: walked.last.max(sequence),
            skipped: u64::try_from(too_many).unwrap_or(u64::MAX),
        })
    }
}

impl Inner {
    fn onward(&self, sequence: u64, most: usize) -> Result<Onward, LakeError> {
        let (next, last) = self.next_number(sequence);
        let Some(next) = next else {
            return Ok(Onward {
                events: Vec::new(),
                through: sequence,
                last,
            });
        };
        let most = most.max(1);
        let span = u64::try_from(most).unwrap_or(u64::MAX);
        let mut numbers = Numbers {
            first: next,
            // What comes meanwhile is given next time.
            last: next.saturating_add(span - 1).min(last),
        };
        let mut places = self.places(numbers, &|_| true)?;
        if places.len() > most {
            // Messages of many events each: those of the last are given together.
            let cut = places
                .get(most - 1)
                .map_or(numbers.last, |(number, _)| *number);
            places.retain(|(number, _)| *number <= cut);
            numbers.last = cut;
        }
        let mut events = materialise(places.into_iter().map(|(_, place)| place).collect())?;
        events.sort_by_key(|event| event.sequence);
        Ok(Onward {
            events,
            through: numbers.last,
            last,
        })
    }

    /// The number of the next event behind this one, if there is one, and of the last that
    /// ever was.
    fn next_number(&self, sequence: u64) -> (Option<u64>, u64) {
        let hot = lock(&self.hot);
        let manifest = lock(&self.manifest);
        let state = manifest.state();
        let mut next: Option<u64> = None;
        let mut last = state.through;
        let mut see = |number: u64| next = Some(next.map_or(number, |next| next.min(number)));
        for rows in hot.sealed.iter().map(AsRef::as_ref).chain([&hot.building]) {
            let place = rows.sequences.partition_point(|number| *number <= sequence);
            if let Some(number) = rows.sequences.get(place) {
                see(*number);
            }
            last = last.max(rows.sequences.last().copied().unwrap_or(0));
        }
        for entry in state.files.values() {
            let (first_of, last_of) = entry.sequences;
            last = last.max(last_of);
            if last_of > sequence {
                see(first_of.max(sequence.saturating_add(1)));
            }
        }
        (next, last)
    }

    fn events_of(&self, sequences: &BTreeSet<u64>) -> Result<Vec<StoredEvent>, LakeError> {
        let mut places = Vec::new();
        // Those that came close to one another are looked for together.
        let mut near: Option<Numbers> = None;
        for number in sequences {
            near = match near {
                Some(numbers) if number - numbers.last <= CLOSE => Some(Numbers {
                    first: numbers.first,
                    last: *number,
                }),
                done => {
                    if let Some(numbers) = done {
                        places.extend(self.places(numbers, &|one| sequences.contains(&one))?);
                    }
                    Some(Numbers {
                        first: *number,
                        last: *number,
                    })
                }
            };
        }
        if let Some(numbers) = near {
            places.extend(self.places(numbers, &|one| sequences.contains(&one))?);
        }
        let mut events = materialise(places.into_iter().map(|(_, place)| place).collect())?;
        events.sort_by_key(|event| event.sequence);
        Ok(events)
    }

    /// Where the events of these numbers stand, in the order of receipt.
    fn places(
        &self,
        numbers: Numbers,
        is_wanted: &dyn Fn(u64) -> bool,
    ) -> Result<Vec<(u64, Place)>, LakeError> {
        let query = Query::everything();
        let mut places: Vec<(u64, Place)> = Vec::new();
        let mut take = |page: Page<'_>| {
            let sequences = integers(page.batch, "sequence");
            for row in page.rows {
                let number = sequences.map_or(0, |column| column.value(*row).cast_unsigned());
                if numbers.has(number) && is_wanted(number) {
                    places.push((number, page.origin.place(*row)));
                }
            }
            None
        };
        self.walk(&walk_of(&query, numbers), &mut take)?;
        places.sort_by_key(|(number, _)| *number);
        Ok(places)
    }
}

fn walk_of(query: &Query, numbers: Numbers) -> Walk<'_> {
    static NEVER: std::sync::LazyLock<Stop> = std::sync::LazyLock::new(Stop::never);
    Walk {
        query,
        from: None,
        to: None,
        order: Order::OldestFirst,
        narrows: true,
        columns: &["sequence", "source"],
        numbers,
        stop: &NEVER,
    }
}
