//! Files and journals that are followed, by the server or by agents on their hosts.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    core::{AgentId, LogInputId},
    logs::{FileProgress, LogInputChange, LogInputForm, LogInputRow, Problem},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
};

/// So many files, and so many problems, of one input are told of.
const MOST_TOLD: usize = 100;

/// Names what is followed.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogInputPath {
    #[param(value_type = i64)]
    id: LogInputId,
}

/// Files or a journal that are followed.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogInput {
    id: i64,
    /// The agent that reads it on its host; none for what the server reads itself.
    agent_id: Option<i64>,
    /// That host's name in the register.
    host: Option<String>,
    /// `file` or `journal`.
    kind: String,
    paths: Vec<String>,
    /// `auto`, `utf-8`, `gb18030`, `utf-16le` or `utf-16be`.
    encoding: String,
    source: String,
    enabled: bool,
    from_start: bool,
    created_at: String,
    /// `following`, `partly`, `waiting`, `failing`, `starting`, `paused`, `stopped` or `away`.
    state: &'static str,
    /// Lines or entries since the server was started.
    received: u64,
    last_seen_at: Option<String>,
    /// When the last entry of a journal that was read was written.
    position_at: Option<String>,
    /// Bytes in its files that were not read yet.
    behind_bytes: u64,
    files_total: usize,
    /// The first of its files.
    files: Vec<LogInputFile>,
    /// What is not read.
    problems: Vec<LogInputProblem>,
}

/// How far a file was read.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogInputFile {
    path: String,
    read_bytes: u64,
    bytes: u64,
}

/// Something that is not read.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogInputProblem {
    path: String,
    /// `missing`, `denied`, `outside`, `too-many`, `no-file`, `unreadable` or `ended`.
    problem: &'static str,
}

/// Something that is to be followed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogInputInput {
    /// The agent that is to read it on its host; none for what the server reads itself.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    agent_id: Option<AgentId>,
    /// `file` or `journal`.
    kind: String,
    /// Absolute paths of files and folders, names with `*` and `?`, `**` for any folders; the
    /// folder of a journal, or none for that of the system.
    #[serde(default)]
    paths: Vec<String>,
    /// `auto` where nothing is said.
    #[serde(default = "auto")]
    encoding: String,
    source: String,
    /// Whether what is there already is read, too.
    #[serde(default)]
    from_start: bool,
    /// The parser of the source; left out, that stays as it is.
    #[serde(default)]
    parser: Option<String>,
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogInputUpdate {
    #[serde(default)]
    paths: Option<Vec<String>>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    enabled: Option<bool>,
}

fn auto() -> String {
    "auto".to_owned()
}

/// Lists what is followed, and how that goes.
#[utoipa::path(get, path = "/api/v1/logs/inputs", tag = "logs", responses((status = 200, body = Vec<LogInput>)))]
pub(crate) async fn list_log_inputs(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogInput>>> {
    let rows = app.list_log_inputs(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Sets up something that is followed from now on.
#[utoipa::path(post, path = "/api/v1/logs/inputs", tag = "logs", request_body = LogInputInput, responses((status = 201, body = LogInput)))]
pub(crate) async fn create_log_input(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogInputInput>,
) -> ApiResult<(StatusCode, Json<LogInput>)> {
    let form = LogInputForm {
        agent_id: input.agent_id,
        kind: input.kind,
        paths: input.paths,
        encoding: input.encoding,
        source: input.source,
        from_start: input.from_start,
        parser: input.parser,
    };
    let row = app.create_log_input(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Changes what is followed, or whether it is.
#[utoipa::path(patch, path = "/api/v1/logs/inputs/{id}", tag = "logs", params(LogInputPath), request_body = LogInputUpdate, responses((status = 200, body = LogInput)))]
pub(crate) async fn update_log_input(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogInputPath>,
    Body(input): Body<LogInputUpdate>,
) -> ApiResult<Json<LogInput>> {
    let form = LogInputChange {
        paths: input.paths,
        encoding: input.encoding,
        source: input.source,
        enabled: input.enabled,
    };
    let row = app.update_log_input(&caller.actor, path.id, form).await?;
    Ok(Json(view(row)))
}

/// Follows something no longer; what was read stays.
#[utoipa::path(delete, path = "/api/v1/logs/inputs/{id}", tag = "logs", params(LogInputPath), responses((status = 204)))]
pub(crate) async fn delete_log_input(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogInputPath>,
) -> ApiResult<StatusCode> {
    app.delete_log_input(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(row: LogInputRow) -> LogInput {
    let LogInputRow {
        input,
        host,
        progress,
        ..
    } = row;
    let behind = |file: &FileProgress| file.length.saturating_sub(file.read);
    let files = progress.files.iter().take(MOST_TOLD);
    let problems = progress.problems.iter().take(MOST_TOLD);
    LogInput {
        id: input.id.0,
        agent_id: input.agent_id.map(|agent| agent.0),
        host,
        kind: input.kind,
        paths: input.paths,
        encoding: input.encoding,
        source: input.source,
        enabled: input.enabled,
        from_start: input.from_start,
        created_at: instant(input.created_at),
        state: row.state.word(),
        received: row.received,
        last_seen_at: row.last_seen_at.map(instant),
        position_at: row.position_at.map(instant),
        behind_bytes: progress.files.iter().map(behind).sum(),
        files_total: progress.files.len(),
        files: files.map(file_view).collect(),
        problems: problems.map(problem_view).collect(),
    }
}

fn file_view(file: &FileProgress) -> LogInputFile {
    LogInputFile {
        path: file.path.to_string_lossy().into_owned(),
        read_bytes: file.read,
        bytes: file.length,
    }
}

fn problem_view(problem: &Problem) -> LogInputProblem {
    LogInputProblem {
        path: problem.path.to_string_lossy().into_owned(),
        problem: problem.trouble.word(),
    }
}
