//! Tests of the engine against the real content.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

mod catalogue;
mod common;
mod examples;
mod explain;
mod judge;
mod naive;
mod properties;
mod selection;
mod verdict_file;
