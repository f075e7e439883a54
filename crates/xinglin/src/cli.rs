//! The command line, a stable contract (docs/reference/cli.md).

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// 杏林盾: a hospital's classified-protection rectification plan as one running program.
#[derive(Debug, Parser)]
#[command(name = "xinglin", version, about, propagate_version = true)]
pub(crate) struct Cli {
    /// Use the content files in this folder instead of those in the binary.
    #[arg(long, global = true, env = "XINGLIN_CONTENT_DIR", value_name = "DIR")]
    pub(crate) content_dir: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server and the page.
    Serve(ServeArgs),
    /// Verify the ledger of a data folder without a server.
    #[command(subcommand)]
    Ledger(LedgerCommand),
}

/// Flags of `serve`. Order: default < file < environment < flag.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Read settings from this TOML file.
    #[arg(long, env = "XINGLIN_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Keep everything in this folder [default: data].
    #[arg(long, env = "XINGLIN_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Listen here [default: 127.0.0.1:8600]; port 0 takes a free one.
    #[arg(long, env = "XINGLIN_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Mark the session cookie `Secure` (set it behind TLS).
    #[arg(long, env = "XINGLIN_SECURE_COOKIE")]
    pub(crate) secure_cookie: bool,
    /// Fill an empty data folder with the demonstration hospital.
    #[arg(long)]
    pub(crate) demo: bool,
}

/// `ledger …`
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Recompute the whole chain; exit 1 where it does not hold.
    Verify {
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Print the outcome as JSON.
        #[arg(long)]
        json: bool,
    },
}
