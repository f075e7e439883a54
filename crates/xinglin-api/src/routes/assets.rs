//! Assets.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    assets::{AssetFilter, AssetForm, AssetOrder, AssetRow},
    core::{AssetId, AssetState, DepartmentId, Importance, ObjectType, PersonId, SystemId},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    sort::{limit, sort},
    state::AppState,
    time::instant,
    words,
};

const ORDERS: [(&str, AssetOrder); 5] = [
    ("code", AssetOrder::Code),
    ("name", AssetOrder::Name),
    ("object_type", AssetOrder::ObjectType),
    ("importance", AssetOrder::Importance),
    ("last_inspected_at", AssetOrder::LastInspectedAt),
];

/// Names an asset.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AssetPath {
    #[param(value_type = i64)]
    id: AssetId,
}

/// Which assets to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssetParams {
    /// Part of code, name or address.
    q: Option<String>,
    #[param(value_type = Option<words::ObjectType>)]
    object_type: Option<ObjectType>,
    system_id: Option<i64>,
    department_id: Option<i64>,
    #[param(value_type = Option<words::Importance>)]
    importance: Option<Importance>,
    /// A field name, with a leading - for descending: code, name, `object_type`, importance,
    /// `last_inspected_at`.
    sort: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// An asset.
#[derive(Serialize, ToSchema)]
pub(crate) struct Asset {
    id: i64,
    code: String,
    name: String,
    #[schema(value_type = words::ObjectType)]
    object_type: ObjectType,
    #[schema(value_type = Vec<i64>)]
    system_ids: Vec<SystemId>,
    system_names: Vec<String>,
    address: Option<String>,
    location: Option<String>,
    model: Option<String>,
    version: Option<String>,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    department_id: Option<i64>,
    department_name: Option<String>,
    #[schema(value_type = words::Importance)]
    importance: Importance,
    supplier: Option<String>,
    #[schema(value_type = words::AssetState, inline)]
    state: AssetState,
    /// Whether it is the machine this server runs on.
    local_host: bool,
    #[schema(format = DateTime)]
    last_inspected_at: Option<String>,
}

/// One page of assets.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssetList {
    items: Vec<Asset>,
    total: u64,
}

/// What a person says of an asset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssetInput {
    code: String,
    name: String,
    #[schema(value_type = words::ObjectType)]
    object_type: ObjectType,
    #[serde(default)]
    #[schema(value_type = Vec<i64>)]
    system_ids: Vec<SystemId>,
    address: Option<String>,
    location: Option<String>,
    model: Option<String>,
    version: Option<String>,
    owner_id: Option<i64>,
    department_id: Option<i64>,
    #[schema(value_type = words::Importance)]
    importance: Importance,
    supplier: Option<String>,
    /// `operating` where it is left out.
    #[schema(value_type = Option<words::AssetState>, inline)]
    state: Option<AssetState>,
    #[serde(default)]
    local_host: bool,
}

/// Lists assets, some at a time.
#[utoipa::path(get, path = "/api/v1/assets", tag = "records", params(AssetParams), responses((status = 200, body = AssetList)))]
pub(crate) async fn list_assets(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<AssetParams>,
) -> ApiResult<Json<AssetList>> {
    let filter = AssetFilter {
        sort: sort(params.sort.as_deref(), &ORDERS)?,
        q: params.q,
        object_type: params.object_type,
        system_id: params.system_id.map(SystemId),
        department_id: params.department_id.map(DepartmentId),
        importance: params.importance,
        offset: params.offset.unwrap_or(0),
        limit: limit(params.limit),
    };
    let (rows, total) = app.list_assets(&caller.actor, &filter).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(Json(AssetList { items, total }))
}

/// Creates an asset.
#[utoipa::path(post, path = "/api/v1/assets", tag = "records", request_body = AssetInput, responses((status = 201, body = Asset)))]
pub(crate) async fn create_asset(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AssetInput>,
) -> ApiResult<(StatusCode, Json<Asset>)> {
    let row = app.create_asset(&caller.actor, form(input)).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Shows an asset.
#[utoipa::path(get, path = "/api/v1/assets/{id}", tag = "records", params(AssetPath), responses((status = 200, body = Asset)))]
pub(crate) async fn get_asset(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssetPath>,
) -> ApiResult<Json<Asset>> {
    Ok(Json(view(app.asset(&caller.actor, path.id).await?)))
}

/// Changes an asset.
#[utoipa::path(put, path = "/api/v1/assets/{id}", tag = "records", params(AssetPath), request_body = AssetInput, responses((status = 200, body = Asset)))]
pub(crate) async fn update_asset(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssetPath>,
    Body(input): Body<AssetInput>,
) -> ApiResult<Json<Asset>> {
    let row = app
        .update_asset(&caller.actor, path.id, form(input))
        .await?;
    Ok(Json(view(row)))
}

/// Removes an asset that nothing refers to.
#[utoipa::path(delete, path = "/api/v1/assets/{id}", tag = "records", params(AssetPath), responses((status = 204)))]
pub(crate) async fn delete_asset(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssetPath>,
) -> ApiResult<StatusCode> {
    app.delete_asset(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(input: AssetInput) -> AssetForm {
    AssetForm {
        code: input.code,
        name: input.name,
        object_type: input.object_type,
        system_ids: input.system_ids,
        address: input.address,
        location: input.location,
        model: input.model,
        version: input.version,
        owner_id: input.owner_id.map(PersonId),
        department_id: input.department_id.map(DepartmentId),
        importance: input.importance,
        supplier: input.supplier,
        state: input.state.unwrap_or(AssetState::Operating),
        local_host: input.local_host,
    }
}

pub(crate) fn view(row: AssetRow) -> Asset {
    let asset = row.asset;
    Asset {
        id: asset.id.0,
        code: asset.code,
        name: asset.name,
        object_type: asset.object_type,
        system_ids: asset.system_ids,
        system_names: row.system_names,
        address: asset.address,
        location: asset.location,
        model: asset.model,
        version: asset.version,
        owner_id: asset.owner_id.map(|id| id.0),
        owner_name: row.owner_name,
        department_id: asset.department_id.map(|id| id.0),
        department_name: row.department_name,
        importance: asset.importance,
        supplier: asset.supplier,
        state: asset.state,
        local_host: asset.local_host,
        last_inspected_at: asset.last_inspected_at.map(instant),
    }
}
