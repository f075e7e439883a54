//! Sources of logs, and what keeping logs takes.
#![expect(
    clippy::option_option,
    reason = "what is left out of a change stays, what is null is taken away"
)]

use std::net::SocketAddr;

use axum::{Json, extract::State};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AssetId, LogSourceId},
    logs::{LogSourceForm, LogSourceRow, Storage},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views,
};

/// Names a source.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogSourcePath {
    #[param(value_type = i64)]
    id: LogSourceId,
}

/// A source of logs.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogSource {
    id: i64,
    name: String,
    address: String,
    transport: String,
    parser: Option<String>,
    asset_id: Option<i64>,
    asset_name: Option<String>,
    first_seen_at: String,
    last_seen_at: Option<String>,
    events_total: i64,
    events_per_minute: u64,
    rejected: i64,
    dropped: i64,
    cut: i64,
    clock_skew_seconds: Option<i64>,
    silent_after_minutes: Option<i64>,
    #[schema(value_type = views::LogSourceState)]
    state: &'static str,
    silent_since: Option<String>,
    days_kept: Option<i64>,
    /// Events of each of the last 48 hours, the oldest first.
    hours: Vec<u64>,
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSourceInput {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    asset_id: Option<Option<AssetId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parser: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    silent_after_minutes: Option<Option<i64>>,
}

/// What keeping logs takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogStorage {
    #[schema(value_type = views::LogWriting)]
    state: &'static str,
    problem: Option<String>,
    events: u64,
    bytes: u64,
    bytes_per_event: f64,
    oldest_at: Option<String>,
    newest_at: Option<String>,
    days_kept: i64,
    events_per_day: f64,
    bytes_per_day: f64,
    /// Days until the disk is full at this rate.
    forecast_days: Option<i64>,
    /// What all logs take when the oldest are as old as they are to become.
    forecast_bytes: f64,
    disk_free_bytes: u64,
    keep_days: u32,
    least_days: u32,
    per_source: Vec<LogKeep>,
    days: Vec<LogDay>,
}

/// Where the server listens for syslog, as `address:port`; nothing where it does not.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogListeners {
    udp: Option<String>,
    tcp: Option<String>,
    tls: Option<String>,
}

/// For how long a source is kept, where that differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogKeep {
    source: String,
    keep_days: u32,
}

/// A day of logs.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogDay {
    #[schema(format = Date)]
    day: String,
    events: u64,
    bytes: u64,
}

/// What stands there, none too, is given.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Lists sources.
#[utoipa::path(get, path = "/api/v1/logs/sources", tag = "logs", responses((status = 200, body = Vec<LogSource>)))]
pub(crate) async fn list_log_sources(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogSource>>> {
    let rows = app.list_log_sources(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Changes what people decide of a source.
#[utoipa::path(patch, path = "/api/v1/logs/sources/{id}", tag = "logs", params(LogSourcePath), request_body = LogSourceInput, responses((status = 200, body = LogSource)))]
pub(crate) async fn update_log_source(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogSourcePath>,
    Body(input): Body<LogSourceInput>,
) -> ApiResult<Json<LogSource>> {
    let form = LogSourceForm {
        name: input.name,
        asset_id: input.asset_id,
        parser: input.parser,
        silent_after_minutes: input.silent_after_minutes,
    };
    let row = app.update_log_source(&caller.actor, path.id, form).await?;
    Ok(Json(view(row)))
}

/// What keeping logs takes.
#[utoipa::path(get, path = "/api/v1/logs/storage", tag = "logs", responses((status = 200, body = LogStorage)))]
pub(crate) async fn get_log_storage(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<LogStorage>> {
    let storage = app.log_storage(&caller.actor).await?;
    Ok(Json(storage_view(storage)))
}

/// Where the server listens for syslog.
#[utoipa::path(get, path = "/api/v1/logs/listeners", tag = "logs", responses((status = 200, body = LogListeners)))]
pub(crate) async fn get_log_listeners(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<LogListeners>> {
    let listening = app.log_listeners(&caller.actor)?;
    let text = |address: Option<SocketAddr>| address.map(|address| address.to_string());
    Ok(Json(LogListeners {
        udp: text(listening.udp),
        tcp: text(listening.tcp),
        tls: text(listening.tls),
    }))
}

fn view(row: LogSourceRow) -> LogSource {
    let source = row.source;
    LogSource {
        id: source.id.0,
        name: source.name,
        address: source.address,
        transport: source.transport,
        parser: source.parser,
        asset_id: source.asset_id.map(|id| id.0),
        asset_name: row.asset_name,
        first_seen_at: instant(source.first_seen_at),
        last_seen_at: source.last_seen_at.map(instant),
        events_total: source.events_total,
        events_per_minute: row.per_minute,
        rejected: source.rejected,
        dropped: source.dropped,
        cut: source.cut,
        clock_skew_seconds: source.clock_skew_seconds,
        silent_after_minutes: source.silent_after_minutes,
        state: row.state.word(),
        silent_since: source.silent_since.map(instant),
        days_kept: row.days_kept,
        hours: row.hours,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is no account")]
fn storage_view(storage: Storage) -> LogStorage {
    let days = storage.days.into_iter().map(|day| LogDay {
        day: day.day.to_string(),
        events: day.events,
        bytes: day.bytes,
    });
    let days: Vec<LogDay> = days.collect();
    let per_source = storage.per_source.into_iter();
    let per_source = per_source.map(|(source, keep_days)| LogKeep { source, keep_days });
    let in_files: u64 = days.iter().map(|day| day.events).sum();
    LogStorage {
        state: storage.state,
        problem: storage.problem,
        events: storage.events,
        bytes: storage.bytes,
        bytes_per_event: storage.bytes as f64 / in_files.max(1) as f64,
        oldest_at: storage.oldest_at.map(instant),
        newest_at: storage.newest_at.map(instant),
        days_kept: storage.days_kept,
        events_per_day: storage.events_per_day,
        bytes_per_day: storage.bytes_per_day,
        forecast_days: storage.forecast_days,
        forecast_bytes: storage.forecast_bytes,
        disk_free_bytes: storage.disk_free_bytes,
        keep_days: storage.keep_days,
        least_days: storage.least_days,
        per_source: per_source.collect(),
        days,
    }
}
