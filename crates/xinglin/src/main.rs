//! `xinglin`: flags, configuration, start and stop. No logic lives here.

mod cli;
mod commands;
mod config;
mod content;
mod printer;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{cli::Cli, printer::Printer};

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
