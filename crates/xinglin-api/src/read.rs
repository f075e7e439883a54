//! Reading the text parameters of requests.

use jiff::civil::Date;
use xinglin_app::{AppError, Code};

/// A date of a request.
pub(crate) fn day(field: &str, text: &str) -> Result<Date, AppError> {
    text.parse().map_err(|_| {
        AppError::new(Code::InvalidInput).field(field, text, "a date such as 2026-11-22")
    })
}

/// Comma-separated words of a closed list; none where the parameter is absent or empty.
pub(crate) fn listed<T>(
    field: &str,
    found: Option<&str>,
    from_word: fn(&str) -> Option<T>,
) -> Result<Vec<T>, AppError> {
    found
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| {
            from_word(word).ok_or_else(|| {
                AppError::new(Code::InvalidInput).field(field, word, "words of this field")
            })
        })
        .collect()
}
