//! For how long logs are kept.

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::LogRetentionId,
    logs::{RetentionForm, RetentionRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::Reason,
};

/// Names a rule.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogRetentionPath {
    #[param(value_type = i64)]
    id: LogRetentionId,
}

/// For how long logs of a source are kept, or of all others. One that ended stays on record.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRetention {
    id: i64,
    /// Null for all sources of which nothing else is said.
    source: Option<String>,
    days: u32,
    reason: String,
    /// The last day on which it counts; null where it has none.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// `proposed`, `in_force`, `refused` or `ended`.
    state: &'static str,
    proposed_by: String,
    proposed_at: String,
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// What the audit administrator said.
    decision: Option<String>,
    ended_at: Option<String>,
    ended_reason: Option<String>,
    /// Of approve, refuse, end.
    allowed_actions: Vec<&'static str>,
}

/// A rule that is wanted. Below 180 days it is for one source and needs an end, and counts only
/// when the audit administrator approved it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogRetentionInput {
    /// Null for all sources of which nothing else is said.
    #[serde(default)]
    source: Option<String>,
    days: u32,
    reason: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
}

/// Lists rules, the newest first.
#[utoipa::path(get, path = "/api/v1/logs/retention", tag = "logs", responses((status = 200, body = Vec<LogRetention>)))]
pub(crate) async fn list_log_retentions(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogRetention>>> {
    let rows = app.list_log_retentions(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Sets for how long logs are kept, or proposes it where that is below 180 days.
#[utoipa::path(post, path = "/api/v1/logs/retention", tag = "logs", request_body = LogRetentionInput, responses((status = 201, body = LogRetention)))]
pub(crate) async fn set_log_retention(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogRetentionInput>,
) -> ApiResult<(StatusCode, Json<LogRetention>)> {
    let form = RetentionForm {
        source: input.source,
        days: input.days,
        reason: input.reason,
        until: input.until,
    };
    let row = app.set_log_retention(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Permits a rule below 180 days.
#[utoipa::path(post, path = "/api/v1/logs/retention/{id}/approve", tag = "logs", params(LogRetentionPath), request_body = Reason, responses((status = 200, body = LogRetention)))]
pub(crate) async fn approve_log_retention(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogRetentionPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<LogRetention>> {
    let row = app
        .approve_log_retention(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Refuses a rule below 180 days.
#[utoipa::path(post, path = "/api/v1/logs/retention/{id}/refuse", tag = "logs", params(LogRetentionPath), request_body = Reason, responses((status = 200, body = LogRetention)))]
pub(crate) async fn refuse_log_retention(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogRetentionPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<LogRetention>> {
    let row = app
        .refuse_log_retention(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Ends a rule: what is for all sources holds for its source again.
#[utoipa::path(delete, path = "/api/v1/logs/retention/{id}", tag = "logs", params(LogRetentionPath), request_body = Reason, responses((status = 200, body = LogRetention)))]
pub(crate) async fn end_log_retention(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogRetentionPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<LogRetention>> {
    let row = app
        .end_log_retention(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn view(row: RetentionRow) -> LogRetention {
    let rule = row.retention;
    let (decided_at, decision) = rule
        .decided
        .map(|decided| (instant(decided.at), decided.reason))
        .unzip();
    let (ended_at, ended_reason) = rule
        .ended
        .map(|ended| (instant(ended.at), ended.reason))
        .unzip();
    LogRetention {
        id: rule.id.0,
        source: rule.source,
        days: rule.days,
        reason: rule.reason,
        until: rule.until,
        state: rule.state.word(),
        proposed_by: row.proposed_by,
        proposed_at: instant(rule.proposed_at),
        decided_by: row.decided_by,
        decided_at,
        decision,
        ended_at,
        ended_reason,
        allowed_actions: row.allowed_actions,
    }
}
