//! The machine this program runs on.

use std::{
    fs,
    io::{Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Host, Kind, Metadata, Program, ReadError, RunError, WalkLimits, Walked, walk::walk};

/// Where programs are looked for; the caller's `PATH` is not trusted.
const PROGRAM_DIRECTORIES: [&str; 4] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/// The most that is kept of a program's output.
const OUTPUT_LIMIT: u64 = 32 << 20;

/// The machine this program runs on, seen with the rights of the user who started it.
#[derive(Debug, Clone, Copy, Default)]
pub struct LiveHost;

impl Host for LiveHost {
    fn read_range(&self, path: &str, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
        read_file(Path::new(path), offset, limit)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        list_directory(Path::new(path))
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        Ok(metadata_of(&fs::metadata(path)?))
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        read_link(Path::new(path))
    }

    fn run(&self, program: Program) -> Result<String, RunError> {
        let mut words = program.command_line().split(' ');
        let name = words.next().unwrap_or_default();
        let Some(path) = PROGRAM_DIRECTORIES
            .iter()
            .map(|directory| Path::new(directory).join(name))
            .find(|path| path.is_file())
        else {
            return Err(RunError::NotFound);
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that starts programs, all from a fixed list"
        )]
        let child = Command::new(path)
            .args(words)
            .env_clear()
            .env("LC_ALL", "C")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child = child.map_err(|error| RunError::Failed {
            code: -1,
            message: error.to_string(),
        })?;
        await_output(child, program.limit_milliseconds())
    }

    fn is_running(&self) -> bool {
        true
    }

    fn walk(
        &self,
        starts: &[String],
        limits: WalkLimits,
        visit: &mut dyn FnMut(&str, &Metadata),
    ) -> Option<Walked> {
        Some(walk(Path::new("/"), starts, limits, visit))
    }
}

/// Waits for `child` at most `milliseconds`; both pipes are drained meanwhile, so that a
/// talkative program cannot block on a full one.
fn await_output(mut child: Child, milliseconds: u64) -> Result<String, RunError> {
    let stdout = child
        .stdout
        .take()
        .map(|pipe| thread::spawn(|| drain(pipe)));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| thread::spawn(|| drain(pipe)));
    let deadline = Instant::now() + Duration::from_millis(milliseconds);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            Ok(None) | Err(_) => {
                // The program may already be gone; then there is nothing left to stop.
                drop(child.kill());
                drop(child.wait());
                return Err(RunError::TimedOut { milliseconds });
            }
        }
    };
    let collect = |reader: Option<thread::JoinHandle<String>>| {
        reader
            .and_then(|handle| handle.join().ok())
            .unwrap_or_default()
    };
    let (stdout, stderr) = (collect(stdout), collect(stderr));
    if status.success() {
        return Ok(stdout);
    }
    Err(RunError::Failed {
        code: status.code().unwrap_or(-1),
        message: stderr.lines().next().unwrap_or_default().to_owned(),
    })
}

fn drain(pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // A broken pipe ends the output; what came before it counts.
    drop(pipe.take(OUTPUT_LIMIT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a regular file; pipes and devices, which could block, are refused.
pub(super) fn read_file(path: &Path, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
    if !fs::metadata(path)?.is_file() {
        return Err(ReadError::WrongKind);
    }
    let mut file = fs::File::open(path)?;
    if offset > 0 {
        file.seek(SeekFrom::Start(offset))?;
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn list_directory(path: &Path) -> Result<Vec<String>, ReadError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

pub(super) fn read_link(path: &Path) -> Result<String, ReadError> {
    match fs::read_link(path) {
        Ok(target) => Ok(target.to_string_lossy().into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Err(ReadError::WrongKind),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn metadata_of(metadata: &fs::Metadata) -> Metadata {
    let kind = if metadata.is_file() {
        Kind::File
    } else if metadata.is_dir() {
        Kind::Directory
    } else {
        Kind::Other
    };
    Metadata {
        kind,
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
        size_bytes: metadata.len(),
        modified_seconds: metadata.mtime(),
    }
}
