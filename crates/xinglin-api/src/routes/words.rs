//! Shapes and readings that several resources share.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::{AppError, Code, core};

/// The same sentence in both languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Text {
    zh: String,
    en: String,
}

pub(crate) fn text(text: core::Text) -> Text {
    Text {
        zh: text.zh,
        en: text.en,
    }
}

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
