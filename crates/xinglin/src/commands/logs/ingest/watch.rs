//! What is told of a file while it is taken in: how far it is, and what is rejected.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Read, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use xinglin_app::logs::{Taken, Watcher};
use xinglin_core::{Clock as _, SystemClock};

use crate::commands::logs::export::private;

/// How far it is, is told so often.
const EVERY: Duration = Duration::from_millis(500);

/// Counts what is read of a file, packed as it may be.
pub(super) struct Measured {
    file: Box<dyn Read + Send>,
    place: Arc<AtomicU64>,
}

impl Measured {
    pub(super) fn new(file: Box<dyn Read + Send>) -> Self {
        Self {
            file,
            place: Arc::default(),
        }
    }

    pub(super) fn place(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.place)
    }
}

impl Read for Measured {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        self.place.fetch_add(count, Ordering::Relaxed);
        Ok(read)
    }
}

/// The file of what is rejected, made when there is something.
pub(super) struct Rejected {
    folder: PathBuf,
    wanted: Option<PathBuf>,
    file: Option<(PathBuf, File)>,
    /// What was written last, by file and number.
    last: (String, u64),
}

/// No panic happens while it is held; were there one, what it guards is still whole.
pub(super) fn lock(rejected: &Mutex<Rejected>) -> MutexGuard<'_, Rejected> {
    rejected.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rejected {
    pub(super) fn new(data: &Path, wanted: Option<PathBuf>) -> Self {
        Self {
            folder: data.join("rejected"),
            wanted,
            file: None,
            last: (String::new(), 0),
        }
    }

    /// Where it is, if there is one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        self.file.as_ref().map(|(path, _)| path.clone())
    }

    /// Writes a head that says what follows, and the bytes as they came.
    fn write(&mut self, name: &str, number: u64, reason: &str, bytes: &[u8]) -> io::Result<()> {
        let is_new = self.last.1 != number || self.last.0 != name;
        self.last = (name.to_owned(), number);
        let file = self.file()?;
        if is_new {
            write!(file, "\n# {name}, {number}: {reason}\n")?;
        }
        file.write_all(bytes)
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            let path = if let Some(path) = &self.wanted {
                path.clone()
            } else {
                fs::create_dir_all(&self.folder)?;
                let at = SystemClock.now().strftime("%Y%m%dT%H%M%SZ");
                let own = std::process::id();
                self.folder.join(format!("{at}-{own}.txt"))
            };
            let file = private(&path)?;
            self.file = Some((path, file));
        }
        match &mut self.file {
            Some((_, file)) => Ok(file),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Watches one file.
pub(super) struct Watch {
    name: String,
    bytes: Option<u64>,
    place: Arc<AtomicU64>,
    rejected: Arc<Mutex<Rejected>>,
    told: Option<Instant>,
    is_terminal: bool,
    start: Instant,
}

impl Watch {
    pub(super) fn new(
        name: String,
        bytes: Option<u64>,
        place: Arc<AtomicU64>,
        rejected: &Arc<Mutex<Rejected>>,
    ) -> Self {
        Self {
            name,
            bytes,
            place,
            rejected: Arc::clone(rejected),
            told: None,
            is_terminal: io::stderr().is_terminal(),
            start: Instant::now(),
        }
    }

    fn line(&self, taken: &Taken) -> String {
        let place = self.place.load(Ordering::Relaxed);
        let megabytes = |bytes: u64| bytes / 1_000_000;
        let of = self
            .bytes
            .map_or_else(String::new, |bytes| format!(" of {}", megabytes(bytes)));
        let seconds = self.start.elapsed().as_secs().max(1);
        format!(
            "{}: {}{of} MB, {} events, {} a second",
            self.name,
            megabytes(place),
            taken.kept,
            taken.kept / seconds
        )
    }
}

impl Watcher for Watch {
    fn rejected(&mut self, number: u64, reason: &str, bytes: &[u8]) -> io::Result<()> {
        lock(&self.rejected).write(&self.name, number, reason, bytes)
    }

    fn so_far(&mut self, taken: &Taken) {
        let is_due = self.told.is_none_or(|told| told.elapsed() >= EVERY);
        if !self.is_terminal || !is_due {
            return;
        }
        self.told = Some(Instant::now());
        // There is nowhere left to report a broken stderr to.
        drop(write!(io::stderr(), "\r\x1b[K{}", self.line(taken)));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.told.is_some() {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}
