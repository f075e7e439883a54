//! The one writer to the terminal: answers to stdout, everything else to stderr.

use std::io::{self, Write};

use serde::Serialize;

/// Writes answers and notes.
#[derive(Debug)]
pub(crate) struct Printer {
    out: io::Stdout,
    err: io::Stderr,
}

impl Printer {
    pub(crate) fn new() -> Self {
        Self {
            out: io::stdout(),
            err: io::stderr(),
        }
    }

    /// One JSON document.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(value)?;
        text.push(b'\n');
        self.write(&text)
    }

    /// One JSON object on a line of its own, for streams.
    pub(crate) fn json_line<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        self.write(&text)
    }

    /// A line of an answer for people.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        self.write(format!("{text}\n").as_bytes())
    }

    /// Where many lines of an answer are written to, together; whoever writes them flushes.
    pub(crate) fn stream(&self) -> io::BufWriter<io::StdoutLock<'static>> {
        io::BufWriter::with_capacity(64 << 10, self.out.lock())
    }

    /// Progress and notes.
    pub(crate) fn note(&mut self, text: &str) {
        // There is nowhere left to report a broken stderr to.
        drop(writeln!(self.err, "{text}"));
    }

    /// A reader that has seen enough (`xinglin … | head`) is no failure.
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        match self.out.write_all(text).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome,
        }
    }
}
