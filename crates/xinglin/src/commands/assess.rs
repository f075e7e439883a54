//! `xinglin assess score`.

use std::{io::Read as _, path::Path};

use anyhow::Context as _;
use xinglin_controls::{Catalogue, ResultDocument, score_file};

use crate::{
    cli::AssessCommand,
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

// A verdict file of 211 items and 300 objects has about 6 MB.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

pub(crate) fn run(
    command: &AssessCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let AssessCommand::Score { file, json } = command;
    let text = read(file).map_err(Failure::input)?;
    let mut files = content::under("catalogue/", content_dir).map_err(Failure::input)?;
    files.extend(content::under("interview/", content_dir).map_err(Failure::input)?);
    let catalogue = Catalogue::load(&files).map_err(Failure::input)?;
    let result = score_file(&text, &catalogue)
        .with_context(|| format!("{}", file.display()))
        .map_err(Failure::input)?;
    if *json {
        printer.json(&result).map_err(Failure::internal)?;
    } else {
        summary(&result, printer).map_err(Failure::internal)?;
    }
    Ok(Outcome::Done)
}

fn read(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(MAX_FILE_BYTES)
            .read_to_string(&mut text)
            .context("cannot read standard input")?;
    } else {
        std::fs::File::open(file)
            .and_then(|opened| opened.take(MAX_FILE_BYTES).read_to_string(&mut text))
            .with_context(|| format!("cannot read {}", file.display()))?;
    }
    Ok(text)
}

fn summary(result: &ResultDocument, printer: &mut Printer) -> std::io::Result<()> {
    printer.line(&format!("结论 {}", result.conclusion_zh))?;
    if let Some(rate) = result.rate {
        printer.line(&format!("符合率 {:.2}%", rate * 100.0))?;
    }
    if let Some(score) = result.score {
        printer.line(&format!("得分 {score:.2}"))?;
    }
    printer.line(&format!(
        "适用 {} · 符合 {} · 部分符合 {} · 不符合 {} · 不适用 {} · 未判定 {}",
        result.applicable,
        result.compliant,
        result.partial,
        result.noncompliant,
        result.not_applicable,
        result.unanswered.len()
    ))
}
