//! People.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{DepartmentId, PersonId, PersonState, PostId},
    people::{PeopleFilter, PeopleOrder, PersonForm, PersonRow},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    sort::{limit, sort},
    state::AppState,
    words,
};

/// Names a person.
#[derive(Deserialize, IntoParams)]
pub(crate) struct PersonPath {
    #[param(value_type = i64)]
    id: PersonId,
}

/// Which people to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleParams {
    /// Part of code or name.
    q: Option<String>,
    department_id: Option<i64>,
    /// `code` or `name`, with a leading - for descending.
    sort: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    id: i64,
    code: String,
    name: String,
    department_id: Option<i64>,
    department_name: Option<String>,
    post_id: Option<i64>,
    post_name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    #[schema(value_type = words::PersonState, inline)]
    state: PersonState,
}

/// One page of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonList {
    items: Vec<Person>,
    total: u64,
}

/// What a person says of a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonInput {
    code: String,
    name: String,
    department_id: Option<i64>,
    post_id: Option<i64>,
    phone: Option<String>,
    email: Option<String>,
    /// `active` where it is left out.
    #[schema(value_type = Option<words::PersonState>, inline)]
    state: Option<PersonState>,
}

/// Lists people, some at a time.
#[utoipa::path(get, path = "/api/v1/people", tag = "records", params(PeopleParams), responses((status = 200, body = PersonList)))]
pub(crate) async fn list_people(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<PeopleParams>,
) -> ApiResult<Json<PersonList>> {
    let orders = [("code", PeopleOrder::Code), ("name", PeopleOrder::Name)];
    let filter = PeopleFilter {
        sort: sort(params.sort.as_deref(), &orders)?,
        q: params.q,
        department_id: params.department_id.map(DepartmentId),
        offset: params.offset.unwrap_or(0),
        limit: limit(params.limit),
    };
    let (rows, total) = app.list_people(&caller.actor, &filter).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(Json(PersonList { items, total }))
}

/// Creates a person.
#[utoipa::path(post, path = "/api/v1/people", tag = "records", request_body = PersonInput, responses((status = 201, body = Person)))]
pub(crate) async fn create_person(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<PersonInput>,
) -> ApiResult<(StatusCode, Json<Person>)> {
    let row = app.create_person(&caller.actor, form(input)).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Changes a person.
#[utoipa::path(put, path = "/api/v1/people/{id}", tag = "records", params(PersonPath), request_body = PersonInput, responses((status = 200, body = Person)))]
pub(crate) async fn update_person(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PersonPath>,
    Body(input): Body<PersonInput>,
) -> ApiResult<Json<Person>> {
    let row = app
        .update_person(&caller.actor, path.id, form(input))
        .await?;
    Ok(Json(view(row)))
}

/// Removes a person whom nothing refers to.
#[utoipa::path(delete, path = "/api/v1/people/{id}", tag = "records", params(PersonPath), responses((status = 204)))]
pub(crate) async fn delete_person(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PersonPath>,
) -> ApiResult<StatusCode> {
    app.delete_person(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(input: PersonInput) -> PersonForm {
    PersonForm {
        code: input.code,
        name: input.name,
        department_id: input.department_id.map(DepartmentId),
        post_id: input.post_id.map(PostId),
        phone: input.phone,
        email: input.email,
        state: input.state.unwrap_or(PersonState::Active),
    }
}

fn view(row: PersonRow) -> Person {
    Person {
        id: row.person.id.0,
        code: row.person.code,
        name: row.person.name,
        department_id: row.person.department_id.map(|id| id.0),
        department_name: row.department_name,
        post_id: row.person.post_id.map(|id| id.0),
        post_name: row.post_name,
        phone: row.person.phone,
        email: row.person.email,
        state: row.person.state,
    }
}
