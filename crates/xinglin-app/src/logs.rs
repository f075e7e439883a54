//! Logs: received, kept in the lake, searched.
//!
//! The lake is opened by [`App::open_logs`], which a server does and a command does not;
//! without it the use cases here say [`Code::Unavailable`]. What blocks runs off the runtime.

mod alarms;
mod coverage;
pub(crate) mod demo;
mod export;
mod file;
mod ingest;
mod inputs;
mod intake;
mod messages;
mod pages;
mod proof;
mod reader;
mod receive;
mod registry;
mod retention;
mod rhythm;
mod runs;
mod schedules;
mod search;
mod searches;
mod sink;
mod sources;
mod sql;
mod storage;
mod tokens;
mod trial;
mod unpack;
mod wide;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use tokio::sync::{Mutex, Semaphore};
pub use xinglin_ingest::listen::{FileProgress, Problem};
use xinglin_ingest::{Parsers, listen::Sources};
pub use xinglin_lake::{
    After, Facet, Facets, Histogram, Lake, LakeError, Opened, Query, QueryError, SqlColumn,
    SqlError, SqlKind, SqlLimits, SqlMistake, Stop, StoredEvent,
};
use xinglin_lake::{Settings, disk::LocalDisk};
use xinglin_store::logs;
pub use xinglin_store::logs::{
    Condition, LogInput, LogRetention, LogRun, LogSchedule, LogSearch, LogToken, RetentionState,
    Rhythm, RunState,
};

pub use coverage::{AssetLogs, COVERED_HOURS, Collected, Coverage, Platform, SourceLogs};
pub use export::{Export, ExportFormat, Exported};
pub use file::{FileForm, Taken, Watcher};
pub use ingest::{LogFile, is_in_use};
pub use inputs::{InputState, LogInputChange, LogInputForm, LogInputRow};
pub use intake::{BodyKind, Intake, LogImport};
pub use pages::{PagesError, Wanted, each_event};
pub use receive::{Listen, Listening, SyslogTls};
pub use retention::{RetentionForm, RetentionRow};
pub use schedules::{LogRunDetail, LogScheduleRow, ScheduleForm};
pub use search::{Asked, Order, Page, Tail, Tailed, known_fields};
pub use searches::{LogSearchForm, LogSearchRow};
pub use sink::{EventSink, ParquetSink, TextSink};
pub use sources::{LogSourceForm, LogSourceRow, SourceState};
pub use sql::{SqlAsked, SqlExport, SqlRows};
pub use storage::{Day, Storage};
pub use tokens::{LogTokenForm, MadeLogToken};
pub use trial::{Parser, Trial};
pub use unpack::unpacked;

pub(crate) use alarms::told;

use crate::{Actor, App, AppError, Code, Content, tasks::blocking};
use inputs::Inputs;
use reader::{EventReader, Reading};
use registry::Registry;
use sql::Asking;

/// So many searches run at once; others wait.
const SEARCHES: usize = 3;

/// What the lake of a data folder is called.
const FOLDER: &str = "lake";

/// The lake with all that feeds it.
pub(crate) struct Logs {
    pub(super) lake: Lake,
    pub(super) parsers: Arc<Parsers>,
    pub(super) reading: Arc<Reading>,
    pub(super) registry: Registry,
    /// What receivers count.
    pub(super) heard: Arc<Sources>,
    pub(super) searching: Arc<Semaphore>,
    /// Who asks in SQL.
    asking: Arc<Asking>,
    /// What is followed now.
    pub(super) inputs: Inputs,
    /// Where it listens for syslog, once it does.
    pub(super) listening: OnceLock<Listening>,
    /// Held while sources are stored.
    pub(super) tending: Mutex<()>,
    /// Held while the lake is told how long logs are kept.
    pub(super) retaining: Mutex<()>,
    /// Held while evidence is taken.
    pub(super) proving: Mutex<()>,
    /// Held while searches that are due run.
    pub(super) running: Mutex<()>,
}

/// Opens the lake of a data folder, without a server.
///
/// # Errors
/// [`LakeError`] when it cannot be read, or another process has it open.
pub fn open(data: &Path, content: &Content) -> Result<(Lake, Opened), LakeError> {
    open_with(data, content, Arc::default())
}

/// Opens the lake of a data folder to read what is in it now, whether a server runs or not;
/// nothing where there is none.
///
/// # Errors
/// [`LakeError`] when it cannot be read.
pub fn open_to_read(data: &Path, content: &Content) -> Result<Option<Lake>, LakeError> {
    let folder = data.join(FOLDER);
    if !folder.join("manifest").try_exists()? {
        return Ok(None);
    }
    let reader = EventReader::new(Arc::clone(content.parsers()), Arc::default());
    let (settings, disk) = (Settings::default(), Arc::new(LocalDisk));
    Lake::open_to_read(&folder, settings, disk, Box::new(reader)).map(Some)
}

fn open_with(
    data: &Path,
    content: &Content,
    reading: Arc<Reading>,
) -> Result<(Lake, Opened), LakeError> {
    let reader = EventReader::new(Arc::clone(content.parsers()), reading);
    let folder = data.join(FOLDER);
    let disk = Arc::new(LocalDisk);
    Lake::open(&folder, Settings::default(), disk, Box::new(reader))
}

impl App {
    /// Opens the lake of this installation. What was received and is in no file yet is read
    /// again.
    ///
    /// # Errors
    /// [`Code::Internal`] when it cannot be opened.
    pub async fn open_logs(&self) -> Result<(), AppError> {
        if self.logs_cell().get().is_some() {
            return Ok(());
        }
        let sources = logs::list_sources(self.store().db()).await?;
        let reading: Arc<Reading> = Arc::default();
        for source in &sources {
            reading.set_format(&source.name, source.parser.as_deref());
        }
        crate::app::create_private(&self.config().data_dir.join(FOLDER))
            .map_err(AppError::internal)?;
        let (data, content) = (self.config().data_dir.clone(), self.content().clone());
        let shared = Arc::clone(&reading);
        let opened = blocking(move || open_with(&data, &content, shared)).await?;
        let (lake, opened) = opened.map_err(AppError::internal)?;
        tracing::info!(
            logs.replayed = opened.replayed,
            logs.torn_bytes = opened.torn_bytes,
            "the logs are open"
        );
        for damage in &opened.damages {
            tracing::error!(logs.damage = ?damage, "a part of the log could not be read");
        }
        let registry = Registry::default();
        registry.load(sources, self.now());
        let logs = Logs {
            lake,
            parsers: Arc::clone(self.content().parsers()),
            reading,
            registry,
            heard: Arc::default(),
            searching: Arc::new(Semaphore::new(SEARCHES)),
            asking: Arc::default(),
            inputs: Inputs::default(),
            listening: OnceLock::new(),
            tending: Mutex::default(),
            retaining: Mutex::default(),
            proving: Mutex::default(),
            running: Mutex::default(),
        };
        self.apply_retention(&logs).await?;
        // Somebody else opened it meanwhile: then the lake would not have opened twice.
        drop(self.logs_cell().set(Arc::new(logs)));
        // Before anything new is received.
        self.place_detection().await
    }

    /// The logs.
    ///
    /// # Errors
    /// [`Code::Unavailable`] while they are not open.
    pub(crate) fn logs(&self) -> Result<Arc<Logs>, AppError> {
        let logs = self.logs_cell().get().map(Arc::clone);
        logs.ok_or(AppError::new(Code::Unavailable))
    }
}

/// The part of the program that keeps logs.
pub(crate) fn keeper() -> Actor {
    Actor::automatic("logs")
}
