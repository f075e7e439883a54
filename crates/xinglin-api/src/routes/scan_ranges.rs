//! Ranges of addresses that may be scanned.

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::ScanRangeId,
    scan_ranges::{ScanRangeForm, ScanRangeRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::Reason,
};

/// Names a range.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ScanRangePath {
    #[param(value_type = i64)]
    id: ScanRangeId,
}

/// A range with the consent to scan it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScanRange {
    id: i64,
    /// A network such as `10.1.0.0/16`.
    range: String,
    /// Who agreed, and to what end.
    reason: String,
    /// The last day on which it may be scanned.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Whether it may be scanned today.
    in_force: bool,
    created_by: String,
    created_at: String,
    ended_at: Option<String>,
    ended_reason: Option<String>,
}

/// Ranges, those that were not taken back first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScanRangeList {
    items: Vec<ScanRange>,
    total: u64,
}

/// A range that somebody allows to be scanned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanRangeInput {
    range: String,
    /// The consent: who agreed, and to what end.
    reason: String,
    /// The last day, at most 365 days from today.
    #[schema(value_type = String, format = Date)]
    until: Date,
}

/// Lists ranges.
#[utoipa::path(get, path = "/api/v1/scan-ranges", tag = "discovery", responses((status = 200, body = ScanRangeList)))]
pub(crate) async fn list_scan_ranges(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<ScanRangeList>> {
    let rows = app.list_scan_ranges(&caller.actor).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(ScanRangeList { items, total }))
}

/// Notes that a range may be scanned.
#[utoipa::path(post, path = "/api/v1/scan-ranges", tag = "discovery", request_body = ScanRangeInput, responses((status = 201, body = ScanRange)))]
pub(crate) async fn create_scan_range(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<ScanRangeInput>,
) -> ApiResult<(StatusCode, Json<ScanRange>)> {
    let form = ScanRangeForm {
        range: input.range,
        reason: input.reason,
        until: input.until,
    };
    let row = app.create_scan_range(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Takes a consent back.
#[utoipa::path(delete, path = "/api/v1/scan-ranges/{id}", tag = "discovery", params(ScanRangePath), request_body = Reason, responses((status = 200, body = ScanRange)))]
pub(crate) async fn end_scan_range(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ScanRangePath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<ScanRange>> {
    let row = app
        .end_scan_range(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn view(row: ScanRangeRow) -> ScanRange {
    let range = row.range;
    let (ended_at, ended_reason) = range
        .ended
        .map(|ended| (instant(ended.at), ended.reason))
        .unzip();
    ScanRange {
        id: range.id.0,
        range: range.range,
        reason: range.consent,
        until: range.until,
        in_force: row.is_in_force,
        created_by: row.created_by,
        created_at: instant(range.created_at),
        ended_at,
        ended_reason,
    }
}
