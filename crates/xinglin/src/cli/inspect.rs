//! `inspect …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::LangArg;

/// `inspect …`
#[derive(Debug, Subcommand)]
pub(crate) enum InspectCommand {
    /// This machine, or the system tree under --root from its files alone.
    Host(HostArgs),
    /// A network or security device, by its configuration or saved command outputs.
    Config(ConfigArgs),
    /// A bundle that a collector made.
    Bundle(BundleArgs),
    /// Anything, by files gathered from it.
    Files(FilesArgs),
    /// A live database, by a read-only account: PostgreSQL, KingbaseES, MySQL, MariaDB, Redis.
    Database(DatabaseArgs),
    /// A TLS endpoint, by its handshakes.
    Tls(TlsArgs),
    /// Linux hosts over SSH, without an agent: one JSON document a line.
    Ssh(SshArgs),
    /// Whether a device's policies let packets through, and by which rule.
    Reach(ReachArgs),
    /// What changed between two inspections of one thing; exit 1 where something did.
    Drift(DriftArgs),
    /// The remedies of an inspection's failed checks, as code. Nothing is carried out.
    Remedies(RemedyArgs),
    /// What a port scan of nmap saw that is not on record; exit 1 where there is something.
    Discover(DiscoverArgs),
    /// File integrity: a baseline of files, and what changed against it.
    #[command(subcommand)]
    Integrity(IntegrityCommand),
    /// Print a script that gathers what is to be inspected.
    Collector(CollectorArgs),
}

/// How inspections are shown.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Print the `xinglin.inspection/1` document.
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit 1 when a check fails.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Language of the table.
    #[arg(long, value_enum, default_value_t = LangArg::Zh)]
    pub(crate) lang: LangArg,
}

/// Flags of `inspect host`.
#[derive(Debug, Args)]
pub(crate) struct HostArgs {
    /// Inspect the tree under this folder instead of the live machine.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Also walk over all files of its disks, for at most so long: which are writable by
    /// everybody, belong to nobody, or run as root. Without, those checks are not known.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) walk: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Flags of `inspect config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The files, all of one device.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Flags of `inspect bundle`.
#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// The bundle.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// File with the key that the collector was given, to verify the signature by.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Flags of `inspect files`.
#[derive(Debug, Args)]
pub(crate) struct FilesArgs {
    /// What they are of: linux, windows, mysql, postgresql, nginx, network …
    #[arg(long, value_name = "WORD")]
    pub(crate) family: String,
    /// Files, and folders whose files are named by their paths below them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Flags of `inspect reach`.
#[derive(Debug, Args)]
pub(crate) struct ReachArgs {
    /// The device's files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Source addresses: `any`, an address, a network, a range; several with commas.
    #[arg(long, default_value = "any")]
    pub(crate) from: String,
    /// Destination addresses, likewise.
    #[arg(long, default_value = "any")]
    pub(crate) to: String,
    /// Services: `any`, `tcp/1521`, `udp/53`, `tcp/8000-8080`; several with commas.
    #[arg(long, default_value = "any")]
    pub(crate) service: String,
    /// The zone or interface packets come from.
    #[arg(long, value_name = "ZONE", requires = "to_zone")]
    pub(crate) from_zone: Option<String>,
    /// The zone or interface packets go to.
    #[arg(long, value_name = "ZONE", requires = "from_zone")]
    pub(crate) to_zone: Option<String>,
    /// Ask this policy alone, by its name.
    #[arg(long, value_name = "NAME", conflicts_with = "from_zone")]
    pub(crate) policy: Option<String>,
    /// Print the answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `inspect drift`.
#[derive(Debug, Args)]
pub(crate) struct DriftArgs {
    /// The earlier `xinglin.inspection/1` document.
    pub(crate) before: PathBuf,
    /// The later one.
    pub(crate) after: PathBuf,
    /// Print what changed as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `inspect remedies`.
#[derive(Debug, Args)]
pub(crate) struct RemedyArgs {
    /// A `xinglin.inspection/1` document.
    pub(crate) document: PathBuf,
    /// As what: shell, powershell, ansible, sql, or the dialect of a configuration.
    #[arg(long, value_name = "WORD")]
    pub(crate) kind: String,
    /// Only of these checks; without, of all that failed.
    #[arg(long, value_name = "CHECK")]
    pub(crate) check: Vec<String>,
}

/// Flags of `inspect collector`.
#[derive(Debug, Args)]
pub(crate) struct CollectorArgs {
    /// Which script; without, all are listed.
    pub(crate) name: Option<String>,
}

/// Flags of `inspect database`. The password is read from a file or from standard input,
/// never from the command line, where every process of the machine could read it.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The database, `FAMILY://[USER@]HOST[:PORT][/DATABASE]`; FAMILY is postgresql, kingbase,
    /// mysql, mariadb or redis.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// A file with the account's password in its first line; - for standard input. Without,
    /// none is given.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// How the connection is protected. None of them falls back to another.
    #[arg(long, value_enum, default_value_t = TlsMode::Encrypt)]
    pub(crate) tls: TlsMode,
    /// The certificate of the authority (PEM) that --tls verify trusts, instead of those of
    /// the system.
    #[arg(long, value_name = "FILE")]
    pub(crate) authority: Option<PathBuf>,
    /// Seconds for one query.
    #[arg(long, default_value_t = 15, value_name = "SECONDS")]
    pub(crate) time_limit: u64,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsMode {
    /// In clear text.
    Off,
    /// Encrypted, whoever answers.
    Encrypt,
    /// Encrypted, and the server's certificate verified.
    Verify,
}

/// Flags of `inspect tls`.
#[derive(Debug, Args)]
pub(crate) struct TlsArgs {
    /// The endpoint, `HOST:PORT`.
    #[arg(value_name = "HOST:PORT")]
    pub(crate) endpoint: String,
    /// The name to ask for, where it is not HOST.
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// Begin in this protocol: smtp, imap, ldap, postgresql, mysql.
    #[arg(long, value_name = "PROTOCOL")]
    pub(crate) starttls: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Flags of `inspect ssh`. Passwords are read from files, never from the command line, where
/// every process of the machine could read them.
#[derive(Debug, Args)]
pub(crate) struct SshArgs {
    /// Hosts, each `USER@HOST[:PORT]`.
    #[arg(value_name = "USER@HOST", required_unless_present = "hosts")]
    pub(crate) targets: Vec<String>,
    /// A file with such a host on each line.
    #[arg(long, value_name = "FILE")]
    pub(crate) hosts: Option<PathBuf>,
    /// A private key.
    #[arg(long, value_name = "FILE", required_unless_present = "password_file")]
    pub(crate) identity: Option<PathBuf>,
    /// A file with the passphrase of the key.
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// A file with the password of the accounts.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Become root by sudo.
    #[arg(long)]
    pub(crate) sudo: bool,
    /// A file with the password that sudo asks for.
    #[arg(long, value_name = "FILE", requires = "sudo")]
    pub(crate) sudo_password_file: Option<PathBuf>,
    /// Go by way of this host; may be given again for the next hop.
    #[arg(long, value_name = "USER@HOST")]
    pub(crate) jump: Vec<String>,
    /// Known host keys, `HOST:PORT ALGORITHM SHA256:…` a line. Keys seen for the first time
    /// are added to it; the file is made where it
    /// does not exist.
    #[arg(long, value_name = "FILE")]
    pub(crate) known_hosts: PathBuf,
    /// Refuse hosts whose key is not in --known-hosts.
    #[arg(long)]
    pub(crate) only_known: bool,
    /// Hosts at a time.
    #[arg(long, default_value_t = 16, value_name = "N")]
    pub(crate) parallel: usize,
    /// Seconds for one host.
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    pub(crate) time_limit: u64,
}

/// Flags of `inspect discover`.
#[derive(Debug, Args)]
pub(crate) struct DiscoverArgs {
    /// The output of `nmap -oX`.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The hosts that are known, `ADDRESS NAME` a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// Print the scan and what was found as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `inspect integrity …`
#[derive(Debug, Subcommand)]
pub(crate) enum IntegrityCommand {
    /// Take a baseline of files and directories.
    Baseline(BaselineArgs),
    /// Compare files with a baseline; exit 1 where something changed.
    Compare(CompareArgs),
    /// Watch the files of a baseline until interrupted: a line for each change.
    Watch(WatchArgs),
}

/// Flags of `inspect integrity baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    /// Files and directories with all below them [default: those of checks/linux/policy.yaml].
    /// What that policy leaves out is left out in any case.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Paths are those of the system tree under this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Write the baseline here.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Flags of `inspect integrity compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The baseline.
    #[arg(value_name = "BASELINE")]
    pub(crate) baseline: PathBuf,
    /// The system tree under this folder instead of the live machine.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Print the `xinglin.integrity/1` comparison.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `inspect integrity watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// The baseline.
    #[arg(value_name = "BASELINE")]
    pub(crate) baseline: PathBuf,
    /// The system tree under this folder instead of the live machine.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Seconds between scans of all files.
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    pub(crate) rescan: u32,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}
