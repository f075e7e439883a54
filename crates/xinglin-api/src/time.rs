//! Instants and dates as views carry them.

use jiff::Timestamp;

/// An instant as RFC 3339 in UTC, to the second.
pub(crate) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
