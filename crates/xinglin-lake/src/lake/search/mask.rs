//! Tests of whole pages at once, by columns alone: which rows may pass, and which may fail.
//!
//! Columns of texts come as numbers of a dictionary, so that a test is made once for each
//! different value of a page, not for each row.

use arrow_array::{Array, RecordBatch, TimestampMillisecondArray};

use super::{leaves::Answered, test::looks_at_text};
use crate::{
    file::{Cell, FileReader, OfPage, Pairs},
    query::{Node, Query, Test},
};

/// A row may pass.
const PASS: u8 = 1;
/// A row may fail.
const FAIL: u8 = 2;

/// The rows of a page that may pass as far as its columns say, and where tests were answered
/// before, as far as the answers say, within a time where its column is among them.
pub(super) fn passing(query: &Query, page: &Rows<'_>, (from, to): (i64, i64)) -> Vec<usize> {
    let mut mask = fold(&query.root, page.count, &|name, test| {
        let mut answers = page.answers.iter();
        match answers.find_map(|answered| answered.of(name, test, page.place)) {
            Some(answers) => answers.iter().map(|is| passes(*is)).collect(),
            None => match page.batch {
                Some(batch) => of_field(name, test, batch),
                None => vec![FAIL; page.count],
            },
        }
    });
    let times: Option<&TimestampMillisecondArray> = page
        .batch
        .and_then(|batch| batch.column_by_name("time"))
        .and_then(|column| column.as_any().downcast_ref());
    if let Some(times) = times {
        for (may, at) in mask.iter_mut().zip(times.values()) {
            let is_in = *at >= from && *at < to;
            *may &= if is_in { PASS } else { 0 };
        }
    }
    let rows = mask.into_iter().enumerate();
    rows.filter(|(_, may)| may & PASS != 0)
        .map(|(row, _)| row)
        .collect()
}

/// The rows of a page.
pub(super) struct Rows<'a> {
    pub(super) count: usize,
    /// The columns that were read, where there are any.
    pub(super) batch: Option<&'a RecordBatch>,
    pub(super) answers: &'a [Answered<'a>],
    /// The place of the page among those of the answers.
    pub(super) place: usize,
}

fn passes(is: bool) -> u8 {
    if is { PASS } else { FAIL }
}

/// For each page of a file, whether none of its rows can pass, and whether none can fail, as far
/// as the file says it of pages.
pub(super) fn of_pages(query: &Query, reader: &FileReader, count: usize) -> Vec<OfRows> {
    let mask = fold(&query.root, count, &|name, test| {
        if reader.may_have_pair(name) {
            return vec![PASS | FAIL; count];
        }
        let Some(pages) = reader.page_values(name) else {
            return vec![FAIL; count];
        };
        let of = |page| match page {
            OfPage::One(value, always) if test.passes(value) => {
                PASS | if always { 0 } else { FAIL }
            }
            OfPage::Nothing | OfPage::One(..) => FAIL,
            OfPage::Any => PASS | FAIL,
        };
        pages.into_iter().map(of).collect()
    });
    let of = |may: u8| match (may & PASS != 0, may & FAIL != 0) {
        (true, false) => OfRows::All,
        (true, true) => OfRows::Some,
        (false, _) => OfRows::None,
    };
    mask.into_iter().map(of).collect()
}

/// What is known of the rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfRows {
    /// All pass.
    All,
    /// Some may pass.
    Some,
    /// None passes.
    None,
}

/// What tests of fields say of each of so many things, joined as the search joins them. What
/// texts say is not known.
fn fold(node: &Node, count: usize, field: &dyn Fn(&str, &Test) -> Vec<u8>) -> Vec<u8> {
    let joined = |parts: &[Node], start: u8, join: fn(u8, u8) -> u8| {
        let mut all = vec![start; count];
        for part in parts {
            for (may, part) in all.iter_mut().zip(fold(part, count, field)) {
                *may = join(*may, part);
            }
        }
        all
    };
    match node {
        Node::All(parts) => joined(parts, PASS, |one, other| {
            (one & other & PASS) | ((one | other) & FAIL)
        }),
        Node::Any(parts) => joined(parts, FAIL, |one, other| {
            (one & other & FAIL) | ((one | other) & PASS)
        }),
        Node::Not(node) => {
            let mut mask = fold(node, count, field);
            for may in &mut mask {
                *may = (*may & PASS) << 1 | *may >> 1;
            }
            mask
        }
        Node::Field(name, test) if !looks_at_text(node) => field(name, test),
        Node::Field(..) | Node::Text(_) => vec![PASS | FAIL; count],
    }
}

fn of_field(name: &str, test: &Test, batch: &RecordBatch) -> Vec<u8> {
    let cell = Cell::of(batch, name);
    let mut mask = vec![FAIL; batch.num_rows()];
    match cell {
        Cell::Keyed(keys, values) => {
            let mut known = vec![0; values.len()];
            let keys = keys.keys();
            for (row, may) in mask.iter_mut().enumerate() {
                if keys.is_null(row) {
                    continue;
                }
                let Some(key) = usize::try_from(keys.value(row)).ok() else {
                    continue;
                };
                let Some(known) = known.get_mut(key) else {
                    continue;
                };
                if *known == 0 {
                    *known = passes(test.passes(values.value(key)));
                }
                *may = *known;
            }
        }
        Cell::Pair => {}
        cell => {
            let mut written = Vec::new();
            for (row, may) in mask.iter_mut().enumerate() {
                written.clear();
                if cell.write(row, &mut written).is_some() {
                    *may = passes(test.passes(&String::from_utf8_lossy(&written)));
                }
            }
        }
    }
    // Without a column, and where a name occurs twice in an event, values are among the pairs.
    if let Some(pairs) = Pairs::of(batch).filter(|pairs| pairs.has_name(name)) {
        for (row, may) in mask.iter_mut().enumerate() {
            let is = pairs.texts_of(row, name).any(|text| test.passes(text));
            *may = if is { PASS } else { *may };
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, DictionaryArray, Int64Array, types::Int32Type};

    use super::*;

    #[test]
    fn rows_are_known_as_far_as_columns_say() {
        let users: DictionaryArray<Int32Type> = [Some("root"), None, Some("li"), Some("root")]
            .into_iter()
            .collect();
        let ports = Int64Array::from(vec![Some(22), Some(22), None, Some(443)]);
        let times = TimestampMillisecondArray::from(vec![1, 2, 3, 4]);
        let batch = RecordBatch::try_from_iter([
            ("user.name", Arc::new(users) as ArrayRef),
            ("destination.port", Arc::new(ports)),
            ("time", Arc::new(times)),
        ])
        .unwrap();
        for (typed, expected) in [
            ("user.name:root", vec![0, 3]),
            ("user.name:root destination.port:22", vec![0]),
            ("user.name:li OR destination.port:443", vec![2, 3]),
            ("-user.name:root", vec![1, 2]),
            ("user.name:*", vec![0, 2, 3]),
            ("nothing.here:1", vec![]),
            // What texts say is not known yet.
            ("accepted", vec![0, 1, 2, 3]),
            ("accepted user.name:root", vec![0, 3]),
            ("-accepted -user.name:root", vec![1, 2]),
            ("-(accepted OR user.name:root)", vec![1, 2]),
        ] {
            let query = Query::parse(typed).unwrap();
            let all = (i64::MIN, i64::MAX);
            let page = Rows {
                count: batch.num_rows(),
                batch: Some(&batch),
                answers: &[],
                place: 0,
            };
            assert_eq!(passing(&query, &page, all), expected, "{typed}");
            let later: Vec<usize> = expected.into_iter().filter(|row| *row >= 2).collect();
            assert_eq!(passing(&query, &page, (3, 9)), later, "{typed}");
        }
    }
}
