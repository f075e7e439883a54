//! Logs of the host on their way to the server, as they are written.
//!
//! The server says which are wanted. Each is read and sent by a [`carry`] of its own, so that
//! one that stands still holds up no other. Nothing is kept on disk: lines stay in the files
//! and the journal they were written to until the server has them, and the server knows how
//! far that is.

mod carry;

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::sleep,
};
use xinglin_core::Clock;
use xinglin_ingest::listen::{Progress, Sources};
use xinglin_wire::{
    Lines, LinesReply, LogFile, LogReading, LogsAsk, LogsBegin, LogsBegun, LogsReply, PROTOCOL,
    WantedLog,
};

use self::carry::{Carrying, carry};
use crate::server::ServerError;

/// A server that does not answer is tried again after this time, and then after twice as long
/// each time, up to the latter.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_mins(1)];
/// However often the server wants to be asked, it is not asked more often, nor less.
const ASK_AGAIN: (u64, u64) = (1, 600);
/// After something else is wanted it is asked again after this time.
const SOON: Duration = Duration::from_secs(2);
/// Files of one log that are told of.
const MOST_TOLD: usize = 100;

/// The server, as far as logs go.
pub trait LogServer: Send + Sync {
    /// Asks which logs are wanted.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn wanted(&self, ask: &LogsAsk) -> Result<LogsReply, ServerError>;

    /// Begins a log.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn begin(&self, begin: &LogsBegin) -> Result<LogsBegun, ServerError>;

    /// Sends lines; answered when they are durable.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn lines(&self, lines: &Lines) -> Result<LinesReply, ServerError>;
}

/// What of the host may be read, whatever the server wants.
#[derive(Clone)]
pub struct Reading {
    /// Folders in which files must really be.
    pub within: Vec<PathBuf>,
    /// Folders in which they must not be: the agent's own.
    pub without: Vec<PathBuf>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// How carrying one log goes.
#[derive(Debug, Clone, Default)]
struct Told {
    turn: String,
    progress: Progress,
}

/// A log that is carried.
struct Running {
    wanted: WantedLog,
    stop: watch::Sender<bool>,
    told: watch::Receiver<Told>,
    task: JoinHandle<()>,
}

/// Sends what the server wants until `stop` says so; each problem is written to the log once
/// where it begins.
pub async fn forward_logs(
    server: Arc<dyn LogServer>,
    reading: Reading,
    mut stop: watch::Receiver<bool>,
) {
    let mut running: HashMap<i64, Running> = HashMap::new();
    let sources = Arc::new(Sources::default());
    let mut trying = Trying::default();
    loop {
        let ask = LogsAsk {
            protocol: PROTOCOL.to_owned(),
            reading: running.values().map(reading_of).collect(),
        };
        let asked = Arc::clone(&server);
        let answer = spawn_blocking(move || asked.wanted(&ask)).await;
        let pause = match answer {
            Ok(Ok(reply)) => {
                trying.succeeded();
                if reconcile(&mut running, reply.inputs, &server, &reading, &sources).await {
                    // How it goes is told soon.
                    SOON
                } else {
                    let (least, most) = ASK_AGAIN;
                    Duration::from_secs(reply.ask_again_seconds.clamp(least, most))
                }
            }
            Ok(Err(error)) => trying.failed("which logs are wanted", &error),
            Err(_) => break,
        };
        if is_told(&mut stop, pause).await {
            break;
        }
    }
    for (_, one) in running {
        end(one).await;
    }
}

/// Carries what is wanted, and nothing else; whether that is something else than before.
async fn reconcile(
    running: &mut HashMap<i64, Running>,
    wanted: Vec<WantedLog>,
    server: &Arc<dyn LogServer>,
    reading: &Reading,
    sources: &Arc<Sources>,
) -> bool {
    let mut before = std::mem::take(running);
    let mut is_other = false;
    let is_known = |one: &WantedLog| matches!(one.kind.as_str(), "file" | "journal");
    for wanted in wanted.into_iter().filter(is_known) {
        if let Some(one) = before.remove(&wanted.input) {
            if one.wanted == wanted && !one.task.is_finished() {
                running.insert(wanted.input, one);
                continue;
            }
            end(one).await;
        }
        is_other = true;
        let (stop, stopping) = watch::channel(false);
        let (telling, told) = watch::channel(Told::default());
        let carrying = Carrying {
            server: Arc::clone(server),
            reading: reading.clone(),
            sources: Arc::clone(sources),
            wanted: wanted.clone(),
            stop: stopping,
            telling,
        };
        #[expect(clippy::disallowed_methods, reason = "joined when it ends")]
        let task = tokio::spawn(carry(carrying));
        let one = Running {
            wanted,
            stop,
            told,
            task,
        };
        running.insert(one.wanted.input, one);
    }
    for (_, one) in before {
        is_other = true;
        end(one).await;
    }
    is_other
}

async fn end(one: Running) {
    one.stop.send_replace(true);
    if let Err(error) = one.task.await {
        tracing::error!(%error, "carrying a log failed");
    }
}

fn reading_of(one: &Running) -> LogReading {
    let told = one.told.borrow();
    let files = told.progress.files.iter().take(MOST_TOLD);
    let problems = told.progress.problems.iter().take(MOST_TOLD);
    LogReading {
        input: one.wanted.input,
        turn: told.turn.clone(),
        has_looked: told.progress.has_looked,
        files: files
            .map(|file| LogFile {
                path: file.path.to_string_lossy().into_owned(),
                read: file.read,
                length: file.length,
            })
            .collect(),
        problems: problems
            .map(|problem| {
                let path = problem.path.to_string_lossy().into_owned();
                (path, problem.trouble.word().to_owned())
            })
            .collect(),
    }
}

/// Waits; whether it was told to end.
async fn is_told(stop: &mut watch::Receiver<bool>, pause: Duration) -> bool {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => true,
        () = sleep(pause) => false,
    }
}

/// Tries that fail, and how long to wait after each.
#[derive(Debug, Default)]
struct Trying {
    failures: u32,
}

impl Trying {
    fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Notes a failure, in the log where it is the first; how long to wait.
    fn failed(&mut self, what: &str, error: &ServerError) -> Duration {
        if self.failures == 0 {
            tracing::warn!(%error, "the server was not asked {what}");
        }
        let [least, most] = PAUSES;
        let pause = least * (1 << self.failures.min(8));
        self.failures = self.failures.saturating_add(1);
        pause.min(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit() {
        let mut trying = Trying::default();
        let error = ServerError::Away {
            why: "gone".to_owned(),
        };
        let waits: Vec<u64> = (0..7)
            .map(|_| trying.failed("that", &error).as_secs())
            .collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        trying.succeeded();
        assert_eq!(trying.failed("that", &error).as_secs(), 2);
    }
}
