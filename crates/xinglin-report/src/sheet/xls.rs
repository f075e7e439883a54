//! Makes an xls file of unknown origin safe for calamine, which trusts what such a file says
//! about itself: chains of sectors that never end, a used area of billions of cells, texts
//! named a million times. What is handed on is a new file with the cells and nothing else.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write as _};

use cfb::{CompoundFile, Version};

use super::workbook::{
    MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, MAX_UNPACKED_BYTES, unreadable,
};
use crate::error::SheetError;

/// Streams that hold a workbook, by version of Excel.
const STREAMS: [&str; 2] = ["Workbook", "Book"];
/// A record of texts shared by cells goes on in so many others. Excel fills each with 8 KiB.
const MAX_CONTINUED: usize = 10_000;
/// A rectangle larger than this must have something in one of [`SPARSE`] cells.
const SPARSE_CELLS: u64 = 1_000_000;
const SPARSE: u64 = 32;

// Types of records, as [MS-XLS] 2.3 has them.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const CONTINUED: u16 = 0x003c;
const SHEET: u16 = 0x0085;
const SHARED_TEXTS: u16 = 0x00fc;
const FORMAT: u16 = 0x041e;
const PASSWORD: u16 = 0x002f;
const CODE_PAGE: u16 = 0x0042;
const DATE_MODE: u16 = 0x0022;
const CELL_FORMAT: u16 = 0x00e0;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const RICH_LABEL: u16 = 0x00d6;
const TRUTH: u16 = 0x0205;
const FORMULA: u16 = 0x0006;
const FORMULA_TEXT: u16 = 0x0207;
const SHORT_NUMBER: u16 = 0x027e;
const SHORT_NUMBERS: u16 = 0x00bd;
const SHARED_TEXT: u16 = 0x00fd;

/// A formula's record up to where the formula itself begins, of which nothing is read.
const FORMULA_HEAD: usize = 20;

/// The cells of a workbook in a file that says no more than it holds.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    pack(&rewritten(&workbook_stream(bytes)?)?).map_err(unreadable)
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    let mut file = CompoundFile::open(Metered::new(bytes)).map_err(unreadable)?;
    for name in STREAMS {
        if file.is_stream(name) {
            let stream = file.open_stream(name).map_err(unreadable)?;
            let mut content = Vec::new();
            // No stream is longer than its file.
            let most = bytes.len() as u64;
            stream
                .take(most)
                .read_to_end(&mut content)
                .map_err(unreadable)?;
            return Ok(content);
        }
    }
    Err(SheetError::Unreadable)
}

fn pack(stream: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    let mut written = file.create_stream(STREAMS[0])?;
    written.write_all(stream)?;
    written.flush()?;
    drop(written);
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Bytes that are read a few times in all: a list of sectors may name the same one again and
/// again.
struct Metered<'a> {
    bytes: Cursor<&'a [u8]>,
    left: u64,
}

impl<'a> Metered<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            left: bytes.len() as u64 * 4 + 65_536,
            bytes: Cursor::new(bytes),
        }
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or(io::ErrorKind::InvalidData)?;
        Ok(read)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

/// The records of a stream, up to and with the first that ends it.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, SheetError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let kind = number(self.rest, 0).ok_or(SheetError::Unreadable)?;
        let length = number(self.rest, 2).ok_or(SheetError::Unreadable)?;
        let (record, rest) = self
            .rest
            .split_at_checked(4 + usize::from(length))
            .ok_or(SheetError::Unreadable)?;
        self.rest = rest;
        Ok(Some((kind, record.get(4..).unwrap_or_default())))
    }

    /// The next record, if it continues this one.
    fn continued(&mut self) -> Result<Option<&'a [u8]>, SheetError> {
        if number(self.rest, 0) == Some(CONTINUED) {
            return Ok(self.next()?.map(|(_, data)| data));
        }
        Ok(None)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn long_number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

/// A stream that is being written.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
}

impl Written {
    fn push(&mut self, kind: u16, data: &[u8]) -> Result<(), SheetError> {
        let length = u16::try_from(data.len()).map_err(unreadable)?;
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(data);
        Ok(())
    }

    /// A record with a text, whose length is said at `at`; it is made to say no more than is
    /// there.
    fn push_text(&mut self, kind: u16, data: &[u8], at: usize) -> Result<(), SheetError> {
        let mut data = data.to_vec();
        let there = data.len().saturating_sub(at + 2);
        if let Some(said) = number(&data, at)
            && usize::from(said) > there
            && let Some(place) = data.get_mut(at..at + 2)
        {
            place.copy_from_slice(&u16::try_from(there).unwrap_or(said).to_le_bytes());
        }
        self.push(kind, &data)
    }
}

/// A sheet as the workbook announces it.
struct Announced {
    /// Where its records begin.
    from: usize,
    /// Where the new stream says so.
    place: usize,
}

/// The stream with the records that make cells.
fn rewritten(stream: &[u8]) -> Result<Vec<u8>, SheetError> {
    let mut written = Written::default();
    let mut sheets = Vec::new();
    let mut texts = Vec::new();
    let mut records = Records { rest: stream };
    while let Some((kind, data)) = records.next()? {
        match kind {
            END => break,
            SHEET if sheets.len() < MAX_SHEETS => {
                sheets.push(Announced {
                    from: long_number(data, 0).ok_or(SheetError::Unreadable)?,
                    place: written.bytes.len() + 4,
                });
                written.push(kind, data)?;
            }
            SHARED_TEXTS => {
                let mut parts = vec![data];
                while let Some(part) = records.continued()? {
                    parts.push(part);
                }
                if parts.len() > MAX_CONTINUED {
                    return Err(SheetError::Unreadable);
                }
                texts = lengths(&parts)?;
                for (part, kind) in parts
                    .iter()
                    .zip([kind].into_iter().chain(std::iter::repeat(CONTINUED)))
                {
                    written.push(kind, part)?;
                }
            }
            FORMAT => written.push_text(kind, data, 2)?,
            BEGIN | PASSWORD | CODE_PAGE | DATE_MODE | CELL_FORMAT => written.push(kind, data)?,
            _ => {}
        }
    }
    written.push(END, &[])?;
    let mut spent = Spent {
        cells: 0,
        text_bytes: 0,
        record_bytes: 0,
        // Sheets lie side by side, but for a file that is cut off.
        most_record_bytes: stream.len() * 2,
    };
    for sheet in sheets {
        let from = u32::try_from(written.bytes.len()).map_err(unreadable)?;
        if let Some(place) = written.bytes.get_mut(sheet.place..sheet.place + 4) {
            place.copy_from_slice(&from.to_le_bytes());
        }
        let records = stream.get(sheet.from..).ok_or(SheetError::Unreadable)?;
        copy_sheet(
            &mut Records { rest: records },
            &mut written,
            &texts,
            &mut spent,
        )?;
    }
    Ok(written.bytes)
}

/// What the sheets take together.
struct Spent {
    cells: u64,
    text_bytes: u64,
    record_bytes: usize,
    most_record_bytes: usize,
}

impl Spent {
    /// A sheet's cells, of which so many hold something.
    fn cells(&mut self, all: u64, filled: u64) -> Result<(), SheetError> {
        self.cells = self.cells.saturating_add(all.max(filled));
        if self.cells > MAX_CELLS || all > SPARSE_CELLS.max(filled * SPARSE) {
            return Err(SheetError::TooManyRows { limit: MAX_ROWS });
        }
        Ok(())
    }

    fn text(&mut self, bytes: u32) -> Result<(), SheetError> {
        self.text_bytes = self.text_bytes.saturating_add(u64::from(bytes));
        if self.text_bytes > MAX_UNPACKED_BYTES {
            return Err(SheetError::TooLarge {
                size_bytes: self.text_bytes,
                limit_bytes: MAX_UNPACKED_BYTES,
            });
        }
        Ok(())
    }
}

/// The smallest rectangle that holds all cells seen: calamine makes room for each of it.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    fn add(&mut self, row: u16, column: u16) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([
            top.min(row),
            left.min(column),
            bottom.max(row),
            right.max(column),
        ]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }
}

fn copy_sheet(
    records: &mut Records<'_>,
    written: &mut Written,
    texts: &[u32],
    spent: &mut Spent,
) -> Result<(), SheetError> {
    let (mut values, mut formulas) = (Area::default(), Area::default());
    let mut count = 0_u64;
    // Charts stand within a sheet and have records like cells.
    let mut depth = 0_usize;
    let mut after_formula = false;
    while let Some((kind, data)) = records.next()? {
        spent.record_bytes += 4 + data.len();
        if spent.record_bytes > spent.most_record_bytes {
            return Err(SheetError::Unreadable);
        }
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ => {}
        }
        if depth > 1 || kind == END {
            continue;
        }
        if let (
            NUMBER | LABEL | RICH_LABEL | TRUTH | FORMULA | SHORT_NUMBER | SHORT_NUMBERS
            | SHARED_TEXT,
            Some(row),
            Some(column),
        ) = (kind, number(data, 0), number(data, 2))
        {
            after_formula = kind == FORMULA && u32::from(column) < MAX_COLUMNS;
            if u32::from(column) >= MAX_COLUMNS {
                continue;
            }
            values.add(row, column);
            count += 1;
            match kind {
                FORMULA => formulas.add(row, column),
                SHARED_TEXT => {
                    let text = long_number(data, 6).and_then(|index| texts.get(index));
                    spent.text(text.copied().unwrap_or_default())?;
                }
                SHORT_NUMBERS => {
                    // Six bytes for each number, between the first column and the last.
                    let more = data.len().saturating_sub(6) / 6;
                    count += more as u64;
                    let more = u16::try_from(more).unwrap_or(u16::MAX);
                    values.add(row, column.saturating_add(more));
                }
                _ => {}
            }
        }
        match kind {
            LABEL | RICH_LABEL => written.push_text(kind, data, 6)?,
            FORMULA_TEXT if after_formula => {
                count += 1;
                written.push_text(kind, data, 0)?;
            }
            FORMULA => {
                let head = data.get(..FORMULA_HEAD).ok_or(SheetError::Unreadable)?;
                written.push(kind, &[head, &[0, 0]].concat())?;
            }
            BEGIN | NUMBER | TRUTH | SHORT_NUMBER | SHORT_NUMBERS | SHARED_TEXT => {
                written.push(kind, data)?;
            }
            _ => {}
        }
    }
    written.push(END, &[])?;
    spent.cells(values.cells() + formulas.cells(), count)
}

/// How many bytes each of the shared texts has, once read.
fn lengths(parts: &[&[u8]]) -> Result<Vec<u32>, SheetError> {
    let mut parts = Parts {
        now: parts
            .first()
            .and_then(|first| first.get(8..))
            .unwrap_or_default(),
        rest: parts.get(1..).unwrap_or_default(),
    };
    let mut lengths = Vec::new();
    while !parts.now.is_empty() || parts.turn() {
        if lengths.len() as u64 >= MAX_CELLS {
            return Err(SheetError::TooManyRows { limit: MAX_ROWS });
        }
        lengths.push(parts.text()?);
    }
    Ok(lengths)
}

/// The shared texts, in a record and those that continue it.
struct Parts<'a> {
    now: &'a [u8],
    rest: &'a [&'a [u8]],
}

impl Parts<'_> {
    fn turn(&mut self) -> bool {
        let Some((next, rest)) = self.rest.split_first() else {
            return false;
        };
        (self.now, self.rest) = (next, rest);
        true
    }

    /// Passes so many bytes of this part.
    fn pass(&mut self, count: usize) -> Result<(), SheetError> {
        self.now = self.now.get(count..).ok_or(SheetError::Unreadable)?;
        Ok(())
    }

    /// Passes so many bytes, of this part and the next.
    fn skip(&mut self, mut count: usize) -> Result<(), SheetError> {
        while count > 0 {
            if self.now.is_empty() && !self.turn() {
                return Err(SheetError::Unreadable);
            }
            let step = count.min(self.now.len());
            self.pass(step)?;
            count -= step;
        }
        Ok(())
    }

    /// Passes a text: its characters, then what is said of its looks.
    fn text(&mut self) -> Result<u32, SheetError> {
        if self.now.is_empty() {
            return Ok(0);
        }
        let mut left = usize::from(number(self.now, 0).ok_or(SheetError::Unreadable)?);
        let flags = *self.now.get(2).ok_or(SheetError::Unreadable)?;
        self.pass(3)?;
        let (mut runs, mut extra) = (0, 0);
        if flags & 8 != 0 {
            runs = usize::from(number(self.now, 0).ok_or(SheetError::Unreadable)?);
            self.pass(2)?;
        }
        if flags & 4 != 0 {
            extra = long_number(self.now, 0).ok_or(SheetError::Unreadable)?;
            self.pass(4)?;
        }
        // Nothing is longer in UTF-8 than three bytes for two of UTF-16.
        let bytes = u32::try_from(left * 3).unwrap_or(u32::MAX);
        let mut width = usize::from(flags & 1) + 1;
        while left > 0 {
            let step = left.min(self.now.len() / width);
            self.pass(step * width)?;
            left -= step;
            if left > 0 {
                if !self.turn() {
                    return Err(SheetError::Unreadable);
                }
                width = usize::from(self.now.first().ok_or(SheetError::Unreadable)? & 1) + 1;
                self.pass(1)?;
            }
        }
        self.skip(runs * 4)?;
        self.skip(extra)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
