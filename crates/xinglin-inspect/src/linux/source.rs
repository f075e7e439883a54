//! Reading with memory: what could not be read is noted once, and "does not exist" is kept
//! apart from "not known".

use std::{cell::RefCell, collections::BTreeMap};

use jiff::Timestamp;

use crate::{
    host::{FILE_LIMIT, Host, Metadata, Program, ReadError, RunError, WalkLimits, Walked},
    subject::Unreadable,
};

const SECONDS_PER_DAY: i64 = 86_400;

/// A host being read, with the note of what could not be.
pub(crate) struct Source<'a> {
    host: &'a dyn Host,
    now: Timestamp,
    unreadable: RefCell<BTreeMap<String, String>>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(host: &'a dyn Host, now: Timestamp) -> Self {
        Self {
            host,
            now,
            unreadable: RefCell::default(),
        }
    }

    pub(crate) fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable
            .into_inner()
            .into_iter()
            .map(|(what, why)| Unreadable { what, why })
            .collect()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.host.is_running()
    }

    /// The text of a file; empty when it does not exist, `None` when it cannot be read.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        self.text_if_present(path).map(Option::unwrap_or_default)
    }

    /// The text of a file: `Some(None)` when it does not exist, `None` when it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "known absence and ignorance must not mix"
    )]
    pub(crate) fn text_if_present(&self, path: &str) -> Option<Option<String>> {
        self.text_up_to(path, FILE_LIMIT)
    }

    /// As [`Source::text_if_present`], with another limit of size.
    #[expect(
        clippy::option_option,
        reason = "known absence and ignorance must not mix"
    )]
    pub(crate) fn text_up_to(&self, path: &str, limit: u64) -> Option<Option<String>> {
        let read = self.host.read_range(path, 0, limit + 1).and_then(|bytes| {
            if bytes.len() as u64 > limit {
                return Err(ReadError::TooLarge { limit });
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        });
        self.note(path, read)
    }

    /// A part of a file; `Some(None)` when it does not exist, `None` when it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "known absence and ignorance must not mix"
    )]
    pub(crate) fn bytes(&self, path: &str, offset: u64, limit: u64) -> Option<Option<Vec<u8>>> {
        let read = self.host.read_range(path, offset, limit);
        self.note(path, read)
    }

    /// The first line of a file without surrounding space; `None` when absent or unreadable.
    /// For kernel interfaces, whose absence says nothing of the configuration.
    pub(crate) fn kernel_word(&self, path: &str) -> Option<String> {
        let bytes = self.host.read_range(path, 0, 64 << 10).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        Some(text.lines().next().unwrap_or_default().trim().to_owned())
    }

    /// The whole text of a kernel interface; `None` when absent or unreadable.
    pub(crate) fn kernel_text(&self, path: &str) -> Option<String> {
        let bytes = self.host.read_range(path, 0, FILE_LIMIT).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A kernel interface that is no text; `None` when absent or unreadable.
    pub(crate) fn kernel_bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.host.read_range(path, 0, 4 << 10).ok()
    }

    /// The names in a directory; none when it does not exist, `None` when it cannot be read.
    pub(crate) fn names(&self, path: &str) -> Option<Vec<String>> {
        let read = self.host.list(path);
        self.note(path, read).map(Option::unwrap_or_default)
    }

    /// Permissions and dates: `Some(None)` when the file does not exist.
    #[expect(
        clippy::option_option,
        reason = "known absence and ignorance must not mix"
    )]
    pub(crate) fn metadata(&self, path: &str) -> Option<Option<Metadata>> {
        let read = self.host.metadata(path);
        self.note(path, read)
    }

    /// As [`Source::names`], where a closed directory is no gap.
    pub(crate) fn names_quietly(&self, path: &str) -> Result<Vec<String>, ReadError> {
        self.host.list(path)
    }

    /// As [`Source::metadata`], where a closed directory is no gap.
    pub(crate) fn metadata_quietly(&self, path: &str) -> Result<Metadata, ReadError> {
        self.host.metadata(path)
    }

    /// Whether `path` exists, or may exist behind a closed directory.
    pub(crate) fn exists(&self, path: &str) -> bool {
        matches!(self.host.metadata(path), Ok(_) | Err(ReadError::Denied))
    }

    /// Whether one of `paths` exists.
    pub(crate) fn any_exists(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.exists(path))
    }

    pub(crate) fn link(&self, path: &str) -> Option<String> {
        self.host.link(path).ok()
    }

    /// What a program prints. A program that is not installed is no gap; one that fails is.
    pub(crate) fn run(&self, program: Program) -> Option<String> {
        match self.host.run(program) {
            Ok(output) => Some(output),
            Err(RunError::NotFound | RunError::NotRunning) => None,
            Err(error) => {
                self.remember(program.command_line(), &error.to_string());
                None
            }
        }
    }

    /// As [`Source::run`], for a program whose failure has another way of being answered.
    pub(crate) fn run_quietly(&self, program: Program) -> Option<String> {
        self.host.run(program).ok()
    }

    /// Notes that `what` could not be read.
    pub(crate) fn remember(&self, what: &str, why: &str) {
        self.unreadable
            .borrow_mut()
            .insert(what.to_owned(), why.to_owned());
    }

    /// All regular files of a directory whose name ends in `suffix`, in name order, with
    /// their text; `None` when the directory or one of them cannot be read.
    pub(crate) fn texts_in(&self, directory: &str, suffix: &str) -> Option<Vec<(String, String)>> {
        let mut texts = Vec::new();
        let mut complete = true;
        for name in self.names(directory)? {
            if !name.ends_with(suffix) || name.starts_with('.') {
                continue;
            }
            let path = format!("{}/{name}", directory.trim_end_matches('/'));
            match self.host.read_range(&path, 0, FILE_LIMIT) {
                Ok(bytes) => texts.push((path, String::from_utf8_lossy(&bytes).into_owned())),
                Err(ReadError::WrongKind | ReadError::NotFound) => {}
                Err(error) => {
                    self.remember(&path, &error.to_string());
                    complete = false;
                }
            }
        }
        complete.then_some(texts)
    }

    /// Looks at every file and directory below `starts`; see [`Host::walk`].
    pub(crate) fn walk(
        &self,
        starts: &[String],
        limits: WalkLimits,
        visit: &mut dyn FnMut(&str, &Metadata),
    ) -> Option<Walked> {
        self.host.walk(starts, limits, visit)
    }

    /// The time of the inspection.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Whole days from `seconds` since 1970 to now.
    pub(crate) fn days_since(&self, seconds: i64) -> i64 {
        self.now
            .as_second()
            .saturating_sub(seconds)
            .div_euclid(SECONDS_PER_DAY)
    }

    /// Today, in days since 1970: the unit of `/etc/shadow`.
    pub(crate) fn today(&self) -> i64 {
        self.now.as_second().div_euclid(SECONDS_PER_DAY)
    }

    #[expect(
        clippy::option_option,
        reason = "known absence and ignorance must not mix"
    )]
    fn note<T>(&self, what: &str, read: Result<T, ReadError>) -> Option<Option<T>> {
        match read {
            Ok(value) => Some(Some(value)),
            Err(ReadError::NotFound) => Some(None),
            Err(error) => {
                self.remember(what, &error.to_string());
                None
            }
        }
    }
}
