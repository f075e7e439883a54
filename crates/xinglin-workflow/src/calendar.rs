//! Working days.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

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

/// Public holidays of one year, those that move with the moon among them. They stand in
/// place of the fixed ones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// Where it stands.
    pub source: Text,
    /// Whether the State Council's notice for the year is out. Before, the days follow from
    /// the law alone: no bridging days, and no weekend is worked in exchange.
    pub announced: bool,
    /// Days off, weekend days among them or not, by day.
    pub holidays: Vec<Date>,
    /// Weekend days that are worked in exchange (调休), by day.
    pub worked: Vec<Date>,
}

/// Public holidays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    fixed: Vec<FixedHoliday>,
    years: Vec<CalendarYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    fixed_holidays: Vec<FixedHoliday>,
    years: Vec<CalendarYear>,
}

impl Calendar {
    /// Reads a calendar from its YAML text.
    ///
    /// # Errors
    /// An unknown or missing field, a name missing in one language, a day that no year has,
    /// a year given twice or out of order, or a day of a year that is of another year, no
    /// weekend day though worked in exchange, or given twice.
    pub fn load(file: &str, text: &str) -> Result<Self, ContentError> {
        let CalendarFile {
            fixed_holidays: fixed,
            years,
        } = parse(file, text)?;
        for holiday in &fixed {
            let item = format!("{:02}-{:02}", holiday.month, holiday.day);
            check_text(file, &item, "name", &holiday.name)?;
            // 2024 is a leap year, so it has every day that any year has.
            if Date::new(2024, holiday.month, holiday.day).is_err() {
                return Err(ContentError::new(file, item, "a month and a day it has"));
            }
        }
        let mut before = None;
        for year in &years {
            if before >= Some(year.year) {
                let expected = "each year once and in order";
                return Err(ContentError::new(file, year.year, expected));
            }
            before = Some(year.year);
            check_year(file, year)?;
        }
        Ok(Self { fixed, years })
    }

    /// The holidays that need no yearly notice, as the file orders them.
    pub fn fixed_holidays(&self) -> &[FixedHoliday] {
        &self.fixed
    }

    /// The years of which more is known, in order.
    pub fn years(&self) -> &[CalendarYear] {
        &self.years
    }
}

fn check_year(file: &str, year: &CalendarYear) -> Result<(), ContentError> {
    check_text(file, year.year, "source", &year.source)?;
    let mut seen = BTreeSet::new();
    for day in year.holidays.iter().chain(&year.worked) {
        if day.year() != year.year || !seen.insert(day) {
            let expected = format!("{day} to be of this year and given once");
            return Err(ContentError::new(file, year.year, expected));
        }
    }
    match year.worked.iter().find(|day| !is_weekend(**day)) {
        None => Ok(()),
        Some(day) => {
            let expected = format!("`worked` to hold weekend days only, not {day}");
            Err(ContentError::new(file, year.year, expected))
        }
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Which days are worked: Monday to Friday without holidays, and the weekend days that
/// the yearly notice of the State Council turns into working days (调休). What the hospital
/// says of a day comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingDays {
    fixed: BTreeSet<(i8, i8)>,
    years: BTreeSet<i16>,
    holidays: BTreeSet<Date>,
    worked: BTreeSet<Date>,
    own: BTreeMap<Date, bool>,
}

impl WorkingDays {
    /// Working days after `calendar`, the further `holidays` that the hospital entered and
    /// the days that it says are `worked`.
    pub fn new(calendar: &Calendar, holidays: &[Date], worked: &[Date]) -> Self {
        let years = &calendar.years;
        let off = holidays.iter().map(|day| (*day, false));
        let on = worked.iter().map(|day| (*day, true));
        Self {
            fixed: calendar
                .fixed
                .iter()
                .map(|day| (day.month, day.day))
                .collect(),
            years: years.iter().map(|year| year.year).collect(),
            holidays: years
                .iter()
                .flat_map(|year| &year.holidays)
                .copied()
                .collect(),
            worked: years
                .iter()
                .flat_map(|year| &year.worked)
                .copied()
                .collect(),
            own: off.chain(on).collect(),
        }
    }

    /// Whether `date` is worked.
    pub fn is_working(&self, date: Date) -> bool {
        if let Some(worked) = self.own.get(&date) {
            return *worked;
        }
        if self.worked.contains(&date) {
            return true;
        }
        let is_fixed =
            !self.years.contains(&date.year()) && self.fixed.contains(&(date.month(), date.day()));
        !is_weekend(date) && !is_fixed && !self.holidays.contains(&date)
    }

    /// The days of these years that are not as the week says, and whether they are worked.
    pub fn exceptions(&self, years: RangeInclusive<i16>) -> BTreeMap<Date, bool> {
        let first = Date::new(*years.start(), 1, 1).unwrap_or(Date::MIN);
        first
            .series(jiff::ToSpan::day(1))
            .take_while(|day| day.year() <= *years.end())
            .map(|day| (day, self.is_working(day)))
            .filter(|(day, worked)| *worked == is_weekend(*day))
            .collect()
    }

    /// The day that is `count` working days after `from`; `from` itself for none. Where the
    /// calendar ends before, its last working day.
    pub fn after(&self, from: Date, count: u32) -> Date {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        from.series(jiff::ToSpan::day(1))
            .skip(1)
            .filter(|day| self.is_working(*day))
            .take(count)
            .last()
            .unwrap_or(from)
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
