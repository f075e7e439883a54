//! Tests of the lake through its public face.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod crash;
mod duckdb;
mod faults;
mod kill;
mod lines;
mod look;
mod positions;
#[cfg(feature = "sql")]
mod questions;
mod search;
mod simulated;
#[cfg(feature = "sql")]
mod sql;
mod whole;
