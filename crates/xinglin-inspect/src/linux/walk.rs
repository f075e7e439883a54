//! Files that stand out anywhere on the host's own disks: found by one walk, which is made
//! only when it is asked for, since it takes seconds where everything else takes milliseconds.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{accounts::Accounts, files::File, mounts::Mounts, source::Source};
use crate::host::{Kind, WalkLimits};

/// At most so many findings of a kind are listed.
const MOST: usize = 500;

/// Files that stand out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Walk {
    /// The file systems that were walked over, by their directory.
    pub starts: Vec<String>,
    /// How many files and directories were seen.
    pub entries: u64,
    /// Whether everything was seen: neither time nor rights ran out.
    pub complete: bool,
    /// Files and directories that everyone may change, sticky directories left out.
    pub world_writable: Vec<String>,
    /// Files of an owner or group that this host does not know; `null` where accounts come
    /// from elsewhere, too, or could not be read.
    pub unowned: Option<Vec<String>>,
    /// Programs that run with the rights of their owner or group.
    pub set_id: Vec<File>,
    /// How many findings are not listed, because there are too many.
    pub omitted: u64,
}

pub(super) fn collect(
    source: &Source<'_>,
    mounts: &Mounts,
    accounts: &Accounts,
    limits: WalkLimits,
) -> Option<Walk> {
    let starts = starts(mounts);
    let owners = owners(accounts);
    let mut walk = Walk {
        starts: starts.clone(),
        entries: 0,
        complete: false,
        world_writable: Vec::new(),
        unowned: owners.is_some().then(Vec::new),
        set_id: Vec::new(),
        omitted: 0,
    };
    let walked = source.walk(&starts, limits, &mut |path, metadata| {
        let everyone = metadata.mode & 0o002 != 0 && metadata.mode & 0o1000 == 0;
        if everyone && metadata.kind != Kind::Other {
            note(&mut walk.world_writable, &mut walk.omitted, || {
                path.to_owned()
            });
        }
        if metadata.kind == Kind::File && metadata.mode & 0o6000 != 0 && metadata.mode & 0o111 != 0
        {
            note(&mut walk.set_id, &mut walk.omitted, || {
                File::new(path, metadata)
            });
        }
        if let (Some((users, groups)), Some(unowned)) = (&owners, &mut walk.unowned)
            && (!users.contains(&i64::from(metadata.uid))
                || !groups.contains(&i64::from(metadata.gid)))
        {
            note(unowned, &mut walk.omitted, || path.to_owned());
        }
    })?;
    walk.entries = walked.entries;
    walk.complete = !walked.cut_short && walked.closed == 0;
    walk.world_writable.sort_unstable();
    if let Some(unowned) = &mut walk.unowned {
        unowned.sort_unstable();
    }
    walk.set_id
        .sort_by(|left, right| left.path.cmp(&right.path));
    Some(walk)
}

fn note<T>(found: &mut Vec<T>, omitted: &mut u64, make: impl FnOnce() -> T) {
    if found.len() < MOST {
        found.push(make());
    } else {
        *omitted += 1;
    }
}

/// The directories at which file systems of this host's own disks are mounted.
fn starts(mounts: &Mounts) -> Vec<String> {
    const OF_DISKS: [&str; 9] = [
        "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "xfs", "zfs",
    ];
    let mut starts: BTreeSet<String> = mounts
        .mounted
        .iter()
        .flatten()
        .filter(|mount| OF_DISKS.contains(&mount.kind.as_str()))
        // The layers of containers are walked over by no one's order.
        .filter(|mount| mount.kind != "overlay" || mount.target == "/")
        .map(|mount| mount.target.clone())
        .collect();
    starts.insert("/".to_owned());
    starts.into_iter().collect()
}

/// The numbers of all users and groups; `None` where they may not be all.
fn owners(accounts: &Accounts) -> Option<(BTreeSet<i64>, BTreeSet<i64>)> {
    if !accounts.directories.as_ref()?.is_empty() {
        return None;
    }
    let users = accounts.local.as_ref()?;
    let groups = accounts.groups.as_ref()?;
    Some((
        users.iter().map(|account| account.uid).collect(),
        groups.iter().map(|group| group.gid).collect(),
    ))
}
