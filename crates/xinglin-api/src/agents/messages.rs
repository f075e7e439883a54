//! The messages of agents, and answers in plain words: who reads them reads a log.

use std::{future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Extension, Json, Router,
    body::{Body, Bytes, HttpBody as _},
    extract::{DefaultBodyLimit, FromRequest as _, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use tokio_util::io::ReaderStream;
use tower_http::catch_panic::CatchPanicLayer;
use xinglin_app::{
    App, AppError, Code,
    agents::{Agent, OfferedProgram},
    core::Fault,
};
use xinglin_wire::{
    Enrol, FilesReport, Lines, LogsAsk, LogsBegin, MOST_LINES_BYTES, Report, paths,
};

use crate::problem::panicked;

/// A request for a certificate has about a thousand bytes.
const MAX_ENROL_BYTES: usize = 64 << 10;
/// Whole facts of a large host have about a million.
const MAX_REPORT_BYTES: usize = 16 << 20;
/// How reading of some thousand files goes.
const MAX_ASK_BYTES: usize = 4 << 20;
/// So many reports, and so many batches of lines, are held in memory at a time.
const MOST_REPORTS: usize = 16;
/// A message arrives in this time; agents wait for an answer a minute.
const ARRIVAL: Duration = Duration::from_secs(50);

/// The certificate (DER) that a client showed.
#[derive(Debug, Clone)]
pub(super) struct Shown(pub(super) Option<Vec<u8>>);

#[derive(Clone)]
struct Agents {
    app: Arc<App>,
    room: Arc<Semaphore>,
    /// Of its own: lines wait for the disk, and inspections must not wait for them.
    lines: Arc<Semaphore>,
}

pub(super) fn router(app: Arc<App>) -> Router {
    let state = Agents {
        app,
        room: Arc::new(Semaphore::new(MOST_REPORTS)),
        lines: Arc::new(Semaphore::new(MOST_REPORTS)),
    };
    Router::new()
        .route(paths::ENROL, post(enrol))
        .route(
            paths::REPORT,
            post(report).layer(DefaultBodyLimit::max(MAX_REPORT_BYTES)),
        )
        .route(
            paths::FILES,
            post(files).layer(DefaultBodyLimit::max(MAX_REPORT_BYTES)),
        )
        .route(
            paths::LOGS,
            post(wanted_logs).layer(DefaultBodyLimit::max(MAX_ASK_BYTES)),
        )
        .route(paths::LOGS_BEGIN, post(begin_log))
        .route(
            paths::LOG_LINES,
            post(log_lines).layer(DefaultBodyLimit::max(MOST_LINES_BYTES)),
        )
        .route(paths::PROGRAM, get(program))
        .layer(DefaultBodyLimit::max(MAX_ENROL_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(state)
}

async fn enrol(State(agents): State<Agents>, request: Request) -> Result<Response, Refusal> {
    let message: Enrol = read(&bytes(request).await?)?;
    let enrolled = agents.app.enrol_agent(message).await?;
    tracing::info!(agent = enrolled.agent, "an agent enrolled");
    Ok(Json(enrolled).into_response())
}

async fn report(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
    request: Request,
) -> Result<Response, Refusal> {
    let (agent, message, _room): (_, Report, _) = admitted(&agents, &shown, request).await?;
    let reply = agents.app.take_report(&agent, message).await?;
    Ok(Json(reply).into_response())
}

async fn files(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
    request: Request,
) -> Result<Response, Refusal> {
    let (agent, message, _room): (_, FilesReport, _) = admitted(&agents, &shown, request).await?;
    let reply = agents.app.take_files(&agent, message).await?;
    Ok(Json(reply).into_response())
}

async fn wanted_logs(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
    request: Request,
) -> Result<Response, Refusal> {
    let (agent, ask, _room): (_, LogsAsk, _) = admitted(&agents, &shown, request).await?;
    let reply = agents.app.wanted_logs(&agent, ask).await?;
    Ok(Json(reply).into_response())
}

async fn begin_log(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
    request: Request,
) -> Result<Response, Refusal> {
    let (agent, begin, _room): (_, LogsBegin, _) = admitted(&agents, &shown, request).await?;
    let reply = agents.app.begin_log(&agent, begin).await?;
    Ok(Json(reply).into_response())
}

async fn log_lines(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
    request: Request,
) -> Result<Response, Refusal> {
    let (agent, bytes, _room) = admitted_bytes(&agents, &agents.lines, &shown, request).await?;
    let lines = Lines::read(&bytes).map_err(Refusal::unreadable)?;
    drop(bytes);
    let reply = agents.app.take_log_lines(&agent, lines).await?;
    Ok(Json(reply).into_response())
}

/// A message of an agent that is known, and the room it takes while it is worked on.
async fn admitted<'a, T: DeserializeOwned>(
    agents: &'a Agents,
    shown: &Shown,
    request: Request,
) -> Result<(Agent, T, SemaphorePermit<'a>), Refusal> {
    let (agent, bytes, room) = admitted_bytes(agents, &agents.room, shown, request).await?;
    Ok((agent, read(&bytes)?, room))
}

async fn admitted_bytes<'a>(
    agents: &Agents,
    room: &'a Semaphore,
    shown: &Shown,
    request: Request,
) -> Result<(Agent, Bytes, SemaphorePermit<'a>), Refusal> {
    let agent = match known(&agents.app, shown).await {
        Ok(agent) => agent,
        Err(refusal) => {
            // Who is still sending when the connection ends does not see the answer.
            if shown.0.is_some() {
                drop(timeout(ARRIVAL, drain(request.into_body())).await);
            }
            return Err(refusal);
        }
    };
    let waited = timeout(ARRIVAL, room.acquire()).await;
    let Ok(Ok(room)) = waited else {
        return Err(Refusal::busy());
    };
    Ok((agent, bytes(request).await?, room))
}

async fn program(
    State(agents): State<Agents>,
    Extension(shown): Extension<Shown>,
) -> Result<Response, Refusal> {
    known(&agents.app, &shown).await?;
    let OfferedProgram { path, size_bytes } = agents.app.offered_program().await?;
    let file = tokio::fs::File::open(path).await;
    let file = file.map_err(AppError::internal)?;
    let body = Body::from_stream(ReaderStream::new(file));
    Ok(([(header::CONTENT_LENGTH, size_bytes)], body).into_response())
}

/// The agent that calls.
async fn known(app: &App, shown: &Shown) -> Result<Agent, Refusal> {
    let Some(certificate) = &shown.0 else {
        return Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            why: "show the certificate that enrolling gave".to_owned(),
        });
    };
    Ok(app.agent_of(certificate).await?)
}

/// A message that arrived whole and in time.
async fn bytes(request: Request) -> Result<Bytes, Refusal> {
    let bytes = timeout(ARRIVAL, Bytes::from_request(request, &())).await;
    let bytes = bytes.map_err(|_| Refusal {
        status: StatusCode::REQUEST_TIMEOUT,
        why: "the message did not arrive in time".to_owned(),
    })?;
    bytes.map_err(|rejection| Refusal {
        status: rejection.status(),
        why: rejection.body_text(),
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(Refusal::unreadable)
}

async fn drain(mut body: Body) {
    let mut room = MAX_REPORT_BYTES;
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        room = room.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if room == 0 {
            return;
        }
    }
}

/// What is not done, and why, on one line.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    why: String,
}

impl Refusal {
    fn unreadable(error: impl std::fmt::Display) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            why: error.to_string(),
        }
    }

    fn busy() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            why: "too many reports at a time".to_owned(),
        }
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let code = error.code();
        // An agent gives up a message that will never be taken, and tries any other again.
        let status = match (code, code.fault()) {
            (Code::TooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
            (_, Fault::Invalid | Fault::Unreadable) => StatusCode::BAD_REQUEST,
            (_, Fault::Forbidden) => StatusCode::FORBIDDEN,
            (_, Fault::NotFound) => StatusCode::NOT_FOUND,
            (_, Fault::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        if code == Code::Internal {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let cause = cause.unwrap_or_default();
            tracing::error!(error = %cause, "a message of an agent failed");
        }
        Self {
            status,
            why: format!("{}: {error}", code.slug()),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        tracing::warn!(status = self.status.as_u16(), why = %self.why, "an agent was refused");
        (self.status, format!("{}\n", self.why)).into_response()
    }
}
