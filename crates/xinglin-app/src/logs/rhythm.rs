//! When searches that run by themselves are due, and over which time they look.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Time, tz};
use xinglin_store::logs::{Condition, LogSchedule, Rhythm};

use crate::AppError;

/// A run looks back so far at most, whatever was missed.
const MOST_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Where nothing is said of it.
const USUAL_SPAN: SignedDuration = SignedDuration::from_hours(1);

/// A time of the day such as `08:30`.
pub(super) fn time_of(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_plain = hour.len() == 2 && minute.len() == 2;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    Time::new(hour, minute, 0, 0).ok().filter(|_| is_plain)
}

/// How long a time such as `24h` is.
pub(super) fn span_of(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let span = SignedDuration::from_secs(number.checked_mul(seconds)?);
    Some(span.min(MOST_SPAN))
}

/// The first time after `now`, of a rhythm that was at `at`.
pub(super) fn next(rhythm: &Rhythm, at: Timestamp, now: Timestamp) -> Result<Timestamp, AppError> {
    match rhythm {
        Rhythm::Every(minutes) => {
            let step = i64::from((*minutes).max(1)) * 60;
            let over = (now.as_second() - at.as_second()).max(0) / step + 1;
            Timestamp::from_second(at.as_second() + over * step).map_err(AppError::internal)
        }
        Rhythm::Daily(time) => {
            let zone = tz::offset(8).to_time_zone();
            let time = time_of(time).unwrap_or(Time::midnight());
            let here = now.to_zoned(zone.clone());
            let today = here.date().to_datetime(time).to_zoned(zone);
            let today = today.map_err(AppError::internal)?;
            if today.timestamp() > now {
                return Ok(today.timestamp());
            }
            let tomorrow = today.checked_add(1.day()).map_err(AppError::internal)?;
            Ok(tomorrow.timestamp())
        }
    }
}

/// The last time of a rhythm that is not after `now`; it was due at `due` first.
pub(super) fn last_due(
    rhythm: &Rhythm,
    due: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, AppError> {
    let step = match rhythm {
        Rhythm::Every(minutes) => i64::from((*minutes).max(1)) * 60,
        // China has no other days than of 24 hours.
        Rhythm::Daily(_) => 86_400,
    };
    let missed = (now.as_second() - due.as_second()).max(0) / step;
    Timestamp::from_second(due.as_second() + missed * step).map_err(AppError::internal)
}

/// From where a run looks that is due at `due_at`, of a search over `span`.
///
/// What came since the last run is looked at, too, so that nothing is left out. For "fewer
/// than", which a longer time would hide, it is the span alone.
pub(super) fn from(schedule: &LogSchedule, span: &str, due_at: Timestamp) -> Timestamp {
    let span = span_of(span).unwrap_or(USUAL_SPAN);
    let usual = due_at.saturating_sub(span).unwrap_or(due_at);
    match (schedule.condition, schedule.last_at) {
        (Condition::AtLeast(_), Some(last)) => {
            let farthest = due_at.saturating_sub(MOST_SPAN).unwrap_or(usual);
            usual.min(last).max(farthest)
        }
        _ => usual,
    }
}

/// Whether it alarms about so many hits.
pub(super) fn holds(condition: Condition, hits: u64) -> bool {
    match condition {
        Condition::AtLeast(count) => hits >= u64::from(count),
        Condition::FewerThan(count) => hits < u64::from(count),
    }
}

#[cfg(test)]
mod tests {
    use xinglin_core::LogSearchId;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_due_next_is_after_now_and_on_the_beat() {
        let every = Rhythm::Every(15);
        let first = at("2026-11-22T02:00:00Z");
        let soon = at("2026-11-22T02:15:00Z");
        assert_eq!(next(&every, first, first).unwrap(), soon);
        let late = at("2026-11-22T03:07:00Z");
        let missed = at("2026-11-22T03:00:00Z");
        assert_eq!(last_due(&every, first, late).unwrap(), missed);
        let coming = at("2026-11-22T03:15:00Z");
        assert_eq!(next(&every, first, late).unwrap(), coming);
        // Half past eight in China.
        let daily = Rhythm::Daily("08:30".to_owned());
        let tomorrow = at("2026-11-23T00:30:00Z");
        assert_eq!(next(&daily, first, first).unwrap(), tomorrow);
        let (before, today) = (at("2026-11-22T00:29:00Z"), at("2026-11-22T00:30:00Z"));
        assert_eq!(next(&daily, before, before).unwrap(), today);
        let days_later = at("2026-11-25T01:00:00Z");
        let last = at("2026-11-25T00:30:00Z");
        assert_eq!(last_due(&daily, today, days_later).unwrap(), last);
    }

    #[test]
    fn times_and_spans_are_read_as_people_write_them() {
        assert_eq!(time_of("08:30"), Time::new(8, 30, 0, 0).ok());
        for wrong in ["8:30", "24:00", "08:60", "0830", ""] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
        assert_eq!(span_of("24h"), Some(SignedDuration::from_hours(24)));
        assert_eq!(span_of("15m"), Some(SignedDuration::from_mins(15)));
        assert_eq!(span_of("90d"), Some(MOST_SPAN));
        for wrong in ["", "h", "0h", "24", "天"] {
            assert_eq!(span_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_run_looks_at_all_since_the_last_unless_it_misses_something() {
        let (last, due) = (at("2026-11-22T00:00:00Z"), at("2026-11-22T03:00:00Z"));
        let mut schedule = LogSchedule {
            search_id: LogSearchId(1),
            rhythm: Rhythm::Every(60),
            condition: Condition::AtLeast(1),
            opens_finding: true,
            created_by: String::new(),
            created_at: last,
            next_at: due,
            last_at: None,
            last_state: None,
            last_hits: 0,
            problem: None,
        };
        let hour = at("2026-11-22T02:00:00Z");
        assert_eq!(from(&schedule, "1h", due), hour);
        schedule.last_at = Some(last);
        assert_eq!(from(&schedule, "1h", due), last);
        let day = at("2026-11-21T03:00:00Z");
        assert_eq!(from(&schedule, "24h", due), day);
        schedule.condition = Condition::FewerThan(1);
        assert_eq!(from(&schedule, "1h", due), hour);
    }

    #[test]
    fn thresholds_hold_at_their_edge() {
        for (condition, hits, expected) in [
            (Condition::AtLeast(3), 2, false),
            (Condition::AtLeast(3), 3, true),
            (Condition::FewerThan(3), 3, false),
            (Condition::FewerThan(3), 2, true),
            (Condition::FewerThan(1), 0, true),
        ] {
            assert_eq!(holds(condition, hits), expected, "{condition:?} {hits}");
        }
    }
}
