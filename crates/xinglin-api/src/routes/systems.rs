//! Graded systems.

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError,
    core::{DepartmentId, Extension, Grade, PersonId, SystemId, SystemState},
    systems::{SystemForm, SystemRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    words,
};

/// Names a system.
#[derive(Deserialize, IntoParams)]
pub(crate) struct SystemPath {
    #[param(value_type = i64)]
    id: SystemId,
}

/// A graded system.
#[derive(Serialize, ToSchema)]
pub(crate) struct System {
    id: i64,
    code: String,
    name: String,
    description: Option<String>,
    #[schema(value_type = words::Grade)]
    grade: Grade,
    /// The overall level, the higher of the two.
    level: u8,
    #[schema(value_type = Vec<words::Extension>)]
    extensions: Vec<Extension>,
    filing_number: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    graded_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    filed_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    certificate_expires_on: Option<Date>,
    department_id: Option<i64>,
    department_name: Option<String>,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    #[schema(value_type = words::SystemState, inline)]
    state: SystemState,
    asset_count: i64,
    /// The newest assessment.
    assessment_id: Option<i64>,
    /// The result of that assessment.
    #[schema(value_type = Option<crate::views::ResultSummary>)]
    result: Option<serde_json::Value>,
}

/// All systems.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemList {
    items: Vec<System>,
    total: u64,
}

/// What a person says of a system.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemInput {
    code: String,
    name: String,
    description: Option<String>,
    #[schema(value_type = words::Grade)]
    grade: Grade,
    #[serde(default)]
    #[schema(value_type = Vec<words::Extension>)]
    extensions: Vec<Extension>,
    filing_number: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    graded_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    filed_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    certificate_expires_on: Option<Date>,
    department_id: Option<i64>,
    owner_id: Option<i64>,
    /// `operating` where it is left out.
    #[schema(value_type = Option<words::SystemState>, inline)]
    state: Option<SystemState>,
}

/// Lists all systems.
#[utoipa::path(get, path = "/api/v1/systems", tag = "records", responses((status = 200, body = SystemList)))]
pub(crate) async fn list_systems(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<SystemList>> {
    let rows = app.list_systems(&caller.actor).await?;
    let items = rows.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
    let total = items.len() as u64;
    Ok(Json(SystemList { items, total }))
}

/// Creates a system.
#[utoipa::path(post, path = "/api/v1/systems", tag = "records", request_body = SystemInput, responses((status = 201, body = System)))]
pub(crate) async fn create_system(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<SystemInput>,
) -> ApiResult<(StatusCode, Json<System>)> {
    let row = app.create_system(&caller.actor, form(input)).await?;
    Ok((StatusCode::CREATED, Json(view(row)?)))
}

/// Shows a system.
#[utoipa::path(get, path = "/api/v1/systems/{id}", tag = "records", params(SystemPath), responses((status = 200, body = System)))]
pub(crate) async fn get_system(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<SystemPath>,
) -> ApiResult<Json<System>> {
    let row = app.system(&caller.actor, path.id).await?;
    Ok(Json(view(row)?))
}

/// Changes a system.
#[utoipa::path(put, path = "/api/v1/systems/{id}", tag = "records", params(SystemPath), request_body = SystemInput, responses((status = 200, body = System)))]
pub(crate) async fn update_system(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<SystemPath>,
    Body(input): Body<SystemInput>,
) -> ApiResult<Json<System>> {
    let row = app
        .update_system(&caller.actor, path.id, form(input))
        .await?;
    Ok(Json(view(row)?))
}

/// Removes a system that nothing refers to.
#[utoipa::path(delete, path = "/api/v1/systems/{id}", tag = "records", params(SystemPath), responses((status = 204)))]
pub(crate) async fn delete_system(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<SystemPath>,
) -> ApiResult<StatusCode> {
    app.delete_system(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(input: SystemInput) -> SystemForm {
    SystemForm {
        code: input.code,
        name: input.name,
        description: input.description,
        grade: input.grade,
        extensions: input.extensions,
        filing_number: input.filing_number,
        graded_on: input.graded_on,
        filed_on: input.filed_on,
        certificate_expires_on: input.certificate_expires_on,
        department_id: input.department_id.map(DepartmentId),
        owner_id: input.owner_id.map(PersonId),
        state: input.state.unwrap_or(SystemState::Operating),
    }
}

fn view(row: SystemRow) -> Result<System, AppError> {
    let system = row.system;
    let assessment_id = row.assessment.as_ref().map(|assessment| assessment.id.0);
    let result = row
        .assessment
        .and_then(|assessment| assessment.result)
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(AppError::internal)?;
    Ok(System {
        id: system.id.0,
        code: system.code,
        name: system.name,
        description: system.description,
        grade: system.grade,
        level: system.grade.overall().number(),
        extensions: system.extensions,
        filing_number: system.filing_number,
        graded_on: system.graded_on,
        filed_on: system.filed_on,
        certificate_expires_on: system.certificate_expires_on,
        department_id: system.department_id.map(|id| id.0),
        department_name: row.department_name,
        owner_id: system.owner_id.map(|id| id.0),
        owner_name: row.owner_name,
        state: system.state,
        asset_count: row.asset_count,
        assessment_id,
        result,
    })
}
