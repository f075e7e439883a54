//! Background work: every task has a name and is joined at shutdown.

use std::{future::Future, sync::Mutex, time::Duration};

use tokio::task::JoinHandle;

use crate::AppError;

/// Runs a slow function off the runtime.
///
/// # Errors
/// [`crate::Code::Internal`] when it panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    slow: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(slow)
        .await
        .map_err(AppError::internal)
}

/// The tasks that run beside requests.
#[derive(Debug, Default)]
pub struct Tasks {
    running: Mutex<Vec<(&'static str, JoinHandle<()>)>>,
}

impl Tasks {
    /// Starts a named task.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
        let handle = tokio::spawn(task);
        if let Ok(mut running) = self.running.lock() {
            running.retain(|(_, handle)| !handle.is_finished());
            running.push((name, handle));
        }
    }

    /// Waits for all tasks, at most `patience` each, then stops what still runs.
    pub async fn join(&self, patience: Duration) {
        let running = match self.running.lock() {
            Ok(mut running) => std::mem::take(&mut *running),
            Err(_) => return,
        };
        for (name, handle) in running {
            let stop = handle.abort_handle();
            if tokio::time::timeout(patience, handle).await.is_err() {
                tracing::warn!(task = name, "task did not end in time and was stopped");
                stop.abort();
            }
        }
    }
}
