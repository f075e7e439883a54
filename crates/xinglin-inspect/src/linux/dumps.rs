//! Whether programs that crash leave their memory on disk.

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// Whether programs that crash leave their memory on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dumps {
    /// Whether a hard limit of nought forbids dumps to every account.
    pub limited: Option<bool>,
    /// What systemd does with dumps: `external` (the default), `journal` or `none`; empty where
    /// it does not handle them.
    pub storage: Option<String>,
}

/// Whether `* hard core 0` (or `* - core 0`) stands in a file of limits.
pub fn forbids(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words.as_slice(), ["*", "hard" | "-", "core", "0"])
    })
}

pub(super) fn collect(source: &Source<'_>) -> Dumps {
    Dumps {
        limited: limited(source),
        storage: storage(source),
    }
}

fn limited(source: &Source<'_>) -> Option<bool> {
    let mut forbidden = forbids(&source.text("/etc/security/limits.conf")?);
    for (_, text) in source.texts_in("/etc/security/limits.d", ".conf")? {
        forbidden |= forbids(&text);
    }
    Some(forbidden)
}

fn storage(source: &Source<'_>) -> Option<String> {
    let handled = source.any_exists(&[
        "/usr/lib/systemd/systemd-coredump",
        "/lib/systemd/systemd-coredump",
    ]);
    if !handled {
        return Some(String::new());
    }
    let mut pairs = parse_pairs(&source.text("/etc/systemd/coredump.conf")?);
    for (_, text) in source.texts_in("/etc/systemd/coredump.conf.d", ".conf")? {
        pairs.extend(parse_pairs(&text));
    }
    let storage = pairs.get("Storage").map_or("external", String::as_str);
    Some(storage.to_lowercase())
}
