//! Remedies: from failed checks to code that an administrator reads, tries and then runs.
//!
//! A [`RemedyPlan`] holds the failed checks of one inspection; [`RemedyPlan::write`] puts the
//! code that their content files carry into one document: an Ansible playbook, a script for a
//! POSIX shell or for PowerShell, SQL, or lines for a device. Scripts do nothing until they are
//! told to. Nothing here runs anything, and no fact of the inspected thing gets into a script:
//! a host named `$(reboot)` stays a name.

mod ansible;
mod form;
mod plain;
mod powershell;
mod shell;

use serde::{Deserialize, Serialize};
use xinglin_core::{Lang, Text};

use crate::{
    checks::{Check, CheckSet, Fix, Severity},
    evaluate::{CheckResult, Status},
};

pub use form::RemedyForm;

/// What to do about the failed checks of one inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemedyPlan<'a> {
    /// A step for each failed check, the worst first, each check once.
    pub steps: Vec<RemedyStep<'a>>,
}

/// What to do about one failed check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemedyStep<'a> {
    /// The check.
    pub check: &'a str,
    /// What it asks.
    pub title: &'a Text,
    /// How bad its failure is.
    pub severity: Severity,
    /// What to do, in words.
    pub remedy: &'a Text,
    /// What could go wrong.
    pub risk: &'a Text,
    /// What to do, as code.
    pub fix: &'a Fix,
}

/// A document of remedies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemedyScript {
    /// What the file may be called.
    pub file_name: String,
    /// Its text.
    pub text: String,
    /// The checks it has code for, in its order.
    pub covered: Vec<String>,
    /// Failed checks it has none for: to be done by hand.
    pub by_hand: Vec<String>,
}

impl<'a> RemedyPlan<'a> {
    /// The plan for the failed among `results`; all words and code are those of `set`.
    pub fn new(set: &'a CheckSet, results: &[CheckResult]) -> Self {
        let failed = |check: &Check| {
            let mut results = results.iter();
            results.any(|result| result.check == check.id && result.status == Status::Fail)
        };
        let checks = set.checks().iter().filter(|check| failed(check));
        let mut steps: Vec<RemedyStep<'a>> = checks
            .map(|check| RemedyStep {
                check: &check.id,
                title: &check.title,
                severity: check.severity,
                remedy: &check.remedy,
                risk: &check.risk,
                fix: &check.fix,
            })
            .collect();
        steps.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.check.cmp(b.check)));
        Self { steps }
    }

    /// The forms in which there is code for at least one step.
    pub fn forms(&self) -> Vec<RemedyForm> {
        let mut forms: Vec<RemedyForm> = Vec::new();
        for step in &self.steps {
            for form in RemedyForm::of(step.fix) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        forms.sort();
        forms
    }

    /// The code in one form; `None` when no step has any.
    pub fn write(&self, form: &RemedyForm, lang: Lang) -> Option<RemedyScript> {
        let (mut coded, mut by_hand) = (Vec::new(), Vec::new());
        for step in &self.steps {
            match form.code(step.fix) {
                Some(code) => coded.push(Coded {
                    step: *step,
                    code,
                    lang,
                }),
                None => by_hand.push(step.check.to_owned()),
            }
        }
        if coded.is_empty() {
            return None;
        }
        let document = Document {
            coded: &coded,
            by_hand: &by_hand,
            lang,
        };
        let text = match form {
            RemedyForm::Ansible => ansible::write(&document),
            RemedyForm::Shell => shell::write(&document),
            RemedyForm::Powershell => powershell::write(&document),
            RemedyForm::Sql => plain::write(&document, ("--", "")),
            RemedyForm::Lines(dialect) => plain::write(&document, plain::comment_marks(dialect)),
        };
        Some(RemedyScript {
            file_name: form.file_name(),
            text,
            covered: coded
                .iter()
                .map(|coded| coded.step.check.to_owned())
                .collect(),
            by_hand,
        })
    }
}

/// A step with its code in the form at hand.
struct Coded<'a> {
    step: RemedyStep<'a>,
    code: form::Code<'a>,
    lang: Lang,
}

impl Coded<'_> {
    fn title(&self) -> String {
        one_line(self.step.title.get(self.lang))
    }

    /// `check: title`, and what could go wrong.
    fn remarks(&self) -> Vec<String> {
        let risk = one_line(self.step.risk.get(self.lang));
        let risk = match self.lang {
            Lang::Zh => format!("风险：{risk}"),
            Lang::En => format!("Risk: {risk}"),
        };
        vec![format!("{}: {}", self.step.check, self.title()), risk]
    }
}

/// What a document is made of.
struct Document<'a> {
    coded: &'a [Coded<'a>],
    by_hand: &'a [String],
    lang: Lang,
}

impl Document<'_> {
    /// The head of every document: what it is, how to use it, what it leaves out.
    fn head(&self, usage: &[&str]) -> Vec<String> {
        let count = self.coded.len();
        let mut head = vec![match self.lang {
            Lang::Zh => {
                format!("杏林盾整改代码，共 {count} 项。先演练、核对、备份，再在维护时段执行。")
            }
            Lang::En => format!(
                "Xinglin: code for {count} failed checks. Rehearse, read and back up first; then act in a maintenance window."
            ),
        }];
        head.extend(usage.iter().map(|line| one_line(line)));
        if !self.by_hand.is_empty() {
            head.push(match self.lang {
                Lang::Zh => "不在其中、需人工整改：".to_owned(),
                Lang::En => "Not in here, to be done by hand:".to_owned(),
            });
            let by_hand = self.by_hand.chunks(4);
            head.extend(by_hand.map(|checks| format!("  {}", checks.join(" "))));
        }
        head
    }
}

/// Lines as comments of a script.
fn comments(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("# {line}\n")).collect();
    lines.concat()
}

/// The text of a frame with its places filled, each a line of its own. In one pass: what a step
/// says must not be taken for a place.
fn framed(frame: &str, head: &[String], language: &str, steps: &[String]) -> String {
    let mut pieces = Vec::new();
    for line in frame.lines() {
        pieces.push(match line {
            "# @HEAD@" => comments(head),
            "# @STEPS@" => steps.join("\n"),
            other => format!("{}\n", other.replace("@LANGUAGE@", language)),
        });
    }
    pieces.concat()
}

/// A text on one line, so that a comment stays one.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let text = text.replace(breaks, " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Code that ends with exactly one line break.
fn with_end(code: &str) -> String {
    let code = code.replace("\r\n", "\n");
    format!("{}\n", code.trim_end())
}
