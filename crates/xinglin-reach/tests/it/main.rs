//! Tests of the ways through their public interface, against real programs on loopback.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod tls;
