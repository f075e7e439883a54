//! When to inspect, and when to try the server again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use xinglin_wire::Settings;

/// The shortest and the longest an agent waits for a server that is away.
const FIRST_WAIT: u64 = 15;
const LONGEST_WAIT: u64 = 1_800;
/// Settings beyond these are taken for these, so that no mistake on the server silences an
/// agent or makes it spin.
const INTERVAL_SECONDS: (u64, u64) = (60, 7 * 86_400);

/// When to inspect, and when to try the server again. Chance is an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    settings: Settings,
    inspection: Timestamp,
    delivery: Timestamp,
    failures: u32,
}

impl Schedule {
    /// The first inspection is soon, but not at the same moment on every host that came up
    /// again after a loss of power.
    pub fn new(settings: Settings, now: Timestamp, chance: u64) -> Self {
        let settings = bounded(settings);
        let late = share(settings.jitter_seconds.min(60), chance);
        Self {
            settings,
            inspection: later(now, late),
            delivery: now,
            failures: 0,
        }
    }

    /// Whether an inspection is due.
    pub fn inspects(&self, now: Timestamp) -> bool {
        // A clock that was set back must not stop inspections until it has caught up.
        let longest = self.settings.interval_seconds + self.settings.jitter_seconds;
        self.inspection <= now || self.inspection > later(now, longest)
    }

    /// Whether the server may be tried.
    pub fn delivers(&self, now: Timestamp) -> bool {
        self.delivery <= now || self.delivery > later(now, LONGEST_WAIT)
    }

    /// Notes that an inspection was made.
    pub fn inspected(&mut self, now: Timestamp, chance: u64) {
        let late = share(self.settings.jitter_seconds, chance);
        self.inspection = later(now, self.settings.interval_seconds + late);
    }

    /// Notes that the server answered.
    pub fn answered(&mut self, settings: Settings, now: Timestamp) {
        self.settings = bounded(settings);
        self.failures = 0;
        self.delivery = now;
    }

    /// Notes that the server did not: twice as long each time, and half of it by chance.
    pub fn not_answered(&mut self, now: Timestamp, chance: u64) {
        let wait = (FIRST_WAIT << self.failures.min(16)).min(LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        self.delivery = later(now, wait / 2 + share(wait / 2, chance));
    }

    /// How long there is nothing to do, given whether something waits to be sent.
    pub fn idle(&self, now: Timestamp, is_waiting: bool) -> Duration {
        let next = if is_waiting {
            self.inspection.min(self.delivery)
        } else {
            self.inspection
        };
        let wait = now.duration_until(next);
        Duration::try_from(wait).unwrap_or_default()
    }
}

fn bounded(settings: Settings) -> Settings {
    let (least, most) = INTERVAL_SECONDS;
    let interval_seconds = settings.interval_seconds.clamp(least, most);
    Settings {
        interval_seconds,
        jitter_seconds: settings.jitter_seconds.min(interval_seconds),
    }
}

/// A number up to `most`, as `chance` has it.
fn share(most: u64, chance: u64) -> u64 {
    chance % (most + 1)
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    let seconds = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.checked_add(seconds).unwrap_or(Timestamp::MAX)
}
