//! What the lake asks of a disk, so that a test can be one that fails.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Folders and files of a lake.
pub trait Disk: Send + Sync {
    /// Makes a folder and those above it.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes an empty file; it is an error when there is one.
    fn create(&self, file: &Path) -> io::Result<Box<dyn Written>>;
    /// Opens a file to write on.
    fn open(&self, file: &Path) -> io::Result<Box<dyn Written>>;
    /// Opens a file to read.
    fn read(&self, file: &Path) -> io::Result<Arc<dyn Stored>>;
    /// Gives a file another name; one that has it is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, file: &Path) -> io::Result<()>;
    /// The names of the files in a folder, sorted.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// Makes names in a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Takes a file, made where there is none, for this process alone; an error of the kind
    /// `WouldBlock` where another has it. A disk that no other process sees need not do it.
    fn hold(&self, file: &Path) -> io::Result<Held> {
        let _ = file;
        Ok(Held(None))
    }
}

/// A file that this process has alone, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "it is held")] Option<File>);

/// A file that is written.
pub trait Written: Send {
    /// Writes at a place. After an error any part may have been written.
    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when what was written is durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file or extends it by zeros.
    fn set_length(&mut self, length: u64) -> io::Result<()>;
    /// Takes room on the disk, so that writing does not have to; zeros stand there.
    fn reserve(&mut self, length: u64) -> io::Result<()>;
}

/// A file that is read.
pub trait Stored: Send + Sync {
    /// Its length.
    fn length(&self) -> u64;
    /// Fills `into` from a place on.
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<()>;
}

/// The machine's own disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

struct LocalFile(File);

struct LocalStored {
    file: File,
    length: u64,
}

impl Disk for LocalDisk {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        let opened = OpenOptions::new().write(true).create_new(true).open(file)?;
        Ok(Box::new(LocalFile(opened)))
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn Written>> {
        let opened = OpenOptions::new().write(true).open(file)?;
        Ok(Box::new(LocalFile(opened)))
    }

    fn read(&self, file: &Path) -> io::Result<Arc<dyn Stored>> {
        let file = File::open(file)?;
        let length = file.metadata()?.len();
        Ok(Arc::new(LocalStored { file, length }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        fs::remove_file(file)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn hold(&self, file: &Path) -> io::Result<Held> {
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(file)?;
        opened.try_lock()?;
        Ok(Held(Some(opened)))
    }
}

impl Written for LocalFile {
    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, place)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn reserve(&mut self, length: u64) -> io::Result<()> {
        use rustix::fs::{FallocateFlags, fallocate};
        match fallocate(&self.0, FallocateFlags::empty(), 0, length) {
            // Where the file system cannot, the length alone has to do.
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => self.0.set_len(length),
            done => Ok(done?),
        }
    }
}

impl Stored for LocalStored {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, place)
    }
}

/// Reads a whole file that must not be longer than `most`.
pub(crate) fn read_whole(disk: &dyn Disk, file: &Path, most: u64) -> io::Result<Vec<u8>> {
    let stored = disk.read(file)?;
    let length = stored.length();
    if length > most {
        let text = format!("{} is too long", file.display());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    stored.read_at(0, &mut bytes)?;
    Ok(bytes)
}

/// Writes a file behind a temporary name, so that under its own it is there as a whole or not
/// at all, whatever happens.
pub(crate) fn write_whole(disk: &dyn Disk, file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(TEMPORARY);
    let temporary = PathBuf::from(temporary);
    if let Err(error) = disk.remove(&temporary)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut written = disk.create(&temporary)?;
    written.write_at(0, bytes)?;
    written.sync()?;
    disk.rename(&temporary, file)?;
    disk.sync_folder(file.parent().unwrap_or(Path::new(".")))
}

/// What a name ends in until its file is whole.
pub(crate) const TEMPORARY: &str = ".new";
