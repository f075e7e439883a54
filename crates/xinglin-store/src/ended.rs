//! How something that counts for a time ended, in three columns.

use jiff::Timestamp;
use serde::Serialize;

use crate::{StoreError, row};

/// How something that counts for a time ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Who ended it, by ledger name.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The columns `ended_at`, `ended_by` and `ended_reason`, all of them or none.
pub(crate) type Columns = (Option<i64>, Option<String>, Option<String>);

pub(crate) fn columns(ended: Option<&Ended>) -> Columns {
    match ended {
        Some(ended) => (
            Some(ended.at.as_millisecond()),
            Some(ended.by.clone()),
            Some(ended.reason.clone()),
        ),
        None => (None, None, None),
    }
}

pub(crate) fn read(
    column: &'static str,
    (at, by, reason): Columns,
) -> Result<Option<Ended>, StoreError> {
    let at = row::instant_opt(column, at)?;
    Ok(at.map(|at| Ended {
        at,
        by: by.unwrap_or_default(),
        reason: reason.unwrap_or_default(),
    }))
}
