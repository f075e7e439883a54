//! Conversions between columns and words: instants as milliseconds, dates and words as text.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date};
use xinglin_core::Level;

use crate::StoreError;

/// Rows in one insert: SQLite allows 32,766 variables a statement, and no table of ours has
/// more than 20 columns.
pub(crate) const ROWS_PER_INSERT: usize = 1_000;

/// Keys in one `IN (…)`.
pub(crate) const KEYS_PER_READ: usize = 10_000;

/// An instant from its stored form, milliseconds since 1970 UTC.
pub(crate) fn instant(column: &'static str, millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Unreadable {
        column,
        value: millis.to_string(),
    })
}

/// An optional instant.
pub(crate) fn instant_opt(
    column: &'static str,
    millis: Option<i64>,
) -> Result<Option<Timestamp>, StoreError> {
    millis.map(|millis| instant(column, millis)).transpose()
}

/// A word (level, role, state …) from its stored text.
pub(crate) fn word<T: FromStr>(column: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable {
        column,
        value: text.to_owned(),
    })
}

/// An optional date stored as `YYYY-MM-DD`.
pub(crate) fn date_opt(
    column: &'static str,
    text: Option<&str>,
) -> Result<Option<Date>, StoreError> {
    text.map(|text| word(column, text)).transpose()
}

/// A JSON value from its stored text.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable {
        column,
        value: text.chars().take(80).collect(),
    })
}

/// The stored text of a JSON value.
pub(crate) fn to_json<T: serde::Serialize>(
    column: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable {
        column,
        value: error.to_string(),
    })
}

/// A date stored as `YYYY-MM-DD`.
pub(crate) fn date(column: &'static str, text: &str) -> Result<Date, StoreError> {
    word(column, text)
}

/// A word of an engine's closed list, by its `from_word`.
pub(crate) fn listed<T>(
    column: &'static str,
    text: &str,
    from_word: fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    from_word(text).ok_or_else(|| StoreError::Unreadable {
        column,
        value: text.to_owned(),
    })
}

/// Ids as a list for `IN (…)`. They are numbers, so nothing needs quoting, and a list in
/// the text does not use up the variables of a statement.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    ids.join(",")
}

/// A protection level from its stored number.
pub(crate) fn level(column: &'static str, number: i32) -> Result<Level, StoreError> {
    u8::try_from(number)
        .ok()
        .and_then(|number| Level::try_from(number).ok())
        .ok_or_else(|| StoreError::Unreadable {
            column,
            value: number.to_string(),
        })
}
