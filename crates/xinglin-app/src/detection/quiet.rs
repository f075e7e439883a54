//! Exceptions as the stream applies them: each is a rule of its own, which is asked only about
//! events that the rule it is for has matched.

use std::collections::HashMap;

use serde_json::json;
use xinglin_core::DetectionExceptionId;
use xinglin_detect::{Rule, RuleSet, naive::Facts};
use xinglin_store::detection::{Condition, DetectionException};

/// Exceptions by the rule that they are for.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    by_rule: HashMap<String, Vec<(DetectionExceptionId, Rule)>>,
}

impl Quiet {
    /// Compiles exceptions; those that cannot be are left out and logged.
    pub(crate) fn of(exceptions: &[DetectionException]) -> Self {
        let mut quiet = Self::default();
        for exception in exceptions {
            match rule_of(&exception.conditions) {
                Ok(rule) => {
                    let of_rule = quiet.by_rule.entry(exception.rule.clone()).or_default();
                    of_rule.push((exception.id, rule));
                }
                Err(problem) => {
                    tracing::error!(
                        detection.exception = exception.id.0,
                        problem,
                        "an exception does not count"
                    );
                }
            }
        }
        quiet
    }

    /// Whether some exception is for a rule.
    pub(crate) fn has(&self, rule: &str) -> bool {
        self.by_rule.contains_key(rule)
    }

    /// The exception that keeps a match of a rule quiet.
    pub(crate) fn of_match(&self, rule: &str, facts: &Facts) -> Option<DetectionExceptionId> {
        let mut exceptions = self.by_rule.get(rule)?.iter();
        let found = exceptions.find(|(_, rule)| facts.matches(rule));
        found.map(|(id, _)| *id)
    }
}

/// The conditions as a rule that matches where all of them hold.
///
/// # Errors
/// What is wrong with them, in words.
pub(crate) fn rule_of(conditions: &[Condition]) -> Result<Rule, String> {
    let all: Vec<_> = conditions
        .iter()
        .map(|one| json!({one.field.as_str(): one.value}))
        .collect();
    let names: Vec<String> = (0..all.len()).map(|place| format!("c{place}")).collect();
    let mut detection = serde_json::Map::new();
    for (name, one) in names.iter().zip(all) {
        detection.insert(name.clone(), one);
    }
    detection.insert("condition".to_owned(), json!(names.join(" and ")));
    // JSON is YAML, and quotes everything as it must be.
    let document = json!({
        "title": "exception",
        "logsource": {"category": "any"},
        "detection": detection,
    });
    let mut set = RuleSet::default();
    set.read("exception", &document.to_string());
    set.finish();
    match (set.rules.pop(), set.problems.pop()) {
        (Some(rule), None) => Ok(rule),
        (_, Some(problem)) => Err(problem.reason),
        (None, None) => Err("no condition".to_owned()),
    }
}

/// The exception as a filter of Sigma, for whoever wants to take it elsewhere.
pub(crate) fn filter_of(exception: &DetectionException) -> serde_json::Value {
    let mut filter = serde_json::Map::new();
    filter.insert("rules".to_owned(), json!([exception.rule]));
    let fields = exception.conditions.iter();
    let fields: serde_json::Map<_, _> = fields
        .map(|one| (one.field.clone(), json!(one.value)))
        .collect();
    filter.insert("selection".to_owned(), fields.into());
    filter.insert("condition".to_owned(), json!("not selection"));
    json!({"title": exception.reason, "logsource": {}, "filter": filter})
}
