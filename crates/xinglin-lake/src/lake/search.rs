//! Searching: which events pass a query, newest or oldest first, and how they are spread over
//! time and over the values of their fields.
//!
//! A page of a file is read in three steps, each only for what is left of the one before: its
//! words and times say whether it may have anything, its columns which rows may pass, and
//! their texts which do.

mod follow;
mod leaves;
mod mask;
mod pages;
mod spread;
mod stop;
mod test;
mod walk;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow_array::RecordBatch;
use jiff::Timestamp;

pub use follow::{After, Onward};
pub use spread::{Bucket, Facet, Facets, Histogram, Spread};
pub use stop::Stop;

use super::{Inner, Lake, LakeError};
use crate::{
    file::{self, FileError, FileReader, Layout, Patterns, StoredEvent},
    query::Query,
};
#[cfg(feature = "sql")]
pub(super) use walk::Now;
use walk::{Numbers, Origin, Walk};

/// In which order events are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The latest first.
    NewestFirst,
    /// The earliest first.
    OldestFirst,
}

/// What is searched for, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// What passes.
    pub query: &'a Query,
    /// No event before this time.
    pub from: Option<Timestamp>,
    /// No event from this time on.
    pub to: Option<Timestamp>,
    /// The order, by the times of the events.
    pub order: Order,
    /// At most so many.
    pub most: usize,
    /// Only events behind this one in the order: the time and the number of the last one that
    /// was found before.
    pub beyond: Option<(Timestamp, u64)>,
    /// When to give up.
    pub stop: &'a Stop,
}

/// Columns that words are looked for in beside the text: the same that the index has.
pub(crate) const BESIDE: [&str; 4] = ["host.name", "user.name", "source.ip", "destination.ip"];

/// What looking took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Pages there are in the time.
    pub pages: u64,
    /// Pages that were read.
    pub read: u64,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The events, in the order asked for.
    pub events: Vec<StoredEvent>,
    /// Whether there are more behind them.
    pub more: bool,
    /// Whether it gave up before it had looked everywhere.
    pub stopped: bool,
    /// What it took.
    pub looked: Looked,
}

/// The time of an event in milliseconds, and its number: what events are ordered by.
type Key = (i64, u64);

/// Keys so that the smaller one comes first in the order.
fn placed(key: Key, order: Order) -> (i64, i128) {
    match order {
        Order::OldestFirst => (key.0, i128::from(key.1)),
        Order::NewestFirst => (-key.0, -i128::from(key.1)),
    }
}

/// Where an event that was found stands.
#[derive(Clone)]
enum Place {
    File {
        reader: Arc<FileReader>,
        name: Arc<str>,
        row: usize,
    },
    Memory {
        part: Arc<(Layout, RecordBatch)>,
        row: usize,
    },
}

impl Lake {
    /// Finds events.
    pub fn search(&self, search: &Search<'_>) -> Result<Found, LakeError> {
        self.steadily(0, |inner| inner.search(search))
    }
}

impl Search<'_> {
    /// The time in which events may be, in milliseconds: of what was asked for, what is not
    /// before the place to go on from.
    fn time(&self) -> (Option<i64>, Option<i64>) {
        let mut from = self.from.map(Timestamp::as_millisecond);
        let mut to = self.to.map(Timestamp::as_millisecond);
        if let Some((at, _)) = self.beyond {
            let at = at.as_millisecond();
            match self.order {
                Order::OldestFirst => from = from.max(Some(at)),
                Order::NewestFirst => to = Some(to.map_or(at + 1, |to| to.min(at + 1))),
            }
        }
        (from, to)
    }
}

impl Inner {
    fn search(&self, search: &Search<'_>) -> Result<Found, LakeError> {
        let mut best: BTreeMap<(i64, i128), Place> = BTreeMap::new();
        let beyond = search
            .beyond
            .map(|(at, sequence)| placed((at.as_millisecond(), sequence), search.order));
        let (from, to) = search.time();
        let walk = Walk {
            query: search.query,
            from,
            to,
            order: search.order,
            narrows: true,
            columns: &["time", "sequence"],
            numbers: Numbers::ALL,
            stop: search.stop,
        };
        let mut found = Found::default();
        let walked = self.walk(&walk, &mut |page| {
            let sequences = walk::integers(page.batch, "sequence");
            let times = walk::times(page.batch);
            for row in page.rows {
                let number = sequences.map_or(0, |column| column.value(*row).cast_unsigned());
                let at = times.map_or(0, |column| column.value(*row));
                let key = placed((at, number), search.order);
                let is_behind = beyond.is_none_or(|beyond| key > beyond);
                let is_better = best.len() <= search.most
                    || best.last_key_value().is_some_and(|(last, _)| key < *last);
                if is_behind && is_better {
                    best.insert(key, page.origin.place(*row));
                    // One more than asked for tells whether there are more.
                    if best.len() > search.most + 1 {
                        best.pop_last();
                    }
                }
            }
            // Times beyond the last of enough events need not be looked at.
            let last = best.last_key_value().filter(|_| best.len() > search.most);
            last.map(|(key, _)| match search.order {
                Order::OldestFirst => key.0,
                Order::NewestFirst => -key.0,
            })
        })?;
        found.looked = walked.looked;
        found.stopped = walked.stopped;
        found.more = best.len() > search.most || walked.stopped;
        found.events = materialise(best.into_values().take(search.most).collect())?;
        let key = |event: &StoredEvent| {
            placed(
                (event.event.at.as_millisecond(), event.sequence),
                search.order,
            )
        };
        found.events.sort_by_key(key);
        Ok(found)
    }
}

fn failed(file: &str, source: FileError) -> LakeError {
    LakeError::File {
        file: file.to_owned(),
        source,
    }
}

/// Rows of a group of a file.
struct OfGroup {
    reader: Arc<FileReader>,
    name: Arc<str>,
    rows: Vec<usize>,
}

/// Reads the events at these places, in any order.
fn materialise(places: Vec<Place>) -> Result<Vec<StoredEvent>, LakeError> {
    let mut events = Vec::with_capacity(places.len());
    // What is read of a group for one row serves all others.
    let mut groups: BTreeMap<(Arc<str>, usize), OfGroup> = BTreeMap::new();
    // Templates of memory are parsed once, not for each row.
    let mut patterns = Patterns::default();
    for place in places {
        match place {
            Place::File { reader, name, row } => {
                let number = reader.group_of(row).map_or(0, |place| place.group);
                let group = groups.entry((Arc::clone(&name), number));
                let group = group.or_insert_with(|| OfGroup {
                    reader,
                    name,
                    rows: Vec::new(),
                });
                group.rows.push(row);
            }
            Place::Memory { part, row } => {
                let (layout, batch) = part.as_ref();
                events.extend(file::events(&batch.slice(row, 1), layout, &mut patterns));
            }
        }
    }
    for mut group in groups.into_values() {
        group.rows.sort_unstable();
        let read = read_rows(&group.reader, &group.rows);
        let read = read.map_err(|source| failed(&group.name, source))?;
        if read.len() != group.rows.len() {
            return Err(failed(&group.name, FileError::Text));
        }
        events.extend(read);
    }
    Ok(events)
}

/// Reads these rows, ascending, of one group.
fn read_rows(reader: &FileReader, rows: &[usize]) -> Result<Vec<StoredEvent>, FileError> {
    let Some(templates) = reader.read_rows(rows, &["template"], false)? else {
        return Ok(Vec::new());
    };
    let mut patterns = Patterns::default();
    let mut columns = BTreeSet::new();
    patterns.columns_of(&templates, &mut columns);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let Some(batch) = reader.read_rows(rows, &columns, true)? else {
        return Ok(Vec::new());
    };
    Ok(file::events(&batch, &reader.layout, &mut patterns))
}

/// Files in the order in which they are looked at.
fn arranged(
    mut files: Vec<Arc<crate::manifest::FileEntry>>,
    order: Order,
) -> Vec<Arc<crate::manifest::FileEntry>> {
    match order {
        Order::NewestFirst => files.sort_by_key(|entry| Reverse(entry.times.1)),
        Order::OldestFirst => files.sort_by_key(|entry| entry.times.0),
    }
    files
}

impl Origin {
    fn place(&self, row: usize) -> Place {
        match self {
            Self::File {
                reader,
                name,
                start,
            } => Place::File {
                reader: Arc::clone(reader),
                name: Arc::clone(name),
                row: start + row,
            },
            Self::Memory(part) => Place::Memory {
                part: Arc::clone(part),
                row,
            },
        }
    }
}
