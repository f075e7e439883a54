//! Where programs send logs by HTTP, with a token. These are no operations of the page: what
//! they take and answer is what senders of logs already speak.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, Path, State},
    http::{Extensions, HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use xinglin_app::{AppError, Code, logs::BodyKind};

use crate::{problem::ApiResult, state::AppState};

/// The paths, below one that senders are told.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/logs/receive", get(greet).head(greet).post(any))
        .route("/api/v1/logs/receive/", get(greet).head(greet))
        .route("/api/v1/logs/receive/_bulk", post(bulk))
        .route("/api/v1/logs/receive/{index}/_bulk", post(bulk_of))
        .route("/api/v1/logs/receive/v1/logs", post(otlp))
}

/// What senders for Elasticsearch ask before they send.
async fn greet() -> Response {
    let version = json!({"number": "8.11.0", "build_flavor": "default"});
    let greeting = json!({"name": "xinglin", "cluster_name": "xinglin", "version": version, "tagline": "You Know, for Search"});
    let product = [("x-elastic-product", "Elasticsearch")];
    (product, axum::Json(greeting)).into_response()
}

/// Lines of text, or objects of JSON, by the content type.
async fn any(
    State(app): State<AppState>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = if kind.contains("json") {
        BodyKind::Json
    } else {
        BodyKind::Lines
    };
    take(&app, &extensions, &headers, kind, &body).await
}

async fn bulk(
    State(app): State<AppState>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let kind = BodyKind::Bulk("logs".to_owned());
    take(&app, &extensions, &headers, kind, &body).await
}

async fn bulk_of(
    State(app): State<AppState>,
    Path(index): Path<String>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    take(&app, &extensions, &headers, BodyKind::Bulk(index), &body).await
}

async fn otlp(
    State(app): State<AppState>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    take(&app, &extensions, &headers, BodyKind::Otlp, &body).await
}

async fn take(
    app: &AppState,
    extensions: &Extensions,
    headers: &HeaderMap,
    kind: BodyKind,
    body: &Bytes,
) -> ApiResult<Response> {
    let token = token(headers).ok_or(AppError::new(Code::LogTokenRefused))?;
    let encoding = headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map_or(Ok(""), |encoding| encoding.to_str());
    let encoding = encoding.unwrap_or("unreadable");
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or_else(String::new, |peer| peer.0.ip().to_canonical().to_string());
    let intake = app
        .receive_log_body(token, &peer, kind, (encoding, body.to_vec()))
        .await?;
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/json"),
        ("x-elastic-product", "Elasticsearch"),
    ];
    Ok((headers, intake.answer).into_response())
}

/// The token that a request shows.
fn token(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = shown.split_once(' ')?;
    let is_known = ["bearer", "apikey"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some(token.trim())
}
