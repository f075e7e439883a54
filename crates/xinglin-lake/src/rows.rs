//! Events in memory, column by column: what is searchable before it is in a file.

mod column;
mod names;

use jiff::Timestamp;
use xinglin_core::{Event, EventField, Field, FieldName, Span, TimeSource, Value};

pub(crate) use column::{Cells, Column, Kind};
pub(crate) use names::Names;

use crate::{
    encoding::Encoding,
    template::{At, Encoder, Place, is_plain_name},
};

/// Other fields that get a column of their own; those beyond are kept as pairs.
const MOST_COLUMNS: usize = 1_024;
/// No template.
pub(crate) const NO_TEMPLATE: u32 = u32::MAX;
/// Names that columns of the lake itself have.
pub(crate) const RESERVED: [&str; 13] = [
    "time",
    "time_rest",
    "time_from",
    "received",
    "sequence",
    "source",
    "peer",
    "transport",
    "template",
    "text",
    "raw",
    "encoding",
    "more",
];

/// How a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// The source of logs, by the name it has with us.
    pub source: &'a str,
    /// Who sent it: an address, empty where nobody did.
    pub peer: &'a str,
    /// By what it came, such as `udp` or `file`.
    pub transport: &'a str,
    /// When it came.
    pub received_at: Timestamp,
}

/// A value that has no column of its own.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) row: u32,
    pub(crate) name: u32,
    pub(crate) kind: Kind,
    pub(crate) text: Box<str>,
}

/// Events, column by column.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) milliseconds: Vec<i64>,
    pub(crate) rests: Vec<u32>,
    pub(crate) times_from: Vec<TimeSource>,
    pub(crate) received: Vec<i64>,
    pub(crate) sequences: Vec<u64>,
    pub(crate) sources: Vec<u32>,
    pub(crate) peers: Vec<u32>,
    pub(crate) transports: Vec<u32>,
    pub(crate) templates: Vec<u32>,
    /// Names of sources, peers and transports.
    pub(crate) receipts: Names,
    pub(crate) columns: Vec<Column>,
    /// The names of `columns`, at the same places.
    pub(crate) names: Names,
    /// Place + 1 of the column of each common field.
    common: Vec<u32>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) pair_names: Names,
    pub(crate) encoder: Encoder,
    pub(crate) integers: Vec<Column>,
    pub(crate) texts: Vec<Column>,
    /// Texts that have no template.
    pub(crate) whole: Column,
    /// Messages whose bytes are not those of their text.
    pub(crate) raw: Vec<(u32, Box<[u8]>)>,
    pub(crate) encodings: Vec<(u32, Encoding)>,
    places: Vec<Place>,
    scratch: Vec<u8>,
    size: usize,
}

impl Rows {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.milliseconds.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.milliseconds.is_empty()
    }

    /// What they take in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.size + self.encoder.size()
    }

    /// The first and the last number.
    pub(crate) fn sequences(&self) -> Option<(u64, u64)> {
        Some((*self.sequences.first()?, *self.sequences.last()?))
    }

    /// Adds an event. `raw` are the bytes of the message, nothing when they are kept with
    /// another event.
    pub(crate) fn push(
        &mut self,
        sequence: u64,
        receipt: &Receipt<'_>,
        event: &Event<'_>,
        raw: Option<&[u8]>,
    ) {
        let row = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let (millisecond, rest) = stored(event.at);
        self.milliseconds.push(millisecond);
        self.rests.push(rest);
        self.times_from.push(event.at_from);
        self.received.push(stored(receipt.received_at).0);
        self.sequences.push(sequence);
        self.sources.push(self.receipts.number(receipt.source));
        self.peers.push(self.receipts.number(receipt.peer));
        self.transports
            .push(self.receipts.number(receipt.transport));
        self.size += 48;
        self.places.clear();
        for field in &event.fields {
            self.field(row, &event.text, field);
        }
        self.text(row, event, At::of_stored(millisecond, rest));
        if let Some(raw) = raw.filter(|raw| *raw != event.text.as_bytes()) {
            if let Some(encoding) = Encoding::of(raw, &event.text) {
                self.encodings.push((row, encoding));
            } else {
                self.size += raw.len();
                self.raw.push((row, raw.into()));
            }
        }
    }

    fn text(&mut self, row: u32, event: &Event<'_>, at: At) {
        if !self.places.is_sorted_by_key(|place| place.start) {
            self.places.sort_unstable_by_key(|place| place.start);
        }
        let mut end = 0;
        self.places.retain(|place| {
            let apart = place.start >= end;
            if apart {
                end = place.end;
            }
            apart
        });
        let text = event.text.as_ref();
        let Some(template) = self.encoder.encode(text, at, &self.places) else {
            self.templates.push(NO_TEMPLATE);
            self.size += self.whole.push_text(row, text);
            return;
        };
        self.templates.push(template);
        for (slot, value) in self.encoder.integers() {
            let column = slot_of(&mut self.integers, *slot, Kind::Integer);
            self.size += column.push_integer(row, *value);
        }
        for (slot, start, end) in self.encoder.texts() {
            let column = slot_of(&mut self.texts, *slot, Kind::Text);
            let part = text.get(*start..*end).unwrap_or_default();
            self.size += column.push_text(row, part);
        }
    }

    fn field(&mut self, row: u32, text: &str, field: &EventField<'_>) {
        let Some(place) = self.column_of(&field.name, &field.value) else {
            self.pair(row, field);
            return;
        };
        let Some(column) = self.columns.get_mut(place) else {
            return;
        };
        // Only the first value of a name has the column.
        if column.kind != Kind::of(&field.value) || column.last_row() == Some(row) {
            self.pair(row, field);
            return;
        }
        self.scratch.clear();
        let written: &[u8] = match &field.value {
            Value::Text(value) => value.as_bytes(),
            value => {
                write_value(value, &mut self.scratch);
                &self.scratch
            }
        };
        self.size += match &field.value {
            Value::Integer(value) => column.push_integer(row, *value),
            Value::Number(value) => column.push_number(row, *value),
            Value::Bool(value) => column.push_bool(row, *value),
            Value::Text(value) => column.push_text(row, value),
            Value::Address(_) => column.push_text(row, str::from_utf8(written).unwrap_or_default()),
        };
        let is_plain = column.is_plain;
        let Some(Span { start, end }) = field.span.filter(|_| is_plain) else {
            return;
        };
        let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
            return;
        };
        // The parser's word is not taken for it.
        let stands = text
            .get(start..end)
            .is_some_and(|part| part.as_bytes() == written);
        if let (true, Ok(column)) = (stands && start < end, u32::try_from(place)) {
            self.places.push(Place { start, end, column });
        }
    }

    fn pair(&mut self, row: u32, field: &EventField<'_>) {
        let text: Box<str> = field.value.to_text().into();
        self.size += text.len() + 32;
        self.pairs.push(Pair {
            row,
            name: self.pair_names.number(field.name.as_str()),
            kind: Kind::of(&field.value),
            text,
        });
    }

    /// The place of the column for a name, made where there is none yet; none when its values
    /// are kept as pairs.
    fn column_of(&mut self, name: &FieldName<'_>, value: &Value<'_>) -> Option<usize> {
        match name {
            FieldName::Common(field) => {
                if self.common.is_empty() {
                    self.common = vec![0; Field::all().len()];
                }
                let known = self.common.get(field.place()).copied()?;
                if let Some(place) = known.checked_sub(1) {
                    return usize::try_from(place).ok();
                }
                let place = self.add(field.name(), Kind::of_field(field.value_type()));
                *self.common.get_mut(field.place())? = u32::try_from(place + 1).ok()?;
                Some(place)
            }
            FieldName::Other(name) => {
                if let Some(place) = self.names.find(name) {
                    return usize::try_from(place).ok();
                }
                if self.columns.len() >= MOST_COLUMNS
                    || RESERVED.contains(&name.as_ref())
                    || name.starts_with(['#', '$'])
                    || name.is_empty()
                {
                    return None;
                }
                Some(self.add(name, Kind::of(value)))
            }
        }
    }

    fn add(&mut self, name: &str, kind: Kind) -> usize {
        self.names.number(name);
        self.columns.push(Column {
            is_plain: is_plain_name(name),
            ..Column::new(kind)
        });
        self.size += 256;
        self.columns.len() - 1
    }

    /// The column of a common field.
    pub(crate) fn column(&self, field: Field) -> Option<&Column> {
        let place = self.common.get(field.place())?.checked_sub(1)?;
        self.columns.get(usize::try_from(place).ok()?)
    }
}

fn slot_of(columns: &mut Vec<Column>, slot: u8, kind: Kind) -> &mut Column {
    let slot = usize::from(slot);
    while columns.len() <= slot {
        columns.push(Column::new(kind));
    }
    // Made above.
    let last = columns.len() - 1;
    &mut columns[slot.min(last)]
}

/// A time as milliseconds since 1970 and the nanoseconds behind them.
pub(crate) fn stored(at: Timestamp) -> (i64, u32) {
    let below = i64::from(at.subsec_nanosecond());
    let millisecond = at.as_second() * 1_000 + below.div_euclid(1_000_000);
    let rest = u32::try_from(below.rem_euclid(1_000_000)).unwrap_or_default();
    (millisecond, rest)
}

/// Writes a value as [`Value::to_text`] does.
pub(crate) fn write_value(value: &Value<'_>, into: &mut Vec<u8>) {
    match value {
        Value::Integer(number) if *number >= 0 => crate::template::digits(*number, 1, into),
        Value::Address(std::net::IpAddr::V4(address)) => {
            for (place, byte) in address.octets().into_iter().enumerate() {
                if place > 0 {
                    into.push(b'.');
                }
                crate::template::digits(i64::from(byte), 1, into);
            }
        }
        value => into.extend_from_slice(value.to_text().as_bytes()),
    }
}
