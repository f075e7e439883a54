//! What comes, as it comes: Server-Sent Events.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncWriteExt as _, DuplexStream},
    time::{Instant, sleep},
};
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;
use xinglin_app::{App, logs::Tail};

use super::events::view;
use crate::{
    extract::{Caller, Params},
    problem::ApiResult,
    state::AppState,
};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const COMMENT_EVERY: Duration = Duration::from_secs(15);
/// So much may wait for a slow reader, before the next look is put off.
const WAITING_BYTES: usize = 256 << 10;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogTail {
    query: Option<String>,
}

/// Follows what comes: events `event` with an event each, and `lag` with how many were left
/// out because they are too many.
#[utoipa::path(get, path = "/api/v1/logs/tail", tag = "logs", params(LogTail), responses((status = 200, body = String, content_type = "text/event-stream")))]
pub(crate) async fn tail_logs(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<LogTail>,
) -> ApiResult<Response> {
    let query = asked.query.unwrap_or_default();
    let tail = app.tail_logs(&caller.actor, &query).await?;
    let (writer, reader) = tokio::io::duplex(WAITING_BYTES);
    let stopped = app.tasks().stopped();
    let shared = app.app();
    app.tasks().spawn("tail of logs", async move {
        tokio::select! {
            () = stopped => {}
            () = follow(shared, tail, writer) => {}
        }
    });
    let mut response = Body::from_stream(ReaderStream::new(reader)).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    let fresh = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, fresh);
    Ok(response)
}

/// Writes what comes until nobody reads any more.
async fn follow(app: Arc<App>, mut tail: Tail, mut writer: DuplexStream) {
    let mut said = Instant::now();
    if writer.write_all(b": here\n\n").await.is_err() {
        return;
    }
    loop {
        sleep(LOOK_EVERY).await;
        let came = match app.tailed(&mut tail).await {
            Ok(came) => came,
            Err(error) => {
                tracing::error!(%error, "logs could not be followed");
                return;
            }
        };
        let mut text = String::new();
        if came.skipped > 0 {
            let lag = json!({"skipped": came.skipped});
            text.extend(["event: lag\ndata: ", &lag.to_string(), "\n\n"]);
        }
        for event in came.events {
            let Ok(data) = serde_json::to_string(&view(event)) else {
                continue;
            };
            text.extend(["event: event\ndata: ", &data, "\n\n"]);
        }
        if text.is_empty() && said.elapsed() >= COMMENT_EVERY {
            text.push_str(": here\n\n");
        }
        if !text.is_empty() {
            said = Instant::now();
            if writer.write_all(text.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}
