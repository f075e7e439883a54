//! Inspections on disk until the server has them.
//!
//! One file each, named by its number, and synchronised before it counts. Removed only when
//! the server has said that it keeps it, or, oldest first, when the spool is full; the latter
//! are counted, and the count goes with every report.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_inspect::Inspection;

use crate::file::{UNFINISHED, write_whole};

/// The file of what outlives the entries.
const COUNTERS: &str = "counters.json";
const ENDING: &str = ".json";

/// How much is kept while the server is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolLimits {
    /// Bytes on disk.
    pub bytes: u64,
    /// Inspections.
    pub entries: usize,
}

impl Default for SpoolLimits {
    /// 128 MiB or 1,000 inspections: about a month of hourly ones.
    fn default() -> Self {
        Self {
            bytes: 128 << 20,
            entries: 1_000,
        }
    }
}

/// Inspections on disk until the server has them.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    limits: SpoolLimits,
    /// Number → size.
    entries: BTreeMap<u64, u64>,
    counters: Counters,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counters {
    next: u64,
    lost: u64,
}

/// A spool that cannot be used.
#[derive(Debug, Error)]
#[error("{path}: {source}")]
pub struct SpoolError {
    /// The file or folder.
    pub path: String,
    /// Why.
    pub source: io::Error,
}

impl SpoolError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self { path, source }
    }
}

impl Spool {
    /// Opens the spool in `folder`; makes it when there is none.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(folder: &Path, limits: SpoolLimits) -> Result<Self, SpoolError> {
        fs::create_dir_all(folder).map_err(SpoolError::at(folder))?;
        let mut spool = Self {
            folder: folder.to_owned(),
            limits,
            entries: BTreeMap::new(),
            counters: Counters::default(),
        };
        for entry in fs::read_dir(folder).map_err(SpoolError::at(folder))? {
            let entry = entry.map_err(SpoolError::at(folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(UNFINISHED) {
                // Never counted, since its writing was cut short.
                fs::remove_file(entry.path()).map_err(SpoolError::at(&entry.path()))?;
                continue;
            }
            let number = name.strip_suffix(ENDING).and_then(|name| name.parse().ok());
            if let Some(number) = number {
                let size = entry
                    .metadata()
                    .map_err(SpoolError::at(&entry.path()))?
                    .len();
                spool.entries.insert(number, size);
            }
        }
        let kept = fs::read(folder.join(COUNTERS)).unwrap_or_default();
        spool.counters = serde_json::from_slice(&kept).unwrap_or_default();
        // Numbers never come twice, even if the counters were lost.
        let newest = spool
            .entries
            .last_key_value()
            .map_or(0, |(number, _)| *number);
        spool.counters.next = spool.counters.next.max(newest + 1);
        Ok(spool)
    }

    /// Keeps an inspection: it is on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, inspection: &Inspection) -> Result<u64, SpoolError> {
        let number = self.counters.next;
        let path = self.path(number);
        let text = serde_json::to_vec(inspection).map_err(|error| SpoolError {
            path: path.display().to_string(),
            source: io::Error::other(error),
        })?;
        self.counters.next += 1;
        self.keep_counters()?;
        write_whole(&path, &text).map_err(SpoolError::at(&path))?;
        self.entries.insert(number, text.len() as u64);
        while self.entries.len() > 1
            && (self.entries.len() > self.limits.entries || self.bytes() > self.limits.bytes)
        {
            if let Some((oldest, _)) = self.entries.first_key_value() {
                self.give_up(*oldest)?;
            }
        }
        Ok(number)
    }

    /// The oldest inspection and its number. One that cannot be read any more counts as lost.
    ///
    /// # Errors
    /// When what cannot be read cannot be removed either.
    pub fn oldest(&mut self) -> Result<Option<(u64, Inspection)>, SpoolError> {
        while let Some((number, _)) = self.entries.first_key_value() {
            let number = *number;
            let read = fs::read(self.path(number)).ok();
            match read.and_then(|text| Inspection::from_json(&text).ok()) {
                Some(inspection) => return Ok(Some((number, inspection))),
                None => self.give_up(number)?,
            }
        }
        Ok(None)
    }

    /// Forgets an inspection that the server keeps.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&mut self, number: u64) -> Result<(), SpoolError> {
        let path = self.path(number);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(SpoolError::at(&path)(error));
            }
            _ => {}
        }
        self.entries.remove(&number);
        Ok(())
    }

    /// Forgets an inspection that nobody will have, and counts it.
    ///
    /// # Errors
    /// When it cannot be removed or counted.
    pub fn give_up(&mut self, number: u64) -> Result<(), SpoolError> {
        self.counters.lost += 1;
        self.keep_counters()?;
        self.remove(number)
    }

    /// How many inspections wait.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.entries.values().sum()
    }

    /// How many inspections were given up, ever.
    pub fn lost(&self) -> u64 {
        self.counters.lost
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:020}{ENDING}"))
    }

    fn keep_counters(&self) -> Result<(), SpoolError> {
        let path = self.folder.join(COUNTERS);
        let text = serde_json::to_vec(&self.counters).unwrap_or_default();
        write_whole(&path, &text).map_err(SpoolError::at(&path))
    }
}
