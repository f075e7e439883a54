//! `xinglin content check`: every content file parses, every test beside it passes.

use std::path::Path;

use serde_json::json;
use xinglin_app::Content;

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
    let ContentCommand::Check { dir, json } = command;
    let folder = dir.as_deref().or(content_dir);
    let files = content::files(folder).map_err(Failure::input)?;
    let mut problems = Vec::new();
    let count = files.len();
    if let Err(error) = Content::load(files) {
        problems.push(error.to_string());
    }
    let checks = content::under("checks/", folder).map_err(Failure::input)?;
    let (set, errors) = xinglin_inspect::checks::load(&checks);
    problems.extend(errors.iter().map(ToString::to_string));
    let (tests, errors) = xinglin_inspect::load_tests(&checks);
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
    report(
        &problems,
        count,
        set.checks().len(),
        outcomes.len(),
        *json,
        printer,
    )
    .map_err(Failure::internal)?;
    Ok(if problems.is_empty() {
        Outcome::Done
    } else {
        Outcome::No
    })
}

fn report(
    problems: &[String],
    files: usize,
    checks: usize,
    expectations: usize,
    json: bool,
    printer: &mut Printer,
) -> std::io::Result<()> {
    if json {
        return printer.json(&json!({
            "files": files,
            "checks": checks,
            "expectations": expectations,
            "problems": problems,
        }));
    }
    for problem in problems {
        printer.line(problem)?;
    }
    printer.line(&format!(
        "{files} files, {checks} checks, {expectations} expectations, {} problems",
        problems.len()
    ))
}
