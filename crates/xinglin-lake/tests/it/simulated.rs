//! A disk that fails, and that loses power.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use xinglin_lake::disk::{Disk, Stored, Written};

/// What goes wrong, and when: at the operation with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A write fails.
    Write(u64),
    /// A write fails after a part of it.
    ShortWrite(u64),
    /// A sync fails, and what was written is lost.
    Sync(u64),
    /// From here on there is no room.
    Full(u64),
    /// From here on nothing works.
    Off(u64),
}

#[derive(Debug, Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    /// Written since the last sync.
    writes: Vec<(usize, Vec<u8>)>,
    /// The length was changed since.
    resized: bool,
}

#[derive(Debug, Clone)]
enum Naming {
    Add(PathBuf, usize),
    Remove(PathBuf),
}

#[derive(Debug, Default)]
struct State {
    contents: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// Since the last sync of their folder.
    namings: Vec<Naming>,
    operations: u64,
    faults: Vec<Fault>,
}

/// The disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Simulated(Arc<Mutex<State>>);

struct SimulatedFile {
    disk: Simulated,
    content: usize,
}

struct SimulatedStored(Vec<u8>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Write,
    Sync,
    Other,
}

fn broken() -> io::Error {
    io::Error::other("the disk is broken")
}

impl State {
    /// Counts an operation; what goes wrong with it.
    fn begin(&mut self, operation: Operation) -> io::Result<Option<Fault>> {
        self.operations += 1;
        for fault in self.faults.clone() {
            match fault {
                Fault::Off(from) if self.operations >= from => return Err(broken()),
                Fault::Full(from) if self.operations >= from && operation == Operation::Write => {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                Fault::Write(at) if self.operations >= at && operation == Operation::Write => {
                    self.faults.retain(|of| *of != fault);
                    return Err(broken());
                }
                Fault::ShortWrite(at) if self.operations >= at && operation == Operation::Write => {
                    self.faults.retain(|of| *of != fault);
                    return Ok(Some(fault));
                }
                Fault::Sync(at) if self.operations >= at && operation == Operation::Sync => {
                    self.faults.retain(|of| *of != fault);
                    return Ok(Some(fault));
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

impl Simulated {
    /// Something will go wrong, so many operations from now.
    pub(crate) fn break_in(&self, fault: impl Fn(u64) -> Fault, operations: u64) {
        let mut state = self.0.lock().unwrap();
        let at = state.operations + operations;
        state.faults.push(fault(at));
    }

    /// Whether nothing works any more.
    pub(crate) fn is_off(&self) -> bool {
        let state = self.0.lock().unwrap();
        let mut faults = state.faults.iter();
        faults.any(|fault| matches!(fault, Fault::Off(from) if state.operations >= *from))
    }

    /// Nothing goes wrong any more.
    pub(crate) fn mend(&self) {
        self.0.lock().unwrap().faults.clear();
    }

    /// The disk as it is after the power was away: what was synced is there, and of the rest
    /// whatever `chance` says.
    pub(crate) fn after_power_loss(&self, chance: &mut dyn FnMut() -> u64) -> Self {
        let state = self.0.lock().unwrap();
        let mut names = state.durable_names.clone();
        for naming in &state.namings {
            if chance().is_multiple_of(2) {
                continue;
            }
            match naming {
                Naming::Add(path, content) => drop(names.insert(path.clone(), *content)),
                Naming::Remove(path) => drop(names.remove(path)),
            }
        }
        let contents = state.contents.iter().map(|content| {
            let mut bytes = content.durable.clone();
            if content.resized && chance().is_multiple_of(2) {
                bytes.resize(content.bytes.len(), 0);
            }
            for (place, part) in &content.writes {
                let kept = match chance() % 3 {
                    0 => 0,
                    1 => part.len(),
                    _ => usize::try_from(chance()).unwrap_or(0) % (part.len() + 1),
                };
                if bytes.len() < place + kept {
                    bytes.resize(place + kept, 0);
                }
                bytes[*place..place + kept].copy_from_slice(&part[..kept]);
            }
            Content {
                durable: bytes.clone(),
                bytes,
                ..Content::default()
            }
        });
        let after = State {
            contents: contents.collect(),
            durable_names: names.clone(),
            names,
            ..State::default()
        };
        Self(Arc::new(Mutex::new(after)))
    }

    /// Files whose names end like this.
    pub(crate) fn ending(&self, end: &str) -> Vec<PathBuf> {
        let state = self.0.lock().unwrap();
        let names = state.names.keys();
        names
            .filter(|path| path.to_string_lossy().ends_with(end))
            .cloned()
            .collect()
    }

    /// Changes the bytes of a file behind everybody's back.
    pub(crate) fn change(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.0.lock().unwrap();
        let content = state.names[path];
        change(&mut state.contents[content].bytes);
        let content = &mut state.contents[content];
        content.durable.clone_from(&content.bytes);
    }
}

impl Disk for Simulated {
    fn make_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        let mut state = self.0.lock().unwrap();
        state.begin(Operation::Other)?;
        if state.names.contains_key(file) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let content = state.contents.len();
        state.contents.push(Content::default());
        state.names.insert(file.to_owned(), content);
        state.namings.push(Naming::Add(file.to_owned(), content));
        drop(state);
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            content,
        }))
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        let mut state = self.0.lock().unwrap();
        state.begin(Operation::Other)?;
        let content = *state.names.get(file).ok_or(io::ErrorKind::NotFound)?;
        drop(state);
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            content,
        }))
    }

    fn read(&self, file: &Path) -> io::Result<Arc<dyn Stored>> {
        let state = self.0.lock().unwrap();
        let content = *state.names.get(file).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(SimulatedStored(
            state.contents[content].bytes.clone(),
        )))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.begin(Operation::Other)?;
        let content = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), content);
        state.namings.push(Naming::Add(to.to_owned(), content));
        state.namings.push(Naming::Remove(from.to_owned()));
        Ok(())
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.begin(Operation::Other)?;
        state.names.remove(file).ok_or(io::ErrorKind::NotFound)?;
        state.namings.push(Naming::Remove(file.to_owned()));
        Ok(())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.0.lock().unwrap();
        let inside = state
            .names
            .keys()
            .filter(|path| path.parent() == Some(folder));
        let names = inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
        Ok(names.collect())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(Fault::Sync(_)) = state.begin(Operation::Sync)? {
            return Err(broken());
        }
        let namings = std::mem::take(&mut state.namings);
        for naming in namings {
            let (Naming::Add(path, _) | Naming::Remove(path)) = &naming;
            if path.parent() != Some(folder) {
                state.namings.push(naming);
                continue;
            }
            match naming {
                Naming::Add(path, content) => drop(state.durable_names.insert(path, content)),
                Naming::Remove(path) => drop(state.durable_names.remove(&path)),
            }
        }
        Ok(())
    }
}

impl Written for SimulatedFile {
    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.0.lock().unwrap();
        let fault = state.begin(Operation::Write)?;
        let part = if fault.is_some() {
            &bytes[..bytes.len() / 2]
        } else {
            bytes
        };
        let place = usize::try_from(place).unwrap();
        let content = &mut state.contents[self.content];
        if content.bytes.len() < place + part.len() {
            content.bytes.resize(place + part.len(), 0);
        }
        content.bytes[place..place + part.len()].copy_from_slice(part);
        content.writes.push((place, part.to_vec()));
        if fault.is_some() {
            Err(broken())
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.0.lock().unwrap();
        let fault = state.begin(Operation::Sync)?;
        let content = &mut state.contents[self.content];
        content.writes.clear();
        content.resized = false;
        if fault.is_some() {
            // The kernel forgets what it could not write, and says so once.
            content.bytes = content.durable.clone();
            return Err(broken());
        }
        content.durable = content.bytes.clone();
        Ok(())
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.disk.0.lock().unwrap();
        state.begin(Operation::Write)?;
        let content = &mut state.contents[self.content];
        content.bytes.resize(usize::try_from(length).unwrap(), 0);
        content.resized = true;
        Ok(())
    }

    fn reserve(&mut self, length: u64) -> io::Result<()> {
        self.set_length(length)
    }
}

impl Stored for SimulatedStored {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<()> {
        let place = usize::try_from(place).unwrap();
        let part = self.0.get(place..place + into.len());
        into.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
