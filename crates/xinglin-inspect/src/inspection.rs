//! The document of one inspection: what a command prints, an agent sends, and a page accepts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    checks::CheckSet,
    evaluate::{CheckResult, evaluate},
    facts::{self, Subject, Unreadable},
    host::Host,
};

/// The version of the document's form.
pub const FORMAT: &str = "xinglin.inspection/1";

/// One inspection of one host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// [`FORMAT`].
    pub format: String,
    /// The host.
    pub subject: Subject,
    /// When it was read.
    pub collected_at: Timestamp,
    /// What was found.
    pub facts: serde_json::Value,
    /// What exists and could not be read.
    pub unreadable: Vec<Unreadable>,
    /// The judgement of each check.
    pub results: Vec<CheckResult>,
}

/// A document that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InspectionError {
    /// Not JSON, or not of this form.
    #[error("not an inspection document: {0}")]
    Malformed(String),
    /// A form of another version.
    #[error("format '{found}' is not known; expected {FORMAT}")]
    WrongFormat {
        /// The version found.
        found: String,
    },
    /// The facts within are of another version.
    #[error("facts '{found}' are not known; expected {}", facts::FORMAT)]
    WrongFacts {
        /// The version found.
        found: String,
    },
}

impl Inspection {
    /// Reads a document made elsewhere.
    ///
    /// # Errors
    /// See [`InspectionError`].
    pub fn from_json(text: &[u8]) -> Result<Self, InspectionError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let malformed = |error: serde_json::Error| InspectionError::Malformed(error.to_string());
        let head: Head = serde_json::from_slice(text).map_err(malformed)?;
        if head.format != FORMAT {
            return Err(InspectionError::WrongFormat { found: head.format });
        }
        let inspection: Self = serde_json::from_slice(text).map_err(malformed)?;
        let found = inspection
            .facts
            .get("format")
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        if found != facts::FORMAT {
            return Err(InspectionError::WrongFacts {
                found: found.to_owned(),
            });
        }
        Ok(inspection)
    }

    /// The same facts judged again, by these checks.
    #[must_use]
    pub fn judged_by(mut self, checks: &CheckSet) -> Self {
        self.results = evaluate(checks, &self.facts);
        self
    }
}

/// Inspects `host` at `now`.
pub fn inspect(host: &dyn Host, checks: &CheckSet, now: Timestamp) -> Inspection {
    let inspected = facts::collect(host, now);
    let facts = serde_json::to_value(&inspected.facts).unwrap_or_default();
    Inspection {
        format: FORMAT.to_owned(),
        subject: inspected.subject,
        collected_at: now,
        results: evaluate(checks, &facts),
        facts,
        unreadable: inspected.unreadable,
    }
}
