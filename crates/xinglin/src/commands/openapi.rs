//! `xinglin openapi`.

use crate::{
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(crate) fn run(printer: &mut Printer) -> Result<Outcome, Failure> {
    printer
        .json(&xinglin_api::document())
        .map_err(Failure::internal)?;
    Ok(Outcome::Done)
}
