//! `xinglin logs …`: the logs of a data folder, without a server or beside one.

mod export;
mod ingest;
mod line;
mod search;
mod sql;
mod table;
mod tail;
mod time;

use std::path::Path;

use anyhow::{Context as _, anyhow};
use xinglin_app::logs::{Lake, PagesError, Query, open_to_read};
use xinglin_core::{Clock as _, SystemClock};

use crate::{
    cli::{AskedArgs, DataArgs, LogsCommand},
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: &LogsCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    match command {
        LogsCommand::Ingest(args) => ingest::run(args, content_dir, printer),
        LogsCommand::Search(args) => search::run(args, content_dir, printer),
        LogsCommand::Sql(args) => sql::run(args, content_dir, printer),
        LogsCommand::Export(args) => export::run(args, content_dir, printer),
        LogsCommand::Tail(args) => tail::run(args, content_dir, printer),
    }
}

/// What is looked for, and when.
struct Asked {
    query: Query,
    from: Option<jiff::Timestamp>,
    to: Option<jiff::Timestamp>,
}

impl Asked {
    fn of(args: &AskedArgs) -> Result<Self, Failure> {
        let now = SystemClock.now();
        let at = |flag: &str, text: Option<&String>| {
            let read = text.map(|text| time::read(text, now)).transpose();
            read.with_context(|| format!("--{flag}"))
                .map_err(Failure::input)
        };
        let (from, to) = (at("from", args.from.as_ref())?, at("to", args.to.as_ref())?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Failure::input(anyhow!("--from is later than --to")));
        }
        Ok(Self {
            query: query(&args.query)?,
            from,
            to,
        })
    }
}

/// Reads a query; a mistake is shown at its place.
fn query(text: &str) -> Result<Query, Failure> {
    Query::parse(text).map_err(|error| {
        let marked = marked(text, error.at);
        Failure::input(anyhow!("the query cannot be read: {error}\n{marked}"))
    })
}

/// A text with a mark below the letter at this place, from 0.
fn marked(text: &str, at: usize) -> String {
    let shown: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let before: usize = text.chars().take(at).map(columns).sum();
    format!("  {shown}\n  {}^", " ".repeat(before))
}

/// The columns of a terminal that a letter takes.
fn columns(letter: char) -> usize {
    if letter.is_ascii() { 1 } else { 2 }
}

/// The logs of a data folder, to read them.
fn open(args: &DataArgs, content_dir: Option<&Path>) -> Result<Lake, Failure> {
    let content = content::load(content_dir).map_err(Failure::input)?;
    let folder = args.data.display();
    let lake = open_to_read(&args.data, &content)
        .with_context(|| format!("the logs of {folder} cannot be read"))
        .map_err(Failure::input)?;
    lake.ok_or_else(|| Failure::input(anyhow!("there are no logs in {folder}")))
}

/// What it means that not all events were given.
fn failure(error: PagesError) -> Failure {
    match error {
        PagesError::Lake(error) => Failure::input(error),
        PagesError::Sink(error) => Failure::internal(error),
    }
}
