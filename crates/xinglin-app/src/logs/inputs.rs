//! Files and journals that are followed: set up by people, read by the server, or by agents on
//! their hosts.
//!
//! How far each was read is not in the database: it travels in the frame of the lake's log that
//! holds the lines, see [`run`].

mod check;
mod remote;
mod run;

use std::{collections::HashMap, path::PathBuf, sync::OnceLock};

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::{Mutex, watch};
use xinglin_core::{AgentId, AssetId, LogInputId};
use xinglin_ingest::listen::{
    Progress, SourceKey, SourceState as Heard, Transport, Trouble, journal_is_readable,
};
use xinglin_lake::{LogState, Position};
use xinglin_store::{
    agents,
    logs::{self, LogInput},
};

use self::{
    remote::Remote,
    run::{Following, key_of, prefix, transport_of},
};
use super::{LogSourceForm, Logs};
use crate::{Actor, App, AppError, Code, Permission, change::difference, tasks::blocking};

/// The journal's checkpoint is kept by this name.
const JOURNAL: &str = "journal";

/// Something that is to be followed.
#[derive(Debug, Clone)]
pub struct LogInputForm {
    /// The agent that reads it on its host; none for what this server reads itself.
    pub agent_id: Option<AgentId>,
    /// `file` or `journal`.
    pub kind: String,
    /// Absolute paths of files and folders, names with `*` and `?`, `**` for any folders; the
    /// folder of a journal, or none for that of the system.
    pub paths: Vec<String>,
    /// `auto`, `utf-8`, `gb18030`, `utf-16le` or `utf-16be`.
    pub encoding: String,
    /// The name of the source that what is read is of.
    pub source: String,
    /// Whether what is there already is read, too.
    pub from_start: bool,
    /// The parser of the source; none leaves that as it is.
    pub parser: Option<String>,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct LogInputChange {
    /// Other paths.
    pub paths: Option<Vec<String>>,
    /// Another encoding.
    pub encoding: Option<String>,
    /// Another source, for what comes from now on.
    pub source: Option<String>,
    /// Whether it is followed.
    pub enabled: Option<bool>,
}

/// How following goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputState {
    /// All that is meant is read.
    Following,
    /// Some of it is read, some is not.
    Partly,
    /// Nothing is there yet.
    Waiting,
    /// Nothing can be read, or kept.
    Failing,
    /// It was started just now.
    Starting,
    /// Somebody said that it is not to be followed now.
    Paused,
    /// This server does not receive.
    Stopped,
    /// The agent that reads it was not heard for some time.
    Away,
}

impl InputState {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Following => "following",
            Self::Partly => "partly",
            Self::Waiting => "waiting",
            Self::Failing => "failing",
            Self::Starting => "starting",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Away => "away",
        }
    }
}

/// An input and how it goes.
#[derive(Debug, Clone)]
pub struct LogInputRow {
    /// The input.
    pub input: LogInput,
    /// The host whose agent reads it, by its name in the register.
    pub host: Option<String>,
    /// How it goes.
    pub state: InputState,
    /// Files and how far they were read, and what is not read.
    pub progress: Progress,
    /// Lines or entries since the server was started.
    pub received: u64,
    /// When the last of them was read.
    pub last_seen_at: Option<Timestamp>,
    /// When the last entry of a journal that was read was written.
    pub position_at: Option<Timestamp>,
}

/// What is followed now.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Folders of which files may be followed, once the server receives.
    roots: OnceLock<Vec<PathBuf>>,
    running: Mutex<HashMap<LogInputId, Running>>,
}

/// An input that is being followed.
#[derive(Debug)]
struct Running {
    /// Closed when it has ended.
    stop: watch::Sender<bool>,
    progress: watch::Receiver<Progress>,
    /// The turn of the agent that reads it.
    remote: Option<std::sync::Arc<Remote>>,
}

impl Running {
    /// Ends it, and waits until it has.
    async fn end(self) {
        self.stop.send_replace(true);
        self.stop.closed().await;
    }
}

/// An input, how far its reader says that it is, and whether that was not heard for long.
struct Told {
    input: LogInput,
    host: Option<String>,
    progress: Option<Progress>,
    is_away: bool,
}

impl App {
    /// Follows what is to be followed, from now on.
    pub(super) async fn start_log_inputs(&self, roots: Vec<PathBuf>) -> Result<(), AppError> {
        let logs = self.logs()?;
        let inputs = logs::list_inputs(self.store().db()).await?;
        // Whoever receives twice has said it the first time.
        drop(logs.inputs.roots.set(roots));
        for input in inputs {
            self.restart_log_input(input.id).await?;
        }
        Ok(())
    }

    /// Follows those whose source has this name anew.
    pub(super) async fn restart_log_inputs_of(&self, source: &str) -> Result<(), AppError> {
        let inputs = logs::list_inputs(self.store().db()).await?;
        for input in inputs.iter().filter(|input| input.source == source) {
            self.restart_log_input(input.id).await?;
        }
        Ok(())
    }

    /// Follows an input as it is set up now: two never read at the same time.
    async fn restart_log_input(&self, id: LogInputId) -> Result<(), AppError> {
        let logs = self.logs()?;
        let mut running = logs.inputs.running.lock().await;
        if let Some(before) = running.remove(&id) {
            before.end().await;
        }
        let Some(roots) = logs.inputs.roots.get() else {
            return Ok(());
        };
        let input = logs::find_input(self.store().db(), id).await?;
        // What an agent reads it begins by itself.
        let is_own = |input: &LogInput| input.enabled && input.agent_id.is_none();
        let Some(input) = input.filter(is_own) else {
            return Ok(());
        };
        let (stop, stopping) = watch::channel(false);
        let (told, progress) = watch::channel(Progress::default());
        let following = Following {
            logs: std::sync::Arc::clone(&logs),
            clock: self.clock(),
            within: roots.clone(),
            without: vec![self.config().data_dir.clone()],
            stopping,
            ending: self.tasks().stopping(),
        };
        self.tasks().spawn("log input", following.run(input, told));
        let remote = None;
        running.insert(
            id,
            Running {
                stop,
                progress,
                remote,
            },
        );
        Ok(())
    }

    /// What is followed, and how it goes.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_inputs(&self, actor: &Actor) -> Result<Vec<LogInputRow>, AppError> {
        actor.require_sight(Permission::LogsManage)?;
        let inputs = logs::list_inputs(self.store().db()).await?;
        self.log_input_rows(inputs).await
    }

    /// Sets up something that is followed from now on.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], also for paths that are followed already.
    pub async fn create_log_input(
        &self,
        actor: &Actor,
        form: LogInputForm,
    ) -> Result<LogInputRow, AppError> {
        actor.require(Permission::LogsManage)?;
        let logs = self.logs()?;
        let mut input = LogInput {
            id: LogInputId(0),
            agent_id: form.agent_id,
            kind: form.kind,
            paths: form.paths,
            encoding: form.encoding,
            source: super::tokens::source_name(&form.source)?,
            enabled: true,
            from_start: form.from_start,
            created_by: actor.ledger_name(),
            created_at: self.now(),
        };
        self.check_log_input(&logs, &mut input, form.parser.as_deref())
            .await?;
        let asset = self.asset_of_input(&input).await?;
        let mut change = self.change(actor).await?;
        input.id = logs::insert_input(change.tx(), &input).await?;
        change.note("log-input.create", "log-input", input.id, json!(input));
        change.commit().await?;
        self.restart_log_input(input.id).await?;
        if form.parser.is_some() || asset.is_some() {
            self.say_of_source(actor, &input, form.parser, asset)
                .await?;
        }
        self.log_input_row(input).await
    }

    /// The asset of the host whose agent is to read an input.
    async fn asset_of_input(&self, input: &LogInput) -> Result<Option<AssetId>, AppError> {
        let Some(id) = input.agent_id else {
            return Ok(None);
        };
        let found = agents::find(self.store().db(), id).await?;
        let agent = found.filter(|agent| agent.revoked.is_none());
        let agent = agent.ok_or_else(|| {
            let expected = "the number of an agent that is accepted";
            AppError::new(Code::InvalidInput).field("agent_id", id.to_string(), expected)
        })?;
        Ok(Some(agent.asset_id))
    }

    /// Parser and asset are what people decide of the source, whatever feeds it; one that has an
    /// asset keeps it.
    async fn say_of_source(
        &self,
        actor: &Actor,
        input: &LogInput,
        parser: Option<String>,
        asset: Option<AssetId>,
    ) -> Result<(), AppError> {
        let logs = self.logs()?;
        let key = key_of(input);
        let transport = key.transport.word();
        logs.registry
            .expect_of_input(run::number(input.id), &input.source, transport, self.now());
        self.tend_log_sources(true).await?;
        let sources = logs.registry.all().into_iter();
        let found = sources.map(|listed| listed.source);
        let mut found = found.filter(|source| source.name == input.source);
        let source = found.next().ok_or(AppError::new(Code::NotFound))?;
        let form = LogSourceForm {
            parser: parser.map(Some),
            asset_id: asset.filter(|_| source.asset_id.is_none()).map(Some),
            ..LogSourceForm::default()
        };
        self.update_log_source(actor, source.id, form).await?;
        Ok(())
    }

    /// Changes what is followed, or whether it is.
    ///
    /// # Errors
    /// As [`App::create_log_input`], and [`Code::NotFound`].
    pub async fn update_log_input(
        &self,
        actor: &Actor,
        id: LogInputId,
        form: LogInputChange,
    ) -> Result<LogInputRow, AppError> {
        actor.require(Permission::LogsManage)?;
        let logs = self.logs()?;
        let found = logs::find_input(self.store().db(), id).await?;
        let old = found.ok_or(AppError::new(Code::NotFound))?;
        let mut new = old.clone();
        new.paths = form.paths.unwrap_or(new.paths);
        new.encoding = form.encoding.unwrap_or(new.encoding);
        if let Some(source) = form.source {
            new.source = super::tokens::source_name(&source)?;
        }
        new.enabled = form.enabled.unwrap_or(new.enabled);
        self.check_log_input(&logs, &mut new, None).await?;
        let mut change = self.change(actor).await?;
        logs::save_input(change.tx(), &new).await?;
        let payload = difference(&old, &new);
        change.note("log-input.update", "log-input", id, payload);
        change.commit().await?;
        self.restart_log_input(id).await?;
        self.log_input_row(new).await
    }

    /// Follows something no longer. What was read stays.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`].
    pub async fn delete_log_input(&self, actor: &Actor, id: LogInputId) -> Result<(), AppError> {
        actor.require(Permission::LogsManage)?;
        let logs = self.logs()?;
        let mut change = self.change(actor).await?;
        let found = logs::find_input(change.tx().conn(), id).await?;
        let input = found.ok_or(AppError::new(Code::NotFound))?;
        logs::delete_input(change.tx(), id).await?;
        change.note("log-input.delete", "log-input", id, json!(input));
        change.commit().await?;
        self.restart_log_input(id).await?;
        // Numbers are not given twice: what stays of its positions is only in the way.
        let forgotten = blocking(move || {
            logs.lake.settle()?;
            let before = prefix(id);
            let positions = logs.lake.positions(&before).into_iter();
            let positions: Vec<Position> = positions
                .map(|(key, _)| Position {
                    key: format!("{before}{key}"),
                    state: None,
                })
                .collect();
            let forgotten = logs.lake.append_with(&[], &positions);
            if let Err(error) = forgotten.and_then(xinglin_lake::Ticket::wait) {
                tracing::warn!(%error, "positions of an input that is no more stay");
            }
            Ok::<_, xinglin_lake::LakeError>(())
        });
        forgotten.await?.map_err(AppError::internal)
    }

    async fn log_input_row(&self, input: LogInput) -> Result<LogInputRow, AppError> {
        let rows = self.log_input_rows(vec![input]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("an input without its row"))
    }

    async fn log_input_rows(&self, inputs: Vec<LogInput>) -> Result<Vec<LogInputRow>, AppError> {
        let logs = self.logs()?;
        let hosts = self.hosts_of_inputs(&inputs).await?;
        let now = self.now();
        let mut told = Vec::new();
        let running = logs.inputs.running.lock().await;
        for input in inputs {
            let one = running.get(&input.id);
            let remote = one.and_then(|one| one.remote.as_ref());
            let is_away = remote.map_or(input.agent_id.is_some(), |remote| remote.is_away(now));
            told.push(Told {
                host: input
                    .agent_id
                    .map(|agent| hosts.get(&agent).cloned().unwrap_or_default()),
                progress: one.map(|one| one.progress.borrow().clone()),
                is_away,
                input,
            });
        }
        drop(running);
        blocking(move || told.into_iter().map(|told| row(&logs, told)).collect()).await
    }

    /// What the hosts of agents that read inputs are called.
    async fn hosts_of_inputs(
        &self,
        inputs: &[LogInput],
    ) -> Result<HashMap<AgentId, String>, AppError> {
        if inputs.iter().all(|input| input.agent_id.is_none()) {
            return Ok(HashMap::new());
        }
        let agents = agents::list(self.store().db(), None).await?;
        let names = self.names_of_assets(agents.iter().map(|agent| agent.asset_id));
        let names = names.await?;
        let hosts = agents.into_iter().filter_map(|agent| {
            let name = names.get(&agent.asset_id)?;
            Some((agent.id, name.clone()))
        });
        Ok(hosts.collect())
    }
}

fn row(logs: &Logs, told: Told) -> LogInputRow {
    let Told {
        input,
        host,
        progress,
        is_away,
    } = told;
    let key: SourceKey = key_of(&input);
    let heard: Heard = logs.heard.get(key);
    let is_running = progress.is_some();
    let mut progress = progress.unwrap_or_default();
    let is_journal = transport_of(&input.kind) == Transport::Journal;
    let is_own = input.agent_id.is_none();
    if is_own && is_journal && is_running && heard.received == 0 && progress.problems.is_empty() {
        // The program that reads it waits without a word where it may read nothing.
        let folder = input.paths.first().map(PathBuf::from);
        progress
            .problems
            .extend(journal_is_readable(folder.as_deref()).err());
    }
    let is_kept = logs.lake.log_state() == LogState::Writing;
    let state = match (input.enabled, is_running) {
        (false, _) => InputState::Paused,
        (true, _) if is_away => InputState::Away,
        (true, false) => InputState::Stopped,
        (true, true) if !is_kept => InputState::Failing,
        (true, true) => state(&progress, is_journal),
    };
    let position_at = is_journal
        .then(|| logs.lake.positions(&prefix(input.id)))
        .and_then(|positions| positions.into_iter().find(|(key, _)| key == JOURNAL))
        .and_then(|(_, cursor)| written_at(&cursor));
    LogInputRow {
        input,
        host,
        state,
        progress,
        received: heard.received,
        last_seen_at: heard.last_seen,
        position_at,
    }
}

fn state(progress: &Progress, is_journal: bool) -> InputState {
    let is_missing = |trouble: Trouble| trouble == Trouble::Missing;
    let mut problems = progress.problems.iter();
    match (progress.files.is_empty(), progress.problems.is_empty()) {
        _ if !progress.has_looked => InputState::Starting,
        (false, true) => InputState::Following,
        (true, true) if is_journal => InputState::Following,
        (false, false) => InputState::Partly,
        (true, _) if problems.all(|one| is_missing(one.trouble)) => InputState::Waiting,
        (true, _) => InputState::Failing,
    }
}

/// When the entry of a cursor of the journal was written.
fn written_at(cursor: &str) -> Option<Timestamp> {
    let mut parts = cursor.split(';');
    let time = parts.find_map(|part| part.strip_prefix("t="))?;
    let microseconds = i64::from_str_radix(time, 16).ok()?;
    Timestamp::from_microsecond(microseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_tell_a_time() {
        let cursor = "s=6a2f;i=1f;b=77;m=2d1;t=64436f6c8b1c0;x=a9";
        let at = written_at(cursor).unwrap();
        assert_eq!(at.as_microsecond(), 0x6_4436_f6c8_b1c0);
        assert_eq!(written_at("s=1"), None);
    }
}
