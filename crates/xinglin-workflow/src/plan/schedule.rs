//! Laying tasks out over working days. Days are counted as positions in the list of
//! working days from the plan's start, so that arithmetic never meets a weekend.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rules::{KindRule, PhaseBySeverity, PhaseCode};
use super::{PlanError, PlanFinding, PlanInput, Rank, rank};
use crate::findings::Severity;
use crate::measures::{Measure, MeasureKind};

/// Twenty years. Whoever needs longer has mistaken the capacity.
pub(super) const LONGEST_WEEKS: usize = 1_043;

/// A working day has as many units as a week has person-days, so five units are a
/// person-day and any capacity divides evenly over the five days of a week.
const UNITS_PER_PERSON_DAY: u64 = 5;

const WORKING_DAYS_PER_WEEK: usize = 5;

/// Where a task was placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) phase: PhaseCode,
    pub(super) starts_on: Date,
    pub(super) due_on: Date,
}

/// The working days of a plan and what of their capacity is still free.
#[derive(Debug)]
pub(super) struct Schedule {
    days: Vec<Date>,
    free: Vec<u64>,
    /// Position of the first day of each phase, and the day after the last one.
    phases: Vec<(PhaseCode, usize, usize)>,
    kinds: BTreeMap<MeasureKind, KindRule>,
    /// Position of the last due day of the major hazards of a kind.
    hazards_due: BTreeMap<MeasureKind, usize>,
}

/// The person-days to reckon with: the middle of the estimate, at least one.
pub(super) fn expected_days(measure: &Measure) -> u64 {
    let (low, high) = measure.effort_days;
    (u64::from(low) + u64::from(high)).div_ceil(2).max(1)
}

impl Schedule {
    pub(super) fn new(input: &PlanInput<'_>) -> Result<Self, PlanError> {
        if input.capacity_days_per_week == 0 {
            return Err(PlanError::NoCapacity);
        }
        let days = input
            .working_days
            .within_weeks(input.starts_on, LONGEST_WEEKS);
        let position_of_week = |week: u32| {
            let span = jiff::Span::new().try_weeks(week);
            let date = span.and_then(|span| input.starts_on.checked_add(span));
            date.map_or(days.len(), |date| days.partition_point(|day| *day < date))
        };
        let phases = input
            .content
            .phases()
            .iter()
            .map(|rule| {
                let (from, to) = rule.weeks;
                (
                    rule.code,
                    position_of_week(from.saturating_sub(1)),
                    position_of_week(to),
                )
            })
            .collect();
        Ok(Self {
            free: vec![u64::from(input.capacity_days_per_week); days.len()],
            days,
            phases,
            kinds: input
                .content
                .kinds()
                .iter()
                .map(|rule| (rule.kind, rule.clone()))
                .collect(),
            hazards_due: BTreeMap::new(),
        })
    }

    /// Finds the earliest place for a task and takes its capacity. Findings come by
    /// urgency. `None` when it does not fit.
    pub(super) fn place(&mut self, finding: &PlanFinding) -> Option<Slot> {
        let kind = finding.measure.kind;
        let rule = self.kinds.get(&kind)?;
        let lead = usize::try_from(rule.lead_weeks).ok()? * WORKING_DAYS_PER_WEEK;
        let minimum = usize::try_from(rule.minimum_days).ok()?.max(1);
        let mut earliest = lead.max(self.phase_start(earliest_phase(rule.phase, finding))?);
        // Reading the schedule, nobody should find something slight finished while a
        // hazard that takes the same kind of work is not.
        if rank(finding) == Rank::Low {
            earliest = earliest.max(self.hazards_due.get(&kind).copied().unwrap_or(0));
        }

        let (first, last) = self.take(earliest, expected_days(&finding.measure))?;
        let due = last.max(first + minimum - 1);
        if rank(finding) == Rank::Hazard {
            let latest = self.hazards_due.entry(kind).or_insert(due);
            *latest = due.max(*latest);
        }
        Some(Slot {
            phase: self.phase_of(due)?,
            starts_on: self.days.get(first.checked_sub(lead)?).copied()?,
            due_on: self.days.get(due).copied()?,
        })
    }

    /// The first and the last working day of a phase by its weeks, `None` when all its
    /// weeks are holidays.
    pub(super) fn bounds(&self, code: PhaseCode) -> Option<(Date, Date)> {
        let (_, from, to) = self.phases.iter().find(|(phase, ..)| *phase == code)?;
        let days = self.days.get(*from..*to)?;
        Some((days.first().copied()?, days.last().copied()?))
    }

    /// Takes `person_days` from the free capacity from position `earliest` on, at most one
    /// person-day a day, and gives the first and the last day worked.
    fn take(&mut self, earliest: usize, person_days: u64) -> Option<(usize, usize)> {
        let mut wanted = person_days * UNITS_PER_PERSON_DAY;
        let mut first = None;
        for (position, free) in self.free.iter_mut().enumerate().skip(earliest) {
            let taken = wanted.min(*free).min(UNITS_PER_PERSON_DAY);
            if taken == 0 {
                continue;
            }
            *free -= taken;
            wanted -= taken;
            let first = *first.get_or_insert(position);
            if wanted == 0 {
                return Some((first, position));
            }
        }
        None
    }

    fn phase_start(&self, code: PhaseCode) -> Option<usize> {
        self.phases
            .iter()
            .find(|(phase, ..)| *phase == code)
            .map(|(_, from, _)| *from)
    }

    /// The phase of a day: the last that has begun by then, so work that runs over the
    /// last phase's weeks still belongs to it.
    fn phase_of(&self, position: usize) -> Option<PhaseCode> {
        self.phases
            .iter()
            .rfind(|(_, from, _)| *from <= position)
            .map(|(phase, ..)| *phase)
    }
}

fn earliest_phase(phase: PhaseBySeverity, finding: &PlanFinding) -> PhaseCode {
    match rank(finding) {
        Rank::Hazard | Rank::High => phase.get(Severity::High),
        Rank::Medium | Rank::Low if !finding.needed => PhaseCode::Consolidate,
        Rank::Medium | Rank::Low => phase.get(finding.severity),
    }
}
