//! Alerts: what detection found, and answering it.

mod learned;
mod view;

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    alerts::{
        AlertAction, AlertColumn, AlertFilter, AlertSeverity, AlertState, AlertVerdict, Triage,
    },
    core::{AccountId, AlertId, AssetId},
    detection::{Condition, NewException},
};

use super::detection::{DetectionException, exception_view};
use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    read::listed,
    sort::{limit, sort},
    state::AppState,
    time::instant,
    views,
};
use view::{AlertBucket, AlertDetail, AlertHistogram, AlertList, AlertPerson, detail_view, view};

/// Which alerts to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertParams {
    /// One or several words, comma-separated.
    state: Option<String>,
    /// One or several words, comma-separated.
    severity: Option<String>,
    /// One or several words, comma-separated.
    verdict: Option<String>,
    /// The identifier of a rule.
    rule: Option<String>,
    /// Part of the title, the rule, or of whom it is about.
    q: Option<String>,
    asset_id: Option<i64>,
    /// The name of somebody or something it is about.
    entity: Option<String>,
    /// The account that has it, `me` or `none`.
    assigned_to: Option<String>,
    /// Only those that should be closed by now.
    overdue: Option<bool>,
    /// Only of this story.
    story: Option<i64>,
    /// Whether only one of each story is given, the gravest; `total` then counts stories.
    grouped: Option<bool>,
    /// Only those that were still going on then.
    from: Option<String>,
    /// Only those that began before.
    to: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
    /// `severity`, `first_at`, `last_at`, `due_at` or `events`, with a leading - for descending.
    sort: Option<String>,
    /// For the histogram: so many stretches, at most 400.
    buckets: Option<i64>,
}

/// Whom alerts may be given to.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertAssignees {
    items: Vec<AlertPerson>,
}

/// Names an alert.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AlertPath {
    #[param(value_type = i64)]
    id: AlertId,
}

/// What is done with alerts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertTriage {
    ids: Vec<i64>,
    /// acknowledge, assign, investigate, close or reopen.
    #[schema(value_type = views::AlertAction)]
    action: AlertAction,
    /// Needed to close.
    #[schema(value_type = Option<views::AlertVerdict>)]
    verdict: Option<AlertVerdict>,
    /// Who gets them; null takes them away.
    assigned_to: Option<i64>,
    /// Needed to close and to reopen.
    reason: Option<String>,
}

/// What became of alerts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertTriaged {
    changed: u64,
    /// Alerts whose state does not permit it.
    skipped: u64,
}

/// Something said about an alert.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertComment {
    text: String,
}

/// Nothing is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertFindingInput {}

/// The finding that was raised.
#[derive(Serialize, ToSchema)]
pub(crate) struct RaisedFinding {
    finding_id: i64,
}

/// A field and the value it must have, with the wildcards of rules.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionCondition {
    pub(crate) field: String,
    pub(crate) value: String,
}

/// What the rule of an alert shall not speak of any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetectionExceptionInput {
    /// All of these must hold.
    conditions: Vec<ExceptionCondition>,
    reason: String,
    /// The last day on which it counts, at most 365 days from now.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Whether alerts of the rule that fit are closed as false positives.
    close_matching: bool,
}

/// Lists alerts.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(AlertParams), responses((status = 200, body = AlertList)))]
pub(crate) async fn list_alerts(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<AlertParams>,
) -> ApiResult<Json<AlertList>> {
    let filter = filter(params, &app, &caller)?;
    let (rows, total, sums) = app.list_alerts(&caller.actor, &filter).await?;
    Ok(Json(AlertList {
        items: rows.into_iter().map(view).collect(),
        total,
        by_state: whole(AlertState::ALL.iter().map(|one| one.word()), sums.by_state),
        by_severity: whole(
            AlertSeverity::ALL.iter().map(|one| one.word()),
            sums.by_severity,
        ),
        overdue: sums.overdue,
    }))
}

/// How alerts are spread over time, by when they were seen last.
#[utoipa::path(get, path = "/api/v1/alerts/histogram", tag = "alerts", params(AlertParams), responses((status = 200, body = AlertHistogram)))]
pub(crate) async fn get_alert_histogram(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<AlertParams>,
) -> ApiResult<Json<AlertHistogram>> {
    let buckets = params.buckets.unwrap_or(60);
    let filter = filter(params, &app, &caller)?;
    let found = app.alert_histogram(&caller.actor, &filter, buckets).await?;
    let bucket = |(at, by): (Timestamp, BTreeMap<String, u64>)| {
        let of = |severity: AlertSeverity| by.get(severity.word()).copied().unwrap_or(0);
        AlertBucket {
            at: instant(at),
            critical: of(AlertSeverity::Critical),
            high: of(AlertSeverity::High),
            medium: of(AlertSeverity::Medium),
            low: of(AlertSeverity::Low),
            informational: of(AlertSeverity::Informational),
        }
    };
    Ok(Json(AlertHistogram {
        seconds: found.seconds,
        buckets: found.buckets.into_iter().map(bucket).collect(),
    }))
}

/// Whom alerts may be given to.
#[utoipa::path(get, path = "/api/v1/alerts/assignees", tag = "alerts", responses((status = 200, body = AlertAssignees)))]
pub(crate) async fn list_alert_assignees(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<AlertAssignees>> {
    let found = app.alert_assignees(&caller.actor).await?.into_iter();
    let items = found.map(|(id, name)| AlertPerson { id: id.0, name });
    Ok(Json(AlertAssignees {
        items: items.collect(),
    }))
}

/// One alert.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "alerts", params(AlertPath), responses((status = 200, body = AlertDetail)))]
pub(crate) async fn get_alert(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AlertPath>,
) -> ApiResult<Json<AlertDetail>> {
    let detail = app.get_alert(&caller.actor, path.id).await?;
    Ok(Json(detail_view(detail)))
}

/// Answers alerts.
#[utoipa::path(post, path = "/api/v1/alerts/triage", tag = "alerts", request_body = AlertTriage, responses((status = 200, body = AlertTriaged)))]
pub(crate) async fn triage_alerts(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AlertTriage>,
) -> ApiResult<Json<AlertTriaged>> {
    let triage = Triage {
        ids: input.ids.into_iter().map(AlertId).collect(),
        action: input.action,
        verdict: input.verdict,
        assigned_to: input.assigned_to.map(AccountId),
        reason: input.reason,
    };
    let done = app.triage_alerts(&caller.actor, triage).await?;
    Ok(Json(AlertTriaged {
        changed: done.changed,
        skipped: done.skipped,
    }))
}

/// Says something about an alert.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/comments", tag = "alerts", params(AlertPath), request_body = AlertComment, responses((status = 200, body = AlertDetail)))]
pub(crate) async fn comment_alert(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AlertPath>,
    Body(input): Body<AlertComment>,
) -> ApiResult<Json<AlertDetail>> {
    let commented = app.comment_alert(&caller.actor, path.id, &input.text);
    Ok(Json(detail_view(commented.await?)))
}

/// Raises a finding from an alert.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/finding", tag = "alerts", params(AlertPath), request_body = AlertFindingInput, responses((status = 201, body = RaisedFinding)))]
pub(crate) async fn raise_alert_finding(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AlertPath>,
    Body(AlertFindingInput {}): Body<AlertFindingInput>,
) -> ApiResult<(StatusCode, Json<RaisedFinding>)> {
    let id = app.raise_finding(&caller.actor, path.id).await?;
    Ok((
        StatusCode::CREATED,
        Json(RaisedFinding { finding_id: id.0 }),
    ))
}

/// Has the rule of an alert speak no more of what fits, for a time.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/exceptions", tag = "alerts", params(AlertPath), request_body = DetectionExceptionInput, responses((status = 201, body = DetectionException)))]
pub(crate) async fn create_detection_exception(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AlertPath>,
    Body(input): Body<DetectionExceptionInput>,
) -> ApiResult<(StatusCode, Json<DetectionException>)> {
    let conditions = input.conditions.into_iter().map(|one| Condition {
        field: one.field,
        value: one.value,
    });
    let form = NewException {
        conditions: conditions.collect(),
        reason: input.reason,
        until: input.until,
        close_matching: input.close_matching,
    };
    let made = app.create_detection_exception(&caller.actor, path.id, form);
    Ok((StatusCode::CREATED, Json(exception_view(made.await?))))
}

/// All words with their counts, those that are not counted with 0.
fn whole<'w>(
    words: impl Iterator<Item = &'w str>,
    counted: BTreeMap<String, u64>,
) -> BTreeMap<String, u64> {
    let mut all: BTreeMap<String, u64> = words.map(|word| (word.to_owned(), 0)).collect();
    all.extend(counted);
    all
}

fn filter(params: AlertParams, app: &AppState, caller: &Caller) -> Result<AlertFilter, AppError> {
    let columns = [
        ("severity", AlertColumn::Severity),
        ("first_at", AlertColumn::FirstAt),
        ("last_at", AlertColumn::LastAt),
        ("due_at", AlertColumn::DueAt),
        ("events", AlertColumn::Events),
    ];
    Ok(AlertFilter {
        states: listed("state", params.state.as_deref(), AlertState::from_word)?,
        severities: listed(
            "severity",
            params.severity.as_deref(),
            AlertSeverity::from_word,
        )?,
        verdicts: listed(
            "verdict",
            params.verdict.as_deref(),
            AlertVerdict::from_word,
        )?,
        rule: params.rule.filter(|rule| !rule.is_empty()),
        q: params.q,
        asset_id: params.asset_id.map(AssetId),
        entity: params.entity.filter(|entity| !entity.is_empty()),
        assigned_to: assignee(params.assigned_to.as_deref(), caller)?,
        overdue_at: (params.overdue == Some(true)).then(|| app.now()),
        grouped: params.grouped == Some(true),
        story_id: params.story.map(AlertId),
        from: time("from", params.from.as_deref())?,
        to: time("to", params.to.as_deref())?,
        sort: sort(params.sort.as_deref(), &columns)?,
        offset: params.offset.unwrap_or(0),
        limit: limit(params.limit),
    })
}

#[expect(
    clippy::option_option,
    reason = "nobody asked, nobody has it, somebody has it"
)]
fn assignee(text: Option<&str>, caller: &Caller) -> Result<Option<Option<AccountId>>, AppError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some("none") => Ok(Some(None)),
        Some("me") => Ok(Some(caller.actor.account_id())),
        Some(text) => text.parse().map(|id| Some(Some(id))).map_err(|_| {
            AppError::new(Code::InvalidInput).field("assigned_to", text, "an account, me or none")
        }),
    }
}

/// An instant of a request; none where it is absent or empty.
pub(crate) fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, AppError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        AppError::new(Code::InvalidInput).field(field, text, "a time such as 2026-11-22T08:30:00Z")
    })
}
