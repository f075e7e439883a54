//! Collector scripts.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    extract::{Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    upload::Download,
    words,
};

/// Names a collector script.
#[derive(Deserialize, IntoParams)]
pub(crate) struct CollectorPath {
    name: String,
}

/// A script to run beside a thing that cannot be reached from here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Collector {
    /// Its file name.
    name: String,
    #[schema(value_type = words::Family)]
    family: &'static str,
}

/// Collector scripts, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct CollectorList {
    items: Vec<Collector>,
    total: u64,
}

/// Lists collector scripts.
#[utoipa::path(get, path = "/api/v1/collectors", tag = "inspections", responses((status = 200, body = CollectorList)))]
pub(crate) async fn list_collectors(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<CollectorList>> {
    let scripts = app.list_collectors(&caller.actor)?;
    let items: Vec<_> = scripts
        .into_iter()
        .map(|script| Collector {
            name: script.name,
            family: script.family.word(),
        })
        .collect();
    let total = items.len() as u64;
    Ok(Json(CollectorList { items, total }))
}

/// One collector script, to be saved. What it writes is uploaded to an asset's inspections.
#[utoipa::path(get, path = "/api/v1/collectors/{name}", tag = "inspections", params(CollectorPath), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn get_collector(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<CollectorPath>,
) -> ApiResult<Download> {
    let script = app.collector(&caller.actor, &path.name)?;
    Ok(Download {
        name: script.file_name,
        media_type: "text/plain; charset=utf-8".to_owned(),
        bytes: script.bytes,
    })
}
