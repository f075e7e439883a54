//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod content;
mod document;
mod gathered;
mod host;
mod parsers;
mod robustness;
