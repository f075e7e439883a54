//! The forms of messages that need more than a pattern: each gives names and values to the
//! parser, which knows the fields.

pub(super) mod atna;
pub(super) mod auditd;
pub(super) mod cef;
pub(super) mod columns;
mod joiner;
pub(super) mod journal;
pub(super) mod leef;
pub(super) mod otlp;
pub(super) mod table;
pub(super) mod url;
pub(super) mod windows;
pub(super) mod xml;

pub use joiner::{JoinedRecords, Joiner};

/// What is remembered of a source between its messages.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The columns that a file declared.
    pub(super) table: Option<table::Table>,
}

impl Memory {
    /// The parser whose columns this line may fill.
    pub(super) fn table_owner(&self, line: &str) -> Option<&str> {
        let table = self.table.as_ref()?;
        table.may_hold(line).then_some(table.parser.as_str())
    }
}
