//! `xinglin inspect collector`: the scripts that gather elsewhere what is inspected here.

use std::path::Path;

use anyhow::anyhow;

use crate::{
    cli::CollectorArgs,
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

const FOLDER: &str = "collect/";

pub(super) fn run(
    args: &CollectorArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let scripts = content::under(FOLDER, content_dir).map_err(Failure::input)?;
    let named = |path: &str| path.trim_start_matches(FOLDER).to_owned();
    let Some(name) = &args.name else {
        for (path, _) in &scripts {
            printer.line(&named(path)).map_err(Failure::internal)?;
        }
        return Ok(Outcome::Done);
    };
    let found = scripts.iter().find(|(path, _)| named(path) == *name);
    let (_, text) = found.ok_or_else(|| {
        let known: Vec<String> = scripts.iter().map(|(path, _)| named(path)).collect();
        let known = known.join(", ");
        Failure::input(anyhow!("no collector '{name}'; expected one of {known}"))
    })?;
    printer
        .line(text.trim_end_matches('\n'))
        .map_err(Failure::internal)?;
    Ok(Outcome::Done)
}
