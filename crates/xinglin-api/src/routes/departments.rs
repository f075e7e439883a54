//! Departments.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{DepartmentId, PersonId},
    departments::{DepartmentForm, DepartmentRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
};

/// Names a department.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DepartmentPath {
    #[param(value_type = i64)]
    id: DepartmentId,
}

/// A department.
#[derive(Serialize, ToSchema)]
pub(crate) struct Department {
    id: i64,
    code: String,
    name: String,
    parent_id: Option<i64>,
    head_id: Option<i64>,
    people_count: i64,
}

/// All departments.
#[derive(Serialize, ToSchema)]
pub(crate) struct DepartmentList {
    items: Vec<Department>,
    total: u64,
}

/// What a person says of a department.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepartmentInput {
    code: String,
    name: String,
    parent_id: Option<i64>,
    head_id: Option<i64>,
}

/// Lists all departments.
#[utoipa::path(get, path = "/api/v1/departments", tag = "records", responses((status = 200, body = DepartmentList)))]
pub(crate) async fn list_departments(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<DepartmentList>> {
    let rows = app.list_departments(&caller.actor).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(DepartmentList { items, total }))
}

/// Creates a department.
#[utoipa::path(post, path = "/api/v1/departments", tag = "records", request_body = DepartmentInput, responses((status = 201, body = Department)))]
pub(crate) async fn create_department(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<DepartmentInput>,
) -> ApiResult<(StatusCode, Json<Department>)> {
    let row = app.create_department(&caller.actor, form(input)).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Changes a department.
#[utoipa::path(put, path = "/api/v1/departments/{id}", tag = "records", params(DepartmentPath), request_body = DepartmentInput, responses((status = 200, body = Department)))]
pub(crate) async fn update_department(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DepartmentPath>,
    Body(input): Body<DepartmentInput>,
) -> ApiResult<Json<Department>> {
    let row = app
        .update_department(&caller.actor, path.id, form(input))
        .await?;
    Ok(Json(view(row)))
}

/// Removes a department that nothing refers to.
#[utoipa::path(delete, path = "/api/v1/departments/{id}", tag = "records", params(DepartmentPath), responses((status = 204)))]
pub(crate) async fn delete_department(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<DepartmentPath>,
) -> ApiResult<StatusCode> {
    app.delete_department(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(input: DepartmentInput) -> DepartmentForm {
    DepartmentForm {
        code: input.code,
        name: input.name,
        parent_id: input.parent_id.map(DepartmentId),
        head_id: input.head_id.map(PersonId),
    }
}

fn view(row: DepartmentRow) -> Department {
    Department {
        id: row.department.id.0,
        code: row.department.code,
        name: row.department.name,
        parent_id: row.department.parent_id.map(|id| id.0),
        head_id: row.department.head_id.map(|id| id.0),
        people_count: row.people_count,
    }
}
