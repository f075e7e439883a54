//! What the logs alarm about: sources that are silent, off in time or rejected, and a lake that
//! cannot write or will be full soon.

use jiff::{SignedDuration, Timestamp, tz};
use xinglin_lake::{Lake, LogState};
use xinglin_workflow::AlarmKind;

use super::{Logs, keeper, registry::Listed, storage};
use crate::{
    App, AppError,
    findings::{Alarm, Alarms},
    tasks::blocking,
};

/// The kinds that are judged here.
const KINDS: [AlarmKind; 5] = [
    AlarmKind::LogSilent,
    AlarmKind::LogClock,
    AlarmKind::LogRejects,
    AlarmKind::LogWrite,
    AlarmKind::LogDisk,
];
/// A clock is off, or in step again, when it is seen so for so long: single lines that waited
/// on their way make none.
const CLOCK_SEEN: SignedDuration = SignedDuration::from_mins(5);
/// A source that had lines rejected is quiet when none was for so long.
const REJECTS_SEEN: SignedDuration = SignedDuration::from_hours(1);
/// The disk alarms below so many days, and no more above the others.
const DISK_DAYS: (i64, i64) = (14, 16);
/// Logs younger than this say nothing of what a day takes.
const RATE_SEEN: SignedDuration = SignedDuration::from_hours(24);

/// What is seen of the lake.
#[derive(Debug, Clone, Default)]
struct LakeSeen {
    /// Why it cannot write.
    problem: Option<String>,
    /// After how many days the disk is full; none where that is not to be seen.
    days_left: Option<i64>,
}

impl App {
    /// Opens and resolves the findings of what the logs alarm about.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(super) async fn alarm_of_logs(&self, logs: &std::sync::Arc<Logs>) -> Result<(), AppError> {
        let now = self.now();
        let folder = self.config().data_dir.clone();
        let shared = std::sync::Arc::clone(logs);
        let lake = blocking(move || {
            let free = storage::free_bytes(&folder)?;
            Ok::<_, AppError>(look(&shared.lake, free, now))
        })
        .await??;
        let mut alarms = of_lake(&lake);
        for listed in logs.registry.all() {
            // One that is not stored yet has no number.
            if listed.source.id.0 != 0 {
                alarms.extend(of_source(&listed, now));
            }
        }
        self.follow_alarms(&keeper(), &KINDS, &alarms).await
    }
}

fn look(lake: &Lake, free: u64, now: Timestamp) -> LakeSeen {
    let failing = match lake.log_state() {
        LogState::Writing => None,
        LogState::Failing { problem } => Some(problem),
    };
    let oldest = lake.files().iter().map(|entry| entry.received.0).min();
    let is_seen = oldest
        .and_then(|oldest| Timestamp::from_millisecond(oldest).ok())
        .is_some_and(|oldest| now.duration_since(oldest) >= RATE_SEEN);
    LakeSeen {
        problem: failing.or_else(|| lake.problem()),
        days_left: is_seen
            .then(|| storage::days_left(free, lake.forecast(now).bytes_per_day))
            .flatten(),
    }
}

fn of_lake(seen: &LakeSeen) -> Alarms {
    let write = match &seen.problem {
        Some(problem) => on(None, vec![("problem", problem.clone())]),
        None => Alarm::Off,
    };
    let (least, enough) = DISK_DAYS;
    let disk = match seen.days_left {
        Some(days) if days < least => on(None, vec![("days", days.to_string())]),
        Some(days) if days < enough => Alarm::AsBefore,
        _ => Alarm::Off,
    };
    Alarms::from([
        ((AlarmKind::LogWrite, 0), write),
        ((AlarmKind::LogDisk, 0), disk),
    ])
}

fn of_source(listed: &Listed, now: Timestamp) -> Alarms {
    let source = &listed.source;
    let name = || ("source", source.name.clone());
    let on = |said: (&'static str, String), other: (&'static str, String)| {
        on(source.asset_id, vec![name(), said, other])
    };
    let silent = match source.silent_since {
        Some(since) => on(("last", told(since)), ("since", told(since))),
        None => Alarm::Off,
    };
    let seconds = source.clock_skew_seconds.unwrap_or_default();
    let clock = match listed.clock {
        Some((is_off, since)) if now.duration_since(since) >= CLOCK_SEEN => {
            if is_off {
                on(("seconds", seconds.to_string()), ("since", told(since)))
            } else {
                Alarm::Off
            }
        }
        _ => Alarm::AsBefore,
    };
    let rejects = match listed.rejected_at {
        Some(last) if now.duration_since(last) < REJECTS_SEEN => on(
            ("rejected", source.rejected.to_string()),
            ("last", told(last)),
        ),
        // Nothing was rejected since the start, which says little while that is not long ago.
        None if now.duration_since(listed.known_since) < REJECTS_SEEN => Alarm::AsBefore,
        _ => Alarm::Off,
    };
    let number = source.id.0;
    Alarms::from([
        ((AlarmKind::LogSilent, number), silent),
        ((AlarmKind::LogClock, number), clock),
        ((AlarmKind::LogRejects, number), rejects),
    ])
}

fn on(asset: Option<xinglin_core::AssetId>, seen: Vec<(&'static str, String)>) -> Alarm {
    Alarm::On { asset, seen }
}

/// An instant as people in China read it.
pub(crate) fn told(at: Timestamp) -> String {
    let local = at.to_zoned(tz::offset(8).to_time_zone());
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(days_left: Option<i64>) -> Option<Alarm> {
        let seen = LakeSeen {
            days_left,
            ..LakeSeen::default()
        };
        of_lake(&seen).remove(&(AlarmKind::LogDisk, 0))
    }

    #[test]
    fn a_disk_alarms_below_two_weeks_and_does_not_flutter() {
        assert!(matches!(disk(Some(13)), Some(Alarm::On { .. })));
        assert_eq!(disk(Some(15)), Some(Alarm::AsBefore));
        assert_eq!(disk(Some(16)), Some(Alarm::Off));
        assert_eq!(disk(None), Some(Alarm::Off));
    }

    #[test]
    fn a_lake_that_cannot_write_alarms_with_what_the_disk_says() {
        let seen = LakeSeen {
            problem: Some("no space left".to_owned()),
            days_left: None,
        };
        let alarm = of_lake(&seen).remove(&(AlarmKind::LogWrite, 0));
        let Some(Alarm::On { seen, .. }) = alarm else {
            panic!("{alarm:?}");
        };
        assert_eq!(seen, [("problem", "no space left".to_owned())]);
    }
}
