//! Entries and how the next one is sealed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Digest, format};

/// What an entry is about, e.g. kind `asset`, id `17`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The kind of thing, a stable lower-case word.
    pub kind: String,
    /// Its id within that kind.
    pub id: String,
}

impl Subject {
    /// A subject of this kind and id.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids are Copy, and `&id` at every call would say nothing"
    )]
    pub fn new(kind: impl Into<String>, id: impl ToString) -> Self {
        Self {
            kind: kind.into(),
            id: id.to_string(),
        }
    }
}

/// What a use case wants sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Who did it: a stable id of the account, or the name of the automatic part.
    pub actor: String,
    /// What was done, a stable word such as `asset.update`.
    pub action: String,
    /// What it was done to, most important first.
    pub subjects: Vec<Subject>,
    /// The facts of the change. Never a secret: an entry cannot be taken back.
    pub payload: Value,
}

/// A sealed entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Position in the chain; the first entry is 1.
    pub seq: u64,
    /// When it was sealed, to the millisecond.
    pub at: Timestamp,
    /// See [`Draft::actor`].
    pub actor: String,
    /// See [`Draft::action`].
    pub action: String,
    /// See [`Draft::subjects`].
    pub subjects: Vec<Subject>,
    /// See [`Draft::payload`].
    pub payload: Value,
    /// The hash of the entry before, [`Digest::ZERO`] for the first.
    pub prev: Digest,
    /// The hash over all the fields above, see [`format`](crate::format).
    pub hash: Digest,
}

impl Entry {
    /// The end of the chain once this entry is its last.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The position of the last entry, 0 for an empty chain.
    pub seq: u64,
    /// The hash of the last entry, [`Digest::ZERO`] for an empty chain.
    pub hash: Digest,
}

impl Head {
    /// The head of an empty chain.
    pub const GENESIS: Self = Self {
        seq: 0,
        hash: Digest::ZERO,
    };
}

/// Seals `draft` as the entry that follows `prev`.
///
/// `at` is cut to the millisecond, the precision that the hash covers. To append many,
/// seal each on the [`Entry::head`] of the one before.
pub fn seal(prev: &Head, draft: Draft, at: Timestamp) -> Entry {
    let mut entry = Entry {
        seq: prev.seq + 1,
        at: format::to_millisecond(at),
        actor: draft.actor,
        action: draft.action,
        subjects: draft.subjects,
        payload: draft.payload,
        prev: prev.hash,
        hash: Digest::ZERO,
    };
    entry.hash = format::hash(&entry);
    entry
}
