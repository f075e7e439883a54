//! Merging files that are in order into one that is.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use arrow_array::{
    Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray, types::Int32Type,
};
use arrow_select::interleave::interleave_record_batch;
use foldhash::fast::FixedState;
use parquet::file::properties::WriterProperties;

use super::{Inner, LakeError};
use crate::{
    file::{self, FileError, FileReader, FileWriter, Layout, PAGE_ROWS},
    manifest::FileEntry,
};

/// Rows that are put together at a time.
const CHUNK: usize = 16_384;
/// Rows of a merged file at most.
const MOST_ROWS: u64 = 16 << 20;
const GROUP_COLUMNS: [&str; 4] = ["event.dataset", "event.action", "template", "source"];

/// What rows are put together by: first dataset, action and pattern, and behind the hour their
/// source.
#[derive(Default)]
struct Ranks {
    kinds: HashMap<[String; 3], u32, FixedState>,
    sources: HashMap<String, u32, FixedState>,
}

/// Merges these files into as few as possible.
pub(super) fn merge(
    inner: &Inner,
    entries: &[Arc<FileEntry>],
    level: u8,
) -> Result<Vec<FileEntry>, LakeError> {
    let mut layout = Layout::default();
    let mut readers = Vec::new();
    for entry in entries {
        let reader = inner.open_file(entry)?;
        layout.merge(&reader.layout);
        readers.push(reader);
    }
    let failed = |source: FileError| LakeError::File {
        file: entries
            .first()
            .map(|entry| entry.file_name())
            .unwrap_or_default(),
        source,
    };
    let ranks = ranks(&readers).map_err(failed)?;
    let zstd = inner.settings.level_of(level);
    let properties = properties(&readers, &layout, zstd).map_err(failed)?;
    let mut merging = Merging::new(&readers, &layout, &ranks).map_err(failed)?;
    let mut made = Vec::new();
    while let Some(first) = merging.next_chunk().map_err(failed)? {
        let number = inner.file_number();
        let sums = (|| -> Result<_, FileError> {
            let (file, index) = inner.begin_file(number)?;
            let algorithm = inner.settings.digest;
            let mut writer = FileWriter::new(&layout, properties.clone(), file, index, algorithm)?;
            writer.write(&first)?;
            let mut rows = CHUNK as u64;
            while rows < MOST_ROWS
                && let Some(chunk) = merging.next_chunk()?
            {
                rows += CHUNK as u64;
                writer.write(&chunk)?;
            }
            let sums = writer.finish()?;
            inner.disk.sync_folder(&inner.files)?;
            Ok(sums)
        })();
        let sums = sums.map_err(|source| inner.failed(number, source))?;
        made.push(FileEntry::new(number, level, sums));
    }
    Ok(made)
}

/// The ranks of what is in any of the files.
fn ranks(readers: &[FileReader]) -> Result<Ranks, FileError> {
    let mut ranks = Ranks::default();
    for reader in readers {
        for batch in reader.batches(PAGE_ROWS, Some(&GROUP_COLUMNS), None)? {
            let batch = batch?;
            let columns = GroupColumns::of(&batch);
            let mut last = None;
            for row in 0..batch.num_rows() {
                let words = columns.words(row);
                if last != Some(words) {
                    last = Some(words);
                    let (kind, source) = words;
                    if !ranks.sources.contains_key(source) {
                        ranks.sources.insert(source.to_owned(), 0);
                    }
                    ranks.kinds.entry(kind.map(str::to_owned)).or_default();
                }
            }
        }
    }
    rank(&mut ranks.kinds);
    rank(&mut ranks.sources);
    Ok(ranks)
}

impl Ranks {
    fn of(&self, (kind, source): ([&str; 3], &str)) -> (u32, u32) {
        let kind = self.kinds.get(&kind.map(str::to_owned));
        let source = self.sources.get(source);
        let rank = |rank: Option<&u32>| rank.copied().unwrap_or_default();
        (rank(kind), rank(source))
    }
}

/// Gives each of these its place among them when they are sorted.
fn rank<K: Clone + Ord + std::hash::Hash>(names: &mut HashMap<K, u32, FixedState>) {
    let mut sorted: Vec<K> = names.keys().cloned().collect();
    sorted.sort_unstable();
    for (name, rank) in sorted.into_iter().zip(0..) {
        names.insert(name, rank);
    }
}

/// How columns are written, by rows from all over the largest file.
fn properties(
    readers: &[FileReader],
    layout: &Layout,
    level: i32,
) -> Result<WriterProperties, FileError> {
    const PARTS: usize = 24;
    const PART_ROWS: usize = 2_048;
    let mut samples = Vec::new();
    if let Some(reader) = readers.iter().max_by_key(|reader| reader.rows()) {
        let pages = reader.rows().div_ceil(PAGE_ROWS);
        for page in (0..pages).step_by(pages.div_ceil(PARTS).max(1)) {
            if let Some(batch) = reader.page(page * PAGE_ROWS, PART_ROWS)? {
                samples.push(layout.adapt(&batch, &reader.layout)?);
            }
        }
    }
    Ok(file::properties(layout, &samples, level))
}

/// The columns that groups are told by.
struct GroupColumns<'a> {
    texts: [Option<&'a StringArray>; 3],
    patterns: Option<(&'a arrow_array::Int32Array, &'a StringArray)>,
}

impl<'a> GroupColumns<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        let text = |name: &str| batch.column_by_name(name)?.as_any().downcast_ref();
        let patterns = batch.column_by_name("template").and_then(|column| {
            let column: &arrow_array::DictionaryArray<Int32Type> =
                column.as_any().downcast_ref()?;
            Some((column.keys(), column.values().as_any().downcast_ref()?))
        });
        Self {
            texts: [text("event.dataset"), text("event.action"), text("source")],
            patterns,
        }
    }

    /// The dataset, the action and the pattern of a row, and its source.
    fn words(&self, row: usize) -> ([&'a str; 3], &'a str) {
        let [dataset, action, source] = self.texts.map(|column| {
            let column = column.filter(|column| column.is_valid(row));
            column.map_or("", |column| column.value(row))
        });
        let pattern = self.patterns.and_then(|(keys, values)| {
            let key = keys.is_valid(row).then(|| keys.value(row))?;
            let key = usize::try_from(key)
                .ok()
                .filter(|key| *key < values.len())?;
            Some(values.value(key))
        });
        ([dataset, action, pattern.unwrap_or("")], source)
    }
}

/// A file that is being merged.
struct Input<'a> {
    reader: &'a FileReader,
    /// Rows that were read.
    read: usize,
    /// The place of the batch among those of the chunk, its ranks, and the next row.
    batch: usize,
    ranks: Vec<(u32, u32)>,
    times: Vec<i64>,
    sequences: Vec<i64>,
    row: usize,
}

/// The rank of the kind, the hour, the rank of the source, time, number and the file: the order
/// of rows.
type Key = Reverse<(u32, i64, u32, i64, i64, usize)>;

struct Merging<'a> {
    inputs: Vec<Input<'a>>,
    heap: BinaryHeap<Key>,
    layout: &'a Layout,
    ranks: &'a Ranks,
    /// Batches that rows of the chunk are in.
    batches: Vec<RecordBatch>,
}

impl<'a> Merging<'a> {
    fn new(
        readers: &'a [FileReader],
        layout: &'a Layout,
        ranks: &'a Ranks,
    ) -> Result<Self, FileError> {
        let mut merging = Self {
            inputs: Vec::new(),
            heap: BinaryHeap::new(),
            layout,
            ranks,
            batches: Vec::new(),
        };
        for reader in readers {
            merging.inputs.push(Input {
                reader,
                read: 0,
                batch: 0,
                ranks: Vec::new(),
                times: Vec::new(),
                sequences: Vec::new(),
                row: 0,
            });
        }
        for input in 0..merging.inputs.len() {
            merging.advance(input)?;
        }
        Ok(merging)
    }

    /// Puts the next row of an input on the heap, reading on where its batch is at its end.
    fn advance(&mut self, place: usize) -> Result<(), FileError> {
        let Some(input) = self.inputs.get_mut(place) else {
            return Ok(());
        };
        while input.row >= input.ranks.len() {
            let Some(batch) = input.reader.page(input.read, PAGE_ROWS)? else {
                return Ok(());
            };
            input.read += batch.num_rows();
            input.load(&batch, self.ranks);
            input.batch = self.batches.len();
            self.batches
                .push(self.layout.adapt(&batch, &input.reader.layout)?);
        }
        let row = input.row;
        let of = |list: &[i64]| list.get(row).copied().unwrap_or_default();
        let (kind, source) = input.ranks.get(row).copied().unwrap_or_default();
        let (time, number) = (of(&input.times), of(&input.sequences));
        let key = (kind, file::hour_of(time), source, time, number, place);
        self.heap.push(Reverse(key));
        Ok(())
    }

    /// The next rows in order; nothing at the end.
    fn next_chunk(&mut self) -> Result<Option<RecordBatch>, FileError> {
        self.forget();
        let mut picks = Vec::with_capacity(CHUNK);
        while picks.len() < CHUNK {
            let Some(Reverse((.., place))) = self.heap.pop() else {
                break;
            };
            if let Some(input) = self.inputs.get_mut(place) {
                picks.push((input.batch, input.row));
                input.row += 1;
            }
            self.advance(place)?;
        }
        if picks.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        Ok(Some(interleave_record_batch(&batches, &picks)?))
    }

    /// Drops batches whose rows are all written.
    fn forget(&mut self) {
        let mut kept = Vec::new();
        for input in &mut self.inputs {
            if input.row < input.ranks.len()
                && let Some(batch) = self.batches.get(input.batch)
            {
                kept.push(batch.clone());
                input.batch = kept.len() - 1;
            }
        }
        self.batches = kept;
    }
}

impl Input<'_> {
    fn load(&mut self, batch: &RecordBatch, ranks: &Ranks) {
        let columns = GroupColumns::of(batch);
        self.row = 0;
        self.ranks.clear();
        let mut last = None;
        for row in 0..batch.num_rows() {
            let words = columns.words(row);
            let rank = match last {
                Some((same, rank)) if same == words => rank,
                _ => ranks.of(words),
            };
            last = Some((words, rank));
            self.ranks.push(rank);
        }
        let column = |name: &str| batch.column_by_name(name).map(Array::as_any);
        let times: Option<&TimestampMillisecondArray> =
            column("time").and_then(|column| column.downcast_ref());
        let sequences: Option<&Int64Array> =
            column("sequence").and_then(|column| column.downcast_ref());
        self.times = times.map_or_else(Vec::new, |times| times.values().to_vec());
        self.sequences = sequences.map_or_else(Vec::new, |values| values.values().to_vec());
    }
}
