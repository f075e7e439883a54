//! Rules and pipelines from files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use serde::Serialize;
use xinglin_app::ContentFile;
use xinglin_detect::{Pipelines, RuleSet};

use crate::{cli::DetectArgs, commands::Failure, printer::Printer};

const MOST_DEPTH: usize = 32;

/// What was read.
pub(super) struct Loaded {
    pub(super) set: RuleSet,
    pub(super) pipelines: Pipelines,
    pub(super) rejected: Vec<Rejected>,
}

/// A rule that cannot be used.
#[derive(Debug, Serialize)]
pub(super) struct Rejected {
    file: String,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    why: String,
}

pub(super) fn load(
    args: &DetectArgs,
    content: &[ContentFile],
    printer: &mut Printer,
) -> Result<Loaded, Failure> {
    let mut set = RuleSet::default();
    let mut rejected = Vec::new();
    for path in &args.rules {
        for file in below(path).map_err(Failure::input)? {
            let name = file.display().to_string();
            match fs::read_to_string(&file) {
                Ok(text) => set.read(&name, &text),
                Err(error) => rejected.push(Rejected {
                    file: name,
                    line: 1,
                    title: None,
                    why: error.to_string(),
                }),
            }
        }
    }
    set.finish();
    rejected.extend(
        std::mem::take(&mut set.problems)
            .into_iter()
            .map(|problem| Rejected {
                file: problem.file,
                line: problem.line,
                title: problem.title,
                why: problem.reason,
            }),
    );
    for one in &rejected {
        printer.note(&format!("{}:{}: {}", one.file, one.line, one.why));
    }
    Ok(Loaded {
        set,
        pipelines: pipelines(&args.pipeline, content)?,
        rejected,
    })
}

fn pipelines(wanted: &[PathBuf], content: &[ContentFile]) -> Result<Pipelines, Failure> {
    let mut pipelines = Pipelines::default();
    for path in wanted {
        if path == Path::new("none") {
            if wanted.len() > 1 {
                let error = anyhow!("--pipeline none stands alone");
                return Err(Failure::input(error));
            }
            break;
        }
        let files: Vec<(String, String)> = if path == Path::new("auto") {
            let own = content.iter();
            let own = own.filter(|file| file.path.starts_with("pipelines/"));
            own.map(|file| (file.path.clone(), file.text.clone()))
                .collect()
        } else {
            let files = below(path).map_err(Failure::input)?;
            let read = files.iter().map(|file| {
                let name = file.display().to_string();
                let text = fs::read_to_string(file);
                let text = text.with_context(|| format!("cannot read {name}"))?;
                Ok((name, text))
            });
            read.collect::<anyhow::Result<_>>()
                .map_err(Failure::input)?
        };
        for (name, text) in files {
            pipelines.read(&name, &text).map_err(Failure::input)?;
        }
    }
    Ok(pipelines)
}

/// A file, or all rules below a folder in the order of their names.
fn below(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if metadata.is_dir() {
        walk(path, 0, &mut |file| {
            let end = file.extension().unwrap_or_default().to_ascii_lowercase();
            if end == "yml" || end == "yaml" {
                found.push(file);
            }
        })?;
    } else {
        found.push(path.to_owned());
    }
    Ok(found)
}

/// Calls `each` with every file below a folder, in the order of their names.
pub(super) fn walk(
    folder: &Path,
    depth: usize,
    each: &mut dyn FnMut(PathBuf),
) -> anyhow::Result<()> {
    let cannot = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.with_context(cannot)?.path());
    }
    paths.sort_unstable();
    for path in paths {
        if !path.is_dir() {
            each(path);
        } else if depth < MOST_DEPTH {
            walk(&path, depth + 1, each)?;
        }
    }
    Ok(())
}
