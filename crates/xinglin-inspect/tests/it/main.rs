//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bundle;
mod content;
mod discovery;
mod document;
mod drift;
mod host;
mod parsers;
mod policy;
mod remedy;
mod robustness;
