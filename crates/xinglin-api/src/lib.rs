//! The HTTP edge: routes, extractors, problem details, OpenAPI and the embedded page.
//!
//! A handler takes its extractors, makes one call into `xinglin-app` and turns the answer
//! into a view; it holds no rule. The URL map is the table in [`routes`].
//!
//! Agents call a listener of their own ([`agents`]).
//!
//! **Invariant:** `/api` never falls through to the page.

pub mod agents;
mod extract;
mod openapi;
mod problem;
mod read;
pub mod routes;
mod security;
mod sort;
mod state;
mod time;
mod upload;
mod views;
mod web;
mod words;

pub use openapi::document;
pub use state::ApiConfig;

use std::sync::Arc;

use axum::{Router, middleware};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};
use xinglin_app::App;

/// The whole HTTP service over one application.
pub fn router(app: Arc<App>, config: ApiConfig) -> Router {
    let state = state::AppState::new(app, config);
    let (api, _) = routes::table().split_for_parts();
    api.merge(openapi::routes())
        .merge(routes::logs::receive::routes())
        .merge(web::routes())
        .layer(RequestBodyLimitLayer::new(state::MAX_BODY_BYTES))
        .layer(axum::extract::DefaultBodyLimit::disable())
        // Outside everything: a panic in one request must not stop the server, and its
        // answer too carries the headers.
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(security::headers))
        .with_state(state)
}
