//! Writing files of events.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use arrow_array::{Int64Array, RecordBatch, TimestampMillisecondArray};
use parquet::{
    arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
    file::{metadata::KeyValue, properties::WriterProperties},
};

use super::{
    PAIRS_KEY, layout::Layout, open::FileError, page_values::PairNames, page_words::PageWords,
    texts::Pairs,
};
use crate::{
    counts::Counting,
    digest::{Algorithm, Digesting},
    disk::Written,
    index,
};

/// So much is written at once.
const CHUNK: usize = 1 << 20;

/// A file on its way to the disk, and its digest.
struct Sink {
    file: Box<dyn Written>,
    place: u64,
    buffer: Vec<u8>,
    digesting: Digesting,
}

impl Sink {
    fn write_out(&mut self) -> io::Result<()> {
        self.file.write_at(self.place, &self.buffer)?;
        self.place += u64::try_from(self.buffer.len()).unwrap_or_default();
        self.buffer.clear();
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digesting.update(bytes);
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.write_out()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is known of a file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) index_bytes: u64,
    pub(crate) digest: String,
    pub(crate) index_digest: String,
    /// The least and the greatest time, in milliseconds since 1970.
    pub(crate) times: (i64, i64),
    /// The least and the greatest time of receipt.
    pub(crate) received: (i64, i64),
    /// The least and the greatest number.
    pub(crate) sequences: (u64, u64),
    /// What the messages took as they came, about.
    pub(crate) text_bytes: u64,
    /// Rows by source.
    pub(crate) sources: BTreeMap<String, u64>,
}

/// Writes a file of events in batches, and its index at the end.
pub(crate) struct FileWriter {
    writer: ArrowWriter<Sink>,
    index: Box<dyn Written>,
    algorithm: Algorithm,
    words: PageWords,
    counting: Counting,
    pair_names: PairNames,
    sums: Sums,
}

impl FileWriter {
    /// Begins a file.
    pub(crate) fn new(
        layout: &Layout,
        properties: WriterProperties,
        file: Box<dyn Written>,
        index: Box<dyn Written>,
        algorithm: Algorithm,
    ) -> Result<Self, FileError> {
        let sink = Sink {
            file,
            place: 0,
            buffer: Vec::with_capacity(CHUNK),
            digesting: Digesting::new(algorithm),
        };
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        Ok(Self {
            writer: ArrowWriter::try_new_with_options(sink, layout.schema(), options)?,
            index,
            algorithm,
            words: PageWords::default(),
            counting: Counting::default(),
            pair_names: PairNames::default(),
            sums: Sums {
                rows: 0,
                bytes: 0,
                index_bytes: 0,
                digest: String::new(),
                index_digest: String::new(),
                times: (i64::MAX, i64::MIN),
                received: (i64::MAX, i64::MIN),
                sequences: (u64::MAX, 0),
                text_bytes: 0,
                sources: BTreeMap::new(),
            },
        })
    }

    /// Adds rows that are in order.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), FileError> {
        self.sums.text_bytes += self.words.add(batch)?;
        if let Some(pairs) = Pairs::of(batch) {
            self.pair_names.add(pairs);
        }
        self.counting.add(batch);
        self.take_sums(batch);
        self.writer.write(batch)?;
        Ok(())
    }

    fn take_sums(&mut self, batch: &RecordBatch) {
        let time = |name: &str| -> Option<&TimestampMillisecondArray> {
            batch.column_by_name(name)?.as_any().downcast_ref()
        };
        self.sums.rows += u64::try_from(batch.num_rows()).unwrap_or_default();
        for (name, range) in [
            ("time", &mut self.sums.times),
            ("received", &mut self.sums.received),
        ] {
            for value in time(name)
                .map(|column| column.values().iter())
                .into_iter()
                .flatten()
            {
                *range = (range.0.min(*value), range.1.max(*value));
            }
        }
        let sequences: Option<&Int64Array> = batch
            .column_by_name("sequence")
            .and_then(|column| column.as_any().downcast_ref());
        for value in sequences
            .map(|column| column.values().iter())
            .into_iter()
            .flatten()
        {
            let value = value.cast_unsigned();
            let range = &mut self.sums.sequences;
            *range = (range.0.min(value), range.1.max(value));
        }
    }

    /// Ends the file and its index and makes both durable.
    pub(crate) fn finish(mut self) -> Result<Sums, FileError> {
        if let Some(names) = self.pair_names.to_json() {
            let names = KeyValue::new(PAIRS_KEY.to_owned(), names);
            self.writer.append_key_value_metadata(names);
        }
        let mut sink = self.writer.into_inner()?;
        sink.write_out()?;
        sink.file.sync()?;
        self.sums.sources = self.counting.sources();
        self.sums.bytes = sink.place;
        self.sums.digest = sink.digesting.finish();
        let index = index::bytes(&self.words.finish(), &self.counting.finish()?);
        self.index.write_at(0, &index)?;
        self.index.sync()?;
        self.sums.index_bytes = u64::try_from(index.len()).unwrap_or_default();
        let mut digesting = Digesting::new(self.algorithm);
        digesting.update(&index);
        self.sums.index_digest = digesting.finish();
        Ok(self.sums)
    }
}
