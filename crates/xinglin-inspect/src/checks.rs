//! Checks: what is expected of facts, as content files have it.
//!
//! A file holds `checks:`, a list; `policy.yaml` holds the parameters that checks name as
//! `policy.…`. Expressions are CEL over `facts` and `policy`, with the string functions,
//! `within(mode, limit)` for permissions, and `unknown(what)` to say that nothing can be said:
//! `found || (!complete && unknown("where it may hide"))`. Every expression is compiled when
//! it is read; a bad one is reported with its file and check, and the others work.

mod expression;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_core::{RequirementId, Text};

pub(crate) use expression::{Context, Engine, Expression};

/// How much a pass says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// With its partners, enough to propose 符合.
    Sufficient,
    /// One point of several.
    Partial,
    /// Only a failure is conclusive.
    FailOnly,
}

/// A check, ready to run.
#[derive(Debug)]
pub struct Check {
    /// Its identifier, such as `linux.password-min-length`.
    pub id: String,
    /// What it asks.
    pub title: Text,
    /// The items of level 3 it is evidence for.
    pub requirements: Vec<RequirementId>,
    /// How much a pass says.
    pub power: Power,
    /// Checks that must pass, too, for a pass to suffice.
    pub partners: Vec<String>,
    /// Cases of the high-risk guide whose trigger a failure is.
    pub high_risk: Vec<String>,
    /// What should be, in words.
    pub expected: Text,
    /// What to do, exactly.
    pub remedy: Text,
    /// Facts without which nothing can be said.
    pub needs: Vec<String>,
    pub(crate) applies: Option<Expression>,
    pub(crate) expect: Expression,
    pub(crate) observed: Expression,
    pub(crate) partial_if: Option<Expression>,
}

/// All checks, with the policy they are judged by.
#[derive(Debug)]
pub struct CheckSet {
    pub(crate) checks: Vec<Check>,
    pub(crate) policy: serde_json::Value,
    pub(crate) engine: Engine,
}

impl CheckSet {
    /// The checks, in order of identifier.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The parameters of `policy.yaml`.
    pub fn policy(&self) -> &serde_json::Value {
        &self.policy
    }
}

/// A mistake in a content file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}{}{check}: {problem}", if .check.is_empty() { "" } else { ": " })]
pub struct ContentError {
    /// The file.
    pub file: String,
    /// The check or test; empty when the whole file is meant.
    pub check: String,
    /// What is wrong.
    pub problem: String,
}

impl ContentError {
    pub(crate) fn new(file: &str, check: &str, problem: &impl ToString) -> Self {
        Self {
            file: file.to_owned(),
            check: check.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// A file of checks as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckFile {
    checks: Vec<WrittenCheck>,
}

/// A check as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCheck {
    id: String,
    title: Text,
    requirements: Vec<String>,
    power: Power,
    #[serde(default)]
    partners: Vec<String>,
    #[serde(default)]
    high_risk: Vec<String>,
    applies: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
    expect: String,
    observed: String,
    partial_if: Option<String>,
    expected: Text,
    remedy: Text,
}

/// Whether `path` is a test beside the checks rather than a check file.
pub(crate) fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests")
}

/// Reads check files and `policy.yaml` from `(path, text)`; tests among them are passed over.
///
/// What is wrong is reported, and everything else works.
pub fn load(files: &[(String, String)]) -> (CheckSet, Vec<ContentError>) {
    let mut errors = Vec::new();
    let mut policy = serde_json::Value::Object(serde_json::Map::new());
    let mut written: BTreeMap<String, (&str, WrittenCheck)> = BTreeMap::new();
    for (file, text) in files.iter().filter(|(file, _)| !is_test(file)) {
        if file.rsplit('/').next() == Some("policy.yaml") {
            match serde_saphyr::from_str(text) {
                Ok(value) => policy = value,
                Err(error) => errors.push(ContentError::new(file, "", &error)),
            }
            continue;
        }
        match serde_saphyr::from_str::<CheckFile>(text) {
            Ok(read) => {
                for check in read.checks {
                    let id = check.id.clone();
                    if written.insert(id.clone(), (file.as_str(), check)).is_some() {
                        errors.push(ContentError::new(file, &id, &"another check has this id"));
                    }
                }
            }
            Err(error) => errors.push(ContentError::new(file, "", &error)),
        }
    }
    let ids: BTreeSet<String> = written.keys().cloned().collect();
    let engine = Engine::new();
    let mut checks = Vec::new();
    for (file, check) in written.into_values() {
        let id = check.id.clone();
        match resolve(check, &engine, &policy, &ids) {
            Ok(check) => checks.push(check),
            Err(problems) => errors.extend(
                problems
                    .into_iter()
                    .map(|problem| ContentError::new(file, &id, &problem)),
            ),
        }
    }
    (
        CheckSet {
            checks,
            policy,
            engine,
        },
        errors,
    )
}

fn resolve(
    written: WrittenCheck,
    engine: &Engine,
    policy: &serde_json::Value,
    ids: &BTreeSet<String>,
) -> Result<Check, Vec<String>> {
    let mut problems = Vec::new();
    let valid_id = !written.id.is_empty()
        && written
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
    if !valid_id {
        problems.push("id: expected lower-case letters, digits, dots and hyphens".to_owned());
    }
    let mut requirements = Vec::new();
    for text in &written.requirements {
        match text.parse::<RequirementId>() {
            Ok(requirement) => requirements.push(requirement),
            Err(error) => problems.push(format!("requirements: {error}")),
        }
    }
    if written.requirements.is_empty() {
        problems.push("requirements: expected at least one".to_owned());
    }
    for partner in written
        .partners
        .iter()
        .filter(|partner| !ids.contains(*partner))
    {
        problems.push(format!("partners: no check '{partner}'"));
    }
    if !written.partners.is_empty() && written.power != Power::Sufficient {
        problems.push("partners: only a check of power 'sufficient' has them".to_owned());
    }
    let mut compile = |field: &str, source: &str| {
        engine
            .compile(source)
            .map_err(|error| problems.push(format!("{field}: {error}")))
            .ok()
    };
    let mut optional =
        |field: &str, source: Option<String>| source.and_then(|source| compile(field, &source));
    let applies = optional("applies", written.applies);
    let partial_if = optional("partial_if", written.partial_if);
    let expect = compile("expect", &written.expect);
    let observed = compile("observed", &written.observed);
    let mut fill = |field: &str, text: &Text| {
        let mut side = |text: &str| {
            fill_parameters(text, policy).unwrap_or_else(|name| {
                problems.push(format!("{field}: no parameter '{name}'"));
                String::new()
            })
        };
        Text::new(side(&text.zh), side(&text.en))
    };
    let expected = fill("expected", &written.expected);
    let remedy = fill("remedy", &written.remedy);
    let title = fill("title", &written.title);
    match (expect, observed) {
        (Some(expect), Some(observed)) if problems.is_empty() => Ok(Check {
            id: written.id,
            title,
            requirements,
            power: written.power,
            partners: written.partners,
            high_risk: written.high_risk,
            expected,
            remedy,
            needs: written.needs,
            applies,
            expect,
            observed,
            partial_if,
        }),
        _ => Err(problems),
    }
}

/// Replaces `{policy.name}` by the parameter.
fn fill_parameters(text: &str, policy: &serde_json::Value) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{policy.") {
        let (name, following) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        filled.push_str(before);
        match policy.get(name) {
            Some(serde_json::Value::String(value)) => filled.push_str(value),
            Some(value @ serde_json::Value::Number(_)) => filled.push_str(&value.to_string()),
            _ => return Err(name.to_owned()),
        }
        rest = following;
    }
    filled.push_str(rest);
    Ok(filled)
}
