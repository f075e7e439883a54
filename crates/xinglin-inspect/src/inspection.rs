//! The document of one inspection: what a command prints, an agent sends, and a page accepts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    bundle::Bundle,
    checks::CheckSet,
    evaluate::{CheckResult, evaluate},
    family::Family,
    host::Host,
    linux::{self, integrity::Watched},
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};

/// The version of the document's form.
pub const FORMAT: &str = "xinglin.inspection/1";

/// One inspection of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// [`FORMAT`].
    pub format: String,
    /// The thing.
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
    #[error("facts '{found}' are not known; expected {FACTS_FORMAT}")]
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
        if found != FACTS_FORMAT {
            return Err(InspectionError::WrongFacts {
                found: found.to_owned(),
            });
        }
        Ok(inspection)
    }

    /// Which checks speak of it. Documents of before there were families are of Linux hosts.
    pub fn family(&self) -> Family {
        let word = self.facts.get("family").and_then(serde_json::Value::as_str);
        word.and_then(Family::from_word).unwrap_or_default()
    }

    /// The same facts judged again, by these checks.
    #[must_use]
    pub fn judged_by(mut self, checks: &CheckSet) -> Self {
        self.results = evaluate(checks, self.family(), &self.facts);
        self
    }

    /// As [`Inspection::judged_by`], with a fact that is not to be read on a host: that its
    /// files are watched. The facts themselves stay as they were read.
    #[must_use]
    pub fn judged_with_watch(mut self, checks: &CheckSet, watch: &Watched) -> Self {
        let mut facts = self.facts.clone();
        let is_linux = self.family() == Family::Linux;
        let integrity = facts.get_mut("integrity").filter(|_| is_linux);
        if let Some(serde_json::Value::Object(integrity)) = integrity {
            integrity.insert("watch".to_owned(), serde_json::json!(watch));
        }
        self.results = evaluate(checks, self.family(), &facts);
        self
    }
}

/// Inspects `host` at `now`.
pub fn inspect(host: &dyn Host, checks: &CheckSet, now: Timestamp) -> Inspection {
    judge(linux::collect(host, now).into(), checks, now)
}

/// As [`inspect`], with more than the ordinary.
pub fn inspect_with(
    host: &dyn Host,
    checks: &CheckSet,
    now: Timestamp,
    options: &linux::Options,
) -> Inspection {
    judge(linux::collect_with(host, now, options).into(), checks, now)
}

/// Inspects what a bundle is of.
pub fn inspect_bundle(bundle: &Bundle, checks: &CheckSet) -> Inspection {
    judge(bundle.collect(), checks, bundle.collected_at)
}

pub(crate) fn judge(collected: Collected, checks: &CheckSet, at: Timestamp) -> Inspection {
    Inspection {
        format: FORMAT.to_owned(),
        subject: collected.subject,
        collected_at: at,
        results: evaluate(checks, collected.family, &collected.facts),
        facts: collected.facts,
        unreadable: collected.unreadable,
    }
}
