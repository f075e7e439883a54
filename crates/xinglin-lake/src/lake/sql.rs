//! Questions in SQL over all events, files and memory alike.
//!
//! There is one table, `events`, with the columns that files have, and `text`, the text as it
//! came. It is only read. Pages are read whose times, values and words may fit.
//!
//! Nobody is to stop the program by a question: what it takes in memory and time is bounded,
//! and looked at wherever an engine may go on for long without giving anything.

mod ask;
mod json;
mod mistake;
mod pages;
mod prune;
mod question;
mod table;
mod watch;

use std::{
    sync::{Arc, mpsc},
    thread,
};

use arrow_schema::DataType;
use thiserror::Error;

pub use mistake::SqlMistake;

use super::{
    Lake, LakeError, Stop,
    look::{MOST_LOOKS, is_gone},
};
use ask::Asked;
use table::Columns;

/// Batches that wait for who asked.
const WAITING: usize = 2;
/// What a thread that answers may take for its stack: an engine descends into what is nested.
/// Only what is used becomes memory.
const STACK_BYTES: usize = 64 << 20;

/// What a question may take, besides time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlLimits {
    /// What sorting, grouping and joining may take in memory, and a part of an answer.
    pub memory_bytes: usize,
    /// Rows that are answered; those beyond are cut off.
    pub rows: usize,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlKind {
    /// Texts.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Yes and no.
    Flag,
    /// Instants, as RFC 3339 in UTC.
    Time,
    /// Something else, written as text.
    Other,
}

impl SqlKind {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Time => "time",
            Self::Other => "other",
        }
    }

    fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => Self::Text,
            DataType::Dictionary(_, values) => Self::of(values),
            DataType::Boolean => Self::Flag,
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Self::Number,
            DataType::Timestamp(..) => Self::Time,
            kind if kind.is_integer() => Self::Integer,
            _ => Self::Other,
        }
    }
}

/// A column of the table or of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: SqlKind,
}

/// Why a question is not answered.
#[derive(Debug, Error)]
pub enum SqlError {
    /// It is no SQL, more than one statement or one that does not only read, or about
    /// something that is not there.
    #[error("{0}")]
    Wrong(SqlMistake),
    /// It takes more memory than it may.
    #[error("the question takes more memory than it may")]
    TooMuchMemory,
    /// It takes longer than it may.
    #[error("the question takes longer than it may")]
    TimedOut,
    /// Who asked no longer wants to know.
    #[error("the question was cancelled")]
    Cancelled,
    /// The lake cannot be read.
    #[error("the lake cannot be read")]
    Lake(#[from] LakeError),
    /// The engine failed.
    #[error("the question could not be answered: {0}")]
    Failed(String),
}

/// Rows of an answer, as they come: each value as JSON has it, by the columns' order.
///
/// When it is dropped, the question ends.
pub struct Answer {
    columns: Vec<SqlColumn>,
    parts: mpsc::Receiver<Part>,
    stop: Stop,
    is_cut: bool,
    is_over: bool,
}

impl Answer {
    /// The columns.
    pub fn columns(&self) -> &[SqlColumn] {
        &self.columns
    }

    /// Whether there were more rows than were asked for; known at the end.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl Iterator for Answer {
    type Item = Result<Vec<Vec<serde_json::Value>>, SqlError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let part = self.parts.recv();
        self.is_over = !matches!(part, Ok(Part::Rows(_)));
        match part {
            Ok(Part::Rows(rows)) => Some(Ok(rows)),
            Ok(Part::Failed(error)) => Some(Err(error)),
            Ok(Part::End { is_cut }) => {
                self.is_cut = is_cut;
                None
            }
            // What came is not all there is.
            Ok(Part::Columns(_)) | Err(_) => Some(Err(died())),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

enum Part {
    Columns(Vec<SqlColumn>),
    Rows(Vec<Vec<serde_json::Value>>),
    End { is_cut: bool },
    Failed(SqlError),
}

/// The thread that answers is no more, without a word.
fn died() -> SqlError {
    SqlError::Failed("the engine stopped".to_owned())
}

impl Lake {
    /// Answers one `SELECT`, `EXPLAIN` or `DESCRIBE` over the table `events`. Returns when the
    /// question is understood; rows follow, until `stop` says that it is enough.
    ///
    /// Names of fields need no quotation marks: `source.ip` is the column of that name. One of
    /// a common field that no event has is a column without values.
    ///
    /// # Errors
    /// [`SqlError::Wrong`] with the place of a mistake; the others where it takes more than it
    /// may, or the lake fails.
    pub fn sql(&self, question: &str, limits: SqlLimits, stop: &Stop) -> Result<Answer, SqlError> {
        let mut looks = 0;
        loop {
            match self.asked(question, limits, stop) {
                // Another process merged files between one look and the next.
                Err(SqlError::Lake(error))
                    if self.eyes.is_some() && looks < MOST_LOOKS && is_gone(&error) =>
                {
                    looks += 1;
                    self.look_again(0)?;
                }
                asked => return asked,
            }
        }
    }

    /// The columns of the table `events`, as they are now.
    ///
    /// # Errors
    /// [`LakeError`] when files cannot be read.
    pub fn sql_columns(&self) -> Result<Vec<SqlColumn>, LakeError> {
        self.steadily(0, |inner| Ok(columns(&Columns::of(inner)?.schema())))
    }

    fn asked(&self, question: &str, limits: SqlLimits, stop: &Stop) -> Result<Answer, SqlError> {
        let (sender, parts) = mpsc::sync_channel(WAITING);
        let asked = Asked {
            inner: Arc::clone(&self.inner),
            question: question.to_owned(),
            limits,
            // Files of another process may go while they are read.
            holds_files: self.eyes.is_some(),
            stop: stop.clone(),
            sender,
        };
        thread::Builder::new()
            .name("lake-sql".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || asked.answer())
            .map_err(LakeError::from)?;
        match parts.recv() {
            Ok(Part::Columns(columns)) => Ok(Answer {
                columns,
                parts,
                stop: stop.clone(),
                is_cut: false,
                is_over: false,
            }),
            Ok(Part::Failed(error)) => Err(error),
            Ok(Part::Rows(_) | Part::End { .. }) | Err(_) => Err(died()),
        }
    }
}

fn columns(schema: &arrow_schema::Schema) -> Vec<SqlColumn> {
    let columns = schema.fields().iter().map(|field| SqlColumn {
        name: field.name().clone(),
        kind: SqlKind::of(field.data_type()),
    });
    columns.collect()
}
