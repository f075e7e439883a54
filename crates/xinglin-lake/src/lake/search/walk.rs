//! Walking over the pages that may have what is searched for.

use std::sync::Arc;

use arrow_array::{Array, Int64Array, RecordBatch, TimestampMillisecondArray};

use super::{
    BESIDE, Looked, Order, Stop, arranged, failed,
    mask::{self, OfRows},
    pages::OfFile,
    test::{Scratch, Tests},
};
use crate::{
    file::{self, FileReader, Layout, PAGE_ROWS, Patterns, Texts},
    index::Index,
    lake::{Inner, LakeError, lock},
    manifest::FileEntry,
    query::{Node, Query},
    rows::Rows,
    words::{Edges, words_of},
};

/// What is walked over.
pub(super) struct Walk<'a> {
    pub(super) query: &'a Query,
    /// In milliseconds since 1970.
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) order: Order,
    /// Whether what is found first may make the rest needless.
    pub(super) narrows: bool,
    /// Columns that the caller looks at. Those of texts may come by the numbers of a dictionary.
    pub(super) columns: &'a [&'a str],
    /// Only events with these numbers.
    pub(super) numbers: Numbers,
    pub(super) stop: &'a Stop,
}

/// Where rows stand.
pub(super) enum Origin {
    File {
        reader: Arc<FileReader>,
        name: Arc<str>,
        /// The first row of the page.
        start: usize,
    },
    Memory(Arc<(Layout, RecordBatch)>),
}

/// A page with the rows that pass.
pub(super) struct Page<'a> {
    pub(super) batch: &'a RecordBatch,
    pub(super) rows: &'a [usize],
    pub(super) origin: Origin,
}

/// What walking took.
#[derive(Default)]
pub(super) struct Walked {
    /// The number of the last event there was.
    pub(super) last: u64,
    pub(super) looked: Looked,
    pub(super) stopped: bool,
}

/// What there is at one moment.
pub(in crate::lake) struct Now {
    pub(in crate::lake) files: Vec<Arc<FileEntry>>,
    pub(in crate::lake) parts: Vec<(Layout, RecordBatch)>,
    /// The number of the last event.
    last: u64,
}

/// Takes a page; says the time beyond which no event matters any more, if there is one:
/// before it when the newest come first, behind it when the oldest do.
pub(super) type Take<'t> = dyn FnMut(Page<'_>) -> Option<i64> + 't;

/// A column of whole numbers.
pub(super) fn integers<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a Int64Array> {
    batch.column_by_name(name)?.as_any().downcast_ref()
}

/// The time in which events matter, which grows smaller as better ones are found.
pub(super) struct Window {
    pub(super) from: i64,
    /// The first that is behind it.
    pub(super) to: i64,
    order: Order,
}

impl Window {
    fn of(walk: &Walk<'_>) -> Self {
        Self {
            from: walk.from.unwrap_or(i64::MIN),
            to: walk.to.unwrap_or(i64::MAX),
            order: walk.order,
        }
    }

    fn has_row(&self, rows: &Rows, row: usize, numbers: Numbers) -> bool {
        let (at, number) = (rows.milliseconds.get(row), rows.sequences.get(row));
        at.is_some_and(|at| self.has((*at, *at)))
            && number.is_some_and(|number| numbers.has(*number))
    }

    pub(super) fn has(&self, (first, last): (i64, i64)) -> bool {
        last >= self.from && first < self.to
    }

    pub(super) fn narrow(&mut self, limit: Option<i64>) {
        match (limit, self.order) {
            (Some(limit), Order::NewestFirst) => self.from = self.from.max(limit),
            // Of the same time, a smaller number may still come before.
            (Some(limit), Order::OldestFirst) => self.to = self.to.min(limit.saturating_add(1)),
            (None, _) => {}
        }
    }
}

/// Numbers of events, the first and the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Numbers {
    pub(super) const ALL: Self = Self {
        first: 0,
        last: u64::MAX,
    };

    pub(super) fn has(self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

impl Inner {
    /// Gives each page that has rows that pass, those in memory first.
    pub(super) fn walk(&self, walk: &Walk<'_>, take: &mut Take<'_>) -> Result<Walked, LakeError> {
        let mut window = Window::of(walk);
        let now = self.now(&|rows, row| window.has_row(rows, row, walk.numbers))?;
        let mut walked = Walked {
            last: now.last,
            ..Walked::default()
        };
        walk_parts(walk, &mut window, now.parts, &mut walked, take);
        for entry in arranged(now.files, walk.order) {
            if walked.stopped {
                break;
            }
            let (first, last) = entry.sequences;
            let is_near = last >= walk.numbers.first && first <= walk.numbers.last;
            if is_near && window.has(entry.times) {
                self.walk_file(walk, &mut window, &entry, &mut walked, take)?;
            }
        }
        Ok(walked)
    }

    /// Only what is in memory; the files are given back.
    pub(super) fn walk_memory(
        &self,
        walk: &Walk<'_>,
        take: &mut Take<'_>,
    ) -> Result<(Walked, Vec<Arc<FileEntry>>), LakeError> {
        let mut window = Window::of(walk);
        let now = self.now(&|rows, row| window.has_row(rows, row, walk.numbers))?;
        let mut walked = Walked::default();
        walk_parts(walk, &mut window, now.parts, &mut walked, take);
        Ok((walked, now.files))
    }

    /// What there is at one moment; of memory the rows that are kept.
    pub(in crate::lake) fn now(
        &self,
        keep: &dyn Fn(&Rows, usize) -> bool,
    ) -> Result<Now, LakeError> {
        // Together: what becomes a file meanwhile comes once.
        let (sealed, building, files, last) = {
            let hot = lock(&self.hot);
            let manifest = lock(&self.manifest);
            let files: Vec<Arc<FileEntry>> = manifest.state().files.values().cloned().collect();
            let all = hot.sealed.iter().map(AsRef::as_ref).chain([&hot.building]);
            let in_memory = all.filter_map(|rows| rows.sequences.last().copied());
            let of_files = files.iter().map(|entry| entry.sequences.1);
            let last = in_memory.chain(of_files).max().unwrap_or(0);
            (hot.sealed.clone(), kept(&hot.building, keep)?, files, last)
        };
        let mut parts = Vec::new();
        for rows in &sealed {
            parts.extend(kept(rows, keep)?);
        }
        parts.extend(building);
        Ok(Now { files, parts, last })
    }

    /// The number of the last event.
    pub(super) fn last_number(&self) -> Result<u64, LakeError> {
        self.now(&|_, _| false).map(|now| now.last)
    }

    fn walk_file(
        &self,
        walk: &Walk<'_>,
        window: &mut Window,
        entry: &FileEntry,
        walked: &mut Walked,
        take: &mut Take<'_>,
    ) -> Result<(), LakeError> {
        let name: Arc<str> = entry.file_name().into();
        let reader = self.opened(entry)?;
        let count = reader.rows().div_ceil(PAGE_ROWS);
        walked.looked.pages += u64::try_from(count).unwrap_or(u64::MAX);
        let may = if with_words(&walk.query.root) {
            pages(&walk.query.root, &self.index(entry)?, count)?
        } else {
            vec![true; count]
        };
        let times = reader.page_times();
        let known = mask::of_pages(walk.query, &reader, count);
        let may_pass =
            |page: usize| may.get(page) == Some(&true) && known.get(page) != Some(&OfRows::None);
        let mut order: Vec<usize> = (0..count).filter(|page| may_pass(*page)).collect();
        if let Some(times) = times.as_ref().filter(|_| walk.narrows) {
            // The best first, so that the others need not be read.
            order.sort_by_key(|page| {
                let (first, last) = times.get(*page).copied().unwrap_or((i64::MIN, i64::MAX));
                match walk.order {
                    Order::NewestFirst => -i128::from(last),
                    Order::OldestFirst => i128::from(first),
                }
            });
        }
        let of_file = OfFile {
            walk,
            inner: self,
            number: entry.number,
            reader,
            name,
            times,
            known,
        };
        let mut left = order.as_slice();
        let mut most = if walk.narrows { 1 } else { of_file.most_run() };
        while !left.is_empty() {
            if walk.stop.is_now() {
                walked.stopped = true;
                break;
            }
            let (run, rest) = of_file.run(left, most, window);
            left = rest;
            most = of_file.next_most(most);
            walked.looked.read += u64::try_from(run.len()).unwrap_or_default();
            let given = of_file.give(&run, window, take);
            given.map_err(|source| failed(&of_file.name, source))?;
        }
        Ok(())
    }
}

/// Gives what passes of the parts in memory.
fn walk_parts(
    walk: &Walk<'_>,
    window: &mut Window,
    parts: Vec<(Layout, RecordBatch)>,
    walked: &mut Walked,
    take: &mut Take<'_>,
) {
    for part in parts {
        walked.stopped |= walk.stop.is_now();
        if walked.stopped {
            break;
        }
        let limit = in_memory(walk, window, part, take);
        window.narrow(limit);
    }
}

/// The rows that are kept, as a batch, where there are any.
fn kept(
    rows: &Rows,
    keep: &dyn Fn(&Rows, usize) -> bool,
) -> Result<Option<(Layout, RecordBatch)>, LakeError> {
    let order: Vec<u32> = (0_u32..)
        .take(rows.len())
        .filter(|row| usize::try_from(*row).is_ok_and(|row| keep(rows, row)))
        .collect();
    if order.is_empty() {
        return Ok(None);
    }
    let layout = Layout::of(rows);
    let batch =
        file::gather(rows, &order, &layout).map_err(|error| failed("in memory", error.into()))?;
    Ok(Some((layout, batch)))
}

fn in_memory(
    walk: &Walk<'_>,
    window: &Window,
    part: (Layout, RecordBatch),
    take: &mut Take<'_>,
) -> Option<i64> {
    let part = Arc::new(part);
    let batch = &part.1;
    let mut patterns = Patterns::default();
    let texts = Texts::of(batch, &mut patterns);
    let tests = Tests::new(walk.query, batch, texts, &patterns);
    let rows = passing(&tests, window, batch, 0..batch.num_rows());
    give(batch, &rows, Origin::Memory(Arc::clone(&part)), take)
}

/// The rows that pass, of these.
pub(super) fn passing(
    tests: &Tests<'_>,
    window: &Window,
    batch: &RecordBatch,
    rows: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let Some(times) = times(batch) else {
        return Vec::new();
    };
    let mut scratch = Scratch::default();
    rows.filter(|row| {
        let at = times.value(*row);
        window.has((at, at)) && tests.passes(*row, &mut scratch)
    })
    .collect()
}

/// The times of the events of a batch.
pub(super) fn times(batch: &RecordBatch) -> Option<&TimestampMillisecondArray> {
    batch.column_by_name("time")?.as_any().downcast_ref()
}

pub(super) fn give(
    batch: &RecordBatch,
    rows: &[usize],
    origin: Origin,
    take: &mut Take<'_>,
) -> Option<i64> {
    if rows.is_empty() {
        return None;
    }
    take(Page {
        batch,
        rows,
        origin,
    })
}

/// Whether any test has words that pages are chosen by.
fn with_words(node: &Node) -> bool {
    match node {
        Node::All(parts) | Node::Any(parts) => parts.iter().any(with_words),
        Node::Not(_) => false,
        Node::Text(_) => true,
        Node::Field(name, _) => is_indexed(name),
    }
}

fn is_indexed(name: &str) -> bool {
    name == "text" || BESIDE.contains(&name)
}

/// The pages that may have rows that pass.
fn pages(node: &Node, index: &Index, count: usize) -> Result<Vec<bool>, LakeError> {
    let with = |words: &[u64]| -> Result<Vec<bool>, LakeError> {
        if words.is_empty() {
            return Ok(vec![true; count]);
        }
        Ok(index.pages_with(words)?)
    };
    let joined = |parts: &[Node], start: bool, join: fn(bool, bool) -> bool| {
        let mut all = vec![start; count];
        for part in parts {
            let part = pages(part, index, count)?;
            for (page, may) in all.iter_mut().zip(part) {
                *page = join(*page, may);
            }
        }
        Ok(all)
    };
    match node {
        Node::All(parts) => joined(parts, true, |one, other| one && other),
        Node::Any(parts) => joined(parts, false, |one, other| one || other),
        Node::Text(needle) => with(&words_of(needle, Edges::Whole)),
        Node::Field(name, test) if is_indexed(name) => with(&test.words()),
        Node::Not(_) | Node::Field(..) => with(&[]),
    }
}
