//! Opening a lake to write.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool, mpsc},
};

use super::{
    Inner, Lake, LakeError, MOST_COUNTED, MOST_OPENED, ReadMessage, Settings,
    indexer::{Indexer, Work},
    lately::Lately,
    positions::Positions,
};
use crate::{
    append::{self, Damage, Log, LogSettings},
    disk::Disk,
    manifest::Manifest,
};

/// The file that the process holds which writes.
const LOCK: &str = "lock";

/// What was found when a lake was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Messages of the log that were in no file yet.
    pub replayed: u64,
    /// Bytes of a frame that was being written when the machine stopped; nothing in it was
    /// acknowledged.
    pub torn_bytes: u64,
    /// Parts of the log that could not be read.
    pub damages: Vec<Damage>,
    /// Files that were being written when the machine stopped, now removed.
    pub swept: Vec<String>,
}

impl Lake {
    /// Opens the lake in a folder, made where there is none, and reads on where it stopped.
    /// Only one process at a time has it so: for others it is [`LakeError::InUse`], and
    /// [`Lake::open_to_read`].
    pub fn open(
        folder: &Path,
        settings: Settings,
        disk: Arc<dyn Disk>,
        reader: Box<dyn ReadMessage>,
    ) -> Result<(Self, Opened), LakeError> {
        let (log_folder, files) = (folder.join("log"), folder.join("files"));
        for folder in [folder, &log_folder, &files] {
            disk.make_folder(folder)?;
        }
        disk.sync_folder(folder)?;
        let held = match disk.hold(&folder.join(LOCK)) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                return Err(LakeError::InUse);
            }
            held => held?,
        };
        let manifest = Manifest::open(Arc::clone(&disk), &folder.join("manifest"))?;
        let swept = sweep(disk.as_ref(), &files, &manifest)?;
        let through = manifest.state().through;
        let log_settings = LogSettings {
            folder: log_folder,
            segment_bytes: settings.segment_bytes,
            gather: settings.gather,
        };
        let inner = Arc::new(Inner::new(Arc::clone(&disk), files, settings, manifest));
        let (work, works) = mpsc::sync_channel(4);
        let (indexer, threads) = Indexer::start(&inner, reader, works)?;
        let quarantine = folder.join("quarantine");
        let replay = append::replay(
            disk.as_ref(),
            &log_settings,
            Some(&quarantine),
            through + 1,
            &mut |group| {
                // The indexer only ends when the sender here does.
                drop(work.send(Work::Group(group)));
            },
        )?;
        let opened = Opened {
            replayed: replay.messages,
            torn_bytes: replay.torn_bytes,
            damages: replay.damages.clone(),
            swept,
        };
        let groups = work.clone();
        let durable = Box::new(move |group| {
            // Nobody listens any more when the lake is closed; it is read again then.
            drop(groups.send(Work::Group(group)));
        });
        let log = Arc::new(Log::start(disk, &log_settings, replay, durable)?);
        indexer.release_by(&log);
        let lake = Self {
            inner,
            log: Some(log),
            work: Some(work),
            threads,
            eyes: None,
            _held: Some(held),
        };
        // What was replayed is searchable before anything new comes.
        lake.settle()?;
        Ok((lake, opened))
    }

    /// Whether another process has the lake in a folder open to write.
    pub fn is_in_use(folder: &Path, disk: &dyn Disk) -> std::io::Result<bool> {
        let names = match disk.list(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            names => names?,
        };
        if !names.iter().any(|name| name == LOCK) {
            return Ok(false);
        }
        match disk.hold(&folder.join(LOCK)) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(true),
            held => held.map(|_| false),
        }
    }
}

impl Inner {
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        files: PathBuf,
        settings: Settings,
        manifest: Manifest,
    ) -> Self {
        Self {
            disk,
            files,
            retention: RwLock::new(Arc::new(settings.retention.clone())),
            settings,
            next_file: Mutex::new(manifest.state().next),
            positions: Mutex::new(Positions::of(manifest.state())),
            manifest: Mutex::new(manifest),
            hot: Mutex::default(),
            housekeeping: Mutex::default(),
            reading: RwLock::default(),
            retired: Mutex::default(),
            counted: Mutex::new(Lately::of(MOST_COUNTED)),
            opened: Mutex::new(Lately::of(MOST_OPENED)),
            values: Mutex::new(Lately::of(super::MOST_VALUES)),
            hasher: foldhash::quality::RandomState::default(),
            #[cfg(feature = "sql")]
            layouts: Mutex::new(Lately::of(super::MOST_LAYOUTS)),
            problem: Mutex::default(),
            closing: AtomicBool::new(false),
        }
    }
}

/// Removes files that the manifest does not name.
fn sweep(disk: &dyn Disk, files: &Path, manifest: &Manifest) -> std::io::Result<Vec<String>> {
    let state = manifest.state();
    let known: std::collections::BTreeSet<String> = state
        .files
        .values()
        .flat_map(|entry| [entry.file_name(), entry.index_name()])
        .collect();
    let mut swept = Vec::new();
    for name in disk.list(files)? {
        if !known.contains(&name) {
            disk.remove(&files.join(&name))?;
            swept.push(name);
        }
    }
    Ok(swept)
}
