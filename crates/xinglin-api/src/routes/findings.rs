//! Findings.

use axum::{Json, extract::State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::{FindingId, SystemId},
    findings::{FindingCause, FindingFilter, FindingRow, FindingState, Severity},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    read::{day, listed},
    state::AppState,
    time::instant,
    views::{Reason, Text},
    words,
};

/// Which findings to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingParams {
    system_id: Option<i64>,
    /// One or several words, comma-separated.
    state: Option<String>,
    /// One or several words, comma-separated.
    severity: Option<String>,
    /// A security class, such as `CES`.
    domain: Option<String>,
    /// Part of the title or the requirement.
    q: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// Names a finding.
#[derive(Deserialize, IntoParams)]
pub(crate) struct FindingPath {
    #[param(value_type = i64)]
    id: FindingId,
}

/// What is wrong with a system: one requirement, however many objects show it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Finding {
    id: i64,
    system_id: i64,
    system_name: String,
    requirement: String,
    control: Text,
    /// `verdict`, or what alarms: `log_silent`, `log_clock`, `log_rejects`, `log_write`,
    /// `log_disk`, `log_search` or `alert`.
    cause: &'static str,
    /// The number of the source, search or alert.
    cause_id: Option<i64>,
    title: Text,
    /// What was seen, where that is more than the objects say.
    detail: Option<Text>,
    #[schema(value_type = words::Severity)]
    severity: &'static str,
    major_hazard: bool,
    #[schema(value_type = words::Verdict)]
    verdict: &'static str,
    #[schema(value_type = words::FindingState)]
    state: &'static str,
    objects: Vec<FindingObject>,
    first_seen_at: String,
    last_seen_at: String,
    closed_at: Option<String>,
    /// Reason of the last decision on it.
    reason: Option<String>,
    /// Last day of an acceptance.
    accepted_until: Option<String>,
    task_id: Option<i64>,
    /// Of accept, reopen.
    allowed_actions: Vec<&'static str>,
}

/// An object that shows a finding.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingObject {
    asset_id: i64,
    name: String,
    #[schema(value_type = words::Verdict)]
    verdict: &'static str,
    detail: String,
}

/// One page of findings, gravest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingList {
    items: Vec<Finding>,
    total: u64,
}

/// Accepts the risk of a finding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingAccept {
    reason: String,
    /// The last day.
    until: String,
}

/// Lists findings.
#[utoipa::path(get, path = "/api/v1/findings", tag = "findings", params(FindingParams), responses((status = 200, body = FindingList)))]
pub(crate) async fn list_findings(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<FindingParams>,
) -> ApiResult<Json<FindingList>> {
    let filter = filter(params)?;
    let (rows, total) = app.list_findings(&caller.actor, &filter).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(Json(FindingList { items, total }))
}

/// One finding.
#[utoipa::path(get, path = "/api/v1/findings/{id}", tag = "findings", params(FindingPath), responses((status = 200, body = Finding)))]
pub(crate) async fn get_finding(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<FindingPath>,
) -> ApiResult<Json<Finding>> {
    Ok(Json(view(app.get_finding(&caller.actor, path.id).await?)))
}

/// Accepts the risk until a day.
#[utoipa::path(post, path = "/api/v1/findings/{id}/accept", tag = "findings", params(FindingPath), request_body = FindingAccept, responses((status = 200, body = Finding)))]
pub(crate) async fn accept_finding(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<FindingPath>,
    Body(input): Body<FindingAccept>,
) -> ApiResult<Json<Finding>> {
    let until = day("until", &input.until)?;
    let row = app
        .accept_finding(&caller.actor, path.id, &input.reason, until)
        .await?;
    Ok(Json(view(row)))
}

/// Takes a closed or accepted finding up again.
#[utoipa::path(post, path = "/api/v1/findings/{id}/reopen", tag = "findings", params(FindingPath), request_body = Reason, responses((status = 200, body = Finding)))]
pub(crate) async fn reopen_finding(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<FindingPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Finding>> {
    let row = app
        .reopen_finding(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn filter(params: FindingParams) -> Result<FindingFilter, AppError> {
    let domain = params.domain.filter(|domain| !domain.is_empty());
    Ok(FindingFilter {
        system_id: params.system_id.map(SystemId),
        states: listed("state", params.state.as_deref(), FindingState::from_word)?,
        severities: listed("severity", params.severity.as_deref(), Severity::from_word)?,
        domain: domain
            .map(|domain| {
                domain.parse().map_err(|_| {
                    AppError::new(Code::InvalidInput).field(
                        "domain",
                        domain,
                        "a security class, such as CES",
                    )
                })
            })
            .transpose()?,
        q: params.q,
        offset: params.offset.unwrap_or(0),
        limit: params.limit.unwrap_or(100).min(1_000),
    })
}

fn view(row: FindingRow) -> Finding {
    let finding = row.finding;
    Finding {
        id: finding.id.0,
        system_id: finding.system_id.0,
        system_name: row.system_name,
        requirement: finding.requirement.to_string(),
        control: row.control.into(),
        cause: finding.cause.word(),
        cause_id: match finding.cause {
            FindingCause::Alarm(_, number) if number != 0 => Some(number),
            _ => None,
        },
        title: finding.title.into(),
        detail: finding.detail.map(Into::into),
        severity: finding.severity.word(),
        major_hazard: finding.major_hazard,
        verdict: finding.verdict.word(),
        state: finding.state.word(),
        objects: row
            .objects
            .into_iter()
            .map(|object| FindingObject {
                asset_id: object.asset_id.0,
                name: object.name,
                verdict: object.verdict.word(),
                detail: object.detail,
            })
            .collect(),
        first_seen_at: instant(finding.first_seen_at),
        last_seen_at: instant(finding.last_seen_at),
        closed_at: finding.closed_at.map(instant),
        reason: finding.reason,
        accepted_until: finding.accepted_until.as_ref().map(Date::to_string),
        task_id: row.task_id.map(|id| id.0),
        allowed_actions: row.allowed_actions,
    }
}
