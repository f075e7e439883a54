//! `cargo xtask fuzz`: millions of mutated inputs for every parser of the inspection and of
//! log messages.

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

/// What can be driven: the package, its example, and how the names of its parsers begin, when
/// that tells them from others.
const DRIVEN: [(&str, &str, Option<&str>); 2] = [
    ("xinglin-inspect", "fuzz_rounds", None),
    ("xinglin-ingest", "fuzz_parsers", Some("logs")),
];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut is_clean = true;
    for (package, example, beginning) in DRIVEN {
        let is_of = |name: &&String| match beginning {
            Some(beginning) => name.starts_with(beginning),
            None => DRIVEN
                .iter()
                .filter_map(|(_, _, other)| *other)
                .all(|other| !name.starts_with(other)),
        };
        let names: Vec<&String> = args.parsers.iter().filter(is_of).collect();
        if names.is_empty() && !args.parsers.is_empty() {
            continue;
        }
        is_clean &= drive(workspace, args, package, example, &names)?;
    }
    if !is_clean {
        bail!("a parser panicked or was slow");
    }
    Ok(())
}

fn drive(
    workspace: &Workspace,
    args: &Args,
    package: &str,
    example: &str,
    names: &[&String],
) -> anyhow::Result<bool> {
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--release", "--quiet", "--package", package]);
    cargo.args(["--example", example, "--"]);
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
    cargo.args(names);
    Ok(shell::watch(&mut cargo)?.ok)
}
