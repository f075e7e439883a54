//! Saved searches, tokens to send with, imports, and trying parsers.

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::{LogSearchId, LogTokenId},
    logs::{LogSearchForm, LogSearchRow, LogToken as Kept, LogTokenForm},
};

use super::events::{LogField, at_from, fields, precise};
use crate::{
    extract::{Body, Caller, Language, PathOf},
    problem::{ApiError, ApiResult},
    state::AppState,
    time::instant,
    upload::broken,
    views::{LogTimeSource, Reason},
};

/// Names a saved search.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogSearchPath {
    #[param(value_type = i64)]
    pub(crate) id: LogSearchId,
}

/// Names a token.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogTokenPath {
    #[param(value_type = i64)]
    id: LogTokenId,
}

/// A saved search.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedSearch {
    id: i64,
    name: String,
    query: String,
    span: String,
    shared: bool,
    owner_name: String,
    created_at: String,
}

/// A search to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedSearchInput {
    name: String,
    query: String,
    /// Over which time, such as `24h`.
    span: String,
    shared: bool,
}

/// A token with which logs are sent, without itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogToken {
    id: i64,
    name: String,
    source: String,
    created_at: String,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
}

/// A token that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogTokenInput {
    name: String,
    source: String,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeLogToken {
    id: i64,
    /// It is shown now and never again.
    token: String,
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogImport {
    received: u64,
    kept: u64,
    rejected: u64,
    bytes_in: u64,
    rejects: Vec<LogReject>,
}

/// A part of a file that was not kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogReject {
    /// The line, or the number of the record.
    line: u64,
    reason: String,
}

/// A file of logs and the source it is of.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct LogImportForm {
    source: String,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The parts of that form.
pub(crate) struct LogFile {
    source: String,
    name: String,
    bytes: Vec<u8>,
}

impl FromRequest<AppState> for LogFile {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            AppError::new(Code::InvalidInput).field("content-type", "", "multipart/form-data")
        })?;
        let mut read = Self {
            source: String::new(),
            name: String::new(),
            bytes: Vec::new(),
        };
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            match field.name() {
                Some("source") => {
                    read.source = field.text().await.map_err(|error| broken(&error))?;
                }
                Some("file") => {
                    field
                        .file_name()
                        .unwrap_or("file")
                        .clone_into(&mut read.name);
                    let bytes = field.bytes().await.map_err(|error| broken(&error))?;
                    read.bytes = bytes.to_vec();
                }
                _ => {}
            }
        }
        if read.name.is_empty() {
            let expected = "a form field with a file";
            let error = AppError::new(Code::InvalidInput);
            return Err(error.field("file", "", expected).into());
        }
        Ok(read)
    }
}

/// A message to be read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogTrialInput {
    text: String,
    /// The parser it is for; none to recognise it.
    parser: Option<String>,
}

/// What was read in a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogTrial {
    parser: Option<String>,
    event: TriedEvent,
    /// What could not be read as it should, by the words of parsers.
    notes: Vec<&'static str>,
}

/// An event that is not kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriedEvent {
    at: String,
    #[schema(value_type = LogTimeSource)]
    at_from: &'static str,
    received_at: String,
    source: String,
    peer: String,
    transport: String,
    text: String,
    fields: Vec<LogField>,
}

/// A parser.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogParser {
    name: String,
    title: String,
}

/// Lists one's own saved searches and those that are shared.
#[utoipa::path(get, path = "/api/v1/logs/searches", tag = "logs", responses((status = 200, body = Vec<SavedSearch>)))]
pub(crate) async fn list_log_searches(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<SavedSearch>>> {
    let rows = app.list_log_searches(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(search_view).collect()))
}

/// Saves a search.
#[utoipa::path(post, path = "/api/v1/logs/searches", tag = "logs", request_body = SavedSearchInput, responses((status = 201, body = SavedSearch)))]
pub(crate) async fn save_log_search(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<SavedSearchInput>,
) -> ApiResult<(StatusCode, Json<SavedSearch>)> {
    let form = LogSearchForm {
        name: input.name,
        query: input.query,
        span: input.span,
        shared: input.shared,
    };
    let row = app.save_log_search(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(search_view(row))))
}

/// Removes a search of one's own.
#[utoipa::path(delete, path = "/api/v1/logs/searches/{id}", tag = "logs", params(LogSearchPath), responses((status = 204)))]
pub(crate) async fn delete_log_search(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogSearchPath>,
) -> ApiResult<StatusCode> {
    app.delete_log_search(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists tokens.
#[utoipa::path(get, path = "/api/v1/logs/tokens", tag = "logs", responses((status = 200, body = Vec<LogToken>)))]
pub(crate) async fn list_log_tokens(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogToken>>> {
    let tokens = app.list_log_tokens(&caller.actor).await?;
    Ok(Json(tokens.into_iter().map(token_view).collect()))
}

/// Makes a token; it is shown once.
#[utoipa::path(post, path = "/api/v1/logs/tokens", tag = "logs", request_body = LogTokenInput, responses((status = 201, body = MadeLogToken)))]
pub(crate) async fn create_log_token(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogTokenInput>,
) -> ApiResult<(StatusCode, Json<MadeLogToken>)> {
    let form = LogTokenForm {
        name: input.name,
        source: input.source,
    };
    let made = app.make_log_token(&caller.actor, form).await?;
    let view = MadeLogToken {
        id: made.kept.id.0,
        token: made.token,
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Takes a token back.
#[utoipa::path(delete, path = "/api/v1/logs/tokens/{id}", tag = "logs", params(LogTokenPath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn end_log_token(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogTokenPath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.end_log_token(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Imports a file: an event log of Windows (EVTX), or lines of text.
#[utoipa::path(post, path = "/api/v1/logs/imports", tag = "logs", request_body(content = LogImportForm, content_type = "multipart/form-data"), responses((status = 200, body = LogImport)))]
pub(crate) async fn import_logs(
    State(app): State<AppState>,
    caller: Caller,
    file: LogFile,
) -> ApiResult<Json<LogImport>> {
    let import = app
        .import_logs(&caller.actor, &file.source, &file.name, file.bytes)
        .await?;
    let rejects = import.rejects.into_iter();
    let rejects = rejects.map(|(line, reason)| LogReject { line, reason });
    Ok(Json(LogImport {
        received: import.received,
        kept: import.kept,
        rejected: import.rejected,
        bytes_in: import.bytes_in,
        rejects: rejects.collect(),
    }))
}

/// Reads a message as it would be read if it came now; nothing is kept.
#[utoipa::path(post, path = "/api/v1/logs/trial", tag = "logs", request_body = LogTrialInput, responses((status = 200, body = LogTrial)))]
pub(crate) async fn try_log_parser(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogTrialInput>,
) -> ApiResult<Json<LogTrial>> {
    let trial = app.try_log_parser(&caller.actor, &input.text, input.parser.as_deref())?;
    let event = TriedEvent {
        at: precise(trial.event.at),
        at_from: at_from(trial.event.at_from),
        received_at: precise(trial.received_at),
        source: String::new(),
        peer: String::new(),
        transport: String::new(),
        fields: fields(&trial.event),
        text: trial.event.text.into_owned(),
    };
    Ok(Json(LogTrial {
        parser: trial.parser,
        event,
        notes: trial.notes,
    }))
}

/// Lists parsers, in the order in which they are tried.
#[utoipa::path(get, path = "/api/v1/logs/parsers", tag = "logs", responses((status = 200, body = Vec<LogParser>)))]
pub(crate) async fn list_log_parsers(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
) -> ApiResult<Json<Vec<LogParser>>> {
    let parsers = app.list_log_parsers(&caller.actor)?.into_iter();
    let parsers = parsers.map(|parser| LogParser {
        title: parser.title.get(lang).to_owned(),
        name: parser.name,
    });
    Ok(Json(parsers.collect()))
}

fn search_view(row: LogSearchRow) -> SavedSearch {
    let search = row.search;
    SavedSearch {
        id: search.id.0,
        name: search.name,
        query: search.query,
        span: search.span,
        shared: search.shared,
        owner_name: row.owner_name,
        created_at: instant(search.created_at),
    }
}

fn token_view(token: Kept) -> LogToken {
    LogToken {
        id: token.id.0,
        name: token.name,
        source: token.source,
        created_at: instant(token.created_at),
        last_used_at: token.last_used_at.map(instant),
        revoked_at: token.ended.map(|ended| instant(ended.at)),
    }
}
