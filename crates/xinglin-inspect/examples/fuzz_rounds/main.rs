//! The parsers of this crate under millions of mutated inputs.
//!
//! `cargo xtask fuzz [--rounds N] [PARSER…]` runs it. It needs no nightly compiler and no
//! instrumentation: the samples are the subjects of the checks' tests, which already speak
//! each language, and mutations stay close to them. Every round follows from its number, so
//! `--replay NUMBER PARSER` makes the same input again.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "drive.rs"]
mod drive;
mod linux_parsers;
mod others;
mod targets;

use std::process::ExitCode;

fn main() -> ExitCode {
    drive::main(targets::all())
}
