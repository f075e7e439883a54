//! One walk over a file system: every entry once, links not followed, other file systems left
//! out, and an end when time or entries run out.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{Metadata, live::metadata_of};

/// Directories whose content belongs to others: containers' layers, kernel interfaces.
const LEFT_OUT: [&str; 10] = [
    "/dev",
    "/proc",
    "/run",
    "/sys",
    "/snap",
    "/var/lib/containerd",
    "/var/lib/containers/storage",
    "/var/lib/docker",
    "/var/lib/isulad",
    "/var/lib/kubelet/pods",
];

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkLimits {
    /// How long it may take.
    pub time: Duration,
    /// How many entries it may look at.
    pub entries: u64,
}

impl Default for WalkLimits {
    /// Ten seconds and five million entries.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            entries: 5_000_000,
        }
    }
}

/// What a walk covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Walked {
    /// How many entries were looked at.
    pub entries: u64,
    /// Directories that could not be read.
    pub closed: u64,
    /// Whether the limits ended it before everything was seen.
    pub cut_short: bool,
}

/// Walks over `start` under `root` (the tree's folder, or `/`); `visit` gets paths as the
/// system in the tree has them.
pub(super) fn walk(
    root: &Path,
    starts: &[String],
    limits: WalkLimits,
    visit: &mut dyn FnMut(&str, &Metadata),
) -> Walked {
    let deadline = Instant::now() + limits.time;
    let mut walked = Walked::default();
    for start in starts {
        let place = place(root, start);
        let Ok(metadata) = fs::symlink_metadata(&place) else {
            continue;
        };
        if !metadata.is_dir() {
            continue;
        }
        let device = metadata.dev();
        let mut pending = vec![(start.trim_end_matches('/').to_owned(), place)];
        while let Some((path, place)) = pending.pop() {
            if walked.entries >= limits.entries || Instant::now() >= deadline {
                walked.cut_short = true;
                return walked;
            }
            let Ok(entries) = fs::read_dir(&place) else {
                walked.closed += 1;
                continue;
            };
            for entry in entries.flatten() {
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if metadata.is_symlink() || metadata.dev() != device {
                    continue;
                }
                walked.entries += 1;
                let path = format!("{path}/{}", entry.file_name().to_string_lossy());
                if LEFT_OUT.contains(&path.as_str()) {
                    continue;
                }
                visit(&path, &metadata_of(&metadata));
                if metadata.is_dir() {
                    pending.push((path, entry.path()));
                }
            }
        }
    }
    walked
}

fn place(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}
