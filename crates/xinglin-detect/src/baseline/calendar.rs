//! Days and hours of a hospital.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan as _, civil::Date};

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3_600;
const HOURS: i32 = 24;
/// The first day of all was a Thursday; weeks begin with Monday.
const FIRST_WEEKDAY: i32 = 3;
const SATURDAY: i32 = 5;

/// Which day and hour it is, and which days people work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Seconds that local time is ahead of UTC.
    pub ahead_seconds: i64,
    /// Days that are not as their place in the week says: whether people work on them.
    pub exceptions: HashMap<Date, bool>,
}

impl Default for Calendar {
    /// China, without holidays.
    fn default() -> Self {
        Self {
            ahead_seconds: 8 * HOUR_SECONDS,
            exceptions: HashMap::new(),
        }
    }
}

/// A day and an hour of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Days since 1970-01-01, local time.
    pub(super) day: i32,
    /// From 0 to 23.
    pub(super) hour: u8,
}

impl Moment {
    /// Hours since 1970-01-01, local time.
    pub(super) fn hours(self) -> i32 {
        self.day.saturating_mul(HOURS) + i32::from(self.hour)
    }
}

impl Calendar {
    pub(super) fn moment(&self, at: Timestamp) -> Moment {
        let local = at.as_second().saturating_add(self.ahead_seconds);
        let hour = local.rem_euclid(DAY_SECONDS) / HOUR_SECONDS;
        Moment {
            day: i32::try_from(local.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX),
            hour: u8::try_from(hour).unwrap_or_default(),
        }
    }

    pub(super) fn is_workday(&self, day: i32) -> bool {
        if !self.exceptions.is_empty()
            && let Some(is_workday) = self.exceptions.get(&date(day))
        {
            return *is_workday;
        }
        (day + FIRST_WEEKDAY).rem_euclid(7) < SATURDAY
    }
}

/// The day by its number.
pub(super) fn date(day: i32) -> Date {
    let first = Date::constant(1970, 1, 1);
    first.checked_add(day.days()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_local_and_holidays_are_known() {
        let mut calendar = Calendar::default();
        // Thursday 2026-10-01, 03:30 in China.
        let at: Timestamp = "2026-09-30T19:30:00Z".parse().unwrap();
        let moment = calendar.moment(at);
        assert_eq!(date(moment.day).to_string(), "2026-10-01");
        assert_eq!(moment.hour, 3);
        assert!(calendar.is_workday(moment.day));
        assert!(calendar.is_workday(moment.day + 1));
        assert!(!calendar.is_workday(moment.day + 2));
        calendar.exceptions.insert(date(moment.day), false);
        calendar.exceptions.insert(date(moment.day + 2), true);
        assert!(!calendar.is_workday(moment.day));
        assert!(calendar.is_workday(moment.day + 2));
    }
}
