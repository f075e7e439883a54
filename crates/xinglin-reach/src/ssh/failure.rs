//! Why a host could not be inspected.

use thiserror::Error;

use super::target::HostKey;

/// A host that could not be inspected: where on the way it failed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{at}: {kind}")]
pub struct Failure {
    /// The `host:port` that failed: the target's, or that of a host on the way.
    pub at: String,
    /// Why.
    pub kind: FailureKind,
}

/// Why a host could not be inspected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FailureKind {
    /// No way to it: no such name, no route, or the host before it may not forward.
    #[error("unreachable: {why}")]
    Unreachable {
        /// What the system said.
        why: String,
    },
    /// It refused the connection: nothing listens there.
    #[error("connection refused")]
    Refused,
    /// It took the connection and closed it, or spoke something else than SSH.
    #[error("closed the connection: {why}")]
    Closed {
        /// What was seen of it.
        why: String,
    },
    /// It did not answer before anybody was signed in.
    #[error("no answer within {seconds} s")]
    TimedOut {
        /// The time it had.
        seconds: u64,
    },
    /// Its key is not known, and must be.
    #[error("host key not known: {found}")]
    KeyUnknown {
        /// What it showed.
        found: HostKey,
    },
    /// Its key is another than the known one: reinstalled, or somebody in between.
    #[error("host key changed: {found}")]
    KeyChanged {
        /// What is known.
        known: Vec<HostKey>,
        /// What it showed.
        found: HostKey,
    },
    /// It accepts none of the credentials.
    #[error("authentication failed: {why}")]
    AuthenticationFailed {
        /// What was tried.
        why: String,
    },
    /// A credential cannot be used as it is: not a key, or a wrong passphrase.
    #[error("credential cannot be used: {why}")]
    BadCredential {
        /// What is wrong with it.
        why: String,
    },
    /// The account is signed in and gets no shell.
    #[error("no shell: {why}")]
    NoShell {
        /// What the host said instead.
        why: String,
    },
    /// The account may not become root.
    #[error("sudo failed: {why}")]
    SudoFailed {
        /// What sudo said.
        why: String,
    },
    /// It signed somebody in and then did not finish in time; it was told to stop.
    #[error("did not finish within {seconds} s")]
    Hung {
        /// The time it had.
        seconds: u64,
    },
    /// Its answer ended early.
    #[error("output ended early, after {bytes} bytes")]
    OutputCut {
        /// What had come.
        bytes: usize,
    },
    /// It sends more than is read.
    #[error("sends more than {limit} bytes")]
    TooMuchOutput {
        /// The limit.
        limit: usize,
    },
    /// The caller no longer wants it.
    #[error("cancelled")]
    Cancelled,
}

impl FailureKind {
    /// The stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Refused => "refused",
            Self::Closed { .. } => "closed",
            Self::TimedOut { .. } => "timed_out",
            Self::KeyUnknown { .. } => "key_unknown",
            Self::KeyChanged { .. } => "key_changed",
            Self::AuthenticationFailed { .. } => "authentication_failed",
            Self::BadCredential { .. } => "bad_credential",
            Self::NoShell { .. } => "no_shell",
            Self::SudoFailed { .. } => "sudo_failed",
            Self::Hung { .. } => "hung",
            Self::OutputCut { .. } => "output_cut",
            Self::TooMuchOutput { .. } => "too_much_output",
            Self::Cancelled => "cancelled",
        }
    }
}
