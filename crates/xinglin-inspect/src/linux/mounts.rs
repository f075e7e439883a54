//! Mounted file systems.

use serde::Serialize;

use super::source::Source;

/// Mounted file systems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mounts {
    /// Those of disks, memory and network; the kernel's own are left out.
    pub mounted: Option<Vec<Mount>>,
    /// Options of `/proc`; `hidepid` keeps other accounts' processes from view.
    pub processes: Option<Vec<String>>,
}

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// The directory.
    pub target: String,
    /// What is mounted there.
    pub device: String,
    /// The kind of file system.
    pub kind: String,
    /// Its options.
    pub options: Vec<String>,
}

/// Reads `/proc/mounts` or `/etc/fstab`.
pub fn parse(text: &str) -> Vec<Mount> {
    const OF_THE_KERNEL: [&str; 14] = [
        "proc",
        "sysfs",
        "devpts",
        "cgroup",
        "cgroup2",
        "securityfs",
        "debugfs",
        "tracefs",
        "pstore",
        "bpf",
        "mqueue",
        "hugetlbfs",
        "configfs",
        "fusectl",
    ];
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [device, target, kind, options, ..] = words.as_slice() else {
                return None;
            };
            (!OF_THE_KERNEL.contains(kind)).then(|| Mount {
                target: target.replace("\\040", " "),
                device: (*device).to_owned(),
                kind: (*kind).to_owned(),
                options: options.split(',').map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// The options with which `/proc` is mounted.
pub fn process_options(text: &str) -> Option<Vec<String>> {
    text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "/proc", "proc", options, ..] = words.as_slice() else {
            return None;
        };
        Some(options.split(',').map(str::to_owned).collect())
    })
}

pub(super) fn collect(source: &Source<'_>) -> Mounts {
    let path = if source.is_running() {
        "/proc/mounts"
    } else {
        "/etc/fstab"
    };
    let text = source.text_if_present(path).flatten();
    Mounts {
        processes: text.as_deref().and_then(process_options),
        mounted: text.map(|text| parse(&text)),
    }
}
