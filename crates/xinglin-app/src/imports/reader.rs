//! Takes the cells of one row into a record.

use std::{collections::HashSet, hash::Hash, str::FromStr};

use jiff::civil::Date;
use xinglin_core::{DepartmentId, Level, PersonId, PostId, SystemId, Text};
use xinglin_report::{CellProblem, CellValue, Cells, Row};

use super::lookup::{Lookup, Named, Names};

/// One row under way. Columns that the file does not have leave the record as it is; an
/// empty cell empties the field.
pub(super) struct Reader<'a> {
    pub(super) row: &'a Row,
    pub(super) columns: &'a HashSet<String>,
    pub(super) lookup: &'a Lookup,
    pub(super) problems: Vec<CellProblem>,
}

impl Reader<'_> {
    fn has(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    fn cell(&self, column: &str) -> Option<String> {
        self.row.cells.get(column).map(ToString::to_string)
    }

    /// A text that every row has.
    pub(super) fn required(&self, column: &str, field: &mut String) {
        if let Some(text) = self.cell(column) {
            *field = text;
        }
    }

    pub(super) fn text(&self, column: &str, field: &mut Option<String>) {
        if self.has(column) {
            *field = self.cell(column);
        }
    }

    pub(super) fn date(&self, column: &str, field: &mut Option<Date>) {
        if self.has(column) {
            *field = match self.row.cells.get(column) {
                Some(CellValue::Date(date)) => Some(*date),
                _ => None,
            };
        }
    }

    /// A word; an empty cell means `default`.
    pub(super) fn word<T: FromStr>(&mut self, column: &str, field: &mut T, default: T) {
        if !self.has(column) {
            return;
        }
        match self.cell(column).map(|text| text.parse()) {
            None => *field = default,
            Some(Ok(word)) => *field = word,
            // The schema lists words that the program does not know: a defect of content.
            Some(Err(_)) => self.refuse(column, "程序认识的词", "a word known to the program"),
        }
    }

    /// A protection level; every row has one.
    pub(super) fn level(&mut self, column: &str, field: &mut Level) {
        let number = self.cell(column).and_then(|text| text.parse::<u8>().ok());
        match number.and_then(|number| Level::try_from(number).ok()) {
            Some(level) => *field = level,
            // An empty or unreadable cell is a problem of the row already.
            None if self
                .row
                .problems
                .iter()
                .any(|problem| problem.column == column) => {}
            None => self.refuse(column, "第一级至第四级", "level 1 to 4"),
        }
    }

    pub(super) fn words<T: FromStr + Ord>(&mut self, column: &str, field: &mut Vec<T>) {
        if !self.has(column) {
            return;
        }
        let parts = parts(&self.row.cells, column);
        let words: Result<Vec<T>, _> = parts.iter().map(|part| part.parse()).collect();
        match words {
            Ok(mut words) => {
                words.sort_unstable();
                words.dedup();
                *field = words;
            }
            Err(_) => self.refuse(column, "程序认识的词", "words known to the program"),
        }
    }

    pub(super) fn department(&mut self, column: &str, field: &mut Option<DepartmentId>) {
        let lookup = self.lookup;
        self.reference(column, field, &lookup.departments, ("部门", "department"));
    }

    pub(super) fn person(&mut self, column: &str, field: &mut Option<PersonId>) {
        let lookup = self.lookup;
        self.reference(column, field, &lookup.people, ("人员", "person"));
    }

    pub(super) fn post(&mut self, column: &str, field: &mut Option<PostId>) {
        let lookup = self.lookup;
        self.reference(column, field, &lookup.posts, ("岗位", "post"));
    }

    pub(super) fn systems(&mut self, column: &str, field: &mut Vec<SystemId>) {
        if !self.has(column) {
            return;
        }
        let lookup = self.lookup;
        let mut systems = Vec::new();
        for part in parts(&self.row.cells, column) {
            match self.named(column, part, &lookup.systems, ("定级对象", "system")) {
                Some(id) => systems.push(id),
                None => return,
            }
        }
        systems.sort_unstable();
        systems.dedup();
        *field = systems;
    }

    fn reference<Id: Copy + Eq + Hash>(
        &mut self,
        column: &str,
        field: &mut Option<Id>,
        names: &Names<Id>,
        what: (&str, &str),
    ) {
        if !self.has(column) {
            return;
        }
        *field = match self.cell(column) {
            Some(text) => self.named(column, &text, names, what),
            None => None,
        };
    }

    fn named<Id: Copy + Eq + Hash>(
        &mut self,
        column: &str,
        text: &str,
        names: &Names<Id>,
        (zh, en): (&str, &str),
    ) -> Option<Id> {
        let expected = match names.find(text) {
            Some(Named::One(id)) => return Some(id),
            Some(Named::Many) => Text::new(
                format!("{zh}的编号（有多个同名）"),
                format!("the code of a {en}: several have this name"),
            ),
            None => Text::new(
                format!("已登记的{zh}的编号或名称"),
                format!("code or name of a registered {en}"),
            ),
        };
        self.problems.push(CellProblem {
            column: column.to_owned(),
            found: text.to_owned(),
            expected,
        });
        None
    }

    /// Notes that a cell cannot be taken.
    pub(super) fn refuse(&mut self, column: &str, zh: &str, en: &str) {
        self.problems.push(CellProblem {
            column: column.to_owned(),
            found: self.cell(column).unwrap_or_default(),
            expected: Text::new(zh, en),
        });
    }
}

fn parts<'a>(cells: &'a Cells, column: &str) -> &'a [String] {
    match cells.get(column) {
        Some(CellValue::List(parts)) => parts,
        _ => &[],
    }
}

/// Puts values into the cells of an export; what is empty has no cell.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Cells);

impl Writer {
    pub(super) fn text(mut self, column: &str, text: impl Into<String>) -> Self {
        let text: String = text.into();
        if !text.is_empty() {
            self.0.insert(column, CellValue::Text(text));
        }
        self
    }

    pub(super) fn optional(self, column: &str, text: Option<&str>) -> Self {
        self.text(column, text.unwrap_or_default())
    }

    pub(super) fn date(mut self, column: &str, date: Option<Date>) -> Self {
        if let Some(date) = date {
            self.0.insert(column, CellValue::Date(date));
        }
        self
    }

    pub(super) fn choice(mut self, column: &str, word: impl Into<String>) -> Self {
        self.0.insert(column, CellValue::Choice(word.into()));
        self
    }

    pub(super) fn list(mut self, column: &str, parts: Vec<String>) -> Self {
        if !parts.is_empty() {
            self.0.insert(column, CellValue::List(parts));
        }
        self
    }
}
