//! Plans as they are shown.

use jiff::civil::Date;
use xinglin_core::{SystemId, Text};
use xinglin_store::{
    plans::{Plan, PlanState, PlanSystem},
    tasks::Task,
};
use xinglin_workflow::PhaseCode;

use super::TaskRow;
use crate::{Actor, AppError, Permission, assessments::ResultSummary};

/// A phase with what its tasks add up to now.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseView {
    /// Which phase.
    pub code: PhaseCode,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// First day.
    pub starts_on: Date,
    /// Last day; the last due day where a task was moved beyond it.
    pub ends_on: Date,
    /// How many tasks.
    pub tasks: usize,
    /// Yuan, lowest and highest estimate.
    pub cost_cny: (u64, u64),
}

/// A plan as it is shown.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// The plan.
    pub plan: Plan,
    /// Its system.
    pub system_id: SystemId,
    /// The system's name.
    pub system_name: String,
    /// The last due day.
    pub ends_on: Date,
    /// The phases that have tasks.
    pub phases: Vec<PhaseView>,
    /// The present result of the assessment.
    pub current: ResultSummary,
    /// The result once all tasks are done, as of the last composing.
    pub expected: ResultSummary,
    /// The tasks; empty in a list.
    pub tasks: Vec<TaskRow>,
    /// Yuan, lowest and highest estimate.
    pub cost_cny: (u64, u64),
    /// Person-days, lowest and highest estimate.
    pub effort_days: (u32, u32),
    /// What the caller may do with it.
    pub allowed_actions: Vec<&'static str>,
}

pub(super) fn plan_view<'a>(
    plan: Plan,
    systems: &[PlanSystem],
    tasks: impl Iterator<Item = &'a Task>,
    rows: Vec<TaskRow>,
    actor: &Actor,
) -> Result<PlanView, AppError> {
    let tasks: Vec<&Task> = tasks.collect();
    let system = systems
        .iter()
        .find(|system| system.assessment_id == plan.assessment_id);
    let phases = plan
        .phases
        .iter()
        .filter_map(|phase| {
            let own = || tasks.iter().filter(|task| task.phase == phase.code);
            let last = own().map(|task| task.due_on).max()?;
            Some(PhaseView {
                code: phase.code,
                name: phase.name.clone(),
                description: phase.description.clone(),
                starts_on: phase.starts_on,
                ends_on: phase.ends_on.max(last),
                tasks: own().count(),
                cost_cny: sum(own().map(|task| task.measure.cost_cny)),
            })
        })
        .collect();
    let effort = sum(tasks.iter().map(|task| {
        let (low, high) = task.measure.effort_days;
        (u64::from(low), u64::from(high))
    }));
    let whole = |days: u64| u32::try_from(days).unwrap_or(u32::MAX);
    let current = system.and_then(|system| system.result.clone());
    let read = |stored| serde_json::from_value(stored).map_err(AppError::internal);
    Ok(PlanView {
        system_id: system.map_or(SystemId(0), |system| system.system_id),
        system_name: system.map_or_else(String::new, |system| system.system_name.clone()),
        current: read(current.unwrap_or_default())?,
        expected: read(plan.expected.clone())?,
        ends_on: tasks
            .iter()
            .map(|task| task.due_on)
            .max()
            .unwrap_or(plan.starts_on),
        cost_cny: sum(tasks.iter().map(|task| task.measure.cost_cny)),
        effort_days: (whole(effort.0), whole(effort.1)),
        allowed_actions: allowed_actions(actor, &plan),
        phases,
        tasks: rows,
        plan,
    })
}

fn allowed_actions(actor: &Actor, plan: &Plan) -> Vec<&'static str> {
    let mut actions = Vec::new();
    let is_draft = plan.state == PlanState::Draft;
    if actor.may(Permission::PlanWrite) {
        actions.push("refresh");
        if is_draft {
            actions.push("delete");
        }
        if is_draft || plan.number.is_none() {
            actions.push("number");
        }
    }
    if actor.may(Permission::PlanApprove) && is_draft {
        actions.push("approve");
    }
    actions
}

fn sum(ranges: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    ranges.fold((0, 0), |(low, high), range| {
        (low.saturating_add(range.0), high.saturating_add(range.1))
    })
}
