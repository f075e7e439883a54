//! Reading content files so that a mistake is named by file and item.

use serde::de::DeserializeOwned;
use thiserror::Error;
use xinglin_core::Text;

/// A content file that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}, {item}: expected {expected}")]
pub struct ContentError {
    /// The file, as the caller named it.
    pub file: String,
    /// The item of the file that is wrong: its key, or the line.
    pub item: String,
    /// What should stand there.
    pub expected: String,
}

impl ContentError {
    pub(crate) fn new(
        file: &str,
        item: impl std::fmt::Display,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            item: item.to_string(),
            expected: expected.into(),
        }
    }
}

/// Reads one YAML document.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, ContentError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error
            .location()
            .map_or(0, |location| usize::try_from(location.line()).unwrap_or(0));
        ContentError::new(
            file,
            item_at(text, line),
            error.without_snippet().to_string(),
        )
    })
}

/// Checks that a text is there in both languages.
pub(crate) fn check_text(
    file: &str,
    item: impl std::fmt::Display,
    field: &str,
    text: &Text,
) -> Result<(), ContentError> {
    if text.zh.trim().is_empty() || text.en.trim().is_empty() {
        return Err(ContentError::new(
            file,
            item,
            format!("`{field}` in both languages"),
        ));
    }
    Ok(())
}

/// The key of the outermost entry that line `line` (from 1) belongs to. The parser gives
/// a position only, and whoever edits a file of 80 measures thinks in their ids.
fn item_at(text: &str, line: usize) -> String {
    text.lines()
        .take(line)
        .filter(|line| !line.starts_with([' ', '#', '-']))
        .filter_map(|line| line.split_once(':'))
        .last()
        .map_or_else(
            || format!("line {line}"),
            |(key, _)| format!("{key} (line {line})"),
        )
}
