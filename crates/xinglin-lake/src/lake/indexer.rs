//! Two threads: one reads the events in durable messages, one makes files of them.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, Weak, atomic::Ordering, mpsc},
    thread,
    time::{Duration, Instant},
};

use xinglin_core::Event;

use super::{Inner, LakeError, ReadMessage, lock};
use crate::{
    append::{Group, Log, Message, Messages},
    manifest::Change,
    rows::Rows,
};

/// What there is to do.
pub(super) enum Work {
    Group(Group),
    /// Answer when all before is searchable.
    Settle(mpsc::SyncSender<()>),
    /// Answer when all before is in files.
    Flush(mpsc::SyncSender<()>),
}

/// Rows for a file, or somebody who waits for those before.
enum Sealed {
    Rows {
        rows: Arc<Rows>,
        through: u64,
        positions: BTreeMap<String, Option<String>>,
    },
    Wait(mpsc::SyncSender<()>),
}

/// How long before another attempt when a file could not be written.
const AGAIN: Duration = Duration::from_millis(500);

/// Whose segments are released when their events are in files.
#[derive(Default)]
struct Release(Mutex<Weak<Log>>);

/// What the threads are told later.
pub(super) struct Indexer {
    release: Arc<Release>,
}

impl Indexer {
    /// Starts the threads; they end when the senders of work do.
    pub(super) fn start(
        inner: &Arc<Inner>,
        reader: Box<dyn ReadMessage>,
        works: mpsc::Receiver<Work>,
    ) -> std::io::Result<(Self, Vec<thread::JoinHandle<()>>)> {
        let release = Arc::new(Release::default());
        // While rows become a file, no more than the next ones are in memory.
        let (sealed, to_write) = mpsc::sync_channel(0);
        let reading = Reading {
            inner: Arc::clone(inner),
            reader,
            sealed,
            since: None,
            through: lock(&inner.manifest).state().through,
        };
        let writing = Writing {
            inner: Arc::clone(inner),
            release: Arc::clone(&release),
        };
        let named = |name: &str| thread::Builder::new().name(name.to_owned());
        let threads = vec![
            named("lake-index").spawn(move || reading.run(&works))?,
            named("lake-files").spawn(move || writing.run(&to_write))?,
        ];
        Ok((Self { release }, threads))
    }

    /// From now on segments of this log are released.
    pub(super) fn release_by(&self, log: &Arc<Log>) {
        *lock(&self.release.0) = Arc::downgrade(log);
    }
}

struct Reading {
    inner: Arc<Inner>,
    reader: Box<dyn ReadMessage>,
    sealed: mpsc::SyncSender<Sealed>,
    /// When the first of the events in memory came.
    since: Option<Instant>,
    /// Messages up to this number have been read.
    through: u64,
}

impl Reading {
    fn run(mut self, works: &mpsc::Receiver<Work>) {
        loop {
            let after = self.inner.settings.flush_after;
            let left = self
                .since
                .map(|since| after.saturating_sub(since.elapsed()));
            let work = match left {
                None => works
                    .recv()
                    .map_err(|_| mpsc::RecvTimeoutError::Disconnected),
                Some(left) => works.recv_timeout(left),
            };
            match work {
                Ok(Work::Group(group)) => self.group(&group),
                Ok(Work::Settle(reply)) => drop(reply.send(())),
                Ok(Work::Flush(reply)) => {
                    self.seal();
                    drop(self.sealed.send(Sealed::Wait(reply)));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.seal(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let mut hot = lock(&self.inner.hot);
        for (message, sequence) in Messages::new(&group.payload).zip(group.first..) {
            if sequence <= self.through {
                continue;
            }
            if let Some(position) = message.position() {
                lock(&self.inner.positions).take(position);
            } else {
                read(self.reader.as_mut(), &message, sequence, &mut hot.building);
            }
        }
        self.through = self.through.max(group.first + u64::from(group.count) - 1);
        let is_full = hot.building.size() >= self.inner.settings.flush_bytes;
        drop(hot);
        if is_full {
            self.seal();
        } else if self.since.is_none() {
            self.since = Some(Instant::now());
        }
    }

    /// Hands the events in memory over to become a file; waits while others do.
    fn seal(&mut self) {
        self.since = None;
        let mut hot = lock(&self.inner.hot);
        let rows = Arc::new(std::mem::take(&mut hot.building));
        if !rows.is_empty() {
            hot.sealed.push(Arc::clone(&rows));
        }
        drop(hot);
        let sealed = Sealed::Rows {
            rows,
            through: self.through,
            positions: lock(&self.inner.positions).take_changed(),
        };
        // The other thread ends only after this one.
        drop(self.sealed.send(sealed));
    }
}

/// Adds the events of a message.
pub(super) fn read(
    reader: &mut dyn ReadMessage,
    message: &Message<'_>,
    sequence: u64,
    rows: &mut Rows,
) {
    let mut raw = Some(message.bytes);
    let before = rows.len();
    let reading = catch_unwind(AssertUnwindSafe(|| {
        reader.read(message, &mut |event| {
            rows.push(sequence, &message.receipt, event, raw.take());
        });
    }));
    if reading.is_err() && rows.len() == before {
        let text = String::from_utf8_lossy(message.bytes);
        let event = Event::unread(text, message.receipt.received_at);
        rows.push(sequence, &message.receipt, &event, Some(message.bytes));
    }
}

struct Writing {
    inner: Arc<Inner>,
    release: Arc<Release>,
}

impl Writing {
    fn run(&self, to_write: &mpsc::Receiver<Sealed>) {
        while let Ok(sealed) = to_write.recv() {
            match sealed {
                Sealed::Wait(reply) => drop(reply.send(())),
                Sealed::Rows {
                    rows,
                    through,
                    positions,
                } => {
                    if !self.write(&rows, through, positions) {
                        return;
                    }
                }
            }
        }
    }

    /// Writes rows until it is done; false when the lake is closed before that, and then they
    /// are read from the log again.
    fn write(
        &self,
        rows: &Arc<Rows>,
        through: u64,
        positions: BTreeMap<String, Option<String>>,
    ) -> bool {
        let Some(add) = self.until_done(|| self.inner.write_files(rows)) else {
            return false;
        };
        let change = Change {
            add,
            through: Some(through),
            positions,
            ..Change::default()
        };
        if self
            .until_done(|| self.inner.commit_flush(rows, &change))
            .is_none()
        {
            return false;
        }
        *lock(&self.inner.problem) = None;
        let log = lock(&self.release.0).upgrade();
        if let Some(log) = log
            && let Err(error) = log.release(through)
        {
            // The room is only taken longer: the next release tries again.
            *lock(&self.inner.problem) = Some(error.to_string());
        }
        true
    }

    /// Tries until it is done; nothing when the lake is closed before.
    fn until_done<T>(&self, mut attempt: impl FnMut() -> Result<T, LakeError>) -> Option<T> {
        loop {
            match attempt() {
                Ok(done) => return Some(done),
                Err(error) => *lock(&self.inner.problem) = Some(error_chain(&error)),
            }
            if self.inner.closing.load(Ordering::Acquire) {
                return None;
            }
            thread::sleep(AGAIN);
        }
    }
}

fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
