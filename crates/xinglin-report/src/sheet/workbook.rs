//! Opens a file of unknown kind and origin as sparse grids.

use std::{
    collections::BTreeMap,
    fmt,
    io::{Cursor, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};
use jiff::civil::Date;
use zip::ZipArchive;

use super::{csv, repeats, xls};
use crate::error::SheetError;

/// Largest file taken.
pub(crate) const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;
/// Largest content of a packed file, unpacked.
pub(super) const MAX_UNPACKED_BYTES: u64 = 192 * 1024 * 1024;
/// Most rows of a sheet.
pub(crate) const MAX_ROWS: usize = 200_000;
/// Most cells of an `OpenDocument` or xls file, which is read as a whole; most texts that an
/// xlsx file announces.
pub(super) const MAX_CELLS: u64 = 6_000_000;
/// Columns right of this are not looked at.
pub(super) const MAX_COLUMNS: u32 = 128;
/// Sheets after this one are not looked at.
pub(super) const MAX_SHEETS: usize = 16;
/// How a packed file marks its end. Each place that has the mark is tried, and a file may be
/// full of it.
const END_MARK: &[u8] = b"PK\x05\x06";
/// Chance, and files packed in it, bring no more marks than this.
const MAX_END_MARKS: usize = 64;
/// Merged regions after this one are not looked at.
const MAX_MERGED: usize = 20_000;

/// A cell as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    Text(String),
    Number(f64),
    Date(Date),
    Bool(bool),
    Error(String),
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Error(text) => f.write_str(text),
            // Display of f64 has no exponent and no `.0`, so codes stay codes.
            Self::Number(number) => number.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Bool(value) => f.write_str(if *value { "是" } else { "否" }),
        }
    }
}

/// A sheet: rows by 0-based number, cells by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    pub(crate) name: String,
    pub(crate) rows: BTreeMap<u32, Vec<(u32, Raw)>>,
}

impl Grid {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            rows: BTreeMap::new(),
        }
    }

    pub(super) fn set(&mut self, row: u32, column: u32, raw: Raw) {
        if column >= MAX_COLUMNS {
            return;
        }
        let cells = self.rows.entry(row).or_default();
        // Honest files have each cell once and in order; a second value is dropped.
        match cells.last() {
            Some((last, _)) if *last >= column => {
                if cells.iter().all(|(known, _)| *known != column) {
                    cells.push((column, raw));
                    cells.sort_by_key(|(column, _)| *column);
                }
            }
            _ => cells.push((column, raw)),
        }
    }

    pub(crate) fn get(&self, row: u32, column: u32) -> Option<&Raw> {
        let cells = self.rows.get(&row)?;
        let index = cells.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        cells.get(index).map(|(_, raw)| raw)
    }

    #[cfg(test)]
    pub(super) fn text(&self, row: u32, column: u32) -> String {
        self.get(row, column)
            .map(Raw::to_string)
            .unwrap_or_default()
    }

    /// Gives each cell of a merged region the region's value, in rows that exist.
    fn spread(&mut self, start: (u32, u32), end: (u32, u32)) {
        let Some(value) = self.get(start.0, start.1).cloned() else {
            return;
        };
        let rows: Vec<u32> = self
            .rows
            .range(start.0..=end.0.max(start.0))
            .map(|(row, _)| *row)
            .collect();
        for row in rows {
            for column in start.1..=end.1.min(MAX_COLUMNS) {
                if self.get(row, column).is_none() {
                    self.set(row, column, value.clone());
                }
            }
        }
    }
}

/// The sheets of an xlsx, xls, ods or csv file.
pub(crate) fn open(bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let size_bytes = bytes.len() as u64;
    if size_bytes > MAX_FILE_BYTES {
        return Err(SheetError::TooLarge {
            size_bytes,
            limit_bytes: MAX_FILE_BYTES,
        });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return packed(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return guarded(|| {
            let cleaned = xls::clean(bytes)?;
            let mut workbook: Xls<_> = Xls::new(Cursor::new(cleaned)).map_err(unreadable)?;
            ranges(&mut workbook)
        });
    }
    csv::read(bytes, MAX_ROWS + 16)
        .map(|grid| vec![grid])
        .ok_or(SheetError::Unreadable)
}

pub(super) fn unreadable<E>(_: E) -> SheetError {
    SheetError::Unreadable
}

/// A defect of a parser must not take the import down: its panic is an unreadable file.
fn guarded<T>(read: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(SheetError::Unreadable))
}

fn packed(bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let is_ods = guarded(|| check_unpacked(bytes))?;
    guarded(|| {
        if is_ods {
            let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(unreadable)?;
            ranges(&mut workbook)
        } else {
            xlsx(bytes)
        }
    })
}

/// Unpacks every part into nothing, since sizes in the directory may lie. Says whether
/// the file is an `OpenDocument` one.
fn check_unpacked(bytes: &[u8]) -> Result<bool, SheetError> {
    let marks = bytes.windows(END_MARK.len());
    if marks.filter(|window| *window == END_MARK).count() > MAX_END_MARKS {
        return Err(SheetError::Unreadable);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut left = MAX_UNPACKED_BYTES;
    let mut is_ods = false;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(unreadable)?;
        let name = part.name().to_lowercase();
        is_ods |= name == "content.xml";
        let held: Option<fn(&[u8]) -> u64> = match name.as_str() {
            "content.xml" => Some(repeats::cells),
            name if name.ends_with("sharedstrings.xml") => Some(repeats::texts),
            _ => None,
        };
        let mut part = part.take(left + 1);
        let read = if let Some(held) = held {
            let mut content = Vec::new();
            let read = part.read_to_end(&mut content).map_err(unreadable)?;
            if held(&content) > MAX_CELLS {
                return Err(SheetError::TooManyRows { limit: MAX_ROWS });
            }
            read as u64
        } else {
            std::io::copy(&mut part, &mut std::io::sink()).map_err(unreadable)?
        };
        left = left.checked_sub(read).ok_or(SheetError::TooLarge {
            size_bytes: MAX_UNPACKED_BYTES + 1,
            limit_bytes: MAX_UNPACKED_BYTES,
        })?;
    }
    Ok(is_ods)
}

/// Cell by cell: a cell far out would make calamine's dense range take all memory.
fn xlsx(bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut grids = Vec::new();
    for name in workbook.sheet_names().into_iter().take(MAX_SHEETS) {
        let mut grid = Grid::new(&name);
        // Chart sheets have no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
            continue;
        };
        while let Some(cell) = cells.next_cell().map_err(unreadable)? {
            let (row, column) = cell.get_position();
            if let Some(raw) = from_reference(cell.get_value()) {
                grid.set(row, column, raw);
                check_rows(&grid)?;
            }
        }
        drop(cells);
        if let Ok(regions) = workbook.merge_cells_by_sheet_name(&name) {
            for region in regions.into_iter().take(MAX_MERGED) {
                grid.spread(region.start, region.end);
            }
        }
        grids.push(grid);
    }
    Ok(grids)
}

fn ranges<R: Reader<Cursor<B>>, B: AsRef<[u8]>>(workbook: &mut R) -> Result<Vec<Grid>, SheetError> {
    let mut grids = Vec::new();
    for name in workbook.sheet_names().into_iter().take(MAX_SHEETS) {
        let range = workbook.worksheet_range(&name).map_err(unreadable)?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut grid = Grid::new(&name);
        for (row, column, value) in range.used_cells() {
            let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) else {
                continue;
            };
            if let Some(raw) = from_data(value) {
                grid.set(first_row + row, first_column + column, raw);
                check_rows(&grid)?;
            }
        }
        grids.push(grid);
    }
    Ok(grids)
}

fn check_rows(grid: &Grid) -> Result<(), SheetError> {
    // A few rows of title stand above the header.
    if grid.rows.len() > MAX_ROWS + 16 {
        return Err(SheetError::TooManyRows { limit: MAX_ROWS });
    }
    Ok(())
}

fn from_reference(value: &DataRef<'_>) -> Option<Raw> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => return text_cell(text),
        DataRef::SharedString(text) => return text_cell(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Raw::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "cells hold f64 anyway")]
        DataRef::Int(number) => Raw::Number(*number as f64),
        DataRef::Float(number) => Raw::Number(*number),
        DataRef::Bool(value) => Raw::Bool(*value),
        DataRef::DateTime(at) => day(at),
        DataRef::Error(error) => Raw::Error(error.to_string()),
    })
}

fn from_data(value: &Data) -> Option<Raw> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) => return text_cell(text),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Raw::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "cells hold f64 anyway")]
        Data::Int(number) => Raw::Number(*number as f64),
        Data::Float(number) => Raw::Number(*number),
        Data::Bool(value) => Raw::Bool(*value),
        Data::DateTime(at) => day(at),
        Data::Error(error) => Raw::Error(error.to_string()),
    })
}

fn text_cell(text: &str) -> Option<Raw> {
    (!text.trim().is_empty()).then(|| Raw::Text(text.to_owned()))
}

fn day(at: &ExcelDateTime) -> Raw {
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    let date = (|| {
        Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
    })();
    match date {
        Some(date) if at.is_datetime() => Raw::Date(date),
        _ => Raw::Number(at.as_f64()),
    }
}
