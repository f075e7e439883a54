//! The same events in one plain Parquet file, as a program without a lake would keep them: for
//! the readers that ours is measured beside.

use std::{fs::File, path::Path, sync::Arc};

use arrow_array::{ArrayRef, RecordBatch, TimestampMillisecondArray, builder::StringBuilder};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};
use xinglin_core::{Event, Field};

use super::hospital::Hospital;

/// Rows that are handed over at a time.
const ROWS: usize = 16_384;

/// Their columns beside time, source and message, and the fields in them.
const COLUMNS: [(&str, Field); 6] = [
    ("dataset", Field::EVENT_DATASET),
    ("action", Field::EVENT_ACTION),
    ("outcome", Field::EVENT_OUTCOME),
    ("user_name", Field::USER_NAME),
    ("source_ip", Field::SOURCE_IP),
    ("destination_ip", Field::DESTINATION_IP),
];

#[derive(Default)]
struct Rows {
    times: Vec<i64>,
    sources: StringBuilder,
    messages: StringBuilder,
    fields: [StringBuilder; COLUMNS.len()],
}

impl Rows {
    fn push(&mut self, source: &str, event: &Event<'_>) {
        self.times.push(event.at.as_millisecond());
        self.sources.append_value(source);
        self.messages.append_value(&event.text);
        for ((_, name), column) in COLUMNS.iter().zip(&mut self.fields) {
            let found = event
                .fields
                .iter()
                .find(|field| field.name == (*name).into());
            column.append_option(found.map(|field| field.value.to_text()));
        }
    }

    fn batch(&mut self) -> RecordBatch {
        let times = TimestampMillisecondArray::from(std::mem::take(&mut self.times));
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("time", Arc::new(times.with_timezone("UTC"))),
            ("source", Arc::new(self.sources.finish())),
            ("message", Arc::new(self.messages.finish())),
        ];
        for ((name, _), column) in COLUMNS.iter().zip(&mut self.fields) {
            columns.push((name, Arc::new(column.finish())));
        }
        RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, column)| (name, column, true)),
        )
        .unwrap()
    }
}

/// Writes so many events.
pub(super) fn write(path: &Path, total: u64) {
    let mut hospital = Hospital::new(total);
    let mut rows = Rows::default();
    let level = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
    let properties = WriterProperties::builder().set_compression(level).build();
    let schema = rows.batch().schema();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).unwrap();
    for number in 0..total {
        hospital.with(number, |source, event, _| rows.push(source, event));
        if rows.times.len() == ROWS {
            writer.write(&rows.batch()).unwrap();
        }
    }
    writer.write(&rows.batch()).unwrap();
    writer.close().unwrap();
}
