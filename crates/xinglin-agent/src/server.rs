//! The server, as an agent sees it.

use std::io::Write;

use thiserror::Error;
use xinglin_wire::{FilesReply, FilesReport, Reply, Report};

/// The server: over HTTPS, or in the same process.
pub trait Server {
    /// Sends a report.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError>;

    /// Says what the files are that the server wants to know of.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn files(&mut self, report: &FilesReport) -> Result<FilesReply, ServerError> {
        let why = format!("it asks for no files, {} were said", report.digest);
        Err(ServerError::Rejected { why })
    }

    /// Writes the program of the release that was offered last, at most `limit` bytes of it.
    ///
    /// # Errors
    /// See [`ServerError`].
    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError>;
}

/// Why the server did not do it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ServerError {
    /// It was not reached or could not answer: later, again.
    #[error("server away: {why}")]
    Away {
        /// What was seen of it.
        why: String,
    },
    /// It does not know this agent, or no longer: a person has to look at it.
    #[error("server does not accept this agent: {why}")]
    NotAllowed {
        /// What it said.
        why: String,
    },
    /// It will never take this message.
    #[error("server rejects the message: {why}")]
    Rejected {
        /// What it said.
        why: String,
    },
}
