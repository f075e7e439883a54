//! `cargo xtask <verb>`: everything that is done to this repository besides writing it.
//!
//! One file a verb. Each says what it does while it works, can be run again at any time,
//! and needs Rust and Node only; what else it needs it installs from Debian by name.

mod bench;
mod compare;
mod debian;
mod drive;
mod fuzz;
mod generate;
mod page;
mod pypi;
mod say;
mod shell;
mod sigma;
mod test;
mod tidy;
mod up;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{say::line, workspace::Workspace};

/// Automation for the Xinglin repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Build the page and the server and start them with the demonstration hospital.
    Up(up::Args),
    /// Run everything CI runs.
    Test(test::Args),
    /// Check the rules of this repository that no compiler knows.
    Tidy,
    /// Write the files that are generated: OpenAPI document, its TypeScript types, CLI reference.
    Gen(generate::Args),
    /// Measure the running program and print its figures beside their targets.
    Bench(bench::Args),
    /// Compare what ours says with what others say of the same, thing by thing.
    Compare(compare::Args),
    /// Give every parser millions of mutated inputs.
    Fuzz(fuzz::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Workspace::find().and_then(|workspace| match &cli.verb {
        Verb::Up(args) => up::run(&workspace, args),
        Verb::Test(args) => test::run(&workspace, args),
        Verb::Tidy => tidy::run(&workspace),
        Verb::Gen(args) => generate::run(&workspace, args),
        Verb::Bench(args) => bench::run(&workspace, args),
        Verb::Compare(args) => compare::run(&workspace, args),
        Verb::Fuzz(args) => fuzz::run(&workspace, args),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            line(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
