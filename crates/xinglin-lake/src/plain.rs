//! Events as one Parquet file that any program reads: a column for each common field, and the
//! text as it came. What leaves the lake, not what it keeps.

use std::{
    io::{self, Write},
    sync::Arc,
};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{Int64Builder, StringBuilder, TimestampMillisecondBuilder},
};
use arrow_schema::{DataType, Field as Column, Schema, TimeUnit};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};
use serde_json::{Map, Value as Json, json};
use xinglin_core::{Field, FieldName, FieldType, Value};

use crate::file::StoredEvent;

/// Events that are written together, at most …
const ROWS: usize = 8_192;
/// … and their texts, in bytes.
const BYTES: usize = 16 << 20;
/// Rows of a part of the file: so many are in memory, packed.
const GROUP_ROWS: usize = 131_072;
const LEVEL: i32 = 3;

/// Values of a common field.
enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
}

impl Values {
    fn of(field: Field) -> Self {
        match field.value_type() {
            FieldType::Integer => Self::Integer(Int64Builder::new()),
            FieldType::Keyword | FieldType::Text | FieldType::Address => {
                Self::Text(StringBuilder::new())
            }
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::Utf8,
            Self::Integer(_) => DataType::Int64,
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Integer(values) => Arc::new(values.finish()),
        }
    }
}

/// Says what is shown of a text.
pub type Shown = fn(&str) -> String;

/// Writes events as one Parquet file.
pub struct PlainFile<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
    shown: Option<Shown>,
    sequence: Int64Builder,
    times: [TimestampMillisecondBuilder; 2],
    /// Source, peer, transport.
    receipt: [StringBuilder; 3],
    fields: Vec<Values>,
    other: StringBuilder,
    text: StringBuilder,
    rows: usize,
    bytes: usize,
}

impl<W: Write + Send> PlainFile<W> {
    /// Begins a file. With `shown`, of texts and of values only what it leaves is written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, shown: Option<Shown>) -> io::Result<Self> {
        let fields: Vec<Values> = Field::all().map(Values::of).collect();
        let time = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let mut columns = vec![
            Column::new("sequence", DataType::Int64, false),
            Column::new("time", time(), false),
            Column::new("received_at", time(), false),
        ];
        let receipt = ["source", "peer", "transport"];
        columns.extend(receipt.map(|name| Column::new(name, DataType::Utf8, false)));
        let common = Field::all().zip(&fields);
        columns.extend(
            common.map(|(field, values)| Column::new(field.name(), values.data_type(), true)),
        );
        columns.push(Column::new("other", DataType::Utf8, true));
        columns.push(Column::new("text", DataType::Utf8, false));
        let schema = Arc::new(Schema::new(columns));
        let level = ZstdLevel::try_new(LEVEL).map_err(io::Error::other)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties));
        let in_utc = || TimestampMillisecondBuilder::new().with_timezone("UTC");
        Ok(Self {
            writer: writer.map_err(io::Error::other)?,
            schema,
            shown,
            sequence: Int64Builder::new(),
            times: [in_utc(), in_utc()],
            receipt: Default::default(),
            fields,
            other: StringBuilder::new(),
            text: StringBuilder::new(),
            rows: 0,
            bytes: 0,
        })
    }

    fn shown(&self, text: &str) -> String {
        self.shown
            .map_or_else(|| text.to_owned(), |shown| shown(text))
    }

    /// Puts the values of an event into their columns; what has none, or comes again, is in one
    /// column together.
    fn push_fields(&mut self, event: &StoredEvent) {
        let mut values: Vec<Option<&Value<'_>>> = vec![None; self.fields.len()];
        let mut other: Map<String, Json> = Map::new();
        for field in &event.event.fields {
            let place = match field.name {
                FieldName::Common(common) => values.get_mut(common.place()),
                FieldName::Other(_) => None,
            };
            if let Some(free @ None) = place {
                *free = Some(&field.value);
                continue;
            }
            let value = match &field.value {
                Value::Bool(yes) => json!(yes),
                Value::Integer(number) if self.shown.is_none() => json!(number),
                Value::Number(number) if self.shown.is_none() => json!(number),
                other => json!(self.shown(&other.to_text())),
            };
            let all = other.entry(field.name.as_str()).or_insert(json!([]));
            if let Json::Array(all) = all {
                all.push(value);
            }
        }
        let shown = self.shown;
        for (column, value) in self.fields.iter_mut().zip(values) {
            match column {
                Values::Integer(column) => column.append_option(match value {
                    Some(Value::Integer(number)) => Some(*number),
                    Some(value) => value.to_text().parse().ok(),
                    None => None,
                }),
                Values::Text(column) => match value.map(Value::to_text) {
                    None => column.append_null(),
                    Some(text) => match shown {
                        Some(shown) => column.append_value(shown(&text)),
                        None => column.append_value(text),
                    },
                },
            }
        }
        self.other
            .append_option((!other.is_empty()).then(|| Json::Object(other).to_string()));
    }

    fn write(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(self.sequence.finish())];
        let times = self.times.iter_mut();
        columns.extend(times.map(|times| Arc::new(times.finish()) as ArrayRef));
        let receipt = self.receipt.iter_mut();
        columns.extend(receipt.map(|words| Arc::new(words.finish()) as ArrayRef));
        columns.extend(self.fields.iter_mut().map(Values::finish));
        columns.push(Arc::new(self.other.finish()));
        columns.push(Arc::new(self.text.finish()));
        (self.rows, self.bytes) = (0, 0);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let written = self.writer.write(&batch.map_err(io::Error::other)?);
        written.map_err(io::Error::other)
    }
}

impl<W: Write + Send> PlainFile<W> {
    /// Adds an event.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, event: &StoredEvent) -> io::Result<()> {
        self.sequence.append_value(event.sequence.cast_signed());
        let times = [event.event.at, event.received_at];
        for (column, time) in self.times.iter_mut().zip(times) {
            column.append_value(time.as_millisecond());
        }
        let receipt = [&event.source, &event.peer, &event.transport];
        for (column, word) in self.receipt.iter_mut().zip(receipt) {
            column.append_value(word);
        }
        self.push_fields(event);
        let text = self.shown(&event.event.text);
        self.bytes += text.len();
        self.text.append_value(text);
        self.rows += 1;
        if self.rows >= ROWS || self.bytes >= BYTES {
            self.write()?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.write()?;
        self.writer.close().map(drop).map_err(io::Error::other)
    }
}
