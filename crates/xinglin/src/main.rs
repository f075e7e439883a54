//! `xinglin`: flags, configuration, start and stop. No logic lives here.

mod cli;
mod commands;
mod config;
mod content;
mod host;
mod printer;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{cli::Cli, printer::Printer};

// The system's allocator keeps what each thread once needed: after a day's work the server
// held more than twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut printer = Printer::new();
    match commands::run(cli, &mut printer) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            printer.note(&failure.to_string());
            failure.exit_code()
        }
    }
}
