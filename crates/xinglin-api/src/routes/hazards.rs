//! Major hazards.

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{HazardId, SystemId},
    hazards::{HazardForm, HazardRow},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    views::Text,
};

/// Which hazards to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct HazardParams {
    system_id: Option<i64>,
}

/// Names a hazard.
#[derive(Deserialize, IntoParams)]
pub(crate) struct HazardPath {
    #[param(value_type = i64)]
    id: HazardId,
}

/// A major hazard. A resolved one stays counted as found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hazard {
    id: i64,
    system_id: i64,
    /// The trigger's code, such as `A-18`.
    code: String,
    title: Text,
    note: String,
    #[schema(value_type = String, format = Date)]
    found_on: Date,
    #[schema(value_type = Option<String>, format = Date)]
    resolved_on: Option<Date>,
    resolved_reason: Option<String>,
    source: String,
}

/// Hazards by day.
#[derive(Serialize, ToSchema)]
pub(crate) struct HazardList {
    items: Vec<Hazard>,
    total: u64,
}

/// A hazard that somebody found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HazardInput {
    system_id: i64,
    code: String,
    note: String,
    #[schema(value_type = String, format = Date)]
    found_on: Date,
}

/// How a hazard was resolved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HazardResolve {
    reason: String,
    #[schema(value_type = String, format = Date)]
    resolved_on: Date,
}

/// Lists hazards.
#[utoipa::path(get, path = "/api/v1/hazards", tag = "hazards", params(HazardParams), responses((status = 200, body = HazardList)))]
pub(crate) async fn list_hazards(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<HazardParams>,
) -> ApiResult<Json<HazardList>> {
    let system = params.system_id.map(SystemId);
    let rows = app.list_hazards(&caller.actor, system).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(HazardList { items, total }))
}

/// Notes a hazard.
#[utoipa::path(post, path = "/api/v1/hazards", tag = "hazards", request_body = HazardInput, responses((status = 201, body = Hazard)))]
pub(crate) async fn create_hazard(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<HazardInput>,
) -> ApiResult<(StatusCode, Json<Hazard>)> {
    let form = HazardForm {
        system_id: SystemId(input.system_id),
        code: input.code,
        note: input.note,
        found_on: input.found_on,
    };
    let row = app.create_hazard(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Notes that a hazard is resolved.
#[utoipa::path(post, path = "/api/v1/hazards/{id}/resolve", tag = "hazards", params(HazardPath), request_body = HazardResolve, responses((status = 200, body = Hazard)))]
pub(crate) async fn resolve_hazard(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<HazardPath>,
    Body(input): Body<HazardResolve>,
) -> ApiResult<Json<Hazard>> {
    let row = app
        .resolve_hazard(&caller.actor, path.id, &input.reason, input.resolved_on)
        .await?;
    Ok(Json(view(row)))
}

fn view(row: HazardRow) -> Hazard {
    Hazard {
        id: row.hazard.id.0,
        system_id: row.hazard.system_id.0,
        code: row.hazard.code,
        title: row.title.into(),
        note: row.hazard.note,
        found_on: row.hazard.found_on,
        resolved_on: row.hazard.resolved_on,
        resolved_reason: row.hazard.resolved_reason,
        source: row.hazard.source,
    }
}
