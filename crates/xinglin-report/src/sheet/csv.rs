//! Text tables: comma, tab or semicolon; UTF-8, UTF-16 or GB18030.

use super::workbook::{Grid, Raw};

/// Reads a text table; `None` when the bytes are no text.
pub(super) fn read(bytes: &[u8], max_rows: usize) -> Option<Grid> {
    let text = decode(bytes)?;
    let delimiter = delimiter(&text);
    let mut grid = Grid::new("csv");
    let mut row = 0_u32;
    let mut fields = Fields {
        chars: text.chars().peekable(),
        delimiter,
    };
    while let Some(record) = fields.record() {
        if row as usize > max_rows {
            break;
        }
        for (column, field) in record.into_iter().enumerate() {
            if !field.trim().is_empty()
                && let Ok(column) = u32::try_from(column)
            {
                grid.set(row, column, Raw::Text(field));
            }
        }
        row += 1;
    }
    Some(grid)
}

fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some(encoding.decode(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // What Excel writes in China; undecodable bytes become U+FFFD and show as such.
        Err(_) => Some(encoding_rs::GB18030.decode(bytes).0.into_owned()),
    }
}

/// The delimiter that occurs most in the first lines.
fn delimiter(text: &str) -> char {
    [',', '\t', ';']
        .into_iter()
        .max_by_key(|&delimiter| {
            let count = text
                .lines()
                .take(10)
                .flat_map(str::chars)
                .filter(|&c| c == delimiter)
                .count();
            (count, delimiter == ',')
        })
        .unwrap_or(',')
}

struct Fields<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    delimiter: char,
}

impl Fields<'_> {
    /// The next record of RFC 4180; a quote left open ends with the file.
    fn record(&mut self) -> Option<Vec<String>> {
        self.chars.peek()?;
        let mut record = Vec::new();
        let mut field = String::new();
        let mut quoted = false;
        while let Some(c) = self.chars.next() {
            match c {
                '"' if quoted && self.chars.peek() == Some(&'"') => {
                    self.chars.next();
                    field.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if field.is_empty() => quoted = true,
                '\r' if !quoted => {}
                '\n' if !quoted => break,
                c if c == self.delimiter && !quoted => record.push(std::mem::take(&mut field)),
                c => field.push(c),
            }
        }
        record.push(field);
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_breaks_and_encodings() {
        let text = "编号,名称\r\n\"A,1\",\"他说\"\"好\"\"\n换行\"\r\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        let mut bom = vec![0xef, 0xbb, 0xbf];
        bom.extend_from_slice(text.as_bytes());
        for bytes in [text.as_bytes(), gb.as_ref(), &bom] {
            let grid = read(bytes, 10).unwrap();
            assert_eq!(grid.text(1, 0), "A,1");
            assert_eq!(grid.text(1, 1), "他说\"好\"\n换行");
        }
        assert_eq!(read("a\tb\n1\t2".as_bytes(), 10).unwrap().text(1, 1), "2");
        assert!(read(&[0, 1, 2, 3], 10).is_none());
    }
}
