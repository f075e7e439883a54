//! Hosts that run machines.

use serde::{Deserialize, Serialize};

use super::settings::{Settings, text_of};

/// A host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its version, such as `7.0.3`.
    pub version: Option<String>,
    /// Its build.
    pub build: Option<String>,
    /// Failures until an account is locked; 0 when never.
    pub lock_failures: Option<i64>,
    /// Seconds that it stays locked.
    pub unlock_seconds: Option<i64>,
    /// The fewest characters of a password; 0 when nothing is asked.
    pub password_min_length: Option<i64>,
    /// How many classes of characters the least password has.
    pub password_classes: Option<i64>,
    /// Days a password may live; 99999 is "for ever".
    pub password_max_days: Option<i64>,
    /// Former passwords that are refused.
    pub password_history: Option<i64>,
    /// Seconds until an idle shell ends; 0 when never.
    pub shell_idle_seconds: Option<i64>,
    /// Seconds until the idle console is locked; 0 when never.
    pub console_idle_seconds: Option<i64>,
    /// Versions of TLS that are off.
    pub tls_off: Option<Vec<String>>,
    /// Whether the browser of managed objects is on.
    pub object_browser: Option<bool>,
    /// Where logs are sent.
    pub log_hosts: Option<Vec<String>>,
    /// How memory pages are shared between machines; 2 is not at all.
    pub page_salting: Option<i64>,
    /// Time servers.
    pub time_servers: Option<Vec<String>>,
    /// Whether the time service runs.
    pub time_running: Option<bool>,
    /// `disabled`, `normal` or `strict`: whether it may be changed past its manager.
    pub lockdown: Option<String>,
    /// The least signature of software: `community`, `partner`, `accepted` or `certified`.
    pub acceptance: Option<String>,
    /// Services.
    pub services: Option<Vec<Service>>,
}

/// A service of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its key, such as `TSM-SSH`.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// `on`, `off` or `automatic`.
    #[serde(default)]
    pub start: String,
}

/// The collector's section `hosts`.
#[derive(Debug, Deserialize)]
pub(super) struct WrittenHost {
    pub(super) name: String,
    version: Option<String>,
    build: Option<String>,
    lockdown: Option<String>,
    acceptance: Option<String>,
    time_servers: Option<Vec<String>>,
    services: Option<Vec<Service>>,
    #[serde(default)]
    settings: serde_json::Map<String, serde_json::Value>,
}

/// What stands for "never" in days, as on other systems.
const NEVER_DAYS: i64 = 99_999;

impl WrittenHost {
    pub(super) fn read(self) -> Host {
        let settings = self
            .settings
            .iter()
            .map(|(name, value)| (name.to_lowercase(), text_of(value)));
        let mut host = Host {
            name: self.name,
            version: self.version,
            build: self.build,
            // PowerCLI says lockdownDisabled, lockdownNormal, lockdownStrict.
            lockdown: self.lockdown.map(|mode| {
                mode.to_lowercase()
                    .trim_start_matches("lockdown")
                    .to_owned()
            }),
            acceptance: self.acceptance.map(|level| acceptance(&level)),
            time_servers: self.time_servers,
            ..Host::default()
        };
        host.set(&settings.collect());
        host.serve(self.services);
        host
    }
}

fn acceptance(level: &str) -> String {
    let level = level.to_lowercase().replace(['_', ' '], "");
    for (word, name) in [
        ("community", "community"),
        ("partner", "partner"),
        ("accepted", "accepted"),
        ("certified", "certified"),
    ] {
        if level.contains(word) {
            return name.to_owned();
        }
    }
    level
}

impl Host {
    /// Takes over what settings say; they may come from several files.
    pub(super) fn set(&mut self, settings: &Settings) {
        let text = |name: &str| settings.get(name).map(|value| value.trim().to_owned());
        let number = |name: &str| text(name)?.parse::<i64>().ok();
        let words = |name: &str| {
            let text = text(name)?;
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            Some(words.map(str::to_owned).collect::<Vec<_>>())
        };
        take(
            &mut self.lock_failures,
            number("security.accountlockfailures"),
        );
        take(
            &mut self.unlock_seconds,
            number("security.accountunlocktime"),
        );
        take(
            &mut self.password_history,
            number("security.passwordhistory"),
        );
        let days =
            number("security.passwordmaxdays").map(|days| if days > 0 { days } else { NEVER_DAYS });
        take(&mut self.password_max_days, days);
        take(
            &mut self.shell_idle_seconds,
            number("uservars.esxishellinteractivetimeout"),
        );
        take(
            &mut self.console_idle_seconds,
            number("uservars.dcuitimeout"),
        );
        take(&mut self.page_salting, number("mem.shareforcesalting"));
        take(
            &mut self.tls_off,
            words("uservars.esxivpsdisabledprotocols"),
        );
        take(&mut self.log_hosts, words("syslog.global.loghost"));
        let browser = text("config.hostagent.plugins.solo.enablemob");
        take(
            &mut self.object_browser,
            browser.map(|value| matches!(value.to_lowercase().as_str(), "true" | "1")),
        );
        if let Some(quality) = text("security.passwordqualitycontrol") {
            let least = least_password(&quality);
            take(&mut self.password_min_length, least.map(|least| least.0));
            take(&mut self.password_classes, least.map(|least| least.1));
        }
    }

    pub(super) fn serve(&mut self, services: Option<Vec<Service>>) {
        let Some(services) = services else { return };
        let time = services
            .iter()
            .filter(|service| matches!(service.name.as_str(), "ntpd" | "chronyd" | "ptpd"));
        self.time_running = Some(time.clone().any(|service| service.running));
        self.services = Some(services);
    }
}

fn take<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// The least password that `retry=3 min=disabled,disabled,disabled,7,7` (`pam_passwdqc`)
/// accepts: characters and classes. The five figures are for one class, two, a phrase,
/// three and four; phrases of several words are not counted.
fn least_password(quality: &str) -> Option<(i64, i64)> {
    let list = quality
        .split_whitespace()
        .find_map(|word| word.strip_prefix("min="))?;
    let figures: Vec<&str> = list.split(',').map(str::trim).collect();
    let [one, two, _, three, four] = figures.as_slice() else {
        return None;
    };
    let lengths = [(one, 1), (two, 2), (three, 3), (four, 4)];
    let accepted = lengths
        .into_iter()
        .filter_map(|(figure, classes)| Some((figure.parse::<i64>().ok()?, classes)));
    let accepted: Vec<(i64, i64)> = accepted.collect();
    let length = accepted.iter().map(|(length, _)| *length).min()?;
    let classes = accepted.iter().map(|(_, classes)| *classes).min()?;
    Some((length, classes))
}
