//! Lines of logs on their way to the server, which alone holds how far they were read.
//!
//! An agent asks which logs are wanted ([`LogsAsk`]), *begins* each ([`LogsBegin`]) and is told
//! from where on, and under which turn, and then sends [`Lines`] of that turn, one batch at a
//! time. Lines and how far they were read become durable together, and only then are they
//! answered. Whoever begins ends the turn before: so of two that send the same lines, one is
//! told to begin again.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most bytes that a batch of lines has.
pub const MOST_LINES_BYTES: usize = 8 << 20;

/// Asks which logs are wanted, and says how reading goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsAsk {
    /// [`crate::PROTOCOL`].
    pub protocol: String,
    /// What is being read.
    pub reading: Vec<LogReading>,
}

/// How reading one log goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogReading {
    /// Which.
    pub input: i64,
    /// The turn in which it is read.
    pub turn: String,
    /// Whether it was looked for anything yet.
    pub has_looked: bool,
    /// Files that are followed.
    pub files: Vec<LogFile>,
    /// What is not read: a path, and the word why.
    pub problems: Vec<(String, String)>,
}

/// How far a file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFile {
    /// Where it is.
    pub path: String,
    /// Bytes that were read.
    pub read: u64,
    /// Bytes in it when it was last looked at.
    pub length: u64,
}

/// Which logs are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsReply {
    /// They.
    pub inputs: Vec<WantedLog>,
    /// Seconds after which to ask again.
    pub ask_again_seconds: u64,
}

/// A log that the server wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedLog {
    /// Its number.
    pub input: i64,
    /// `file` or `journal`. An agent leaves out what it does not know.
    pub kind: String,
    /// Paths and patterns of files; the folder of a journal, or none for that of the system.
    pub paths: Vec<String>,
    /// `auto`, `utf-8`, `gb18030`, `utf-16le` or `utf-16be`.
    pub encoding: String,
    /// Whether what was there before is read, too.
    pub from_start: bool,
}

/// Begins to read a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsBegin {
    /// [`crate::PROTOCOL`].
    pub protocol: String,
    /// Which.
    pub input: i64,
}

/// From where on to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsBegun {
    /// The turn that counts from now on.
    pub turn: String,
    /// How far it was read; nothing when it never was.
    pub positions: Vec<LogPosition>,
}

/// How far a file, or a journal, was read: texts for whoever reads it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPosition {
    /// What was read.
    pub key: String,
    /// How far; none when the key can be forgotten.
    pub state: Option<String>,
}

/// What the server answers to lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum LinesReply {
    /// They are durable, and so is how far they were read.
    Kept,
    /// The turn does not count any more: begin again. These lines may be durable or not;
    /// what beginning answers says it.
    BeginAgain,
}

/// A batch of lines. Not JSON: a head of one line that is, and behind it the bytes of each
/// line after their number (four bytes, the lowest first), whatever these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Which log, and how far it was read with these lines.
    pub head: LinesHead,
    /// The lines in their order.
    pub lines: Vec<Box<[u8]>>,
}

/// What is said of a batch of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesHead {
    /// [`crate::PROTOCOL`].
    pub protocol: String,
    /// Which log.
    pub input: i64,
    /// The turn.
    pub turn: String,
    /// Counts the batches of the turn. The same number again is the same batch, and is
    /// answered as the first time.
    pub number: u64,
    /// How far it was read with these lines.
    pub positions: Vec<LogPosition>,
    /// Where lines come from, as many as follow each other.
    pub runs: Vec<LinesRun>,
}

/// Lines that follow each other and have the same origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesRun {
    /// The file; none for a journal.
    pub path: Option<String>,
    /// As in [`WantedLog`].
    pub encoding: String,
    /// Whether their ends were cut off.
    pub is_cut: bool,
    /// How many there are.
    pub lines: usize,
}

/// Bytes that are no batch of lines.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinesError {
    /// The first line is not what is expected.
    #[error("no head: {0}")]
    Head(String),
    /// A line has more bytes than there are, or is none.
    #[error("line {0} ends too early")]
    Line(usize),
    /// The head tells of another number of lines.
    #[error("{found} lines where the head says {expected}")]
    Count {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
}

impl Lines {
    /// The batch as it is sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(&self.head).unwrap_or_default();
        bytes.push(b'\n');
        for line in &self.lines {
            let length = u32::try_from(line.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(line);
        }
        bytes
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// See [`LinesError`].
    pub fn read(bytes: &[u8]) -> Result<Self, LinesError> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (head, mut rest) = bytes.split_at(end.unwrap_or(bytes.len()));
        let head: LinesHead =
            serde_json::from_slice(head).map_err(|error| LinesError::Head(error.to_string()))?;
        rest = rest.get(1..).unwrap_or_default();
        let mut lines = Vec::new();
        while let Some((length, behind)) = rest.split_first_chunk() {
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let line = behind.get(..length).ok_or(LinesError::Line(lines.len()))?;
            rest = behind.get(length..).unwrap_or_default();
            lines.push(line.into());
        }
        if !rest.is_empty() {
            return Err(LinesError::Line(lines.len()));
        }
        let expected = head
            .runs
            .iter()
            .fold(0_usize, |sum, run| sum.saturating_add(run.lines));
        if expected != lines.len() {
            let found = lines.len();
            return Err(LinesError::Count { found, expected });
        }
        Ok(Self { head, lines })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::PROTOCOL;

    fn lines(lines: Vec<Vec<u8>>) -> Lines {
        Lines {
            head: LinesHead {
                protocol: PROTOCOL.to_owned(),
                input: 3,
                turn: "7".to_owned(),
                number: 1,
                positions: vec![LogPosition {
                    key: "a".to_owned(),
                    state: Some("9".to_owned()),
                }],
                runs: vec![LinesRun {
                    path: Some("/var/log/a.log".to_owned()),
                    encoding: "auto".to_owned(),
                    is_cut: false,
                    lines: lines.len(),
                }],
            },
            lines: lines.into_iter().map(Vec::into_boxed_slice).collect(),
        }
    }

    #[test]
    fn what_is_no_batch_is_refused() {
        let whole = lines(vec![b"one".to_vec(), Vec::new()]).to_bytes();
        assert_eq!(Lines::read(&whole).unwrap().lines.len(), 2);
        for end in 0..whole.len() {
            assert!(Lines::read(&whole[..end]).is_err(), "{end}");
        }
        let mut more = whole.clone();
        more.extend_from_slice(&[0; 4]);
        let expected = LinesError::Count {
            found: 3,
            expected: 2,
        };
        assert_eq!(Lines::read(&more), Err(expected));
        assert!(matches!(Lines::read(b"{}\n"), Err(LinesError::Head(_))));
    }

    proptest! {
        #[test]
        fn batches_come_back(of in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..9)) {
            let batch = lines(of);
            prop_assert_eq!(Lines::read(&batch.to_bytes()).unwrap(), batch);
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(Lines::read(&bytes));
        }
    }
}
