//! `detect …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `detect …`
#[derive(Debug, Subcommand)]
pub(crate) enum DetectCommand {
    /// Match the events of files against Sigma rules: one match a line.
    Run(DetectArgs),
}

/// Flags of `detect run`.
#[derive(Debug, Args)]
pub(crate) struct DetectArgs {
    /// The events: files, packed by gzip or zstd or not; folders, with all below them; `-` for
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The rules: a file, or a folder with all .yml and .yaml below it; may be given again.
    #[arg(long, required = true, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// What log sources and fields of rules mean: auto for the pipelines of the content; none to
    /// ask every rule of every event, by the event's own names; or a file or folder of
    /// pipelines; may be given again.
    #[arg(long, value_name = "PIPELINE", default_value = "auto")]
    pub(crate) pipeline: Vec<PathBuf>,
    /// How events stand in the files: auto, lines, ndjson, json, evtx; or the name of a parser
    /// that reads every line.
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
    /// Write a summary to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    /// Print an object a line.
    #[arg(long)]
    pub(crate) json: bool,
}
