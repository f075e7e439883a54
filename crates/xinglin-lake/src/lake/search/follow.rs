//! What came since, and what came around an event.

use std::collections::VecDeque;

use super::{
    Inner, Lake, LakeError, Order, Place, Stop, materialise,
    walk::{Numbers, Page, Walk, integers},
};
use crate::{
    file::{Cell, StoredEvent},
    query::{Node, Query, Test},
};

/// Events of one source are looked for among so many of all.
const NEAR: u64 = 500_000;

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

fn walk_of(query: &Query, numbers: Numbers) -> Walk<'_> {
    static NEVER: std::sync::LazyLock<Stop> = std::sync::LazyLock::new(Stop::never);
    Walk {
        query,
        from: None,
        to: None,
        order: Order::OldestFirst,
        columns: &["sequence", "source"],
        numbers,
        stop: &NEVER,
    }
}
