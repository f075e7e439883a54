//! Logs: received, kept in the lake, searched.
//!
//! The lake is opened by [`App::open_logs`], which a server does and a command does not;
//! without it the use cases here say [`Code::Unavailable`]. What blocks runs off the runtime.

mod export;
mod intake;
mod messages;
mod reader;
mod receive;
mod registry;
mod search;
mod searches;
mod sources;
mod storage;
mod tokens;
mod trial;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use tokio::sync::{Mutex, Semaphore};
use xinglin_ingest::{Parsers, listen::Sources};
pub use xinglin_lake::{Facet, Facets, Histogram, Lake, LakeError, Opened, StoredEvent};
use xinglin_lake::{Settings, disk::LocalDisk};
use xinglin_store::logs;
pub use xinglin_store::logs::{LogSearch, LogToken};

pub use export::{Export, ExportFormat, Exported};
pub use intake::{BodyKind, Intake, LogImport};
pub use receive::{Listen, Listening, SyslogTls};
pub use search::{Asked, Order, Page, Tail, Tailed, known_fields};
pub use searches::{LogSearchForm, LogSearchRow};
pub use sources::{LogSourceForm, LogSourceRow, SourceState};
pub use storage::{Day, Storage};
pub use tokens::{LogTokenForm, MadeLogToken};
pub use trial::{Parser, Trial};

use crate::{Actor, App, AppError, Code, Content, tasks::blocking};
use reader::{EventReader, Reading};
use registry::Registry;

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
    /// Where it listens for syslog, once it does.
    pub(super) listening: OnceLock<Listening>,
    /// Held while sources are stored.
    pub(super) tending: Mutex<()>,
}

/// Opens the lake of a data folder, without a server.
///
/// # Errors
/// [`LakeError`] when it cannot be read, or another process has it open.
pub fn open(data: &Path, content: &Content) -> Result<(Lake, Opened), LakeError> {
    open_with(data, content, Arc::default())
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
        registry.load(sources);
        let logs = Logs {
            lake,
            parsers: Arc::clone(self.content().parsers()),
            reading,
            registry,
            heard: Arc::default(),
            searching: Arc::new(Semaphore::new(SEARCHES)),
            listening: OnceLock::new(),
            tending: Mutex::default(),
        };
        // Somebody else opened it meanwhile: then the lake would not have opened twice.
        drop(self.logs_cell().set(Arc::new(logs)));
        Ok(())
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
