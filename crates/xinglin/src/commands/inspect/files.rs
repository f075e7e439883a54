//! `xinglin inspect config` and `inspect files`: things by files gathered from them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{Bundle, Family, inspect_bundle};

use crate::{
    cli::{ConfigArgs, FilesArgs},
    commands::{Failure, Outcome},
    printer::Printer,
};

/// More than any product's configuration and query answers come to.
const MAX_BYTES: u64 = 64 << 20;

pub(super) fn config(
    args: &ConfigArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let bundle = gather(Family::Network, &args.files)?;
    let checks = super::checks(bundle.family, content_dir, printer)?;
    super::show(&inspect_bundle(&bundle, &checks), &args.output, printer)
}

pub(super) fn run(
    args: &FilesArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let family = Family::from_word(&args.family).ok_or_else(|| {
        let known: Vec<&str> = Family::ALL.iter().map(|family| family.word()).collect();
        let known = known.join(", ");
        Failure::input(anyhow!(
            "--family '{}': expected one of {known}",
            args.family
        ))
    })?;
    let bundle = gather(family, &args.paths)?;
    let checks = super::checks(family, content_dir, printer)?;
    super::show(&inspect_bundle(&bundle, &checks), &args.output, printer)
}

/// The bundle of these files, gathered now.
pub(super) fn gather(family: Family, paths: &[PathBuf]) -> Result<Bundle, Failure> {
    let mut files = BTreeMap::new();
    for path in paths {
        let read = if path.is_dir() {
            folder(path, path, &mut files)
        } else {
            file(path, &name(path), &mut files)
        };
        read.map_err(Failure::input)?;
    }
    Ok(Bundle {
        family,
        collected_at: SystemClock.now(),
        files,
    })
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.to_string_lossy().into_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn folder(root: &Path, below: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(below).with_context(|| format!("cannot read {}", below.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        // A link may lead out of the folder, or round in it.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folder(root, &path, files)?;
        } else if kind.is_file() {
            let inside = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            file(&path, &inside, files)?;
        }
    }
    Ok(())
}

fn file(path: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let so_far: u64 = files.values().map(|bytes| bytes.len() as u64).sum();
    if so_far + bytes.len() as u64 > MAX_BYTES {
        return Err(anyhow!(
            "{}: more than {MAX_BYTES} bytes in all",
            path.display()
        ));
    }
    if files.insert(name.to_owned(), bytes).is_some() {
        return Err(anyhow!(
            "two files are named {name}; give the folder they lie in"
        ));
    }
    Ok(())
}
