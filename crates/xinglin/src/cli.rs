//! The command line, a stable contract (docs/reference/cli.md).

mod agent;
mod detect;
mod inspect;
mod logs;
mod policies;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use xinglin_core::Lang;

pub(crate) use agent::{AgentCommand, EnrolArgs, RunArgs, UnitArgs};
pub(crate) use detect::{DetectArgs, DetectCommand};
pub(crate) use inspect::{
    BaselineArgs, BundleArgs, CollectorArgs, CompareArgs, ConfigArgs, DatabaseArgs, DiscoverArgs,
    DriftArgs, FilesArgs, HostArgs, InspectCommand, IntegrityCommand, OutputArgs, ReachArgs,
    RemedyArgs, SshArgs, TlsArgs, TlsMode, WatchArgs,
};
pub(crate) use logs::{
    AskedArgs, DataArgs, ExportArgs, FormatArg, IngestArgs, LogsCommand, OrderArg, SearchArgs,
    SqlArgs, TailArgs,
};
pub(crate) use policies::{PoliciesCommand, PolicyExportArgs};

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
    /// Read the facts of a system and judge them by the checks.
    #[command(subcommand)]
    Inspect(InspectCommand),
    /// The agent: inspects its own host on schedule and reports to the server.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// The logs of a data folder, without a server or beside one.
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Sigma rules on files of events, without a server.
    #[command(subcommand)]
    Detect(DetectCommand),
    /// The hospital's policies, as documents: a full set for level three to begin with.
    #[command(subcommand)]
    Policies(PoliciesCommand),
    /// The official result of an assessment.
    #[command(subcommand)]
    Assess(AssessCommand),
    /// Documents of a data folder, without a server.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Verify the ledger of a data folder without a server.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Content files: checks, catalogue, measures, templates.
    #[command(subcommand)]
    Content(ContentCommand),
    /// Print the OpenAPI document of the HTTP API.
    Openapi,
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
    /// Listen here for agents, with TLS and certificates on both sides; without it nobody does.
    #[arg(long, env = "XINGLIN_AGENT_LISTEN", value_name = "ADDRESS")]
    pub(crate) agent_listen: Option<SocketAddr>,
    /// A name or address by which agents reach this server; may be given again, the first is
    /// what they are told [default: the address, else the name of this host].
    #[arg(
        long = "agent-name",
        env = "XINGLIN_AGENT_NAME",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub(crate) agent_names: Vec<String>,
    /// Fill an empty data folder with the demonstration hospital.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Leave the logs out of the demonstration.
    #[arg(long, requires = "demo")]
    pub(crate) demo_without_logs: bool,
    #[command(flatten)]
    pub(crate) syslog: SyslogArgs,
    /// Log files below this folder may be followed, where people set that up (may be given more
    /// than once); /var/log where nothing is said.
    #[arg(
        long = "log-root",
        env = "XINGLIN_LOG_ROOTS",
        value_name = "FOLDER",
        value_delimiter = ':'
    )]
    pub(crate) log_roots: Vec<PathBuf>,
}

/// Flags of `serve` that say where syslog is received.
#[derive(Debug, Default, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "the names of fields are those of flags"
)]
pub(crate) struct SyslogArgs {
    /// Receive syslog by UDP here; usual is 0.0.0.0:514.
    #[arg(long, env = "XINGLIN_SYSLOG_UDP", value_name = "ADDRESS")]
    pub(crate) syslog_udp: Option<SocketAddr>,
    /// Receive syslog by TCP here; usual is 0.0.0.0:514.
    #[arg(long, env = "XINGLIN_SYSLOG_TCP", value_name = "ADDRESS")]
    pub(crate) syslog_tcp: Option<SocketAddr>,
    /// Receive syslog by TLS here, with a certificate and its key; usual is 0.0.0.0:6514.
    #[arg(long, env = "XINGLIN_SYSLOG_TLS", value_name = "ADDRESS")]
    pub(crate) syslog_tls: Option<SocketAddr>,
    /// The certificate that senders by TLS are shown, with its chain (PEM).
    #[arg(long, env = "XINGLIN_SYSLOG_CERTIFICATE", value_name = "FILE")]
    pub(crate) syslog_certificate: Option<PathBuf>,
    /// The key of that certificate (PEM).
    #[arg(long, env = "XINGLIN_SYSLOG_KEY", value_name = "FILE")]
    pub(crate) syslog_key: Option<PathBuf>,
    /// Senders by TLS must show a certificate of this authority (PEM).
    #[arg(long, env = "XINGLIN_SYSLOG_AUTHORITY", value_name = "FILE")]
    pub(crate) syslog_authority: Option<PathBuf>,
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

/// `assess …`
#[derive(Debug, Subcommand)]
pub(crate) enum AssessCommand {
    /// Compute the result of a `xinglin.verdicts/1` file (`-` for standard input).
    Score {
        /// The file.
        file: PathBuf,
        /// Print the `xinglin.result/1` document.
        #[arg(long)]
        json: bool,
    },
}

/// `report …`
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// The rectification plan (整改方案) as Word.
    Plan(ReportArgs),
    /// The gap analysis report (差距分析报告) as Word.
    Gap(ReportArgs),
    /// The item list as Excel.
    Items(ReportArgs),
}

/// Flags of all reports.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Code of the graded system; may be left out where there is only one.
    #[arg(long, value_name = "CODE")]
    pub(crate) system: Option<String>,
    /// Language of the document.
    #[arg(long, value_enum, default_value_t = LangArg::Zh)]
    pub(crate) lang: LangArg,
    /// Write the document here.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// `content …`
#[derive(Debug, Subcommand)]
pub(crate) enum ContentCommand {
    /// Validate content files and run the tests beside them; exit 1 where one fails.
    Check {
        /// The content folder [default: the content in the binary].
        dir: Option<PathBuf>,
        /// Print the outcome as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the rules of detection by area, clause and technique, as Markdown.
    Rules {
        /// The content folder [default: the content in the binary].
        dir: Option<PathBuf>,
    },
}

/// A language on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Simplified Chinese.
    #[value(name = "zh-CN", alias = "zh")]
    Zh,
    /// English.
    #[value(name = "en-US", alias = "en")]
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}
