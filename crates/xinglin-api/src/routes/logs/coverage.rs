//! Whose logs are collected: for assessors.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{core::AssetId, logs};

use crate::{
    extract::{Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{LogCollected, LogSourceState},
    words,
};

/// Names an asset.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LoggedAssetPath {
    #[param(value_type = i64)]
    id: AssetId,
}

/// Whose logs are collected, of all assets in scope.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogCoverage {
    /// Assets in scope, those that need a look first.
    assets: Vec<AssetLogs>,
    /// Of these, those that send.
    sending: u64,
    /// Sources that are no asset yet.
    unassigned: Vec<UnassignedLogSource>,
    /// For how many days there are logs at all.
    days_kept: i64,
    /// For how many days logs are to be kept, of the asset whose are kept shortest.
    shortest_keep_days: u32,
    /// The asset that stands for this program, whose evidence all this is.
    platform: Option<LogPlatform>,
}

/// The asset that stands for this program.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogPlatform {
    asset_id: i64,
    name: String,
}

/// The logs of one asset.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssetLogs {
    asset_id: i64,
    name: String,
    #[schema(value_type = words::ObjectType)]
    object_type: &'static str,
    #[schema(value_type = LogCollected)]
    collected: &'static str,
    sources: Vec<CollectedLogs>,
}

/// The logs of one source.
#[derive(Serialize, ToSchema)]
pub(crate) struct CollectedLogs {
    source_id: i64,
    name: String,
    #[schema(value_type = LogSourceState)]
    state: &'static str,
    since: String,
    last_seen_at: Option<String>,
    days_kept: i64,
    keep_days: u32,
    /// Null where that is not known.
    clock_in_step: Option<bool>,
    /// Events of each hour, the oldest first, since it was first heard, for a week at most.
    hours: Vec<u64>,
    /// Which of these hours are gaps.
    gaps: Vec<bool>,
    gap_hours: u32,
    longest_gap_hours: u32,
    /// Days without an event since the oldest that is kept, where there should have been some.
    missing_days: Vec<String>,
    /// A search that shows its logs.
    search: String,
}

/// A source that is no asset yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnassignedLogSource {
    id: i64,
    name: String,
}

/// Whose logs are collected, of all assets in scope.
#[utoipa::path(get, path = "/api/v1/logs/coverage", tag = "logs", responses((status = 200, body = LogCoverage)))]
pub(crate) async fn get_log_coverage(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<LogCoverage>> {
    let coverage = app.log_coverage(&caller.actor).await?;
    let sends = |one: &&logs::AssetLogs| one.collected == logs::Collected::Sending;
    let sending = coverage.assets.iter().filter(sends).count();
    let unassigned = coverage.unassigned.into_iter();
    Ok(Json(LogCoverage {
        sending: u64::try_from(sending).unwrap_or_default(),
        assets: coverage.assets.into_iter().map(view).collect(),
        unassigned: unassigned
            .map(|source| UnassignedLogSource {
                id: source.id.0,
                name: source.name,
            })
            .collect(),
        days_kept: coverage.days_kept,
        shortest_keep_days: coverage.shortest_keep_days,
        platform: coverage.platform.map(|one| LogPlatform {
            asset_id: one.asset_id.0,
            name: one.name,
        }),
    }))
}

/// Whether the logs of one asset are collected.
#[utoipa::path(get, path = "/api/v1/assets/{id}/logs", tag = "logs", params(LoggedAssetPath), responses((status = 200, body = AssetLogs)))]
pub(crate) async fn get_asset_logs(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LoggedAssetPath>,
) -> ApiResult<Json<AssetLogs>> {
    Ok(Json(view(app.asset_logs(&caller.actor, path.id).await?)))
}

fn view(one: logs::AssetLogs) -> AssetLogs {
    AssetLogs {
        asset_id: one.asset_id.0,
        name: one.name,
        object_type: one.object_type.word(),
        collected: one.collected.word(),
        sources: one.sources.into_iter().map(source_view).collect(),
    }
}

fn source_view(one: logs::SourceLogs) -> CollectedLogs {
    CollectedLogs {
        source_id: one.source.id.0,
        state: one.state.word(),
        since: instant(one.source.first_seen_at),
        last_seen_at: one.source.last_seen_at.map(instant),
        name: one.source.name,
        days_kept: one.days_kept,
        keep_days: one.keep_days,
        clock_in_step: one.clock_in_step,
        hours: one.hours,
        gaps: one.gaps,
        gap_hours: one.gap_hours,
        longest_gap_hours: one.longest_gap_hours,
        missing_days: one.missing_days.iter().map(ToString::to_string).collect(),
        search: one.search,
    }
}
