//! A chain as a document.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Entry, format::FORMAT};

/// A whole chain, as bundles and exports carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The format of the entries, [`FORMAT`].
    pub format: String,
    /// The entries, first to last.
    pub entries: Vec<Entry>,
}

/// A document that is not an exported chain.
#[derive(Debug, Error)]
pub enum ExportError {
    /// It is not JSON of the expected form.
    #[error("not an exported ledger")]
    Json(#[from] serde_json::Error),
    /// It is of another format.
    #[error("expected format '{FORMAT}', found '{0}'")]
    Format(String),
}

impl Export {
    /// An export of these entries.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            entries,
        }
    }

    /// Reads an exported chain. Whether it is good is for [`verify`](crate::verify) to say.
    pub fn from_json(text: &str) -> Result<Self, ExportError> {
        let export: Self = serde_json::from_str(text)?;
        if export.format == FORMAT {
            Ok(export)
        } else {
            Err(ExportError::Format(export.format))
        }
    }
}
