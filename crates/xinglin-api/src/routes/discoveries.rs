//! Discovery: what scans saw, against the register.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::{DiscoveryId, ObjectType, ScanRangeId},
    discoveries::{AcceptForm, FoundAssetForm, MAX_SCAN_BYTES, PortChoice, ScanForm},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    routes::{
        assets::{self, Asset},
        jobs::{self, Job},
    },
    state::AppState,
    upload::{FileForm, Upload},
    words,
};

mod views;

use views::{Discovery, DiscoveryList};

/// Names a discovery.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DiscoveryPath {
    #[param(value_type = i64)]
    id: DiscoveryId,
}

/// A scan that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanInput {
    range_id: i64,
    /// `top1000`, `all`, or a list such as `22,80,8000-8100`.
    ports: String,
}

/// What is expected from now on, in every discovery.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptInput {
    address: String,
    /// The port; without it the host as such.
    port: Option<u16>,
    /// `tcp` where it is left out.
    protocol: Option<String>,
    reason: String,
}

/// An asset to be made of an unknown host.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FoundAssetInput {
    address: String,
    code: String,
    name: String,
    #[schema(value_type = words::ObjectType)]
    object_type: ObjectType,
}

/// Lists discoveries.
#[utoipa::path(get, path = "/api/v1/discoveries", tag = "discovery", responses((status = 200, body = DiscoveryList)))]
pub(crate) async fn list_discoveries(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<DiscoveryList>> {
    let rows = app.list_discoveries(&caller.actor).await?;
    Ok(Json(views::list(rows)))
}

/// Takes in what `nmap -oX` wrote. Hosts outside of the allowed ranges are left out.
#[utoipa::path(post, path = "/api/v1/discoveries", tag = "discovery", request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 201, body = Discovery)))]
pub(crate) async fn import_discovery(
    State(app): State<AppState>,
    caller: Caller,
    file: Upload<MAX_SCAN_BYTES>,
) -> ApiResult<(StatusCode, Json<Discovery>)> {
    let detail = app.import_discovery(&caller.actor, file.bytes).await?;
    Ok((StatusCode::CREATED, Json(views::view(detail))))
}

/// Scans an allowed range as a job, where nmap is installed. Of the job's result, `created`
/// counts unknown hosts, `unchanged` the others, `rejected` what was left out.
#[utoipa::path(post, path = "/api/v1/discoveries/run", tag = "discovery", request_body = ScanInput, responses((status = 202, body = Job)))]
pub(crate) async fn start_discovery(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<ScanInput>,
) -> ApiResult<(StatusCode, Json<Job>)> {
    let ports = PortChoice::read(&input.ports).ok_or_else(|| {
        let expected = "top1000, all, or a list such as 22,80,8000-8100";
        AppError::new(Code::InvalidInput).field("ports", input.ports, expected)
    })?;
    let form = ScanForm {
        range_id: ScanRangeId(input.range_id),
        ports,
    };
    let job = app.app().start_discovery(&caller.actor, form).await?;
    Ok((StatusCode::ACCEPTED, Json(jobs::view(job))))
}

/// One discovery against the register as it is today.
#[utoipa::path(get, path = "/api/v1/discoveries/{id}", tag = "discovery", params(DiscoveryPath), responses((status = 200, body = Discovery)))]
pub(crate) async fn get_discovery(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DiscoveryPath>,
) -> ApiResult<Json<Discovery>> {
    let detail = app.get_discovery(&caller.actor, path.id).await?;
    Ok(Json(views::view(detail)))
}

/// Notes that a host, or a port of one, is expected.
#[utoipa::path(post, path = "/api/v1/discoveries/{id}/accept", tag = "discovery", params(DiscoveryPath), request_body = AcceptInput, responses((status = 200, body = Discovery)))]
pub(crate) async fn accept_discovered(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DiscoveryPath>,
    Body(input): Body<AcceptInput>,
) -> ApiResult<Json<Discovery>> {
    let protocol = input.protocol.unwrap_or_else(|| String::from("tcp"));
    let form = AcceptForm {
        address: input.address,
        port: input.port.map(|port| (protocol, port)),
        reason: input.reason,
    };
    let detail = app.accept_discovered(&caller.actor, path.id, form).await?;
    Ok(Json(views::view(detail)))
}

/// Makes an asset of a host that is on no record.
#[utoipa::path(post, path = "/api/v1/discoveries/{id}/assets", tag = "discovery", params(DiscoveryPath), request_body = FoundAssetInput, responses((status = 201, body = Asset)))]
pub(crate) async fn register_discovered(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DiscoveryPath>,
    Body(input): Body<FoundAssetInput>,
) -> ApiResult<(StatusCode, Json<Asset>)> {
    let form = FoundAssetForm {
        address: input.address,
        code: input.code,
        name: input.name,
        object_type: input.object_type,
    };
    let row = app
        .register_discovered(&caller.actor, path.id, form)
        .await?;
    Ok((StatusCode::CREATED, Json(assets::view(row))))
}
