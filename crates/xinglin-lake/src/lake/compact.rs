//! Merging small files into larger ones: those of an hour, then those of a day.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{Inner, Lake, LakeError, lock, merge};
use crate::manifest::{Change, FileEntry};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Files of one hour that are not left to wait for its end.
const MANY: usize = 24;

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
        let _one_at_a_time = lock(&self.inner.housekeeping);
        let mut compacted = Compacted::default();
        for level in [0, 1] {
            let files = self.files();
            for group in groups(&self.inner, &files, level, now.as_millisecond()) {
                compacted.merged += group.len();
                compacted.made += self.inner.merge(&group, level + 1)?;
            }
        }
        Ok(compacted)
    }
}

/// Files to be merged into one, each time.
fn groups(
    inner: &Inner,
    files: &[Arc<FileEntry>],
    level: u8,
    now: i64,
) -> Vec<Vec<Arc<FileEntry>>> {
    let span = if level == 0 { HOUR } else { DAY };
    let mut groups: BTreeMap<(i64, u32), Vec<Arc<FileEntry>>> = BTreeMap::new();
    for entry in files.iter().filter(|entry| entry.level == level) {
        let days = inner.settings.retention.days_of_file(entry);
        let key = (entry.received.1.div_euclid(span), days);
        groups.entry(key).or_default().push(Arc::clone(entry));
    }
    groups.retain(|(at, _), group| *at < now.div_euclid(span) || level == 0 && group.len() >= MANY);
    groups.into_values().collect()
}

impl Inner {
    /// Merges files; how many took their place.
    fn merge(&self, group: &[Arc<FileEntry>], level: u8) -> Result<usize, LakeError> {
        let add = merge::merge(self, group, level)?;
        let made = add.len();
        let change = Change {
            add,
            remove: group.iter().map(|entry| entry.number).collect(),
            through: None,
        };
        lock(&self.manifest).commit(&change)?;
        for entry in group {
            self.remove_files(entry);
        }
        Ok(made)
    }
}
