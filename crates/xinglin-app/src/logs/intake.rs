//! Logs that come as a whole: bodies of requests, and files that somebody imports.

use std::{io, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use xinglin_core::LogTokenId;
use xinglin_ingest::body::{self, Body, Limits};
use xinglin_lake::AppendError;
use xinglin_ledger::Digest;
use xinglin_store::logs;

use super::{
    Logs,
    file::{FileForm, TakeError, Watcher, take},
    ingest::of_file,
    messages::{Arrived, joined, keep},
    registry::Count,
    tokens::source_name,
    unpack::unpacked_body,
};
use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

/// The largest file that is imported.
const MOST_BYTES: usize = 60 << 20;
/// The last use of a token is stored so often at most.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// So many rejected parts of a file are named.
const MOST_REJECTS: usize = 100;

/// How messages stand in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyKind {
    /// Actions and documents as Elasticsearch takes them; the index of the request's path.
    Bulk(String),
    /// Objects of JSON, by line or in a list.
    Json,
    /// Lines of text.
    Lines,
    /// JSON of OpenTelemetry.
    Otlp,
}

/// What became of a body: the answer, in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// What the sender is answered.
    pub answer: String,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogImport {
    /// Messages in it.
    pub received: u64,
    /// Those that were kept.
    pub kept: u64,
    /// Those that were not.
    pub rejected: u64,
    /// Its bytes.
    pub bytes_in: u64,
    /// The first that were not kept: line or record, and why.
    pub rejects: Vec<(u64, String)>,
}

impl App {
    /// Takes the body of a request that shows a token, packed as its `Content-Encoding` says, and
    /// returns when what is in it is durable.
    ///
    /// # Errors
    /// [`Code::LogTokenRefused`]; [`Code::InvalidInput`] for an encoding that is not known;
    /// [`Code::TooLarge`]; [`Code::UnreadableFile`] where the body cannot be taken
    /// apart; [`Code::LogsNotWritten`], then nothing of it may be taken for kept.
    pub async fn receive_log_body(
        &self,
        token: &str,
        peer: &str,
        kind: BodyKind,
        (encoding, bytes): (&str, Vec<u8>),
    ) -> Result<Intake, AppError> {
        let source = self.source_of_token(token).await?;
        let (logs, now) = (self.logs()?, self.now());
        let like = Arrived {
            source: source.as_str().into(),
            peer: peer.into(),
            transport: "http",
            received_at: now,
            bytes: Box::default(),
        };
        let shared = Arc::clone(&logs);
        let encoding = encoding.to_owned();
        let taken = blocking(move || {
            let bytes = unpacked_body(&encoding, bytes)?;
            take_body(&shared, &like, &kind, &bytes)
        })
        .await?;
        let (intake, count) = taken?;
        logs.registry.count(&source, "http", count, now);
        Ok(intake)
    }

    /// The source of what is sent with a token.
    async fn source_of_token(&self, token: &str) -> Result<String, AppError> {
        let digest = Digest::of(token.as_bytes()).to_string();
        let found = logs::token_by_digest(self.store().db(), &digest).await?;
        let found = found.filter(|token| token.ended.is_none());
        let token = found.ok_or(AppError::new(Code::LogTokenRefused))?;
        self.touch_log_token(token.id, token.last_used_at).await?;
        Ok(token.source)
    }

    async fn touch_log_token(
        &self,
        id: LogTokenId,
        last: Option<Timestamp>,
    ) -> Result<(), AppError> {
        let now = self.now();
        if last.is_some_and(|last| now.duration_since(last) < TOUCH_AFTER) {
            return Ok(());
        }
        // The last use is no record: as with sessions, no entry.
        let tx = self.store().write().await?;
        logs::touch_token(&tx, id, now).await?;
        Ok(tx.commit().await?)
    }

    /// Imports a file: an event log of Windows, or lines of text.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::TooLarge`],
    /// [`Code::LogsNotWritten`].
    pub async fn import_logs(
        &self,
        actor: &Actor,
        source: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<LogImport, AppError> {
        actor.require(Permission::LogsManage)?;
        let source = source_name(source)?;
        if bytes.len() > MOST_BYTES {
            let expected = format!("at most {MOST_BYTES} bytes");
            return Err(AppError::new(Code::TooLarge).field("file", "", expected));
        }
        let (logs, now) = (self.logs()?, self.now());
        let like = of_file(&source, now);
        let (taken, rejects, digest) = blocking(move || {
            let digest = Digest::of(&bytes).to_string();
            let mut named = Named::default();
            let mut file = bytes.as_slice();
            let taken = take(&logs.lake, &like, FileForm::Auto, &mut file, &mut named);
            taken.map(|taken| (taken, named.0, digest))
        })
        .await??;
        self.seal_import(actor, &source, name, Some(digest), taken)
            .await?;
        Ok(LogImport {
            received: taken.received,
            kept: taken.kept,
            rejected: taken.rejected,
            bytes_in: taken.bytes_in,
            rejects,
        })
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn not_written(error: AppendError) -> AppError {
    AppError::new(Code::LogsNotWritten).caused_by(error)
}

/// Keeps the messages of a body; how many.
fn keep_body(logs: &Logs, like: &Arrived, body: &Body<'_>) -> Result<Count, AppError> {
    let messages = body.messages.iter().map(|message| Arrived {
        bytes: message.as_ref().into(),
        ..like.clone()
    });
    let count = Count {
        events: number(body.messages.len()),
        rejected: number(body.rejected),
    };
    keep(&logs.lake, &joined(messages.collect())).map_err(not_written)?;
    Ok(count)
}

fn take_body(
    logs: &Logs,
    like: &Arrived,
    kind: &BodyKind,
    bytes: &[u8],
) -> Result<(Intake, Count), AppError> {
    let limits = Limits::default();
    let unreadable = |error: body::BodyError| {
        AppError::new(Code::UnreadableFile).field("body", "", error.to_string())
    };
    let (answer, count) = match kind {
        BodyKind::Bulk(index) => {
            let bulk = body::bulk(bytes, limits).map_err(unreadable)?;
            let count = keep_body(logs, like, &bulk.body)?;
            (bulk.answer(0, index), count)
        }
        BodyKind::Otlp => {
            let body = body::otlp(bytes, limits).map_err(unreadable)?;
            let count = keep_body(logs, like, &body)?;
            (body::otlp_answer(&body), count)
        }
        BodyKind::Json | BodyKind::Lines => {
            let body = match kind {
                BodyKind::Json => body::json(bytes, limits),
                _ => body::lines(bytes, limits),
            };
            let count = keep_body(logs, like, &body)?;
            let rejects = body.rejects.iter();
            let rejects =
                rejects.map(|reject| json!({"line": reject.line, "reason": reject.reason.word()}));
            let answer = json!({
                "kept": count.events,
                "rejected": count.rejected,
                "rejects": rejects.collect::<Vec<_>>(),
            });
            (answer.to_string(), count)
        }
    };
    Ok((Intake { answer }, count))
}

/// What is named of an import.
#[derive(Default)]
struct Named(Vec<(u64, String)>);

impl Watcher for Named {
    fn rejected(&mut self, number: u64, reason: &str, _bytes: &[u8]) -> io::Result<()> {
        let is_new = self.0.last().is_none_or(|(last, _)| *last != number);
        if is_new && self.0.len() < MOST_REJECTS {
            self.0.push((number, reason.to_owned()));
        }
        Ok(())
    }
}

impl From<TakeError> for AppError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Append(error) => not_written(error),
            TakeError::Told(error) => Self::internal(error),
            TakeError::Form => {
                let expected = "a file of the form that was named";
                Self::new(Code::UnreadableFile).field("format", "", expected)
            }
            TakeError::TooLong => {
                let expected = "one object a line";
                Self::new(Code::UnreadableFile).field("file", error.to_string(), expected)
            }
            TakeError::Read(cause) => Self::new(Code::UnreadableFile).caused_by(cause),
        }
    }
}
