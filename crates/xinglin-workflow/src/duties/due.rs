//! When duties are due, and whether they were met.

use jiff::{Span, ToSpan, civil::Date};
use serde::Serialize;

use super::{Duty, proof::DutyEvidence};
use crate::{calendar::WorkingDays, forms::Frequency, words::words};

words! {
    /// Where a duty stands.
    DutyState {
        /// Met for the present period.
        Met = "met", "已履行", "Met";
        /// Not yet met and not late.
        Open = "open", "待履行", "Open";
        /// Late.
        Overdue = "overdue", "逾期", "Overdue";
    }
}

/// Where a duty stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyStatus {
    /// Met, open or late.
    pub state: DutyState,
    /// By when it is to be met: the present turn where it is not met, else the next.
    pub due_on: Date,
    /// Since when it is late: the day after the grace of the first turn missed in a row.
    pub overdue_since: Option<Date>,
    /// How many turns in a row were missed.
    pub missed: usize,
    /// What met the present turn.
    pub satisfied_by: Option<String>,
    /// The day it was last met.
    pub last_met_on: Option<Date>,
}

/// One period in which a duty is to be met once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    first: Date,
    last: Date,
}

impl Frequency {
    /// The length of a period.
    pub fn span(self) -> Span {
        match self {
            Self::Daily => 1.day(),
            Self::Weekly => 7.days(),
            Self::Monthly => 1.month(),
            Self::Quarterly => 3.months(),
            Self::HalfYearly => 6.months(),
            Self::Yearly => 1.year(),
            Self::TwoYearly => 2.years(),
            Self::ThreeYearly => 3.years(),
        }
    }

    /// The first and last day of the calendar period that `day` is in. Periods of several
    /// years are counted from the year 2000.
    pub fn period_of(self, day: Date) -> Option<(Date, Date)> {
        let of_months = |count: i8| {
            let month = (day.month() - 1) / count * count + 1;
            Date::new(day.year(), month, 1).ok()
        };
        let of_years = |count: i16| {
            let year = 2000 + (day.year() - 2000).div_euclid(count) * count;
            Date::new(year, 1, 1).ok()
        };
        let first = match self {
            Self::Daily => Some(day),
            Self::Weekly => {
                let since_monday = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(since_monday.days()).ok()
            }
            Self::Monthly => of_months(1),
            Self::Quarterly => of_months(3),
            Self::HalfYearly => of_months(6),
            Self::Yearly => of_years(1),
            Self::TwoYearly => of_years(2),
            Self::ThreeYearly => of_years(3),
        }?;
        let last = first.checked_add(self.span()).ok()?.yesterday().ok()?;
        Some((first, last))
    }
}

impl Duty {
    /// Where a periodic duty stands on `today`, owed since `owed_since`. `evidence` may hold
    /// anything; what the duty does not accept for `subject` is left aside. `None` for a
    /// duty after events, or where the calendar ends.
    pub fn status(
        &self,
        owed_since: Date,
        subject: Option<&str>,
        evidence: &[DutyEvidence],
        today: Date,
        days: &WorkingDays,
    ) -> Option<DutyStatus> {
        let every = self.owed.every?;
        let mut accepted: Vec<&DutyEvidence> = evidence
            .iter()
            .filter(|evidence| evidence.on <= today && self.accepts(evidence, subject))
            .collect();
        accepted.sort_by_key(|evidence| evidence.on);
        if self.owed.rolling {
            return self.rolling(every, owed_since, &accepted, today, days);
        }
        self.by_calendar(every, owed_since.min(today), &accepted, today, days)
    }

    /// Where the duty stands that `event` (its key) brought on the day `on`. `None` for a
    /// periodic duty, or where the calendar ends.
    pub fn status_after(
        &self,
        event: &str,
        on: Date,
        evidence: &[DutyEvidence],
        today: Date,
        days: &WorkingDays,
    ) -> Option<DutyStatus> {
        self.owed.after?;
        let within = self.owed.within_days?;
        let due_on = if self.owed.working_days {
            days.after(on, within)
        } else {
            let span = Span::new().try_days(within).ok()?;
            on.checked_add(span).ok()?
        };
        let met = evidence
            .iter()
            .filter(|e| e.on >= on && e.on <= today)
            .filter(|e| e.about.iter().any(|about| about == event) && self.accepts(e, None))
            .min_by_key(|e| e.on);
        let late_from = self.late_from(due_on, days)?;
        let is_late = met.is_none() && today >= late_from;
        Some(DutyStatus {
            state: state(met.is_some(), is_late),
            due_on,
            overdue_since: is_late.then_some(late_from),
            missed: usize::from(is_late),
            satisfied_by: met.map(|evidence| evidence.id.clone()),
            last_met_on: met.map(|evidence| evidence.on),
        })
    }

    /// The days on which somebody is reminded of what is due on `due_on`, in order.
    pub fn reminders(&self, due_on: Date) -> Vec<Date> {
        let before = |count: &u32| due_on.checked_sub(i64::from(*count).days()).ok();
        let mut reminders: Vec<Date> = self.remind_days_before.iter().filter_map(before).collect();
        reminders.sort_unstable();
        reminders
    }

    fn rolling(
        &self,
        every: Frequency,
        owed_since: Date,
        accepted: &[&DutyEvidence],
        today: Date,
        days: &WorkingDays,
    ) -> Option<DutyStatus> {
        let last = accepted.last();
        let from = last.map_or(owed_since, |evidence| evidence.on);
        let due_on = from.checked_add(every.span()).ok()?;
        let late_from = self.late_from(due_on, days)?;
        let is_late = today >= late_from;
        Some(DutyStatus {
            state: state(last.is_some() && today <= due_on, is_late),
            due_on,
            overdue_since: is_late.then_some(late_from),
            missed: usize::from(is_late),
            satisfied_by: last
                .filter(|_| today <= due_on)
                .map(|evidence| evidence.id.clone()),
            last_met_on: last.map(|evidence| evidence.on),
        })
    }

    fn by_calendar(
        &self,
        every: Frequency,
        owed_since: Date,
        accepted: &[&DutyEvidence],
        today: Date,
        days: &WorkingDays,
    ) -> Option<DutyStatus> {
        let mut evidence = accepted.iter().peekable();
        let mut missed: usize = 0;
        let mut first_missed: Option<Date> = None;
        // The first turn that is neither met nor late.
        let mut waiting: Option<Turn> = None;
        let mut turn = self.turn(every, owed_since, days)?;
        let (met_by, next) = loop {
            let late_from = self.late_from(turn.last, days)?;
            // What came before the turn met an earlier one, or was more than was owed.
            while evidence.next_if(|e| e.on < turn.first).is_some() {}
            // Within the grace a late record still counts for the turn that waits for it.
            let met_by = evidence.next_if(|e| e.on < late_from).copied();
            if met_by.is_some() {
                missed = 0;
                first_missed = None;
                waiting = None;
            } else if today >= late_from {
                missed += 1;
                first_missed = first_missed.or(Some(late_from));
            } else {
                waiting = waiting.or(Some(turn));
            }
            let next = self.turn(every, turn.last.tomorrow().ok()?, days)?;
            if today < next.first {
                break (met_by, next);
            }
            turn = next;
        };
        let due = waiting.unwrap_or(if met_by.is_some() { next } else { turn });
        Some(DutyStatus {
            state: state(met_by.is_some(), missed > 0),
            due_on: due_on(due, days),
            overdue_since: first_missed,
            missed,
            satisfied_by: met_by.map(|evidence| evidence.id.clone()),
            last_met_on: accepted.last().map(|evidence| evidence.on),
        })
    }

    /// The turn that `day` is in, or the next where nothing is owed on that day.
    fn turn(&self, every: Frequency, day: Date, days: &WorkingDays) -> Option<Turn> {
        let mut day = day;
        if self.owed.working_days {
            let mut series = day.series(1.day()).take(60);
            day = series.find(|day| days.is_working(*day))?;
        }
        let (first, last) = every.period_of(day)?;
        Some(Turn { first, last })
    }

    /// The first day on which it is late that was due on `last`.
    fn late_from(&self, last: Date, days: &WorkingDays) -> Option<Date> {
        days.after(last, self.grace_days).tomorrow().ok()
    }
}

fn state(is_met: bool, is_late: bool) -> DutyState {
    if is_met {
        DutyState::Met
    } else if is_late {
        DutyState::Overdue
    } else {
        DutyState::Open
    }
}

/// The last working day of a turn, or its last day where none is worked.
fn due_on(turn: Turn, days: &WorkingDays) -> Date {
    let mut day = turn.last;
    while day >= turn.first {
        if days.is_working(day) {
            return day;
        }
        let Ok(before) = day.yesterday() else { break };
        day = before;
    }
    turn.last
}
