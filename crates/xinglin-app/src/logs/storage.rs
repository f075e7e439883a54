//! What keeping logs takes, and the housekeeping: merging, removing what is old enough, and
//! sealing the digests of files that do not change any more.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, civil::Date, tz};
use serde_json::json;
use xinglin_lake::{FileEntry, LEAST_DAYS, Lake, LakeError, LogState};
use xinglin_ledger::Subject;
use xinglin_store::settings;

use super::{Logs, keeper};
use crate::{Actor, App, AppError, Permission, tasks::blocking};

const TURN: Duration = Duration::from_mins(10);
const HOUR_MILLISECONDS: i64 = 3_600_000;
pub(super) const DAY_MILLISECONDS: i64 = 86_400_000;
/// Files of this level are not merged again.
const LAST_LEVEL: u8 = 2;
/// The setting that says up to which file digests were sealed.
const SEALED: &str = "logs.sealed_through";
/// So many files are named in one entry of the ledger.
const SEALED_AT_ONCE: usize = 500;

/// A day of logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day of receipt, in China.
    pub day: Date,
    /// Its events.
    pub events: u64,
    /// What its files take.
    pub bytes: u64,
}

/// What keeping logs takes.
#[derive(Debug, Clone)]
pub struct Storage {
    /// How writing is going: `writing` or `failing`.
    pub state: &'static str,
    /// What the disk says, where it is failing.
    pub problem: Option<String>,
    /// Events, also those in no file yet.
    pub events: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// When the oldest was received.
    pub oldest_at: Option<Timestamp>,
    /// When the newest in a file was received.
    pub newest_at: Option<Timestamp>,
    /// Days since the oldest was received.
    pub days_kept: i64,
    /// Events a day, lately.
    pub events_per_day: f64,
    /// Bytes a day, lately.
    pub bytes_per_day: f64,
    /// After how many days the disk is full at this rate; none where that is not to be seen.
    pub forecast_days: Option<i64>,
    /// What all logs take when the oldest are as old as they are to become.
    pub forecast_bytes: f64,
    /// What the disk has room for.
    pub disk_free_bytes: u64,
    /// Days for which logs are kept, where nothing else is said.
    pub keep_days: u32,
    /// Sources that are kept for other times.
    pub per_source: BTreeMap<String, u32>,
    /// Days for which they must be kept.
    pub least_days: u32,
    /// Each day that has logs.
    pub days: Vec<Day>,
}

impl App {
    /// What keeping logs takes.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn log_storage(&self, actor: &Actor) -> Result<Storage, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require_sight(Permission::LogsRead)?;
        }
        let (logs, now) = (self.logs()?, self.now());
        let folder = self.config().data_dir.clone();
        blocking(move || {
            let free = free_bytes(&folder)?;
            Ok(storage(&logs.lake, free, now))
        })
        .await?
    }

    /// Merges files, removes those that are old enough and seals digests, from now on.
    pub(super) fn keep_house(self: &Arc<Self>) {
        let app = Arc::clone(self);
        self.tasks().every("log files", TURN, move || {
            let app = Arc::clone(&app);
            async move {
                if let Err(error) = app.tend_log_files().await {
                    tracing::error!(%error, "the files of logs could not be looked after");
                }
            }
        });
    }

    /// One turn of the housekeeping. To be called by a timer.
    ///
    /// # Errors
    /// [`crate::Code::Internal`], [`crate::Code::Unavailable`].
    pub async fn tend_log_files(&self) -> Result<(), AppError> {
        let (logs, now) = (self.logs()?, self.now());
        self.end_retentions(&logs).await?;
        let shared = Arc::clone(&logs);
        let removed = blocking(move || {
            shared.lake.compact(now)?;
            shared.lake.retain(now)
        })
        .await?;
        let removed = removed.map_err(AppError::internal)?;
        if !removed.is_empty() {
            let mut change = self.change(&keeper()).await?;
            let payload = json!({"files": removed.iter().map(seal).collect::<Vec<_>>()});
            change.note("logs.expire", "logs", "lake", payload);
            change.commit().await?;
        }
        self.seal_log_files(&logs).await
    }

    /// Seals the digests of files that do not change any more.
    async fn seal_log_files(&self, logs: &Logs) -> Result<(), AppError> {
        let db = self.store().db();
        let through: u64 = settings::get(db, SEALED).await?.unwrap_or_default();
        let files = logs.lake.files();
        let mut files: Vec<&FileEntry> = files.iter().map(AsRef::as_ref).collect();
        files.retain(|entry| entry.level >= LAST_LEVEL && entry.number > through);
        files.sort_by_key(|entry| entry.number);
        for part in files.chunks(SEALED_AT_ONCE) {
            let Some(last) = part.last() else { continue };
            let mut change = self.change(&keeper()).await?;
            settings::set(change.tx(), SEALED, &last.number).await?;
            let subjects = part
                .iter()
                .map(|entry| Subject::new("log-file", entry.file_name()));
            let subjects = subjects.collect();
            let sealed: Vec<_> = part.iter().map(|entry| seal(entry)).collect();
            change.note_all("logs.seal", subjects, json!({"files": sealed}));
            change.commit().await?;
        }
        Ok(())
    }
}

/// What the ledger keeps of a file.
fn seal(entry: &FileEntry) -> serde_json::Value {
    json!({
        "file": entry.file_name(),
        "digest": entry.digests.first(),
        "events": entry.rows,
        "first_received": Timestamp::from_millisecond(entry.received.0).ok(),
        "last_received": Timestamp::from_millisecond(entry.received.1).ok(),
    })
}

/// What the disk of a folder has room for.
pub(super) fn free_bytes(folder: &Path) -> Result<u64, AppError> {
    let disk = rustix::fs::statvfs(folder).map_err(AppError::internal)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn storage(lake: &Lake, free: u64, now: Timestamp) -> Storage {
    let files = lake.files();
    let (state, failing) = match lake.log_state() {
        LogState::Writing => ("writing", None),
        LogState::Failing { problem } => ("failing", Some(problem)),
    };
    let forecast = lake.forecast(now);
    let oldest = files.iter().map(|entry| entry.received.0).min();
    let newest = files.iter().map(|entry| entry.received.1).max();
    let at = |milliseconds: Option<i64>| Timestamp::from_millisecond(milliseconds?).ok();
    let in_files: u64 = files.iter().map(|entry| entry.rows).sum();
    let in_memory = u64::try_from(lake.hot_events()).unwrap_or_default();
    let retention = lake.retention();
    Storage {
        state,
        problem: failing.or_else(|| lake.problem()),
        events: in_files + in_memory,
        bytes: forecast.bytes,
        oldest_at: at(oldest),
        newest_at: at(newest),
        days_kept: oldest.map_or(0, |oldest| days_since(oldest, now)),
        events_per_day: forecast.events_per_day,
        bytes_per_day: forecast.bytes_per_day,
        forecast_days: days_left(free, forecast.bytes_per_day),
        forecast_bytes: forecast.bytes_at_length,
        disk_free_bytes: free,
        keep_days: retention.days(),
        per_source: retention.by_source().clone(),
        least_days: LEAST_DAYS,
        days: days(&files),
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a forecast is no account"
)]
pub(super) fn days_left(free: u64, bytes_per_day: f64) -> Option<i64> {
    let days = free as f64 / bytes_per_day;
    // Beyond a hundred years nobody looks.
    (days < 36_500.0).then_some(days as i64)
}

fn days_since(milliseconds: i64, now: Timestamp) -> i64 {
    ((now.as_millisecond() - milliseconds) / DAY_MILLISECONDS).max(0)
}

/// What was received by day in China. A file that goes over midnight is shared out by time.
fn days(files: &[Arc<FileEntry>]) -> Vec<Day> {
    let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for entry in files {
        let bytes = entry.bytes.iter().sum();
        for (day, events, bytes) in shared_out(entry.received, entry.rows, bytes) {
            let counted = days.entry(day).or_default();
            counted.0 += events;
            counted.1 += bytes;
        }
    }
    let days = days.into_iter().filter_map(|(day, (events, bytes))| {
        let at = Timestamp::from_millisecond(day * DAY_MILLISECONDS).ok()?;
        let day = at.to_zoned(tz::TimeZone::UTC).date();
        Some(Day { day, events, bytes })
    });
    days.collect()
}

/// Events and bytes of a file by day in China, as if they had come evenly.
fn shared_out((first, last): (i64, i64), events: u64, bytes: u64) -> Vec<(i64, u64, u64)> {
    const CHINA: i64 = 8 * HOUR_MILLISECONDS;
    let (first, end) = (first + CHINA, last + CHINA + 1);
    let whole = i128::from(end - first).max(1);
    // Each day gets what came up to its end, less what was given out before.
    let until = |number: u64, at: i64| {
        let share = i128::from(number) * i128::from(at - first) / whole;
        u64::try_from(share).unwrap_or_default()
    };
    let mut given = (0, 0);
    let days = first.div_euclid(DAY_MILLISECONDS)..=(end - 1).div_euclid(DAY_MILLISECONDS);
    days.map(|day| {
        let at = ((day + 1) * DAY_MILLISECONDS).min(end);
        let so_far = (until(events, at), until(bytes, at));
        let own = (day, so_far.0 - given.0, so_far.1 - given.1);
        given = so_far;
        own
    })
    .collect()
}

/// For how many days there are logs, by source.
pub(super) fn days_by_source(lake: &Lake, now: Timestamp) -> HashMap<String, i64> {
    let mut days = HashMap::new();
    for entry in lake.files() {
        let age = days_since(entry.received.0, now);
        for source in entry.sources.keys() {
            let known = days.entry(source.clone()).or_insert(age);
            *known = age.max(*known);
        }
    }
    days
}

/// The days on which each source was received, as the files tell that there are.
///
/// They are days of UTC, for files are of these: from eight to eight in China.
pub(super) fn days_received(lake: &Lake) -> HashMap<String, BTreeSet<i64>> {
    let mut days: HashMap<String, BTreeSet<i64>> = HashMap::new();
    for entry in lake.files() {
        let (first, last) = entry.received;
        let of_file = first.div_euclid(DAY_MILLISECONDS)..=last.div_euclid(DAY_MILLISECONDS);
        for source in entry.sources.keys() {
            let known = days.entry(source.clone()).or_default();
            known.extend(of_file.clone());
        }
    }
    days
}

/// Events of each of the last `length` hours, by source, the oldest hour first. What is in no
/// file yet is not counted; that is at most a minute.
pub(super) fn hours(
    lake: &Lake,
    now: Timestamp,
    length: usize,
) -> Result<HashMap<String, Vec<u64>>, LakeError> {
    let this_hour = now.as_millisecond().div_euclid(HOUR_MILLISECONDS);
    let first = this_hour - i64::try_from(length).unwrap_or(i64::MAX) + 1;
    let mut hours: HashMap<String, Vec<u64>> = HashMap::new();
    for entry in lake.files() {
        if entry.times.1.div_euclid(HOUR_MILLISECONDS) < first {
            continue;
        }
        for (hour, key, events) in lake.counts(&entry)?.hours() {
            let place = usize::try_from(hour - first).ok();
            let counts = hours
                .entry(key.source.clone())
                .or_insert_with(|| vec![0; length]);
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                *count += events;
            }
        }
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_midnight_is_of_both_days_and_nothing_is_lost() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let day = at("2026-11-22T00:00:00Z") / DAY_MILLISECONDS;
        // From six in the evening to three in the morning, in China.
        let night = (at("2026-11-22T10:00:00Z"), at("2026-11-22T19:00:00Z"));
        let shared = shared_out(night, 901, 9_000);
        assert_eq!(shared, [(day, 600, 5_999), (day + 1, 301, 3_001)]);
        let moment = (night.0, night.0);
        assert_eq!(shared_out(moment, 7, 70), [(day, 7, 70)]);
    }
}
