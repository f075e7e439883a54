//! Times of records: when validity begins and ends, by when a step or the closing is due,
//! and when somebody is reminded.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    Form, Party, RecordValues, Within,
    field::FormFieldType,
    record::{Record, RecordState},
    validate::moment,
};
use crate::calendar::WorkingDays;
use crate::words::words;

words! {
    /// What of a record is waited for.
    RecordDueKind {
        /// A step of approval.
        Step = "step", "审批", "Approval";
        /// Writing down what was done.
        Closing = "closing", "办结", "Closing";
    }
}

/// What a record waits for and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDue {
    /// What.
    pub kind: RecordDueKind,
    /// By when; from this moment on it is overdue. `None` for no limit.
    pub at: Option<Timestamp>,
    /// Who has to do it.
    pub by: Vec<Party>,
}

impl RecordDue {
    /// Whether it is late at `now`.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.at.is_some_and(|at| at <= now)
    }
}

impl Record {
    /// What the record waits for, `None` where it waits for nobody.
    pub fn due(&self, form: &Form, days: &WorkingDays, zone: &TimeZone) -> Option<RecordDue> {
        if let Some(at) = self.step.as_deref().and_then(|id| form.step_at(id)) {
            let step = form.steps.get(at)?;
            return Some(RecordDue {
                kind: RecordDueKind::Step,
                at: step.within.and_then(|w| w.after(self.since, days, zone)),
                by: step.by.clone(),
            });
        }
        let closing = form.closing.as_ref()?;
        let is_open = matches!(
            self.state,
            RecordState::Valid | RecordState::Expired | RecordState::Revoked
        );
        let from = self.valid_until.or(self.valid_from)?;
        is_open.then(|| RecordDue {
            kind: RecordDueKind::Closing,
            at: closing.within.and_then(|w| w.after(from, days, zone)),
            by: closing.by.clone(),
        })
    }

    /// The moments at which people of the form's validity are reminded that it ends.
    pub fn reminders(&self, form: &Form) -> Vec<Timestamp> {
        let (Some(validity), Some(end)) = (&form.validity, self.valid_until) else {
            return Vec::new();
        };
        let mut moments: Vec<Timestamp> = validity
            .remind_hours_before
            .iter()
            .filter_map(|hours| {
                end.checked_sub(SignedDuration::from_hours((*hours).into()))
                    .ok()
            })
            .filter(|moment| self.valid_from.is_none_or(|from| *moment >= from))
            .collect();
        moments.sort();
        moments
    }
}

impl Form {
    /// From when until when a record with these values holds that was approved at `at`.
    pub(crate) fn window(
        &self,
        values: &RecordValues,
        at: Timestamp,
        zone: &TimeZone,
    ) -> (Timestamp, Option<Timestamp>) {
        let Some(validity) = &self.validity else {
            return (at, None);
        };
        let written = |id: &Option<String>, is_end: bool| {
            let id = id.as_ref()?;
            let kind = self.field(id)?.kind;
            let value = values.get(id)?;
            if kind == FormFieldType::DateTime {
                return moment(kind, value);
            }
            let date: Date = value.as_str()?.parse().ok()?;
            // A day counts until it is over.
            let date = if is_end { date.tomorrow().ok()? } else { date };
            Some(date.to_zoned(zone.clone()).ok()?.timestamp())
        };
        let begins = written(&validity.from, false).unwrap_or(at);
        let after_months = || {
            let months = i64::from(validity.months?);
            let end = begins.to_zoned(zone.clone()).checked_add(months.months());
            Some(end.ok()?.timestamp())
        };
        (begins, written(&validity.until, true).or_else(after_months))
    }
}

impl Within {
    /// The moment by which something that began at `from` is due. `None` where the calendar
    /// ends.
    pub fn after(self, from: Timestamp, days: &WorkingDays, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Hours(hours) => from
                .checked_add(SignedDuration::from_hours(hours.into()))
                .ok(),
            Self::WorkingDays(count) => {
                let last = days.after(from.to_zoned(zone.clone()).date(), count);
                let end = last.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
                Some(end.timestamp())
            }
        }
    }
}
