//! Numbers of records: `BG-{year}-{number:4}` becomes BG-2026-0042.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How records of a form are numbered: text with `{year}`, `{month}`, `{day}` and, once,
/// `{number:digits}`. Numbers begin at 1 anew when the rest changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Numbering {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    Month,
    Day,
    Number(usize),
}

/// A pattern of numbers that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "a pattern as `BG-{{year}}-{{number:4}}`: letters, digits, - and /, and one number of 1 to 9 digits behind {{year}}, {{month}} or {{day}}"
)]
pub struct NumberingError;

impl Numbering {
    /// The text before the first placeholder, by which people know the kind of record.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// What numbers are counted within on a day: the pattern with `#` for the number.
    pub fn series(&self, on: Date) -> String {
        self.written(on, |_| "#".to_owned())
    }

    /// The number of the record that is the `count`th of its series.
    pub fn number(&self, on: Date, count: u64) -> String {
        self.written(on, |digits| format!("{count:0digits$}"))
    }

    fn written(&self, on: Date, number: impl Fn(usize) -> String) -> String {
        let written = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Year => format!("{:04}", on.year()),
            Part::Month => format!("{:02}", on.month()),
            Part::Day => format!("{:02}", on.day()),
            Part::Number(digits) => number(*digits),
        });
        written.collect()
    }
}

impl FromStr for Numbering {
    type Err = NumberingError;

    fn from_str(text: &str) -> Result<Self, NumberingError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            push_text(&mut parts, before)?;
            let (word, behind) = behind.split_once('}').ok_or(NumberingError)?;
            parts.push(placeholder(word).ok_or(NumberingError)?);
            rest = behind;
        }
        push_text(&mut parts, rest)?;
        let numbers = parts.iter().filter(|part| matches!(part, Part::Number(_)));
        let begins_with_text = matches!(parts.first(), Some(Part::Text(_)));
        if numbers.count() != 1 || !begins_with_text {
            return Err(NumberingError);
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) -> Result<(), NumberingError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/');
    if !text.chars().all(is_plain) {
        return Err(NumberingError);
    }
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
    Ok(())
}

fn placeholder(word: &str) -> Option<Part> {
    match word {
        "year" => Some(Part::Year),
        "month" => Some(Part::Month),
        "day" => Some(Part::Day),
        _ => {
            let digits: usize = word.strip_prefix("number:")?.parse().ok()?;
            (1..=9).contains(&digits).then_some(Part::Number(digits))
        }
    }
}

impl TryFrom<String> for Numbering {
    type Error = NumberingError;

    fn try_from(text: String) -> Result<Self, NumberingError> {
        text.parse()
    }
}

impl From<Numbering> for String {
    fn from(numbering: Numbering) -> Self {
        numbering.text
    }
}

impl fmt::Display for Numbering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
