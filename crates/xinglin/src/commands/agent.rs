//! `xinglin agent …`.

mod enrol;
mod forward;
mod run;
mod unit;

use std::path::Path;

use crate::{
    cli::AgentCommand,
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(crate) fn run(
    command: &AgentCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    match command {
        AgentCommand::Enrol(args) => enrol::run(args, printer),
        AgentCommand::Run(args) => run::run(args, printer),
        AgentCommand::InstallUnit(args) => unit::run(args, content_dir, printer),
    }
}
