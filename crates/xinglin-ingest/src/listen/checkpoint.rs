//! How far a source was read.

/// How far one file, or a journal, was read. Both texts are for whoever reads the source only;
/// they are kept as they are and given back when the program starts again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Checkpoint {
    /// What was read; a later checkpoint of the same key replaces this one.
    pub key: String,
    /// How far; none when the file is gone and the key can be forgotten.
    pub state: Option<String>,
}
