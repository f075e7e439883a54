//! `cargo xtask compare`: what ours says beside what others say of the same, each difference
//! decided.

mod detect;

use crate::workspace::Workspace;

/// Flags of `compare`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to compare.
    #[arg(value_enum)]
    what: What,
    /// Write the page of the documentation.
    #[arg(long)]
    write: bool,
}

/// Something that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Matches of Sigma rules on recorded events, with rsigma's and with what pySigma expects.
    Detect,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    match args.what {
        What::Detect => detect::run(workspace, args.write),
    }
}
