//! Time synchronisation.

use serde::Serialize;

use super::{services::Services, source::Source};
use crate::host::Program;

/// Time synchronisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Time {
    /// `chronyd`, `ntpd`, `systemd-timesyncd`, or empty when none runs.
    pub service: Option<String>,
    /// The servers it is told to ask.
    pub servers: Option<Vec<String>>,
    /// Whether the clock is in step with one of them.
    pub synchronised: Option<bool>,
}

/// The servers of `chrony.conf` or `ntp.conf`.
pub fn parse_servers(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            matches!(words.next()?, "server" | "pool" | "peer").then(|| words.next())?
        })
        .filter(|server| !server.starts_with("127.127."))
        .map(str::to_owned)
        .collect()
}

/// The servers of `timesyncd.conf`, with the fallback when none is set.
pub fn parse_timesyncd(text: &str) -> Vec<String> {
    let values = |key: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))
            .flat_map(|value| {
                value
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let servers = values("NTP");
    if servers.is_empty() {
        values("FallbackNTP")
    } else {
        servers
    }
}

/// Whether `chronyc tracking` reports a clock in step.
pub fn parse_tracking(text: &str) -> bool {
    text.lines().any(|line| {
        line.split_once(':')
            .is_some_and(|(key, value)| key.trim() == "Leap status" && value.trim() == "Normal")
    })
}

pub(super) fn collect(source: &Source<'_>, services: &Services) -> Time {
    let runs = |names: &[&str]| services.runs(names);
    let service = match (
        runs(&["chronyd"]),
        runs(&["ntpd"]),
        runs(&["systemd-timesyncd"]),
    ) {
        (Some(true), ..) => Some("chronyd"),
        (_, Some(true), _) => Some("ntpd"),
        (.., Some(true)) => Some("systemd-timesyncd"),
        (Some(false), ..) => Some(""),
        (None, ..) => None,
    };
    let synchronised = match service {
        Some("chronyd") => source
            .run(Program::ChronyTracking)
            .map(|text| parse_tracking(&text)),
        // timesyncd leaves this file when it has set the clock.
        Some("systemd-timesyncd") => Some(source.exists("/run/systemd/timesync/synchronized")),
        Some("") => Some(false),
        _ => None,
    };
    Time {
        servers: servers(source, service),
        service: service.map(str::to_owned),
        synchronised,
    }
}

fn servers(source: &Source<'_>, service: Option<&str>) -> Option<Vec<String>> {
    let mut servers = Vec::new();
    if service == Some("systemd-timesyncd") {
        let mut text = source.text("/etc/systemd/timesyncd.conf")?;
        for (_, more) in source.texts_in("/etc/systemd/timesyncd.conf.d", ".conf")? {
            text.push_str(&more);
        }
        return Some(parse_timesyncd(&text));
    }
    for path in [
        "/etc/chrony.conf",
        "/etc/chrony/chrony.conf",
        "/etc/ntp.conf",
        "/etc/ntpsec/ntp.conf",
    ] {
        servers.extend(parse_servers(&source.text(path)?));
    }
    for directory in [
        "/etc/chrony/sources.d",
        "/etc/chrony/conf.d",
        "/etc/chrony.d",
    ] {
        for (_, text) in source.texts_in(directory, "")? {
            servers.extend(parse_servers(&text));
        }
    }
    Some(servers)
}
