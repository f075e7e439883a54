//! Exceptions: failed checks that are lived with for a time.

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AssetId, ExceptionId},
    exceptions::{ExceptionForm, ExceptionRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{Reason, Text},
};

/// Names an asset.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ExceptedAssetPath {
    #[param(value_type = i64)]
    id: AssetId,
}

/// Names an exception.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ExceptionPath {
    #[param(value_type = i64)]
    id: ExceptionId,
}

/// An exception. An ended one stays on record.
#[derive(Serialize, ToSchema)]
pub(crate) struct Exception {
    id: i64,
    asset_id: i64,
    asset_name: String,
    check: String,
    /// What the check asks; null for a check that is no more.
    title: Option<Text>,
    reason: String,
    /// The last day on which it counts.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Days it still counts; null when it does not.
    days_left: Option<i32>,
    /// Who decided.
    created_by: String,
    created_at: String,
    ended_at: Option<String>,
    ended_reason: Option<String>,
}

/// Exceptions, those that end first at the top.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionList {
    items: Vec<Exception>,
    total: u64,
}

/// A failure that is to be lived with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionInput {
    check: String,
    reason: String,
    /// The last day on which it counts, at most 365 days from today.
    #[schema(value_type = String, format = Date)]
    until: Date,
}

/// The exceptions of all assets.
#[utoipa::path(get, path = "/api/v1/exceptions", tag = "inspections", responses((status = 200, body = ExceptionList)))]
pub(crate) async fn list_exceptions(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<ExceptionList>> {
    Ok(Json(list(app.list_exceptions(&caller.actor, None).await?)))
}

/// The exceptions of one asset.
#[utoipa::path(get, path = "/api/v1/assets/{id}/exceptions", tag = "inspections", params(ExceptedAssetPath), responses((status = 200, body = ExceptionList)))]
pub(crate) async fn list_asset_exceptions(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ExceptedAssetPath>,
) -> ApiResult<Json<ExceptionList>> {
    let rows = app.list_exceptions(&caller.actor, Some(path.id)).await?;
    Ok(Json(list(rows)))
}

/// Lives with the failure of a check on an asset for a time.
#[utoipa::path(post, path = "/api/v1/assets/{id}/exceptions", tag = "inspections", params(ExceptedAssetPath), request_body = ExceptionInput, responses((status = 201, body = Exception)))]
pub(crate) async fn create_exception(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ExceptedAssetPath>,
    Body(input): Body<ExceptionInput>,
) -> ApiResult<(StatusCode, Json<Exception>)> {
    let form = ExceptionForm {
        check: input.check,
        reason: input.reason,
        until: input.until,
    };
    let row = app.create_exception(&caller.actor, path.id, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Ends an exception before its time.
#[utoipa::path(delete, path = "/api/v1/exceptions/{id}", tag = "inspections", params(ExceptionPath), request_body = Reason, responses((status = 200, body = Exception)))]
pub(crate) async fn end_exception(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ExceptionPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Exception>> {
    let row = app
        .end_exception(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn list(rows: Vec<ExceptionRow>) -> ExceptionList {
    let items: Vec<_> = rows.into_iter().map(view).collect();
    ExceptionList {
        total: items.len() as u64,
        items,
    }
}

fn view(row: ExceptionRow) -> Exception {
    let exception = row.exception;
    let (ended_at, ended_reason) = exception
        .ended
        .map(|ended| (instant(ended.at), ended.reason))
        .unzip();
    Exception {
        id: exception.id.0,
        asset_id: exception.asset_id.0,
        asset_name: row.asset_name,
        check: exception.check,
        title: row.title.map(Into::into),
        reason: exception.reason,
        until: exception.until,
        days_left: row.days_left,
        created_by: row.created_by,
        created_at: instant(exception.created_at),
        ended_at,
        ended_reason,
    }
}
