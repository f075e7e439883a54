//! How much a few bytes make a reader hold: in `OpenDocument` they may repeat a cell over all
//! columns and a row over all rows, and in xlsx announce any number of texts. The reader makes
//! each of the former, and room for all of the latter.

/// Columns of the widest sheet that programs write.
const COLUMNS: u64 = 16_384;
/// Rows of the longest.
const ROWS: u64 = 1_048_576;

/// The most cells that the reader holds at once for `content.xml`.
pub(super) fn cells(xml: &[u8]) -> u64 {
    let mut largest = 0;
    let mut sheet = Sheet::default();
    for tag in tags(xml) {
        match name(tag) {
            b"table:table" => sheet = Sheet::default(),
            b"table:table-row" => sheet.begin_row(number(tag, b"table:number-rows-repeated")),
            b"table:table-cell" | b"table:covered-table-cell" => sheet.cell(tag),
            _ => {}
        }
        largest = largest.max(sheet.cells());
    }
    largest
}

/// The most texts that `sharedStrings.xml` announces; without end where its bytes are no
/// superset of ASCII, so that its tags cannot be told.
pub(super) fn texts(xml: &[u8]) -> u64 {
    const COUNT: &[u8] = b"uniqueCount";
    if xml.contains(&0) {
        return u64::MAX;
    }
    let lists = tags(xml).filter(|tag| name(tag).ends_with(b"sst"));
    let counts = lists.flat_map(|tag| {
        let places = 0..tag.len();
        let rests = places.filter_map(|place| tag.get(place..));
        rests
            .filter(|rest| rest.starts_with(COUNT))
            .map(|rest| number(rest, COUNT))
    });
    counts.max().unwrap_or_default()
}

/// What a sheet comes to so far.
#[derive(Default)]
struct Sheet {
    /// Cells as written, those that are repeated counted.
    written: u64,
    /// Rows up to the last that has something.
    rows: u64,
    /// Rows without anything since then.
    empty_rows: u64,
    /// Columns of the widest row.
    width: u64,
    /// How often the row is repeated.
    repeated: u64,
    /// Columns of the row, and columns without anything behind them.
    row: (u64, u64),
}

impl Sheet {
    fn begin_row(&mut self, repeated: u64) {
        if self.row.0 == 0 {
            self.empty_rows = (self.empty_rows + self.repeated).min(ROWS);
        }
        self.repeated = repeated.min(ROWS);
        self.row = (0, 0);
    }

    fn cell(&mut self, tag: &[u8]) {
        let repeated = number(tag, b"table:number-columns-repeated").min(COLUMNS);
        let (columns, empty) = self.row;
        if is_empty(tag) {
            self.row = (columns, (empty + repeated).min(COLUMNS));
            return;
        }
        if columns == 0 {
            self.rows = (self.rows + self.empty_rows + self.repeated).min(ROWS);
            self.empty_rows = 0;
        }
        let wider = (columns + empty + repeated).min(COLUMNS);
        self.written = self.written.saturating_add(wider - columns);
        self.width = self.width.max(wider);
        self.row = (wider, 0);
    }

    fn cells(&self) -> u64 {
        self.written.max(self.rows * self.width)
    }
}

/// What stands between `<` and `>`; an attribute may not hold the former.
fn tags(xml: &[u8]) -> impl Iterator<Item = &[u8]> {
    xml.split(|byte| *byte == b'<').skip(1).map(|piece| {
        let end = piece.iter().position(|byte| *byte == b'>');
        piece.get(..end.unwrap_or(piece.len())).unwrap_or_default()
    })
}

fn name(tag: &[u8]) -> &[u8] {
    let end = tag
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    tag.get(..end.unwrap_or(tag.len())).unwrap_or_default()
}

/// A cell that ends where it begins and has no value.
fn is_empty(tag: &[u8]) -> bool {
    tag.ends_with(b"/") && !has(tag, b"value") && !has(tag, b"formula")
}

fn has(tag: &[u8], word: &[u8]) -> bool {
    tag.windows(word.len()).any(|window| window == word)
}

/// The number in an attribute; 1 where it is absent, without end where it is none.
fn number(tag: &[u8], attribute: &[u8]) -> u64 {
    let Some(at) = tag
        .windows(attribute.len())
        .position(|window| window == attribute)
    else {
        return 1;
    };
    let rest = tag.get(at + attribute.len()..).unwrap_or_default();
    let digits: Vec<u8> = rest
        .iter()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(|byte| byte.is_ascii_digit())
        .copied()
        .collect();
    let number = str::from_utf8(&digits)
        .ok()
        .and_then(|text| text.parse().ok());
    number.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &str) -> u64 {
        cells(format!("<a><table:table table:name='x'>{rows}</table:table></a>").as_bytes())
    }

    #[test]
    fn what_is_repeated_is_counted() {
        const VALUE: &str =
            "<table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell>";
        const REST: &str = "<table:table-cell table:number-columns-repeated=\"16380\"/>";
        let row =
            |more: &str, cells: &str| format!("<table:table-row {more}>{cells}</table:table-row>");
        // What stands behind the last value costs nothing.
        assert_eq!(sheet(&row("", &format!("{VALUE}{REST}"))), 1);
        assert_eq!(sheet(&row("", &format!("{VALUE}{REST}{VALUE}"))), 16_382);
        let many = row("table:number-rows-repeated='1000000'", VALUE);
        assert_eq!(sheet(&many), 1_000_000);
        assert_eq!(sheet(&row("table:number-rows-repeated='1000000'", REST)), 0);
        let far = format!(
            "{}{}",
            row("table:number-rows-repeated='900000'", REST),
            row("", VALUE)
        );
        assert_eq!(sheet(&far), 900_001);
        let wide = VALUE.replace(
            "office",
            "table:number-columns-repeated='999999999999999999999' office",
        );
        assert_eq!(sheet(&row("", &wide)), 16_384);
    }

    #[test]
    fn announced_texts_are_counted() {
        let list =
            |attributes: &str| texts(format!("<?xml?><sst {attributes}><si/></sst>").as_bytes());
        assert_eq!(list(""), 0);
        assert_eq!(list("count='9' uniqueCount='7'"), 7);
        assert_eq!(
            list("xuniqueCount='1' uniqueCount='84295133967718'"),
            84_295_133_967_718
        );
        assert_eq!(list("uniqueCount='99999999999999999999999'"), u64::MAX);
        assert_eq!(texts(b"<x:sst uniqueCount='8'/>"), 8);
        let wide: Vec<u8> = "<sst/>".bytes().flat_map(|byte| [byte, 0]).collect();
        assert_eq!(texts(&wide), u64::MAX);
    }
}
