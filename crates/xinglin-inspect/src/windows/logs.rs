//! Event logs: size, age, rights, forwarding.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::gathered::Gathered;

/// Event logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logs {
    /// By name in lower case: `security`, `system`, `application` and others.
    pub logs: Option<BTreeMap<String, Log>>,
    /// Servers to which Windows forwards events.
    pub forwarded_to: Option<Vec<String>>,
    /// Whether ordinary users, guests or everybody may change the folder of the logs.
    pub folder_open: Option<bool>,
}

/// An event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Whether events are written to it.
    pub enabled: Option<bool>,
    /// How large it may become.
    pub max_bytes: Option<i64>,
    /// `circular`: the oldest events give way. `autobackup`: the file is put aside. `retain`:
    /// new events are lost.
    pub mode: Option<String>,
    /// Days since the oldest event in it.
    pub oldest_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct WrittenLog {
    name: String,
    enabled: Option<bool>,
    max_bytes: Option<i64>,
    mode: Option<String>,
    oldest: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Subscription {
    server: String,
}

#[derive(Debug, Deserialize)]
struct Folder {
    /// Who may change it, as security identifiers.
    writers: Vec<String>,
}

/// Everybody, authenticated users, interactive users, the groups of users and guests.
const ORDINARY: [&str; 5] = [
    "S-1-1-0",
    "S-1-5-11",
    "S-1-5-4",
    "S-1-5-32-545",
    "S-1-5-32-546",
];

pub(super) fn collect(gathered: &Gathered<'_>) -> Logs {
    let written: Option<Vec<WrittenLog>> = gathered.items("event_logs");
    let log = |log: WrittenLog| {
        let known = Log {
            enabled: log.enabled,
            max_bytes: log.max_bytes,
            mode: log.mode.map(|mode| mode.to_ascii_lowercase()),
            oldest_days: log.oldest.and_then(|at| gathered.days_since(&at)),
        };
        (log.name.to_ascii_lowercase(), known)
    };
    let subscriptions: Option<Vec<Subscription>> = gathered.items("subscriptions");
    let folder: Option<Folder> = gathered.item("event_log_folder");
    Logs {
        logs: written.map(|logs| logs.into_iter().map(log).collect()),
        forwarded_to: subscriptions.map(|all| all.into_iter().map(|one| one.server).collect()),
        folder_open: folder.map(|folder| {
            folder
                .writers
                .iter()
                .any(|sid| ORDINARY.contains(&sid.as_str()))
        }),
    }
}
