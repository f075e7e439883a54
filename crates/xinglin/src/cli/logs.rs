//! `logs …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `logs …`
#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// Take files into the logs of a data folder: durable and searchable when it returns.
    Ingest(IngestArgs),
    /// Find events, one a line.
    Search(SearchArgs),
    /// Answer a question in SQL over the table `events`.
    Sql(SqlArgs),
    /// Write events to a file.
    Export(ExportArgs),
    /// Follow events as they come, one a line.
    Tail(TailArgs),
}

/// Flags of `logs ingest`.
#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// The files, packed by gzip or zstd or not; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The source whose logs they are [default: the name of each file].
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// How messages stand in them: auto, lines, json, evtx; or the name of a parser that reads
    /// every line.
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
    /// Write what is rejected to this file [default: a new one below DIR/rejected].
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}

/// Which data folder.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
}

/// Flags that say which events.
#[derive(Debug, Args)]
pub(crate) struct AskedArgs {
    /// Words and "phrases", `field:value`, AND, OR, NOT, parentheses; everything without it.
    #[arg(default_value = "", value_name = "QUERY")]
    pub(crate) query: String,
    /// No event before this time: RFC 3339, a date, or -1h, -7d (s, m, h, d, w).
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// No event from this time on.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}

/// Flags of `logs search`.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) asked: AskedArgs,
    /// At most so many events [default: all].
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// By time, the earliest or the latest first.
    #[arg(long, value_enum, default_value_t = OrderArg::Desc)]
    pub(crate) order: OrderArg,
    /// Print an object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

/// An order of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// The earliest first.
    Asc,
    /// The latest first.
    Desc,
}

/// Flags of `logs sql`.
#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// One SELECT, EXPLAIN or DESCRIBE; names of fields need no quotation marks; `-` for
    /// standard input.
    #[arg(value_name = "SQL")]
    pub(crate) sql: String,
    /// Print an object a line.
    #[arg(long)]
    pub(crate) json: bool,
    /// At most so many rows [default: all].
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) timeout: u64,
    /// Sorting, grouping and joining may take so much memory.
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub(crate) memory: usize,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}

/// Flags of `logs export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) asked: AskedArgs,
    /// In what form.
    #[arg(long, value_enum)]
    pub(crate) format: FormatArg,
    /// Write them here, the earliest first; `-` for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Mask numbers of people: identity cards, phones, bank cards.
    #[arg(long)]
    pub(crate) mask: bool,
}

/// A form of exported events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// An object of JSON a line.
    Ndjson,
    /// Comma-separated, as spreadsheets read it.
    Csv,
    /// Parquet, a column for each common field.
    Parquet,
}

/// Flags of `logs tail`.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    /// Words and "phrases", `field:value`, AND, OR, NOT, parentheses; everything without it.
    #[arg(default_value = "", value_name = "QUERY")]
    pub(crate) query: String,
    /// Print an object a line.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}
