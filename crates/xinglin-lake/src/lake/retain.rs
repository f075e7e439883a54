//! How long logs are kept, and what that takes.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use jiff::Timestamp;
use thiserror::Error;

use super::{Inner, Lake, LakeError, lock};
use crate::manifest::{Change, FileEntry};

/// Six months: 网络安全法 article 21 (3). Nothing shorter without a [`Permit`].
pub const LEAST_DAYS: u32 = 180;
const DAY_MILLISECONDS: i64 = 86_400_000;
/// Days that a forecast looks back.
const LOOK_BACK: i64 = 7;

/// Why logs cannot be kept for so long, or so short.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RetentionError {
    /// It is less than the law asks for.
    #[error("{0} days are less than {LEAST_DAYS}")]
    TooShort(u32),
    /// A permit says who gives it and why.
    #[error("a permit needs a name and a reason")]
    EmptyPermit,
}

/// Permission to keep some logs for less than six months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    given_by: String,
    reason: String,
}

impl Permit {
    /// A permit by an auditor.
    pub fn new(given_by: &str, reason: &str) -> Result<Self, RetentionError> {
        if given_by.trim().is_empty() || reason.trim().is_empty() {
            return Err(RetentionError::EmptyPermit);
        }
        Ok(Self {
            given_by: given_by.to_owned(),
            reason: reason.to_owned(),
        })
    }

    /// Who gave it.
    pub fn given_by(&self) -> &str {
        &self.given_by
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// How long logs are kept, in days: 183 where nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    days: u32,
    by_source: BTreeMap<String, u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            days: 183,
            by_source: BTreeMap::new(),
        }
    }
}

impl Retention {
    /// All sources for so many days.
    pub fn new(days: u32) -> Result<Self, RetentionError> {
        Ok(Self {
            days: at_least(days)?,
            by_source: BTreeMap::new(),
        })
    }

    /// One source for so many days.
    pub fn with(mut self, source: &str, days: u32) -> Result<Self, RetentionError> {
        self.by_source.insert(source.to_owned(), at_least(days)?);
        Ok(self)
    }

    /// One source for so many days, fewer than the law asks for where an auditor permits it.
    #[must_use]
    pub fn with_permit(mut self, source: &str, days: u32, _permit: &Permit) -> Self {
        self.by_source.insert(source.to_owned(), days);
        self
    }

    /// For how long sources are kept of which nothing else is said.
    pub fn days(&self) -> u32 {
        self.days
    }

    /// The sources of which something else is said.
    pub fn by_source(&self) -> &BTreeMap<String, u32> {
        &self.by_source
    }

    /// For how long a source is kept.
    pub fn days_of(&self, source: &str) -> u32 {
        self.by_source.get(source).copied().unwrap_or(self.days)
    }

    /// For how long a file is kept: as long as any source in it.
    pub(super) fn days_of_file(&self, entry: &FileEntry) -> u32 {
        let days = entry.sources.keys().map(|source| self.days_of(source));
        days.max().unwrap_or(self.days)
    }

    /// Whether every event of a file is older than it is to become.
    fn is_over(&self, entry: &FileEntry, now: Timestamp) -> bool {
        let days = i64::from(self.days_of_file(entry));
        entry.received.1 < now.as_millisecond() - days * DAY_MILLISECONDS
    }
}

fn at_least(days: u32) -> Result<u32, RetentionError> {
    if days < LEAST_DAYS {
        return Err(RetentionError::TooShort(days));
    }
    Ok(days)
}

/// What keeping logs takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// What all files take now.
    pub bytes: u64,
    /// Events a day, lately.
    pub events_per_day: f64,
    /// What a day takes, lately, in files that are merged.
    pub bytes_per_day: f64,
    /// What all files take when the oldest are as old as they are to become.
    pub bytes_at_length: f64,
}

impl Lake {
    /// How long logs are kept.
    pub fn retention(&self) -> Arc<Retention> {
        self.inner.retention()
    }

    /// Keeps logs for so long from now on. Files that hold sources of which some are to be
    /// kept longer than others now, are kept for the longest.
    pub fn set_retention(&self, retention: Retention) {
        let known = self.inner.retention.write();
        *known.unwrap_or_else(PoisonError::into_inner) = Arc::new(retention);
    }

    /// Removes files in which every event is older than it is to become; those files.
    pub fn retain(&self, now: Timestamp) -> Result<Vec<FileEntry>, LakeError> {
        self.writes()?;
        let _one_at_a_time = lock(&self.inner.housekeeping);
        let retention = self.retention();
        let old: Vec<FileEntry> = self
            .files()
            .iter()
            .filter(|entry| retention.is_over(entry, now))
            .map(|entry| entry.as_ref().clone())
            .collect();
        if old.is_empty() {
            return Ok(old);
        }
        let change = Change {
            remove: old.iter().map(|entry| entry.number).collect(),
            ..Change::default()
        };
        lock(&self.inner.manifest).commit(&change)?;
        for entry in &old {
            self.inner.remove_files(entry);
        }
        Ok(old)
    }

    /// What keeping logs takes, at the rate of the last days.
    #[expect(clippy::cast_precision_loss, reason = "a forecast is no account")]
    pub fn forecast(&self, now: Timestamp) -> Forecast {
        let files = self.files();
        let bytes = files
            .iter()
            .map(|entry| entry.bytes.iter().sum::<u64>())
            .sum();
        let now = now.as_millisecond();
        let since = now - LOOK_BACK * DAY_MILLISECONDS;
        let lately = || files.iter().filter(|entry| entry.received.1 > since);
        let first = lately()
            .map(|entry| entry.received.0.max(since))
            .min()
            .unwrap_or(now);
        let days = ((now - first) as f64 / DAY_MILLISECONDS as f64).max(1.0 / 24.0);
        let retention = self.retention();
        let mut events = 0.0;
        let (mut a_day, mut at_length) = (0.0, 0.0);
        for entry in lately() {
            let length = (entry.received.1 - entry.received.0).max(1) as f64;
            let inside = (entry.received.1 - since.max(entry.received.0)).max(1) as f64;
            let share = (inside / length).min(1.0);
            events += entry.rows as f64 * share;
            let taken = entry.bytes.iter().sum::<u64>() as f64 * share;
            a_day += taken;
            at_length += taken * f64::from(retention.days_of_file(entry));
        }
        Forecast {
            bytes,
            events_per_day: events / days,
            bytes_per_day: a_day / days,
            bytes_at_length: at_length / days,
        }
    }
}

impl Inner {
    /// How long logs are kept.
    pub(super) fn retention(&self) -> Arc<Retention> {
        let retention = self.retention.read();
        Arc::clone(&retention.unwrap_or_else(PoisonError::into_inner))
    }

    /// Removes files that the manifest no longer names, unless somebody reads: then the next
    /// time. What is left when the lake is closed is swept when it is opened.
    pub(super) fn remove_files(&self, entry: &FileEntry) {
        lock(&self.counted).forget(entry.number);
        lock(&self.opened).forget(entry.number);
        #[cfg(feature = "sql")]
        lock(&self.layouts).forget(entry.number);
        let mut retired = lock(&self.retired);
        retired.extend([entry.file_name(), entry.index_name()]);
        if let Ok(_nobody_reads) = self.reading.try_write() {
            retired.retain(|name| match self.disk.remove(&self.files.join(name)) {
                Ok(()) => false,
                Err(error) => error.kind() != std::io::ErrorKind::NotFound,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_a_floor() {
        assert_eq!(Retention::new(179), Err(RetentionError::TooShort(179)));
        assert!(Retention::default().with("fw", 30).is_err());
        assert_eq!(Permit::new("", "x"), Err(RetentionError::EmptyPermit));
        let permit = Permit::new("auditor", "test bench, no patients").unwrap();
        let retention = Retention::new(200)
            .unwrap()
            .with_permit("bench", 7, &permit);
        assert_eq!(retention.days_of("bench"), 7);
        assert_eq!(retention.days_of("fw"), 200);
    }
}
