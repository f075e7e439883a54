//! Rules: what each found, switched on and off, and those of the hospital's own.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::detection::{Rejected, RuleRow as Row, Trial};

use super::{ShownEvent, shown_view};
use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{self, Reason, Text, instant_opt},
};

/// Names a rule.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RulePath {
    id: String,
}

/// Which rules to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleParams {
    /// Part of the title, the identifier, the file, a technique or an item.
    q: Option<String>,
}

/// A rule and what it found.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleRow {
    id: String,
    title: Text,
    #[schema(value_type = views::AlertSeverity)]
    level: &'static str,
    status: Option<String>,
    #[schema(value_type = views::AlertKind)]
    kind: &'static str,
    #[schema(value_type = views::RuleOrigin)]
    origin: &'static str,
    product: Option<String>,
    category: Option<String>,
    service: Option<String>,
    enabled: bool,
    attack: Vec<String>,
    tactics: Vec<String>,
    requirements: Vec<String>,
    /// Matches today.
    hits_day: u64,
    /// Matches within thirty days.
    hits_month: u64,
    /// Matches on each of those days, the oldest first.
    days: Vec<u64>,
    alerts_open: u64,
    true_positives: u64,
    false_positives: u64,
    /// How many of the answered alerts were right; null before the first.
    precision: Option<f64>,
    last_hit_at: Option<String>,
    /// What it takes to look at an event of its log source by this rule alone; null before it
    /// was measured.
    nanoseconds_per_event: Option<u64>,
    /// How much a baseline knows; null for other rules, and for one that does not learn.
    learned: Option<RuleLearned>,
}

/// How much a baseline knows.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleLearned {
    /// The first day it knows of; null before the first event.
    since: Option<String>,
    /// Users, hosts or addresses it knows.
    entities: usize,
    /// Those of them it would speak of: they are known for long enough.
    known: usize,
    bytes: usize,
}

/// What could not be loaded.
#[derive(Serialize, ToSchema)]
pub(crate) struct RejectedRule {
    file: String,
    line: usize,
    title: Option<String>,
    why: String,
}

/// Rules, and what could not be loaded.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleList {
    items: Vec<RuleRow>,
    rejected: Vec<RejectedRule>,
}

/// Who changed something last.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleChange {
    by: String,
    at: String,
    /// Why it was switched on or off last.
    reason: Option<String>,
}

/// A rule with its document.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleDetail {
    #[serde(flatten)]
    row: RuleRow,
    description: Text,
    /// The document, in YAML.
    text: String,
    file: String,
    condition: String,
    false_positive_notes: Vec<Text>,
    references: Vec<String>,
    playbook: Option<String>,
    last_change: Option<RuleChange>,
}

/// A rule that the hospital writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleInput {
    /// One document, in YAML, with an identifier.
    text: String,
}

/// Another text of a rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleChangeInput {
    text: String,
    reason: String,
}

/// A rule that is tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTrialInput {
    text: String,
    /// Over so many of the last hours, 0 to 168; over none, only the text is looked at.
    hours: i64,
}

/// What is wrong with a rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleProblem {
    line: usize,
    why: String,
}

/// What a rule finds.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleTrial {
    problems: Vec<RuleProblem>,
    /// Events that were looked at.
    events: u64,
    matched: u64,
    /// The first of them, at most 10.
    examples: Vec<ShownEvent>,
    /// Whether there was no time for all events.
    cut: bool,
}

/// Lists rules.
#[utoipa::path(get, path = "/api/v1/detection/rules", tag = "detection", params(RuleParams), responses((status = 200, body = RuleList)))]
pub(crate) async fn list_detection_rules(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<RuleParams>,
) -> ApiResult<Json<RuleList>> {
    let (rows, rejected) = app.list_rules(&caller.actor, params.q.as_deref()).await?;
    Ok(Json(RuleList {
        items: rows.iter().map(row_view).collect(),
        rejected: rejected.into_iter().map(rejected_view).collect(),
    }))
}

/// One rule.
#[utoipa::path(get, path = "/api/v1/detection/rules/{id}", tag = "detection", params(RulePath), responses((status = 200, body = RuleDetail)))]
pub(crate) async fn get_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RulePath>,
) -> ApiResult<Json<RuleDetail>> {
    let row = app.get_rule(&caller.actor, &path.id).await?;
    Ok(Json(detail_view(row)))
}

/// Takes in a rule of the hospital's own.
#[utoipa::path(post, path = "/api/v1/detection/rules", tag = "detection", request_body = RuleInput, responses((status = 201, body = RuleDetail)))]
pub(crate) async fn create_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<RuleInput>,
) -> ApiResult<(StatusCode, Json<RuleDetail>)> {
    let row = app.create_rule(&caller.actor, &input.text).await?;
    Ok((StatusCode::CREATED, Json(detail_view(row))))
}

/// Changes a rule of the hospital's own.
#[utoipa::path(put, path = "/api/v1/detection/rules/{id}", tag = "detection", params(RulePath), request_body = RuleChangeInput, responses((status = 200, body = RuleDetail)))]
pub(crate) async fn update_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RulePath>,
    Body(input): Body<RuleChangeInput>,
) -> ApiResult<Json<RuleDetail>> {
    let row = app
        .update_rule(&caller.actor, &path.id, &input.text, &input.reason)
        .await?;
    Ok(Json(detail_view(row)))
}

/// Removes a rule of the hospital's own.
#[utoipa::path(delete, path = "/api/v1/detection/rules/{id}", tag = "detection", params(RulePath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn delete_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RulePath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.delete_rule(&caller.actor, &path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a rule on.
#[utoipa::path(post, path = "/api/v1/detection/rules/{id}/enable", tag = "detection", params(RulePath), request_body = Reason, responses((status = 200, body = RuleDetail)))]
pub(crate) async fn enable_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RulePath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<RuleDetail>> {
    let row = app.switch_rule(&caller.actor, &path.id, true, &input.reason);
    Ok(Json(detail_view(row.await?)))
}

/// Switches a rule off.
#[utoipa::path(post, path = "/api/v1/detection/rules/{id}/disable", tag = "detection", params(RulePath), request_body = Reason, responses((status = 200, body = RuleDetail)))]
pub(crate) async fn disable_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RulePath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<RuleDetail>> {
    let row = app.switch_rule(&caller.actor, &path.id, false, &input.reason);
    Ok(Json(detail_view(row.await?)))
}

/// Tries a rule on the events of the last hours.
#[utoipa::path(post, path = "/api/v1/detection/rules/test", tag = "detection", request_body = RuleTrialInput, responses((status = 200, body = RuleTrial)))]
pub(crate) async fn try_detection_rule(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<RuleTrialInput>,
) -> ApiResult<Json<RuleTrial>> {
    let trial = app.try_rule(&caller.actor, input.text, input.hours).await?;
    Ok(Json(trial_view(trial)))
}

fn trial_view(trial: Trial) -> RuleTrial {
    let problems = trial.problems.into_iter().map(|one| RuleProblem {
        line: one.line,
        why: one.why,
    });
    RuleTrial {
        problems: problems.collect(),
        events: trial.events,
        matched: trial.matched,
        examples: trial.examples.into_iter().map(shown_view).collect(),
        cut: trial.is_cut,
    }
}

fn rejected_view(rejected: Rejected) -> RejectedRule {
    RejectedRule {
        file: rejected.file,
        line: rejected.line,
        title: rejected.title,
        why: rejected.why,
    }
}

fn row_view(row: &Row) -> RuleRow {
    let rule = &row.rule;
    RuleRow {
        id: rule.key.clone(),
        title: (&rule.title).into(),
        level: rule.level.word(),
        status: rule.status.clone(),
        kind: rule.kind.word(),
        origin: if rule.is_own { "hospital" } else { "shipped" },
        product: rule.logsource.product.clone(),
        category: rule.logsource.category.clone(),
        service: rule.logsource.service.clone(),
        enabled: rule.enabled,
        attack: rule.attack.clone(),
        tactics: rule.tactics.clone(),
        requirements: rule.requirements.clone(),
        hits_day: row.sum.hits_day,
        hits_month: row.sum.hits_month,
        days: row.days.clone(),
        alerts_open: row.verdicts.open,
        true_positives: row.verdicts.true_positives,
        false_positives: row.verdicts.false_positives,
        precision: row.precision(),
        last_hit_at: instant_opt(row.sum.last_hit_at),
        nanoseconds_per_event: row.nanoseconds_per_event,
        learned: row.learned.map(|learned| RuleLearned {
            since: learned.since.map(|day| day.to_string()),
            entities: learned.entities,
            known: learned.known,
            bytes: learned.bytes,
        }),
    }
}

fn detail_view(row: Row) -> RuleDetail {
    let reason = row.rule.switch.as_ref().map(|switch| switch.reason.clone());
    RuleDetail {
        row: row_view(&row),
        description: row.rule.description.into(),
        text: row.rule.text,
        file: row.rule.file,
        condition: row.rule.condition,
        false_positive_notes: row
            .rule
            .false_positives
            .into_iter()
            .map(Into::into)
            .collect(),
        references: row.rule.references,
        playbook: row.rule.playbook,
        last_change: row.changed.map(|(by, at)| RuleChange {
            by,
            at: instant(at),
            reason,
        }),
    }
}
