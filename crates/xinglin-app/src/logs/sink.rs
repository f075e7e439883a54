//! Where events are written to that are taken out.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};
use xinglin_core::Value;
use xinglin_lake::{PlainFile, Shown, StoredEvent};

use super::ExportFormat;

/// Fields that have a column of their own in CSV; the others are in the text.
const COLUMNS: [&str; 8] = [
    "event.dataset",
    "event.action",
    "event.outcome",
    "host.name",
    "user.name",
    "source.ip",
    "destination.ip",
    "message",
];

/// Takes events.
pub trait EventSink {
    /// Takes one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn push(&mut self, event: &StoredEvent) -> io::Result<()>;

    /// Returns when all is written.
    ///
    /// # Errors
    /// When it cannot be.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Writes events as Parquet.
pub struct ParquetSink<W: Write + Send>(PlainFile<W>);

impl<W: Write + Send> ParquetSink<W> {
    /// Begins a file; with `mask`, numbers of people are not shown whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, mask: bool) -> io::Result<Self> {
        PlainFile::new(out, mask.then_some(masked as Shown)).map(Self)
    }
}

impl<W: Write + Send> EventSink for ParquetSink<W> {
    fn push(&mut self, event: &StoredEvent) -> io::Result<()> {
        self.0.push(event)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.finish()
    }
}

/// Writes events as text.
#[derive(Debug)]
pub struct TextSink<W> {
    out: W,
    format: ExportFormat,
    mask: bool,
    events: u64,
}

impl<W: Write> EventSink for TextSink<W> {
    fn push(&mut self, event: &StoredEvent) -> io::Result<()> {
        self.events += 1;
        match self.format {
            ExportFormat::Ndjson => self.line(event),
            ExportFormat::Csv => self.row(event),
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> TextSink<W> {
    /// Begins to write; with `mask`, numbers of people are not shown whole.
    ///
    /// # Errors
    /// When the first line cannot be written.
    pub fn new(mut out: W, format: ExportFormat, mask: bool) -> io::Result<Self> {
        if format == ExportFormat::Csv {
            // Spreadsheets take a file without it for one in the system's encoding.
            out.write_all("\u{feff}".as_bytes())?;
            let names = [
                "sequence",
                "at",
                "received_at",
                "source",
                "peer",
                "transport",
            ];
            let names = names.into_iter().chain(COLUMNS).chain(["text"]);
            out.write_all(names.collect::<Vec<_>>().join(",").as_bytes())?;
            out.write_all(b"\r\n")?;
        }
        Ok(Self {
            out,
            format,
            mask,
            events: 0,
        })
    }

    /// Writes on what is kept back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// How many there were.
    pub fn events(&self) -> u64 {
        self.events
    }

    pub(super) fn out(&self) -> &W {
        &self.out
    }

    pub(super) fn into_out(self) -> W {
        self.out
    }

    fn text(&self, text: &str) -> String {
        if self.mask {
            masked(text)
        } else {
            text.to_owned()
        }
    }

    fn line(&mut self, event: &StoredEvent) -> io::Result<()> {
        let mut fields = Map::new();
        for field in &event.event.fields {
            let value = match &field.value {
                Value::Bool(yes) => json!(yes),
                Value::Integer(number) if !self.mask => json!(number),
                Value::Number(number) if !self.mask => json!(number),
                other => json!(self.text(&other.to_text())),
            };
            match fields.get_mut(field.name.as_str()) {
                None => {
                    fields.insert(field.name.as_str().to_owned(), value);
                }
                Some(Json::Array(values)) => values.push(value),
                Some(one) => *one = json!([one.take(), value]),
            }
        }
        let line = json!({
            "sequence": event.sequence.to_string(),
            "at": event.event.at,
            "received_at": event.received_at,
            "source": event.source,
            "peer": event.peer,
            "transport": event.transport,
            "text": self.text(&event.event.text),
            "fields": fields,
        });
        serde_json::to_writer(&mut self.out, &line)?;
        self.out.write_all(b"\n")
    }

    fn row(&mut self, event: &StoredEvent) -> io::Result<()> {
        let mut cells = vec![
            event.sequence.to_string(),
            event.event.at.to_string(),
            event.received_at.to_string(),
            event.source.clone(),
            event.peer.clone(),
            event.transport.clone(),
        ];
        for name in COLUMNS {
            let value = event.event.get_named(name);
            cells.push(value.map_or_else(String::new, |value| self.text(&value.to_text())));
        }
        cells.push(self.text(&event.event.text));
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        self.out.write_all(cells.join(",").as_bytes())?;
        self.out.write_all(b"\r\n")
    }
}

/// A cell of CSV. What a spreadsheet would take for a formula is not one: logs have what
/// attackers write.
pub(super) fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// Numbers as long as those of phones (11 digits) and of identity and bank cards (15 to 19,
/// the last may be an X) keep their first three and last four places.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let length = run.len();
        if length == 11 || (15..=19).contains(&length) {
            for (place, letter) in run.chars().enumerate() {
                let is_shown = place < 3 || place + 4 >= length;
                out.push(if is_shown { letter } else { '*' });
            }
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for letter in text.chars() {
        let is_check = run.len() == 17 && matches!(letter, 'X' | 'x');
        if letter.is_ascii_digit() || is_check {
            run.push(letter);
            continue;
        }
        flush(&mut run, &mut out);
        out.push(letter);
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_and_others_kept() {
        let text = "id=11010119900307123X tel=13800138000 port=443 at=1764000000";
        let expected = "id=110***********123X tel=138****8000 port=443 at=1764000000";
        assert_eq!(masked(text), expected);
    }

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
