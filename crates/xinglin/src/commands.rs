//! One file a command. Exit codes: 0 done, 1 the answer is no, 2 bad usage or unreadable
//! input, 3 internal error.

mod agent;
mod assess;
mod content;
mod detect;
mod inspect;
mod ledger;
mod logs;
mod openapi;
mod policies;
mod report;
mod serve;

use std::{fmt, io, process::ExitCode};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{
    cli::{Cli, Command},
    printer::Printer,
};

/// How a command that ran ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, or the answer is yes.
    Done,
    /// The answer is no.
    No,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::No => Self::from(1),
        }
    }
}

/// A command that could not run.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    error: anyhow::Error,
}

impl Failure {
    /// Bad usage or unreadable input.
    pub(crate) fn input(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: 2,
            error: error.into(),
        }
    }

    /// A defect or a broken environment.
    pub(crate) fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: 3,
            error: error.into(),
        }
    }

    /// The same, and of what it is.
    pub(crate) fn of(self, what: &str) -> Self {
        Self {
            code: self.code,
            error: self.error.context(what.to_owned()),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xinglin: {:#}", self.error)
    }
}

/// Runs a command.
pub(crate) fn run(cli: Cli, printer: &mut Printer) -> Result<Outcome, Failure> {
    let content_dir = cli.content_dir.as_deref();
    match cli.command {
        Command::Serve(args) => serve::run(args, content_dir, printer),
        Command::Inspect(command) => inspect::run(command, content_dir, printer),
        Command::Agent(command) => agent::run(&command, content_dir, printer),
        Command::Logs(command) => logs::run(&command, content_dir, printer),
        Command::Detect(command) => detect::run(&command, content_dir, printer),
        Command::Policies(command) => policies::run(&command, content_dir, printer),
        Command::Assess(command) => assess::run(&command, content_dir, printer),
        Command::Content(command) => content::run(&command, content_dir, printer),
        Command::Openapi => openapi::run(printer),
        Command::Report(command) => report::run(&command, content_dir, printer),
        Command::Ledger(command) => ledger::run(&command, printer),
    }
}

/// What happens goes to stderr, filtered by `RUST_LOG`.
pub(crate) fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// What asks this program to end.
pub(crate) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Watches from now on; before, a signal just ends the program. Needs a runtime.
    pub(crate) fn watch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits until somebody asks.
    pub(crate) async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The runtime of commands that talk to the database.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)
}
