//! Between a baseline, the kernel's events and scans.

use std::{collections::BTreeSet, path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp};
use xinglin_inspect::{
    Host,
    integrity::{Baseline, Comparison, Watch, compare, compare_at, scan},
};

use super::{FileWatcher, WatchFailure};

/// Scans that events call for are so far apart at least: a storm of events must not keep the
/// machine busy with scans.
const BETWEEN_SCANS: SignedDuration = SignedDuration::from_secs(20);
/// A write is somewhat older than its event.
const EARLIER: SignedDuration = SignedDuration::from_secs(5);

/// Keeps watch over the files of a baseline.
#[derive(Debug)]
pub struct Lookout {
    reference: Baseline,
    watch: Watch,
    files: Result<FileWatcher, WatchFailure>,
    /// Directories that are not watched although they should be.
    incomplete: Option<WatchFailure>,
    looked_at: Timestamp,
    scanned_at: Option<Timestamp>,
}

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// How the files that were looked at differ from the baseline; its `before` is when they
    /// were still as they were known, as far as that can be told.
    pub comparison: Comparison,
    /// The paths that were looked at; `None` for all.
    pub paths: Option<BTreeSet<String>>,
}

impl Lookout {
    /// Watches from now on; the first look is a scan. `looked_at` is when the files were last
    /// compared with the baseline. Where files cannot be watched there are scans only.
    pub fn new(reference: Baseline, looked_at: Timestamp, root: &Path, host: &dyn Host) -> Self {
        let mut lookout = Self {
            watch: Watch::new(reference.clone()),
            reference,
            files: FileWatcher::new(root),
            incomplete: None,
            looked_at,
            scanned_at: None,
        };
        // Before the scan: what happens while it runs must not be missed.
        lookout.follow(host);
        lookout
    }

    /// The baseline.
    pub fn reference(&self) -> &Baseline {
        &self.reference
    }

    /// The files as they are known now.
    pub fn current(&self) -> &Baseline {
        self.watch.current()
    }

    /// When all files were looked at last; `None` before the first scan.
    pub fn scanned_at(&self) -> Option<Timestamp> {
        self.scanned_at
    }

    /// Why changes are not all seen at once, `None` where they are.
    pub fn failure(&self) -> Option<&WatchFailure> {
        self.files.as_ref().err().or(self.incomplete.as_ref())
    }

    /// Waits until something happens, at most so long.
    pub fn wait(&self, patience: Duration) {
        match &self.files {
            Ok(files) => files.wait(patience),
            Err(_) => std::thread::sleep(patience),
        }
    }

    /// Looks at what was touched and has come to rest, or at everything where the last scan is
    /// older than `every` or events do not tell; `None` when there was nothing to look at.
    pub fn look(
        &mut self,
        host: &dyn Host,
        now: Timestamp,
        every: SignedDuration,
    ) -> Option<Looked> {
        if let Ok(files) = &mut self.files {
            let touched = files.take();
            if touched.lost {
                self.watch.overflow();
            }
            for (path, below) in &touched.paths {
                if *below {
                    self.watch.touch_below(path, now);
                } else {
                    self.watch.touch(path, now);
                }
            }
        }
        let is_older = |than: SignedDuration| {
            let age = self.scanned_at.map(|at| at.duration_until(now));
            // A clock that was set back makes a scan due, too.
            age.is_none_or(|age| age >= than || age < -BETWEEN_SCANS)
        };
        if is_older(every) || (self.watch.needs_scan() && is_older(BETWEEN_SCANS)) {
            return Some(self.scan(host, now));
        }
        let settled = self.watch.settle(host, now);
        let touched_at = settled.since?;
        self.follow(host);
        if settled.changes.is_empty() {
            return None;
        }
        let paths: BTreeSet<String> = settled.changes.into_iter().map(|one| one.path).collect();
        let known = paths.iter().map(String::as_str);
        let mut comparison = compare_at(&self.reference, self.watch.current(), known);
        comparison.before = touched_at - EARLIER;
        self.looked_at = now;
        Some(Looked {
            comparison,
            paths: Some(paths),
        })
    }

    /// Looks at everything.
    pub fn scan(&mut self, host: &dyn Host, now: Timestamp) -> Looked {
        let scanned = scan(host, &self.reference.scope, now);
        self.watch.replace(scanned);
        self.follow(host);
        let mut comparison = compare(&self.reference, self.watch.current());
        comparison.before = self.looked_at.min(now);
        self.looked_at = now;
        self.scanned_at = Some(now);
        Looked {
            comparison,
            paths: None,
        }
    }

    /// Forgets the last scan, so that the next look is one: what it told was not kept.
    pub fn distrust(&mut self) {
        self.scanned_at = None;
    }

    /// Takes a baseline that has moved on in place of the one before.
    pub fn rebase(&mut self, reference: Baseline) {
        self.reference = reference;
    }

    /// Watches the directories that are there now. In a new one something may have appeared
    /// before it was watched, so it is looked at once more.
    fn follow(&mut self, host: &dyn Host) {
        let Ok(files) = &mut self.files else {
            return;
        };
        let directories = self.watch.directories(host);
        match files.follow(&directories) {
            Ok(new) => {
                self.incomplete = None;
                let is_new: BTreeSet<&str> = new.iter().map(String::as_str).collect();
                let now = self.watch.current().taken_at;
                for path in &new {
                    let parent = path.rsplit_once('/').map(|(parent, _)| parent);
                    if parent.is_none_or(|parent| !is_new.contains(parent)) {
                        self.watch.touch_below(path, now);
                    }
                }
            }
            Err(failure) => self.incomplete = Some(failure),
        }
    }
}
