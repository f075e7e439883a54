//! Services started at boot, and processes that run.

use std::collections::BTreeSet;

use serde::Serialize;

use super::source::Source;

/// Services started at boot, and processes that run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Services {
    /// Units that systemd starts (`auditd.service`, `cups.socket`), and `SysV` services.
    pub enabled: Option<Vec<String>>,
    /// Units that an administrator made unable to start (links to `/dev/null`).
    pub masked: Option<Vec<String>>,
    /// Names of running processes but for workers of the kernel; `null` for a tree of files, or when other users' are hidden.
    pub processes: Option<Vec<String>>,
}

impl Services {
    /// Whether a process of one of these names runs.
    pub fn runs(&self, names: &[&str]) -> Option<bool> {
        let processes = self.processes.as_ref()?;
        Some(
            names
                .iter()
                .any(|name| processes.iter().any(|process| same(process, name))),
        )
    }

    /// Whether one of these units is enabled.
    pub fn starts(&self, units: &[&str]) -> Option<bool> {
        let enabled = self.enabled.as_ref()?;
        Some(
            units
                .iter()
                .any(|unit| enabled.iter().any(|known| known == unit)),
        )
    }
}

/// The kernel keeps fifteen characters of a name.
fn same(process: &str, name: &str) -> bool {
    process == name || (process.len() == 15 && name.starts_with(process))
}

pub(super) fn collect(source: &Source<'_>) -> Services {
    Services {
        enabled: enabled(source),
        masked: masked(source),
        processes: source.is_running().then(|| processes(source)).flatten(),
    }
}

fn enabled(source: &Source<'_>) -> Option<Vec<String>> {
    const SYSTEM: &str = "/etc/systemd/system";
    let mut units = BTreeSet::new();
    for name in source.names(SYSTEM)? {
        let (_, suffix) = name.rsplit_once('.').unwrap_or_default();
        if !matches!(suffix, "wants" | "requires") {
            continue;
        }
        for unit in source.names(&format!("{SYSTEM}/{name}"))? {
            // A unit that links to /dev/null is masked: it never starts.
            if source.link(&format!("{SYSTEM}/{unit}")).as_deref() != Some("/dev/null") {
                units.insert(unit);
            }
        }
    }
    for level in ["/etc/rc3.d", "/etc/rc.d/rc3.d"] {
        for name in source.names(level)? {
            let service = name
                .trim_start_matches('S')
                .trim_start_matches(|c: char| c.is_ascii_digit());
            let unit = format!("{service}.service");
            let native = ["/lib/systemd/system", "/usr/lib/systemd/system"]
                .iter()
                .any(|directory| source.exists(&format!("{directory}/{unit}")));
            // Where systemd knows the unit, its own links decide.
            if name.starts_with('S') && !service.is_empty() && !native {
                units.insert(unit);
            }
        }
    }
    Some(units.into_iter().collect())
}

fn masked(source: &Source<'_>) -> Option<Vec<String>> {
    const SYSTEM: &str = "/etc/systemd/system";
    let names = source.names(SYSTEM)?;
    let masked = names
        .into_iter()
        .filter(|name| source.link(&format!("{SYSTEM}/{name}")).as_deref() == Some("/dev/null"));
    Some(masked.collect())
}

fn processes(source: &Source<'_>) -> Option<Vec<String>> {
    let mut names = BTreeSet::new();
    let mut first_seen = false;
    for number in source.names("/proc")? {
        if !number.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        // A process may end while its neighbours are read.
        if let Some(name) = source.kernel_word(&format!("/proc/{number}/comm")) {
            first_seen |= number == "1";
            // Workers of the kernel come and go from minute to minute, and are no programs.
            if !name.starts_with("kworker/") {
                names.insert(name);
            }
        }
    }
    // With hidepid an ordinary user sees only its own, and not the first.
    first_seen.then(|| names.into_iter().collect())
}
