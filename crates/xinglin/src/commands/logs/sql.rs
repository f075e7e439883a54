//! `xinglin logs sql`.

use std::{
    io::{self, Read as _, Write},
    path::Path,
    time::Duration,
};

use anyhow::anyhow;
use serde_json::Value;
use xinglin_app::logs::{SqlColumn, SqlError, SqlLimits, SqlMistake, Stop};

use super::{marked, open, table::Table};
use crate::{
    cli::SqlArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

/// What is read of standard input, at most: a question is not longer.
const MOST_READ: u64 = 1 << 20;

pub(super) fn run(
    args: &SqlArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let question = question(&args.sql)?;
    let lake = open(&args.data, content_dir)?;
    let limits = SqlLimits {
        memory_bytes: args.memory.saturating_mul(1 << 20),
        rows: args.limit.unwrap_or(usize::MAX),
    };
    let stop = Stop::after(Duration::from_secs(args.timeout));
    let asked = lake.sql(&question, limits, &stop);
    let mut answer = asked.map_err(|error| failure(error, &question, args))?;
    let columns = answer.columns().to_vec();
    let mut rows = Rows::new(printer.stream(), &columns, args.json);
    for part in answer.by_ref() {
        let part = part.map_err(|error| failure(error, &question, args))?;
        for row in part {
            match rows.push(&row) {
                // A reader that has seen enough (`xinglin … | head`) is no failure.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return Ok(Outcome::Done);
                }
                pushed => pushed.map_err(Failure::internal)?,
            }
        }
    }
    match rows.finish() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        finished => finished.map_err(Failure::internal)?,
    }
    if answer.is_cut() {
        let limit = args.limit.unwrap_or_default();
        printer.note(&format!("there are more rows than --limit {limit}"));
    }
    Ok(Outcome::Done)
}

/// The question, from standard input where it is `-`.
fn question(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut text = String::new();
    let read = io::stdin().take(MOST_READ).read_to_string(&mut text);
    read.map_err(Failure::input)?;
    Ok(text)
}

fn failure(error: SqlError, question: &str, args: &SqlArgs) -> Failure {
    match error {
        SqlError::Wrong(mistake) => Failure::input(anyhow!(said(&mistake, question))),
        SqlError::TooMuchMemory => Failure::input(anyhow!(
            "the question takes more than {} MiB of memory; ask for less, or raise --memory",
            args.memory
        )),
        SqlError::TimedOut => Failure::input(anyhow!(
            "the question takes more than {} seconds; ask for less, or raise --timeout",
            args.timeout
        )),
        SqlError::Lake(error) => Failure::input(error),
        error @ (SqlError::Cancelled | SqlError::Failed(_)) => Failure::internal(error),
    }
}

/// What is wrong, with the line it is in and a mark at its place.
fn said(mistake: &SqlMistake, question: &str) -> String {
    let mut said = format!("the question cannot be answered: {mistake}");
    let Some(at) = mistake.at else {
        return said;
    };
    let mut rest = at;
    for (number, line) in (1..).zip(question.split('\n')) {
        let length = line.chars().count();
        if rest <= length {
            if question.contains('\n') {
                said.extend([", in line ", &number.to_string()]);
            }
            said.push('\n');
            said.push_str(&marked(line, rest));
            break;
        }
        rest -= length + 1;
    }
    said
}

/// Where rows go: objects for programs, a table for people.
enum Rows<'a, W: Write> {
    Json(W, &'a [SqlColumn]),
    Text(Table<'a, W>),
}

impl<'a, W: Write> Rows<'a, W> {
    fn new(out: W, columns: &'a [SqlColumn], is_json: bool) -> Self {
        if is_json {
            Self::Json(out, columns)
        } else {
            Self::Text(Table::new(out, columns))
        }
    }

    fn push(&mut self, row: &[Value]) -> io::Result<()> {
        match self {
            Self::Json(out, columns) => {
                object(out, columns, row)?;
                out.write_all(b"\n")
            }
            Self::Text(table) => table.push(row),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Json(mut out, _) => out.flush(),
            Self::Text(table) => table.finish(),
        }
    }
}

/// A row as an object, its columns in their order.
fn object(out: &mut impl Write, columns: &[SqlColumn], row: &[Value]) -> io::Result<()> {
    let mut before = "{";
    for (column, value) in columns.iter().zip(row) {
        out.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut *out, &column.name)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, value)?;
        before = ",";
    }
    // An answer may have no columns.
    let end = if before == "{" { "{}" } else { "}" };
    out.write_all(end.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_marked_in_its_line() {
        let mistake = SqlMistake {
            at: Some(19),
            expected: Some("a column of events".to_owned()),
            found: "nothing".to_owned(),
        };
        let shown = said(&mistake, "SELECT '张',\n       nothing\nFROM events");
        let expected = "the question cannot be answered: expected a column of events, found \
                        nothing, in line 2\n         nothing\n         ^";
        assert_eq!(shown, expected);
    }
}
