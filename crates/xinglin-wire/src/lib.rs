//! What agent and server say to each other, over HTTPS with certificates on both sides.
//!
//! An agent *enrols* once with a token, and gets a certificate for a key it made itself.
//! From then on it *reports*: each [`Report`] is one inspection, its facts whole or as the
//! difference to a document the server still holds, named by digest. The [`Reply`] says what
//! the server holds now, how often to report, whether there is a newer release, and which
//! files the server wants to know of: a [`FilesReport`] says what they are, likewise. Logs that
//! the server wants of the host are read on and sent as [`Lines`].
//!
//! Every message carries [`PROTOCOL`]. Additions that an older side may ignore are allowed;
//! anything else is a new version, and samples of every version stay readable. The crate
//! does no I/O: whoever has a connection carries these texts.

mod difference;
mod enrolment;
mod files;
mod logs;
mod release;
mod report;

pub use difference::{Change, DifferenceError, apply, difference, digest};
pub use enrolment::{Enrol, Enrolled};
pub use files::{FilesReply, FilesReport};
pub use logs::{
    Lines, LinesError, LinesHead, LinesReply, LinesRun, LogFile, LogPosition, LogReading, LogsAsk,
    LogsBegin, LogsBegun, LogsReply, MOST_LINES_BYTES, WantedLog,
};
pub use release::{MANIFEST_FORMAT, Manifest, Release};
pub use report::{Body, BodyError, Reply, Report, Settings};

/// The version of the messages.
pub const PROTOCOL: &str = "xinglin.wire/1";

/// Where messages go, below the server's address.
pub mod paths {
    /// `POST` an [`crate::Enrol`], without a client certificate.
    pub const ENROL: &str = "/agent/v1/enrol";
    /// `POST` a [`crate::Report`].
    pub const REPORT: &str = "/agent/v1/reports";
    /// `POST` a [`crate::FilesReport`].
    pub const FILES: &str = "/agent/v1/files";
    /// `POST` a [`crate::LogsAsk`].
    pub const LOGS: &str = "/agent/v1/logs";
    /// `POST` a [`crate::LogsBegin`].
    pub const LOGS_BEGIN: &str = "/agent/v1/logs/begin";
    /// `POST` [`crate::Lines`].
    pub const LOG_LINES: &str = "/agent/v1/logs/lines";
    /// `GET` the program of the release that the last reply offered.
    pub const PROGRAM: &str = "/agent/v1/program";
}
