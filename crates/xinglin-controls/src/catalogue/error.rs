//! What can be wrong with catalogue files.

use thiserror::Error;

/// A defect of a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CatalogueError {
    /// The file is not YAML of the expected shape.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// What was expected and where, with line and column.
        reason: String,
    },
    /// The file has a name that the catalogue does not know.
    #[error("{file}: expected {expected}")]
    UnknownFile {
        /// The file.
        file: String,
        /// The names that are known.
        expected: &'static str,
    },
    /// A file that must be there is not.
    #[error("expected a file {expected}, found none")]
    MissingFile {
        /// The file or files.
        expected: &'static str,
    },
    /// An entry says something that cannot be.
    #[error("{file}: {entry}: expected {expected}, found {found}")]
    Entry {
        /// The file.
        file: String,
        /// The unit code, case number or hazard code.
        entry: String,
        /// What should stand there.
        expected: String,
        /// What does.
        found: String,
    },
}
