//! Events of a watcher, folded into a baseline between two scans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    Baseline, Change, Entry, EntryKind,
    compare::{change, is_hidden},
    owners::{Owners, Stamp},
    scan::look,
};
use crate::host::Host;

/// How long a path must be quiet before it is looked at: an editor or a package manager
/// touches a file several times in a row.
const QUIET_SECONDS: i64 = 2;
/// A path that is never quiet is looked at after this time all the same.
const RESTLESS_SECONDS: i64 = 30;
/// How long package databases must be quiet, so that a change can be explained by them.
const PACKAGES_QUIET_SECONDS: i64 = 10;
/// The longest that changes are held back for a package manager at work.
const PACKAGES_RESTLESS_SECONDS: i64 = 120;
/// When so many paths wait, a whole scan is cheaper and surer than a look at each.
const MANY: usize = 10_000;

/// A baseline that is kept current by events.
#[derive(Debug, Clone)]
pub struct Watch {
    current: Baseline,
    touched: BTreeMap<String, Touch>,
    overflowed: bool,
    packages: Packages,
    owners: Option<(Stamp, Owners)>,
}

#[derive(Debug, Clone, Copy)]
struct Touch {
    first: Timestamp,
    last: Timestamp,
    below: bool,
}

/// What is known of the package databases.
#[derive(Debug, Clone, Default)]
struct Packages {
    stamp: Option<Stamp>,
    /// When they began to change, and when they were last seen to.
    moving: Option<(Timestamp, Timestamp)>,
    changed: bool,
}

/// What came of looking at the paths that were touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// What changed since the last look.
    pub changes: Vec<Change>,
    /// When the first of the paths was touched.
    pub since: Option<Timestamp>,
}

impl Watch {
    /// Starts from a baseline.
    pub fn new(baseline: Baseline) -> Self {
        Self {
            current: baseline,
            touched: BTreeMap::new(),
            overflowed: false,
            packages: Packages::default(),
            owners: None,
        }
    }

    /// What is known now.
    pub fn current(&self) -> &Baseline {
        &self.current
    }

    /// The directories in which something that is looked at can appear, change or go: all in
    /// the scope, and those on the way to it.
    pub fn directories(&self, host: &dyn Host) -> BTreeSet<String> {
        let below = self.current.entries.iter();
        let mut directories: BTreeSet<String> = below
            .filter(|(_, entry)| entry.kind == EntryKind::Directory)
            .map(|(path, _)| path.clone())
            .collect();
        directories.extend(self.current.scope.folders_on_the_way(host));
        directories
    }

    /// Notes that something happened at `path`. What lies outside of the scope, and not on the
    /// way to it, is passed over.
    pub fn touch(&mut self, path: &str, at: Timestamp) {
        self.note(path, at, false);
    }

    /// Notes that what is at `path`, with all below it, may be another.
    pub fn touch_below(&mut self, path: &str, at: Timestamp) {
        self.note(path, at, true);
    }

    fn note(&mut self, path: &str, at: Timestamp, below: bool) {
        let scope = &self.current.scope;
        let matters = scope.covers(path) || (below && scope.leads_to(path));
        if !matters {
            return;
        }
        if self.touched.len() >= MANY {
            self.overflow();
            return;
        }
        let touch = self.touched.entry(path.to_owned()).or_insert(Touch {
            first: at,
            last: at,
            below,
        });
        touch.last = at;
        touch.below |= below;
    }

    /// Notes that events were lost, as when the kernel's queue was full.
    pub fn overflow(&mut self) {
        self.overflowed = true;
        self.touched.clear();
    }

    /// Whether only a whole scan can tell what changed, because events were lost or packages
    /// changed; to be given to [`Watch::replace`].
    pub fn needs_scan(&self) -> bool {
        self.overflowed || self.packages.changed
    }

    /// Looks at the paths that have been quiet for a moment; what changed since the last look.
    /// While a package manager is at work nothing is looked at, since nothing could be
    /// explained yet.
    pub fn settle(&mut self, host: &dyn Host, now: Timestamp) -> Settled {
        if self.packages.are_moving(host, now) {
            return Settled::default();
        }
        let is_due = |touch: &Touch| {
            let seconds = |at: Timestamp| now.as_second().saturating_sub(at.as_second());
            seconds(touch.last) >= QUIET_SECONDS || seconds(touch.first) >= RESTLESS_SECONDS
        };
        let due: BTreeMap<String, Touch> = {
            let due = self.touched.iter().filter(|(_, touch)| is_due(touch));
            due.map(|(path, touch)| (path.clone(), *touch)).collect()
        };
        if due.is_empty() {
            return Settled::default();
        }
        let owners = self.owners(host);
        let packages = self.current.packages.clone();
        let mut before = BTreeMap::new();
        for (path, touch) in &due {
            self.touched.remove(path);
            self.look_again(host, &owners, path, touch.below, &mut before);
        }
        self.current.taken_at = now;
        let changes = before.iter().filter_map(|(path, earlier)| {
            let later = self.current.entries.get(path);
            let versions = [&packages, &self.current.packages];
            change(path, earlier.as_ref(), later, versions)
        });
        Settled {
            changes: changes.collect(),
            since: due.values().map(|touch| touch.first).min(),
        }
    }

    /// Takes the result of a whole scan in place of what events told.
    pub fn replace(&mut self, scanned: Baseline) {
        self.overflowed = false;
        self.packages.changed = false;
        self.touched
            .retain(|_, touch| touch.last.as_second() >= scanned.taken_at.as_second());
        self.current = scanned;
    }

    /// The owners of all that is looked at, read again when packages changed.
    fn owners(&mut self, host: &dyn Host) -> Owners {
        let stamp = Owners::stamp(host);
        if let Some((known, owners)) = &self.owners
            && *known == stamp
        {
            return owners.clone();
        }
        let owners = Owners::read(host, &self.current.scope);
        self.owners = Some((stamp, owners.clone()));
        owners
    }

    /// Looks at a path again and keeps in `before` what was there.
    fn look_again(
        &mut self,
        host: &dyn Host,
        owners: &Owners,
        path: &str,
        below: bool,
        before: &mut BTreeMap<String, Option<Entry>>,
    ) {
        if !self.current.scope.covers(path) {
            self.drop_below(path, before);
            let starts = self.current.scope.starts(host);
            let within = format!("{}/", path.trim_end_matches('/'));
            for start in starts
                .into_iter()
                .filter(|start| start.starts_with(&within))
            {
                self.look_anew(host, owners, start, before);
            }
            return;
        }
        // What cannot be read now keeps what it was; the next scan notes it.
        let Ok(found) = look(host, &self.current.scope, path, owners) else {
            return;
        };
        let was_directory = self
            .current
            .entries
            .get(path)
            .is_some_and(|entry| entry.kind == EntryKind::Directory);
        let is_directory = found
            .as_ref()
            .is_some_and(|entry| entry.kind == EntryKind::Directory);
        if was_directory != is_directory || (below && is_directory) {
            self.drop_below(path, before);
            self.look_anew(host, owners, path.to_owned(), before);
            return;
        }
        let earlier = match found {
            Some(entry) => {
                let earlier = self.current.entries.remove(path);
                self.current.put(path.to_owned(), entry, owners);
                earlier
            }
            None => self.current.entries.remove(path),
        };
        before.entry(path.to_owned()).or_insert(earlier);
    }

    /// Takes out what is at `path` and below it, and keeps in `before` what it was.
    fn drop_below(&mut self, path: &str, before: &mut BTreeMap<String, Option<Entry>>) {
        let within = format!("{}/", path.trim_end_matches('/'));
        let later = self.current.entries.range(within.clone()..);
        let mut gone: Vec<String> = later
            .take_while(|(path, _)| path.starts_with(&within))
            .map(|(path, _)| path.clone())
            .collect();
        gone.push(path.to_owned());
        for path in gone {
            if let Some(entry) = self.current.entries.remove(&path) {
                before.entry(path).or_insert(Some(entry));
            }
        }
    }

    /// Takes in what is at `start` and below it now.
    fn look_anew(
        &mut self,
        host: &dyn Host,
        owners: &Owners,
        start: String,
        before: &mut BTreeMap<String, Option<Entry>>,
    ) {
        let within = format!("{}/", start.trim_end_matches('/'));
        let known = self.current.unreadable.len();
        self.current.look_below(host, owners, start.clone());
        let hidden = self.current.unreadable.iter().skip(known);
        let hidden: BTreeSet<&str> = hidden.map(|gap| gap.what.as_str()).collect();
        // What cannot be read now keeps what it was.
        for (path, earlier) in before.iter().filter(|_| !hidden.is_empty()) {
            if let Some(earlier) = earlier
                && is_hidden(path, &hidden)
                && !self.current.entries.contains_key(path)
            {
                self.current.entries.insert(path.clone(), earlier.clone());
            }
        }
        let found = self.current.entries.range(within.clone()..);
        let found = found.take_while(|(path, _)| path.starts_with(&within));
        for (path, _) in found {
            before.entry(path.clone()).or_insert(None);
        }
        if self.current.entries.contains_key(&start) {
            before.entry(start).or_insert(None);
        }
    }
}

impl Packages {
    /// Whether a package manager is at work: its database changed a moment ago.
    fn are_moving(&mut self, host: &dyn Host, now: Timestamp) -> bool {
        let stamp = Owners::stamp(host);
        let known = self.stamp.replace(stamp.clone());
        if known.is_some_and(|known| known != stamp) {
            let began = self.moving.map_or(now, |(began, _)| began);
            self.moving = Some((began, now));
        }
        let Some((began, last)) = self.moving else {
            return false;
        };
        let seconds = |at: Timestamp| now.as_second().saturating_sub(at.as_second());
        if seconds(last) < PACKAGES_QUIET_SECONDS && seconds(began) < PACKAGES_RESTLESS_SECONDS {
            return true;
        }
        self.moving = None;
        self.changed = true;
        false
    }
}
