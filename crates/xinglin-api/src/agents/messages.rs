//! The three messages of agents, and answers in plain words: who reads them reads a log.

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
use xinglin_wire::{Enrol, FilesReport, Report, paths};

use crate::problem::panicked;

/// A request for a certificate has about a thousand bytes.
const MAX_ENROL_BYTES: usize = 64 << 10;
/// Whole facts of a large host have about a million.
const MAX_REPORT_BYTES: usize = 16 << 20;
/// So many reports are held in memory at a time.
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
}

pub(super) fn router(app: Arc<App>) -> Router {
    let state = Agents {
        app,
        room: Arc::new(Semaphore::new(MOST_REPORTS)),
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
        .route(paths::PROGRAM, get(program))
        .layer(DefaultBodyLimit::max(MAX_ENROL_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(state)
}

async fn enrol(State(agents): State<Agents>, request: Request) -> Result<Response, Refusal> {
    let message: Enrol = arrived(request).await?;
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

/// A message of an agent that is known, and the room it takes while it is worked on.
async fn admitted<'a, T: DeserializeOwned>(
    agents: &'a Agents,
    shown: &Shown,
    request: Request,
) -> Result<(Agent, T, SemaphorePermit<'a>), Refusal> {
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
    let waited = timeout(ARRIVAL, agents.room.acquire()).await;
    let Ok(Ok(room)) = waited else {
        return Err(Refusal::busy());
    };
    Ok((agent, arrived(request).await?, room))
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
async fn arrived<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let bytes = timeout(ARRIVAL, Bytes::from_request(request, &())).await;
    let bytes = bytes.map_err(|_| Refusal {
        status: StatusCode::REQUEST_TIMEOUT,
        why: "the message did not arrive in time".to_owned(),
    })?;
    let bytes = bytes.map_err(|rejection| Refusal {
        status: rejection.status(),
        why: rejection.body_text(),
    })?;
    serde_json::from_slice(&bytes).map_err(|error| Refusal {
        status: StatusCode::BAD_REQUEST,
        why: error.to_string(),
    })
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
