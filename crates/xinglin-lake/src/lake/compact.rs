//! Merging small files into larger ones: those of an hour, then those of a day.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{Inner, Lake, LakeError, lock, merge};
use crate::manifest::{Change, FileEntry};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Files of one hour that are not left to wait for its end.
const MANY: usize = 24;
/// Fewer files of one hour are left to wait for the end of the day.
const FEW: usize = 8;
/// Files that are merged at once: a page of each is in memory.
const MOST_FILES: usize = 16;
/// Files of this level are not merged again.
pub(super) const LAST: u8 = 2;

/// What was merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Files that are no more.
    pub merged: usize,
    /// Files that took their place.
    pub made: usize,
}

impl Lake {
    /// Merges the files of hours and days that are over.
    pub fn compact(&self, now: Timestamp) -> Result<Compacted, LakeError> {
        self.writes()?;
        let _one_at_a_time = lock(&self.inner.housekeeping);
        let mut compacted = Compacted::default();
        let now = now.as_millisecond();
        for group in hours(&self.inner, &self.files(), now) {
            compacted.merged += group.len();
            compacted.made += self.inner.merge(&group, 1)?;
        }
        for group in days(&self.inner, &self.files(), now) {
            compacted.merged += group.len();
            compacted.made += self.inner.merge(&group, LAST)?;
        }
        Ok(compacted)
    }
}

type Files = Vec<Arc<FileEntry>>;

/// The files of each hour that is over, where there are so many that merging them twice pays.
fn hours(inner: &Inner, files: &[Arc<FileEntry>], now: i64) -> Vec<Files> {
    let mut groups = grouped(inner, files.iter().filter(|entry| entry.level == 0), HOUR);
    let is_over = |hour: i64| hour < now.div_euclid(HOUR);
    groups.retain(|(hour, _), group| group.len() >= MANY || group.len() >= FEW && is_over(*hour));
    parted(&groups)
}

/// The files of each day that is over, but what was merged by day already.
fn days(inner: &Inner, files: &[Arc<FileEntry>], now: i64) -> Vec<Files> {
    let mut groups = grouped(inner, files.iter().filter(|entry| entry.level < LAST), DAY);
    groups.retain(|(day, _), _| *day < now.div_euclid(DAY));
    parted(&groups)
}

type Groups = BTreeMap<(i64, u32), Files>;

/// By when they came, and by how long they are kept.
fn grouped<'a>(
    inner: &Inner,
    files: impl Iterator<Item = &'a Arc<FileEntry>>,
    span: i64,
) -> Groups {
    let mut groups = Groups::new();
    let retention = inner.retention();
    for entry in files {
        let days = retention.days_of_file(entry);
        let key = (entry.received.1.div_euclid(span), days);
        groups.entry(key).or_default().push(Arc::clone(entry));
    }
    groups
}

/// No more files in a group than may be open together.
fn parted(groups: &Groups) -> Vec<Files> {
    let parts = groups.values().flat_map(|group| group.chunks(MOST_FILES));
    parts.map(<[_]>::to_vec).collect()
}

impl Inner {
    /// Merges files; how many took their place.
    fn merge(&self, group: &[Arc<FileEntry>], level: u8) -> Result<usize, LakeError> {
        let add = merge::merge(self, group, level)?;
        let made = add.len();
        let change = Change {
            add,
            remove: group.iter().map(|entry| entry.number).collect(),
            ..Change::default()
        };
        lock(&self.manifest).commit(&change)?;
        for entry in group {
            self.remove_files(entry);
        }
        Ok(made)
    }
}
