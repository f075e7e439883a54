//! Tasks of plans.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError,
    core::{DepartmentId, PersonId, TaskId},
    plans::{TaskForm, TaskRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    read::day,
    state::AppState,
    views::{Reason, Text},
};

/// Names a task.
#[derive(Deserialize, IntoParams)]
pub(crate) struct TaskPath {
    #[param(value_type = i64)]
    id: TaskId,
}

/// A task of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct Task {
    id: i64,
    plan_id: i64,
    finding_id: i64,
    requirement: String,
    title: Text,
    measure: Text,
    kind: &'static str,
    /// Code of a phase of the plan.
    phase: &'static str,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    department_id: Option<i64>,
    department_name: Option<String>,
    starts_on: String,
    due_on: String,
    state: &'static str,
    /// Person-days, lowest and highest estimate.
    effort_days: [u32; 2],
    /// Yuan, lowest and highest estimate.
    cost_cny: [u64; 2],
    risk: Text,
    rollback: Text,
    severity: &'static str,
    note: Option<String>,
    /// Of edit, start, submit, verify, reject.
    allowed_actions: Vec<&'static str>,
}

/// What a person changes about a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskInput {
    owner_id: Option<i64>,
    department_id: Option<i64>,
    starts_on: String,
    due_on: String,
    note: Option<String>,
    /// The hospital's own wording, taken for both languages; null leaves the title.
    title: Option<String>,
}

/// Changes a task.
#[utoipa::path(put, path = "/api/v1/tasks/{id}", tag = "tasks", params(TaskPath), request_body = TaskInput, responses((status = 200, body = Task)))]
pub(crate) async fn update_task(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<TaskPath>,
    Body(input): Body<TaskInput>,
) -> ApiResult<Json<Task>> {
    let form = form(input)?;
    Ok(Json(view(
        app.update_task(&caller.actor, path.id, form).await?,
    )))
}

/// Begins a task.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/start", tag = "tasks", params(TaskPath), request_body = Reason, responses((status = 200, body = Task)))]
pub(crate) async fn start_task(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<TaskPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Task>> {
    let row = app
        .start_task(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Reports a task done.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/submit", tag = "tasks", params(TaskPath), request_body = Reason, responses((status = 200, body = Task)))]
pub(crate) async fn submit_task(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<TaskPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Task>> {
    let row = app
        .submit_task(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Finds a task done that somebody else reported done.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/verify", tag = "tasks", params(TaskPath), request_body = Reason, responses((status = 200, body = Task)))]
pub(crate) async fn verify_task(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<TaskPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Task>> {
    let row = app
        .verify_task(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Sends a task back that was reported done.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/reject", tag = "tasks", params(TaskPath), request_body = Reason, responses((status = 200, body = Task)))]
pub(crate) async fn reject_task(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<TaskPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Task>> {
    let row = app
        .reject_task(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn form(input: TaskInput) -> Result<TaskForm, AppError> {
    Ok(TaskForm {
        owner_id: input.owner_id.map(PersonId),
        department_id: input.department_id.map(DepartmentId),
        starts_on: day("starts_on", &input.starts_on)?,
        due_on: day("due_on", &input.due_on)?,
        note: input.note,
        title: input.title,
    })
}

pub(crate) fn view(row: TaskRow) -> Task {
    let task = row.task;
    Task {
        id: task.id.0,
        plan_id: task.plan_id.0,
        finding_id: task.finding_id.0,
        requirement: task.requirement.to_string(),
        title: task.title.into(),
        measure: task.measure.measure.into(),
        kind: task.kind.word(),
        phase: task.phase.word(),
        owner_id: task.owner_id.map(|id| id.0),
        owner_name: row.owner_name,
        department_id: task.department_id.map(|id| id.0),
        department_name: row.department_name,
        starts_on: task.starts_on.to_string(),
        due_on: task.due_on.to_string(),
        state: task.state.word(),
        effort_days: task.measure.effort_days.into(),
        cost_cny: task.measure.cost_cny.into(),
        risk: task.measure.risk.into(),
        rollback: task.measure.rollback.into(),
        severity: task.severity.word(),
        note: task.note,
        allowed_actions: row.allowed_actions,
    }
}
