//! Python packages that tests and benches need, each at one version, in folders of their own.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{say::line, shell, workspace::Workspace};

/// The version of `DuckDB` that reads our files.
const DUCKDB: &str = "duckdb==2.0.0";
/// Readers of Parquet beside which the lake is measured.
const READERS: [&str; 4] = [
    DUCKDB,
    "chdb==4.4.0",
    "datafusion==55.0.0",
    "pyarrow==26.0.1",
];
/// What reads Sigma rules as the specification's authors do, and what reads event logs.
pub(crate) const SIGMA: [&str; 3] = ["pysigma==2.0.1", "evtx==0.14.0", "google-re2==1.1.20251105"];

/// A Python that has `DuckDB`, made where there is none yet.
pub(crate) fn with_duckdb(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    with(workspace, "python", "import duckdb", &[DUCKDB])
}

/// A Python that has all readers, made where there is none yet.
pub(crate) fn with_readers(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let all = "import chdb, datafusion, duckdb, pyarrow";
    with(workspace, "readers", all, &READERS)
}

/// A Python that reads Sigma rules and event logs of Windows, made where there is none yet.
pub(crate) fn with_sigma(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    with(workspace, "sigma", "import sigma, evtx, re2", &SIGMA)
}

fn with(
    workspace: &Workspace,
    folder: &str,
    check: &str,
    packages: &[&str],
) -> anyhow::Result<PathBuf> {
    let folder = workspace.target()?.join("xtask").join(folder);
    let python = folder.join("bin/python");
    let mut checking = shell::command(&python, workspace.root());
    checking.args(["-c", check]);
    if python.exists() && shell::read(&mut checking).is_ok() {
        return Ok(python);
    }
    line(&format!(
        "    installing for Python: {}",
        packages.join(", ")
    ));
    let mut make = shell::command("python3", workspace.root());
    make.args(["-m", "venv"]).arg(&folder);
    shell::run(&mut make).context("python3 with venv is needed")?;
    let mut install = shell::command(&python, workspace.root());
    install.args(["-m", "pip", "install", "--quiet"]);
    install.args(packages);
    shell::run(&mut install)?;
    Ok(python)
}
