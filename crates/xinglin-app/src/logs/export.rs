//! Taking logs out as a file, with a reason, and with numbers of people masked.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};
use xinglin_core::Value;
use xinglin_lake::{Lake, LakeError, Order, Search, Stop, StoredEvent};
use xinglin_ledger::Digest;

use super::search::{Asked, query_of};
use crate::{Actor, App, AppError, Code, Permission, error::reason};

/// So many events are taken out at once at most …
const MOST_EVENTS: usize = 100_000;
/// … and so many bytes.
const MOST_BYTES: usize = 256 << 20;
/// So many events are read at once.
const AT_ONCE: usize = 5_000;
/// It may take so long.
const PATIENCE: Duration = Duration::from_mins(2);
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

/// In what form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated, as spreadsheets read it.
    Csv,
}

impl ExportFormat {
    /// The word for it, and the end of the file's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// What is to be taken out.
#[derive(Debug, Clone)]
pub struct Export {
    /// What, and when.
    pub asked: Asked,
    /// In what form.
    pub format: ExportFormat,
    /// Whether numbers of people are masked: identity cards, phones, bank cards.
    pub mask: bool,
    /// Why.
    pub reason: String,
}

/// What was taken out.
#[derive(Debug)]
pub struct Exported {
    /// The name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl App {
    /// Takes events out, the oldest first. The ledger keeps who did it, why, what was asked and
    /// the digest of the file.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::ReasonRequired`], [`Code::LogQueryWrong`];
    /// [`Code::TooLarge`] where there are more events than one file has.
    pub async fn export_logs(&self, actor: &Actor, export: Export) -> Result<Exported, AppError> {
        actor.require(Permission::LogsExport)?;
        let why = reason(&export.reason)?;
        let query = query_of(&export.asked.query)?;
        let Export { asked, format, .. } = export.clone();
        let mask = export.mask;
        let written = self
            .search_with(PATIENCE, move |lake, stop| {
                let mut writer = Writer::new(format, mask);
                let is_whole = write(lake, &mut writer, &query, &asked, stop)?;
                Ok(is_whole.then_some(writer))
            })
            .await?;
        let Some(writer) = written else {
            let expected = format!("at most {MOST_EVENTS} events; ask for less time");
            return Err(AppError::new(Code::TooLarge).field("query", "", expected));
        };
        let mut change = self.change(actor).await?;
        let payload = json!({
            "query": export.asked.query,
            "from": export.asked.from,
            "to": export.asked.to,
            "format": format.word(),
            "masked": mask,
            "reason": why,
            "events": writer.events,
            "digest": Digest::of(&writer.bytes).to_string(),
        });
        change.note("logs.export", "logs", "lake", payload);
        let at = change.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        change.commit().await?;
        Ok(Exported {
            name: format!("logs-{at}.{}", format.word()),
            bytes: writer.bytes,
        })
    }
}

/// Writes all events that are asked for; whether there were not too many.
fn write(
    lake: &Lake,
    writer: &mut Writer,
    query: &xinglin_lake::Query,
    asked: &Asked,
    stop: &Stop,
) -> Result<bool, LakeError> {
    let mut beyond = None;
    loop {
        let found = lake.search(&Search {
            query,
            from: asked.from,
            to: asked.to,
            order: Order::OldestFirst,
            most: AT_ONCE,
            beyond,
            stop,
        })?;
        found.events.iter().for_each(|event| writer.push(event));
        let is_too_much = writer.events > MOST_EVENTS || writer.bytes.len() > MOST_BYTES;
        if found.stopped || is_too_much {
            return Ok(false);
        }
        let last = found.events.last().filter(|_| found.more);
        let Some(last) = last else { return Ok(true) };
        beyond = Some((last.event.at, last.sequence));
    }
}

struct Writer {
    format: ExportFormat,
    mask: bool,
    bytes: Vec<u8>,
    events: usize,
}

impl Writer {
    fn new(format: ExportFormat, mask: bool) -> Self {
        let mut bytes = Vec::new();
        if format == ExportFormat::Csv {
            // Spreadsheets take a file without it for one in the system's encoding.
            bytes.extend_from_slice("\u{feff}".as_bytes());
            let names = [
                "sequence",
                "at",
                "received_at",
                "source",
                "peer",
                "transport",
            ];
            let names = names.into_iter().chain(COLUMNS).chain(["text"]);
            bytes.extend_from_slice(names.collect::<Vec<_>>().join(",").as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        Self {
            format,
            mask,
            bytes,
            events: 0,
        }
    }

    fn push(&mut self, event: &StoredEvent) {
        self.events += 1;
        match self.format {
            ExportFormat::Ndjson => self.line(event),
            ExportFormat::Csv => self.row(event),
        }
    }

    fn text(&self, text: &str) -> String {
        if self.mask {
            masked(text)
        } else {
            text.to_owned()
        }
    }

    fn line(&mut self, event: &StoredEvent) {
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
        self.bytes.extend_from_slice(line.to_string().as_bytes());
        self.bytes.push(b'\n');
    }

    fn row(&mut self, event: &StoredEvent) {
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
        self.bytes.extend_from_slice(cells.join(",").as_bytes());
        self.bytes.extend_from_slice(b"\r\n");
    }
}

/// A cell of CSV. What a spreadsheet would take for a formula is not one: logs have what
/// attackers write.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// Numbers as long as those of phones (11 digits) and of identity and bank cards (15 to 19,
/// the last may be an X) keep their first three and last four places.
fn masked(text: &str) -> String {
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
