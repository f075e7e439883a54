//! `agent …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `agent …`
#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Make this host known to the server with a token that counts once.
    Enrol(EnrolArgs),
    /// Inspect this host on schedule and report, at low priority, until stopped.
    Run(RunArgs),
    /// Install the unit for systemd, so that the agent runs from then on.
    InstallUnit(UnitArgs),
}

/// The folder of the agent.
#[derive(Debug, Args)]
pub(crate) struct FolderArgs {
    /// The agent's folder: its identity, and what waits for the server.
    #[arg(
        long,
        env = "XINGLIN_AGENT_DATA",
        default_value = "/var/lib/xinglin-agent",
        value_name = "DIR"
    )]
    pub(crate) data: PathBuf,
}

/// Flags of `agent enrol`. The token is never on the command line, where every process of
/// the machine could read it.
#[derive(Debug, Args)]
pub(crate) struct EnrolArgs {
    /// The server's address for agents, `https://HOST:PORT`.
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,
    /// A file with the authority (PEM) that came with the token; no other is trusted.
    #[arg(long, value_name = "FILE")]
    pub(crate) authority: PathBuf,
    /// A file with the token (`-` for standard input).
    #[arg(long, default_value = "-", value_name = "FILE")]
    pub(crate) token_file: PathBuf,
    /// What this host is called [default: its own name].
    #[arg(long, value_name = "NAME")]
    pub(crate) host_name: Option<String>,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

/// Flags of `agent run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Inspect once at the priority it is started with, deliver what waits and end; exit 1
    /// when something could not be delivered.
    #[arg(long)]
    pub(crate) once: bool,
    /// A file with Ed25519 keys (hexadecimal, one a line) by which newer programs may be
    /// signed. Without it none is installed.
    #[arg(long, value_name = "FILE")]
    pub(crate) release_keys: Option<PathBuf>,
    /// A folder of which the server may have log files read, several times for several. Without
    /// it that is `/var/log`; the journal may be read in any case.
    #[arg(long = "log-root", value_name = "FOLDER")]
    pub(crate) log_roots: Vec<PathBuf>,
    /// Send no logs, whatever the server wants.
    #[arg(long, conflicts_with = "log_roots")]
    pub(crate) no_logs: bool,
}

/// Flags of `agent install-unit`.
#[derive(Debug, Args)]
pub(crate) struct UnitArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Print the unit instead of installing it.
    #[arg(long)]
    pub(crate) print: bool,
}
