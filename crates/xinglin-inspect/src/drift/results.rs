//! Changed judgements.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use xinglin_core::{RequirementId, Text};

use crate::{
    checks::Severity,
    evaluate::{CheckResult, Status},
};

/// What a change of a judgement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// What was as expected is not any more, or a new check fails.
    Worse,
    /// What was not as expected is now.
    Better,
    /// What could be judged cannot be any more.
    Lost,
    /// What could not be judged can be, and is as expected.
    Seen,
    /// The check came, went, or began or ceased to have a meaning, with nothing wrong.
    Neutral,
}

/// A judgement that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultChange {
    /// The check.
    pub check: String,
    /// What it asks.
    pub title: Text,
    /// The items it is evidence for.
    pub requirements: Vec<RequirementId>,
    /// How bad a failure is.
    pub severity: Severity,
    /// What it said; `None` when there was no such check.
    pub before: Option<Status>,
    /// What it says; `None` when there is no such check any more.
    pub after: Option<Status>,
    /// What had been found.
    pub observed_before: Json,
    /// What was found.
    pub observed_after: Json,
    /// What the change means.
    pub effect: Effect,
}

impl ResultChange {
    /// The change the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
            observed_before: self.observed_after,
            observed_after: self.observed_before,
            effect: effect(self.after, self.before),
            ..self
        }
    }
}

/// Compares two lists of results.
pub(super) fn compare(before: &[CheckResult], after: &[CheckResult]) -> Vec<ResultChange> {
    let by_check = |results: &'_ [CheckResult]| -> BTreeMap<String, CheckResult> {
        let named = results
            .iter()
            .map(|result| (result.check.clone(), result.clone()));
        named.collect()
    };
    let (was, is) = (by_check(before), by_check(after));
    let checks: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let mut changes = Vec::new();
    for check in checks {
        let (was, is) = (was.get(check), is.get(check));
        let (before, after) = (
            was.map(|result| result.status),
            is.map(|result| result.status),
        );
        let Some(described) = is.or(was).filter(|_| before != after) else {
            continue;
        };
        let observed = |result: Option<&CheckResult>| {
            result.map_or(Json::Null, |result| result.observed.clone())
        };
        changes.push(ResultChange {
            check: check.clone(),
            title: described.title.clone(),
            requirements: described.requirements.clone(),
            severity: described.severity,
            before,
            after,
            observed_before: observed(was),
            observed_after: observed(is),
            effect: effect(before, after),
        });
    }
    changes
}

fn effect(before: Option<Status>, after: Option<Status>) -> Effect {
    use Status::{Fail, NotApplicable, Pass, Unknown};
    match (before, after) {
        (_, Some(Fail)) => Effect::Worse,
        (Some(Fail), Some(Pass | NotApplicable)) => Effect::Better,
        (Some(Pass | Fail), Some(Unknown)) => Effect::Lost,
        (Some(Unknown), Some(Pass)) => Effect::Seen,
        _ => Effect::Neutral,
    }
}
