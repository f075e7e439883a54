//! Files that are taken into the logs whole: by the command line into a data folder, without a
//! server, or by somebody who imports one.

use std::{
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::json;
use xinglin_lake::{Lake, disk::LocalDisk};

use super::{
    FOLDER, Logs,
    file::{FileForm, Taken, Watcher, take},
    messages::Arrived,
    registry::Count,
    tokens::source_name,
};
use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

/// A file of logs.
pub struct LogFile {
    /// What it is called.
    pub name: String,
    /// The source whose logs it has.
    pub source: String,
    /// How messages stand in it.
    pub form: FileForm,
    /// The parser that all its messages are for; none to recognise each by itself.
    pub parser: Option<String>,
    /// Its bytes.
    pub read: Box<dyn Read + Send>,
}

/// Whether another process, such as a server, writes the logs of a data folder.
///
/// # Errors
/// When that cannot be found out.
pub fn is_in_use(data: &Path) -> io::Result<bool> {
    Lake::is_in_use(&data.join(FOLDER), &LocalDisk)
}

impl App {
    /// Takes a file whole, however long it is, and returns when what is in it is durable.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::UnreadableFile`],
    /// [`Code::LogsNotWritten`]; what was read before is kept.
    pub async fn ingest_log_file(
        &self,
        actor: &Actor,
        file: LogFile,
        mut watcher: Box<dyn Watcher>,
    ) -> Result<Taken, AppError> {
        actor.require(Permission::LogsManage)?;
        let source = source_name(&file.source)?;
        let (logs, now) = (self.logs()?, self.now());
        if let Some(parser) = &file.parser {
            if !logs.parsers.has(parser) {
                let expected = "the name of a parser";
                return Err(AppError::new(Code::InvalidInput).field("format", parser, expected));
            }
            logs.reading.set_format(&source, Some(parser));
        }
        let like = of_file(&source, now);
        let (shared, mut read, form) = (Arc::clone(&logs), file.read, file.form);
        let taken = blocking(move || take(&shared.lake, &like, form, &mut read, watcher.as_mut()));
        let taken = taken.await??;
        self.seal_import(actor, &source, &file.name, None, taken)
            .await?;
        Ok(taken)
    }

    /// Counts what a file brought for its source, and seals what became of it. One that was not
    /// held whole has no digest.
    pub(super) async fn seal_import(
        &self,
        actor: &Actor,
        source: &str,
        name: &str,
        digest: Option<String>,
        taken: Taken,
    ) -> Result<(), AppError> {
        let count = Count {
            events: taken.kept,
            rejected: taken.rejected,
        };
        let logs = self.logs()?;
        logs.registry.count(source, "file", count, self.now());
        let payload = json!({
            "source": source,
            "file": name.chars().take(120).collect::<String>(),
            "bytes": taken.bytes_in,
            "digest": digest,
            "received": taken.received,
            "kept": taken.kept,
            "rejected": taken.rejected,
        });
        let mut change = self.change(actor).await?;
        change.note("logs.import", "logs", "lake", payload);
        change.commit().await
    }

    /// Makes files of all events, and stores what is known of their sources; what all files
    /// take, in bytes.
    ///
    /// # Errors
    /// [`Code::Unavailable`] while the logs are not open, [`Code::LogsNotWritten`].
    pub async fn settle_logs(&self) -> Result<u64, AppError> {
        let logs = self.logs()?;
        let bytes = blocking(move || settle(&logs)).await??;
        self.tend_log_sources(true).await?;
        Ok(bytes)
    }
}

/// Like what the messages of a file of this source are.
pub(super) fn of_file(source: &str, now: Timestamp) -> Arrived {
    Arrived {
        source: source.into(),
        peer: "".into(),
        transport: "file",
        received_at: now,
        bytes: Box::default(),
    }
}

fn settle(logs: &Logs) -> Result<u64, AppError> {
    let not_written = |error| AppError::new(Code::LogsNotWritten).caused_by(error);
    logs.lake.flush().map_err(not_written)?;
    let files = logs.lake.files();
    Ok(files
        .iter()
        .map(|entry| entry.bytes.iter().sum::<u64>())
        .sum())
}
