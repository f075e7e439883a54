//! From evidence to a proposed verdict, with the reasons in words.
//!
//! A proposal is never a verdict: a person confirms or overrules it. What is not known
//! stays open and becomes neither a pass nor a fail.

mod interview;
mod machine;
mod reasons;

use serde::{Deserialize, Serialize};
use xinglin_core::{Text, Verdict};

use crate::{Catalogue, ItemIndex};

/// What a check found on the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// What it looks at does not exist on the object.
    NotApplicable,
    /// It could not be read.
    Unknown,
}

/// What a pass of a check proves about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// Together with its partners, that the item is met.
    Sufficient,
    /// One point of several.
    Partial,
    /// Next to nothing; only a fail is conclusive.
    FailOnly,
}

/// The outcome of a check, seen from one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckOutcome {
    /// The check.
    pub check: String,
    /// What it found.
    pub status: CheckStatus,
    /// What a pass proves about this item.
    pub power: Power,
    /// The checks that must pass beside it for a sufficient pass.
    pub partners: Vec<String>,
    /// What it looks at, in a few words.
    pub title: Text,
    /// What stood there.
    pub observed: String,
    /// For a fail: whether part of what is asked is there, so that 部分符合 fits.
    pub partial: bool,
    /// Whether a fail is also a high-risk case.
    pub high_risk: bool,
}

/// The answer to a question of an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is so in part.
    Partly,
    /// It is not so.
    No,
    /// The question does not apply to the object.
    NotApplicable,
}

/// The present evidence on one item and one object: neither expired nor superseded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The latest outcome of each check.
    pub checks: Vec<CheckOutcome>,
    /// The answers, by position of the question; missing ones are open.
    pub answers: Vec<Option<Answer>>,
}

/// A proposed verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, most important first.
    pub reasons: Vec<Text>,
    /// Whether more evidence can still change it: something was not read, asked or answered.
    pub provisional: bool,
    /// Whether a failed check is also a high-risk case.
    pub high_risk: bool,
}

/// What one kind of evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Opinion {
    /// `None` when it speaks for nothing, such as passes that prove little.
    verdict: Option<Verdict>,
    /// Whether something speaks against the item.
    is_bad: bool,
    /// Whether something is open that could change the verdict.
    is_open: bool,
    reasons: Vec<Text>,
}

/// Proposes a verdict on the item at `index` for an object, from the evidence on both.
///
/// `None` when nothing speaks for any verdict.
///
/// # Panics
/// When the index comes from another, larger catalogue.
pub fn propose(catalogue: &Catalogue, index: ItemIndex, evidence: &Evidence) -> Option<Proposal> {
    let questions = catalogue.interview_of(index);
    let machine = machine::opinion(&evidence.checks);
    let interview = interview::opinion(questions, &evidence.answers);
    let failed = |outcome: &CheckOutcome| outcome.status == CheckStatus::Fail && outcome.high_risk;
    let high_risk = evidence.checks.iter().any(failed);
    let (verdict, provisional, note) = combine(&machine, &interview)?;
    let reasons = note
        .into_iter()
        .chain(machine.reasons)
        .chain(interview.reasons);
    Some(Proposal {
        verdict,
        reasons: reasons.collect(),
        provisional,
        high_risk,
    })
}

/// The verdict of both opinions, whether it is provisional, and a note when they contradict
/// each other.
fn combine(machine: &Opinion, interview: &Opinion) -> Option<(Verdict, bool, Option<Text>)> {
    let (machine_says, interview_says) = match (machine.verdict, interview.verdict) {
        (None, None) => return None,
        (Some(verdict), None) => return Some((verdict, machine.is_open, None)),
        (None, Some(verdict)) => return Some((verdict, interview.is_open, None)),
        (Some(machine_says), Some(interview_says)) => (machine_says, interview_says),
    };
    let is_open = machine.is_open || interview.is_open;
    if interview_says == Verdict::NotApplicable {
        // A person knows best whether an item applies, unless the machine saw it broken.
        return Some(if machine.is_bad {
            let note = reasons::fails_but_not_applicable();
            (machine_says, true, Some(note))
        } else {
            let note = reasons::passes_but_not_applicable();
            (Verdict::NotApplicable, true, Some(note))
        });
    }
    if !machine.is_bad && !interview.is_bad {
        // Nothing speaks against it: what is complete stands, what is open only adds to it.
        let is_settled = [machine_says, interview_says].contains(&Verdict::Compliant);
        return Some(if is_settled {
            (Verdict::Compliant, false, None)
        } else {
            (Verdict::Partial, is_open, None)
        });
    }
    // Verdicts are ordered best first, so the greater one is the lower one.
    let verdict = machine_says.max(interview_says);
    let note = match (machine.is_bad, interview.is_bad) {
        (true, false) => Some(reasons::machine_contradicts()),
        (false, true) => Some(reasons::interview_contradicts()),
        _ => None,
    };
    Some((verdict, is_open, note))
}
