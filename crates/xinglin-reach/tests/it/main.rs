//! Tests of the ways to a subject, against real servers on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod database;
mod ssh;
mod tls;
mod watch;
