//! Running a scanner that is installed here, and reading what it writes.
//!
//! What it is told comes from [`xinglin_inspect::discovery::scan_command`], which keeps it
//! within the ranges the hospital allowed.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use thiserror::Error;

const LOOK: Duration = Duration::from_millis(100);

/// A scan that came to nothing.
#[derive(Debug, Error)]
pub enum ScanFailure {
    /// The program could not be started.
    #[error("the scanner cannot be started: {0}")]
    NotStarted(#[source] std::io::Error),
    /// What it wrote could not be read.
    #[error("what the scanner wrote cannot be read: {0}")]
    NotRead(#[source] std::io::Error),
    /// It took too long.
    #[error("the scanner did not end within {seconds} s")]
    TimedOut {
        /// The time it had.
        seconds: u64,
    },
}

/// How much a scan may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run.
    pub overall: Duration,
    /// How many bytes of its output are read.
    pub max_bytes: usize,
}

/// Where nmap is installed; `None` where it is not.
pub fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("nmap{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// Runs `program` to its end and yields what it wrote; `None` when it was called off. It
/// blocks, and looks a few times a second whether `is_cancelled`.
///
/// # Errors
/// See [`ScanFailure`].
pub fn run(
    program: &Path,
    arguments: &[String],
    limits: Limits,
    is_cancelled: impl Fn() -> bool,
) -> Result<Option<Vec<u8>>, ScanFailure> {
    let mut child = start(program, arguments).map_err(ScanFailure::NotStarted)?;
    let output = child.stdout.take();
    let most = u64::try_from(limits.max_bytes).unwrap_or(u64::MAX);
    // Read beside the watching: a full pipe would stop the scan.
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(output) = output {
            output.take(most).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    });
    let began = Instant::now();
    while child.try_wait().map_err(ScanFailure::NotRead)?.is_none() {
        if is_cancelled() {
            stop(&mut child);
            return Ok(None);
        }
        if began.elapsed() > limits.overall {
            stop(&mut child);
            let seconds = limits.overall.as_secs();
            return Err(ScanFailure::TimedOut { seconds });
        }
        std::thread::sleep(LOOK);
    }
    let read = reader.join().unwrap_or_else(|_| {
        let text = "the reader broke down";
        Err(std::io::Error::other(text))
    });
    read.map(Some).map_err(ScanFailure::NotRead)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a scanner is the one program that is a way to other machines"
)]
fn start(program: &Path, arguments: &[String]) -> std::io::Result<Child> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Ends a scan. That it ended by itself meanwhile is as well.
fn stop(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

#[cfg(all(test, unix))]
mod tests {
    use std::cell::Cell;

    use super::*;

    const LIMITS: Limits = Limits {
        overall: Duration::from_secs(20),
        max_bytes: 1_000_000,
    };

    fn shell(script: &str, limits: Limits, looks: u32) -> Result<Option<Vec<u8>>, ScanFailure> {
        let arguments = ["-c".to_owned(), script.to_owned()];
        let left = Cell::new(looks);
        run(Path::new("/bin/sh"), &arguments, limits, || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        })
    }

    #[test]
    fn what_it_writes_is_read_to_the_end() {
        // More than a pipe holds.
        let script = "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done";
        let read = shell(script, LIMITS, u32::MAX).unwrap().unwrap();
        assert_eq!(read.len(), 3_000 * 41);
    }

    #[test]
    fn one_that_is_called_off_or_hangs_is_ended() {
        let began = Instant::now();
        assert_eq!(shell("exec sleep 60", LIMITS, 2).unwrap(), None);
        let short = Limits {
            overall: Duration::from_millis(200),
            ..LIMITS
        };
        let late = shell("exec sleep 60", short, u32::MAX);
        assert!(matches!(late, Err(ScanFailure::TimedOut { .. })));
        assert!(began.elapsed() < Duration::from_secs(30));
        let missing = run(Path::new("/no/such/program"), &[], LIMITS, || false);
        assert!(matches!(missing, Err(ScanFailure::NotStarted(_))));
    }
}
