//! The write-ahead log: messages as they came, durable before they are acknowledged.
//!
//! One thread writes what many append. It gathers messages for a few milliseconds, writes them
//! as one frame and syncs; only then do the tickets resolve. A write or a sync that fails is
//! never tried again on the same file: the frame goes to a new segment, whose head says how
//! far the one before it counts.

mod frame;
mod replay;
mod segment;
mod writer;

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;

pub(crate) use frame::Messages;
pub use frame::{Message, Position};
pub use replay::Damage;
pub(crate) use replay::{Replay, replay};

use crate::disk::Disk;
use frame::FrameBuilder;
use segment::Chain;
use writer::Writer;

/// A message may be so long.
pub const MOST_MESSAGE: usize = 4 << 20;
/// Messages that are appended at once may be so long together.
const MOST_BATCH: usize = 16 << 20;
/// Messages that wait may be so long together, before whoever appends has to wait.
const MOST_WAITING: usize = 4 << 20;
/// So many bytes are written without waiting for more.
const GROUP_BYTES: usize = 256 << 10;

/// How the log works.
#[derive(Debug, Clone)]
pub(crate) struct LogSettings {
    pub(crate) folder: PathBuf,
    /// The size of a segment.
    pub(crate) segment_bytes: u64,
    /// How long messages wait for others before they are written together.
    pub(crate) gather: Duration,
}

/// Why messages were not taken.
#[derive(Debug, Clone, Error)]
pub enum AppendError {
    /// A message is longer than is allowed, or messages are together.
    #[error("{0} bytes are too long")]
    TooLong(usize),
    /// The disk is full, or its time is over.
    #[error("the log cannot be written")]
    Disk(#[source] Arc<std::io::Error>),
    /// The lake is being closed.
    #[error("the lake is closed")]
    Closed,
}

/// How the log is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogState {
    /// It takes messages.
    Writing,
    /// Nothing is taken until the disk can be written again; each message is a new attempt.
    Failing {
        /// What the disk says.
        problem: String,
    },
}

/// Messages that are durable, in the order of their numbers.
pub(crate) struct Group {
    pub(crate) first: u64,
    pub(crate) count: u32,
    pub(crate) payload: Vec<u8>,
}

/// Takes groups that are durable, in order; whoever appends waits for it.
pub(crate) type Durable = Box<dyn FnMut(Group) + Send>;

type Outcome = Result<u64, AppendError>;

/// What became of the messages that were written together.
#[derive(Debug, Default)]
struct Fate {
    outcome: Mutex<Option<Outcome>>,
    decided: Condvar,
}

/// Says when appended messages are durable.
#[derive(Debug)]
#[must_use = "messages are durable only when the ticket says so"]
pub struct Ticket {
    fate: Arc<Fate>,
    offset: u64,
    count: u64,
}

impl Ticket {
    /// Waits until the messages are durable; the range of their numbers.
    pub fn wait(self) -> Result<std::ops::Range<u64>, AppendError> {
        let mut outcome = lock(&self.fate.outcome);
        loop {
            if let Some(outcome) = outcome.as_ref() {
                let first = outcome.clone()? + self.offset;
                return Ok(first..first + self.count);
            }
            let waited = self.fate.decided.wait(outcome);
            outcome = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same, but gives the ticket back when it is not known by then.
    pub fn wait_at_most(
        self,
        most: Duration,
    ) -> Result<Result<std::ops::Range<u64>, AppendError>, Self> {
        let outcome = lock(&self.fate.outcome);
        let waited = self
            .fate
            .decided
            .wait_timeout_while(outcome, most, |outcome| outcome.is_none());
        let (outcome, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let is_known = outcome.is_some();
        drop(outcome);
        if is_known { Ok(self.wait()) } else { Err(self) }
    }
}

#[derive(Default)]
struct Waiting {
    frame: FrameBuilder,
    fate: Arc<Fate>,
    /// When the first of them came.
    since: Option<Instant>,
    closed: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to write.
    filled: Condvar,
    /// There is room again.
    taken: Condvar,
    state: Mutex<LogState>,
    chain: Mutex<Chain>,
}

/// No panic happens while a lock is held; were there one, what it guards is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The log.
pub(crate) struct Log {
    shared: Arc<Shared>,
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    thread: Option<thread::JoinHandle<()>>,
}

impl Log {
    /// Begins a new segment behind what `replay` found, and writes on from there. Durable
    /// groups go to `durable`, in order.
    pub(crate) fn start(
        disk: Arc<dyn Disk>,
        settings: &LogSettings,
        replay: Replay,
        durable: Durable,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            filled: Condvar::new(),
            taken: Condvar::new(),
            state: Mutex::new(LogState::Writing),
            chain: Mutex::new(replay.chain),
        });
        let writer = Writer::new(
            Arc::clone(&disk),
            settings.clone(),
            Arc::clone(&shared),
            replay.next,
            durable,
        );
        let thread = thread::Builder::new()
            .name("lake-log".to_owned())
            .spawn(move || writer.run())?;
        Ok(Self {
            shared,
            disk,
            folder: settings.folder.clone(),
            thread: Some(thread),
        })
    }

    /// Hands messages over, and positions that become durable with them, at once or not at
    /// all. Waits only while too many others do.
    pub(crate) fn append(
        &self,
        messages: &[Message<'_>],
        positions: &[Position],
    ) -> Result<Ticket, AppendError> {
        let longest = messages.iter().map(|message| message.bytes.len()).max();
        if let Some(length) = longest.filter(|length| *length > MOST_MESSAGE) {
            return Err(AppendError::TooLong(length));
        }
        let states = positions.iter().filter_map(|one| one.state.as_ref());
        let lengths = messages.iter().map(|message| message.bytes.len());
        let length = lengths.chain(states.map(String::len)).sum();
        if length > MOST_BATCH {
            return Err(AppendError::TooLong(length));
        }
        let mut waiting = lock(&self.shared.waiting);
        while waiting.frame.bytes() > MOST_WAITING && !waiting.closed {
            let waited = self.shared.taken.wait(waiting);
            waiting = waited.unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            return Err(AppendError::Closed);
        }
        let ticket = Ticket {
            fate: Arc::clone(&waiting.fate),
            offset: u64::from(waiting.frame.count()),
            count: u64::try_from(messages.len()).unwrap_or(u64::MAX),
        };
        for message in messages {
            waiting.frame.push(message);
        }
        for position in positions {
            waiting.frame.push_position(position);
        }
        let is_first = waiting.since.is_none();
        if is_first {
            waiting.since = Some(Instant::now());
        }
        let is_full = waiting.frame.bytes() >= GROUP_BYTES;
        drop(waiting);
        if is_first || is_full {
            self.shared.filled.notify_one();
        }
        Ok(ticket)
    }

    /// How it is doing.
    pub(crate) fn state(&self) -> LogState {
        lock(&self.shared.state).clone()
    }

    /// Removes segments in which every message has a number up to this one.
    pub(crate) fn release(&self, through: u64) -> std::io::Result<()> {
        lock(&self.shared.chain).release(self.disk.as_ref(), &self.folder, through)
    }

    /// Writes what waits and stops.
    pub(crate) fn close(&mut self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.filled.notify_all();
        self.shared.taken.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread left its tickets undecided; there is nobody to tell more.
            drop(thread.join());
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.close();
    }
}
