//! Rectification plans.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AssessmentId, PlanId},
    plans::{PhaseView, PlanForm, PlanView},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    read::day,
    routes::tasks::{self, Task},
    state::AppState,
    views::{Reason, ResultSummary, Text},
};

/// Names a plan.
#[derive(Deserialize, IntoParams)]
pub(crate) struct PlanPath {
    #[param(value_type = i64)]
    pub(crate) id: PlanId,
}

/// A plan without its tasks.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanSummary {
    id: i64,
    /// The number under which documents cite it.
    number: Option<String>,
    assessment_id: i64,
    system_id: i64,
    system_name: String,
    title: String,
    /// The conclusion to reach, or `all`.
    target: String,
    starts_on: String,
    ends_on: String,
    /// Of draft, approved.
    state: &'static str,
    phases: Vec<Phase>,
    /// The result once all tasks are done, as of the last refresh.
    expected: ResultSummary,
    /// The present result.
    current: ResultSummary,
    /// Yuan, lowest and highest estimate.
    cost_cny: [u64; 2],
    /// Person-days, lowest and highest estimate.
    effort_days: [u32; 2],
    /// Of refresh, approve, delete, number.
    allowed_actions: Vec<&'static str>,
}

/// A plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct Plan {
    #[serde(flatten)]
    summary: PlanSummary,
    /// By due day.
    tasks: Vec<Task>,
}

/// A phase of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct Phase {
    code: &'static str,
    name: Text,
    description: Text,
    starts_on: String,
    ends_on: String,
    /// How many.
    tasks: usize,
    /// Yuan, lowest and highest estimate.
    cost_cny: [u64; 2],
}

/// All plans, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanSummaryList {
    items: Vec<PlanSummary>,
    total: u64,
}

/// What a plan is asked to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanInput {
    assessment_id: i64,
    title: String,
    starts_on: String,
    /// The conclusion to reach, or `all` for every finding.
    target: String,
}

/// Lists plans.
#[utoipa::path(get, path = "/api/v1/plans", tag = "plans", responses((status = 200, body = PlanSummaryList)))]
pub(crate) async fn list_plans(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<PlanSummaryList>> {
    let plans = app.list_plans(&caller.actor).await?;
    let items: Vec<_> = plans.into_iter().map(|plan| view(plan).summary).collect();
    let total = items.len() as u64;
    Ok(Json(PlanSummaryList { items, total }))
}

/// Makes a plan from an assessment.
#[utoipa::path(post, path = "/api/v1/plans", tag = "plans", request_body = PlanInput, responses((status = 201, body = Plan)))]
pub(crate) async fn create_plan(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<PlanInput>,
) -> ApiResult<(StatusCode, Json<Plan>)> {
    let form = PlanForm {
        assessment_id: AssessmentId(input.assessment_id),
        title: input.title,
        starts_on: day("starts_on", &input.starts_on)?,
        target: input.target,
    };
    let plan = app.create_plan(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(plan))))
}

/// One plan with its tasks.
#[utoipa::path(get, path = "/api/v1/plans/{id}", tag = "plans", params(PlanPath), responses((status = 200, body = Plan)))]
pub(crate) async fn get_plan(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PlanPath>,
) -> ApiResult<Json<Plan>> {
    Ok(Json(view(app.get_plan(&caller.actor, path.id).await?)))
}

/// Removes a draft that nobody has begun to carry out.
#[utoipa::path(delete, path = "/api/v1/plans/{id}", tag = "plans", params(PlanPath), responses((status = 204)))]
pub(crate) async fn delete_plan(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PlanPath>,
) -> ApiResult<StatusCode> {
    app.delete_plan(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves a plan.
#[utoipa::path(post, path = "/api/v1/plans/{id}/approve", tag = "plans", params(PlanPath), request_body = Reason, responses((status = 200, body = Plan)))]
pub(crate) async fn approve_plan(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PlanPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Plan>> {
    let plan = app
        .approve_plan(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(plan)))
}

/// Takes in new findings and results.
#[utoipa::path(post, path = "/api/v1/plans/{id}/refresh", tag = "plans", params(PlanPath), responses((status = 200, body = Plan)))]
pub(crate) async fn refresh_plan(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PlanPath>,
) -> ApiResult<Json<Plan>> {
    Ok(Json(view(app.refresh_plan(&caller.actor, path.id).await?)))
}

pub(crate) fn view(plan: PlanView) -> Plan {
    let tasks = plan.tasks.into_iter().map(tasks::view).collect();
    let summary = PlanSummary {
        id: plan.plan.id.0,
        number: plan.plan.number,
        assessment_id: plan.plan.assessment_id.0,
        system_id: plan.system_id.0,
        system_name: plan.system_name,
        title: plan.plan.title,
        target: plan.plan.target,
        starts_on: plan.plan.starts_on.to_string(),
        ends_on: plan.ends_on.to_string(),
        state: plan.plan.state.word(),
        phases: plan.phases.into_iter().map(phase).collect(),
        expected: plan.expected.into(),
        current: plan.current.into(),
        cost_cny: plan.cost_cny.into(),
        effort_days: plan.effort_days.into(),
        allowed_actions: plan.allowed_actions,
    };
    Plan { summary, tasks }
}

fn phase(phase: PhaseView) -> Phase {
    Phase {
        code: phase.code.word(),
        name: phase.name.into(),
        description: phase.description.into(),
        starts_on: phase.starts_on.to_string(),
        ends_on: phase.ends_on.to_string(),
        tasks: phase.tasks,
        cost_cny: phase.cost_cny.into(),
    }
}
