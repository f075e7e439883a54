//! Parsers as content: files that say which messages they claim, how those are built, and
//! which field each value is. Nobody needs Rust to add one.

mod compile;
mod marks;
mod names;
pub(crate) mod parser;
mod pattern;
mod recognise;
pub(crate) mod spec;
mod testing;

pub use recognise::{LoadError, Parsers};
pub use testing::FailedTest;
