//! Event log files of Windows.

use evtx::{EvtxParser, ParserSettings};
use thiserror::Error;

/// A record that could not be read, or a file that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct EvtxError {
    /// What is wrong with it.
    pub problem: String,
}

/// Calls `each` with the XML of every record of a file, as [`crate::Parsers::parse`] reads it;
/// damaged records are errors and the rest is read all the same.
pub fn each_record(
    file: Vec<u8>,
    mut each: impl FnMut(Result<String, EvtxError>),
) -> Result<(), EvtxError> {
    let error = |problem: &dyn std::fmt::Display| EvtxError {
        problem: problem.to_string(),
    };
    let parser = EvtxParser::from_buffer(file).map_err(|problem| error(&problem))?;
    let settings = ParserSettings::default().num_threads(1).indent(false);
    let mut parser = parser.with_configuration(settings);
    for record in parser.records() {
        each(
            record
                .map(|record| record.data)
                .map_err(|problem| error(&problem)),
        );
    }
    Ok(())
}
