//! Tests of the messages through their public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod differences;
mod formats;
