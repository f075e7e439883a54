//! Files that are followed: what is added to them are messages, line by line.
//!
//! Files are looked at again and again; that sees what happens on any file system, and what
//! happened while the program was not running. Each is read by its handle, so that one that was
//! renamed or removed is read to its end. Where reading stands is known again by file number and
//! by what was read last, and by the latter alone where a file was copied, or a file system
//! has new numbers. What was emptied begins anew.
//!
//! Where checkpoints are kept together with the messages, each line comes once, whatever happens
//! to the program. Where they are saved after these are durable, what was not yet saved comes
//! twice after a crash, and nothing is left out.

mod followed;
mod mark;
mod pattern;

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use thiserror::Error;
use tokio::{sync::watch, task, time::sleep};

use self::{followed::Followed, mark::Mark, pattern::Pattern};
use super::{Checkpoint, Problem, Progress, RawRecord, Shared, SourceKey, Trouble};
use crate::DecodeAs;

/// Lines of so many bytes in all are read before they are sent on.
const AT_ONCE: usize = 1 << 20;
/// A file that is no longer where it was is given up after so many looks that found nothing new.
const PATIENCE: u32 = 120;
/// Of so many times as many files as are followed is it known that they are there.
const KNOWN: usize = 16;
/// Says that files of this source were looked at before, even if there were none.
const BEGUN: &str = "begun";

/// Which files are followed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Absolute paths of files and folders; names may have `*` and `?`, and `**` stands for any
    /// folders. What is packed (`.gz` and the like) or hidden is left out unless it is named.
    pub paths: Vec<String>,
    /// Folders in which files must really be, wherever links lead; none where all may be read.
    pub within: Vec<PathBuf>,
    /// Folders in which they must not be.
    pub without: Vec<PathBuf>,
    /// How their bytes are to be read.
    pub decode_as: DecodeAs,
    /// What becomes of what is in them when they are followed for the first time.
    pub existing: Existing,
    /// Bytes of a line; what is longer is cut.
    pub message_bytes: usize,
    /// Files that are followed at a time.
    pub files: usize,
    /// How long to wait before looking again.
    pub interval: Duration,
}

impl Default for Follow {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            within: Vec::new(),
            without: Vec::new(),
            decode_as: DecodeAs::Auto,
            existing: Existing::Read,
            message_bytes: 256 << 10,
            files: 512,
            interval: Duration::from_millis(500),
        }
    }
}

/// What becomes of what is in files when they are followed for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is read.
    Read,
    /// It is passed over. What is added later is read, and files that come later are read whole.
    Skip,
}

/// Why files cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FollowError {
    /// A path is not absolute, or has `..` in it.
    #[error("`{0}` is no absolute path")]
    Path(String),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    path: Arc<Path>,
    bytes: Box<[u8]>,
    decode_as: DecodeAs,
    is_cut: bool,
}

/// What one look at the files has brought.
#[derive(Debug, Default)]
pub struct Look {
    /// New lines; those of one file are in their order.
    pub records: Vec<RawRecord>,
    /// To be saved when the lines are durable.
    pub checkpoints: Vec<Checkpoint>,
    /// What cannot be read, or is more than is followed.
    pub problems: Vec<Problem>,
    /// Patterns that nothing fits.
    pub missing: Vec<Problem>,
    /// Whether there is more to read at once.
    pub is_behind: bool,
}

/// Follows files.
#[derive(Debug)]
pub struct Follower {
    follow: Follow,
    source: SourceKey,
    patterns: Vec<Pattern>,
    files: Vec<Followed>,
    /// Where reading stood when the program last ran, of files that were not met again.
    remembered: Vec<Mark>,
    /// Whether this is the first look of a source that is new.
    is_new: bool,
    buffer: Vec<u8>,
}

impl Follower {
    /// Begins where the checkpoints of the source say; without any, as if for the first time.
    ///
    /// # Errors
    ///
    /// When a path is wrong.
    pub fn new(
        follow: Follow,
        source: SourceKey,
        checkpoints: &[Checkpoint],
    ) -> Result<Self, FollowError> {
        let pattern = |text: &String| {
            let pattern = Pattern::new(text);
            pattern.ok_or_else(|| FollowError::Path(text.clone()))
        };
        Ok(Self {
            patterns: follow.paths.iter().map(pattern).collect::<Result<_, _>>()?,
            source,
            files: Vec::new(),
            remembered: checkpoints.iter().filter_map(Mark::read).collect(),
            is_new: checkpoints.is_empty(),
            buffer: vec![0; (follow.message_bytes + 2).next_multiple_of(64 << 10)],
            follow,
        })
    }

    /// Looks at all files and reads what is new, about a megabyte at most.
    pub fn look(&mut self, received_at: jiff::Timestamp) -> Look {
        let mut look = Look::default();
        self.find(&mut look);
        let mut lines = Vec::new();
        let mut budget = AT_ONCE;
        let most = self.follow.message_bytes;
        // Files that are no longer where they were have the older lines.
        self.files.sort_by_key(|followed| followed.missed == 0);
        for followed in &mut self.files {
            match followed.read(most, &mut self.buffer, &mut budget, &mut lines) {
                Ok(true) => {
                    followed.missed = followed.missed.min(1);
                    look.checkpoints.push(followed.mark.checkpoint());
                }
                Ok(false) => {}
                Err(error) => {
                    let problem = Problem::new(&followed.path, error.kind());
                    look.problems.push(problem);
                }
            }
        }
        look.is_behind = budget == 0;
        // Whoever was last in this look is first in the next.
        let turn = 1.min(self.files.len());
        self.files.rotate_left(turn);
        self.give_up(&mut look, &mut lines);
        let record = |line: Line| RawRecord {
            source: self.source,
            received_at,
            peer: None,
            certificate: None,
            path: Some(line.path),
            bytes: line.bytes,
            decode_as: line.decode_as,
            is_cut: line.is_cut,
        };
        look.records = lines.into_iter().map(record).collect();
        look
    }

    /// Finds files that are new, and those that are gone.
    fn find(&mut self, look: &mut Look) {
        for followed in &mut self.files {
            followed.missed = followed.missed.saturating_add(1);
        }
        let mut paths = BTreeSet::new();
        for (pattern, text) in self.patterns.iter().zip(&self.follow.paths) {
            let before = look.problems.len();
            let most = self.follow.files.saturating_mul(KNOWN);
            let is_any = pattern.find(most, &mut paths, &mut look.problems);
            if !is_any && look.problems.len() == before {
                let problem = Problem::new(Path::new(text), Trouble::Missing);
                look.missing.push(problem);
            }
        }
        for path in paths {
            self.meet(&path, look);
        }
        for mark in std::mem::take(&mut self.remembered) {
            self.meet_again(mark, look);
        }
        if self.is_new {
            self.is_new = false;
            look.checkpoints.push(Checkpoint {
                key: BEGUN.to_owned(),
                state: Some(String::new()),
            });
        }
    }

    /// Sees a file at its path.
    fn meet(&mut self, path: &Path, look: &mut Look) {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            // It went just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return look.problems.push(Problem::new(path, error.kind())),
        };
        let identity = (metadata.dev(), metadata.ino());
        let mut known = self.files.iter_mut();
        if let Some(known) = known.find(|file| file.identity() == identity) {
            known.is_moved_to(path);
            return;
        }
        if self.files.len() >= self.follow.files {
            let problem = Problem::new(path, Trouble::TooMany);
            return look.problems.push(problem);
        }
        match self.begin(path) {
            Ok(Some(followed)) => {
                look.checkpoints.push(followed.mark.checkpoint());
                self.files.push(followed);
            }
            Ok(None) => look.problems.push(Problem::new(path, Trouble::Outside)),
            Err(error) => look.problems.push(Problem::new(path, error.kind())),
        }
    }

    /// Whether a file is where files may be followed, wherever its path leads by links.
    fn may_read(&self, followed: &Followed) -> io::Result<bool> {
        let Follow {
            within, without, ..
        } = &self.follow;
        if within.is_empty() && without.is_empty() {
            return Ok(true);
        }
        let place = followed.place()?;
        // The folders may be links, too.
        let has = |folder: &PathBuf| {
            let real = fs::canonicalize(folder);
            place.starts_with(real.as_ref().unwrap_or(folder))
        };
        let is_within = within.is_empty() || within.iter().any(has);
        Ok(is_within && !without.iter().any(has))
    }

    /// Begins to follow a file, where reading stood when it is known in any way; none where it
    /// may not be read.
    fn begin(&mut self, path: &Path) -> io::Result<Option<Followed>> {
        let mut followed = Followed::open(path, self.follow.decode_as)?;
        if !self.may_read(&followed)? {
            return Ok(None);
        }
        let identity = followed.identity();
        let is_it = |mark: &Mark| (mark.device, mark.inode) == identity;
        let mut remembered = self.remembered.iter();
        let same = remembered.position(|mark| is_it(mark) && followed.has(mark));
        if let Some(mark) = same.map(|at| self.remembered.swap_remove(at)) {
            followed.continue_at(&mark);
            return Ok(Some(followed));
        }
        // The number was given to another file since.
        self.remembered.retain(|mark| !is_it(mark));
        let folder = path.parent();
        let living = self.files.iter().map(|file| &file.mark);
        let original = living
            .chain(&self.remembered)
            .filter(|mark| Path::new(&mark.path).parent() == folder && mark.tells_copies())
            .filter(|mark| followed.has(mark))
            .max_by_key(|mark| mark.offset);
        match original {
            Some(mark) => followed.continue_at(mark),
            None if self.is_new && self.follow.existing == Existing::Skip => {
                followed.skip_existing()?;
            }
            None => {}
        }
        Ok(Some(followed))
    }

    /// Looks for a file that was followed when the program last ran and fits no pattern now: it
    /// may have been renamed since.
    fn meet_again(&mut self, mark: Mark, look: &mut Look) {
        let Ok(found) = renamed(&mark) else {
            // Its folder is not there; it may come back.
            return self.remembered.push(mark);
        };
        let again = found.map(|path| Followed::open(&path, self.follow.decode_as));
        if let Some(Ok(mut followed)) = again
            && self.may_read(&followed).unwrap_or(false)
            && followed.has(&mark)
        {
            followed.continue_at(&mark);
            self.files.push(followed);
        } else {
            look.checkpoints.push(mark.forgotten());
        }
    }

    /// How it goes after a look, of which the problems are taken.
    fn progress(&self, look: &mut Look) -> Progress {
        let mut problems = std::mem::take(&mut look.problems);
        problems.append(&mut look.missing);
        problems.sort();
        problems.dedup();
        let mut files: Vec<_> = self.files.iter().map(Followed::progress).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Progress {
            has_looked: true,
            files,
            problems,
        }
    }

    /// Lets go of files that are gone, when they were read to their end.
    fn give_up(&mut self, look: &mut Look, lines: &mut Vec<Line>) {
        if look.is_behind {
            return;
        }
        let most = self.follow.message_bytes;
        for followed in &mut self.files {
            if followed.missed > PATIENCE {
                if let Err(error) = followed.finish(most, &mut self.buffer, lines) {
                    let problem = Problem::new(&followed.path, error.kind());
                    look.problems.push(problem);
                }
                look.checkpoints.push(followed.mark.forgotten());
            }
        }
        self.files.retain(|followed| followed.missed <= PATIENCE);
    }
}

/// Where a file is now that is no longer where it was: somewhere in the same folder, if at all.
fn renamed(mark: &Mark) -> io::Result<Option<PathBuf>> {
    let folder = Path::new(&mark.path).parent();
    let entries = fs::read_dir(folder.ok_or(io::ErrorKind::NotFound)?)?;
    let is_it = |path: &PathBuf| {
        let identity = fs::metadata(path).map(|found| (found.dev(), found.ino()));
        identity.is_ok_and(|identity| identity == (mark.device, mark.inode))
    };
    Ok(entries.flatten().map(|entry| entry.path()).find(is_it))
}

/// Follows files until it is told to stop, or nobody takes messages any more, and tells how that
/// goes.
pub async fn follow_files(
    follower: Follower,
    shared: Shared,
    mut stop: watch::Receiver<bool>,
    progress: watch::Sender<Progress>,
) {
    let mut follower = follower;
    let mut told = BTreeSet::new();
    loop {
        let received_at = shared.clock.now();
        let looking = task::spawn_blocking(move || {
            let look = follower.look(received_at);
            (follower, look)
        });
        let mut look;
        (follower, look) = match looking.await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(error = %error, "log files are not followed any more");
                return;
            }
        };
        for problem in &look.problems {
            if told.len() < follower.follow.files && told.insert(problem.clone()) {
                let word = problem.trouble.word();
                tracing::warn!(path = %problem.path.display(), problem = word, "a log file is not read");
                shared.sources.rejected(follower.source);
            }
        }
        progress.send_replace(follower.progress(&mut look));
        if !look.records.is_empty() || !look.checkpoints.is_empty() {
            shared.sources.received(&look.records);
            if !shared.inlet.send_with(look.records, look.checkpoints).await {
                return;
            }
        }
        let pause = if look.is_behind {
            Duration::ZERO
        } else {
            follower.follow.interval
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(pause) => {}
        }
    }
}
