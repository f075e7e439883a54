//! Neutral kinds of failure, so that no crate below the HTTP edge names a status code.

use std::fmt;

/// What sort of failure an error is, seen by a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It does not exist, or the caller may not know that it does.
    NotFound,
    /// The input is wrong; the caller can correct it.
    Invalid,
    /// The request cannot be read, and so nothing can be said of what it asks.
    Unreadable,
    /// It contradicts the present state.
    Conflict,
    /// The caller is known and may not do this.
    Forbidden,
    /// The caller is not signed in.
    Unauthenticated,
    /// Too many attempts; later it may go through.
    TooMany,
    /// A part this needs is not available at present.
    Unavailable,
    /// A defect or a broken environment; details are logged, never sent.
    Internal,
}

/// An error with a stable name, for the table of problems in `docs/problems`.
pub trait Problem: std::error::Error {
    /// The kind of failure.
    fn fault(&self) -> Fault;
    /// A stable lower-case slug such as `account-locked`.
    fn slug(&self) -> &'static str;
    /// Facts for the caller: field names, limits, counts. Never internal text.
    fn detail(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "not found",
            Self::Invalid => "invalid",
            Self::Unreadable => "unreadable",
            Self::Conflict => "conflict",
            Self::Forbidden => "forbidden",
            Self::Unauthenticated => "unauthenticated",
            Self::TooMany => "too many",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        })
    }
}
