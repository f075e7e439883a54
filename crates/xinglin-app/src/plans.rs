//! Rectification plans: made from an assessment's findings, refreshed, approved.

mod compose;
mod content;
mod settings;
mod tasks;
mod views;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::json;
use xinglin_core::{AssessmentId, FindingId, PlanId, RequirementId, SystemId, TaskId};
pub use xinglin_store::plans::{Plan, PlanState};
use xinglin_store::{
    findings::{self, Finding, cells},
    plans,
    tasks::{self as task_rows, Task},
};
use xinglin_workflow::FindingState;
pub use xinglin_workflow::{MeasureKind, TaskState};

pub(crate) use content::Planning;
pub use settings::{CalendarYear, PlanningSettings};
pub use tasks::{TaskForm, TaskRow};
pub use views::{PhaseView, PlanView};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::{Change, difference},
    error::{Check, reason},
    findings::move_findings,
};
use compose::Draft;

/// What a plan is asked to be.
#[derive(Debug, Clone)]
pub struct PlanForm {
    /// The assessment whose findings it mends.
    pub assessment_id: AssessmentId,
    /// Title.
    pub title: String,
    /// The first day.
    pub starts_on: Date,
    /// The conclusion to reach, or `all`.
    pub target: String,
}

/// How far a plan may begin in the past or the future: a slip of the year is the usual
/// mistake.
const FARTHEST_DAYS: i32 = 3 * 366;

impl App {
    /// All plans, newest first, without their tasks.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_plans(&self, actor: &Actor) -> Result<Vec<PlanView>, AppError> {
        actor.require_sight(Permission::PlanRead)?;
        let db = self.store().db();
        let found = plans::list(db).await?;
        let ids: Vec<PlanId> = found.iter().map(|plan| plan.id).collect();
        let tasks = task_rows::of_plans(db, &ids).await?;
        let systems = plans::systems(db).await?;
        found
            .into_iter()
            .map(|plan| {
                let id = plan.id;
                let own = tasks.iter().filter(|task| task.plan_id == id);
                views::plan_view(plan, &systems, own, Vec::new(), actor)
            })
            .collect()
    }

    /// One plan with its tasks.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_plan(&self, actor: &Actor, id: PlanId) -> Result<PlanView, AppError> {
        actor.require_sight(Permission::PlanRead)?;
        let db = self.store().db();
        let plan = plans::find(db, id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let tasks = task_rows::of_plans(db, &[id]).await?;
        let rows = self.task_rows(actor, tasks.clone()).await?;
        let systems = plans::systems(db).await?;
        views::plan_view(plan, &systems, tasks.iter(), rows, actor)
    }

    /// Makes a plan of the findings of an assessment's system that no plan has taken up.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::StateConflict`] when there is nothing to plan.
    pub async fn create_plan(&self, actor: &Actor, form: PlanForm) -> Result<PlanView, AppError> {
        actor.require(Permission::PlanWrite)?;
        let mut check = Check::default();
        check.text("title", &form.title, 120);
        let distance = form
            .starts_on
            .since(self.today())
            .map(|span| span.get_days());
        check.expect(
            distance.is_ok_and(|days| days.abs() <= FARTHEST_DAYS),
            "starts_on",
            &form.starts_on.to_string(),
            "a day within three years",
        );
        check.finish()?;
        let mut change = self.change(actor).await?;
        let scope =
            cells::scope(change.tx().conn(), form.assessment_id)
                .await
                .map_err(|error| match error {
                    xinglin_store::StoreError::Missing => AppError::new(Code::UnknownReference)
                        .field("assessment_id", "", "an assessment"),
                    other => other.into(),
                })?;
        let found = unplanned(&change, scope.system_id).await?;
        if found.is_empty() {
            return Err(AppError::new(Code::StateConflict).field(
                "assessment_id",
                form.assessment_id.to_string(),
                "an assessment with open findings that no plan has taken up",
            ));
        }
        let draft = self
            .draft(
                &change,
                form.assessment_id,
                &form.target,
                form.starts_on,
                &found,
            )
            .await?;
        let mut plan = Plan {
            id: PlanId(0),
            number: self.next_number(&change).await?,
            assessment_id: form.assessment_id,
            title: form.title.trim().to_owned(),
            target: form.target,
            starts_on: form.starts_on,
            state: PlanState::Draft,
            created_at: change.now(),
            phases: draft.phases.clone(),
            expected: serde_json::Value::Null,
            approved_by: None,
            approved_at: None,
        };
        plan.id = plans::insert(change.tx(), &plan).await?;
        self.take_up(&mut change, &mut plan, draft, found).await?;
        change.note(
            "plan.create",
            "plan",
            plan.id,
            json!({"number": plan.number, "assessment_id": plan.assessment_id, "title": plan.title,
                "target": plan.target, "starts_on": plan.starts_on}),
        );
        change.commit().await?;
        self.get_plan(actor, plan.id).await
    }

    /// Takes in what changed since the plan was made: new findings get tasks; in a draft,
    /// tasks nobody touched are laid out anew and those without a finding go.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn refresh_plan(&self, actor: &Actor, id: PlanId) -> Result<PlanView, AppError> {
        actor.require(Permission::PlanWrite)?;
        let mut change = self.change(actor).await?;
        let conn = change.tx().conn();
        let old = plans::find(conn, id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let tasks = task_rows::of_plans(conn, &[id]).await?;
        let scope = cells::scope(conn, old.assessment_id).await?;
        let mut plan = old.clone();

        let untouched: Vec<Task> = match plan.state {
            PlanState::Approved => Vec::new(),
            PlanState::Draft => tasks
                .iter()
                .filter(|task| task.state == TaskState::Todo && !task.edited)
                .cloned()
                .collect(),
        };
        let ids: Vec<FindingId> = untouched.iter().map(|task| task.finding_id).collect();
        let mut planned = findings::of_ids(conn, &ids).await?;
        let gone: BTreeSet<FindingId> = planned
            .iter()
            .filter(|one| matches!(one.state, FindingState::Closed | FindingState::Accepted))
            .map(|one| one.id)
            .collect();
        planned.retain(|one| {
            matches!(
                one.state,
                FindingState::Open | FindingState::Planned | FindingState::InProgress
            )
        });
        let new = unplanned(&change, scope.system_id).await?;
        let all: Vec<Finding> = planned.iter().chain(&new).cloned().collect();
        let draft = self
            .draft(
                &change,
                plan.assessment_id,
                &plan.target,
                plan.starts_on,
                &all,
            )
            .await?;
        let (again, fresh) = draft.split(&untouched);
        for task in again {
            task_rows::save(change.tx(), &task).await?;
        }
        let removed: Vec<TaskId> = untouched
            .iter()
            .filter(|task| gone.contains(&task.finding_id))
            .map(|task| task.id)
            .collect();
        task_rows::delete_all(change.tx(), &removed).await?;
        plan.phases = compose::join_phases(&plan.phases, &fresh.phases);
        let added = fresh.tasks.len();
        self.take_up(&mut change, &mut plan, fresh, new).await?;
        change.note(
            "plan.refresh",
            "plan",
            id,
            json!({"added": added, "removed": removed.len(), "expected": plan.expected}),
        );
        change.commit().await?;
        self.get_plan(actor, id).await
    }

    /// Approves a plan.
    ///
    /// # Errors
    /// [`Code::ReasonRequired`], [`Code::StateConflict`] when it is approved already.
    pub async fn approve_plan(
        &self,
        actor: &Actor,
        id: PlanId,
        why: &str,
    ) -> Result<PlanView, AppError> {
        actor.require(Permission::PlanApprove)?;
        let why = reason(why)?;
        let mut change = self.change(actor).await?;
        let old = self.draft_plan(&change, id).await?;
        let mut plan = old.clone();
        plan.state = PlanState::Approved;
        plan.approved_by = Some(actor.ledger_name());
        plan.approved_at = Some(change.now());
        plans::save(change.tx(), &plan).await?;
        let mut payload = difference(&old, &plan);
        payload["reason"] = json!(why);
        change.note("plan.approve", "plan", id, payload);
        change.commit().await?;
        self.get_plan(actor, id).await
    }

    /// Removes a draft that nobody has begun to carry out; its findings are open again.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StateConflict`].
    pub async fn delete_plan(&self, actor: &Actor, id: PlanId) -> Result<(), AppError> {
        actor.require(Permission::PlanWrite)?;
        let mut change = self.change(actor).await?;
        let plan = self.draft_plan(&change, id).await?;
        let tasks = task_rows::of_plans(change.tx().conn(), &[id]).await?;
        if tasks.iter().any(|task| task.state != TaskState::Todo) {
            return Err(AppError::new(Code::StateConflict).field(
                "tasks",
                "",
                "a plan of which no task has begun",
            ));
        }
        let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
        task_rows::delete_all(change.tx(), &ids).await?;
        let mended: Vec<FindingId> = tasks.iter().map(|task| task.finding_id).collect();
        let found = findings::of_ids(change.tx().conn(), &mended).await?;
        move_findings(&mut change, "finding.unplan", found, |state| {
            state.unplan().unwrap_or(state)
        })
        .await?;
        plans::delete(change.tx(), id).await?;
        let payload = json!({"number": plan.number, "title": plan.title, "tasks": ids.len()});
        change.note("plan.delete", "plan", id, payload);
        change.commit().await
    }

    async fn draft_plan(&self, change: &Change<'_>, id: PlanId) -> Result<Plan, AppError> {
        let plan = plans::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if plan.state == PlanState::Approved {
            return Err(AppError::new(Code::StateConflict).field("state", "approved", "draft"));
        }
        Ok(plan)
    }

    /// Writes the tasks of a draft, moves its findings on and computes what the plan will
    /// reach.
    async fn take_up(
        &self,
        change: &mut Change<'_>,
        plan: &mut Plan,
        draft: Draft,
        found: Vec<Finding>,
    ) -> Result<(), AppError> {
        let mut tasks = draft.tasks;
        for task in &mut tasks {
            task.plan_id = plan.id;
        }
        task_rows::insert_all(change.tx(), &tasks).await?;
        move_findings(change, "finding.plan", found, |state| {
            state.plan().unwrap_or(state)
        })
        .await?;
        let all = task_rows::of_plans(change.tx().conn(), &[plan.id]).await?;
        let mended: BTreeSet<RequirementId> = all.iter().map(|task| task.requirement).collect();
        let expected = self.forecast(change, plan.assessment_id, &mended).await?;
        plan.expected = json!(expected);
        plans::save(change.tx(), plan).await?;
        Ok(())
    }
}

/// Findings of a system that are to be mended and that no unfinished task is for.
async fn unplanned(change: &Change<'_>, system: SystemId) -> Result<Vec<Finding>, AppError> {
    let conn = change.tx().conn();
    let mut found = findings::of_system(conn, system, None).await?;
    found.retain(|one| {
        matches!(
            one.state,
            FindingState::Open | FindingState::Planned | FindingState::InProgress
        )
    });
    let ids: Vec<FindingId> = found.iter().map(|one| one.id).collect();
    let under_way = task_rows::under_way(conn, &ids).await?;
    found.retain(|one| !under_way.contains(&one.id));
    Ok(found)
}
