//! What is wrong with a question, and where.

use std::fmt;

use datafusion::{
    common::{Column, DataFusionError, SchemaError},
    sql::sqlparser::parser::ParserError,
};

use super::SqlError;
use crate::lake::LakeError;

/// So many names are offered where one is not known.
const MOST_OFFERED: usize = 3;
/// What is said of a mistake is not longer.
const MOST_SAID: usize = 300;

/// What is wrong with a question, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlMistake {
    /// Where, in characters from 0; none where it is about the whole.
    pub at: Option<usize>,
    /// What was expected; none where what is wrong says all.
    pub expected: Option<String>,
    /// What stands there, or what is wrong; may be empty.
    pub found: String,
}

impl SqlMistake {
    fn expected(at: Option<usize>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            at,
            expected: Some(expected.into()),
            found: found.into(),
        }
    }

    /// Anything but one statement that only reads.
    pub(super) fn statement(at: Option<usize>, found: impl Into<String>) -> Self {
        Self::expected(at, "one SELECT, EXPLAIN or DESCRIBE", found)
    }

    /// More than a question may have.
    pub(super) fn shorter(at: Option<usize>) -> Self {
        Self::expected(at, "a shorter question", "")
    }
}

impl fmt::Display for SqlMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.expected, self.found.as_str()) {
            (Some(expected), "") => write!(f, "expected {expected}"),
            (Some(expected), found) => write!(f, "expected {expected}, found {found}"),
            (None, found) => f.write_str(found),
        }
    }
}

/// A question as it was typed.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Text<'_> {
    /// The place of a line and a column, both from 1 and the latter in characters.
    pub(super) fn place(&self, line: u64, column: u64) -> Option<usize> {
        let line = usize::try_from(line).ok()?.checked_sub(1)?;
        let column = usize::try_from(column).ok()?.checked_sub(1)?;
        let lines = self.0.split('\n');
        let before: usize = lines.take(line).map(|line| line.chars().count() + 1).sum();
        Some((before + column).min(self.0.chars().count()))
    }
}

/// What an error of the engine means to who asked.
pub(super) fn of(error: DataFusionError, text: &Text<'_>) -> SqlError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => return SqlError::TooMuchMemory,
        DataFusionError::SQL(error, _) => return SqlError::Wrong(of_parser(error, text)),
        DataFusionError::External(_) => return of_lake(error),
        DataFusionError::Internal(_) => return SqlError::Failed(error.strip_backtrace()),
        _ => {}
    }
    SqlError::Wrong(of_planner(&error, text))
}

/// What the question says that cannot be.
fn of_planner(error: &DataFusionError, text: &Text<'_>) -> SqlMistake {
    let diagnostic = error.diagnostic();
    let span = diagnostic.and_then(|diagnostic| diagnostic.span);
    let at = span.and_then(|span| text.place(span.start.line, span.start.column));
    let root = error.find_root();
    if let DataFusionError::SchemaError(schema, _) = root
        && let SchemaError::FieldNotFound {
            field,
            valid_fields,
        } = schema.as_ref()
    {
        let found = field.flat_name();
        let offered = nearest(&found, valid_fields);
        let expected = if offered.is_empty() {
            "a column of events".to_owned()
        } else {
            format!("a column of events such as {}", offered.join(", "))
        };
        return SqlMistake::expected(at, expected, found);
    }
    let said = match diagnostic {
        Some(diagnostic) => diagnostic.message.clone(),
        None => root.message().into_owned(),
    };
    match quoted(&said) {
        Some(found) if said.starts_with("table ") => {
            SqlMistake::expected(at, "the table events", found)
        }
        Some(found) if said.starts_with("Invalid function ") => {
            SqlMistake::expected(at, "a function that there is", found)
        }
        _ => SqlMistake {
            at,
            expected: None,
            found: short(&said),
        },
    }
}

/// What the parser lacks: it says it in one sentence, with the place at its end.
fn of_parser(error: &ParserError, text: &Text<'_>) -> SqlMistake {
    let (ParserError::ParserError(said) | ParserError::TokenizerError(said)) = error else {
        return SqlMistake::shorter(None);
    };
    let (said, at) = match said.rsplit_once(" at Line: ") {
        None => (said.as_str(), None),
        Some((said, place)) => {
            let place = place.split_once(", Column: ");
            let numbers = place.and_then(|(line, column)| {
                Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
            });
            let at = numbers.and_then(|(line, column)| text.place(line, column));
            (said, at)
        }
    };
    let asked = said.strip_prefix("Expected: ");
    match asked.and_then(|asked| asked.split_once(", found: ")) {
        Some((expected, "EOF")) => {
            let end = Some(text.0.trim_end().chars().count());
            SqlMistake::expected(at.or(end), expected, "the end")
        }
        Some((expected, found)) => SqlMistake::expected(at, expected, found),
        None => SqlMistake {
            at,
            expected: None,
            found: short(said),
        },
    }
}

/// A failure of the lake on its way through the engine.
fn of_lake(error: DataFusionError) -> SqlError {
    let said = error.strip_backtrace();
    let mut error = error;
    loop {
        error = match error {
            DataFusionError::External(source) => {
                return match source.downcast::<LakeError>() {
                    Ok(lake) => SqlError::Lake(*lake),
                    Err(_) => SqlError::Failed(said),
                };
            }
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => *inner,
            _ => return SqlError::Failed(said),
        };
    }
}

/// What stands in single quotation marks.
fn quoted(said: &str) -> Option<String> {
    let (_, rest) = said.split_once('\'')?;
    let (found, _) = rest.split_once('\'')?;
    // The engine's own catalogue is nobody's word.
    let found = found.strip_prefix("datafusion.public.").unwrap_or(found);
    Some(found.to_owned())
}

fn short(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    line.chars().take(MOST_SAID).collect()
}

/// The columns whose names are most like this one.
fn nearest(name: &str, columns: &[Column]) -> Vec<String> {
    let name = name.to_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    let mut near: Vec<(usize, &str)> = columns
        .iter()
        .map(Column::name)
        .filter_map(|column| {
            let has_part = last.len() > 1 && column.split('.').any(|part| part == last);
            let far = distance(&name, column);
            let is_near = has_part || far <= name.len().div_ceil(3);
            is_near.then_some((far, column))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    let near = near.into_iter().take(MOST_OFFERED);
    near.map(|(_, column)| column.to_owned()).collect()
}

/// How many letters to change, add or remove to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut before = place;
        let mut left = place + 1;
        let mut next = vec![left];
        for (cell, also) in row.iter().skip(1).zip(&other) {
            let same = before + usize::from(letter != *also);
            left = same.min(left + 1).min(cell + 1);
            before = *cell;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = Text("SELECT 张,\n  nothing");
        assert_eq!(text.place(1, 8), Some(7));
        assert_eq!(text.place(2, 3), Some(12));
        assert_eq!(text.place(9, 9), Some(19));
        assert_eq!(text.place(0, 0), None);
    }

    #[test]
    fn names_that_are_like_it_are_offered() {
        let columns: Vec<Column> = ["source.ip", "source.port", "user.name", "time"]
            .map(Column::from_name)
            .to_vec();
        assert_eq!(nearest("user.nme", &columns), ["user.name"]);
        assert_eq!(nearest("src.ip", &columns), ["source.ip"]);
        assert_eq!(nearest("tiem", &columns), ["time"]);
        assert_eq!(nearest("nothing", &columns), Vec::<String>::new());
        assert_eq!(distance("tiem", "time"), 2);
        assert_eq!(distance("", "ab"), 2);
    }
}
