//! Rows as an aligned table.

use std::io::{self, Write};

use jiff::{Timestamp, tz};
use serde_json::Value;
use xinglin_app::logs::{SqlColumn, SqlKind};

use super::{columns as width_of, line::shown};

/// Rows by which the widths of columns are known; those behind them may be wider.
const MEASURED: usize = 1_000;
/// A column is not wider than this, unless it is the last.
const WIDEST: usize = 60;

/// Writes rows as a table.
pub(super) struct Table<'a, W: Write> {
    out: W,
    columns: &'a [SqlColumn],
    widths: Vec<usize>,
    /// Rows that wait for the widths.
    waiting: Vec<Vec<String>>,
    is_measured: bool,
}

impl<'a, W: Write> Table<'a, W> {
    pub(super) fn new(out: W, columns: &'a [SqlColumn]) -> Self {
        let widths = columns.iter().map(|column| width(&shown(&column.name)));
        Self {
            out,
            widths: widths.collect(),
            columns,
            waiting: Vec::new(),
            is_measured: false,
        }
    }

    pub(super) fn push(&mut self, row: &[Value]) -> io::Result<()> {
        let cells = row.iter().zip(self.columns);
        let cells: Vec<String> = cells.map(|(value, column)| cell(value, column)).collect();
        if self.is_measured {
            return self.line(&cells);
        }
        for (width_so_far, cell) in self.widths.iter_mut().zip(&cells) {
            *width_so_far = width(cell).min(WIDEST).max(*width_so_far);
        }
        self.waiting.push(cells);
        if self.waiting.len() >= MEASURED {
            self.measured()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if !self.is_measured {
            self.measured()?;
        }
        self.out.flush()
    }

    /// Writes the names and what waited.
    fn measured(&mut self) -> io::Result<()> {
        self.is_measured = true;
        let names: Vec<String> = self.columns.iter().map(|of| shown(&of.name)).collect();
        self.line(&names)?;
        let rules: Vec<String> = self.widths.iter().map(|width| "-".repeat(*width)).collect();
        self.line(&rules)?;
        for row in std::mem::take(&mut self.waiting) {
            self.line(&row)?;
        }
        Ok(())
    }

    fn line(&mut self, cells: &[String]) -> io::Result<()> {
        let mut line = String::new();
        for (place, (cell, wide)) in cells.iter().zip(&self.widths).enumerate() {
            if place > 0 {
                line.push_str("  ");
            }
            let kind = self.columns.get(place).map(|column| column.kind);
            let blanks = " ".repeat(wide.saturating_sub(width(cell)));
            match kind {
                Some(SqlKind::Integer | SqlKind::Number) => {
                    line.push_str(&blanks);
                    line.push_str(cell);
                }
                _ if place + 1 == cells.len() => line.push_str(cell),
                _ => {
                    line.push_str(cell);
                    line.push_str(&blanks);
                }
            }
        }
        writeln!(self.out, "{}", line.trim_end())
    }
}

/// A value on one line; nothing is an empty cell, and instants are in China's time.
fn cell(value: &Value, column: &SqlColumn) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if column.kind == SqlKind::Time => {
            let Ok(at) = text.parse::<Timestamp>() else {
                return shown(text);
            };
            let at = at.to_zoned(tz::offset(8).to_time_zone());
            at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
        }
        Value::String(text) => shown(text),
        other => other.to_string(),
    }
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_are_aligned_and_a_terminal_is_told_nothing() {
        let column = |name: &str, kind| SqlColumn {
            name: name.to_owned(),
            kind,
        };
        let columns = [
            column("who", SqlKind::Text),
            column("n", SqlKind::Integer),
            column("at", SqlKind::Time),
            column("text", SqlKind::Text),
        ];
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, &columns);
        for row in [
            json!(["张三", 7, "2026-11-22T02:00:00Z", "a\u{1b}[2J"]),
            json!(["ys0217", 1_200, null, null]),
        ] {
            table.push(row.as_array().unwrap()).unwrap();
        }
        table.finish().unwrap();
        let expected = "\
who        n  at                       text
------  ----  -----------------------  ----------
张三       7  2026-11-22 10:00:00.000  a\\u{1b}[2J
ys0217  1200
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
