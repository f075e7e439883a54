//! Composing a rectification plan (整改方案) from findings and their measures.
//!
//! The order is that of GB/T 33132-2016 and of practice: hazards and high risks first,
//! what needs no purchase at once, purchases as soon as they can be delivered, the rest
//! as continuing improvement. How long things take is content ([`PlanContent`]).

pub(crate) mod rules;
mod schedule;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_core::{Fault, FindingId, Problem, RequirementId, Text};

use crate::calendar::WorkingDays;
use crate::findings::Severity;
use crate::measures::{Measure, MeasureKind, MeasureOwner};
use rules::{PhaseCode, PlanContent};
use schedule::{LONGEST_WEEKS, Schedule};

/// A finding that a plan is to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFinding {
    /// The finding.
    pub finding: FindingId,
    /// The requirement that is not met.
    pub requirement: RequirementId,
    /// How grave it is.
    pub severity: Severity,
    /// Whether a major hazard stands behind it.
    pub major_hazard: bool,
    /// Whether the plan's target needs it mended. What is neither needed nor high is left
    /// to the last phase.
    pub needed: bool,
    /// How it is mended.
    pub measure: Measure,
}

/// What a plan is composed from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The findings, each once; their order makes no difference.
    pub findings: &'a [PlanFinding],
    /// The first day of the plan.
    pub starts_on: Date,
    /// The days on which work is done.
    pub working_days: &'a WorkingDays,
    /// Person-days that five working days have for this plan.
    pub capacity_days_per_week: u32,
    /// Phases and rules.
    pub content: &'a PlanContent,
}

/// A plan nobody has approved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDraft {
    /// The first day.
    pub starts_on: Date,
    /// The day on which the last task is due; the first day when there is no task.
    pub ends_on: Date,
    /// The phases that have tasks, in order, one beginning after the other ends.
    pub phases: Vec<PlanPhase>,
    /// One task for each finding, by due day, then by urgency.
    pub tasks: Vec<PlanTask>,
    /// Person-days of all tasks, lowest and highest estimate.
    pub effort_days: (u32, u32),
    /// Yuan of all tasks, lowest and highest estimate.
    pub cost_cny: (u64, u64),
}

/// A phase of a plan, with its totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPhase {
    /// Which phase.
    pub code: PhaseCode,
    /// What it is called.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Its first working day.
    pub starts_on: Date,
    /// Its last working day; in the last phase, the day on which the last task is due.
    pub ends_on: Date,
    /// How many tasks end in it.
    pub tasks: usize,
    /// Person-days, lowest and highest estimate.
    pub effort_days: (u32, u32),
    /// Yuan, lowest and highest estimate.
    pub cost_cny: (u64, u64),
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTask {
    /// The finding it mends.
    pub finding: FindingId,
    /// The requirement that is then met.
    pub requirement: RequirementId,
    /// How grave the finding is.
    pub severity: Severity,
    /// Whether a major hazard stands behind it.
    pub major_hazard: bool,
    /// What the measure mainly takes.
    pub kind: MeasureKind,
    /// Who carries it out.
    pub owner: MeasureOwner,
    /// The phase in which it is due.
    pub phase: PhaseCode,
    /// The working day on which it begins: for what is bought, that of the application,
    /// which may lie in an earlier phase.
    pub starts_on: Date,
    /// The working day on which it is due.
    pub due_on: Date,
    /// Person-days, lowest and highest estimate.
    pub effort_days: (u32, u32),
    /// Yuan, lowest and highest estimate.
    pub cost_cny: (u64, u64),
}

/// Why no plan can be composed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// No person-day a week: nothing would ever be done.
    #[error("a plan needs at least one person-day a week")]
    NoCapacity,
    /// A finding is given twice.
    #[error("finding {finding} is given twice")]
    GivenTwice {
        /// The finding.
        finding: FindingId,
    },
    /// The work does not fit into the longest time a plan may take.
    #[error("the work does not fit into {weeks} weeks with this capacity")]
    TooLong {
        /// The longest time, in weeks.
        weeks: usize,
    },
}

impl Problem for PlanError {
    fn fault(&self) -> Fault {
        match self {
            Self::NoCapacity | Self::TooLong { .. } => Fault::Invalid,
            // The caller reads the findings from the store, where each has one id.
            Self::GivenTwice { .. } => Fault::Internal,
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::NoCapacity => "plan-without-capacity",
            Self::GivenTwice { .. } => "plan-finding-twice",
            Self::TooLong { .. } => "plan-too-long",
        }
    }

    fn detail(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoCapacity => Vec::new(),
            Self::GivenTwice { finding } => vec![("finding", finding.to_string())],
            Self::TooLong { weeks } => vec![("weeks", weeks.to_string())],
        }
    }
}

/// Composes a plan: every finding gets one task with a phase, a first day and a due day.
///
/// Tasks are laid out by urgency over the capacity of the working days: one person works
/// at a task, and what the graver tasks leave is for the lighter ones. A task is not
/// finished before the phase that its kind and severity call for; what is bought is
/// applied for early enough to arrive in time. No low finding is due before a major hazard
/// whose measure is of the same kind. The same input gives the same plan.
///
/// # Errors
/// No capacity, a finding given twice, or more work than fits into twenty years.
pub fn compose(input: PlanInput<'_>) -> Result<PlanDraft, PlanError> {
    let mut seen = BTreeSet::new();
    for finding in input.findings {
        if !seen.insert(finding.finding) {
            return Err(PlanError::GivenTwice {
                finding: finding.finding,
            });
        }
    }
    let mut findings: Vec<&PlanFinding> = input.findings.iter().collect();
    findings.sort_by_key(|finding| urgency(finding));

    let mut schedule = Schedule::new(&input)?;
    let mut tasks = Vec::with_capacity(findings.len());
    for finding in findings {
        let slot = schedule.place(finding).ok_or(PlanError::TooLong {
            weeks: LONGEST_WEEKS,
        })?;
        tasks.push(PlanTask {
            finding: finding.finding,
            requirement: finding.requirement,
            severity: finding.severity,
            major_hazard: finding.major_hazard,
            kind: finding.measure.kind,
            owner: finding.measure.owner,
            phase: slot.phase,
            starts_on: slot.starts_on,
            due_on: slot.due_on,
            effort_days: finding.measure.effort_days,
            cost_cny: finding.measure.cost_cny,
        });
    }
    // Stable, so tasks of one day stay in the order of urgency.
    tasks.sort_by_key(|task| (task.due_on, task.starts_on));

    let phases = phases(&input, &schedule, &tasks);
    Ok(PlanDraft {
        starts_on: input.starts_on,
        ends_on: tasks.last().map_or(input.starts_on, |task| task.due_on),
        effort_days: effort(&tasks),
        cost_cny: cost(&tasks),
        phases,
        tasks,
    })
}

/// Major hazard, high, medium, low; as findings of a plan come in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Hazard,
    High,
    Medium,
    Low,
}

fn rank(finding: &PlanFinding) -> Rank {
    match finding.severity {
        _ if finding.major_hazard => Rank::Hazard,
        Severity::High => Rank::High,
        Severity::Medium => Rank::Medium,
        Severity::Low => Rank::Low,
    }
}

/// Within a rank, what the target needs comes first, then what is done soonest: early
/// results count, and nothing is gained by letting the small wait for the large.
fn urgency(finding: &PlanFinding) -> (Rank, bool, u64, RequirementId, FindingId) {
    (
        rank(finding),
        !finding.needed,
        schedule::expected_days(&finding.measure),
        finding.requirement,
        finding.finding,
    )
}

fn phases(input: &PlanInput<'_>, schedule: &Schedule, tasks: &[PlanTask]) -> Vec<PlanPhase> {
    let mut phases: Vec<PlanPhase> = Vec::new();
    for rule in input.content.phases() {
        let own: Vec<PlanTask> = tasks
            .iter()
            .filter(|task| task.phase == rule.code)
            .cloned()
            .collect();
        let Some((starts_on, ends_on)) = schedule.bounds(rule.code) else {
            continue;
        };
        if own.is_empty() {
            continue;
        }
        phases.push(PlanPhase {
            code: rule.code,
            name: rule.name.clone(),
            description: rule.description.clone(),
            starts_on,
            ends_on,
            tasks: own.len(),
            effort_days: effort(&own),
            cost_cny: cost(&own),
        });
    }
    if let (Some(last_phase), Some(last_task)) = (phases.last_mut(), tasks.last()) {
        last_phase.ends_on = last_task.due_on;
    }
    phases
}

fn effort(tasks: &[PlanTask]) -> (u32, u32) {
    tasks.iter().fold((0, 0), |(low, high): (u32, u32), task| {
        (
            low.saturating_add(task.effort_days.0),
            high.saturating_add(task.effort_days.1),
        )
    })
}

fn cost(tasks: &[PlanTask]) -> (u64, u64) {
    tasks.iter().fold((0, 0), |(low, high): (u64, u64), task| {
        (
            low.saturating_add(task.cost_cny.0),
            high.saturating_add(task.cost_cny.1),
        )
    })
}
