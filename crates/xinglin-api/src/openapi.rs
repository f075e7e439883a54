//! The OpenAPI document, generated from the handlers, and a page that reads it aloud.

use axum::{Json, Router, response::Html, routing::get};
use utoipa::OpenApi;

use crate::{problem, routes, state::AppState};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xinglin",
        description = "The one public API of Xinglin; the page uses nothing else. See docs/api.md for the rules all operations share.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(problem::Problem, problem::ProblemField))
)]
pub(crate) struct Base;

/// The OpenAPI 3.1 document of all operations.
pub fn document() -> utoipa::openapi::OpenApi {
    routes::table().split_for_parts().1
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/openapi.json", get(|| async { Json(document()) }))
        .route("/api/docs", get(|| async { Html(reader(&document())) }))
}

/// A plain page of all operations: no script, so that it needs no exception in the policy.
fn reader(document: &utoipa::openapi::OpenApi) -> String {
    use std::fmt::Write as _;

    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Xinglin API</title></head><body><main><h1>Xinglin API</h1><p><a href=\"/api/openapi.json\">openapi.json</a></p>",
    );
    let Ok(serde_json::Value::Object(json)) = serde_json::to_value(document) else {
        return page;
    };
    let paths = json.get("paths").and_then(|paths| paths.as_object());
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let text = |key: &str| {
                let text = operation.get(key).and_then(|text| text.as_str());
                escape(text.unwrap_or_default())
            };
            // Writing to a String cannot fail.
            let _ = write!(
                page,
                "<h2><code>{} {}</code></h2><p>{} {}</p>",
                method.to_uppercase(),
                escape(path),
                text("summary"),
                text("description")
            );
        }
    }
    page.push_str("</main></body></html>");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
