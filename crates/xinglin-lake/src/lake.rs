//! The lake: the log, the events in memory, and the files.

mod compact;
mod flush;
mod indexer;
mod lately;
mod look;
mod merge;
mod open;
mod positions;
mod retain;
mod search;
#[cfg(feature = "sql")]
mod sql;
mod verify;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use thiserror::Error;
use xinglin_core::Event;

pub use compact::Compacted;
pub use open::Opened;
pub use retain::{Forecast, LEAST_DAYS, Permit, Retention, RetentionError};
pub(crate) use search::BESIDE;
pub use search::{
    After, Bucket, Facet, Facets, Found, Histogram, Looked, Onward, Order, Search, Spread, Stop,
};
#[cfg(feature = "sql")]
pub use sql::{Answer, SqlColumn, SqlError, SqlKind, SqlLimits, SqlMistake};
pub use verify::{Flaw, Verified};

use crate::{
    append::{AppendError, Log, LogState, Message, Ticket},
    counts::Counts,
    digest::Algorithm,
    disk::{Disk, Held},
    file::{self, FileError, FileReader, Patterns, StoredEvent},
    index::Index,
    manifest::{FileEntry, Manifest, ManifestError},
    rows::Rows,
};
use indexer::Work;
use lately::Lately;
use look::Eyes;
use positions::Positions;

/// What counts may take in memory.
const MOST_COUNTED: usize = 48 << 20;
/// What is known of the values in dictionaries may take so much in memory.
const MOST_VALUES: usize = 64 << 20;
/// What files that are open may take in memory, by what they say of their pages.
const MOST_OPENED: usize = 48 << 20;

/// What the columns of files may take in memory.
#[cfg(feature = "sql")]
const MOST_LAYOUTS: usize = 8 << 20;

/// How a lake works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The size of a segment of the log.
    pub segment_bytes: u64,
    /// How long messages wait for others before they are written together.
    pub gather: Duration,
    /// Events in memory become a file when they take so much …
    pub flush_bytes: usize,
    /// … or after this time.
    pub flush_after: Duration,
    /// By what files are digested.
    pub digest: Algorithm,
    /// The level of zstd for files that are merged later.
    pub first_level: i32,
    /// The level of zstd for files that are not merged again.
    pub merged_level: i32,
    /// How long logs are kept.
    pub retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            gather: Duration::from_millis(5),
            flush_bytes: 32 << 20,
            flush_after: Duration::from_mins(1),
            digest: Algorithm::default(),
            first_level: 1,
            merged_level: 9,
            retention: Retention::default(),
        }
    }
}

impl Settings {
    /// The level of zstd for files that were merged so often.
    fn level_of(&self, merged: u8) -> i32 {
        if merged < compact::LAST {
            self.first_level
        } else {
            self.merged_level
        }
    }
}

/// Reads the events in messages.
pub trait ReadMessage: Send {
    /// Gives each event of a message to `event`: one as a rule, none where it belongs to an
    /// event given with a later message. A message without an event is not kept beyond the
    /// log.
    fn read(&mut self, message: &Message<'_>, event: &mut dyn FnMut(&Event<'_>));
}

/// Why the lake cannot do something.
#[derive(Debug, Error)]
pub enum LakeError {
    /// The disk says no.
    #[error("the disk failed")]
    Disk(#[from] std::io::Error),
    /// The manifest cannot be read or written.
    #[error("the manifest of the lake failed")]
    Manifest(#[from] ManifestError),
    /// A file of events cannot be read or written.
    #[error("the file of events {file} failed")]
    File {
        /// Its name.
        file: String,
        /// Why.
        source: FileError,
    },
    /// It was closed, or opened to read only.
    #[error("the lake is closed")]
    Closed,
    /// Another process, such as a server, has it open to write.
    #[error("another process has the lake open")]
    InUse,
}

/// Events that are in no file yet.
#[derive(Default)]
struct Hot {
    building: Rows,
    /// Waiting to be written to files, oldest first.
    sealed: Vec<Arc<Rows>>,
}

struct Inner {
    disk: Arc<dyn Disk>,
    files: PathBuf,
    settings: Settings,
    /// How long logs are kept from now on.
    retention: RwLock<Arc<Retention>>,
    manifest: Mutex<Manifest>,
    hot: Mutex<Hot>,
    /// Held while files are merged or removed: one at a time.
    housekeeping: Mutex<()>,
    /// Held by whoever reads files: none is removed meanwhile.
    reading: RwLock<()>,
    /// Files that the manifest no longer names and that are still there.
    retired: Mutex<Vec<String>>,
    /// Numbers of files that are being written.
    next_file: Mutex<u64>,
    /// Counts of files that were asked for lately.
    counted: Mutex<Lately<Counts>>,
    /// Files that were read lately.
    opened: Mutex<Lately<FileReader>>,
    /// The values of columns that were looked for lately, as numbers made by `hasher`: by the
    /// numbers of file, group and column.
    values: Mutex<Lately<Vec<u64>, (u64, usize, usize)>>,
    hasher: foldhash::quality::RandomState,
    #[cfg(feature = "sql")]
    layouts: Mutex<Lately<file::Layout>>,
    positions: Mutex<Positions>,
    problem: Mutex<Option<String>>,
    closing: AtomicBool,
}

/// No panic happens while a lock is held; were there one, what it guards is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The log lake.
pub struct Lake {
    inner: Arc<Inner>,
    log: Option<Arc<Log>>,
    work: Option<mpsc::SyncSender<Work>>,
    threads: Vec<thread::JoinHandle<()>>,
    /// With what one that only reads looks at the log.
    eyes: Option<Eyes>,
    /// Held so that no other process writes.
    _held: Option<Held>,
}

impl Lake {
    /// Hands messages over; the ticket says when they are durable.
    pub fn append(&self, messages: &[Message<'_>]) -> Result<Ticket, AppendError> {
        self.append_with(messages, &[])
    }

    /// Whether it was opened to write, and not closed since.
    fn writes(&self) -> Result<(), LakeError> {
        self.log.as_ref().map(|_| ()).ok_or(LakeError::Closed)
    }

    /// How the log is doing.
    pub fn log_state(&self) -> LogState {
        let log = self.log.as_ref();
        log.map_or(LogState::Writing, |log| log.state())
    }

    /// Why events are not becoming files, where they should.
    pub fn problem(&self) -> Option<String> {
        lock(&self.inner.problem).clone()
    }

    /// Waits until all messages that were acknowledged are searchable.
    pub fn settle(&self) -> Result<(), LakeError> {
        self.ask(Work::Settle)
    }

    /// Makes files of all events in memory.
    pub fn flush(&self) -> Result<(), LakeError> {
        self.ask(Work::Flush)
    }

    fn ask<T>(&self, work: impl FnOnce(mpsc::SyncSender<T>) -> Work) -> Result<T, LakeError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let sender = self.work.as_ref().ok_or(LakeError::Closed)?;
        sender.send(work(reply)).map_err(|_| LakeError::Closed)?;
        answer.recv().map_err(|_| LakeError::Closed)
    }

    /// The files of events, oldest first.
    pub fn files(&self) -> Vec<Arc<FileEntry>> {
        lock(&self.inner.manifest)
            .state()
            .files
            .values()
            .cloned()
            .collect()
    }

    /// Where a file of events is.
    pub fn path_of(&self, entry: &FileEntry) -> PathBuf {
        self.inner.files.join(entry.file_name())
    }

    /// Events in memory.
    pub fn hot_events(&self) -> usize {
        let hot = lock(&self.inner.hot);
        hot.building.len() + hot.sealed.iter().map(|rows| rows.len()).sum::<usize>()
    }

    /// The pages of a file that may have all of these words, by [`crate::words_of`].
    pub fn pages_with(&self, entry: &FileEntry, words: &[u64]) -> Result<Vec<bool>, LakeError> {
        let _reading = self.inner.reading();
        Ok(self.inner.index(entry)?.pages_with(words)?)
    }

    /// The counts of a file. Those that were read lately are kept.
    pub fn counts(&self, entry: &FileEntry) -> Result<Arc<Counts>, LakeError> {
        let _reading = self.inner.reading();
        self.inner.counts(entry)
    }

    /// Gives all events to `each`: those of files in their order, then those in memory.
    pub fn scan(&self, each: &mut dyn FnMut(StoredEvent)) -> Result<(), LakeError> {
        let _reading = self.inner.reading();
        let now = self.inner.now(&|_, _| true)?;
        for entry in now.files {
            self.inner.scan_file(&entry, each)?;
        }
        for (layout, batch) in now.parts {
            let events = file::events(&batch, &layout, &mut Patterns::default());
            events.into_iter().for_each(&mut *each);
        }
        Ok(())
    }

    /// Writes what waits and stops. Events in memory stay in the log.
    pub fn close(&mut self) {
        self.inner.closing.store(true, Ordering::Release);
        if let Some(log) = self.log.take().and_then(Arc::into_inner) {
            drop(log);
        }
        self.work = None;
        for thread in self.threads.drain(..) {
            // A panic there has been reported; what is acknowledged is in the log.
            drop(thread.join());
        }
    }
}

impl Drop for Lake {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn reading(&self) -> RwLockReadGuard<'_, ()> {
        self.reading.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_file(&self, entry: &FileEntry) -> Result<FileReader, LakeError> {
        let file = entry.file_name();
        let stored = self.disk.read(&self.files.join(&file))?;
        FileReader::open(stored).map_err(|source| LakeError::File { file, source })
    }

    /// The columns of a file.
    #[cfg(feature = "sql")]
    fn layout(&self, entry: &FileEntry) -> Result<Arc<file::Layout>, LakeError> {
        if let Some(layout) = lock(&self.layouts).get(entry.number) {
            return Ok(layout);
        }
        let layout = Arc::new(self.opened(entry)?.layout.clone());
        let bytes = layout.fields.len() * 64 + 256;
        lock(&self.layouts).keep(entry.number, &layout, bytes);
        Ok(layout)
    }

    /// An open file, which is kept open for who reads it next.
    fn opened(&self, entry: &FileEntry) -> Result<Arc<FileReader>, LakeError> {
        if let Some(reader) = lock(&self.opened).get(entry.number) {
            return Ok(reader);
        }
        let reader = Arc::new(self.open_file(entry)?);
        lock(&self.opened).keep(entry.number, &reader, reader.size());
        Ok(reader)
    }

    fn index(&self, entry: &FileEntry) -> Result<Index, LakeError> {
        let stored = self.disk.read(&self.files.join(entry.index_name()))?;
        Ok(Index::open(stored)?)
    }

    fn counts(&self, entry: &FileEntry) -> Result<Arc<Counts>, LakeError> {
        if let Some(counts) = lock(&self.counted).get(entry.number) {
            return Ok(counts);
        }
        let counts = Arc::new(self.index(entry)?.counts()?);
        lock(&self.counted).keep(entry.number, &counts, counts.size());
        Ok(counts)
    }

    fn scan_file(
        &self,
        entry: &FileEntry,
        each: &mut dyn FnMut(StoredEvent),
    ) -> Result<(), LakeError> {
        let reader = self.open_file(entry)?;
        let failed = |source: FileError| LakeError::File {
            file: entry.file_name(),
            source,
        };
        let mut patterns = Patterns::default();
        let batches = reader
            .batches(file::PAGE_ROWS, None, None)
            .map_err(failed)?;
        for batch in batches {
            let batch = batch.map_err(|error| failed(error.into()))?;
            let events = file::events(&batch, &reader.layout, &mut patterns);
            if events.len() != batch.num_rows() {
                return Err(failed(FileError::Text));
            }
            events.into_iter().for_each(&mut *each);
        }
        Ok(())
    }

    fn file_number(&self) -> u64 {
        let mut next = lock(&self.next_file);
        *next += 1;
        *next - 1
    }
}
