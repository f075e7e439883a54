//! From events in memory to batches in the order of files.

use std::{collections::HashMap, sync::Arc};

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array,
    MapArray, RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
    builder::StringBuilder,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::ArrowError;
use xinglin_core::{Field, TimeSource};

use super::layout::{Layout, entry_field, pair_fields};
use crate::rows::{Cells, Column, NO_TEMPLATE, Names, Rows};

const NONE: u32 = u32::MAX;

/// The rows in the order of files: by what kind of event they are, where they came from, when.
pub(crate) fn sorted(rows: &Rows) -> Vec<u32> {
    let datasets = ranks(rows.len(), rows.column(Field::EVENT_DATASET));
    let actions = ranks(rows.len(), rows.column(Field::EVENT_ACTION));
    let patterns: Vec<String> = patterns(rows);
    let patterns = rank_of(patterns.iter().map(String::as_str));
    let sources = rank_of(rows.receipts.iter());
    let rank = |ranks: &[u32], number: u32| {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        ranks.get(place).map_or(0, |rank| u64::from(*rank) + 1)
    };
    let mut keys: Vec<(u64, u64, i64, u32)> = Vec::with_capacity(rows.len());
    for (place, row) in (0..rows.len()).zip(0_u32..) {
        let of = |list: &[u32]| list.get(place).copied().unwrap_or(NONE);
        let kind = u64::from(of(&datasets)) << 32 | u64::from(of(&actions));
        let origin = rank(&patterns, of(&rows.templates)) << 32 | rank(&sources, of(&rows.sources));
        let time = rows.milliseconds.get(place).copied().unwrap_or_default();
        keys.push((kind, origin, time, row));
    }
    keys.sort_unstable();
    keys.into_iter().map(|key| key.3).collect()
}

/// Rows from all over these, which together are like the whole.
pub(crate) fn sample_rows(order: &[u32]) -> Vec<u32> {
    const PARTS: usize = 24;
    const PART_ROWS: usize = 1_024;
    if order.len() <= PARTS * PART_ROWS {
        return order.to_vec();
    }
    let starts = (0..PARTS).map(|part| part * (order.len() - PART_ROWS) / PARTS);
    let parts = starts.filter_map(|start| order.get(start..start + PART_ROWS));
    parts.flatten().copied().collect()
}

/// The rank of each row's value in a column; 0 for rows without one.
fn ranks(rows: usize, column: Option<&Column>) -> Vec<u32> {
    let mut ranks = vec![0; rows];
    let Some(column) = column else { return ranks };
    let mut names = Names::default();
    let numbers: Vec<u32> = (0..column.rows.len())
        .map(|place| names.number(column.text(place)))
        .collect();
    let by_number = rank_of(names.iter());
    for (row, number) in column.rows.iter().zip(numbers) {
        let rank = usize::try_from(number)
            .ok()
            .and_then(|place| by_number.get(place));
        let row = usize::try_from(*row)
            .ok()
            .and_then(|place| ranks.get_mut(place));
        if let (Some(row), Some(rank)) = (row, rank) {
            *row = rank + 1;
        }
    }
    ranks
}

/// The place that each of these has when they are sorted.
fn rank_of<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Vec<u32> {
    let mut order: Vec<(&str, usize)> = names.zip(0..).collect();
    let mut ranks = vec![0; order.len()];
    order.sort_unstable();
    for ((_, place), rank) in order.into_iter().zip(0..) {
        if let Some(slot) = ranks.get_mut(place) {
            *slot = rank;
        }
    }
    ranks
}

/// The patterns of all templates.
fn patterns(rows: &Rows) -> Vec<String> {
    let templates = rows.encoder.templates().iter();
    templates
        .map(|template| template.pattern(|column| rows.names.get(column)))
        .collect()
}

/// The rows in this order, as one batch.
pub(crate) fn gather(
    rows: &Rows,
    order: &[u32],
    layout: &Layout,
) -> Result<RecordBatch, ArrowError> {
    let mut places = vec![NONE; rows.len()];
    for (row, place) in order.iter().zip(0..) {
        let slot = usize::try_from(*row)
            .ok()
            .and_then(|row| places.get_mut(row));
        if let Some(slot) = slot {
            *slot = place;
        }
    }
    let gather = Gather {
        rows,
        order,
        places,
    };
    let columns = gather.columns(layout)?;
    RecordBatch::try_new(layout.schema(), columns)
}

struct Gather<'a> {
    rows: &'a Rows,
    order: &'a [u32],
    /// The place of each row in the order.
    places: Vec<u32>,
}

impl Gather<'_> {
    fn each<'v, T: Copy>(&'v self, values: &'v [T]) -> impl Iterator<Item = Option<T>> + 'v {
        let places = self.order.iter();
        places.map(|row| values.get(usize::try_from(*row).ok()?).copied())
    }

    fn columns(&self, layout: &Layout) -> Result<Vec<ArrayRef>, ArrowError> {
        let rows = self.rows;
        let time = |values: &[i64]| -> ArrayRef {
            let values = TimestampMillisecondArray::from_iter_values(self.each(values).flatten());
            Arc::new(values.with_timezone("UTC"))
        };
        let mut columns = vec![time(&rows.milliseconds)];
        if layout.rests {
            let rests = self.each(&rows.rests).map(|rest| {
                let rest = rest.filter(|rest| *rest != 0)?;
                i32::try_from(rest).ok()
            });
            columns.push(Arc::new(rests.collect::<Int32Array>()));
        }
        let times_from = self
            .each(&rows.times_from)
            .map(|from| from.map(time_from_name));
        columns.push(Arc::new(times_from.collect::<StringArray>()));
        columns.push(time(&rows.received));
        let sequences = self.each(&rows.sequences).flatten();
        columns.push(Arc::new(Int64Array::from_iter_values(
            sequences.map(u64::cast_signed),
        )));
        columns.push(self.receipts(&rows.sources, false));
        columns.push(self.receipts(&rows.peers, true));
        columns.push(self.receipts(&rows.transports, true));
        let mut dense = Vec::new();
        for name in layout.fields.keys() {
            let place = rows
                .names
                .find(name)
                .and_then(|place| usize::try_from(place).ok());
            let column = place.and_then(|place| rows.columns.get(place));
            columns.push(self.column(column, &mut dense));
        }
        if layout.pairs {
            columns.push(self.pairs(layout)?);
        }
        columns.push(self.templates()?);
        for slot in &layout.integers {
            let column = rows.integers.get(usize::from(*slot));
            columns.push(self.column(column, &mut dense));
        }
        for slot in &layout.texts {
            let column = rows.texts.get(usize::from(*slot));
            columns.push(self.column(column, &mut dense));
        }
        columns.push(self.column(Some(&rows.whole), &mut dense));
        if layout.encoding {
            let encodings: HashMap<u32, &str> = rows
                .encodings
                .iter()
                .map(|(row, of)| (*row, of.name()))
                .collect();
            let names = self.order.iter().map(|row| encodings.get(row).copied());
            columns.push(Arc::new(names.collect::<StringArray>()));
        }
        if layout.raw {
            let raw: HashMap<u32, &[u8]> = rows
                .raw
                .iter()
                .map(|(row, of)| (*row, of.as_ref()))
                .collect();
            let values = self.order.iter().map(|row| raw.get(row).copied());
            columns.push(Arc::new(values.collect::<BinaryArray>()));
        }
        Ok(columns)
    }

    fn receipts(&self, numbers: &[u32], may_lack: bool) -> ArrayRef {
        let names = self.each(numbers).map(|number| {
            let name = self.rows.receipts.get(number?);
            (!may_lack || !name.is_empty()).then_some(name)
        });
        Arc::new(names.collect::<StringArray>())
    }

    /// A column in this order. `dense` is only memory.
    fn column(&self, column: Option<&Column>, dense: &mut Vec<u32>) -> ArrayRef {
        dense.clear();
        dense.resize(self.order.len(), NONE);
        let empty = Column::default();
        let column = column.unwrap_or(&empty);
        for (row, value) in column.rows.iter().zip(0_u32..) {
            let place = usize::try_from(*row)
                .ok()
                .and_then(|row| self.places.get(row));
            let place = place.and_then(|place| usize::try_from(*place).ok());
            if let Some(slot) = place.and_then(|place| dense.get_mut(place)) {
                *slot = value;
            }
        }
        let places = dense.iter().map(|value| {
            let value = Some(*value).filter(|value| *value != NONE)?;
            usize::try_from(value).ok()
        });
        match &column.cells {
            Cells::Text { ends, together } => {
                let mut builder = {
                    let share = self.order.len() * together.len() / ends.len().max(1);
                    StringBuilder::with_capacity(self.order.len(), share.min(together.len()))
                };
                for place in places {
                    builder.append_option(place.map(|place| column.text(place)));
                }
                Arc::new(builder.finish())
            }
            Cells::Integer(values) => Arc::new(
                places
                    .map(|place| values.get(place?).copied())
                    .collect::<Int64Array>(),
            ),
            Cells::Number(values) => Arc::new(
                places
                    .map(|place| values.get(place?).copied())
                    .collect::<Float64Array>(),
            ),
            Cells::Bool(values) => Arc::new(
                places
                    .map(|place| values.get(place?).copied())
                    .collect::<BooleanArray>(),
            ),
        }
    }

    fn templates(&self) -> Result<ArrayRef, ArrowError> {
        let patterns = StringArray::from_iter_values(patterns(self.rows));
        let keys = self.each(&self.rows.templates).map(|template| {
            let template = template.filter(|template| *template != NO_TEMPLATE)?;
            i32::try_from(template).ok()
        });
        let keys: Int32Array = keys.collect();
        Ok(Arc::new(DictionaryArray::try_new(
            keys,
            Arc::new(patterns),
        )?))
    }

    /// Values without a column of their own, by name.
    fn pairs(&self, layout: &Layout) -> Result<ArrayRef, ArrowError> {
        let rows = self.rows;
        let mut of_row: HashMap<u32, Vec<(&str, &str, String)>> = HashMap::new();
        for (name, column) in rows.names.iter().zip(&rows.columns) {
            if layout.fields.contains_key(name) {
                continue;
            }
            for (row, place) in column.rows.iter().zip(0..) {
                let pair = (name, column.kind.name(), cell_text(column, place));
                of_row.entry(*row).or_default().push(pair);
            }
        }
        for pair in &rows.pairs {
            let name = rows.pair_names.get(pair.name);
            let value = (name, pair.kind.name(), pair.text.to_string());
            of_row.entry(pair.row).or_default().push(value);
        }
        let of_order = self
            .order
            .iter()
            .map(|row| of_row.get(row).map_or(&[][..], Vec::as_slice));
        pairs_array(of_order)
    }
}

/// The value at a place of a column, as text.
fn cell_text(column: &Column, place: usize) -> String {
    match &column.cells {
        Cells::Text { .. } => column.text(place).to_owned(),
        Cells::Integer(values) => values
            .get(place)
            .map(ToString::to_string)
            .unwrap_or_default(),
        Cells::Number(values) => values
            .get(place)
            .map(ToString::to_string)
            .unwrap_or_default(),
        Cells::Bool(values) => values
            .get(place)
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// The map column of these pairs: name, kind, text.
pub(super) fn pairs_array<'p>(
    of_rows: impl ExactSizeIterator<Item = &'p [(&'p str, &'p str, String)]>,
) -> Result<ArrayRef, ArrowError> {
    let mut lengths = Vec::with_capacity(of_rows.len());
    let (mut names, mut kinds, mut values) = (
        StringBuilder::new(),
        StringBuilder::new(),
        StringBuilder::new(),
    );
    for pairs in of_rows {
        lengths.push(pairs.len());
        for (name, kind, value) in pairs {
            names.append_value(name);
            kinds.append_value(kind);
            values.append_value(value);
        }
    }
    let kinds: ArrayRef = Arc::new(kinds.finish());
    let values: ArrayRef = Arc::new(values.finish());
    let pairs = StructArray::try_new(pair_fields(), vec![kinds, values], None)?;
    let names: ArrayRef = Arc::new(names.finish());
    let entry = entry_field();
    let arrow_schema::DataType::Struct(fields) = entry.data_type().clone() else {
        return Err(ArrowError::SchemaError("the map has no entries".into()));
    };
    let entries = StructArray::try_new(fields, vec![names, Arc::new(pairs)], None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(MapArray::try_new(
        Arc::new(entry),
        offsets,
        entries,
        None,
        false,
    )?))
}

/// Whose word a time is, in files.
pub(super) fn time_from_name(from: TimeSource) -> &'static str {
    match from {
        TimeSource::Event => "event",
        TimeSource::EventLocal => "local",
        TimeSource::Receipt => "receipt",
    }
}

/// Whose word a time is, by its name in files.
pub(super) fn time_from_named(name: &str) -> TimeSource {
    match name {
        "event" => TimeSource::Event,
        "local" => TimeSource::EventLocal,
        _ => TimeSource::Receipt,
    }
}
