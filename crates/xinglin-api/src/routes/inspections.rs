//! Inspections: of the machine the server runs on, brought from elsewhere, or made from here.

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AssetId, InspectionId, RequirementId},
    evidence::observed,
    inspections::{InspectionDetail, InspectionRow, JudgedCheck, MAX_GATHERED_BYTES, Severity},
    verdicts,
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    read::family,
    state::AppState,
    time::instant,
    views::{self, Text},
    words,
};

mod gathered;
pub(crate) mod live;

use gathered::{Gathered, GatheredForm};

/// Which inspections to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InspectionParams {
    asset_id: Option<i64>,
    #[param(value_type = Option<words::Family>)]
    family: Option<String>,
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
    #[schema(value_type = words::Family)]
    family: String,
    subject: InspectionSubject,
    /// Product and release.
    platform: String,
    collected_at: String,
    #[schema(value_type = views::InspectionSource)]
    source: String,
    /// For a bundle: what is known of its origin.
    #[schema(value_type = Option<views::Trust>)]
    trust: Option<String>,
    /// How many facts and results differ from the inspection before; null for the first.
    changes: Option<i32>,
    pass: i32,
    fail: i32,
    not_applicable: i32,
    unknown: i32,
    #[schema(value_type = Vec<Unreadable>)]
    unreadable: serde_json::Value,
}

/// What an inspection is of.
#[derive(Serialize, ToSchema)]
pub(crate) struct InspectionSubject {
    /// `host`, `database`, `middleware`, `device`, `endpoint` or `hypervisor`.
    kind: String,
    /// Its own name; empty where it says none.
    name: String,
    /// The product, such as `debian`, `mysql` or `huawei_vrp`.
    platform: String,
    /// Its release.
    version: String,
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
    /// How bad a failure is.
    #[schema(value_type = words::Severity)]
    severity: &'static str,
    /// Whether this pass suffices to propose 符合.
    sufficient: bool,
    observed: String,
    expected: Text,
    remedy: Text,
    /// What could go wrong when the remedy is carried out; null where nothing is known.
    risk: Option<Text>,
    /// The kinds of code there are for the remedy.
    #[schema(value_type = Vec<views::FixKind>)]
    fixes: Vec<&'static str>,
    /// The exception that counts today: with it a failure proposes nothing.
    exception: Option<CheckException>,
    /// Cases of the high-risk guide that this failure triggers.
    high_risk: Vec<String>,
    /// For `unknown`: the facts that are missing.
    missing: Vec<String>,
}

/// That the failure of a check is lived with.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckException {
    id: i64,
    reason: String,
    /// The last day on which it counts.
    #[schema(value_type = String, format = Date)]
    until: Date,
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

/// Inspects files that were gathered elsewhere: one bundle of a collector, or files of any
/// names. Without `family` it is told from the bundle, the kind of asset and the files.
#[utoipa::path(post, path = "/api/v1/assets/{id}/inspections/files", tag = "inspections", params(InspectedAssetPath), request_body(content = GatheredForm, content_type = "multipart/form-data"), responses((status = 201, body = Inspection)))]
pub(crate) async fn inspect_files(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    Gathered(gathered): Gathered<MAX_GATHERED_BYTES>,
) -> ApiResult<(StatusCode, Json<Inspection>)> {
    let taken = app.inspect_files(&caller.actor, path.id, gathered).await?;
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
    let family = family(params.family.as_deref())?;
    let rows = app.list_inspections(&caller.actor, asset, family).await?;
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

pub(crate) fn view(detail: InspectionDetail) -> Inspection {
    Inspection {
        summary: summary(detail.row),
        results: detail.results.into_iter().map(check).collect(),
        facts: detail.facts,
    }
}

pub(crate) fn summary(row: InspectionRow) -> InspectionSummary {
    let inspection = row.inspection;
    let subject = inspection.subject;
    InspectionSummary {
        id: inspection.id.0,
        asset_id: inspection.asset_id.0,
        asset_name: row.asset_name,
        family: inspection.family,
        subject: InspectionSubject {
            kind: subject.kind,
            name: subject.name,
            platform: subject.platform,
            version: subject.version,
        },
        platform: inspection.platform,
        collected_at: instant(inspection.collected_at),
        source: inspection.source,
        trust: inspection.trust,
        changes: inspection.changes,
        pass: inspection.pass,
        fail: inspection.fail,
        not_applicable: inspection.not_applicable,
        unknown: inspection.unknown,
        unreadable: inspection.unreadable,
    }
}

pub(crate) fn check(judged: JudgedCheck) -> CheckResult {
    let result = judged.result;
    CheckResult {
        check: result.check,
        title: result.title.into(),
        status: result.status,
        requirements: result.requirements,
        severity: severity(result.severity),
        sufficient: result.sufficient,
        observed: observed(&result.observed),
        expected: result.expected.into(),
        remedy: result.remedy.into(),
        risk: judged.risk.map(Into::into),
        fixes: judged.fixes,
        exception: judged.exception.map(|exception| CheckException {
            id: exception.id.0,
            reason: exception.reason,
            until: exception.until,
        }),
        high_risk: result.high_risk,
        missing: result.missing,
    }
}

pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}
