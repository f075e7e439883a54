//! The judgement of facts by checks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use xinglin_core::{RequirementId, Text};

use crate::{
    checks::{Check, CheckSet, Context, Power, Severity},
    family::Family,
};

/// What a check says of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is as expected.
    Pass,
    /// It is not.
    Fail,
    /// The check has no meaning for this host.
    NotApplicable,
    /// Something it needs could not be read.
    Unknown,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check.
    pub check: String,
    /// What it asks.
    pub title: Text,
    /// What it says.
    pub status: Status,
    /// The items it is evidence for.
    pub requirements: Vec<RequirementId>,
    /// Whether this pass suffices to propose 符合: the check is strong enough, and its
    /// partners passed on this host, too.
    pub sufficient: bool,
    /// How much a pass says.
    pub power: Power,
    /// How bad a failure is.
    #[serde(default)]
    pub severity: Severity,
    /// For a failure: whether part of what is asked is there, so that 部分符合 fits.
    #[serde(default)]
    pub partial: bool,
    /// For a failure: cases of the high-risk guide it triggers.
    #[serde(default)]
    pub high_risk: Vec<String>,
    /// What was found; `null` when nothing could be.
    pub observed: Json,
    /// What should be.
    pub expected: Text,
    /// What to do.
    pub remedy: Text,
    /// For `unknown`: the facts that are missing, or why they cannot be judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// Judges `facts` by all checks of their family, in order of identifier.
pub fn evaluate(set: &CheckSet, family: Family, facts: &Json) -> Vec<CheckResult> {
    let context = set.engine.context(facts, set.policy(family));
    let mut results: Vec<CheckResult> = set
        .checks_of(family)
        .map(|check| judge(check, facts, &context))
        .collect();
    let passed: BTreeSet<String> = results
        .iter()
        .filter(|result| result.status == Status::Pass)
        .map(|result| result.check.clone())
        .collect();
    for (result, check) in results.iter_mut().zip(set.checks_of(family)) {
        result.sufficient = result.status == Status::Pass
            && check.power == Power::Sufficient
            && check
                .partners
                .iter()
                .all(|partner| passed.contains(partner));
    }
    results
}

fn judge(check: &Check, facts: &Json, context: &Context<'_>) -> CheckResult {
    let mut result = CheckResult {
        check: check.id.clone(),
        title: check.title.clone(),
        status: Status::Unknown,
        requirements: check.requirements.clone(),
        sufficient: false,
        power: check.power,
        severity: check.severity,
        partial: false,
        high_risk: Vec::new(),
        observed: Json::Null,
        expected: check.expected.clone(),
        remedy: check.remedy.clone(),
        missing: Vec::new(),
    };
    match status(check, facts, context) {
        Ok(status) => result.status = status,
        Err(missing) => result.missing = missing,
    }
    if matches!(result.status, Status::Pass | Status::Fail) {
        match check.observed.value(context) {
            Ok(observed) => result.observed = observed,
            Err(problem) => {
                // A finding that cannot be shown is no finding.
                result.status = Status::Unknown;
                result.missing = vec![problem];
            }
        }
    }
    if result.status == Status::Fail {
        result.partial = check
            .partial_if
            .as_ref()
            .is_some_and(|partial| partial.holds(context) == Ok(true));
        result.high_risk.clone_from(&check.high_risk);
    }
    result
}

fn status(check: &Check, facts: &Json, context: &Context<'_>) -> Result<Status, Vec<String>> {
    if let Some(applies) = &check.applies {
        // Whether it applies may hang on a fact that is missing; then nothing is known.
        if !applies.holds(context).map_err(|problem| vec![problem])? {
            return Ok(Status::NotApplicable);
        }
    }
    let missing: Vec<String> = check
        .needs
        .iter()
        .filter(|path| is_missing(facts, path))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    if check
        .expect
        .holds(context)
        .map_err(|problem| vec![problem])?
    {
        return Ok(Status::Pass);
    }
    Ok(Status::Fail)
}

fn is_missing(facts: &Json, path: &str) -> bool {
    let found = path.split('.').try_fold(facts, |value, key| value.get(key));
    found.is_none_or(Json::is_null)
}
