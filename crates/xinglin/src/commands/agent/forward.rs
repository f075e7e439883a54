//! Logs that a running agent sends, beside its inspections.

use std::{path::PathBuf, sync::Arc, thread};

use tokio::sync::watch;
use xinglin_agent::{HttpsServer, Reading, forward_logs};
use xinglin_core::SystemClock;

use crate::{
    cli::RunArgs,
    commands::{Failure, runtime},
};

/// Where logs are, unless somebody says otherwise.
const LOGS: &str = "/var/log";

/// Logs on their way; dropped, it has ended.
pub(super) struct Forwarding {
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Forwarding {
    /// Begins to send what the server wants.
    pub(super) fn start(server: HttpsServer, args: &RunArgs) -> Result<Self, Failure> {
        let runtime = runtime()?;
        let reading = Reading {
            within: match args.log_roots.as_slice() {
                [] => vec![PathBuf::from(LOGS)],
                roots => roots.to_vec(),
            },
            without: vec![args.folder.data.clone()],
            clock: Arc::new(SystemClock),
        };
        let (stop, stopping) = watch::channel(false);
        let thread = thread::spawn(move || {
            runtime.block_on(forward_logs(Arc::new(server), reading, stopping));
        });
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Forwarding {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        let ended = self.thread.take().map(thread::JoinHandle::join);
        if let Some(Err(_)) = ended {
            tracing::error!("sending logs failed");
        }
    }
}
