//! A host as the script `content/collect/linux.sh` saw it: over SSH, or run by hand and its
//! output carried here.

mod records;
mod wanted;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use jiff::Timestamp;

use super::{Host, Metadata, Program, ReadError, RunError};
pub use wanted::Wanted;

/// The first line of what the script writes.
pub const GATHERED_FORMAT: &str = "xinglin.gathered/1";
/// What is read at once as text; smaller pieces are asked for as bytes.
const TEXT_FROM: u64 = 4097;
/// What a collector gets told of something nobody asked the host for.
const NOT_GATHERED: &str = "not gathered";

/// A host whose answers were gathered beforehand.
///
/// It knows the difference between *is not there* and *was not asked*: the latter is an
/// error to the collector, and remembered, so that whoever has a way to the host can ask for
/// exactly what the collectors miss ([`GatheredHost::wanted`]) and let them read again.
#[derive(Debug, Clone, Default)]
pub struct GatheredHost {
    texts: BTreeMap<String, Result<Vec<u8>, ReadError>>,
    parts: BTreeMap<(String, u64), Part>,
    names: BTreeMap<String, Result<BTreeSet<String>, ReadError>>,
    own: BTreeMap<String, Own>,
    led: BTreeMap<String, Result<Metadata, ReadError>>,
    links: BTreeMap<String, Result<String, ReadError>>,
    programs: BTreeMap<String, Result<String, RunError>>,
    absent: BTreeSet<String>,
    gathered_at: Option<Timestamp>,
    ended: bool,
    stray_lines: usize,
    wanted: RefCell<BTreeSet<Wanted>>,
}

/// A part of a file: how much was asked for, and what came.
#[derive(Debug, Clone)]
struct Part {
    limit: u64,
    bytes: Vec<u8>,
}

/// What a path itself is.
#[derive(Debug, Clone, Copy)]
struct Own {
    is_link: bool,
    metadata: Metadata,
}

impl GatheredHost {
    /// A host of which nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The host that a whole output of the script shows.
    pub fn from_text(text: &[u8]) -> Self {
        let mut host = Self::new();
        host.add(text);
        host
    }

    /// Adds records to what is known. Lines that are no records are counted and skipped.
    pub fn add(&mut self, text: &[u8]) {
        records::read(self, text);
    }

    /// When the script ran, by the clock of the host.
    pub fn gathered_at(&self) -> Option<Timestamp> {
        self.gathered_at
    }

    /// Whether the output is whole: it says itself where it ends.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// How many lines were not understood.
    pub fn stray_lines(&self) -> usize {
        self.stray_lines
    }

    /// What collectors have asked for since the last call and nobody had gathered.
    pub fn wanted(&self) -> BTreeSet<Wanted> {
        self.wanted.take()
    }

    /// Whether a listing of the directory above shows that `path` does not exist.
    fn is_unlisted(&self, path: &str) -> bool {
        let Some((directory, name)) = path.rsplit_once('/') else {
            return false;
        };
        let directory = if directory.is_empty() { "/" } else { directory };
        matches!(self.names.get(directory), Some(Ok(names)) if !names.contains(name))
    }

    fn is_absent(&self, path: &str) -> bool {
        self.absent.contains(path) || self.is_unlisted(path)
    }

    fn want<T>(&self, wanted: Wanted) -> Result<T, ReadError> {
        self.wanted.borrow_mut().insert(wanted);
        Err(ReadError::Failed(NOT_GATHERED.to_owned()))
    }
}

/// At most `limit` bytes from `offset` on.
fn slice(bytes: &[u8], offset: u64, limit: u64) -> Vec<u8> {
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(limit).unwrap_or(usize::MAX);
    bytes.iter().skip(skipped).take(taken).copied().collect()
}

impl Host for GatheredHost {
    fn read_range(&self, path: &str, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(Ok(bytes)) => return Ok(slice(bytes, offset, limit)),
            // Too large to be read at once, but perhaps not in pieces.
            Some(Err(ReadError::TooLarge { .. })) if limit < TEXT_FROM => {}
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
        if let Some(part) = self.parts.get(&(path.to_owned(), offset)) {
            let is_enough = part.limit >= limit || (part.bytes.len() as u64) < part.limit;
            if is_enough {
                return Ok(slice(&part.bytes, 0, limit));
            }
        }
        if self.is_absent(path) {
            return Err(ReadError::NotFound);
        }
        if matches!(self.names.get(path), Some(Ok(_))) {
            return Err(ReadError::WrongKind);
        }
        let path = path.to_owned();
        self.want(if offset == 0 && limit >= TEXT_FROM {
            Wanted::Text { path, limit }
        } else {
            Wanted::Part {
                path,
                offset,
                limit,
            }
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        match self.names.get(path) {
            Some(Ok(names)) => Ok(names.iter().cloned().collect()),
            Some(Err(error)) => Err(error.clone()),
            None if self.is_absent(path) => Err(ReadError::NotFound),
            None => self.want(Wanted::Names(path.to_owned())),
        }
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        if let Some(led) = self.led.get(path) {
            return led.clone();
        }
        match self.own.get(path) {
            Some(own) if !own.is_link => Ok(own.metadata),
            _ if self.is_absent(path) => Err(ReadError::NotFound),
            _ => self.want(Wanted::Metadata(path.to_owned())),
        }
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        if let Some(link) = self.links.get(path) {
            return link.clone();
        }
        match self.own.get(path) {
            Some(own) if !own.is_link => Err(ReadError::WrongKind),
            // A link that leads nowhere is absent as a file and still a link.
            None if self.is_unlisted(path) => Err(ReadError::NotFound),
            _ => self.want(Wanted::Link(path.to_owned())),
        }
    }

    fn run(&self, program: Program) -> Result<String, RunError> {
        if let Some(output) = self.programs.get(program.command_line()) {
            return output.clone();
        }
        self.wanted.borrow_mut().insert(Wanted::Program(program));
        Err(RunError::Failed {
            code: -1,
            message: NOT_GATHERED.to_owned(),
        })
    }

    fn is_running(&self) -> bool {
        matches!(self.names.get("/proc"), Some(Ok(_)))
    }
}
