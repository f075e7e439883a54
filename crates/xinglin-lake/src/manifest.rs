//! The manifest: which files there are. A file that it does not name does not exist.
//!
//! It is a log of changes behind a snapshot. A change is one record, written and synced as a
//! whole; when that fails, or the log has grown, a new log with a snapshot takes its place,
//! by its name.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    disk::{self, Disk, TEMPORARY, Written},
    file::Sums,
};

const MAGIC: &[u8; 4] = b"XLm1";
/// Magic, CRC, length.
const HEAD: usize = 12;
const SUFFIX: &str = ".manifest";
const FORMAT: u32 = 1;
/// A log that has grown beyond its snapshot by this gives way to a new one.
const MOST_GROWTH: u64 = 1 << 20;
const MOST_BYTES: u64 = 1 << 30;

/// A file of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its number, which is its name.
    pub number: u64,
    /// 0 as it came, 1 an hour, 2 a day.
    pub level: u8,
    /// Its events.
    pub rows: u64,
    /// Its length, and that of its index.
    pub bytes: [u64; 2],
    /// Its digest, and that of its index.
    pub digests: [String; 2],
    /// The first and the last time of its events, in milliseconds since 1970.
    pub times: (i64, i64),
    /// The first and the last time of receipt, in milliseconds since 1970.
    pub received: (i64, i64),
    /// The first and the last number of its events.
    pub sequences: (u64, u64),
    /// The texts of its events together, in bytes.
    pub text_bytes: u64,
    /// Events by source.
    pub sources: BTreeMap<String, u64>,
}

impl FileEntry {
    /// The entry of a file that was just written.
    pub(crate) fn new(number: u64, level: u8, sums: Sums) -> Self {
        Self {
            number,
            level,
            rows: sums.rows,
            bytes: [sums.bytes, sums.index_bytes],
            digests: [sums.digest, sums.index_digest],
            times: sums.times,
            received: sums.received,
            sequences: sums.sequences,
            text_bytes: sums.text_bytes,
            sources: sums.sources,
        }
    }

    /// The name of the file of events.
    pub fn file_name(&self) -> String {
        format!("{:010}.parquet", self.number)
    }

    /// The name of its index.
    pub fn index_name(&self) -> String {
        format!("{:010}.index", self.number)
    }
}

/// A change of which files there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) add: Vec<FileEntry>,
    /// Numbers of files that are no more.
    pub(crate) remove: Vec<u64>,
    /// Every message up to this number is in a file.
    pub(crate) through: Option<u64>,
    /// How far inputs were read with the messages up to that number; none to forget it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) positions: BTreeMap<String, Option<String>>,
}

/// All files, as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    format: u32,
    pub(crate) files: BTreeMap<u64, Arc<FileEntry>>,
    /// Every message up to this number is in a file.
    pub(crate) through: u64,
    /// The number of the next file.
    pub(crate) next: u64,
    /// How far inputs were read with the messages up to `through`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) positions: BTreeMap<String, String>,
}

impl State {
    fn apply(&mut self, change: &Change) {
        for number in &change.remove {
            self.files.remove(number);
        }
        for entry in &change.add {
            self.next = self.next.max(entry.number + 1);
            self.files.insert(entry.number, Arc::new(entry.clone()));
        }
        self.through = self.through.max(change.through.unwrap_or(0));
        for (key, state) in &change.positions {
            match state {
                Some(state) => self.positions.insert(key.clone(), state.clone()),
                None => self.positions.remove(key),
            };
        }
    }
}

/// Why the manifest cannot be read or written.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// The disk says no.
    #[error("the manifest cannot be read or written")]
    Disk(#[from] io::Error),
    /// What was written once is not what stands there.
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    /// It is of a later version of this program.
    #[error("{0} is of a version that this program does not know")]
    Version(PathBuf),
    /// It was opened to be read only.
    #[error("the manifest is only read")]
    OnlyRead,
}

/// The manifest of a lake.
pub(crate) struct Manifest {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    state: State,
    generation: u64,
    /// Open while its end is known.
    log: Option<(Box<dyn Written>, u64)>,
    snapshot_bytes: u64,
    is_only_read: bool,
}

impl Manifest {
    /// Reads the manifest, or begins one.
    pub(crate) fn open(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, ManifestError> {
        disk.make_folder(folder)?;
        let mut manifest = Self::look(disk, folder)?;
        manifest.is_only_read = false;
        // Writing on behind a torn record would hide what comes after it.
        manifest.begin()?;
        Ok(manifest)
    }

    /// Reads the manifest as it is now, whoever writes it.
    pub(crate) fn look(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, ManifestError> {
        let generation = generations(disk.as_ref(), folder)?.last().copied();
        let mut manifest = Self {
            disk,
            folder: folder.to_owned(),
            state: State {
                format: FORMAT,
                next: 1,
                ..State::default()
            },
            generation: generation.unwrap_or(0),
            log: None,
            snapshot_bytes: 0,
            is_only_read: true,
        };
        if generation.is_some() {
            let path = manifest.path(manifest.generation);
            let bytes = disk::read_whole(manifest.disk.as_ref(), &path, MOST_BYTES)?;
            manifest.state = read(&bytes, &path)?;
        }
        Ok(manifest)
    }

    /// All files.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    fn path(&self, generation: u64) -> PathBuf {
        self.folder.join(format!("{generation:010}{SUFFIX}"))
    }

    /// Makes a change durable. After an error nothing has changed.
    pub(crate) fn commit(&mut self, change: &Change) -> Result<(), ManifestError> {
        if self.is_only_read {
            return Err(ManifestError::OnlyRead);
        }
        let mut state = self.state.clone();
        state.apply(change);
        if let Some((mut log, end)) = self.log.take() {
            let record = record(change)?;
            let length = u64::try_from(record.len()).unwrap_or(u64::MAX);
            let written = log.write_at(end, &record).and_then(|()| log.sync());
            if written.is_ok() {
                self.state = state;
                let end = end + length;
                if end - self.snapshot_bytes < MOST_GROWTH {
                    self.log = Some((log, end));
                    return Ok(());
                }
                // The change is durable; whether the log gives way now or later is the same.
                if self.begin().is_err() {
                    self.log = Some((log, end));
                }
                return Ok(());
            }
        }
        // Whether the record is there is not known: a new log says what counts.
        let before = std::mem::replace(&mut self.state, state);
        if let Err(error) = self.begin() {
            self.state = before;
            return Err(error);
        }
        Ok(())
    }

    /// Begins a new log with a snapshot.
    fn begin(&mut self) -> Result<(), ManifestError> {
        let snapshot = record(&self.state)?;
        let generation = self.generation + 1;
        let path = self.path(generation);
        self.generation = generation;
        disk::write_whole(self.disk.as_ref(), &path, &snapshot)?;
        self.snapshot_bytes = u64::try_from(snapshot.len()).unwrap_or(u64::MAX);
        self.log = Some((self.disk.open(&path)?, self.snapshot_bytes));
        for older in generations(self.disk.as_ref(), &self.folder)? {
            if older < generation {
                // It is only in the way; the next time will do.
                drop(self.disk.remove(&self.path(older)));
            }
        }
        Ok(())
    }
}

fn generations(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<u64>> {
    let names = disk.list(folder)?;
    let numbers = names
        .iter()
        .filter(|name| !name.ends_with(TEMPORARY))
        .filter_map(|name| name.strip_suffix(SUFFIX)?.parse().ok());
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn record(body: &impl Serialize) -> io::Result<Vec<u8>> {
    let body = serde_json::to_vec(body)?;
    let length = u32::try_from(body.len())
        .map_err(io::Error::other)?
        .to_le_bytes();
    let crc = crc32c::crc32c_append(crc32c::crc32c(&length), &body);
    let mut record = MAGIC.to_vec();
    record.extend_from_slice(&crc.to_le_bytes());
    record.extend_from_slice(&length);
    record.extend_from_slice(&body);
    Ok(record)
}

/// The body of the record at the beginning, and the length of the record.
fn body(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let head = bytes.get(..HEAD)?;
    let word = |place: usize| -> Option<u32> {
        Some(u32::from_le_bytes(
            head.get(place..place + 4)?.try_into().ok()?,
        ))
    };
    let length = usize::try_from(word(8)?).ok()?;
    let end = HEAD.checked_add(length)?;
    let body = bytes.get(HEAD..end)?;
    let crc = crc32c::crc32c_append(crc32c::crc32c(head.get(8..)?), body);
    (head.starts_with(MAGIC) && word(4)? == crc).then_some((body, end))
}

/// Reads a snapshot and the changes behind it.
pub(crate) fn read(bytes: &[u8], path: &Path) -> Result<State, ManifestError> {
    let damaged = || ManifestError::Damaged(path.to_owned());
    let (snapshot, mut place) = body(bytes).ok_or_else(damaged)?;
    let mut state: State = serde_json::from_slice(snapshot).map_err(|_| damaged())?;
    if state.format != FORMAT {
        return Err(ManifestError::Version(path.to_owned()));
    }
    while let Some(rest) = bytes.get(place..).filter(|rest| !rest.is_empty()) {
        let Some((change, length)) = body(rest) else {
            // A torn record at the end was never acknowledged. One before others was.
            let others = memchr::memmem::find_iter(rest, MAGIC);
            let mut others = others.filter_map(|at| rest.get(at..));
            if others.any(|other| body(other).is_some()) {
                return Err(damaged());
            }
            break;
        };
        let change: Change = serde_json::from_slice(change).map_err(|_| damaged())?;
        state.apply(&change);
        place += length;
    }
    Ok(state)
}
