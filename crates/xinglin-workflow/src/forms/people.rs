//! Who may decide a step: never the applicant, never twice the same person, and deputies
//! only while they are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xinglin_core::PersonId;

/// That one person may decide for another, for a time (授权委托).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Who has the right.
    pub from: PersonId,
    /// Who decides for them.
    pub to: PersonId,
    /// Since when.
    pub since: Timestamp,
    /// Until when, this moment not included.
    pub until: Timestamp,
}

/// The people of a step, as the register has them now: who the parties of
/// [`crate::Step::by`] and [`crate::Step::otherwise`] are, and delegations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepPeople {
    /// Who the step names.
    pub by: Vec<PersonId>,
    /// Who it names where none of them can.
    pub otherwise: Vec<PersonId>,
    /// All delegations that may matter.
    pub delegations: Vec<Delegation>,
}

/// Somebody who may decide, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decider {
    /// Who decides.
    pub person: PersonId,
    /// Whose right it is, where it was delegated.
    pub on_behalf_of: Option<PersonId>,
}

impl StepPeople {
    /// Who may decide at `now`, where `excluded` applied or decided before, themselves or
    /// through others.
    pub(crate) fn deciders(
        &self,
        excluded: &[PersonId],
        may_delegate: bool,
        now: Timestamp,
    ) -> Vec<Decider> {
        let first = self.among(&self.by, excluded, may_delegate, now);
        if first.is_empty() {
            return self.among(&self.otherwise, excluded, may_delegate, now);
        }
        first
    }

    fn among(
        &self,
        named: &[PersonId],
        excluded: &[PersonId],
        may_delegate: bool,
        now: Timestamp,
    ) -> Vec<Decider> {
        let is_free = |person: &PersonId| !excluded.contains(person);
        let mut deciders: Vec<Decider> = Vec::new();
        for person in named.iter().copied().filter(is_free) {
            deciders.push(Decider {
                person,
                on_behalf_of: None,
            });
        }
        if !may_delegate {
            return deciders;
        }
        for delegation in &self.delegations {
            let is_now = delegation.since <= now && now < delegation.until;
            let is_known = deciders.iter().any(|known| known.person == delegation.to);
            if is_now
                && !is_known
                && named.contains(&delegation.from)
                && is_free(&delegation.from)
                && is_free(&delegation.to)
            {
                deciders.push(Decider {
                    person: delegation.to,
                    on_behalf_of: Some(delegation.from),
                });
            }
        }
        deciders
    }
}
