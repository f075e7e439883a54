//! `xinglin agent run`: inspections on one thread, logs on another.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use xinglin_agent::{
    Agent, Ended, FolderLock, HttpsServer, Identity, ReleaseKeys, Runner, Server, ServerError,
    Spool, SpoolLimits, Updater, Wait, lower_priority,
};
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::LiveHost;
use xinglin_wire::{Body, FilesReply, FilesReport, Manifest, Reply, Report};

use super::forward::Forwarding;
use crate::{
    cli::RunArgs,
    commands::{Failure, Outcome, StopSignals, runtime, start_log},
    printer::Printer,
};

/// A new program says its version in this time.
const START_LIMIT: Duration = Duration::from_secs(20);

pub(super) fn run(args: &RunArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let folder = &args.folder.data;
    let identity = Identity::load(folder).map_err(Failure::input)?;
    let updater = updater(args).map_err(Failure::input)?;
    let _lock = FolderLock::take(folder).map_err(Failure::input)?;
    start_log();
    let stopping = Arc::new(AtomicBool::new(false));
    let stop = watch_signals(&stopping)?;
    let https = HttpsServer::new(&identity).map_err(Failure::input)?;
    let logs = https.clone();
    let mut server = Noted { https, stopping };
    let spool = Spool::open(&folder.join("spool"), SpoolLimits::default());
    let spool = spool.map_err(Failure::internal)?;
    let mut agent = Agent::new(&LiveHost, &mut server, spool);
    if args.once {
        return once(&mut agent, printer);
    }
    // Before, so that its threads keep their priority: logs must not stand still.
    let forwarding = if args.no_logs {
        None
    } else {
        Some(Forwarding::start(logs, args)?)
    };
    if let Err(error) = lower_priority() {
        tracing::warn!(%error, "the priority stays as it is");
    }
    tracing::info!(
        agent = identity.agent,
        server = identity.server,
        interval_seconds = identity.settings.interval_seconds,
        waiting = agent.waiting(),
        "the agent runs"
    );
    let mut runner = Runner {
        clock: &SystemClock,
        chance: &mut chance,
        wait: &mut |time| wait(&stop, time),
        note: &mut |text| tracing::warn!("{text}"),
        updater: updater.as_ref(),
        starts: &mut starts,
    };
    let ended = xinglin_agent::run(&mut agent, identity.settings, &mut runner);
    drop(forwarding);
    match ended.map_err(Failure::internal)? {
        Ended::Stopped => tracing::info!("the agent stopped"),
        Ended::Replaced => tracing::info!("another program is in place of this one"),
    }
    Ok(Outcome::Done)
}

/// One inspection, and whatever waits.
fn once(agent: &mut Agent<'_>, printer: &mut Printer) -> Result<Outcome, Failure> {
    agent
        .inspect(SystemClock.now())
        .map_err(Failure::internal)?;
    let delivered = agent.deliver().map_err(Failure::internal)?;
    if delivered.failure.is_none()
        && let Err(failure) = agent.report_files(SystemClock.now())
    {
        printer.note(&format!("files not reported: {failure}"));
    }
    let line = format!("{} delivered, {} wait", delivered.kept, agent.waiting());
    printer.line(&line).map_err(Failure::internal)?;
    match delivered.failure {
        None => Ok(Outcome::Done),
        Some(failure) => {
            printer.note(&format!("xinglin: {failure}"));
            Ok(Outcome::No)
        }
    }
}

/// The server, with a line in the log for what it keeps, and away for an agent that is about
/// to end: what waits is on disk.
struct Noted {
    https: HttpsServer,
    stopping: Arc<AtomicBool>,
}

impl Server for Noted {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        if self.stopping.load(Ordering::SeqCst) {
            let why = "this agent is stopping".to_owned();
            return Err(ServerError::Away { why });
        }
        let reply = self.https.report(report)?;
        if let Reply::Kept { .. } = reply {
            let form = match report.body {
                Body::Whole { .. } => "whole",
                Body::Difference { .. } => "difference",
            };
            tracing::info!(number = report.number, form, "the server keeps a report");
        }
        Ok(reply)
    }

    fn files(&mut self, report: &FilesReport) -> Result<FilesReply, ServerError> {
        if self.stopping.load(Ordering::SeqCst) {
            let why = "this agent is stopping".to_owned();
            return Err(ServerError::Away { why });
        }
        let reply = self.https.files(report)?;
        if let FilesReply::Kept { .. } = reply {
            tracing::info!("the server keeps what files are");
        }
        Ok(reply)
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        self.https.program(limit, to)
    }
}

/// Says when somebody asks this program to end.
fn watch_signals(stopping: &Arc<AtomicBool>) -> Result<Receiver<()>, Failure> {
    let runtime = runtime()?;
    let signals = {
        let _within = runtime.enter();
        StopSignals::watch().map_err(Failure::internal)?
    };
    let (said, stop) = sync_channel(1);
    let stopping = Arc::clone(stopping);
    thread::spawn(move || {
        runtime.block_on(signals.wait());
        stopping.store(true, Ordering::SeqCst);
        said.send(()).ok();
    });
    Ok(stop)
}

fn wait(stop: &Receiver<()>, time: Duration) -> Wait {
    match stop.recv_timeout(time) {
        Err(RecvTimeoutError::Timeout) => Wait::Over,
        // Without anybody to listen to signals it ends as if asked to.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Wait::Stop,
    }
}

/// A number that nobody can foresee. Without one, hosts are late by the same time.
fn chance() -> u64 {
    getrandom::u64().unwrap_or_default()
}

fn updater(args: &RunArgs) -> anyhow::Result<Option<Updater>> {
    let Some(file) = &args.release_keys else {
        return Ok(None);
    };
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if lines.is_empty() {
        return Err(anyhow!("{}: no key", file.display()));
    }
    let keys = ReleaseKeys::from_hex(lines).with_context(|| file.display().to_string())?;
    let program = env::current_exe().context("this program's file is not known")?;
    let platform = format!("{}-{}", env::consts::ARCH, env::consts::OS);
    let folder = &args.folder.data;
    Ok(Some(Updater::new(&program, folder, &platform, keys)))
}

/// Runs a new program so that it only says its version.
fn starts(program: &Path, manifest: &Manifest) -> Result<(), String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program that was checked and is about to take this one's place"
    )]
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| error.to_string())?;
    let limit = START_LIMIT.as_millis() / 100;
    for _ in 0..limit {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(100)),
            Ok(Some(_)) => {
                let said = child
                    .wait_with_output()
                    .map_err(|error| error.to_string())?;
                let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
                let is_it = said.status.success() && text.ends_with(&manifest.version);
                return if is_it {
                    Ok(())
                } else {
                    Err(format!("it says '{text}'"))
                };
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    drop(child.kill());
    drop(child.wait());
    Err("it says nothing".to_owned())
}
