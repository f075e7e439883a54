//! What changed between inspections.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{InspectionId, RequirementId, Verdict},
    drift::{self, DriftDetail},
    evidence::observed,
    inspections::Effect,
    verdicts::Status,
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    routes::inspections::{self, InspectionSummary, Unreadable, severity},
    state::AppState,
    time::instant,
    views::{self, Reason, Text},
    words,
};

/// Names an inspection.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DriftPath {
    #[param(value_type = i64)]
    id: InspectionId,
}

/// With which inspection to compare.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct DriftParams {
    /// Another inspection of the same asset and family; without it the one before.
    with: Option<i64>,
}

/// Two inspections of one thing, compared.
#[derive(Serialize, ToSchema)]
pub(crate) struct Drift {
    /// The earlier one; null when there is none, and then nothing is compared.
    before: Option<InspectionSummary>,
    after: InspectionSummary,
    /// Changed facts, by area; at most 200 of one area.
    facts: Vec<FactChange>,
    /// Areas with the number of facts that changed in them.
    areas: Vec<AreaCount>,
    results: Vec<ResultChange>,
    unreadable: UnreadableChange,
    /// What it did to the cells of assessments.
    cells: Vec<CellChange>,
    /// Who answers for it; null when nobody does.
    approval: Option<DriftApproval>,
}

/// A fact that changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactChange {
    area: String,
    /// Where it stands, such as `accounts.list[name=deploy].shell`.
    path: String,
    #[schema(value_type = views::FactFate)]
    kind: drift::FactFate,
    /// Any JSON value; null where there was none.
    #[schema(value_type = Option<Object>)]
    before: serde_json::Value,
    #[schema(value_type = Option<Object>)]
    after: serde_json::Value,
}

/// How many facts of an area changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct AreaCount {
    area: String,
    changes: usize,
}

/// A judgement that changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResultChange {
    check: String,
    title: Text,
    #[schema(value_type = Vec<String>)]
    requirements: Vec<RequirementId>,
    #[schema(value_type = words::Severity)]
    severity: &'static str,
    /// Null when there was no such check.
    #[schema(value_type = Option<views::CheckStatus>)]
    before: Option<Status>,
    #[schema(value_type = Option<views::CheckStatus>)]
    after: Option<Status>,
    observed_before: String,
    observed_after: String,
    #[schema(value_type = views::ResultEffect)]
    effect: drift::ResultEffect,
}

/// What cannot be read any more, and what can be read again.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnreadableChange {
    #[schema(value_type = Vec<Unreadable>)]
    new: serde_json::Value,
    #[schema(value_type = Vec<Unreadable>)]
    ended: serde_json::Value,
}

/// What a cell showed before and shows after: a person's verdict, else the proposal.
#[derive(Serialize, ToSchema)]
pub(crate) struct CellChange {
    assessment_id: i64,
    #[schema(value_type = String)]
    requirement: RequirementId,
    #[schema(value_type = views::CellVerdict)]
    before: &'static str,
    #[schema(value_type = views::CellVerdict)]
    after: &'static str,
    /// Whether a person's decision was taken back by it.
    reopened: bool,
}

/// That somebody answers for changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct DriftApproval {
    by: String,
    at: String,
    reason: String,
}

/// What changed from an earlier inspection to this one, and what that did to verdicts.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/drift", tag = "inspections", params(DriftPath, DriftParams), responses((status = 200, body = Drift)))]
pub(crate) async fn get_drift(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DriftPath>,
    Params(params): Params<DriftParams>,
) -> ApiResult<Json<Drift>> {
    let with = params.with.map(InspectionId);
    let detail = app.get_drift(&caller.actor, path.id, with).await?;
    Ok(Json(view(detail)))
}

/// Notes that somebody answers for what changed since the inspection before.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/drift/approval", tag = "inspections", params(DriftPath), request_body = Reason, responses((status = 201, body = Drift)))]
pub(crate) async fn approve_drift(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DriftPath>,
    Body(input): Body<Reason>,
) -> ApiResult<(StatusCode, Json<Drift>)> {
    let detail = app
        .approve_drift(&caller.actor, path.id, &input.reason)
        .await?;
    Ok((StatusCode::CREATED, Json(view(detail))))
}

fn view(detail: DriftDetail) -> Drift {
    let (areas, results, new, ended) = match detail.drift {
        Some(drift) => (
            drift.areas,
            drift.results,
            drift.newly_unreadable,
            drift.readable_again,
        ),
        None => Default::default(),
    };
    let by = detail.approved_by;
    Drift {
        before: detail.before.map(inspections::summary),
        after: inspections::summary(detail.after),
        areas: areas
            .iter()
            .map(|area| AreaCount {
                area: area.area.clone(),
                changes: area.count,
            })
            .collect(),
        facts: areas.into_iter().flat_map(facts).collect(),
        results: results.into_iter().map(result).collect(),
        unreadable: UnreadableChange {
            new: serde_json::json!(new),
            ended: serde_json::json!(ended),
        },
        cells: detail.effects.iter().map(cell).collect(),
        approval: detail.approval.map(|approval| DriftApproval {
            by: by.unwrap_or(approval.by),
            at: instant(approval.at),
            reason: approval.reason,
        }),
    }
}

fn facts(area: drift::AreaDrift) -> impl Iterator<Item = FactChange> {
    let name = area.area;
    area.changes.into_iter().map(move |change| FactChange {
        area: name.clone(),
        path: change.path,
        kind: change.change,
        before: change.before,
        after: change.after,
    })
}

fn result(change: drift::ResultChange) -> ResultChange {
    ResultChange {
        check: change.check,
        title: change.title.into(),
        requirements: change.requirements,
        severity: severity(change.severity),
        before: change.before,
        after: change.after,
        observed_before: observed(&change.observed_before),
        observed_after: observed(&change.observed_after),
        effect: change.effect,
    }
}

fn cell(effect: &Effect) -> CellChange {
    let word = |verdict: Option<Verdict>| verdict.map_or("unanswered", Verdict::word);
    CellChange {
        assessment_id: effect.assessment_id.0,
        requirement: effect.requirement,
        before: word(effect.before),
        after: word(effect.after),
        reopened: effect.reopened,
    }
}
