//! Public Sigma rules, recorded events and other engines, for the bench and the comparison.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use crate::{shell, workspace::Workspace};

/// The version of rsigma beside which we are measured and with which we are compared.
pub(crate) const RSIGMA: &str = "0.23.0";

/// Recorded events and public rules above this checkout, where they are: they are not ours to
/// copy.
pub(crate) fn collection(workspace: &Workspace) -> Option<PathBuf> {
    workspace
        .root()
        .ancestors()
        .map(|folder| folder.join("shared/data"))
        .find(|path| path.join("sigma").is_dir())
}

/// Unpacks the public rules into a folder where they are not yet; whether there are any.
pub(crate) fn unpack_rules(folder: &Path, collection: Option<&Path>) -> anyhow::Result<bool> {
    if folder.join("rules").is_dir() {
        return Ok(true);
    }
    let packed = collection.map(|path| path.join("sigma/sigmahq-rules.tar.zst"));
    let Some(packed) = packed.filter(|path| path.is_file()) else {
        return Ok(false);
    };
    fs::create_dir_all(folder)?;
    let mut unpack = shell::command("tar", folder);
    unpack.args(["--use-compress-program", "zstd", "-xf"]);
    shell::run(unpack.arg(packed))?;
    Ok(true)
}

/// Builds our engine with a small program around it.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--package", "xinglin-detect"]);
    shell::run(cargo.args(["--example", "match_events"]))?;
    Ok(workspace.target()?.join("release/examples/match_events"))
}

/// The words with which our program is run over events; without pipelines all rules are asked
/// of all events.
pub(crate) fn our_words(
    program: &Path,
    rules: &Path,
    pipelines: Option<&Path>,
    events: &Path,
) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec![program.into(), "--rules".into(), rules.into()];
    if let Some(pipelines) = pipelines {
        words.extend(["--pipelines".into(), pipelines.into()]);
    }
    words.push(events.into());
    words
}

/// Installs rsigma into a folder of its own as its users do, where it is not there yet.
pub(crate) fn rsigma(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let root = workspace.target()?.join("xtask/rsigma");
    let program = root.join("bin/rsigma");
    if !program.exists() {
        let built = root.join("build");
        let mut install = workspace.cargo();
        install.args(["install", "rsigma", "--locked", "--version", RSIGMA]);
        install.arg("--root").arg(&root);
        shell::run(install.arg("--target-dir").arg(&built))?;
        // Much larger than what comes of it.
        fs::remove_dir_all(&built)?;
    }
    Ok(program)
}

/// The words with which rsigma is run over events: a match a line.
pub(crate) fn rsigma_words(program: &Path, rules: &Path, events: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec![program.into(), "engine".into(), "eval".into()];
    words.extend(["--output-format".into(), "ndjson".into()]);
    words.extend(["-r".into(), rules.into(), "-e".into()]);
    let mut file = OsString::from("@");
    file.push(events);
    words.push(file);
    words
}
