//! Rules of detection, tried on the samples beside them.
//!
//! A sample is what a device sends. It goes the way of every message (parser, pipeline, rule),
//! so a rule is known to match what is really received, and not only what its author had in
//! mind. [`check_rules`] reads all rules of the content and says of each what is wrong with it.

mod own;
mod page;
mod sample;
mod trial;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use serde::Deserialize;
use xinglin_core::Text;
use xinglin_detect::{Pipelines, RuleSet, Variable, rule::Meta, variables};

use crate::Parsers;
pub use page::rules_page;
use sample::{Document, Samples};
use trial::Trial;

const RULES: &str = "rules/";
/// Rules of others, which only have to load.
const OF_OTHERS: &str = "rules/imported/";
const PIPELINES: &str = "pipelines/";
const VARIABLES: &str = "detection/variables.yaml";
const PLAYBOOKS: &str = "detection/playbooks.yaml";

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleProblem {
    /// The file.
    pub file: String,
    /// The line the rule begins on, or that of the mistake, from 1; 0 where the file is no rule.
    pub line: usize,
    /// The title of the rule, when it has one.
    pub title: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(title) = &self.title {
            write!(f, ": {title}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What came of trying all rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleReport {
    /// Rules for single events.
    pub rules: usize,
    /// Rules for how matches meet.
    pub correlations: usize,
    /// Rules for what is usual.
    pub baselines: usize,
    /// Samples that were tried.
    pub samples: usize,
    /// What is wrong, by file and line.
    pub problems: Vec<RuleProblem>,
}

/// What rules may refer to.
#[derive(Debug, Default)]
struct Known<'k> {
    clauses: Option<&'k BTreeSet<String>>,
    playbooks: BTreeSet<String>,
}

/// The file of playbooks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Playbooks {
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    playbooks: Vec<Playbook>,
}

/// What answers an alert.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Playbook {
    name: String,
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    #[expect(dead_code, reason = "for readers of the file")]
    about: Text,
}

/// Checks all rules of the content, which is given as `(path, text)`. `clauses` are those of the
/// catalogue, with and without their letters, such as `8.1.4.4` and `8.1.4.4 f`.
pub fn check_rules(
    content: &[(String, String)],
    parsers: &Parsers,
    clauses: &BTreeSet<String>,
) -> RuleReport {
    let mut check = Check {
        report: RuleReport::default(),
        known: Known {
            clauses: Some(clauses),
            playbooks: BTreeSet::new(),
        },
        documents: BTreeMap::new(),
    };
    check.read_playbooks(content);
    let variables = check.read_variables(content);
    let pipelines = check.read_pipelines(content);
    let placeholders = variables.into_iter();
    let mut set = RuleSet::new(placeholders.map(|variable| (variable.name, variable.values)));
    for (file, text) in below(content, RULES) {
        if is_rule_file(file) {
            set.read(file, text);
            check.read_samples(file, text);
        } else {
            check.refuse(file, "a file of rules ends in `.yml`".to_owned());
        }
    }
    set.finish();
    check.run(set, pipelines, parsers);
    check.report.problems.sort();
    check.report.problems.dedup();
    check.report
}

fn below<'c>(
    content: &'c [(String, String)],
    folder: &'c str,
) -> impl Iterator<Item = (&'c str, &'c str)> {
    let files = content
        .iter()
        .filter(move |(path, _)| path.starts_with(folder));
    files.map(|(path, text)| (path.as_str(), text.as_str()))
}

fn is_rule_file(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|end| end == "yml")
}

/// A check that is going on.
struct Check<'k> {
    report: RuleReport,
    known: Known<'k>,
    /// By file: the documents with samples.
    documents: BTreeMap<String, Vec<Document>>,
}

impl Check<'_> {
    fn refuse(&mut self, file: &str, reason: String) {
        self.report.problems.push(RuleProblem {
            file: file.to_owned(),
            line: 0,
            title: None,
            reason,
        });
    }

    fn complain(&mut self, meta: &Meta, reason: String) {
        self.report.problems.push(RuleProblem {
            file: meta.file.clone(),
            line: meta.line,
            title: Some(meta.title.clone()),
            reason,
        });
    }

    fn read_playbooks(&mut self, content: &[(String, String)]) {
        for (file, text) in below(content, PLAYBOOKS) {
            match serde_saphyr::from_str::<Playbooks>(text) {
                Ok(read) => {
                    let names = read.playbooks.into_iter().map(|playbook| playbook.name);
                    self.known.playbooks.extend(names);
                }
                Err(error) => self.refuse(file, error.to_string()),
            }
        }
    }

    fn read_variables(&mut self, content: &[(String, String)]) -> Vec<Variable> {
        let mut all = Vec::new();
        for (file, text) in below(content, VARIABLES) {
            match variables(file, text) {
                Ok(read) => all.extend(read),
                Err(problem) => self.refuse(file, problem.reason),
            }
        }
        all
    }

    fn read_pipelines(&mut self, content: &[(String, String)]) -> Pipelines {
        let mut pipelines = Pipelines::default();
        for (file, text) in below(content, PIPELINES) {
            if let Err(problem) = pipelines.read(file, text) {
                self.refuse(file, problem.reason);
            }
        }
        pipelines
    }

    fn read_samples(&mut self, file: &str, text: &str) {
        // A file that is no YAML is told by whoever reads its rules.
        if let Ok(documents) = serde_saphyr::from_multiple::<Document>(text) {
            self.documents.insert(file.to_owned(), documents);
        } else if sample::is_yaml(text) {
            let reason = sample::why_not(text);
            self.refuse(file, format!("its samples cannot be read: {reason}"));
        }
    }

    fn run(&mut self, set: RuleSet, pipelines: Pipelines, parsers: &Parsers) {
        self.report.rules = set.rules.len();
        self.report.correlations = set.correlations.len();
        self.report.baselines = set.baselines.len();
        let problems = set.problems.iter();
        self.report
            .problems
            .extend(problems.map(|problem| RuleProblem {
                file: problem.file.clone(),
                line: problem.line,
                title: problem.title.clone(),
                reason: problem.reason.clone(),
            }));
        let mut trial = Trial::new(set, pipelines, parsers);
        for (meta, reason) in trial.complaints() {
            self.complain(&meta, reason);
        }
        for (kind, meta) in trial.all() {
            if meta.file.starts_with(OF_OTHERS) {
                continue;
            }
            let is_silent = trial.is_silent(kind);
            for reason in own::complaints(&meta, is_silent, &self.known) {
                self.complain(&meta, reason);
            }
            let Some(samples) = self.samples(&meta) else {
                continue;
            };
            if !is_silent && (samples.hit.is_empty() || samples.miss.is_empty()) {
                let reason = "it has no `samples` with a `hit` and a `miss`".to_owned();
                self.complain(&meta, reason);
            }
            self.report.samples += samples.hit.len() + samples.miss.len();
            for reason in trial.complaints_of(kind, &samples) {
                self.complain(&meta, reason);
            }
        }
    }

    /// The samples of a rule; none where its file could not be read.
    fn samples(&self, meta: &Meta) -> Option<Samples> {
        let documents = self.documents.get(&meta.file)?;
        let is_it = |document: &&Document| match (&meta.id, &document.id) {
            (Some(own), Some(other)) => own == other,
            (None, None) => document.title.as_deref().map(str::trim) == Some(meta.title.as_str()),
            _ => false,
        };
        let found = documents.iter().find(is_it);
        Some(
            found
                .map(|document| document.samples.clone())
                .unwrap_or_default(),
        )
    }
}
