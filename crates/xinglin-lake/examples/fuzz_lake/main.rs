//! The readers of the lake's files under millions of mutated ones.
//!
//! `cargo xtask fuzz lake/` runs it, as it runs the example of `xinglin-inspect`, whose means
//! it uses. Samples are files that a lake has just written.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;
#[path = "../../tests/it/lines.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "made for tests")]
mod lines;
mod memory;
mod targets;

use std::process::ExitCode;

fn main() -> ExitCode {
    drive::main(targets::all())
}
