//! The `sort` and `limit` parameters of long lists.

use xinglin_app::{AppError, Code, people::Sort};

/// Rows of a page when the caller does not say.
const LIMIT: u64 = 50;
/// Rows of a page at most.
const MOST: u64 = 1_000;

/// The rows to show: what was asked for, at most 1,000.
pub(crate) fn limit(asked: Option<u64>) -> u64 {
    asked.unwrap_or(LIMIT).min(MOST)
}

/// A field name, with a leading `-` for descending.
pub(crate) fn sort<T: Copy>(
    text: Option<&str>,
    fields: &[(&str, T)],
) -> Result<Option<Sort<T>>, AppError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    if let Some((_, by)) = fields.iter().find(|(field, _)| *field == name) {
        return Ok(Some(Sort {
            by: *by,
            descending,
        }));
    }
    let names: Vec<_> = fields.iter().map(|(field, _)| *field).collect();
    let expected = format!("one of {}, or with a leading -", names.join(", "));
    Err(AppError::new(Code::InvalidInput).field("sort", text, expected))
}
