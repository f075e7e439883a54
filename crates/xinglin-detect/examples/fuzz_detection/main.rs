//! Rules, events, pipelines and states of detection under millions of mutated inputs; what the
//! compiled engine says of each is compared with what the rules say one by one.
//!
//! `cargo xtask fuzz detect/` runs it, as it runs the example of `xinglin-inspect`, whose means
//! it uses.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;
mod targets;

use std::process::ExitCode;

fn main() -> ExitCode {
    drive::main(targets::all())
}
