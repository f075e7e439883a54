//! How two baselines differ, and whether a package explains it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Baseline, Entry, EntryKind, FORMAT};

/// How two baselines differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`FORMAT`].
    pub format: String,
    /// When the earlier one was taken.
    pub before: Timestamp,
    /// When the later one was taken.
    pub after: Timestamp,
    /// What changed, in order of path.
    pub changes: Vec<Change>,
    /// Paths of which nothing can be said: they could not be read at one of the times, or lie
    /// outside one of the scopes.
    pub not_compared: Vec<String>,
}

/// What changed at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The path.
    pub path: String,
    /// What kind of change.
    pub kind: ChangeKind,
    /// For a change: what is different, field by field.
    pub what: Vec<Difference>,
    /// What explains it.
    pub cause: Cause,
    /// Who may have done it, the most certain first; empty when nothing tells.
    #[serde(default)]
    pub actors: Vec<Actor>,
    /// When the content last changed, by the file's own date, which its owner can set.
    pub modified_seconds: Option<i64>,
}

/// What kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is different.
    Changed,
}

/// One field that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// `kind`, `mode`, `uid`, `gid`, `size`, `content`, `modified` or `target`.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
}

/// What explains a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Cause {
    /// Its package was installed, updated or removed between the two times, and what is there
    /// now is what the package brought, as far as its manager can tell.
    Package {
        /// The package.
        package: String,
        /// Its version before; `null` when it was not installed.
        before: Option<String>,
        /// Its version now; `null` when it is no longer installed.
        after: Option<String>,
    },
    /// It belongs to a package that did not explain the change: the version is the same, or the
    /// content is not what the package brought.
    DespitePackage {
        /// The package.
        package: String,
    },
    /// No package owns it.
    Unknown,
}

/// Says how `after` differs from `before`.
pub fn compare(before: &Baseline, after: &Baseline) -> Comparison {
    let paths = before.entries.keys().chain(after.entries.keys());
    compare_at(before, after, paths.map(String::as_str))
}

/// Says how `after` differs from `before` at these paths.
pub fn compare_at<'a>(
    before: &'a Baseline,
    after: &'a Baseline,
    paths: impl IntoIterator<Item = &'a str>,
) -> Comparison {
    let hidden: BTreeSet<&str> = before
        .unreadable
        .iter()
        .chain(&after.unreadable)
        .map(|gap| gap.what.as_str())
        .collect();
    let paths: BTreeSet<&str> = paths.into_iter().collect();
    let mut comparison = Comparison {
        format: FORMAT.to_owned(),
        before: before.taken_at,
        after: after.taken_at,
        changes: Vec::new(),
        not_compared: hidden.iter().map(|path| (*path).to_owned()).collect(),
    };
    for path in paths {
        let sides = (before.entries.get(path), after.entries.get(path));
        let known = sides.0.is_some() && sides.1.is_some();
        // What one scan did not reach is neither new nor gone.
        let reached = before.scope.covers(path) && after.scope.covers(path);
        let cut = (before.cut_short && sides.0.is_none()) || (after.cut_short && sides.1.is_none());
        if !known && (!reached || cut || is_hidden(path, &hidden)) {
            comparison.not_compared.push(path.to_owned());
            continue;
        }
        comparison.changes.extend(change(
            path,
            sides.0,
            sides.1,
            [&before.packages, &after.packages],
        ));
    }
    comparison.not_compared.sort();
    comparison.not_compared.dedup();
    comparison
}

/// Whether `path`, or a directory on the way to it, could not be read.
pub(super) fn is_hidden(path: &str, hidden: &BTreeSet<&str>) -> bool {
    let mut place = path;
    loop {
        if hidden.contains(place) {
            return true;
        }
        match place.rsplit_once('/') {
            Some((parent, _)) if !parent.is_empty() => place = parent,
            _ => return false,
        }
    }
}

pub(super) fn change(
    path: &str,
    earlier: Option<&Entry>,
    later: Option<&Entry>,
    packages: [&BTreeMap<String, String>; 2],
) -> Option<Change> {
    let (kind, what) = match (earlier, later) {
        (None, None) => return None,
        (None, Some(_)) => (ChangeKind::Added, Vec::new()),
        (Some(_), None) => (ChangeKind::Removed, Vec::new()),
        (Some(earlier), Some(later)) => (ChangeKind::Changed, differences(earlier, later)),
    };
    if kind == ChangeKind::Changed && what.is_empty() {
        return None;
    }
    Some(Change {
        path: path.to_owned(),
        kind,
        what,
        cause: cause(earlier, later, packages),
        actors: Vec::new(),
        modified_seconds: later
            .filter(|entry| entry.kind == EntryKind::File)
            .map(|entry| entry.modified_seconds),
    })
}

fn differences(before: &Entry, after: &Entry) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |field: &str, before: String, after: String| {
        if before != after {
            found.push(Difference {
                field: field.to_owned(),
                before,
                after,
            });
        }
    };
    note(
        "kind",
        format!("{:?}", before.kind).to_lowercase(),
        format!("{:?}", after.kind).to_lowercase(),
    );
    note("mode", before.mode.clone(), after.mode.clone());
    note("uid", before.uid.to_string(), after.uid.to_string());
    note("gid", before.gid.to_string(), after.gid.to_string());
    note(
        "size",
        before.size_bytes.to_string(),
        after.size_bytes.to_string(),
    );
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    note("target", text(&before.target), text(&after.target));
    match (&before.sha256, &after.sha256) {
        (Some(before), Some(after)) => note("content", before.clone(), after.clone()),
        // Without a digest the date must do. With both, a date alone is no change: saving the
        // same content again changes nothing.
        _ => note(
            "modified",
            before.modified_seconds.to_string(),
            after.modified_seconds.to_string(),
        ),
    }
    found
}

fn cause(
    earlier: Option<&Entry>,
    later: Option<&Entry>,
    packages: [&BTreeMap<String, String>; 2],
) -> Cause {
    let owner = |entry: Option<&Entry>| entry.and_then(|entry| entry.package.clone());
    let Some(package) = owner(later).or_else(|| owner(earlier)) else {
        return Cause::Unknown;
    };
    let [before, after] = packages.map(|versions| versions.get(&package).cloned());
    let altered = later.is_some_and(|entry| entry.as_packaged == Some(false));
    if before == after || altered {
        return Cause::DespitePackage { package };
    }
    Cause::Package {
        package,
        before,
        after,
    }
}
