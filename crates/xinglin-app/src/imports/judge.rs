//! Decides each row's fate, without changing anything.

use std::collections::{HashMap, HashSet};

use xinglin_core::Text;
use xinglin_report::{CellProblem, Row};

use super::{
    Fate,
    kinds::SheetRecord,
    lookup::{Lookup, fold},
    reader::Reader,
};
use crate::jobs::ImportCounts;

/// The column by which rows of all kinds are known.
pub(super) const KEY: &str = "code";

/// A row with its fate.
#[derive(Debug)]
pub(super) struct Judged<T> {
    /// Index of the row in the sheet.
    pub(super) at: usize,
    pub(super) fate: Fate,
    /// The record before, `None` where it is new or the row is rejected.
    pub(super) old: Option<T>,
    /// The record after, `None` where the row is rejected.
    pub(super) new: Option<T>,
    pub(super) problems: Vec<CellProblem>,
}

/// Judges the rows at these places in this order; accepted ones are known to those after.
pub(super) fn judge<T: SheetRecord>(
    rows: &[Row],
    places: &[usize],
    columns: &HashSet<String>,
    mut existing: HashMap<String, T>,
    lookup: &mut Lookup,
) -> Vec<Judged<T>> {
    let mut judged = Vec::with_capacity(places.len());
    for &at in places {
        let Some(row) = rows.get(at) else { continue };
        let code = code(row);
        let old = code.as_ref().and_then(|code| existing.remove(code));
        let one = judge_row(at, row, &code.unwrap_or_default(), old, columns, lookup);
        if let Some(new) = &one.new {
            new.learn(new.id(), lookup);
        }
        judged.push(one);
    }
    judged
}

/// The code of a row, `None` where it has none.
pub(super) fn code(row: &Row) -> Option<String> {
    row.cells.get(KEY).map(ToString::to_string)
}

fn judge_row<T: SheetRecord>(
    at: usize,
    row: &Row,
    code: &str,
    old: Option<T>,
    columns: &HashSet<String>,
    lookup: &Lookup,
) -> Judged<T> {
    // Negative ids are taken by no record: they stand for rows that are not written yet.
    let provisional = -1 - i64::try_from(at).unwrap_or(i64::MAX - 1);
    let mut new = match &old {
        Some(old) => old.clone(),
        None => T::blank(provisional, code),
    };
    let mut reader = Reader {
        row,
        columns,
        lookup,
        problems: row.problems.clone(),
    };
    new.fill(&mut reader);
    if !reader.problems.is_empty() {
        return rejected(at, reader.problems);
    }
    let fate = match &old {
        None => Fate::Create,
        Some(old) if *old == new => Fate::Unchanged,
        Some(_) => Fate::Update,
    };
    Judged {
        at,
        fate,
        old,
        new: Some(new),
        problems: Vec::new(),
    }
}

/// A row that is not taken.
pub(super) fn rejected<T>(at: usize, problems: Vec<CellProblem>) -> Judged<T> {
    Judged {
        at,
        fate: Fate::Reject,
        old: None,
        new: None,
        problems,
    }
}

/// Counts fates.
pub(super) fn tally<T>(counts: &mut ImportCounts, judged: &[Judged<T>]) {
    for one in judged {
        match one.fate {
            Fate::Create => counts.created += 1,
            Fate::Update => counts.updated += 1,
            Fate::Unchanged => counts.unchanged += 1,
            Fate::Reject => counts.rejected += 1,
        }
    }
}

/// The order in which rows can be taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// No row of a wave names another row of the same or a later one.
    pub(super) waves: Vec<Vec<usize>>,
    /// Rows that name each other in a circle, and those below them.
    pub(super) circular: Vec<usize>,
}

/// Puts rows that others name before them.
pub(super) fn order<T: SheetRecord>(rows: &[Row]) -> Order {
    let Some(column) = T::OWN_REFERENCE else {
        return Order {
            waves: vec![(0..rows.len()).collect()],
            circular: Vec::new(),
        };
    };
    let above = rows_named(rows, column);
    let mut depth: Vec<Option<usize>> = vec![None; rows.len()];
    let mut waves: Vec<Vec<usize>> = Vec::new();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    while !left.is_empty() {
        let (ready, waiting): (Vec<usize>, Vec<usize>) = left.iter().partition(|&&at| {
            let named = above.get(at).copied().flatten();
            named.is_none_or(|named| depth.get(named).is_some_and(Option::is_some))
        });
        if ready.is_empty() {
            break;
        }
        for &at in &ready {
            if let Some(depth) = depth.get_mut(at) {
                *depth = Some(waves.len());
            }
        }
        waves.push(ready);
        left = waiting;
    }
    Order {
        waves,
        circular: left,
    }
}

/// For each row the other row that it names by code, else by name.
fn rows_named(rows: &[Row], column: &str) -> Vec<Option<usize>> {
    let text = |row: &Row, column: &str| row.cells.get(column).map(|cell| fold(&cell.to_string()));
    let by = |column: &str| -> HashMap<String, usize> {
        rows.iter()
            .enumerate()
            .filter_map(|(at, row)| text(row, column).map(|text| (text, at)))
            .collect()
    };
    let (by_code, by_name) = (by(KEY), by("name"));
    rows.iter()
        .enumerate()
        .map(|(at, row)| {
            let named = text(row, column)?;
            let found = by_code.get(&named).or_else(|| by_name.get(&named))?;
            (*found != at).then_some(*found)
        })
        .collect()
}

/// Why a row of a circle is not taken.
pub(super) fn circular<T: SheetRecord>(at: usize, row: &Row) -> Judged<T> {
    let column = T::OWN_REFERENCE.unwrap_or(KEY);
    let found = row.cells.get(column).map(ToString::to_string);
    let mut problems = row.problems.clone();
    problems.push(CellProblem {
        column: column.to_owned(),
        found: found.unwrap_or_default(),
        expected: Text::new(
            "不互为上下级的部门",
            "departments that are not above each other",
        ),
    });
    rejected(at, problems)
}

#[cfg(test)]
mod tests {
    use xinglin_report::{CellValue, Cells};
    use xinglin_store::departments::Department;

    use super::*;

    fn row(code: &str, name: &str, parent: &str) -> Row {
        let mut cells = Cells::new();
        for (column, text) in [(KEY, code), ("name", name), ("parent", parent)] {
            if !text.is_empty() {
                cells.insert(column.to_owned(), CellValue::Text(text.to_owned()));
            }
        }
        Row {
            row: 2,
            cells,
            problems: Vec::new(),
        }
    }

    #[test]
    fn rows_come_after_those_they_name() {
        let rows = [
            row("C", "三", "B"),
            row("B", "二", "一"),
            row("A", "一", ""),
            row("D", "四", "elsewhere"),
        ];
        let order = order::<Department>(&rows);
        assert_eq!(order.waves, [vec![2, 3], vec![1], vec![0]]);
        assert_eq!(order.circular, Vec::<usize>::new());
    }

    #[test]
    fn circles_and_what_hangs_on_them_are_found() {
        let rows = [
            row("A", "一", "B"),
            row("B", "二", "A"),
            row("C", "三", "B"),
            row("D", "四", ""),
        ];
        let order = order::<Department>(&rows);
        assert_eq!(order.waves, [vec![3]]);
        assert_eq!(order.circular, [0, 1, 2]);
    }

    #[test]
    fn an_empty_cell_empties_the_field_and_a_missing_column_does_not() {
        let mut lookup = Lookup::default();
        let old = Department {
            head_id: Some(xinglin_core::PersonId(7)),
            ..Department::blank(1, "A")
        };
        for (columns, head) in [
            (vec!["code", "name"], Some(7)),
            (vec!["code", "name", "head"], None),
        ] {
            let columns = columns.into_iter().map(str::to_owned).collect();
            let existing = HashMap::from([("A".to_owned(), old.clone())]);
            let judged = judge(&[row("A", "一", "")], &[0], &columns, existing, &mut lookup);
            let new = judged[0].new.as_ref().unwrap();
            assert_eq!(new.head_id.map(|id| id.0), head);
            assert_eq!(judged[0].fate, Fate::Update);
        }
    }

    #[test]
    fn a_department_cannot_come_below_itself() {
        let mut lookup = Lookup::default();
        let top = Department {
            name: "一".to_owned(),
            ..Department::blank(1, "A")
        };
        let below = Department {
            name: "二".to_owned(),
            parent_id: Some(top.id),
            ..Department::blank(2, "B")
        };
        top.learn(1, &mut lookup);
        below.learn(2, &mut lookup);
        let columns = ["code", "name", "parent"].map(str::to_owned).into();
        let existing = HashMap::from([("A".to_owned(), top)]);
        let judged = judge(
            &[row("A", "一", "二")],
            &[0],
            &columns,
            existing,
            &mut lookup,
        );
        assert_eq!(judged[0].fate, Fate::Reject);
        assert_eq!(judged[0].problems[0].column, "parent");
    }
}
