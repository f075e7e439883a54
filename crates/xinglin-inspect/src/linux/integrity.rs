//! File-integrity tools, virus signatures, and where third-party software is installed.

use serde::Serialize;

use super::source::Source;

/// File-integrity tools, virus signatures, and where third-party software is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Integrity {
    /// Reference databases that exist, such as `/var/lib/aide/aide.db.gz`.
    pub databases: Option<Vec<String>>,
    /// Days since the `ClamAV` signatures were renewed; `null` without it.
    pub signature_days: Option<i64>,
    /// Directories of third-party software, such as `/opt/agent`.
    pub directories: Option<Vec<String>>,
    /// The watch that Xinglin itself keeps over files; `null` without it. No collector reads
    /// it: who keeps the watch says so.
    pub watch: Option<Watched>,
}

/// A watch over files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// What the baseline covers.
    pub paths: Vec<String>,
    /// Days since all files were compared with it.
    pub scanned_days_ago: i64,
    /// Days since the oldest change that no package explains has waited for somebody to look at
    /// it; `null` where none waits.
    pub waiting_days_ago: Option<i64>,
}

pub(super) fn collect(source: &Source<'_>) -> Integrity {
    const SIGNATURES: [&str; 4] = [
        "/var/lib/clamav/daily.cld",
        "/var/lib/clamav/daily.cvd",
        "/var/lib/clamav/main.cld",
        "/var/lib/clamav/main.cvd",
    ];
    Integrity {
        databases: databases(source),
        signature_days: SIGNATURES
            .iter()
            .filter_map(|path| source.metadata(path).flatten())
            .map(|metadata| source.days_since(metadata.modified_seconds))
            .min(),
        directories: directories(source),
        watch: None,
    }
}

fn databases(source: &Source<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (directory, prefix) in [
        ("/var/lib/aide", "aide.db"),
        ("/var/lib/tripwire", ""),
        ("/var/lib/samhain", ""),
    ] {
        let names = source.names(directory)?;
        let matching = names
            .iter()
            .filter(|name| name.starts_with(prefix) && !name.contains(".new"));
        found.extend(matching.map(|name| format!("{directory}/{name}")));
    }
    Some(found)
}

fn directories(source: &Source<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for parent in ["/opt", "/usr/local", "/var/opt"] {
        found.extend(
            source
                .names(parent)?
                .into_iter()
                .map(|name| format!("{parent}/{name}")),
        );
    }
    Some(found)
}
