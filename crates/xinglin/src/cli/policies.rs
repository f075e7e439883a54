//! `policies …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

/// `policies …`
#[derive(Debug, Subcommand)]
pub(crate) enum PoliciesCommand {
    /// List the policies.
    List(PolicyListArgs),
    /// Print a file of settings with every variable at its default, to be filled in.
    Settings,
    /// Write policies as Word files with the hospital's settings in them.
    Export(PolicyExportArgs),
    /// For each management item of level three: which policy answers it in which article, which
    /// forms and duties prove that it lives. Exit 1 where an item has no answer.
    Coverage(PolicyListArgs),
}

/// Flags of `policies list` and `policies coverage`.
#[derive(Debug, Args)]
pub(crate) struct PolicyListArgs {
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `policies export`.
#[derive(Debug, Args)]
pub(crate) struct PolicyExportArgs {
    /// The policies, by their ids; all of them when nothing is named.
    #[arg(value_name = "POLICY")]
    pub(crate) policies: Vec<String>,
    /// The folder to write to; it is made where it is missing.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// The hospital's settings, as `policies settings` prints them.
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Set one variable: `hospital=…`; may be given again.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// The issue number, `{number}` in it for that of the policy; drafts without it.
    #[arg(long, value_name = "TEXT", requires = "issued_on")]
    pub(crate) number: Option<String>,
    /// The day of issue.
    #[arg(long, value_name = "DATE", requires = "number")]
    pub(crate) issued_on: Option<Date>,
}
