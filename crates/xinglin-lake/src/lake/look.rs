//! Reading a lake beside the process that writes it.
//!
//! Nothing is held, written or removed: the manifest says which files there are, and what is in
//! none of them is read from the log into memory. Both are looked at once more where the other
//! process made files of the log, or merged files, between one look and the next.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{Hot, Inner, Lake, LakeError, ReadMessage, Settings, indexer::read, lock};
use crate::{
    append::{self, LogSettings, Messages, Replay},
    disk::Disk,
    file::FileError,
    manifest::{Manifest, ManifestError},
    rows::Rows,
};

/// So often files may go while they are looked at: each time others have taken their place.
pub(super) const MOST_LOOKS: usize = 20;

/// With what the log is looked at.
pub(super) struct Eyes {
    folder: PathBuf,
    reader: Mutex<Box<dyn ReadMessage>>,
}

/// What there is at one moment.
struct Sight {
    manifest: Manifest,
    /// Events of the log that are in no file.
    parts: Vec<Arc<Rows>>,
}

impl Lake {
    /// Opens the lake in a folder only to read what is in it now, whether another process
    /// writes it or not. Nothing can be appended, merged or removed.
    ///
    /// What was written and is not durable yet may be seen, too.
    pub fn open_to_read(
        folder: &Path,
        settings: Settings,
        disk: Arc<dyn Disk>,
        reader: Box<dyn ReadMessage>,
    ) -> Result<Self, LakeError> {
        let eyes = Eyes {
            folder: folder.to_owned(),
            reader: Mutex::new(reader),
        };
        let sight = eyes.look(&disk, settings.flush_bytes, 0)?;
        let files = folder.join("files");
        let inner = Inner::new(disk, files, settings, sight.manifest);
        lock(&inner.hot).sealed = sight.parts;
        Ok(Self {
            inner: Arc::new(inner),
            log: None,
            work: None,
            threads: Vec::new(),
            eyes: Some(eyes),
            _held: None,
        })
    }

    /// Looks again at what there is, where it only reads. Of what is in memory, only what came
    /// behind the event with this number is there then: 0 for all of it.
    pub fn look_again(&self, behind: u64) -> Result<(), LakeError> {
        let Some(eyes) = &self.eyes else {
            return Ok(());
        };
        let sight = eyes.look(&self.inner.disk, self.inner.settings.flush_bytes, behind)?;
        // Together: who looks at both never sees events twice or not at all.
        let mut hot = lock(&self.inner.hot);
        *lock(&self.inner.manifest) = sight.manifest;
        *hot = Hot {
            building: Rows::default(),
            sealed: sight.parts,
        };
        Ok(())
    }

    /// Asks something, and once more where files went meanwhile that another process merged.
    pub(super) fn steadily<T>(
        &self,
        behind: u64,
        ask: impl Fn(&Inner) -> Result<T, LakeError>,
    ) -> Result<T, LakeError> {
        let mut looks = 0;
        loop {
            let asked = {
                let _reading = self.inner.reading();
                ask(&self.inner)
            };
            match asked {
                Err(error) if self.eyes.is_some() && looks < MOST_LOOKS && is_gone(&error) => {
                    looks += 1;
                    self.look_again(behind)?;
                }
                asked => return asked,
            }
        }
    }
}

/// Whether it failed because a file is no more.
pub(super) fn is_gone(error: &LakeError) -> bool {
    let (LakeError::Disk(io)
    | LakeError::Manifest(ManifestError::Disk(io))
    | LakeError::File {
        source: FileError::Disk(io),
        ..
    }) = error
    else {
        return false;
    };
    io.kind() == io::ErrorKind::NotFound
}

impl Eyes {
    /// Looks until the log goes on where the files end.
    fn look(
        &self,
        disk: &Arc<dyn Disk>,
        part_bytes: usize,
        behind: u64,
    ) -> Result<Sight, LakeError> {
        let mut looks = 0;
        loop {
            looks += 1;
            match self.glance(disk, part_bytes, behind, looks >= MOST_LOOKS) {
                Ok(Some(sight)) => return Ok(sight),
                Err(error) if looks >= MOST_LOOKS || !is_gone(&error) => return Err(error),
                Ok(None) | Err(_) => {}
            }
        }
    }

    /// One look; nothing when messages became a file between looking at files and at the log,
    /// unless it is the last look.
    fn glance(
        &self,
        disk: &Arc<dyn Disk>,
        part_bytes: usize,
        behind: u64,
        is_last: bool,
    ) -> Result<Option<Sight>, LakeError> {
        let folder = self.folder.join("manifest");
        let manifest = Manifest::look(Arc::clone(disk), &folder)?;
        let through = manifest.state().through;
        let settings = LogSettings {
            folder: self.folder.join("log"),
            segment_bytes: 0,
            gather: Duration::ZERO,
        };
        let from = through.max(behind) + 1;
        let mut parts = Vec::new();
        let mut rows = Rows::default();
        let mut reader = lock(&self.reader);
        let replay = append::replay(disk.as_ref(), &settings, None, from, &mut |group| {
            for (message, sequence) in Messages::new(&group.payload).zip(group.first..) {
                if sequence >= from && !message.is_position() {
                    read(reader.as_mut(), &message, sequence, &mut rows);
                }
            }
            if rows.size() >= part_bytes {
                parts.push(Arc::new(std::mem::take(&mut rows)));
            }
        })?;
        if !is_last && has_gap(&replay) {
            let now = Manifest::look(Arc::clone(disk), &folder)?;
            if now.state().through > through {
                return Ok(None);
            }
        }
        if !rows.is_empty() {
            parts.push(Arc::new(rows));
        }
        Ok(Some(Sight { manifest, parts }))
    }
}

/// Whether there may be messages that are neither in the files nor were in the log.
fn has_gap(replay: &Replay) -> bool {
    let is_missing = |damage: &append::Damage| !damage.missing.is_empty();
    replay.messages == 0 || replay.damages.iter().any(is_missing)
}
