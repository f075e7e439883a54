//! `xinglin content …`: every content file parses, every test and sample beside it passes.

use std::{collections::BTreeSet, path::Path};

use serde_json::json;
use xinglin_app::{Content, ContentFile};
use xinglin_ingest::{
    Parsers,
    rules::{RuleReport, check_rules, rules_page},
};

use crate::{
    cli::ContentCommand,
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: &ContentCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    match command {
        ContentCommand::Check { dir, json } => {
            check(dir.as_deref().or(content_dir), *json, printer)
        }
        ContentCommand::Rules { dir } => {
            let folder = dir.as_deref().or(content_dir);
            let files = content::under("", folder).map_err(Failure::input)?;
            let page = rules_page(&files);
            printer.line(page.trim_end()).map_err(Failure::internal)?;
            Ok(Outcome::Done)
        }
    }
}

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
struct Found {
    files: usize,
    checks: usize,
    expectations: usize,
    rules: RuleReport,
    norms: usize,
    problems: Vec<String>,
}

fn check(folder: Option<&Path>, json: bool, printer: &mut Printer) -> Result<Outcome, Failure> {
    let files = content::files(folder).map_err(Failure::input)?;
    let mut found = Found {
        files: files.len(),
        ..Found::default()
    };
    let loaded = Content::load(files);
    let checks = content::under("checks/", folder).map_err(Failure::input)?;
    try_checks(&checks, &mut found);
    match &loaded {
        Ok(content) => {
            try_rules(content, &mut found);
            try_norms(content, &mut found);
        }
        Err(error) => found.problems.push(error.to_string()),
    }
    report(&found, json, printer).map_err(Failure::internal)?;
    Ok(if found.problems.is_empty() {
        Outcome::Done
    } else {
        Outcome::No
    })
}

fn try_checks(checks: &[(String, String)], found: &mut Found) {
    let (set, errors) = xinglin_inspect::checks::load(checks);
    let problems = &mut found.problems;
    problems.extend(errors.iter().map(ToString::to_string));
    let (tests, errors) = xinglin_inspect::load_tests(checks);
    problems.extend(errors.iter().map(ToString::to_string));
    let outcomes = xinglin_inspect::run_tests(&set, &tests);
    let failed = outcomes.iter().filter(|outcome| !outcome.passed());
    problems.extend(failed.map(|outcome| {
        let found = outcome
            .found
            .map_or("nothing".to_owned(), |found| format!("{found:?}"));
        format!(
            "{}: {}: expected {:?}, found {found}",
            outcome.file, outcome.check, outcome.expected
        )
    }));
    found.checks = set.checks().len();
    found.expectations = outcomes.len();
}

fn try_rules(content: &Content, found: &mut Found) {
    let pair = |file: &ContentFile| (file.path.clone(), file.text.clone());
    let files: Vec<(String, String)> = content.files_under("").map(pair).collect();
    let parsers: Vec<(String, String)> = content.files_under("parsers/").map(pair).collect();
    let (parsers, errors) = Parsers::load(&parsers);
    let problems = &mut found.problems;
    problems.extend(errors.iter().map(ToString::to_string));
    let items = content.catalogue().items().iter();
    let clauses: BTreeSet<String> = items
        .flat_map(|item| [item.cited(), item.clause.clone()])
        .collect();
    found.rules = check_rules(&files, &parsers, &clauses);
    let of_rules = found.rules.problems.iter();
    problems.extend(of_rules.map(ToString::to_string));
}

fn try_norms(content: &Content, found: &mut Found) {
    let (norms, errors) = content.try_norms();
    found.norms = norms.forms.len() + norms.duties.len() + norms.policies.len();
    found.expectations += norms.samples();
    let errors = errors.iter().map(ToString::to_string);
    found.problems.extend(errors);
}

fn report(found: &Found, json: bool, printer: &mut Printer) -> std::io::Result<()> {
    let Found {
        files,
        checks,
        expectations,
        rules,
        norms,
        problems,
    } = found;
    let count = rules.rules + rules.correlations + rules.baselines;
    if json {
        return printer.json(&json!({
            "files": files,
            "checks": checks,
            "expectations": expectations,
            "rules": count,
            "samples": rules.samples,
            "norms": norms,
            "problems": problems,
        }));
    }
    for problem in problems {
        printer.line(problem)?;
    }
    printer.line(&format!(
        "{files} files, {checks} checks, {expectations} expectations, {count} rules, {} samples, {norms} norms, {} problems",
        rules.samples,
        problems.len()
    ))
}
