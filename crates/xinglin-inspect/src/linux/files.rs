//! Permissions of sensitive files, and files whose permissions stand out.

use serde::Serialize;

use super::source::Source;
use crate::host::{Kind, Metadata};

/// Files whose permissions checks may ask for.
const WATCHED: [&str; 22] = [
    "/etc/passwd",
    "/etc/passwd-",
    "/etc/group",
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/ssh/sshd_config",
    "/etc/crontab",
    "/etc/rsyslog.conf",
    "/etc/audit/auditd.conf",
    "/etc/login.defs",
    "/etc/profile",
    "/etc/hosts.allow",
    "/etc/pam.d",
    "/etc/security",
    "/etc/ssh",
    "/etc/cron.d",
    "/etc/sudoers.d",
    "/var/spool/cron",
    "/boot/grub2/grub.cfg",
    "/boot/grub/grub.cfg",
];
/// Directories of programs searched for set-id files.
const PROGRAM_DIRECTORIES: [&str; 8] = [
    "/usr/bin",
    "/usr/sbin",
    "/bin",
    "/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/libexec",
    "/usr/lib/openssh",
];
/// At most so many entries of `/etc` are looked at.
const CONFIGURATION_LIMIT: usize = 20_000;

/// Permissions of sensitive files, and files whose permissions stand out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Files {
    /// The sensitive files that exist and whose directory is open.
    pub watched: Vec<File>,
    /// Whether the permissions of all of them could be seen.
    pub complete: bool,
    /// Set-user-id and set-group-id programs in the usual directories.
    pub set_id: Option<Vec<File>>,
    /// Files and directories under `/etc` that everyone may change.
    pub world_writable: Option<Vec<String>>,
}

/// A file and its permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its path.
    pub path: String,
    /// The permission bits in octal, such as `0644`.
    pub mode: String,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
}

impl File {
    pub(super) fn new(path: &str, metadata: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            mode: format!("{:04o}", metadata.mode),
            uid: metadata.uid,
            gid: metadata.gid,
        }
    }
}

pub(super) fn collect(source: &Source<'_>) -> Files {
    let mut watched = Vec::new();
    let mut complete = true;
    for path in WATCHED {
        match source.metadata(path) {
            Some(metadata) => watched.extend(metadata.map(|metadata| File::new(path, &metadata))),
            None => complete = false,
        }
    }
    Files {
        watched,
        complete,
        set_id: set_id(source),
        world_writable: world_writable(source),
    }
}

fn set_id(source: &Source<'_>) -> Option<Vec<File>> {
    let mut files = Vec::new();
    for directory in PROGRAM_DIRECTORIES {
        // With merged /usr the old names are links to directories searched already.
        if source.link(directory).is_some() {
            continue;
        }
        for name in source.names(directory)? {
            let path = format!("{directory}/{name}");
            if source.link(&path).is_some() {
                continue;
            }
            if let Some(Some(metadata)) = source.metadata(&path)
                && metadata.kind == Kind::File
                && metadata.mode & 0o6000 != 0
            {
                files.push(File::new(&path, &metadata));
            }
        }
    }
    Some(files)
}

fn world_writable(source: &Source<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut pending = vec!["/etc".to_owned()];
    let mut seen = 0;
    while let Some(directory) = pending.pop() {
        // A directory closed to this user is closed to everyone; what is in it is safe.
        let Ok(names) = source.names_quietly(&directory) else {
            continue;
        };
        for name in names {
            seen += 1;
            if seen > CONFIGURATION_LIMIT {
                source.remember("/etc", "more entries than are looked at");
                return (!found.is_empty()).then_some(found);
            }
            let path = format!("{directory}/{name}");
            if source.link(&path).is_some() {
                continue;
            }
            let Ok(metadata) = source.metadata_quietly(&path) else {
                continue;
            };
            let sticky = metadata.kind == Kind::Directory && metadata.mode & 0o1000 != 0;
            if metadata.mode & 0o002 != 0 && !sticky && metadata.kind != Kind::Other {
                found.push(path.clone());
            }
            if metadata.kind == Kind::Directory {
                pending.push(path);
            }
        }
    }
    found.sort_unstable();
    Some(found)
}
