//! The system's journal, as `journalctl` tells it: entries are objects of JSON, a line each.
//!
//! Where reading stands is the cursor of the last entry, which the journal itself knows again.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use memchr::memmem;
use tokio::{
    io::AsyncReadExt as _,
    process::{Child, ChildStdout, Command},
    sync::watch,
    time::sleep,
};

use super::{Checkpoint, Existing, Problem, Progress, RawRecord, Shared, SourceKey, Trouble};
use crate::{
    DecodeAs,
    framing::{Frame, Framer, Limits},
};

/// The key of its only checkpoint.
const KEY: &str = "journal";
/// Where the journals of systems are.
const SYSTEM: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
const READ_BYTES: usize = 64 << 10;
/// When `journalctl` ends, it is started again after so long, and then after twice as long
/// each time, up to the latter.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_mins(1)];

/// A journal to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The program `journalctl`.
    pub program: PathBuf,
    /// What else it is told: which journal (`--directory=…`, `--namespace=…`), which units.
    pub arguments: Vec<OsString>,
    /// What becomes of what is in it when it is read for the first time.
    pub existing: Existing,
    /// Bytes of an entry; what is longer is cut.
    pub message_bytes: usize,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            program: PathBuf::from("journalctl"),
            arguments: Vec::new(),
            existing: Existing::Read,
            message_bytes: 256 << 10,
        }
    }
}

/// Reads a journal, and goes on behind the checkpoint if there is one, until it is told to stop
/// or nobody takes messages any more, and tells how that goes.
pub async fn read_journal(
    journal: Journal,
    source: SourceKey,
    checkpoints: &[Checkpoint],
    shared: Shared,
    stop: watch::Receiver<bool>,
    progress: watch::Sender<Progress>,
) {
    let saved = checkpoints.iter().find(|checkpoint| checkpoint.key == KEY);
    let mut reader = Reader {
        cursor: saved.and_then(|checkpoint| checkpoint.state.clone()),
        journal,
        source,
        shared,
        stop,
        progress,
    };
    let [least, most] = PAUSES;
    let mut pause = least;
    loop {
        match reader.run().await {
            Ended::Stopped => return,
            Ended::ByItself { has_read } => {
                tracing::warn!(program = %reader.journal.program.display(), "the journal's reader ended and is started again");
                reader.shared.sources.rejected(source);
                let program = &reader.journal.program;
                reader.tell(vec![Problem::new(program, Trouble::Ended)]);
                if has_read {
                    pause = least;
                }
            }
        }
        tokio::select! {
            _ = reader.stop.wait_for(|stop| *stop) => return,
            () = sleep(pause) => {}
        }
        pause = (pause * 2).min(most);
    }
}

/// Whether there is a journal that this program may read, in this folder or else where those of
/// systems are: `journalctl` waits without a word where there is none.
///
/// # Errors
/// What is wrong.
pub fn journal_is_readable(folder: Option<&Path>) -> Result<(), Problem> {
    let folders = match folder {
        Some(folder) => vec![folder],
        None => SYSTEM.map(Path::new).to_vec(),
    };
    let is_journal = |path: &PathBuf| path.extension().is_some_and(|end| end == "journal");
    let mut worst = Trouble::Missing;
    for folder in &folders {
        // Files are in it, or in folders named after machines.
        let inner = entries(folder).into_iter().filter(|path| path.is_dir());
        for place in inner.chain([folder.to_path_buf()]) {
            for file in entries(&place).iter().filter(|path| is_journal(path)) {
                match File::open(file) {
                    Ok(_) => return Ok(()),
                    Err(error) => worst = error.kind().into(),
                }
            }
            let denied = fs::read_dir(&place).err();
            if denied.is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
                worst = Trouble::Denied;
            }
        }
    }
    let first = folders.first().copied().unwrap_or(Path::new("/"));
    Err(Problem::new(first, worst))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// How a run of the program ended.
enum Ended {
    /// We stop, or nobody takes messages any more.
    Stopped,
    /// It ended, or did not start.
    ByItself { has_read: bool },
}

struct Reader {
    journal: Journal,
    source: SourceKey,
    /// Of the last entry that was read.
    cursor: Option<String>,
    shared: Shared,
    stop: watch::Receiver<bool>,
    progress: watch::Sender<Progress>,
}

impl Reader {
    fn tell(&self, problems: Vec<Problem>) {
        self.progress.send_replace(Progress {
            has_looked: true,
            files: Vec::new(),
            problems,
        });
    }

    async fn run(&mut self) -> Ended {
        // Dropping the program ends it.
        let Some((_program, mut output)) = self.start() else {
            return Ended::ByItself { has_read: false };
        };
        self.tell(Vec::new());
        let mut framer = Framer::new(Limits {
            message_bytes: self.journal.message_bytes,
        });
        let mut buffer = vec![0_u8; READ_BYTES];
        let mut has_read = false;
        loop {
            let length = tokio::select! {
                _ = self.stop.wait_for(|stop| *stop) => return Ended::Stopped,
                read = output.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return Ended::ByItself { has_read },
                    Ok(length) => length,
                },
            };
            let mut records = Vec::new();
            let received_at = self.shared.clock.now();
            framer.push(buffer.get(..length).unwrap_or_default(), |frame| {
                if let Some(cursor) = cursor(frame.bytes) {
                    self.cursor = Some(cursor.to_owned());
                }
                records.push(record(self.source, received_at, frame));
            });
            if records.is_empty() {
                continue;
            }
            has_read = true;
            self.shared.sources.received(&records);
            let checkpoint = self.cursor.clone().map(|cursor| Checkpoint {
                key: KEY.to_owned(),
                state: Some(cursor),
            });
            let checkpoints = checkpoint.into_iter().collect();
            if !self.shared.inlet.send_with(records, checkpoints).await {
                return Ended::Stopped;
            }
        }
    }

    fn start(&self) -> Option<(Child, ChildStdout)> {
        let mut command = Command::new(&self.journal.program);
        // Long values and those that are no text come, too.
        command.args([
            "--output=json",
            "--all",
            "--follow",
            "--quiet",
            "--no-pager",
        ]);
        command.args(&self.journal.arguments);
        match (&self.cursor, self.journal.existing) {
            (Some(cursor), _) => command
                .arg("--no-tail")
                .arg(format!("--after-cursor={cursor}")),
            (None, Existing::Read) => command.arg("--no-tail"),
            (None, Existing::Skip) => command.arg("--lines=0"),
        };
        command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .stdout(Stdio::piped());
        command.kill_on_drop(true);
        match command.spawn() {
            Ok(mut child) => {
                let output = child.stdout.take()?;
                Some((child, output))
            }
            Err(error) => {
                tracing::warn!(error = %error, "the journal cannot be read");
                None
            }
        }
    }
}

fn record(source: SourceKey, received_at: jiff::Timestamp, frame: Frame<'_>) -> RawRecord {
    RawRecord {
        source,
        received_at,
        peer: None,
        certificate: None,
        path: None,
        bytes: frame.bytes.into(),
        decode_as: DecodeAs::Utf8,
        is_cut: frame.is_cut,
    }
}

/// The cursor of an entry. Quotes within values are escaped, so the name stands there once.
fn cursor(entry: &[u8]) -> Option<&str> {
    let name = b"\"__CURSOR\":\"";
    let begin = memmem::find(entry, name)? + name.len();
    let rest = entry.get(begin..)?;
    let cursor = rest.get(..memchr::memchr(b'"', rest)?)?;
    str::from_utf8(cursor).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_found() {
        let entry = br#"{"MESSAGE":"a \"__CURSOR\":\"x\" b","__CURSOR":"s=1;i=2","PRIORITY":"6"}"#;
        assert_eq!(cursor(entry), Some("s=1;i=2"));
        assert_eq!(cursor(b"{}"), None);
        assert_eq!(cursor(b"\"__CURSOR\":\"s=1"), None);
    }
}
