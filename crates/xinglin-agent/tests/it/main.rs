//! Tests of the agent against a server of the same messages.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod files;
mod hospital;
mod lifecycle;
mod schedule;
mod soak;
mod spool;
mod updates;
