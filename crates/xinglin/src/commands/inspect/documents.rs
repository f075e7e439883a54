//! What is done with inspections that are there: `inspect drift` and `inspect remedies`.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow};
use serde_json::Value;
use xinglin_core::Lang;
use xinglin_inspect::{
    Inspection, Status,
    drift::{Drift, drift},
    remedy::{RemedyForm, RemedyPlan},
};

use super::status_word;
use crate::{
    cli::{DriftArgs, RemedyArgs},
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run_drift(args: &DriftArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    if before.family() != after.family() {
        let problem = anyhow!(
            "one is of {}, the other of {}",
            before.family().word(),
            after.family().word()
        );
        return Err(Failure::input(problem));
    }
    let found = drift(&before, &after);
    if args.json {
        printer.json(&found).map_err(Failure::internal)?;
    } else {
        tell(&found, printer).map_err(Failure::internal)?;
    }
    Ok(if found.is_empty() {
        Outcome::Done
    } else {
        Outcome::No
    })
}

pub(super) fn run_remedies(
    args: &RemedyArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let mut inspection = read(&args.document)?;
    if !args.check.is_empty() {
        inspection
            .results
            .retain(|result| args.check.contains(&result.check));
    }
    let checks = super::checks(inspection.family(), content_dir, printer)?;
    let plan = RemedyPlan::new(&checks, &inspection.results);
    let form = form(&args.kind);
    let script = plan.write(&form, Lang::Zh).ok_or_else(|| {
        let known: Vec<String> = plan.forms().iter().map(word).collect();
        Failure::input(anyhow!(
            "--kind '{}': for these checks there is {}",
            args.kind,
            if known.is_empty() {
                "no code".to_owned()
            } else {
                known.join(", ")
            }
        ))
    })?;
    printer
        .line(script.text.trim_end_matches('\n'))
        .map_err(Failure::internal)?;
    for check in &script.by_hand {
        printer.note(&format!("by hand: {check}"));
    }
    Ok(Outcome::Done)
}

fn read(file: &Path) -> Result<Inspection, Failure> {
    let bytes = fs::read(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(Failure::input)?;
    Inspection::from_json(&bytes)
        .with_context(|| file.display().to_string())
        .map_err(Failure::input)
}

fn form(word: &str) -> RemedyForm {
    match word {
        "shell" => RemedyForm::Shell,
        "powershell" => RemedyForm::Powershell,
        "ansible" => RemedyForm::Ansible,
        "sql" => RemedyForm::Sql,
        dialect => RemedyForm::Lines(dialect.to_owned()),
    }
}

fn word(form: &RemedyForm) -> String {
    match form {
        RemedyForm::Shell => "shell".to_owned(),
        RemedyForm::Powershell => "powershell".to_owned(),
        RemedyForm::Ansible => "ansible".to_owned(),
        RemedyForm::Sql => "sql".to_owned(),
        RemedyForm::Lines(dialect) => dialect.clone(),
    }
}

fn tell(found: &Drift, printer: &mut Printer) -> std::io::Result<()> {
    for area in &found.areas {
        for change in &area.changes {
            printer.line(&format!(
                "{}: {} → {}",
                change.path,
                shown(&change.before),
                shown(&change.after)
            ))?;
        }
        let unlisted = area.count.saturating_sub(area.changes.len());
        if unlisted > 0 {
            printer.note(&format!("{}: {unlisted} more changes", area.area));
        }
    }
    for change in &found.results {
        let status = |status: Option<Status>| {
            status.map_or_else(|| "—".to_owned(), |status| status_word(status).en)
        };
        let (before, after) = (status(change.before), status(change.after));
        printer.line(&format!("{}: {before} → {after}", change.check))?;
    }
    for gap in &found.newly_unreadable {
        printer.line(&format!("{}: {}", gap.what, gap.why))?;
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
