//! Walking a chain.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Digest, Entry, Head, format};

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Its number is not one more than that of the entry before: something was removed,
    /// inserted or moved.
    #[error("expected entry {expected} here, found {found}")]
    Sequence {
        /// The number that should stand here.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// It does not name the hash of the entry before.
    #[error("expected the hash of the entry before, {expected}, found {found}")]
    Prev {
        /// The hash of the entry before.
        expected: Digest,
        /// What this entry names.
        found: Digest,
    },
    /// Its content does not give its hash: a field was changed.
    #[error("the content hashes to {expected}, the entry says {found}")]
    Hash {
        /// The hash of the content.
        expected: Digest,
        /// What the entry says.
        found: Digest,
    },
    /// Its time is finer than a millisecond, which nothing that was sealed here is.
    #[error("the time is finer than a millisecond")]
    Time,
    /// What is stored is no entry any more: a field was overwritten.
    #[error("the stored entry cannot be read")]
    Unreadable,
}

/// The first entry that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstBad {
    /// The position in the chain, whatever number the entry itself carries.
    pub seq: u64,
    /// What is wrong with it.
    pub reason: Flaw,
}

/// The outcome of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How many entries were found good, up to the first bad one.
    pub entries: u64,
    /// The last good entry.
    pub head: Head,
    /// The first bad entry, `None` when all are good.
    pub first_bad: Option<FirstBad>,
}

impl Verification {
    /// Whether every entry was good.
    pub fn is_good(&self) -> bool {
        self.first_bad.is_none()
    }
}

/// Verifies a chain that comes in parts.
#[derive(Debug, Clone)]
pub struct Verifier(Verification);

impl Verifier {
    /// A verifier for what follows `start`: [`Head::GENESIS`] for a whole chain, or a head
    /// that was verified before.
    pub fn new(start: Head) -> Self {
        Self(Verification {
            entries: 0,
            head: start,
            first_bad: None,
        })
    }

    /// Checks the next entry; false from the first bad entry on.
    pub fn push(&mut self, entry: &Entry) -> bool {
        let state = &mut self.0;
        if state.first_bad.is_some() {
            return false;
        }
        match check(&state.head, entry) {
            Ok(()) => {
                state.entries += 1;
                state.head = entry.head();
                true
            }
            Err(reason) => {
                let seq = state.head.seq + 1;
                state.first_bad = Some(FirstBad { seq, reason });
                false
            }
        }
    }

    /// Takes in that the next entry cannot even be read: that is where the chain breaks.
    pub fn unreadable(&mut self) {
        let state = &mut self.0;
        if state.first_bad.is_none() {
            state.first_bad = Some(FirstBad {
                seq: state.head.seq + 1,
                reason: Flaw::Unreadable,
            });
        }
    }

    /// The outcome so far.
    pub fn finish(self) -> Verification {
        self.0
    }
}

/// Verifies a whole chain, from its first entry on.
pub fn verify<E: Borrow<Entry>>(entries: impl IntoIterator<Item = E>) -> Verification {
    let mut verifier = Verifier::new(Head::GENESIS);
    for entry in entries {
        if !verifier.push(entry.borrow()) {
            break;
        }
    }
    verifier.finish()
}

fn check(head: &Head, entry: &Entry) -> Result<(), Flaw> {
    let expected = head.seq + 1;
    if entry.seq != expected {
        let found = entry.seq;
        return Err(Flaw::Sequence { expected, found });
    }
    if entry.prev != head.hash {
        return Err(Flaw::Prev {
            expected: head.hash,
            found: entry.prev,
        });
    }
    if format::to_millisecond(entry.at) != entry.at {
        return Err(Flaw::Time);
    }
    let expected = format::hash(entry);
    if entry.hash != expected {
        let found = entry.hash;
        return Err(Flaw::Hash { expected, found });
    }
    Ok(())
}
