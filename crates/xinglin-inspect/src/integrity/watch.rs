//! Events of a watcher, folded into a baseline between two scans.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Baseline, Change, Scope, compare::change, owners::Owners, scan::look};
use crate::host::Host;

/// How long a path must be quiet before it is looked at: an editor or a package manager
/// touches a file several times in a row.
const QUIET_SECONDS: i64 = 2;
/// When so many paths wait, a whole scan is cheaper and surer than a look at each.
const MANY: usize = 10_000;

/// A baseline that is kept current by events.
#[derive(Debug, Clone)]
pub struct Watch {
    current: Baseline,
    touched: BTreeMap<String, Timestamp>,
    overflowed: bool,
}

impl Watch {
    /// Starts from a baseline.
    pub fn new(baseline: Baseline) -> Self {
        Self {
            current: baseline,
            touched: BTreeMap::new(),
            overflowed: false,
        }
    }

    /// What is known now.
    pub fn current(&self) -> &Baseline {
        &self.current
    }

    /// Notes that something happened at `path`. What lies outside of the scope is passed over.
    pub fn touch(&mut self, path: &str, at: Timestamp) {
        if !self.current.scope.covers(path) {
            return;
        }
        if self.touched.len() >= MANY {
            self.overflow();
            return;
        }
        self.touched.insert(path.to_owned(), at);
    }

    /// Notes that events were lost, as when the kernel's queue was full.
    pub fn overflow(&mut self) {
        self.overflowed = true;
        self.touched.clear();
    }

    /// Whether events were lost, so that only a whole scan can tell what changed; to be given
    /// to [`Watch::replace`].
    pub fn needs_scan(&self) -> bool {
        self.overflowed
    }

    /// Looks at the paths that have been quiet for a moment; what changed since the last look.
    pub fn settle(&mut self, host: &dyn Host, now: Timestamp) -> Vec<Change> {
        let quiet = now.as_second().saturating_sub(QUIET_SECONDS);
        let due: Vec<String> = self
            .touched
            .iter()
            .filter(|(_, at)| at.as_second() <= quiet)
            .map(|(path, _)| path.clone())
            .collect();
        if due.is_empty() {
            return Vec::new();
        }
        let owners = Owners::read(host, &narrowed(&self.current.scope, &due));
        let before = self.current.clone();
        self.current.taken_at = now;
        let mut seen = Vec::new();
        for path in due {
            self.touched.remove(&path);
            // What cannot be read now keeps what it was; the next scan notes it.
            let Ok(found) = look(host, &self.current.scope, &path, &owners) else {
                continue;
            };
            if let Some(package) = found.as_ref().and_then(|entry| entry.package.as_ref())
                && let Some(version) = owners.version(package)
            {
                let version = version.to_owned();
                self.current.packages.insert(package.clone(), version);
            }
            match found {
                Some(entry) => self.current.entries.insert(path.clone(), entry),
                None => self.current.entries.remove(&path),
            };
            seen.push(path);
        }
        seen.iter()
            .filter_map(|path| {
                let sides = (before.entries.get(path), self.current.entries.get(path));
                change(path, sides.0, sides.1, &before, &self.current)
            })
            .collect()
    }

    /// Takes the result of a whole scan in place of what events told.
    pub fn replace(&mut self, scanned: Baseline) {
        self.overflowed = false;
        self.touched
            .retain(|_, at| at.as_second() >= scanned.taken_at.as_second());
        self.current = scanned;
    }
}

/// The same scope, of these paths only.
fn narrowed(scope: &Scope, paths: &[String]) -> Scope {
    Scope {
        include: paths.to_vec(),
        ..scope.clone()
    }
}
