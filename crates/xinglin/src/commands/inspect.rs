//! `xinglin inspect host`.

use std::path::Path;

use anyhow::anyhow;
use xinglin_core::{Clock as _, Lang, SystemClock, Text};
use xinglin_inspect::{Inspection, LiveHost, Status, TreeHost};

use crate::{
    cli::InspectCommand,
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: InspectCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let InspectCommand::Host {
        root,
        json,
        strict,
        lang,
    } = command;
    let files = content::under("checks/", content_dir).map_err(Failure::input)?;
    let (checks, errors) = xinglin_inspect::checks::load(&files);
    for error in &errors {
        printer.note(&error.to_string());
    }
    let now = SystemClock.now();
    let found = match root {
        None => xinglin_inspect::inspect(&LiveHost, &checks, now),
        Some(root) if root.is_dir() => xinglin_inspect::inspect(&TreeHost::new(root), &checks, now),
        Some(root) => {
            return Err(Failure::input(anyhow!(
                "{} is not a folder",
                root.display()
            )));
        }
    };
    if json {
        printer.json(&found).map_err(Failure::internal)?;
    } else {
        table(&found, lang.into(), printer).map_err(Failure::internal)?;
    }
    let failed = found.results.iter().any(|one| one.status == Status::Fail);
    Ok(if strict && failed {
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
            printer.line(&format!("{} {}", word.get(lang), result.title.get(lang)))?;
            if status == Status::Fail {
                printer.line(&format!("      {}", result.remedy.get(lang)))?;
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
        Status::Pass => Text::new("通过  ", "pass  "),
        Status::Fail => Text::new("不通过", "fail  "),
        Status::NotApplicable => Text::new("不适用", "n/a   "),
        Status::Unknown => Text::new("未知  ", "unknown"),
    }
}
