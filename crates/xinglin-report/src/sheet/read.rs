//! Reads a filled sheet.

use std::collections::HashMap;

use xinglin_core::{Lang, Text};

use super::{
    schema::SheetSchema,
    value::{self, CellValue, Cells, clean},
    workbook::{Grid, MAX_ROWS, Raw, open},
};
use crate::error::SheetError;

/// Rows above the data among which the header is looked for.
const HEADER_ROWS: u32 = 10;
/// A key that begins so marks an example of the template.
pub(super) const EXAMPLE_MARKS: [&str; 2] = ["示例", "EXAMPLE"];

/// What a sheet holds.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRows {
    /// Name of the sheet.
    pub sheet: String,
    /// 1-based row of the header.
    pub header_row: u32,
    /// Keys of the columns that the file has, whether filled or not.
    pub columns: Vec<String>,
    /// The rows with data, in order.
    pub rows: Vec<Row>,
    /// Example rows left out.
    pub examples: usize,
    /// Headers that are no column of this kind.
    pub unknown_headers: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// 1-based row of the sheet.
    pub row: u32,
    /// Values that could be read.
    pub cells: Cells,
    /// Cells that could not.
    pub problems: Vec<CellProblem>,
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// Key of the column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: Text,
}

/// Reads a file (xlsx, xls, ods, csv in UTF-8, UTF-16 or GB18030) as rows of `schema`.
///
/// Takes the first sheet with a header row; blank rows and the template's examples are
/// left out; cells of merged regions have the region's value.
///
/// # Errors
/// The file is too large, unreadable, has no header row or lacks required columns. Bad
/// cells are no error: they stand in [`Row::problems`].
pub fn read_sheet(bytes: &[u8], schema: &SheetSchema) -> Result<SheetRows, SheetError> {
    let found = open(bytes)?
        .into_iter()
        .filter_map(|grid| header(&grid, schema).map(|header| (grid, header)))
        // The first sheet wins when two match equally well.
        .reduce(|best, next| {
            if next.1.columns.len() > best.1.columns.len() {
                next
            } else {
                best
            }
        });
    let Some((grid, header)) = found else {
        return Err(SheetError::NoHeader {
            expected: schema
                .columns
                .iter()
                .filter(|column| column.required)
                .map(|column| column.header.zh.clone())
                .collect(),
        });
    };
    let missing: Vec<String> = schema
        .columns
        .iter()
        .enumerate()
        .filter(|(index, column)| {
            column.required && !header.columns.iter().any(|(_, known)| known == index)
        })
        .map(|(_, column)| column.header.zh.clone())
        .collect();
    if !missing.is_empty() {
        return Err(SheetError::MissingColumns {
            missing,
            header_row: header.row + 1,
        });
    }
    rows(grid, header, schema)
}

struct Header {
    row: u32,
    /// Column of the sheet and of the schema.
    columns: Vec<(u32, usize)>,
    unknown: Vec<String>,
}

/// The row among the first ones that names most columns, at least two of them.
fn header(grid: &Grid, schema: &SheetSchema) -> Option<Header> {
    let enough = schema.columns.len().min(2);
    grid.rows
        .range(..HEADER_ROWS)
        .map(|(&row, cells)| {
            let mut columns: Vec<(u32, usize)> = Vec::new();
            let mut unknown = Vec::new();
            for (column, raw) in cells {
                let name = raw.to_string();
                match schema.column_of(&name) {
                    // A header that stands twice counts once.
                    Some(index) if columns.iter().any(|(_, known)| *known == index) => {}
                    Some(index) => columns.push((*column, index)),
                    None => unknown.push(clean(&name)),
                }
            }
            Header {
                row,
                columns,
                unknown,
            }
        })
        .filter(|header| header.columns.len() >= enough)
        .reduce(|best, next| {
            if next.columns.len() > best.columns.len() {
                next
            } else {
                best
            }
        })
}

fn rows(mut grid: Grid, header: Header, schema: &SheetSchema) -> Result<SheetRows, SheetError> {
    let key = schema.key_index();
    let mut found = SheetRows {
        sheet: std::mem::take(&mut grid.name),
        header_row: header.row + 1,
        columns: header
            .columns
            .iter()
            .filter_map(|(_, index)| schema.columns.get(*index))
            .map(|column| column.key.clone())
            .collect(),
        rows: Vec::new(),
        examples: 0,
        unknown_headers: header.unknown,
    };
    let mut seen: HashMap<String, u32> = HashMap::new();
    // Taken out of the grid one by one: a large sheet is not held twice.
    while let Some((number, cells)) = grid.rows.pop_first() {
        if number <= header.row {
            continue;
        }
        let Some(mut row) = row(number, &cells, &header.columns, schema) else {
            continue;
        };
        match row.cells.get(&schema.key) {
            Some(CellValue::Text(code)) if is_example(code) => {
                found.examples += 1;
                continue;
            }
            Some(code) => {
                let first = *seen.entry(code.to_string()).or_insert(row.row);
                if first != row.row {
                    row.problems.push(CellProblem {
                        column: schema
                            .columns
                            .get(key)
                            .map_or_else(String::new, |c| c.key.clone()),
                        found: code.to_string(),
                        expected: Text::new(
                            format!("文件内不重复的编号（第 {first} 行已使用）"),
                            format!("a code used once in the file (row {first} has it)"),
                        ),
                    });
                }
            }
            None => {}
        }
        found.rows.push(row);
        if found.rows.len() > MAX_ROWS {
            return Err(SheetError::TooManyRows { limit: MAX_ROWS });
        }
    }
    Ok(found)
}

fn is_example(code: &str) -> bool {
    EXAMPLE_MARKS.iter().any(|mark| code.starts_with(mark))
}

/// One row; `None` when it is blank in all known columns.
fn row(
    number: u32,
    cells: &[(u32, Raw)],
    columns: &[(u32, usize)],
    schema: &SheetSchema,
) -> Option<Row> {
    let mut row = Row {
        row: number + 1,
        cells: Cells::new(),
        problems: Vec::new(),
    };
    for (index, column) in schema.columns.iter().enumerate() {
        let raw = columns
            .iter()
            .find(|(_, known)| *known == index)
            .and_then(|(position, _)| cells.iter().find(|(at, _)| at == position))
            .map(|(_, raw)| raw);
        match raw.map(|raw| (raw, value::read(column, raw))) {
            Some((_, Ok(Some(value)))) => {
                row.cells.insert(column.key.clone(), value);
            }
            Some((raw, Err(expected))) => row.problems.push(CellProblem {
                column: column.key.clone(),
                found: shortened(&raw.to_string()),
                expected,
            }),
            None | Some((_, Ok(None))) => {}
        }
    }
    if row.cells.is_empty() && row.problems.is_empty() {
        return None;
    }
    for column in schema.columns.iter().filter(|column| column.required) {
        let answered = row.cells.contains_key(&column.key)
            || row
                .problems
                .iter()
                .any(|problem| problem.column == column.key);
        if !answered {
            row.problems.push(CellProblem {
                column: column.key.clone(),
                found: String::new(),
                expected: Text::new(
                    format!("必填：{}", column.header.get(Lang::Zh)),
                    format!("required: {}", column.header.get(Lang::En)),
                ),
            });
        }
    }
    Some(row)
}

/// Enough of a bad cell to find it.
fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}
