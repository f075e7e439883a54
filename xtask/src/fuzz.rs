//! `cargo xtask fuzz`: millions of mutated inputs for every parser of the inspection.

use anyhow::bail;

use crate::{shell, workspace::Workspace};

/// Flags of `fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Parsers by the beginning of their names, such as `network` or `linux/sshd`; all of them
    /// when nothing is named.
    parsers: Vec<String>,
    /// Inputs for each parser.
    #[arg(long, default_value_t = 2_000_000)]
    rounds: u64,
    /// The number of the first input: another one makes other inputs.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads; as many as there are processors when nothing is said.
    #[arg(long)]
    threads: Option<u32>,
    /// Make one input again and parse it in view.
    #[arg(long)]
    replay: Option<u64>,
    /// List the parsers.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "xinglin-inspect",
    ]);
    cargo.args(["--example", "fuzz_rounds", "--"]);
    cargo.arg("--rounds").arg(args.rounds.to_string());
    cargo.arg("--first").arg(args.first.to_string());
    cargo
        .arg("--save")
        .arg(workspace.target()?.join("fuzz-rounds"));
    if let Some(threads) = args.threads {
        cargo.arg("--threads").arg(threads.to_string());
    }
    if let Some(round) = args.replay {
        cargo.arg("--replay").arg(round.to_string());
    }
    if args.list {
        cargo.arg("--list");
    }
    cargo.args(&args.parsers);
    let outcome = shell::watch(&mut cargo)?;
    if !outcome.ok {
        bail!("a parser panicked or was slow");
    }
    Ok(())
}
