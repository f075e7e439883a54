//! The agent's days: inspect when it is time, send when there is something and the server
//! answers, and install what it offers.

use std::{path::Path, time::Duration};

use xinglin_core::Clock;
use xinglin_wire::{Manifest, Settings};

use crate::{
    schedule::Schedule,
    server::ServerError,
    spool::SpoolError,
    turn::Agent,
    update::{Installed, Trial, UpdateError, Updater},
};

/// The longest wait at a stretch, so that a changed clock is noticed.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What [`run`] needs of the world.
pub struct Runner<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// A number that nobody can foresee.
    pub chance: &'a mut dyn FnMut() -> u64,
    /// Waits.
    pub wait: &'a mut dyn FnMut(Duration) -> Wait,
    /// Told what went wrong, for the log: once where it happens, not once a try.
    pub note: &'a mut dyn FnMut(&str),
    /// Puts newer programs in place; `None` where a package manager does that.
    pub updater: Option<&'a Updater>,
    /// Runs a new program so that it only says its version, and tells whether it did.
    pub starts: &'a mut dyn FnMut(&Path, &Manifest) -> Result<(), String>,
}

/// What came of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The time is over.
    Over,
    /// The agent shall end.
    Stop,
}

/// Why the agent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// Another program is in place of this one and wants to be started.
    Replaced,
}

/// Runs until it shall end.
///
/// # Errors
/// When the spool cannot be used: then nothing of what the agent is for can be done.
pub fn run(
    agent: &mut Agent<'_>,
    settings: Settings,
    runner: &mut Runner<'_>,
) -> Result<Ended, SpoolError> {
    if let Some(updater) = runner.updater {
        match updater.started() {
            Ok(Trial::GoOn) => {}
            Ok(Trial::TakenBack) => return Ok(Ended::Replaced),
            Err(error) => (runner.note)(&error.to_string()),
        }
    }
    let mut schedule = Schedule::new(settings, runner.clock.now(), (runner.chance)());
    let mut last_failure = None;
    loop {
        let now = runner.clock.now();
        if schedule.inspects(now) {
            agent.inspect(now)?;
            schedule.inspected(now, (runner.chance)());
        }
        if agent.waiting() > 0
            && schedule.delivers(now)
            && deliver(agent, &mut schedule, runner, &mut last_failure)?
        {
            return Ok(Ended::Replaced);
        }
        let idle = schedule.idle(runner.clock.now(), agent.waiting() > 0);
        if !idle.is_zero() && (runner.wait)(idle.min(LONGEST_WAIT)) == Wait::Stop {
            return Ok(Ended::Stopped);
        }
    }
}

/// Sends what waits; `true` when another program is in place.
fn deliver(
    agent: &mut Agent<'_>,
    schedule: &mut Schedule,
    runner: &mut Runner<'_>,
    last_failure: &mut Option<ServerError>,
) -> Result<bool, SpoolError> {
    let delivered = agent.deliver()?;
    let now = runner.clock.now();
    if let Some(settings) = delivered.settings {
        schedule.answered(settings, now);
        if let Some(Err(error)) = runner.updater.map(Updater::works) {
            (runner.note)(&error.to_string());
        }
    }
    if let Some(failure) = &delivered.failure {
        // The system's words for a server that is away differ from try to try.
        let kind = std::mem::discriminant(failure);
        if last_failure.as_ref().map(std::mem::discriminant) != Some(kind) {
            (runner.note)(&failure.to_string());
        }
        if agent.waiting() > 0 {
            schedule.not_answered(now, (runner.chance)());
        }
    }
    if delivered.failure.is_none()
        && let Err(failure) = agent.report_files(now)
    {
        (runner.note)(&format!("files not reported: {failure}"));
    }
    *last_failure = delivered.failure;
    let (Some(updater), Some(release)) = (runner.updater, delivered.release) else {
        return Ok(false);
    };
    match updater.install(&release, agent.server(), runner.starts) {
        Ok(Installed::Yes(_)) => Ok(true),
        Ok(Installed::NotNewer) => Ok(false),
        Err(error) => {
            note_update(runner, &error);
            Ok(false)
        }
    }
}

fn note_update(runner: &mut Runner<'_>, error: &UpdateError) {
    (runner.note)(&format!("release not installed: {error}"));
}
