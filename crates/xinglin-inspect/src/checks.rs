//! Checks: what is expected of facts, as content files have it.
//!
//! A file holds `checks:`, a list, and lies in the folder of the [`Family`] it speaks of.
//! `policy.yaml` holds the parameters that checks name as `policy.…`: one for all families, and
//! one in the folder of a family for its own, which goes first. Expressions are CEL over `facts` and `policy`, with the string functions,
//! `within(mode, limit)` for permissions, and `unknown(what)` to say that nothing can be said:
//! `found || (!complete && unknown("where it may hide"))`. Every expression is compiled when
//! it is read; a bad one is reported with its file and check, and the others work.

mod expression;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_core::{RequirementId, Text};

use crate::family::Family;

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

/// How bad a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be mended when there is time.
    Low,
    /// To be mended by plan.
    #[default]
    Medium,
    /// To be mended at once.
    High,
}

/// A remedy as code, with the parameters of the policy filled in. None of it is ever run by
/// this program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// POSIX shell, safe to repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// PowerShell 5, safe to repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub powershell: Option<String>,
    /// Tasks of an Ansible play (YAML).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansible: Option<String>,
    /// Statements of the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// Lines of a configuration file or of a device's command line, by dialect such as
    /// `huawei_vrp` or `nginx`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, String>,
}

/// A check, ready to run.
#[derive(Debug)]
pub struct Check {
    /// Its identifier, such as `linux.password-min-length`.
    pub id: String,
    /// What it is a check of.
    pub family: Family,
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
    /// How bad a failure is.
    pub severity: Severity,
    /// What could go wrong when the remedy is carried out in a running hospital.
    pub risk: Text,
    /// The remedy as code, where it can be.
    pub fix: Fix,
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
    policies: Policies,
    pub(crate) engine: Engine,
}

impl CheckSet {
    /// The checks, in order of identifier.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The checks of a family, in order of identifier.
    pub fn checks_of(&self, family: Family) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(move |check| check.family == family)
    }

    /// The parameters that the checks of a family are judged by.
    pub fn policy(&self, family: Family) -> &serde_json::Value {
        self.policies.of(family)
    }
}

/// Parameters: those for all, and each family's with those for all below them.
#[derive(Debug)]
struct Policies {
    common: serde_json::Value,
    families: BTreeMap<Family, serde_json::Value>,
}

impl Policies {
    fn read(files: &[(String, String)], errors: &mut Vec<ContentError>) -> Self {
        let mut common = serde_json::Map::new();
        let mut own: BTreeMap<Family, serde_json::Map<_, _>> = BTreeMap::new();
        for (file, text) in files.iter().filter(|(file, _)| is_policy(file)) {
            match serde_saphyr::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
                Ok(parameters) => match family_of(file) {
                    Ok(family) => own.entry(family).or_default().extend(parameters),
                    Err(_) => common.extend(parameters),
                },
                Err(error) => errors.push(ContentError::new(file, "", &error)),
            }
        }
        let families = own.into_iter().map(|(family, own)| {
            let mut all = common.clone();
            all.extend(own);
            (family, serde_json::Value::Object(all))
        });
        Self {
            families: families.collect(),
            common: serde_json::Value::Object(common),
        }
    }

    fn of(&self, family: Family) -> &serde_json::Value {
        self.families.get(&family).unwrap_or(&self.common)
    }
}

fn is_policy(path: &str) -> bool {
    path.rsplit('/').next() == Some("policy.yaml")
}

/// The family whose folder a content file lies in, or in whose `tests` it does.
pub(crate) fn family_of(path: &str) -> Result<Family, String> {
    let folder = path.rsplit('/').skip(1).find(|part| *part != "tests");
    let folder = folder.unwrap_or_default();
    Family::from_word(folder).ok_or_else(|| format!("'{folder}' is not the folder of a family"))
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
    /// Read one by one, so that a mistake in one leaves the others as they are.
    checks: Vec<serde_json::Value>,
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
    severity: Severity,
    risk: Text,
    #[serde(default)]
    fix: Fix,
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
    let policies = Policies::read(files, &mut errors);
    let mut written: BTreeMap<String, (&str, WrittenCheck)> = BTreeMap::new();
    let of_checks = |file: &str| !is_test(file) && !is_policy(file);
    for (file, text) in files.iter().filter(|(file, _)| of_checks(file)) {
        match serde_saphyr::from_str::<CheckFile>(text) {
            Ok(read) => {
                for check in read.checks {
                    let id = check.get("id").and_then(serde_json::Value::as_str);
                    let id = id.unwrap_or_default().to_owned();
                    match WrittenCheck::deserialize(check) {
                        Ok(check) => {
                            if written.insert(id.clone(), (file.as_str(), check)).is_some() {
                                let problem = "another check has this id";
                                errors.push(ContentError::new(file, &id, &problem));
                            }
                        }
                        Err(error) => errors.push(ContentError::new(file, &id, &error)),
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
        let resolved = family_of(file)
            .map_err(|problem| vec![problem])
            .and_then(|family| resolve(check, family, &engine, policies.of(family), &ids));
        match resolved {
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
            policies,
            engine,
        },
        errors,
    )
}

/// Notes what is wrong with the names and words in a check; the requirements it names rightly.
fn require_words(
    written: &WrittenCheck,
    family: Family,
    ids: &BTreeSet<String>,
    problems: &mut Vec<String>,
) -> Vec<RequirementId> {
    let valid_id = !written.id.is_empty()
        && written
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
    if !valid_id {
        problems.push("id: expected lower-case letters, digits, dots and hyphens".to_owned());
    }
    let prefix = format!("{}.", family.word().replace('_', "-"));
    if !written.id.starts_with(&prefix) {
        problems.push(format!("id: expected to begin with '{prefix}'"));
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
    for (field, text) in [
        ("title", &written.title),
        ("expected", &written.expected),
        ("remedy", &written.remedy),
        ("risk", &written.risk),
    ] {
        if text.zh.trim().is_empty() || text.en.trim().is_empty() {
            problems.push(format!("{field}: expected words in zh and in en"));
        }
    }
    if !written.partners.is_empty() && written.power != Power::Sufficient {
        problems.push("partners: only a check of power 'sufficient' has them".to_owned());
    }
    requirements
}

fn resolve(
    written: WrittenCheck,
    family: Family,
    engine: &Engine,
    policy: &serde_json::Value,
    ids: &BTreeSet<String>,
) -> Result<Check, Vec<String>> {
    let mut problems = Vec::new();
    let requirements = require_words(&written, family, ids, &mut problems);
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
    let risk = fill("risk", &written.risk);
    let fix = fill_fix(written.fix, policy).unwrap_or_else(|name| {
        problems.push(format!("fix: no parameter '{name}'"));
        Fix::default()
    });
    match (expect, observed) {
        (Some(expect), Some(observed)) if problems.is_empty() => Ok(Check {
            id: written.id,
            family,
            severity: written.severity,
            risk,
            fix,
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

fn fill_fix(fix: Fix, policy: &serde_json::Value) -> Result<Fix, String> {
    let fill = |code: Option<String>| code.map(|code| fill_parameters(&code, policy)).transpose();
    Ok(Fix {
        shell: fill(fix.shell)?,
        powershell: fill(fix.powershell)?,
        ansible: fill(fix.ansible)?,
        sql: fill(fix.sql)?,
        lines: fix
            .lines
            .into_iter()
            .map(|(dialect, code)| Ok((dialect, fill_parameters(&code, policy)?)))
            .collect::<Result<_, String>>()?,
    })
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
