//! Events as they come back.

use std::borrow::Cow;

use arrow_array::{
    Array, BinaryArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use jiff::Timestamp;
use xinglin_core::{Event, EventField, FieldName, Value};

use super::{
    gather::time_from_named,
    layout::Layout,
    texts::{Cell, Pairs, Patterns, Texts},
};
use crate::{encoding::Encoding, rows::Kind};

/// An event of the lake.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Its number: ascending in the order of receipt.
    pub sequence: u64,
    /// The source of logs it came from.
    pub source: String,
    /// Who sent it, empty where nobody did.
    pub peer: String,
    /// By what it came.
    pub transport: String,
    /// When it came, to the millisecond.
    pub received_at: Timestamp,
    /// What was read of it. Values have no spans.
    pub event: Event<'static>,
    /// The bytes that came.
    pub raw: Vec<u8>,
}

/// The events of a batch. Rows whose text cannot be rendered are left out; a file that is as
/// it was written has none.
pub(crate) fn events(
    batch: &RecordBatch,
    layout: &Layout,
    patterns: &mut Patterns,
) -> Vec<StoredEvent> {
    let texts = Texts::of(batch, patterns);
    let reading = Reading {
        fields: layout
            .fields
            .iter()
            .map(|(name, kind)| (name.as_str(), *kind, Cell::of(batch, name)))
            .collect(),
        pairs: Pairs::of(batch),
        batch,
        texts,
        patterns,
    };
    let rows = 0..batch.num_rows();
    rows.filter_map(|row| reading.event(row)).collect()
}

struct Reading<'a> {
    batch: &'a RecordBatch,
    texts: Texts<'a>,
    patterns: &'a Patterns,
    fields: Vec<(&'a str, Kind, Cell<'a>)>,
    pairs: Option<Pairs<'a>>,
}

impl Reading<'_> {
    fn column<T: 'static>(&self, name: &str) -> Option<&T> {
        self.batch.column_by_name(name)?.as_any().downcast_ref()
    }

    fn word(&self, name: &str, row: usize) -> &str {
        let column: Option<&StringArray> = self.column(name);
        let column = column.filter(|column| column.is_valid(row));
        column.map_or("", |column| column.value(row))
    }

    fn event(&self, row: usize) -> Option<StoredEvent> {
        let mut text = Vec::new();
        self.texts.write(row, self.patterns, &mut text)?;
        let text = String::from_utf8(text).ok()?;
        let received: &TimestampMillisecondArray = self.column("received")?;
        let sequences: &Int64Array = self.column("sequence")?;
        let raw: Option<&BinaryArray> = self.column("raw");
        let raw = match raw.filter(|raw| raw.is_valid(row)) {
            Some(raw) => raw.value(row).to_vec(),
            None => match Encoding::named(self.word("encoding", row)) {
                Some(encoding) => encoding.encode(&text),
                None => text.clone().into_bytes(),
            },
        };
        let at = self.texts.at(row);
        let below = i32::try_from(at.nanoseconds).ok()?;
        Some(StoredEvent {
            sequence: sequences.value(row).cast_unsigned(),
            source: self.word("source", row).to_owned(),
            peer: self.word("peer", row).to_owned(),
            transport: self.word("transport", row).to_owned(),
            received_at: Timestamp::from_millisecond(received.value(row)).ok()?,
            event: Event {
                at: Timestamp::new(at.seconds, below).ok()?,
                at_from: time_from_named(self.word("time_from", row)),
                text: Cow::Owned(text),
                fields: self.fields(row),
            },
            raw,
        })
    }

    fn fields(&self, row: usize) -> Vec<EventField<'static>> {
        let mut fields = Vec::new();
        let mut written = Vec::new();
        let mut push = |name: &str, kind: Kind, text: &str| {
            if let Some(value) = value(kind, text) {
                fields.push(EventField {
                    name: FieldName::new(name.to_owned()),
                    value,
                    span: None,
                });
            }
        };
        for (name, kind, cell) in &self.fields {
            written.clear();
            if cell.write(row, &mut written).is_some() {
                push(name, *kind, &String::from_utf8_lossy(&written));
            }
        }
        if let Some(pairs) = self.pairs {
            for (place, name) in pairs.of_row(row) {
                if let Some(kind) = Kind::named(pairs.kinds.value(place)) {
                    push(name, kind, pairs.texts.value(place));
                }
            }
        }
        fields
    }
}

/// A value from its text.
fn value(kind: Kind, text: &str) -> Option<Value<'static>> {
    Some(match kind {
        Kind::Text => Value::Text(Cow::Owned(text.to_owned())),
        Kind::Integer => Value::Integer(text.parse().ok()?),
        Kind::Number => Value::Number(text.parse().ok()?),
        Kind::Bool => Value::Bool(text.parse().ok()?),
        Kind::Address => Value::Address(text.parse().ok()?),
    })
}
