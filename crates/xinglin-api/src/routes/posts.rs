//! Posts.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{DepartmentId, PostId},
    posts::{PostForm, PostRow},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
};

/// Names a post.
#[derive(Deserialize, IntoParams)]
pub(crate) struct PostPath {
    #[param(value_type = i64)]
    id: PostId,
}

/// A post.
#[derive(Serialize, ToSchema)]
pub(crate) struct Post {
    id: i64,
    code: String,
    name: String,
    department_id: Option<i64>,
    duty: Option<String>,
    people_count: i64,
}

/// All posts.
#[derive(Serialize, ToSchema)]
pub(crate) struct PostList {
    items: Vec<Post>,
    total: u64,
}

/// What a person says of a post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostInput {
    code: String,
    name: String,
    department_id: Option<i64>,
    duty: Option<String>,
}

/// Lists all posts.
#[utoipa::path(get, path = "/api/v1/posts", tag = "records", responses((status = 200, body = PostList)))]
pub(crate) async fn list_posts(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<PostList>> {
    let rows = app.list_posts(&caller.actor).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(PostList { items, total }))
}

/// Creates a post.
#[utoipa::path(post, path = "/api/v1/posts", tag = "records", request_body = PostInput, responses((status = 201, body = Post)))]
pub(crate) async fn create_post(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<PostInput>,
) -> ApiResult<(StatusCode, Json<Post>)> {
    let row = app.create_post(&caller.actor, form(input)).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Changes a post.
#[utoipa::path(put, path = "/api/v1/posts/{id}", tag = "records", params(PostPath), request_body = PostInput, responses((status = 200, body = Post)))]
pub(crate) async fn update_post(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PostPath>,
    Body(input): Body<PostInput>,
) -> ApiResult<Json<Post>> {
    let row = app.update_post(&caller.actor, path.id, form(input)).await?;
    Ok(Json(view(row)))
}

/// Removes a post that nobody holds.
#[utoipa::path(delete, path = "/api/v1/posts/{id}", tag = "records", params(PostPath), responses((status = 204)))]
pub(crate) async fn delete_post(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PostPath>,
) -> ApiResult<StatusCode> {
    app.delete_post(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(input: PostInput) -> PostForm {
    PostForm {
        code: input.code,
        name: input.name,
        department_id: input.department_id.map(DepartmentId),
        duty: input.duty,
    }
}

fn view(row: PostRow) -> Post {
    Post {
        id: row.post.id.0,
        code: row.post.code,
        name: row.post.name,
        department_id: row.post.department_id.map(|id| id.0),
        duty: row.post.duty,
        people_count: row.people_count,
    }
}
