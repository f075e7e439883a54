//! Python packages that tests and benches need, each at one version, in a folder of their own.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{say::line, shell, workspace::Workspace};

/// The version of `DuckDB` that reads our files.
const DUCKDB: &str = "duckdb==2.0.0";

/// A Python that has `DuckDB`, made where there is none yet.
pub(crate) fn with_duckdb(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target()?.join("xtask/python");
    let python = folder.join("bin/python");
    let mut check = shell::command(&python, workspace.root());
    check.args(["-c", "import duckdb"]);
    if python.exists() && shell::read(&mut check).is_ok() {
        return Ok(python);
    }
    line("    installing DuckDB for Python");
    let mut make = shell::command("python3", workspace.root());
    make.args(["-m", "venv"]).arg(&folder);
    shell::run(&mut make).context("python3 with venv is needed")?;
    let mut install = shell::command(&python, workspace.root());
    install.args(["-m", "pip", "install", "--quiet", DUCKDB]);
    shell::run(&mut install)?;
    Ok(python)
}
