//! The parsers of log messages, and what stands before them, under millions of mutated inputs.
//!
//! `cargo xtask fuzz logs/` runs it, as it runs the example of `xinglin-inspect`, whose means
//! it uses. Samples are the messages of the parsers' own tests.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;
#[path = "../../tests/it/evtx_sample.rs"]
mod evtx_sample;
mod targets;

use std::process::ExitCode;

fn main() -> ExitCode {
    drive::main(targets::all())
}
