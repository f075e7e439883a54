//! Services, components and programs.

use serde::{Deserialize, Serialize};

use super::gathered::Gathered;

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its name, which no language changes.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// `boot`, `system`, `auto`, `manual` or `disabled`.
    pub start: String,
    /// The account it runs as.
    pub account: String,
    /// Whether its path has spaces and no quotes, so that another program may take its place.
    pub unquoted: bool,
}

/// An installed program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// Its maker.
    #[serde(default)]
    pub publisher: Option<String>,
}

/// A scheduled task of this hospital's own: those of Windows are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its path and name.
    pub name: String,
    /// Whether it is enabled.
    pub enabled: bool,
    /// What it starts, without passwords.
    pub commands: Vec<String>,
    /// Days since it last ran; `null` when never, or not known.
    pub last_run_days_ago: Option<i64>,
    /// Whether its last run ended well; `null` when not known.
    pub succeeded: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct WrittenService {
    name: String,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WrittenTask {
    name: String,
    enabled: bool,
    #[serde(default)]
    commands: Vec<String>,
    last_run: Option<String>,
    last_result: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    name: String,
}

pub(super) fn services(gathered: &Gathered<'_>) -> Option<Vec<Service>> {
    let services: Vec<WrittenService> = gathered.items("services")?;
    let service = |service: WrittenService| Service {
        running: service.state.as_deref() == Some("Running"),
        start: service.start.unwrap_or_default().to_ascii_lowercase(),
        account: service.account.unwrap_or_default(),
        unquoted: service.path.as_deref().is_some_and(is_unquoted),
        name: service.name,
    };
    Some(services.into_iter().map(service).collect())
}

/// Whether the path of a program has a space before the program's name ends, and no quotes.
/// Below the Windows folder only administrators may write, so spaces do no harm there.
fn is_unquoted(path: &str) -> bool {
    let path = path.trim().to_ascii_lowercase();
    let Some(end) = path.find(".exe") else {
        return false;
    };
    let program = path.get(..end).unwrap_or_default();
    let of_windows = [
        "c:\\windows\\",
        "%systemroot%\\",
        "\\systemroot\\",
        "\\??\\",
    ];
    !program.starts_with('"')
        && program.contains(' ')
        && !of_windows.iter().any(|folder| program.starts_with(folder))
}

/// Optional components that are installed, by the names Windows gives them in every language.
pub(super) fn features(gathered: &Gathered<'_>) -> Option<Vec<String>> {
    let features: Vec<Feature> = gathered.items("features")?;
    Some(features.into_iter().map(|feature| feature.name).collect())
}

pub(super) fn programs(gathered: &Gathered<'_>) -> Option<Vec<Program>> {
    gathered.items("software")
}

pub(super) fn tasks(gathered: &Gathered<'_>) -> Option<Vec<Task>> {
    let tasks: Vec<WrittenTask> = gathered.items("tasks")?;
    let task = |task: WrittenTask| Task {
        enabled: task.enabled,
        commands: task
            .commands
            .iter()
            .map(|command| without_secrets(command))
            .collect(),
        // Tasks that never ran have a date long ago.
        last_run_days_ago: task
            .last_run
            .and_then(|at| gathered.days_since(&at))
            .filter(|days| *days < 20_000),
        succeeded: task.last_result.map(|result| result == 0),
        name: task.name,
    };
    Some(tasks.into_iter().map(task).collect())
}

fn without_secrets(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    crate::linux::schedule::without_secrets(&words)
}
