//! How following goes, for those who look after it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why something is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// Nothing is there by this path, or nothing fits it.
    Missing,
    /// This program may not read it.
    Denied,
    /// It leads to where nothing may be followed.
    Outside,
    /// As many files are followed as may be.
    TooMany,
    /// It is no file.
    NoFile,
    /// The disk says no, for another reason.
    Unreadable,
    /// The program that reads the journal did not start, or ended.
    Ended,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Missing,
        Self::Denied,
        Self::Outside,
        Self::TooMany,
        Self::NoFile,
        Self::Unreadable,
        Self::Ended,
    ];

    /// What a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Denied => "denied",
            Self::Outside => "outside",
            Self::TooMany => "too-many",
            Self::NoFile => "no-file",
            Self::Unreadable => "unreadable",
            Self::Ended => "ended",
        }
    }
}

impl From<io::ErrorKind> for Trouble {
    fn from(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::InvalidInput => Self::NoFile,
            _ => Self::Unreadable,
        }
    }
}

/// Something that is not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What: a file, a folder, or a pattern.
    pub path: PathBuf,
    /// Why.
    pub trouble: Trouble,
}

impl Problem {
    pub(super) fn new(path: &Path, trouble: impl Into<Trouble>) -> Self {
        Self {
            path: path.to_owned(),
            trouble: trouble.into(),
        }
    }
}

/// How far a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProgress {
    /// Where it is.
    pub path: Arc<Path>,
    /// Bytes that were read.
    pub read: u64,
    /// Bytes that were in it when it was last looked at.
    pub length: u64,
}

/// How following goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether it was looked for anything yet.
    pub has_looked: bool,
    /// Files that are followed, by their paths.
    pub files: Vec<FileProgress>,
    /// What is not read.
    pub problems: Vec<Problem>,
}
