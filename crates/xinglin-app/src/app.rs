//! The application: concrete parts, no globals.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::{civil::Date, tz};
use xinglin_core::{Clock, Timestamp};
use xinglin_store::Store;

use crate::{
    AppError, Content,
    agents::Listening,
    assessments::Boards,
    detection::Detection,
    integrity::{Glances, Lookouts},
    jobs::Jobs,
    logs::Logs,
    tasks::Tasks,
};

/// What the edges decide about an application.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// The data folder; created where missing.
    pub data_dir: PathBuf,
    /// Whether this is a demonstration, which the page says on every screen.
    pub demo: bool,
}

/// The running application: its parts and, as methods, its use cases.
pub struct App {
    config: AppConfig,
    store: Store,
    content: Content,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    jobs: Jobs,
    boards: Boards,
    detection: Detection,
    lookouts: Lookouts,
    glances: Glances,
    listening: Listening,
    logs: OnceLock<Arc<Logs>>,
}

impl App {
    /// Opens the data folder.
    ///
    /// # Errors
    /// [`crate::Code::Internal`] when the folder or the database cannot be opened.
    pub async fn open(
        config: AppConfig,
        content: Content,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AppError> {
        create_private(&config.data_dir).map_err(AppError::internal)?;
        let store = Store::open(&config.data_dir.join("xinglin.db")).await?;
        Ok(Self {
            config,
            store,
            content,
            clock,
            tasks: Tasks::default(),
            jobs: Jobs::default(),
            boards: Boards::default(),
            detection: Detection::default(),
            lookouts: Lookouts::default(),
            glances: Glances::default(),
            listening: Listening::default(),
            logs: OnceLock::new(),
        })
    }

    /// The clock.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The content this application was started with.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Whether this is a demonstration.
    pub fn is_demo(&self) -> bool {
        self.config.demo
    }

    pub(crate) fn config(&self) -> &AppConfig {
        &self.config
    }

    /// Background work of this application.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Ends the application: its work and its database connections.
    ///
    /// # Errors
    /// [`crate::Code::Internal`] when the database cannot be closed.
    pub async fn close(self) -> Result<(), AppError> {
        self.stop(Duration::from_secs(10)).await;
        Ok(self.store.close().await?)
    }

    /// Keeps what depends on time true: an exception that is over is judged again, evidence
    /// that ends reopens its items, an acceptance that is over reopens its finding. All read
    /// the state and do what is missing.
    pub fn start_reconcilers(self: &Arc<Self>, period: Duration) {
        let app = Arc::clone(self);
        self.tasks.every("reconcile", period, move || {
            let app = Arc::clone(&app);
            async move {
                if let Err(error) = app.reconcile_exceptions().await {
                    tracing::error!(%error, "exceptions could not be reconciled");
                }
                if let Err(error) = app.reconcile_evidence().await {
                    tracing::error!(%error, "evidence could not be reconciled");
                }
                if let Err(error) = app.expire_acceptances().await {
                    tracing::error!(%error, "acceptances could not be reconciled");
                }
                if let Err(error) = app.reconcile_detection().await {
                    tracing::error!(%error, "exceptions of detection could not be reconciled");
                }
            }
        });
    }

    /// Lets background work end, at most `patience` each.
    pub async fn stop(&self, patience: Duration) {
        self.tasks.join(patience).await;
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The present day in China, which has one time zone.
    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(tz::offset(8).to_time_zone()).date()
    }

    pub(crate) fn boards(&self) -> &Boards {
        &self.boards
    }

    /// Detection as it runs.
    pub(crate) fn detection(&self) -> &Detection {
        &self.detection
    }

    pub(crate) fn listening(&self) -> &Listening {
        &self.listening
    }

    /// The logs, once they were opened.
    pub(crate) fn logs_cell(&self) -> &OnceLock<Arc<Logs>> {
        &self.logs
    }

    pub(crate) fn lookouts(&self) -> &Lookouts {
        &self.lookouts
    }

    pub(crate) fn glances(&self) -> &Glances {
        &self.glances
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

/// Creates a folder that only its owner may enter: it holds password hashes and evidence.
pub(crate) fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}
