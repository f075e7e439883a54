//! Tests of detection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod baselines;
mod correlations;
mod differential;
mod json;
mod loading;
mod public;
mod semantics;
mod together;
