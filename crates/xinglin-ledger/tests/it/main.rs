//! Tests of the chain from outside.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

mod chain;
mod formats;
mod tamper;
