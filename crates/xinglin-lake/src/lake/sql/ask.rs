//! Answering a question, in a thread of its own: reading files blocks.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use arrow_array::RecordBatch;
use datafusion::{
    common::DataFusionError,
    execution::{
        context::{SQLOptions, SessionConfig, SessionContext},
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    physical_plan::execute_stream,
};
use futures_util::StreamExt as _;

use super::{
    Part, SqlError, SqlLimits, SqlMistake, columns, json,
    mistake::{Text, of},
    question::Question,
    table::Columns,
    watch::{Watch, watched},
};
use crate::lake::{Inner, LakeError, Stop};

/// Rows that are computed at a time.
const BATCH_ROWS: usize = 8_192;
/// So often it is looked whether to stop.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Functions that make texts or lists of any length out of a number; some are there only with
/// features of the engine that may come by way of others.
const ENDLESS: [&str; 9] = [
    "repeat",
    "lpad",
    "rpad",
    "range",
    "generate_series",
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
];

/// A question that is being answered.
pub(super) struct Asked {
    pub(super) inner: Arc<Inner>,
    pub(super) question: String,
    pub(super) limits: SqlLimits,
    /// Whether files are held open, for they may go meanwhile.
    pub(super) holds_files: bool,
    pub(super) stop: Stop,
    pub(super) sender: mpsc::SyncSender<Part>,
}

impl Asked {
    pub(super) fn answer(self) {
        // No file goes while it is read.
        let _reading = self.inner.reading();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let outcome = runtime.map_err(LakeError::from).map_err(SqlError::from);
        let outcome = outcome.and_then(|runtime| {
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = self.stopped() => Err(SqlError::Cancelled),
                    outcome = self.rows() => outcome,
                }
            })
        });
        let last = match outcome {
            Ok(is_cut) => Part::End { is_cut },
            // What was going on then was stopped, and complains in words of its own.
            Err(_) if self.stop.is_called_off() => Part::Failed(SqlError::Cancelled),
            Err(_) if self.stop.is_now() => Part::Failed(SqlError::TimedOut),
            Err(error) => Part::Failed(error),
        };
        // Who asked may be gone.
        drop(self.sender.send(last));
    }

    async fn stopped(&self) {
        while !self.stop.is_now() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sends the answer; whether it was cut off.
    async fn rows(&self) -> Result<bool, SqlError> {
        let text = Text(&self.question);
        let mut events = Columns::of(&self.inner)?;
        let question = Question::read(&text, &mut events)?;
        let context = self.context()?;
        let events = events.table(&self.inner, self.holds_files);
        context
            .register_table("events", Arc::new(events))
            .map_err(|error| of(error, &text))?;
        let plan = context.state().statement_to_plan(question.statement).await;
        let plan = plan.map_err(|error| of(error, &text))?;
        let only_reads = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        only_reads
            .verify_plan(&plan)
            .map_err(|_| SqlError::Wrong(SqlMistake::statement(Some(0), String::new())))?;
        // The others stand alone: nothing may be put around them.
        let is_query = !matches!(
            plan,
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)
        );
        let frame = context.execute_logical_plan(plan).await;
        let mut frame = frame.map_err(|error| of(error, &text))?;
        if is_query {
            let most = self.limits.rows.checked_add(1);
            frame = frame.limit(0, most).map_err(|error| of(error, &text))?;
        }
        let plan = frame.create_physical_plan().await;
        let plan = plan.map_err(|error| of(error, &text))?;
        let watch = Arc::new(Watch {
            stop: self.stop.clone(),
            batch_bytes: self.limits.memory_bytes,
        });
        let plan = watched(plan, &watch).map_err(|error| of(error, &text))?;
        let batches = execute_stream(plan, context.task_ctx());
        let mut batches = batches.map_err(|error| of(error, &text))?;
        self.send(Part::Columns(columns(&batches.schema())))?;
        let mut left = self.limits.rows;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|error| of(error, &text))?;
            let fitting = batch.num_rows().min(left);
            left -= fitting;
            self.send(Part::Rows(rows(&batch.slice(0, fitting), &text)?))?;
            if fitting < batch.num_rows() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn send(&self, part: Part) -> Result<(), SqlError> {
        self.sender.send(part).map_err(|_| SqlError::Cancelled)
    }

    fn context(&self) -> Result<SessionContext, SqlError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(self.limits.memory_bytes)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
            )
            .build_arc()
            .map_err(|error| SqlError::Failed(error.strip_backtrace()))?;
        let mut settings = SessionConfig::new()
            .with_target_partitions(1)
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(false);
        let options = settings.options_mut();
        // Where a mistake is, is known by these alone.
        options.sql_parser.collect_spans = true;
        options.execution.enable_recursive_ctes = false;
        let context = SessionContext::new_with_config_rt(settings, runtime);
        for name in ENDLESS {
            context.deregister_udf(name);
        }
        Ok(context)
    }
}

fn rows(batch: &RecordBatch, text: &Text<'_>) -> Result<Vec<Vec<serde_json::Value>>, SqlError> {
    json::rows(batch).map_err(|error| of(DataFusionError::from(error), text))
}
