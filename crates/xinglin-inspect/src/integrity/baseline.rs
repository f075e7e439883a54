//! A baseline: what chosen files were at one time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Scope;
use crate::subject::Unreadable;

/// The version of the form of all documents of file integrity.
pub const FORMAT: &str = "xinglin.integrity/1";

/// What chosen files were at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// [`FORMAT`].
    pub format: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What was looked at.
    pub scope: Scope,
    /// Path → what is there.
    pub entries: BTreeMap<String, Entry>,
    /// Versions of the packages that own any of the files.
    pub packages: BTreeMap<String, String>,
    /// What exists and could not be read: no change of it can be seen.
    pub unreadable: Vec<Unreadable>,
    /// Whether there were more entries than the scope allows.
    pub cut_short: bool,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its kind.
    pub kind: EntryKind,
    /// Permission bits in octal, with set-id and sticky bits; empty for links.
    pub mode: String,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Size in bytes; 0 for all but files.
    pub size_bytes: u64,
    /// Last change of the content, in seconds since 1970; 0 for links and directories, which
    /// change with what is in them.
    pub modified_seconds: i64,
    /// SHA-256 of the content in hexadecimal; `null` for all but files, for those that are too
    /// large and those that could not be read.
    pub sha256: Option<String>,
    /// Where a link points.
    pub target: Option<String>,
    /// The package that owns it.
    pub package: Option<String>,
    /// Whether the content is what the package brought; `null` where the package manager has
    /// no digest of it.
    pub as_packaged: Option<bool>,
}

/// What kind of thing is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, socket or pipe.
    Other,
}
