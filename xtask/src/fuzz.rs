//! `cargo xtask fuzz`: millions of mutated inputs for every parser of bytes from outside.

use anyhow::bail;

use crate::{shell, workspace::Workspace};

/// Flags of `fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Parsers by the beginning of their names, such as `network` or `sheet/xls`; all of them
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

/// The programs that drive parsers: the crate, the program, and how its parsers' names begin;
/// the first has all whose names begin otherwise.
const PROGRAMS: [(&str, &str, &[&str]); 7] = [
    ("xinglin-inspect", "fuzz_rounds", &[]),
    ("xinglin-report", "fuzz_sheets", &["sheet"]),
    ("xinglin-wire", "fuzz_messages", &["wire"]),
    ("xinglin-reach", "fuzz_keys", &["ssh", "starttls"]),
    ("xinglin-ingest", "fuzz_parsers", &["logs"]),
    ("xinglin-lake", "fuzz_lake", &["lake"]),
    ("xinglin-detect", "fuzz_detection", &["detect"]),
];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut clean = true;
    for (package, program, _) in PROGRAMS {
        let of_this = |name: &&String| program_of(name) == program;
        let parsers: Vec<&String> = args.parsers.iter().filter(of_this).collect();
        if parsers.is_empty() && !args.parsers.is_empty() {
            continue;
        }
        let mut cargo = workspace.cargo();
        cargo.args(["run", "--release", "--quiet", "--package", package]);
        cargo.args(["--example", program, "--"]);
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
        cargo.args(parsers);
        clean &= shell::watch(&mut cargo)?.ok;
    }
    if !clean {
        bail!("a parser panicked or was slow");
    }
    Ok(())
}

/// The program that has a parser of this name.
fn program_of(name: &str) -> &'static str {
    let [first, rest @ ..] = PROGRAMS;
    let begins = |prefix: &&str| name.starts_with(prefix);
    let mut rest = rest.iter();
    let found = rest.find(|(_, _, prefixes)| prefixes.iter().any(begins));
    found.map_or(first.1, |(_, program, _)| program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parser_has_its_program() {
        for (name, program) in [
            ("linux/sshd", "fuzz_rounds"),
            ("network", "fuzz_rounds"),
            ("sheet/xls", "fuzz_sheets"),
            ("wire", "fuzz_messages"),
            ("ssh/known-hosts", "fuzz_keys"),
            ("starttls/mysql", "fuzz_keys"),
            ("logs/parse", "fuzz_parsers"),
            ("detect/rules", "fuzz_detection"),
        ] {
            assert_eq!(program_of(name), program, "{name}");
        }
    }
}
