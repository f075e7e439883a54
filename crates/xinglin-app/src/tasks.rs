//! Background work: every task has a name and is joined at shutdown.

use std::{future::Future, sync::Mutex, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

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
#[derive(Debug)]
pub struct Tasks {
    running: Mutex<Vec<(&'static str, JoinHandle<()>)>>,
    stopping: watch::Sender<bool>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            running: Mutex::default(),
            stopping: watch::Sender::new(false),
        }
    }
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

    /// Runs `work` now and every `period` until the application stops; what is under way
    /// then ends first.
    pub fn every<F, W>(&self, name: &'static str, period: Duration, work: F)
    where
        F: Fn() -> W + Send + 'static,
        W: Future<Output = ()> + Send,
    {
        let mut stopping = self.stopping.subscribe();
        self.spawn(name, async move {
            loop {
                work().await;
                let rest = tokio::time::timeout(period, stopping.wait_for(|stop| *stop));
                if rest.await.is_ok() {
                    return;
                }
            }
        });
    }

    /// Tells the tasks to end, without waiting for them.
    pub fn ask_to_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Says when the application stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Waits until the application stops.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            // Without a sender there is no application left either.
            drop(stopping.wait_for(|stop| *stop).await);
        }
    }

    /// Waits for all tasks, at most `patience` each, then stops what still runs.
    pub async fn join(&self, patience: Duration) {
        self.stopping.send_replace(true);
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
