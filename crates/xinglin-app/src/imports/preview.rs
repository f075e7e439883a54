//! What an import would do, for people to look at.

use std::{collections::BTreeMap, sync::Arc};

use xinglin_core::Lang;
use xinglin_report::{Cells, ColumnKind, Row, SheetSchema};

use super::{
    Fate, LoadedSheet, RecordKind,
    judge::{self, Judged},
    judge_all,
    kinds::SheetRecord,
    lookup::Lookup,
};
use crate::{App, AppError, jobs::ImportCounts};

/// Rows that a preview shows at most; its counts are about all rows.
const ROWS_SHOWN: usize = 500;

/// What an import would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// SM3 digest of the file.
    pub digest: String,
    /// Rows by fate.
    pub counts: ImportCounts,
    /// Some rows in the order of the file; rejects and changes before others.
    pub rows: Vec<PreviewRow>,
}

/// One row of a preview.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    /// Row number as Excel shows it.
    pub row: u32,
    /// The code.
    pub key: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// What becomes of it.
    pub fate: Fate,
    /// What changes.
    pub changes: Vec<FieldChange>,
    /// Why it is not taken.
    pub problems: Vec<RowProblem>,
}

/// A field that a row changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Key of the column.
    pub field: String,
    /// Value before, `None` for empty.
    pub from: Option<String>,
    /// Value after.
    pub to: Option<String>,
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Header of the column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

pub(super) async fn preview<T: SheetRecord>(
    app: &App,
    kind: RecordKind,
    sheet: LoadedSheet,
    lang: Lang,
) -> Result<Preview, AppError> {
    let schema = app.sheet(kind)?;
    let sheet = Arc::new(sheet);
    let mut counts = ImportCounts::default();
    let mut first: BTreeMap<(Fate, usize), Judged<T>> = BTreeMap::new();
    let lookup = judge_all::<T>(app, kind, &sheet, |one| {
        judge::tally(&mut counts, std::slice::from_ref(&one));
        first.insert((one.fate, one.at), one);
        if first.len() > ROWS_SHOWN {
            first.pop_last();
        }
    });
    let lookup = lookup.await?;
    let mut shown: Vec<&Judged<T>> = first.values().collect();
    shown.sort_by_key(|one| one.at);
    let rows = shown
        .into_iter()
        .filter_map(|one| {
            let row = sheet.rows.get(one.at)?;
            Some(preview_row(row, one, &schema, &lookup, lang))
        })
        .collect();
    Ok(Preview {
        digest: sheet.digest.to_string(),
        counts,
        rows,
    })
}

fn preview_row<T: SheetRecord>(
    row: &Row,
    judged: &Judged<T>,
    schema: &SheetSchema,
    lookup: &Lookup,
    lang: Lang,
) -> PreviewRow {
    let changes = match (&judged.old, &judged.new) {
        (Some(old), Some(new)) if judged.fate == Fate::Update => {
            changes(&old.cells(lookup), &new.cells(lookup), schema, lang)
        }
        _ => Vec::new(),
    };
    let problems = judged
        .problems
        .iter()
        .map(|problem| {
            let column = schema.columns.iter().find(|one| one.key == problem.column);
            RowProblem {
                column: column.map_or_else(
                    || problem.column.clone(),
                    |column| column.header.get(lang).to_owned(),
                ),
                found: problem.found.clone(),
                expected: problem.expected.get(lang).to_owned(),
            }
        })
        .collect();
    PreviewRow {
        row: row.row,
        key: judge::code(row),
        name: row.cells.get("name").map(ToString::to_string),
        fate: judged.fate,
        changes,
        problems,
    }
}

/// The columns whose cells differ, in the order of the sheet.
fn changes(old: &Cells, new: &Cells, schema: &SheetSchema, lang: Lang) -> Vec<FieldChange> {
    schema
        .columns
        .iter()
        .filter(|column| old.get(&column.key) != new.get(&column.key))
        .map(|column| {
            let shown = |cells: &Cells| {
                let text = cells.get(&column.key)?.to_string();
                Some(label(&column.kind, text, lang))
            };
            FieldChange {
                field: column.key.clone(),
                from: shown(old),
                to: shown(new),
            }
        })
        .collect()
}

/// What people call a word of a choice.
fn label(kind: &ColumnKind, text: String, lang: Lang) -> String {
    let (ColumnKind::Choice(choices) | ColumnKind::Choices(choices)) = kind else {
        return text;
    };
    let parts: Vec<&str> = text
        .split('、')
        .map(|part| {
            choices
                .iter()
                .find(|choice| choice.word == part)
                .map_or(part, |choice| choice.label(lang))
        })
        .collect();
    parts.join("、")
}
