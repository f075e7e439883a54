//! From events in memory to batches in the order of files.

use std::{collections::HashMap, sync::Arc};

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array,
    MapArray, RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
    builder::StringBuilder, new_null_array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::ArrowError;
use xinglin_core::{Field, TimeSource};

use super::layout::{Layout, data_type, entry_field, pair_fields};
use crate::rows::{Cells, Column, NO_TEMPLATE, Names, Rows};

const NONE: u32 = u32::MAX;

/// The rows in the order of files: by what kind of event they are, the hour, where they came
/// from, when.
pub(crate) fn sorted(rows: &Rows) -> Vec<u32> {
    let datasets = ranks(rows.len(), rows.column(Field::EVENT_DATASET));
    let actions = ranks(rows.len(), rows.column(Field::EVENT_ACTION));
    let patterns: Vec<String> = patterns(rows);
    let patterns = rank_of(patterns.iter().map(String::as_str));
    let sources = rank_of(rows.receipts.iter());
    let rank = |ranks: &[u32], number: u32| {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        ranks.get(place).map_or(0, |rank| *rank + 1)
    };
    let earliest = rows.milliseconds.iter().copied().min().map_or(0, hour_of);
    let mut keys: Vec<(u64, u64, u32, i64, u32)> = Vec::with_capacity(rows.len());
    for (place, row) in (0..rows.len()).zip(0_u32..) {
        let of = |list: &[u32]| list.get(place).copied().unwrap_or(NONE);
        let kind = u64::from(of(&datasets)) << 32 | u64::from(of(&actions));
        let time = rows.milliseconds.get(place).copied().unwrap_or_default();
        let hour = u32::try_from(hour_of(time) - earliest).unwrap_or(NONE);
        let part = u64::from(rank(&patterns, of(&rows.templates))) << 32 | u64::from(hour);
        keys.push((kind, part, rank(&sources, of(&rows.sources)), time, row));
    }
    keys.sort_unstable();
    keys.into_iter().map(|key| key.4).collect()
}

/// The hour that a time in milliseconds is in. Rows of one kind are put together by it, so that
/// who asks for an hour need not read what all sources sent in a day.
pub(crate) fn hour_of(millisecond: i64) -> i64 {
    millisecond.div_euclid(3_600_000)
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
    Gather::of(rows, layout).batch(order)
}

/// A value of a row that has no column of its own: its name, its kind and its text.
type Pair<'a> = (&'a str, &'a str, String);

/// What is needed to put rows into any order: made once for all batches of a file.
pub(crate) struct Gather<'a> {
    rows: &'a Rows,
    layout: &'a Layout,
    /// Of the layout: its fields, the slots of numbers, those of texts, and texts themselves.
    fields: Vec<Places<'a>>,
    integers: Vec<Places<'a>>,
    texts: Vec<Places<'a>>,
    whole: Places<'a>,
    patterns: ArrayRef,
    encodings: HashMap<u32, &'a str>,
    raw: HashMap<u32, &'a [u8]>,
    pairs: HashMap<u32, Vec<Pair<'a>>>,
}

impl<'a> Gather<'a> {
    /// For batches of this layout.
    pub(crate) fn of(rows: &'a Rows, layout: &'a Layout) -> Self {
        let places = |column: Option<&'a Column>| Places::of(column, rows.len());
        let named = |name: &String| {
            let place = rows.names.find(name)?;
            rows.columns.get(usize::try_from(place).ok()?)
        };
        let slots = |slots: &[u8], columns: &'a [Column]| -> Vec<Places<'a>> {
            let columns = slots.iter().map(|slot| columns.get(usize::from(*slot)));
            columns.map(places).collect()
        };
        let encodings = rows.encodings.iter();
        let raw = rows.raw.iter();
        Self {
            rows,
            layout,
            fields: layout
                .fields
                .keys()
                .map(|name| places(named(name)))
                .collect(),
            integers: slots(&layout.integers, &rows.integers),
            texts: slots(&layout.texts, &rows.texts),
            whole: places(Some(&rows.whole)),
            patterns: Arc::new(StringArray::from_iter_values(patterns(rows))),
            encodings: encodings.map(|(row, of)| (*row, of.name())).collect(),
            raw: raw.map(|(row, of)| (*row, of.as_ref())).collect(),
            pairs: if layout.pairs {
                pairs_of(rows, layout)
            } else {
                HashMap::new()
            },
        }
    }

    /// Rows in this order.
    pub(crate) fn batch(&self, order: &[u32]) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(self.layout.schema(), self.columns(order)?)
    }

    fn columns(&self, order: &[u32]) -> Result<Vec<ArrayRef>, ArrowError> {
        let (rows, layout) = (self.rows, self.layout);
        let time = |values: &[i64]| -> ArrayRef {
            let values = TimestampMillisecondArray::from_iter_values(each(order, values).flatten());
            Arc::new(values.with_timezone("UTC"))
        };
        let mut columns = vec![time(&rows.milliseconds)];
        if layout.rests {
            let rests = each(order, &rows.rests).map(|rest| {
                let rest = rest.filter(|rest| *rest != 0)?;
                i32::try_from(rest).ok()
            });
            columns.push(Arc::new(rests.collect::<Int32Array>()));
        }
        let times_from = each(order, &rows.times_from).map(|from| from.map(time_from_name));
        columns.push(Arc::new(times_from.collect::<StringArray>()));
        columns.push(time(&rows.received));
        let sequences = each(order, &rows.sequences).flatten();
        columns.push(Arc::new(Int64Array::from_iter_values(
            sequences.map(u64::cast_signed),
        )));
        columns.push(self.receipts(order, &rows.sources, false));
        columns.push(self.receipts(order, &rows.peers, true));
        columns.push(self.receipts(order, &rows.transports, true));
        let mut places = Vec::new();
        for field in &self.fields {
            columns.push(field.column(order, &mut places));
        }
        if layout.pairs {
            let pairs = order.iter().map(|row| self.pairs.get(row));
            columns.push(pairs_array(
                pairs.map(|pairs| pairs.map_or(&[][..], Vec::as_slice)),
            )?);
        }
        columns.push(self.templates(order)?);
        for slot in self.integers.iter().chain(&self.texts) {
            columns.push(slot.column(order, &mut places));
        }
        columns.push(self.whole.column(order, &mut places));
        if layout.encoding {
            let names = order.iter().map(|row| self.encodings.get(row).copied());
            columns.push(Arc::new(names.collect::<StringArray>()));
        }
        if layout.raw {
            let values = order.iter().map(|row| self.raw.get(row).copied());
            columns.push(Arc::new(values.collect::<BinaryArray>()));
        }
        Ok(columns)
    }

    fn receipts(&self, order: &[u32], numbers: &[u32], may_lack: bool) -> ArrayRef {
        let names = each(order, numbers).map(|number| {
            let name = self.rows.receipts.get(number?);
            (!may_lack || !name.is_empty()).then_some(name)
        });
        Arc::new(names.collect::<StringArray>())
    }

    fn templates(&self, order: &[u32]) -> Result<ArrayRef, ArrowError> {
        let keys = each(order, &self.rows.templates).map(|template| {
            let template = template.filter(|template| *template != NO_TEMPLATE)?;
            i32::try_from(template).ok()
        });
        let keys: Int32Array = keys.collect();
        Ok(Arc::new(DictionaryArray::try_new(
            keys,
            Arc::clone(&self.patterns),
        )?))
    }
}

fn each<'v, T: Copy>(order: &'v [u32], values: &'v [T]) -> impl Iterator<Item = Option<T>> + 'v {
    let places = order.iter();
    places.map(|row| values.get(usize::try_from(*row).ok()?).copied())
}

/// A column, and where the value of each row stands among its values.
struct Places<'a> {
    column: Option<&'a Column>,
    /// A bit for each row that has a value, and how many have before each 64 of them.
    filled: Vec<(u64, u32)>,
}

impl<'a> Places<'a> {
    fn of(column: Option<&'a Column>, rows: usize) -> Self {
        let own = column.map_or(&[][..], |column| &column.rows);
        let mut filled = vec![(0_u64, 0_u32); if own.is_empty() { 0 } else { rows.div_ceil(64) }];
        for row in own {
            let part = usize::try_from(row / 64).unwrap_or(usize::MAX);
            if let Some((bits, _)) = filled.get_mut(part) {
                *bits |= 1 << (row % 64);
            }
        }
        let mut before = 0;
        for (bits, count) in &mut filled {
            *count = before;
            before += bits.count_ones();
        }
        Self { column, filled }
    }

    fn place(&self, row: u32) -> Option<u32> {
        let (bits, before) = self.filled.get(usize::try_from(row / 64).ok()?)?;
        let bit = 1_u64 << (row % 64);
        (bits & bit != 0).then(|| before + (bits & (bit - 1)).count_ones())
    }

    /// The column in this order. `places` is only memory.
    fn column(&self, order: &[u32], places: &mut Vec<Option<u32>>) -> ArrayRef {
        let empty = Column::default();
        let column = self.column.unwrap_or(&empty);
        places.clear();
        places.extend(order.iter().map(|row| self.place(*row)));
        let filled = places.iter().flatten().count();
        let places = places.iter().map(|place| usize::try_from((*place)?).ok());
        match &column.cells {
            Cells::Text { ends, together } => {
                let share = filled * together.len() / ends.len().max(1);
                let mut builder =
                    StringBuilder::with_capacity(order.len(), share.min(together.len()));
                if filled == 0 {
                    builder.append_nulls(order.len());
                } else {
                    for place in places {
                        builder.append_option(place.map(|place| column.text(place)));
                    }
                }
                Arc::new(builder.finish())
            }
            Cells::Integer(_) | Cells::Number(_) | Cells::Bool(_) if filled == 0 => {
                new_null_array(&data_type(column.kind), order.len())
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
}

/// Values without a column of their own, by their rows.
fn pairs_of<'a>(rows: &'a Rows, layout: &Layout) -> HashMap<u32, Vec<Pair<'a>>> {
    let mut of_row: HashMap<u32, Vec<Pair<'_>>> = HashMap::new();
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
    of_row
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
