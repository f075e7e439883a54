//! Tests of the ways to a thing under inspection, against real servers where there are any.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod ssh;
