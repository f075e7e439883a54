//! Inspections of machines.

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AssetId, InspectionId, RequirementId},
    evidence::observed,
    inspections::{InspectionDocument, InspectionRow},
    verdicts,
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{self, Text},
};

/// Which inspections to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct InspectionParams {
    asset_id: Option<i64>,
}

/// Names an inspection.
#[derive(Deserialize, IntoParams)]
pub(crate) struct InspectionPath {
    #[param(value_type = i64)]
    id: InspectionId,
}

/// Names an asset.
#[derive(Deserialize, IntoParams)]
pub(crate) struct InspectedAssetPath {
    #[param(value_type = i64)]
    id: AssetId,
}

/// An inspection in brief.
#[derive(Serialize, ToSchema)]
pub(crate) struct InspectionSummary {
    id: i64,
    asset_id: i64,
    asset_name: String,
    platform: String,
    collected_at: String,
    #[schema(value_type = views::InspectionSource)]
    source: String,
    pass: i32,
    fail: i32,
    not_applicable: i32,
    unknown: i32,
    #[schema(value_type = Vec<Unreadable>)]
    unreadable: serde_json::Value,
}

/// An inspection with its results and facts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Inspection {
    #[serde(flatten)]
    summary: InspectionSummary,
    results: Vec<CheckResult>,
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

/// What exists and could not be read.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Unreadable {
    what: String,
    why: String,
}

/// The latest inspections, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct InspectionSummaryList {
    items: Vec<InspectionSummary>,
    total: u64,
}

/// A `xinglin.inspection/1` document, as `xinglin inspect host --json` writes it.
#[derive(ToSchema)]
#[schema(value_type = Object)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct InspectionUpload(serde_json::Value);

/// The result of one check.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckResult {
    check: String,
    title: Text,
    #[schema(value_type = views::CheckStatus)]
    status: verdicts::Status,
    #[schema(value_type = Vec<String>)]
    requirements: Vec<RequirementId>,
    /// Whether this pass suffices to propose 符合.
    sufficient: bool,
    observed: String,
    expected: Text,
    remedy: Text,
    /// Cases of the high-risk guide that this failure triggers.
    high_risk: Vec<String>,
    /// For `unknown`: the facts that are missing.
    missing: Vec<String>,
}

/// Inspects the machine the server runs on, or, with a body, takes an inspection made
/// elsewhere.
#[utoipa::path(post, path = "/api/v1/assets/{id}/inspections", tag = "inspections", params(InspectedAssetPath), request_body = Option<InspectionUpload>, responses((status = 201, body = Inspection)))]
pub(crate) async fn run_inspection(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    body: Bytes,
) -> ApiResult<(StatusCode, Json<Inspection>)> {
    let taken = if is_empty(&body) {
        app.inspect_this_host(&caller.actor, path.id).await?
    } else {
        app.upload_inspection(&caller.actor, path.id, body.to_vec())
            .await?
    };
    Ok((StatusCode::CREATED, Json(view(taken))))
}

/// Lists inspections.
#[utoipa::path(get, path = "/api/v1/inspections", tag = "inspections", params(InspectionParams), responses((status = 200, body = InspectionSummaryList)))]
pub(crate) async fn list_inspections(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<InspectionParams>,
) -> ApiResult<Json<InspectionSummaryList>> {
    let asset = params.asset_id.map(AssetId);
    let rows = app.list_inspections(&caller.actor, asset).await?;
    let items: Vec<_> = rows.into_iter().map(summary).collect();
    let total = items.len() as u64;
    Ok(Json(InspectionSummaryList { items, total }))
}

/// One inspection.
#[utoipa::path(get, path = "/api/v1/inspections/{id}", tag = "inspections", params(InspectionPath), responses((status = 200, body = Inspection)))]
pub(crate) async fn get_inspection(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectionPath>,
) -> ApiResult<Json<Inspection>> {
    Ok(Json(view(
        app.get_inspection(&caller.actor, path.id).await?,
    )))
}

// A client that always sends JSON says `{}` or `null` for nothing.
fn is_empty(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}" | b"null")
}

fn view((row, document): (InspectionRow, InspectionDocument)) -> Inspection {
    Inspection {
        summary: summary(row),
        results: document.results.into_iter().map(check).collect(),
        facts: document.facts,
    }
}

fn summary(row: InspectionRow) -> InspectionSummary {
    let inspection = row.inspection;
    InspectionSummary {
        id: inspection.id.0,
        asset_id: inspection.asset_id.0,
        asset_name: row.asset_name,
        platform: inspection.platform,
        collected_at: instant(inspection.collected_at),
        source: inspection.source,
        pass: inspection.pass,
        fail: inspection.fail,
        not_applicable: inspection.not_applicable,
        unknown: inspection.unknown,
        unreadable: inspection.unreadable,
    }
}

pub(crate) fn check(result: verdicts::CheckResult) -> CheckResult {
    CheckResult {
        check: result.check,
        title: result.title.into(),
        status: result.status,
        requirements: result.requirements,
        sufficient: result.sufficient,
        observed: observed(&result.observed),
        expected: result.expected.into(),
        remedy: result.remedy.into(),
        high_risk: result.high_risk,
        missing: result.missing,
    }
}
