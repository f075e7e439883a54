//! A disk that holds what it is given.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use xinglin_lake::disk::{Disk, Stored, Written};

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The disk.
#[derive(Default, Clone)]
pub(crate) struct Memory(Arc<Mutex<Files>>);

pub(crate) struct Bytes(pub(crate) Vec<u8>);

struct Open(Memory, PathBuf);

impl Memory {
    fn with<R>(&self, then: impl FnOnce(&mut Files) -> R) -> R {
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The contents of the files whose names end like this.
    pub(crate) fn ending(&self, end: &str) -> Vec<Vec<u8>> {
        self.with(|files| {
            let matching = files
                .iter()
                .filter(|(path, _)| path.to_string_lossy().ends_with(end));
            matching.map(|(_, bytes)| bytes.clone()).collect()
        })
    }

    /// A disk with one file.
    pub(crate) fn of(path: &Path, bytes: &[u8]) -> Self {
        let memory = Self::default();
        memory.with(|files| files.insert(path.to_owned(), bytes.to_vec()));
        memory
    }
}

impl Disk for Memory {
    fn make_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        self.with(|files| files.insert(file.to_owned(), Vec::new()));
        self.open(file)
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        Ok(Box::new(Open(self.clone(), file.to_owned())))
    }

    fn read(&self, file: &Path) -> io::Result<Arc<dyn Stored>> {
        let bytes = self.with(|files| files.get(file).cloned());
        Ok(Arc::new(Bytes(bytes.ok_or(io::ErrorKind::NotFound)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.with(|files| {
            let bytes = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
            files.insert(to.to_owned(), bytes);
            Ok(())
        })
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        let removed = self.with(|files| files.remove(file));
        removed.map(drop).ok_or(io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.with(|files| {
            let inside = files.keys().filter(|path| path.parent() == Some(folder));
            let names = inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
            Ok(names.collect())
        })
    }

    fn sync_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl Written for Open {
    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        let place = usize::try_from(place).map_err(io::Error::other)?;
        self.0.with(|files| {
            let content = files.entry(self.1.clone()).or_default();
            content.truncate(place.max(content.len()));
            if content.len() < place + bytes.len() {
                content.resize(place + bytes.len(), 0);
            }
            if let Some(part) = content.get_mut(place..place + bytes.len()) {
                part.copy_from_slice(bytes);
            }
        });
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(io::Error::other)?;
        self.0
            .with(|files| files.entry(self.1.clone()).or_default().resize(length, 0));
        Ok(())
    }

    fn reserve(&mut self, length: u64) -> io::Result<()> {
        self.set_length(length)
    }
}

impl Stored for Bytes {
    fn length(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<()> {
        let place = usize::try_from(place).map_err(io::Error::other)?;
        let end = place.checked_add(into.len());
        let part = end.and_then(|end| self.0.get(place..end));
        into.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
