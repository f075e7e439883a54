//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bundle;
mod content;
mod database;
mod document;
mod host;
mod parsers;
mod robustness;
