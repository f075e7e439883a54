//! Whether all files are there, and as they were written.

use std::{io, path::Path};

use super::{Inner, Lake, LakeError};
use crate::digest::{Digesting, algorithm_of};

/// What was found when files were verified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Files that are as they were written, with their indexes.
    pub whole: u64,
    /// Files that are not, by name.
    pub flaws: Vec<(String, Flaw)>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is not there.
    Missing,
    /// It is not what was written.
    Altered,
    /// The disk does not give it.
    Unreadable,
}

const CHUNK: usize = 1 << 20;

impl Lake {
    /// Digests every file again.
    pub fn verify(&self) -> Result<Verified, LakeError> {
        let _reading = self.inner.reading();
        let mut verified = Verified::default();
        for entry in self.files() {
            let names = [entry.file_name(), entry.index_name()];
            let mut is_whole = true;
            for ((name, digest), length) in names.into_iter().zip(&entry.digests).zip(entry.bytes) {
                let path = self.inner.files.join(&name);
                if let Some(flaw) = self.inner.flaw(&path, digest, length) {
                    is_whole = false;
                    verified.flaws.push((name, flaw));
                }
            }
            verified.whole += u64::from(is_whole);
        }
        Ok(verified)
    }
}

impl Inner {
    fn flaw(&self, path: &Path, digest: &str, length: u64) -> Option<Flaw> {
        match self.digest_of(path, digest, length) {
            Ok(again) if again == digest => None,
            Ok(_) => Some(Flaw::Altered),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Flaw::Missing),
            Err(_) => Some(Flaw::Unreadable),
        }
    }

    fn digest_of(&self, path: &Path, digest: &str, length: u64) -> io::Result<String> {
        let stored = self.disk.read(path)?;
        let Some(algorithm) = algorithm_of(digest).filter(|_| stored.length() == length) else {
            return Ok(String::new());
        };
        let mut digesting = Digesting::new(algorithm);
        let mut chunk = vec![0; CHUNK];
        let mut place = 0;
        while place < length {
            let count = usize::try_from(length - place).unwrap_or(CHUNK).min(CHUNK);
            let part = chunk.get_mut(..count).unwrap_or_default();
            stored.read_at(place, part)?;
            digesting.update(part);
            place += u64::try_from(count).unwrap_or(u64::MAX);
        }
        Ok(digesting.finish())
    }
}
