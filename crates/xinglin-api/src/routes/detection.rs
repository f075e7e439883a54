//! Detection: how it is doing, exceptions, and what is looked for.

pub(crate) mod baselines;
pub(crate) mod indicators;
pub(crate) mod rules;

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::DetectionExceptionId,
    detection::{self as app, ExceptionRow, LookBack},
};

use super::{
    alerts::{ExceptionCondition, time},
    jobs::{Job, view as job_view},
};
use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{Reason, Text, instant_opt},
};

/// Names an exception.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DetectionExceptionPath {
    #[param(value_type = i64)]
    id: DetectionExceptionId,
}

/// How detection is doing.
#[derive(Serialize, ToSchema)]
pub(crate) struct DetectionStatus {
    running: bool,
    /// Events that were received and not looked at yet.
    behind_events: u64,
    /// For how long the oldest of them waits.
    behind_seconds: i64,
    events_per_second: f64,
    /// Rules for single events that speak.
    rules: usize,
    correlations: usize,
    /// Rules for what is usual that speak.
    baselines: usize,
    /// Documents that could not be loaded.
    rejected: usize,
    indicators: usize,
    last_reload_at: Option<String>,
    /// Why it does not go on.
    problem: Option<String>,
}

/// Techniques of ATT&CK that rules cover.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttackCoverage {
    tactics: Vec<AttackTactic>,
}

/// A tactic.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttackTactic {
    id: String,
    name: Text,
    /// Those with rules first.
    techniques: Vec<AttackTechnique>,
}

/// A technique.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttackTechnique {
    id: String,
    name: Text,
    /// Rules that speak.
    rules: u64,
    hits_month: u64,
}

/// An exception of detection. An ended one stays on record.
#[derive(Serialize, ToSchema)]
pub(crate) struct DetectionException {
    id: i64,
    rule: String,
    rule_title: Text,
    conditions: Vec<ExceptionCondition>,
    reason: String,
    until: String,
    /// Days it still counts; null when it does not.
    days_left: Option<i32>,
    created_by: String,
    created_at: String,
    /// Matches it kept quiet.
    quieted: u64,
    ended_at: Option<String>,
    ended_reason: Option<String>,
    /// The same as a filter of Sigma: JSON, which is YAML.
    #[schema(value_type = Object)]
    filter: serde_json::Value,
}

/// A part of an event that made a rule match.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchedPart {
    selection: String,
    /// `text` where it is the text of the event.
    field: String,
    value: String,
}

/// An event with what made a rule match.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownEvent {
    /// Its number, as text: it may be larger than what scripts count with.
    sequence: String,
    at: String,
    source: String,
    /// The text as it came.
    message: String,
    /// Several values of one name are parted by commas.
    fields: BTreeMap<String, String>,
    matched: Vec<MatchedPart>,
}

/// What is looked for in logs that were received before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookBackInput {
    /// Identifiers of rules.
    rules: Vec<String>,
    indicators: bool,
    from: String,
    to: String,
}

/// How detection is doing.
#[utoipa::path(get, path = "/api/v1/detection/status", tag = "detection", responses((status = 200, body = DetectionStatus)))]
pub(crate) async fn get_detection_status(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<DetectionStatus>> {
    let status = app.detection_status(&caller.actor).await?;
    Ok(Json(DetectionStatus {
        running: status.is_running,
        behind_events: status.behind_events,
        behind_seconds: status.behind_seconds,
        events_per_second: status.events_per_second,
        rules: status.rules,
        correlations: status.correlations,
        baselines: status.baselines,
        rejected: status.rejected,
        indicators: status.indicators,
        last_reload_at: instant_opt(status.last_reload_at),
        problem: status.problem,
    }))
}

/// Reads all rules again.
#[utoipa::path(post, path = "/api/v1/detection/reload", tag = "detection", responses((status = 204)))]
pub(crate) async fn reload_detection(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<StatusCode> {
    app.reload_rules(&caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which techniques rules cover.
#[utoipa::path(get, path = "/api/v1/detection/coverage", tag = "detection", responses((status = 200, body = AttackCoverage)))]
pub(crate) async fn get_attack_coverage(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<AttackCoverage>> {
    let coverage = app.attack_coverage(&caller.actor).await?;
    let technique = |row: app::TechniqueRow| AttackTechnique {
        id: row.id,
        name: row.name.into(),
        rules: row.rules,
        hits_month: row.hits_month,
    };
    let tactics = coverage.tactics.into_iter().map(|row| AttackTactic {
        id: row.id,
        name: row.name.into(),
        techniques: row.techniques.into_iter().map(technique).collect(),
    });
    Ok(Json(AttackCoverage {
        tactics: tactics.collect(),
    }))
}

/// Lists exceptions, those that end first at the top.
#[utoipa::path(get, path = "/api/v1/detection/exceptions", tag = "detection", responses((status = 200, body = Vec<DetectionException>)))]
pub(crate) async fn list_detection_exceptions(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<DetectionException>>> {
    let rows = app.list_detection_exceptions(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(exception_view).collect()))
}

/// Ends an exception before its time.
#[utoipa::path(delete, path = "/api/v1/detection/exceptions/{id}", tag = "detection", params(DetectionExceptionPath), request_body = Reason, responses((status = 200, body = DetectionException)))]
pub(crate) async fn end_detection_exception(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DetectionExceptionPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<DetectionException>> {
    let row = app
        .end_detection_exception(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(exception_view(row)))
}

/// Looks for rules and indicators in logs that were received before they were there.
#[utoipa::path(post, path = "/api/v1/detection/look-back", tag = "detection", request_body = LookBackInput, responses((status = 202, body = Job)))]
pub(crate) async fn start_look_back(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LookBackInput>,
) -> ApiResult<(StatusCode, Json<Job>)> {
    let wanted = LookBack {
        rules: input.rules,
        indicators: input.indicators,
        from: needed("from", &input.from)?,
        to: needed("to", &input.to)?,
    };
    let job = app.app().start_look_back(&caller.actor, wanted).await?;
    Ok((StatusCode::ACCEPTED, Json(job_view(job))))
}

fn needed(field: &str, text: &str) -> Result<Timestamp, AppError> {
    time(field, Some(text))?.ok_or_else(|| {
        AppError::new(Code::InvalidInput).field(field, text, "a time such as 2026-11-22T08:30:00Z")
    })
}

pub(crate) fn exception_view(row: ExceptionRow) -> DetectionException {
    let exception = row.exception;
    let (ended_at, ended_reason) = exception
        .ended
        .map(|ended| (instant(ended.at), ended.reason))
        .unzip();
    let conditions = exception
        .conditions
        .into_iter()
        .map(|one| ExceptionCondition {
            field: one.field,
            value: one.value,
        });
    DetectionException {
        id: exception.id.0,
        rule: exception.rule,
        rule_title: exception.title.into(),
        conditions: conditions.collect(),
        reason: exception.reason,
        until: exception.until.to_string(),
        days_left: row.days_left,
        created_by: row.created_by,
        created_at: instant(exception.created_at),
        quieted: exception.quieted,
        ended_at,
        ended_reason,
        filter: row.filter,
    }
}

pub(crate) fn shown_view(shown: app::ShownEvent) -> ShownEvent {
    let stored = shown.stored;
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for field in &stored.event.fields {
        let value = field.value.to_text();
        let all = fields.entry(field.name.as_str().to_owned()).or_default();
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(&value);
    }
    let matched = shown.matched.into_iter().map(|one| MatchedPart {
        selection: one.selection,
        field: one.field.unwrap_or_else(|| "text".to_owned()),
        value: one.value,
    });
    ShownEvent {
        sequence: stored.sequence.to_string(),
        at: instant(stored.event.at),
        source: stored.source,
        fields,
        matched: matched.collect(),
        message: stored.event.text.into_owned(),
    }
}
