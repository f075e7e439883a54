//! The machine under inspection, as far as a collector may touch it: read a file, list a
//! directory, look at permissions, and run one of a fixed list of programs that only report.

mod gathered;
mod live;
mod recorded;
mod tree;
mod walk;

use std::io;

use thiserror::Error;

pub use gathered::{GATHERED_FORMAT, GatheredHost, Wanted};
pub use live::LiveHost;
pub use recorded::{RecordError, RecordedHost};
pub use tree::TreeHost;
pub use walk::{WalkLimits, Walked};

/// The most that is read of an ordinary file.
pub const FILE_LIMIT: u64 = 8 << 20;
/// The most that is read of a package database.
pub const PACKAGE_DATABASE_LIMIT: u64 = 64 << 20;

/// Read access to one machine. Paths are absolute and use `/`.
pub trait Host {
    /// Reads at most `limit` bytes of the regular file at `path`, from `offset` on.
    ///
    /// # Errors
    /// See [`ReadError`]; a file that does not exist is an error of its own.
    fn read_range(&self, path: &str, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// The names in the directory at `path`, sorted.
    ///
    /// # Errors
    /// See [`ReadError`].
    fn list(&self, path: &str) -> Result<Vec<String>, ReadError>;

    /// Permissions, owner, size and date of what `path` leads to.
    ///
    /// # Errors
    /// See [`ReadError`].
    fn metadata(&self, path: &str) -> Result<Metadata, ReadError>;

    /// Where the symbolic link at `path` points; an error when it is none.
    ///
    /// # Errors
    /// See [`ReadError`].
    fn link(&self, path: &str) -> Result<String, ReadError>;

    /// What `program` prints.
    ///
    /// # Errors
    /// See [`RunError`].
    fn run(&self, program: Program) -> Result<String, RunError>;

    /// Whether the machine runs, so that `/proc` and programs speak of it.
    fn is_running(&self) -> bool;

    /// Looks at every file and directory below `starts` once, without following links or
    /// entering other file systems; `None` where this way to a host offers no such thing.
    fn walk(
        &self,
        _starts: &[String],
        _limits: WalkLimits,
        _visit: &mut dyn FnMut(&str, &Metadata),
    ) -> Option<Walked> {
        None
    }
}

/// What a file is, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Whether it is a regular file, a directory or something else.
    pub kind: Kind,
    /// The permission bits, with set-id and sticky bits (`0o7777`).
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Last change of the content, in seconds since 1970.
    pub modified_seconds: i64,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, socket or pipe; never read.
    Other,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// It does not exist: a fact, not a gap.
    #[error("does not exist")]
    NotFound,
    /// This user may not.
    #[error("permission denied")]
    Denied,
    /// It is a directory, device or pipe, or no link.
    #[error("not a file of the expected kind")]
    WrongKind,
    /// It is larger than what is read of such a file.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The system said something else.
    #[error("{0}")]
    Failed(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Why a program gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RunError {
    /// It is not installed.
    #[error("not installed")]
    NotFound,
    /// The host is a tree of files.
    #[error("the host is not running")]
    NotRunning,
    /// It did not end in time and was stopped.
    #[error("no answer within {milliseconds} ms")]
    TimedOut {
        /// The time it had.
        milliseconds: u64,
    },
    /// It ended with an error.
    #[error("exit code {code}: {message}")]
    Failed {
        /// Its exit code, -1 when a signal ended it.
        code: i32,
        /// The first line of what it said.
        message: String,
    },
}

/// A program that may be run. All of them only report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// The effective configuration of the SSH server.
    SshdEffective,
    /// The audit rules in the kernel.
    AuditRules,
    /// The state of auditing in the kernel.
    AuditStatus,
    /// The nftables rules.
    NftRules,
    /// The iptables rules.
    IptablesRules,
    /// The clock's state, by chrony.
    ChronyTracking,
    /// The packages known to RPM.
    RpmPackages,
    /// The files known to RPM, with their digests and packages.
    RpmFiles,
}

impl Program {
    /// The program and its arguments, as one would type them.
    pub fn command_line(self) -> &'static str {
        match self {
            Self::SshdEffective => "sshd -T",
            Self::AuditRules => "auditctl -l",
            Self::AuditStatus => "auditctl -s",
            Self::NftRules => "nft list ruleset",
            Self::IptablesRules => "iptables-save",
            Self::ChronyTracking => "chronyc -n tracking",
            Self::RpmFiles => {
                "rpm -qa --qf [%{FILENAMES}\\t%{FILEDIGESTS}\\t%{=NAME}\\t%{=EPOCHNUM}:%{=VERSION}-%{=RELEASE}\\n]"
            }
            Self::RpmPackages => {
                "rpm -qa --qf %{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n"
            }
        }
    }

    /// How long it may take.
    pub fn limit_milliseconds(self) -> u64 {
        match self {
            Self::RpmPackages => 5_000,
            Self::RpmFiles => 20_000,
            _ => 1_000,
        }
    }
}
