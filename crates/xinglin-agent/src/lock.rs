//! One agent a folder.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

use thiserror::Error;

const LOCK: &str = "lock";

/// The right to use an agent's folder; given back when it is dropped, or the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// A folder that is not to be had.
#[derive(Debug, Error)]
pub enum FolderLockError {
    /// Another process has it.
    #[error("another agent runs in {folder}")]
    Taken {
        /// The folder.
        folder: String,
    },
    /// The file cannot be made.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
}

impl FolderLock {
    /// Takes `folder` for this process: two agents would number their reports alike.
    ///
    /// # Errors
    /// See [`FolderLockError`].
    pub fn take(folder: &Path) -> Result<Self, FolderLockError> {
        let path = folder.join(LOCK);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let at = |source| FolderLockError::File {
            file: path.display().to_string(),
            source,
        };
        let file = file.map_err(at)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                let folder = folder.display().to_string();
                Err(FolderLockError::Taken { folder })
            }
            Err(TryLockError::Error(source)) => Err(at(source)),
        }
    }
}
