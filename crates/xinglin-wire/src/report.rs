//! One inspection on its way to the server, and what the server answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use xinglin_inspect::{Collected, Family, Subject, Unreadable, integrity::Scope};
use xinglin_ledger::Digest;

use crate::{
    PROTOCOL,
    difference::{Change, DifferenceError, apply, difference, digest},
    release::Release,
};

/// One inspection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The agent's version.
    pub agent_version: String,
    /// Counts this agent's reports. The same number again is the same report, and is
    /// answered as the first time.
    pub number: u64,
    /// Reports that were given up because the server was away for too long, ever.
    pub lost: u64,
    /// When the facts were read.
    pub collected_at: Timestamp,
    /// The host.
    pub subject: Subject,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// The facts.
    pub body: Body,
    /// The digest of the facts, however they are sent.
    pub digest: Digest,
}

/// Facts, whole or as what changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Body {
    /// All facts.
    Whole {
        /// They.
        facts: Value,
    },
    /// What changed since facts that the server holds.
    Difference {
        /// The digest of those.
        base: Digest,
        /// The changes.
        changes: Vec<Change>,
    },
}

/// A body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// The changes are of a document that is not held: ask for the whole.
    #[error("changes of a document that is not held")]
    OtherBase,
    /// The changes do not fit.
    #[error("changes that do not fit: {0}")]
    Difference(#[from] DifferenceError),
    /// The facts are not what their digest says.
    #[error("facts and digest do not agree")]
    WrongDigest,
}

impl Report {
    /// The facts as the shortest body, given what the server is known to hold.
    pub fn body_of(facts: &Value, held: Option<&Value>) -> Body {
        let whole = || Body::Whole {
            facts: facts.clone(),
        };
        let Some(held) = held else {
            return whole();
        };
        let changes = difference(held, facts);
        let is_shorter = |changes: &Vec<Change>| {
            let length = |text: Result<String, _>| text.map_or(usize::MAX, |text| text.len());
            length(serde_json::to_string(changes)) < length(serde_json::to_string(facts))
        };
        if !is_shorter(&changes) {
            return whole();
        }
        Body::Difference {
            base: digest(held),
            changes,
        }
    }

    /// The facts, given what is held of this agent.
    ///
    /// # Errors
    /// See [`BodyError`]; the answer to each of them is [`Reply::SendWhole`].
    pub fn facts(&self, held: Option<&Value>) -> Result<Value, BodyError> {
        read_body(&self.body, &self.digest, held)
    }

    /// What a collector would have yielded here, given the report's facts.
    pub fn collected(&self, facts: Value) -> Collected {
        Collected {
            family: Family::Linux,
            facts,
            unreadable: self.unreadable.clone(),
            subject: self.subject.clone(),
        }
    }

    /// Whether this side understands it.
    pub fn is_understood(&self) -> bool {
        self.protocol == PROTOCOL
    }
}

/// The document of a body, given what is held.
pub(crate) fn read_body(
    body: &Body,
    expected: &Digest,
    held: Option<&Value>,
) -> Result<Value, BodyError> {
    let document = match body {
        Body::Whole { facts } => facts.clone(),
        Body::Difference { base, changes } => {
            let held = held.filter(|held| digest(held) == *base);
            let held = held.ok_or(BodyError::OtherBase)?;
            apply(held.clone(), changes.clone())?
        }
    };
    if digest(&document) != *expected {
        return Err(BodyError::WrongDigest);
    }
    Ok(document)
}

/// What the server answers to a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// It is kept; the agent may forget it.
    Kept {
        /// The digest of the facts the server holds now.
        held: Digest,
        /// How to report from now on.
        settings: Settings,
        /// A release newer than the agent's.
        release: Option<Release>,
        /// The files the server wants to know of, as a [`crate::FilesReport`]. A server of
        /// before says nothing, and an agent of before does not read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<Scope>,
    },
    /// The same report again, please, whole.
    SendWhole,
}

/// How an agent reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Seconds between inspections.
    pub interval_seconds: u64,
    /// The most by which an inspection is late at random, so that a thousand hosts do not
    /// call at once.
    pub jitter_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval_seconds: 3_600,
            jitter_seconds: 600,
        }
    }
}
