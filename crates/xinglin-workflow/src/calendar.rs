//! Working days.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use xinglin_core::Text;

use crate::content::{ContentError, check_text, parse};

/// A public holiday that falls on the same day every year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedHoliday {
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
    /// What it is called.
    pub name: Text,
}

/// The holidays that need no yearly notice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar(Vec<FixedHoliday>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    fixed_holidays: Vec<FixedHoliday>,
}

impl Calendar {
    /// Reads a calendar from its YAML text.
    ///
    /// # Errors
    /// An unknown or missing field, a name missing in one language, or a day that no
    /// year has.
    pub fn load(file: &str, text: &str) -> Result<Self, ContentError> {
        let holidays = parse::<CalendarFile>(file, text)?.fixed_holidays;
        for holiday in &holidays {
            let item = format!("{:02}-{:02}", holiday.month, holiday.day);
            check_text(file, &item, "name", &holiday.name)?;
            // 2024 is a leap year, so it has every day that any year has.
            if Date::new(2024, holiday.month, holiday.day).is_err() {
                return Err(ContentError::new(file, item, "a month and a day it has"));
            }
        }
        Ok(Self(holidays))
    }

    /// The holidays, as the file orders them.
    pub fn fixed_holidays(&self) -> &[FixedHoliday] {
        &self.0
    }
}

/// Which days are worked: Monday to Friday without holidays, and the weekend days that
/// the yearly notice of the State Council turns into working days (调休).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingDays {
    fixed: BTreeSet<(i8, i8)>,
    holidays: BTreeSet<Date>,
    worked: BTreeSet<Date>,
}

impl WorkingDays {
    /// Working days after `calendar`, the further `holidays` the hospital entered (those of
    /// the lunar calendar and bridging days) and the weekend days that are `worked`.
    pub fn new(calendar: &Calendar, holidays: &[Date], worked: &[Date]) -> Self {
        Self {
            fixed: calendar.0.iter().map(|day| (day.month, day.day)).collect(),
            holidays: holidays.iter().copied().collect(),
            worked: worked.iter().copied().collect(),
        }
    }

    /// Whether `date` is worked.
    pub fn is_working(&self, date: Date) -> bool {
        if self.worked.contains(&date) {
            return true;
        }
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            && !self.fixed.contains(&(date.month(), date.day()))
            && !self.holidays.contains(&date)
    }

    /// The working days of the `weeks` weeks that begin on `from`. Shorter where the
    /// calendar of years 1 to 9999 ends.
    pub fn within_weeks(&self, from: Date, weeks: usize) -> Vec<Date> {
        from.series(jiff::ToSpan::day(1))
            .take(weeks.saturating_mul(7))
            .filter(|date| self.is_working(*date))
            .collect()
    }
}
