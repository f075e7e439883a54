//! The kernel's events, collected until somebody asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use notify::{
    Config, ErrorKind, Event, EventKind, EventKindMask, RecommendedWatcher, RecursiveMode,
    Watcher as _,
    event::{MetadataKind, ModifyKind},
};
use thiserror::Error;

/// So many paths are kept; more are as good as an overflow of the kernel's queue.
const MOST_PATHS: usize = 10_000;

/// Why files are not watched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WatchFailure {
    /// The system allows no more directories to be watched.
    #[error(
        "the system allows no more directories to be watched (fs.inotify.max_user_watches): {watched} are"
    )]
    TooMany {
        /// How many are.
        watched: usize,
    },
    /// The system said something else.
    #[error("files cannot be watched: {0}")]
    Failed(String),
}

/// What happened since somebody asked last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Paths, and whether what is there, with all below it, may be another.
    pub paths: BTreeMap<String, bool>,
    /// Whether more happened than was kept.
    pub lost: bool,
}

/// Watches directories, each without those in it, and collects what happens in them.
#[derive(Debug)]
pub struct FileWatcher {
    watcher: RecommendedWatcher,
    collected: Arc<Collected>,
    watched: BTreeSet<String>,
    root: PathBuf,
}

#[derive(Debug, Default)]
struct Collected {
    touched: Mutex<Touched>,
    more: Condvar,
}

impl FileWatcher {
    /// Watches nothing yet. Paths are those of the system under `root`, `/` for this one.
    ///
    /// # Errors
    /// When the system has no such service, or no place left for one who asks for it.
    pub fn new(root: &Path) -> Result<Self, WatchFailure> {
        let collected = Arc::new(Collected::default());
        let kept = Arc::clone(&collected);
        let below = root.to_owned();
        // Files that are opened and closed without a change would drown everything else, and a
        // scan opens all of them.
        let config = Config::default().with_event_kinds(EventKindMask::CORE);
        let watcher = RecommendedWatcher::new(move |event| kept.keep(&below, event), config)
            .map_err(|error| failure(&error, 0))?;
        Ok(Self {
            watcher,
            collected,
            watched: BTreeSet::new(),
            root: root.to_owned(),
        })
    }

    /// Watches these directories and no others; those that are new. One that is gone is passed
    /// over: its parent tells when it comes back.
    ///
    /// # Errors
    /// When the system does not watch all of them. Those it could are watched.
    pub fn follow(&mut self, directories: &BTreeSet<String>) -> Result<Vec<String>, WatchFailure> {
        let gone: Vec<String> = self.watched.difference(directories).cloned().collect();
        for path in gone {
            self.forget(&path);
        }
        let new: Vec<String> = directories.difference(&self.watched).cloned().collect();
        let mut followed = Vec::new();
        for path in new {
            let place = self.place(&path);
            match self.watcher.watch(&place, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path.clone());
                    followed.push(path);
                }
                // One that may not be read is named in the baseline.
                Err(error) if is_closed(&error) => {}
                Err(error) => return Err(failure(&error, self.watched.len())),
            }
        }
        Ok(followed)
    }

    /// What happened since the last call.
    pub fn take(&mut self) -> Touched {
        let touched = std::mem::take(&mut *self.collected.lock());
        let replaced = touched.paths.iter().filter(|(_, below)| **below);
        let mut stale = Vec::new();
        for (path, _) in replaced {
            let within = format!("{}/", path.trim_end_matches('/'));
            let below = self.watched.range(within.clone()..);
            stale.extend(below.take_while(|path| path.starts_with(&within)).cloned());
            stale.extend(self.watched.get(path).cloned());
        }
        // The watch is on the directory that was there, wherever it is now.
        for path in stale {
            self.forget(&path);
        }
        touched
    }

    /// Waits until something happens, at most so long.
    pub fn wait(&self, patience: Duration) {
        let touched = self.collected.lock();
        let idle = |touched: &mut Touched| touched.paths.is_empty() && !touched.lost;
        let waited = self
            .collected
            .more
            .wait_timeout_while(touched, patience, idle);
        drop(waited);
    }

    /// How many directories are watched.
    pub fn watched(&self) -> usize {
        self.watched.len()
    }

    fn forget(&mut self, path: &str) {
        self.watched.remove(path);
        // One whose directory is gone was taken away by the kernel already.
        drop(self.watcher.unwatch(&self.place(path)));
    }

    fn place(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

impl Collected {
    fn lock(&self) -> MutexGuard<'_, Touched> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, root: &Path, event: notify::Result<Event>) {
        let mut touched = self.lock();
        match event {
            Ok(event) if event.need_rescan() => touched.lose(),
            Ok(event) => {
                let below = replaces(event.kind);
                for path in &event.paths {
                    let inside = path.strip_prefix(root).ok().and_then(Path::to_str);
                    match inside {
                        Some(inside) => touched.touch(format!("/{inside}"), below),
                        // A name that is no text stands in a scan by another one.
                        None => touched.lose(),
                    }
                }
            }
            Err(_) => touched.lose(),
        }
        drop(touched);
        self.more.notify_all();
    }
}

impl Touched {
    fn touch(&mut self, path: String, below: bool) {
        if self.lost {
            return;
        }
        *self.paths.entry(path).or_default() |= below;
        if self.paths.len() > MOST_PATHS {
            self.lose();
        }
    }

    fn lose(&mut self) {
        self.lost = true;
        self.paths.clear();
    }
}

/// Whether something else may be at the path now, rather than the same with another content.
fn replaces(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Modify(
            ModifyKind::Data(_) | ModifyKind::Metadata(MetadataKind::Any) | ModifyKind::Any
        )
    )
}

/// Whether the directory is not there, or may not be read.
fn is_closed(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => {
            let kind = error.kind();
            kind == std::io::ErrorKind::PermissionDenied || kind == std::io::ErrorKind::NotFound
        }
        _ => false,
    }
}

fn failure(error: &notify::Error, watched: usize) -> WatchFailure {
    match &error.kind {
        ErrorKind::MaxFilesWatch => WatchFailure::TooMany { watched },
        _ => WatchFailure::Failed(error.to_string()),
    }
}
