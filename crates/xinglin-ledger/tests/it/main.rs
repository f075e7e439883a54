//! Tests of the chain from outside.

mod chain;
mod formats;
mod tamper;
