//! The built page, embedded in the binary and served with a strict content policy.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use xinglin_app::{AppError, Code};

use crate::{extract::PathOf, problem::ApiError, state::AppState};

const NONCE_MARK: &str = "__CSP_NONCE__";

const STUB: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Xinglin</title><h1>杏林盾 Xinglin</h1><p>This binary was built without the page. Build it with <code>cargo xtask up</code>, or use the API at <a href=\"/api/docs\">/api/docs</a>.</p></html>";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/{*rest}", get(no_such_operation))
        .route("/problems/{slug}", get(problem_page))
        .fallback(page)
}

async fn no_such_operation() -> ApiError {
    AppError::new(Code::NotFound).into()
}

/// What a problem's `type` points to: what it means and what to do.
async fn problem_page(State(state): State<AppState>, PathOf(slug): PathOf<String>) -> Response {
    let file = state
        .config
        .problems
        .and_then(|dir| dir.get_file(format!("{slug}.md")));
    match file {
        Some(file) => (
            [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")],
            file.contents(),
        )
            .into_response(),
        None => no_such_operation().await.into_response(),
    }
}

async fn page(State(state): State<AppState>, uri: Uri, request_headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return no_such_operation().await.into_response();
    }
    let Some(dir) = state.config.page else {
        return Html(STUB).into_response();
    };
    if !path.is_empty() && path != "index.html" {
        let gzip = accepts_gzip(&request_headers);
        let packed = gzip.then(|| dir.get_file(format!("{path}.gz"))).flatten();
        if let Some(file) = packed.or_else(|| dir.get_file(path)) {
            return asset(path, file.contents(), packed.is_some());
        }
        if path.starts_with("assets/") {
            return StatusCode::NOT_FOUND.into_response();
        }
    }
    match dir.get_file("index.html").and_then(|f| f.contents_utf8()) {
        Some(html) => index(html),
        None => Html(STUB).into_response(),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|part| part.trim().starts_with("gzip")))
}

fn asset(path: &str, bytes: &'static [u8], packed: bool) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    // Files under assets/ carry their digest in the name.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// The page with a fresh nonce, the same in its policy: no inline style without it.
fn index(html: &str) -> Response {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let nonce = hex::encode(bytes);
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut response = Html(html.replace(NONCE_MARK, &nonce)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
