//! Drift: two inspections of one thing, and what changed between them.
//!
//! Facts are compared by what they are, not by where they stand: an account that is new is one
//! addition, wherever in the list it was put. What changes by itself is left out by the list
//! of [`volatile`](is_volatile) names. [`Drift::reversed`] is the drift the other way round.

mod facts;
mod results;
mod volatile;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    inspection::Inspection,
    subject::{Subject, Unreadable},
};

pub use facts::{AreaDrift, Change, FactChange};
pub use results::{Effect, ResultChange};
pub use volatile::is_volatile;

/// What changed between two inspections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// When the earlier was made.
    pub before_at: Timestamp,
    /// When the later was made.
    pub after_at: Timestamp,
    /// The thing as it named itself, where it does so otherwise now: another release, or
    /// another thing altogether.
    pub subject: Option<SubjectChange>,
    /// Changed facts, by area in order of name.
    pub areas: Vec<AreaDrift>,
    /// Changed judgements, in order of check.
    pub results: Vec<ResultChange>,
    /// What cannot be read any more.
    pub newly_unreadable: Vec<Unreadable>,
    /// What can be read again.
    pub readable_again: Vec<Unreadable>,
}

/// A thing that names itself otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectChange {
    /// As it was.
    pub before: Subject,
    /// As it is.
    pub after: Subject,
}

impl Drift {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.subject.is_none()
            && self.areas.is_empty()
            && self.results.is_empty()
            && self.newly_unreadable.is_empty()
            && self.readable_again.is_empty()
    }

    /// Whether a judgement became worse.
    pub fn is_worse(&self) -> bool {
        self.results
            .iter()
            .any(|change| change.effect == Effect::Worse)
    }

    /// What changed from the later to the earlier.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            before_at: self.after_at,
            after_at: self.before_at,
            subject: self.subject.map(|change| SubjectChange {
                before: change.after,
                after: change.before,
            }),
            areas: self.areas.into_iter().map(AreaDrift::reversed).collect(),
            results: self
                .results
                .into_iter()
                .map(ResultChange::reversed)
                .collect(),
            newly_unreadable: self.readable_again,
            readable_again: self.newly_unreadable,
        }
    }
}

/// Compares two inspections of one thing.
pub fn drift(before: &Inspection, after: &Inspection) -> Drift {
    let subject = (before.subject != after.subject).then(|| SubjectChange {
        before: before.subject.clone(),
        after: after.subject.clone(),
    });
    Drift {
        before_at: before.collected_at,
        after_at: after.collected_at,
        subject,
        areas: facts::compare(&before.facts, &after.facts),
        results: results::compare(&before.results, &after.results),
        newly_unreadable: only_in(&after.unreadable, &before.unreadable),
        readable_again: only_in(&before.unreadable, &after.unreadable),
    }
}

/// Those of `list` that `other` does not name; the reason may be another.
fn only_in(list: &[Unreadable], other: &[Unreadable]) -> Vec<Unreadable> {
    let known: std::collections::BTreeSet<&str> =
        other.iter().map(|entry| entry.what.as_str()).collect();
    let mut only: Vec<Unreadable> = list
        .iter()
        .filter(|entry| !known.contains(entry.what.as_str()))
        .cloned()
        .collect();
    only.sort_by(|a, b| (&a.what, &a.why).cmp(&(&b.what, &b.why)));
    only.dedup();
    only
}
