//! Answers to named queries, and reading them row by row.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    Head, JSON_FILE,
    sectioned::{self, Success},
    to_json,
};
use crate::{
    bundle::{Bundle, decode},
    family::Family,
    subject::{FACTS_FORMAT, Unreadable},
};

/// Rows that are read of one answer.
const MOST_ROWS: usize = 200_000;

/// What came back for a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Columns and rows.
    Table(Table),
    /// Why there is nothing.
    Error(String),
}

/// Rows of texts; NULL is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

/// An answer as `queries.json` has it.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Vec<Json>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: Vec<String>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Appends a row; one that has not a cell for each column is left out.
    pub fn push(&mut self, cells: Vec<Option<String>>) {
        if cells.len() == self.width() && self.rows.len() < MOST_ROWS {
            self.rows.push(cells);
        }
    }

    /// The text of the first cell of the first row.
    pub fn first_text(&self) -> Option<&str> {
        self.rows.first()?.first()?.as_deref()
    }

    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    #[cfg(test)]
    pub(crate) fn into_rows(self) -> Vec<Vec<Option<String>>> {
        self.rows
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row {
            columns: &self.columns,
            cells,
        })
    }

    /// The first row.
    pub(crate) fn first(&self) -> Option<Row<'_>> {
        self.rows().next()
    }
}

/// `answers` as the content of [`JSON_FILE`].
pub fn answers_file(answers: &BTreeMap<String, Answer>) -> Vec<u8> {
    let written: BTreeMap<&String, Written> = answers
        .iter()
        .map(|(name, answer)| (name, written(answer)))
        .collect();
    serde_json::to_vec_pretty(&written).unwrap_or_default()
}

fn written(answer: &Answer) -> Written {
    match answer {
        Answer::Table(table) => Written {
            columns: Some(table.columns.clone()),
            rows: Some(
                table
                    .rows
                    .iter()
                    .map(|row| row.iter().map(|cell| Json::from(cell.clone())).collect())
                    .collect(),
            ),
            error: None,
        },
        Answer::Error(why) => Written {
            columns: None,
            rows: None,
            error: Some(why.clone()),
        },
    }
}

fn read_written(written: Written) -> Answer {
    let (Some(columns), Some(rows)) = (written.columns, written.rows) else {
        return Answer::Error(written.error.unwrap_or_default());
    };
    let columns = columns.iter().map(|name| name.to_ascii_lowercase());
    let mut table = Table::new(columns.collect());
    for row in rows {
        table.push(row.into_iter().map(cell).collect());
    }
    Answer::Table(table)
}

fn cell(value: Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// A row of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Option<String>],
}

impl<'a> Row<'a> {
    /// The text of a column; `None` for NULL and for a column that is not there.
    pub(crate) fn text(&self, column: &str) -> Option<&'a str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.cells.get(index)?.as_deref()
    }

    /// The text of a column, trimmed; empty for NULL.
    pub(crate) fn word(&self, column: &str) -> String {
        self.text(column).unwrap_or_default().trim().to_owned()
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// A whole number.
    pub(crate) fn number(&self, column: &str) -> Option<i64> {
        let text = self.text(column)?.trim();
        text.parse().ok().or_else(|| {
            // `5.0` and `5.` are whole, too; `.5` is not.
            let (whole, fraction) = text.split_once('.')?;
            let is_whole = fraction.chars().all(|c| c == '0');
            is_whole.then(|| whole.parse().ok()).flatten()
        })
    }

    /// Yes or no, in whatever form.
    pub(crate) fn flag(&self, column: &str) -> Option<bool> {
        flag(self.text(column)?)
    }
}

/// Yes or no, in whatever form.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "y" | "yes" | "on" | "enabled" | "enable" => Some(true),
        "0" | "f" | "false" | "n" | "no" | "off" | "disabled" | "disable" => Some(false),
        _ => None,
    }
}

/// The answers of a bundle, and what was missed among them.
pub(crate) struct Reader<'a> {
    bundle: &'a Bundle,
    answers: BTreeMap<String, Answer>,
    unreadable: Vec<Unreadable>,
}

impl<'a> Reader<'a> {
    pub(crate) fn open(bundle: &'a Bundle) -> Self {
        let mut reader = Self {
            bundle,
            answers: BTreeMap::new(),
            unreadable: Vec::new(),
        };
        let success = match bundle.family {
            Family::Postgresql | Family::Kingbase => Success::Header,
            _ => Success::End,
        };
        let mut found = false;
        for (name, bytes) in &bundle.files {
            let is_answers = name.starts_with("queries") || name.starts_with("xinglin-");
            if !is_answers {
                continue;
            }
            found = true;
            let text = decode(bytes);
            if text.trim_start().starts_with('{') || !text.contains(sectioned::BEGIN) {
                reader.merge_json(name, &text);
            } else {
                let answers = sectioned::read(&text, success);
                if answers.is_empty() {
                    reader.note(name, "no answer of a query in it");
                }
                reader.merge(answers);
            }
        }
        if !found {
            reader.note(JSON_FILE, "the bundle has no answers to queries");
        }
        reader
    }

    fn merge_json(&mut self, name: &str, text: &str) {
        // Clients may print a line before the document.
        let start = text.find('{').unwrap_or_default();
        let document = text.get(start..).unwrap_or_default();
        match serde_json::from_str::<BTreeMap<String, Written>>(document.trim()) {
            Ok(written) => self.merge(
                written
                    .into_iter()
                    .map(|(name, written)| (name, read_written(written)))
                    .collect(),
            ),
            Err(error) => self.note(name, &error.to_string()),
        }
    }

    fn merge(&mut self, answers: BTreeMap<String, Answer>) {
        for (name, answer) in answers {
            let has_table = matches!(self.answers.get(&name), Some(Answer::Table(_)));
            if !has_table {
                self.answers.insert(name, answer);
            }
        }
    }

    /// Notes something unreadable.
    pub(crate) fn note(&mut self, what: &str, why: &str) {
        self.unreadable.push(Unreadable {
            what: what.to_owned(),
            why: why.to_owned(),
        });
    }

    pub(crate) fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable
    }

    /// Facts as JSON, behind what every family's begin with.
    pub(crate) fn json(&mut self, head: &Head, facts: &impl Serialize) -> Json {
        let mut document = to_json(head, &mut self.unreadable);
        if let (Json::Object(all), Json::Object(own)) =
            (&mut document, to_json(facts, &mut self.unreadable))
        {
            all.extend(own);
        }
        document
    }

    /// The first of these queries that was answered; noted as unreadable when none was.
    pub(crate) fn table(&mut self, names: &[&str]) -> Option<Table> {
        let found = self.optional(names);
        if found.is_none() {
            let name = names.first().copied().unwrap_or_default();
            let mut errors = names
                .iter()
                .filter_map(|name| match self.answers.get(*name) {
                    Some(Answer::Error(why)) if !why.is_empty() => Some(why.clone()),
                    _ => None,
                });
            let why = errors
                .next()
                .unwrap_or_else(|| "no answer; is the privilege missing?".to_owned());
            self.note(&format!("query {name}"), &why);
        }
        found
    }

    /// The first of these queries that was answered, for what not every release has.
    pub(crate) fn optional(&self, names: &[&str]) -> Option<Table> {
        names.iter().find_map(|name| match self.answers.get(*name) {
            Some(Answer::Table(table)) => Some(table.clone()),
            _ => None,
        })
    }

    /// The text of a file of the bundle, by its own name or at the end of a path.
    pub(crate) fn file(&self, name: &str) -> Option<String> {
        let files = &self.bundle.files;
        let suffix = format!("/{name}");
        let bytes = files.get(name).or_else(|| {
            files
                .iter()
                .find_map(|(path, bytes)| path.ends_with(&suffix).then_some(bytes))
        })?;
        Some(decode(bytes))
    }

    /// What every family's facts begin with.
    pub(crate) fn head(&self, product: Option<&str>, version: Option<&str>, parts: usize) -> Head {
        let release = product.zip(version).map(|(product, version)| {
            let parts: Vec<&str> = version.split('.').take(parts).collect();
            format!("{product}-{}", parts.join("."))
        });
        Head {
            format: FACTS_FORMAT,
            family: self.bundle.family,
            collected_on: self.today().to_string(),
            product: product.map(str::to_owned),
            version: version.map(str::to_owned),
            release,
        }
    }

    fn today(&self) -> civil::Date {
        day_of(self.bundle.collected_at)
    }

    /// Days from `text`, a date with or without a time, to the day of the queries; negative
    /// for the future.
    pub(crate) fn days_since(&self, text: &str) -> Option<i64> {
        let date: civil::Date = text.trim().get(..10)?.replace('/', "-").parse().ok()?;
        let span = date.until(self.today()).ok()?;
        Some(i64::from(span.get_days()))
    }
}

fn day_of(moment: Timestamp) -> civil::Date {
    moment.to_zoned(TimeZone::UTC).date()
}
