//! Who sends logs: listed, decided on, and missed when silent.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::json;
use xinglin_core::{AssetId, LogSourceId};
use xinglin_ledger::Subject;
use xinglin_store::logs::{self, LogSource};

use super::{Logs, keeper, registry::Listed, storage};
use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    error::{Check, tidy},
    tasks::blocking,
};

/// What receivers counted is looked at so often …
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// … and stored so often, unless a source is new.
const STORE_EVERY: i64 = 30;
/// A source without a limit that was heard this many minutes ago still sends.
const SENDS_WITHIN_MINUTES: i64 = 60;
/// For how many hours events are counted.
pub(super) const HOURS: usize = 48;

/// What people decide of a source.
#[derive(Debug, Clone, Default)]
pub struct LogSourceForm {
    /// Another name, for what comes from now on.
    pub name: Option<String>,
    /// The asset it is; within, none for none.
    pub asset_id: Option<Option<AssetId>>,
    /// The parser of all its messages; within, none to recognise each by itself.
    pub parser: Option<Option<String>>,
    /// Minutes after which it is missed; within, none for never.
    pub silent_after_minutes: Option<Option<i64>>,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    /// It was heard lately.
    Sending,
    /// It was not heard for longer than it may be.
    Silent,
    /// Nothing was heard of it yet.
    New,
    /// It was not heard for some time, and nobody said that it must be.
    Stopped,
}

impl SourceState {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Silent => "silent",
            Self::New => "new",
            Self::Stopped => "stopped",
        }
    }
}

/// A source with what is counted of it.
#[derive(Debug, Clone)]
pub struct LogSourceRow {
    /// The source.
    pub source: LogSource,
    /// The name of its asset.
    pub asset_name: Option<String>,
    /// Messages in the last full minute.
    pub per_minute: u64,
    /// How it is.
    pub state: SourceState,
    /// For how many days there are logs of it.
    pub days_kept: Option<i64>,
    /// Events of each of the last 48 hours, the oldest first.
    pub hours: Vec<u64>,
}

impl App {
    /// Keeps what is known of sources true: to be called once the logs are open.
    pub fn start_logs(self: &Arc<Self>) {
        let app = Arc::clone(self);
        let stored = Arc::new(tokio::sync::Mutex::new(Timestamp::UNIX_EPOCH));
        self.tasks().every("log sources", LOOK_EVERY, move || {
            let (app, stored) = (Arc::clone(&app), Arc::clone(&stored));
            async move {
                let mut stored = stored.lock().await;
                let is_due = app.now().as_second() - stored.as_second() >= STORE_EVERY;
                match app.tend_log_sources(is_due).await {
                    Ok(()) if is_due => *stored = app.now(),
                    Ok(()) => {}
                    Err(error) => tracing::error!(%error, "sources of logs could not be stored"),
                }
            }
        });
        self.keep_house();
        self.prove_by_logs();
        self.run_searches();
    }

    /// One look at the sources: counts what came, notes new ones and those that are silent,
    /// and stores what changed when that is due. To be called by a timer.
    ///
    /// # Errors
    /// [`Code::Internal`], [`Code::Unavailable`].
    pub async fn tend_log_sources(&self, is_due: bool) -> Result<(), AppError> {
        let logs = self.logs()?;
        let _one_at_a_time = logs.tending.lock().await;
        let now = self.now();
        logs.registry.absorb(logs.heard.all(), now);
        logs.registry.set_skews(&logs.reading.take_skews(), now);
        let silent = logs.registry.judge_silence(now);
        for source in &silent {
            tracing::warn!(log.source = source.id.0, "a source of logs is silent");
        }
        let speaks = logs.registry.take_speaking();
        let is_alarming = is_due || speaks || !silent.is_empty();
        if is_alarming || logs.registry.has_new() {
            self.store_changed(&logs, &silent).await?;
        }
        if is_alarming {
            self.alarm_of_logs(&logs).await?;
        }
        if (speaks || !silent.is_empty())
            && let Err(error) = self.take_log_evidence().await
        {
            // It is taken every hour, too.
            tracing::error!(%error, "what the logs prove could not be taken");
        }
        Ok(())
    }

    async fn store_changed(&self, logs: &Logs, silent: &[LogSource]) -> Result<(), AppError> {
        let changed = logs.registry.take_changed();
        if changed.is_empty() {
            return Ok(());
        }
        let stored = self.store_sources(logs, &changed, silent).await;
        if stored.is_err() {
            let names: HashSet<String> = changed.into_iter().map(|one| one.name).collect();
            logs.registry.put_back(&names);
        }
        stored
    }

    async fn store_sources(
        &self,
        logs: &Logs,
        changed: &[LogSource],
        silent: &[LogSource],
    ) -> Result<(), AppError> {
        let (new, known): (Vec<&LogSource>, Vec<&LogSource>) =
            changed.iter().partition(|source| source.id.0 == 0);
        if new.is_empty() && silent.is_empty() {
            // Counters are no records: as with the last use of a session, no entry.
            let tx = self.store().write().await?;
            for source in known {
                logs::save_source(&tx, source).await?;
            }
            return Ok(tx.commit().await?);
        }
        let mut change = self.change(&keeper()).await?;
        let mut made = Vec::new();
        for source in new {
            made.push((source, logs::insert_source(change.tx(), source).await?));
        }
        for source in known {
            logs::save_source(change.tx(), source).await?;
        }
        let subject = |id: LogSourceId| Subject::new("log-source", id);
        if !made.is_empty() {
            let subjects = made.iter().map(|(_, id)| subject(*id)).collect();
            let names: Vec<&str> = made.iter().map(|(one, _)| one.name.as_str()).collect();
            change.note_all("log-source.create", subjects, json!({"names": names}));
        }
        for source in silent {
            let payload = json!({"name": source.name, "since": source.silent_since});
            change.note("log-source.silent", "log-source", source.id, payload);
        }
        change.commit().await?;
        for (source, id) in made {
            logs.registry.set_id(&source.name, id);
        }
        Ok(())
    }

    /// All sources.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_sources(&self, actor: &Actor) -> Result<Vec<LogSourceRow>, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require_sight(Permission::LogsRead)?;
        }
        self.tend_log_sources(false).await?;
        let logs = self.logs()?;
        let listed = logs.registry.all();
        self.log_source_rows(logs, listed).await
    }

    /// Changes what people decide of a source.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::InvalidInput`], [`Code::CodeTaken`]
    /// for the name of another source, [`Code::UnknownReference`], [`Code::StateConflict`] for
    /// another name while logs under one of the names are kept for less than the law asks.
    pub async fn update_log_source(
        &self,
        actor: &Actor,
        id: LogSourceId,
        form: LogSourceForm,
    ) -> Result<LogSourceRow, AppError> {
        actor.require(Permission::LogsManage)?;
        let logs = self.logs()?;
        let listed = logs.registry.all();
        let found = listed.into_iter().find(|listed| listed.source.id == id);
        let old = found.ok_or(AppError::new(Code::NotFound))?.source;
        let mut new = old.clone();
        if let Some(name) = form.name {
            name.trim().clone_into(&mut new.name);
        }
        new.asset_id = form.asset_id.unwrap_or(new.asset_id);
        new.parser = form.parser.map_or(new.parser, tidy);
        let minutes = form.silent_after_minutes;
        new.silent_after_minutes = minutes.unwrap_or(new.silent_after_minutes);
        check(&logs, &new)?;
        let mut change = self.change(actor).await?;
        logs::save_source(change.tx(), &new).await?;
        if old.name != new.name {
            self.carry_retention(&mut change, actor, &old.name, &new.name)
                .await?;
            logs::rename_source_of_inputs(change.tx(), &old.name, &new.name).await?;
        }
        let payload = difference(&old, &new);
        change.note("log-source.update", "log-source", id, payload);
        change.commit().await?;
        logs.registry.set_decided(&new);
        if old.name != new.name {
            logs.reading.set_format(&old.name, None);
            self.apply_retention(&logs).await?;
            self.restart_log_inputs_of(&new.name).await?;
        }
        logs.reading.set_format(&new.name, new.parser.as_deref());
        let listed = logs.registry.all();
        let listed = listed.into_iter().filter(|listed| listed.source.id == id);
        let rows = self.log_source_rows(Arc::clone(&logs), listed.collect());
        let row = rows.await?.into_iter().next();
        row.ok_or(AppError::internal("a source without its row"))
    }

    async fn log_source_rows(
        &self,
        logs: Arc<Logs>,
        listed: Vec<Listed>,
    ) -> Result<Vec<LogSourceRow>, AppError> {
        let now = self.now();
        let assets = listed.iter().filter_map(|listed| listed.source.asset_id);
        let names = self.names_of_assets(assets).await?;
        let (hours, kept) = blocking(move || {
            let hours = storage::hours(&logs.lake, now, HOURS)?;
            Ok::<_, xinglin_lake::LakeError>((hours, storage::days_by_source(&logs.lake, now)))
        })
        .await?
        .map_err(AppError::internal)?;
        let rows = listed.into_iter().map(|listed| {
            let source = listed.source;
            let asset = source.asset_id;
            LogSourceRow {
                asset_name: asset.and_then(|asset| names.get(&asset).cloned()),
                per_minute: listed.per_minute,
                state: state(&source, now),
                days_kept: kept.get(&source.name).copied(),
                hours: counts_of(&hours, &source.name),
                source,
            }
        });
        Ok(rows.collect())
    }
}

fn counts_of(hours: &HashMap<String, Vec<u64>>, name: &str) -> Vec<u64> {
    let counts = hours.get(name);
    counts.map_or_else(|| vec![0; HOURS], Clone::clone)
}

pub(super) fn state(source: &LogSource, now: Timestamp) -> SourceState {
    let Some(last) = source.last_seen_at else {
        return SourceState::New;
    };
    let limit = source.silent_after_minutes.unwrap_or(SENDS_WITHIN_MINUTES);
    let minutes = (now.as_second() - last.as_second()) / 60;
    match (minutes >= limit, source.silent_after_minutes) {
        (true, Some(_)) => SourceState::Silent,
        (true, None) => SourceState::Stopped,
        _ => SourceState::Sending,
    }
}

fn check(logs: &Logs, source: &LogSource) -> Result<(), AppError> {
    let mut check = Check::default();
    check.text("name", &source.name, 120);
    let has_plain_name = !source.name.chars().any(char::is_control);
    check.expect(has_plain_name, "name", &source.name, "one line");
    if let Some(parser) = &source.parser {
        let is_known = logs.parsers.has(parser);
        check.expect(is_known, "parser", parser, "the name of a parser");
    }
    if let Some(minutes) = source.silent_after_minutes {
        let is_possible = (1..=60 * 24 * 90).contains(&minutes);
        let found = minutes.to_string();
        let expected = "1 minute to 90 days";
        check.expect(is_possible, "silent_after_minutes", &found, expected);
    }
    check.finish()
}
