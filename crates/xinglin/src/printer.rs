//! The one writer to the terminal: answers to stdout, everything else to stderr.

use std::io::{self, Write};

use serde::Serialize;

/// Writes answers and notes.
#[derive(Debug)]
pub(crate) struct Printer(());

impl Printer {
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// One JSON document.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// A line of an answer for people.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{text}")
    }

    /// Progress and notes.
    pub(crate) fn note(&mut self, text: &str) {
        // There is nowhere left to report a broken stderr to.
        drop(writeln!(io::stderr().lock(), "{text}"));
    }
}
