//! `cargo xtask bench`: figures of the running program, beside their targets.

mod agreement;
mod app;
mod command;
mod detect;
mod inspect;
mod lake;
mod logs;
mod peers;
mod table;
mod web;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};

use crate::{
    say::{headline, line},
    workspace::Workspace,
};

const PAGE: &str = "docs/benchmarks.md";

/// Flags of `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    what: Vec<What>,
    /// Write the figures to docs/benchmarks.md.
    #[arg(long)]
    write: bool,
    /// Minutes that logs are sent at a steady rate, and again as a flood.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: u32,
    /// Events that the lake is measured with.
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(100_000..))]
    events: u64,
}

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The server: first start, requests over 100,000 result rows, memory.
    App,
    /// The official result: 1,000 systems, one changed verdict.
    Scoring,
    /// The inspection of this machine, beside Lynis and OpenSCAP.
    Inspect,
    /// The analysis of a firewall policy.
    Policy,
    /// Sealing and verifying the ledger.
    Ledger,
    /// Writing and reading documents.
    Documents,
    /// The page in a browser.
    Web,
    /// The log lake: ten million events, or as many as are asked for.
    Lake,
    /// Logs from end to end, beside rsyslog and syslog-ng.
    Logs,
    /// Sigma rules on files of events, beside rsigma.
    Detect,
}

impl What {
    const ALL: [Self; 10] = [
        Self::App,
        Self::Scoring,
        Self::Inspect,
        Self::Policy,
        Self::Ledger,
        Self::Documents,
        Self::Web,
        Self::Lake,
        Self::Logs,
        Self::Detect,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Scoring => "scoring",
            Self::Inspect => "inspect",
            Self::Policy => "policy",
            Self::Ledger => "ledger",
            Self::Documents => "documents",
            Self::Web => "web",
            Self::Lake => "lake",
            Self::Logs => "logs",
            Self::Detect => "detect",
        }
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let chosen: Vec<What> = What::ALL
        .into_iter()
        .filter(|what| args.what.is_empty() || args.what.contains(what))
        .collect();
    let mut missed = Vec::new();
    for what in chosen {
        headline(&format!("bench: {}", what.name()));
        let table = match what {
            What::App => app::run(workspace)?,
            What::Scoring => command::criterion(workspace, "xinglin-controls", "scoring")?,
            What::Inspect => inspect::run(workspace, args.write)?,
            What::Policy => command::criterion(workspace, "xinglin-inspect", "policy")?,
            What::Ledger => command::criterion(workspace, "xinglin-ledger", "seal")?,
            What::Documents => command::criterion(workspace, "xinglin-report", "documents")?,
            What::Web => web::run(workspace)?,
            What::Lake => lake::run(workspace, args.events)?,
            What::Logs => logs::run(workspace, args.minutes)?,
            What::Detect => detect::run(workspace)?,
        };
        let text = table.markdown();
        line(&format!("\n{text}"));
        if args.write {
            write(workspace, what.name(), &text)?;
        }
        missed.extend(table.missed());
    }
    if missed.is_empty() {
        return Ok(());
    }
    bail!("over the target: {}", missed.join(", "))
}

/// Replaces what stands between the marks of `name`.
fn write(workspace: &Workspace, name: &str, table: &str) -> anyhow::Result<()> {
    let file = workspace.path(PAGE);
    let text = fs::read_to_string(&file).context(PAGE)?;
    let text =
        replace(&text, name, table).with_context(|| format!("{PAGE} has no marks for {name}"))?;
    fs::write(&file, text).context(PAGE)?;
    line(&format!("    written to {PAGE}"));
    Ok(())
}

fn replace(text: &str, name: &str, table: &str) -> Option<String> {
    let begin = format!("<!-- bench:{name} -->\n");
    let end = format!("<!-- /bench:{name} -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{table}{end}{after}"))
}

/// A data folder for a server of our own, empty.
fn fresh_folder(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target()?.join("xtask/bench");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let text = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n";
        let expected = "a\n<!-- bench:x -->\nnew\n<!-- /bench:x -->\nb\n";
        assert_eq!(replace(text, "x", "new\n").unwrap(), expected);
        assert!(replace(text, "y", "new\n").is_none());
    }
}
