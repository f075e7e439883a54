//! Reading the text parameters of requests.

use jiff::civil::Date;
use xinglin_app::{AppError, Code, inspections::Family};

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

/// A family of inspected things; none where the parameter is absent or empty.
pub(crate) fn family(found: Option<&str>) -> Result<Option<Family>, AppError> {
    let Some(word) = found.map(str::trim).filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    let words: Vec<&str> = Family::ALL.iter().map(|family| family.word()).collect();
    let expected = || format!("one of: {}", words.join(", "));
    let family = Family::from_word(word);
    family
        .map(Some)
        .ok_or_else(|| AppError::new(Code::InvalidInput).field("family", word, expected()))
}
