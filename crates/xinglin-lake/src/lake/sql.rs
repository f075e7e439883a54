//! Questions in SQL over all events, files and memory alike.
//!
//! There is one table, `events`, with the columns that files have, and `text`, the text as it
//! came. It is only read. Pages are read whose times, values and words may fit.

mod json;
mod pages;
mod prune;
mod table;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use datafusion::{
    common::DataFusionError,
    execution::{
        context::{SQLOptions, SessionConfig, SessionContext},
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::RuntimeEnvBuilder,
    },
    sql::{
        parser::{DFParser, Statement},
        sqlparser::ast,
    },
};
use futures_util::StreamExt as _;
use thiserror::Error;
use tokio::sync::Notify;

use super::{Inner, Lake, LakeError};
use table::Events;

/// Rows that are computed at a time.
const BATCH_ROWS: usize = 8_192;
/// Batches that wait for who asked.
const WAITING: usize = 2;

/// What a question may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlLimits {
    /// What sorting and grouping may take in memory.
    pub memory_bytes: usize,
    /// How long it may take.
    pub time: Duration,
    /// Rows that are answered; those beyond are cut off.
    pub rows: usize,
}

/// Why a question is not answered.
#[derive(Debug, Error)]
pub enum SqlError {
    /// It is anything but one `SELECT`.
    #[error("only one SELECT is answered")]
    Refused,
    /// It is no SQL, or about something that is not there.
    #[error("{0}")]
    Wrong(String),
    /// It takes more memory than it may.
    #[error("the question takes more memory than it may")]
    TooMuchMemory,
    /// It takes longer than it may.
    #[error("the question takes longer than it may")]
    TimedOut,
    /// Who asked no longer wants to know.
    #[error("the question was cancelled")]
    Cancelled,
    /// The lake cannot be read.
    #[error("the lake cannot be read")]
    Lake(#[from] LakeError),
    /// The engine failed.
    #[error("the question could not be answered: {0}")]
    Failed(String),
}

/// Rows of an answer, as they come: each value as JSON has it, by the columns' order.
///
/// When it is dropped, the question ends.
pub struct Answer {
    columns: Vec<String>,
    parts: mpsc::Receiver<Part>,
    canceller: Canceller,
    is_cut: bool,
}

impl Answer {
    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Ends the question from elsewhere.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Whether there were more rows than were asked for; known at the end.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl Iterator for Answer {
    type Item = Result<Vec<Vec<serde_json::Value>>, SqlError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.parts.recv() {
            Ok(Part::Rows(rows)) => Some(Ok(rows)),
            Ok(Part::Failed(error)) => Some(Err(error)),
            Ok(Part::End { is_cut }) => {
                self.is_cut = is_cut;
                None
            }
            Ok(Part::Columns(_)) | Err(_) => None,
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.canceller.cancel();
    }
}

/// Ends a question.
#[derive(Debug, Clone, Default)]
pub struct Canceller(Arc<Cancelled>);

#[derive(Debug, Default)]
struct Cancelled {
    is_cancelled: AtomicBool,
    told: Notify,
}

impl Canceller {
    /// Ends it; nothing happens when it has ended.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Release);
        self.0.told.notify_one();
    }

    async fn cancelled(&self) {
        while !self.0.is_cancelled.load(Ordering::Acquire) {
            self.0.told.notified().await;
        }
    }
}

enum Part {
    Columns(Vec<String>),
    Rows(Vec<Vec<serde_json::Value>>),
    End { is_cut: bool },
    Failed(SqlError),
}

impl Lake {
    /// Answers one `SELECT` over the table `events`. Returns when the question is understood;
    /// rows follow.
    pub fn sql(&self, question: &str, limits: SqlLimits) -> Result<Answer, SqlError> {
        let statement = only_select(question)?;
        let (sender, parts) = mpsc::sync_channel(WAITING);
        let canceller = Canceller::default();
        let asked = Asked {
            inner: Arc::clone(&self.inner),
            limits,
            canceller: canceller.clone(),
            sender,
        };
        thread::Builder::new()
            .name("lake-sql".to_owned())
            .spawn(move || asked.answer(statement))
            .map_err(LakeError::from)?;
        match parts.recv() {
            Ok(Part::Columns(columns)) => Ok(Answer {
                columns,
                parts,
                canceller,
                is_cut: false,
            }),
            Ok(Part::Failed(error)) => Err(error),
            Ok(Part::Rows(_) | Part::End { .. }) | Err(_) => {
                Err(SqlError::Failed("the engine said nothing".to_owned()))
            }
        }
    }
}

/// The statement of a question, where it is one that only reads.
fn only_select(question: &str) -> Result<Statement, SqlError> {
    let mut statements = DFParser::parse_sql(question).map_err(|error| wrong(&error))?;
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return Err(SqlError::Refused);
    };
    match &statement {
        Statement::Statement(inner) if matches!(inner.as_ref(), ast::Statement::Query(_)) => {
            Ok(statement)
        }
        _ => Err(SqlError::Refused),
    }
}

struct Asked {
    inner: Arc<Inner>,
    limits: SqlLimits,
    canceller: Canceller,
    sender: mpsc::SyncSender<Part>,
}

impl Asked {
    /// Runs in a thread of its own: reading files blocks.
    fn answer(self, statement: Statement) {
        // No file goes while it is read.
        let _reading = self.inner.reading();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let outcome = runtime.map_err(LakeError::from).map_err(SqlError::from);
        let outcome = outcome.and_then(|runtime| {
            runtime.block_on(async {
                let rows = tokio::time::timeout(self.limits.time, self.rows(statement));
                tokio::select! {
                    biased;
                    () = self.canceller.cancelled() => Err(SqlError::Cancelled),
                    outcome = rows => outcome.unwrap_or(Err(SqlError::TimedOut)),
                }
            })
        });
        let last = match outcome {
            Ok(is_cut) => Part::End { is_cut },
            Err(error) => Part::Failed(error),
        };
        // Who asked may be gone.
        drop(self.sender.send(last));
    }

    /// Sends the answer; whether it was cut off.
    async fn rows(&self, statement: Statement) -> Result<bool, SqlError> {
        let context = self.context()?;
        let events = Events::of(&self.inner)?;
        context
            .register_table("events", Arc::new(events))
            .map_err(of)?;
        let plan = context.state().statement_to_plan(statement).await;
        let plan = plan.map_err(of)?;
        let only_reads = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        only_reads
            .verify_plan(&plan)
            .map_err(|_| SqlError::Refused)?;
        let frame = context.execute_logical_plan(plan).await.map_err(of)?;
        let most = self.limits.rows;
        let frame = frame.limit(0, most.checked_add(1)).map_err(of)?;
        let mut batches = frame.execute_stream().await.map_err(of)?;
        let fields = batches.schema();
        let columns = fields.fields().iter().map(|field| field.name().clone());
        if self.sender.send(Part::Columns(columns.collect())).is_err() {
            return Err(SqlError::Cancelled);
        }
        let mut sent = 0;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(of)?;
            let fitting = batch.num_rows().min(most - sent);
            sent += fitting;
            let rows = json::rows(&batch.slice(0, fitting)).map_err(|error| of(error.into()))?;
            if self.sender.send(Part::Rows(rows)).is_err() {
                return Err(SqlError::Cancelled);
            }
            if fitting < batch.num_rows() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn context(&self) -> Result<SessionContext, SqlError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(self.limits.memory_bytes)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
            )
            .build_arc()
            .map_err(of)?;
        let settings = SessionConfig::new()
            .with_target_partitions(1)
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(false);
        Ok(SessionContext::new_with_config_rt(settings, runtime))
    }
}

fn wrong(error: &DataFusionError) -> SqlError {
    SqlError::Wrong(error.strip_backtrace())
}

/// What an error of the engine means to who asked.
#[expect(clippy::needless_pass_by_value, reason = "it is mapped from errors")]
fn of(error: DataFusionError) -> SqlError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => SqlError::TooMuchMemory,
        DataFusionError::External(_) | DataFusionError::Internal(_) => {
            SqlError::Failed(error.strip_backtrace())
        }
        _ => wrong(&error),
    }
}
