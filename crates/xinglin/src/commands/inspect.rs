//! `xinglin inspect …`: each way to an inspection is a file of its own.

mod bundle;
mod collector;
mod database;
mod discover;
mod documents;
mod files;
mod host;
mod integrity;
mod reach;
mod ssh;
mod tls;

use std::path::Path;

use xinglin_core::{Lang, Text};
use xinglin_inspect::{CheckSet, Family, Inspection, Status};

use crate::{
    cli::{InspectCommand, OutputArgs},
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: InspectCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    match command {
        InspectCommand::Host(args) => host::run(&args, content_dir, printer),
        InspectCommand::Config(args) => files::config(&args, content_dir, printer),
        InspectCommand::Bundle(args) => bundle::run(&args, content_dir, printer),
        InspectCommand::Files(args) => files::run(&args, content_dir, printer),
        InspectCommand::Reach(args) => reach::run(&args, printer),
        InspectCommand::Drift(args) => documents::run_drift(&args, printer),
        InspectCommand::Remedies(args) => documents::run_remedies(&args, content_dir, printer),
        InspectCommand::Discover(args) => discover::run(&args, printer),
        InspectCommand::Database(args) => database::run(&args, content_dir, printer),
        InspectCommand::Tls(args) => tls::run(&args, content_dir, printer),
        InspectCommand::Ssh(args) => ssh::run(&args, content_dir, printer),
        InspectCommand::Integrity(command) => integrity::run(&command, content_dir, printer),
        InspectCommand::Collector(args) => collector::run(&args, content_dir, printer),
    }
}

/// The checks of one family; compiling those of all would take longer than the inspection.
fn checks(
    family: Family,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<CheckSet, Failure> {
    let own = format!("checks/{}/", family.word());
    let files: Vec<_> = content::under("checks/", content_dir)
        .map_err(Failure::input)?
        .into_iter()
        .filter(|(path, _)| path.starts_with(&own) || path == "checks/policy.yaml")
        .collect();
    let (checks, errors) = xinglin_inspect::checks::load(&files);
    for error in &errors {
        printer.note(&error.to_string());
    }
    Ok(checks)
}

fn show(
    found: &Inspection,
    output: &OutputArgs,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    if output.json {
        printer.json(found).map_err(Failure::internal)?;
    } else {
        table(found, output.lang.into(), printer).map_err(Failure::internal)?;
    }
    let failed = found.results.iter().any(|one| one.status == Status::Fail);
    Ok(if output.strict && failed {
        Outcome::No
    } else {
        Outcome::Done
    })
}

fn table(found: &Inspection, lang: Lang, printer: &mut Printer) -> std::io::Result<()> {
    let subject = &found.subject;
    printer.line(&format!(
        "{} · {} {} · {}",
        subject.name, subject.platform, subject.version, found.collected_at
    ))?;
    for status in [
        Status::Fail,
        Status::Unknown,
        Status::Pass,
        Status::NotApplicable,
    ] {
        let word = status_word(status);
        for result in found.results.iter().filter(|one| one.status == status) {
            printer.line(&format!(
                "{}{}",
                padded(word.get(lang)),
                result.title.get(lang)
            ))?;
            if status == Status::Fail {
                printer.line(&format!("{}{}", padded(""), result.remedy.get(lang)))?;
            }
        }
    }
    for gap in &found.unreadable {
        printer.note(&format!("{}: {}", gap.what, gap.why));
    }
    Ok(())
}

fn status_word(status: Status) -> Text {
    match status {
        Status::Pass => Text::new("通过", "pass"),
        Status::Fail => Text::new("不通过", "fail"),
        Status::NotApplicable => Text::new("不适用", "n/a"),
        Status::Unknown => Text::new("未知", "unknown"),
    }
}

/// A word with spaces behind it, so that what follows stands in one column.
fn padded(word: &str) -> String {
    let columns: usize = word
        .chars()
        .map(|letter| if letter.is_ascii() { 1 } else { 2 })
        .sum();
    format!("{word}{}", " ".repeat(8_usize.saturating_sub(columns)))
}
