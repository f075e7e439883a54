//! `xinglin logs tail`.

use std::{io, path::Path, thread, time::Duration};

use super::{line::Lines, open, query};
use crate::{
    cli::TailArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

/// So often it is looked for what came …
const EVERY: Duration = Duration::from_millis(500);
/// … and of more than so many, the last are shown.
const MOST: usize = 10_000;

pub(super) fn run(
    args: &TailArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let query = query(&args.query)?;
    let lake = open(&args.data, content_dir)?;
    let mut last = lake.last_sequence().map_err(Failure::input)?;
    printer.note("following; Ctrl-C ends it");
    loop {
        lake.look_again(last).map_err(Failure::input)?;
        let came = lake.after(last, &query, MOST).map_err(Failure::input)?;
        last = came.last;
        if came.skipped > 0 {
            printer.note(&format!("{} events are not shown", came.skipped));
        }
        let write = || -> io::Result<()> {
            let mut lines = Lines::new(printer.stream(), args.json)?;
            for event in &came.events {
                lines.push(event)?;
            }
            lines.flush()
        };
        match write() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Outcome::Done),
            written => written.map_err(Failure::internal)?,
        }
        thread::sleep(EVERY);
    }
}
