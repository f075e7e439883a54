//! Which columns a file has.

use std::{collections::BTreeMap, sync::Arc};

use arrow_schema::{DataType, Field as ArrowField, Fields, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::rows::{Kind, RESERVED, Rows};

/// A field gets its own column when at least one row in so many has it.
const RARE: usize = 400;
/// Fields with a column of their own.
const MOST_COLUMNS: usize = 160;

/// The columns of a file, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether a column is there"
)]
pub(crate) struct Layout {
    /// Fields with a column of their own, by name.
    pub(crate) fields: BTreeMap<String, Kind>,
    /// Slots of numbers that occur.
    pub(crate) integers: Vec<u8>,
    /// Slots of texts that occur.
    pub(crate) texts: Vec<u8>,
    /// Whether times are finer than milliseconds.
    pub(crate) rests: bool,
    pub(crate) raw: bool,
    pub(crate) encoding: bool,
    pub(crate) pairs: bool,
}

/// A field column, as the file's metadata names it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedKind {
    name: String,
    kind: String,
}

impl Layout {
    /// The layout for these rows.
    pub(crate) fn of(rows: &Rows) -> Self {
        let least = rows.len() / RARE;
        let mut fields: Vec<_> = rows
            .names
            .iter()
            .zip(&rows.columns)
            .filter(|(_, column)| !column.rows.is_empty())
            .filter(|(name, column)| {
                column.rows.len() > least || xinglin_core::Field::named(name).is_some()
            })
            .collect();
        fields.sort_by_key(|(name, column)| {
            let is_other = xinglin_core::Field::named(name).is_none();
            (is_other, std::cmp::Reverse(column.rows.len()))
        });
        fields.truncate(MOST_COLUMNS);
        let fields: BTreeMap<_, _> = fields
            .into_iter()
            .map(|(name, column)| (name.to_owned(), column.kind))
            .collect();
        let slots = |columns: &[crate::rows::Column]| {
            let used = columns
                .iter()
                .zip(0_u8..)
                .filter(|(of, _)| !of.rows.is_empty());
            used.map(|(_, slot)| slot).collect()
        };
        let has_own = |name: &str| fields.contains_key(name);
        Self {
            integers: slots(&rows.integers),
            texts: slots(&rows.texts),
            rests: rows.rests.iter().any(|rest| *rest != 0),
            raw: !rows.raw.is_empty(),
            encoding: !rows.encodings.is_empty(),
            pairs: !rows.pairs.is_empty()
                || rows
                    .names
                    .iter()
                    .zip(&rows.columns)
                    .any(|(name, column)| !column.rows.is_empty() && !has_own(name)),
            fields,
        }
    }

    /// Takes in the columns of another one.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, kind) in &other.fields {
            match self.fields.get(name) {
                Some(own) if own == kind => {}
                Some(_) => self.pairs = true,
                None if self.fields.len() >= 2 * MOST_COLUMNS => self.pairs = true,
                None => {
                    self.fields.insert(name.clone(), *kind);
                }
            }
        }
        merge(&mut self.integers, &other.integers);
        merge(&mut self.texts, &other.texts);
        self.rests |= other.rests;
        self.raw |= other.raw;
        self.encoding |= other.encoding;
        self.pairs |= other.pairs;
    }

    /// The columns as Arrow has them.
    pub(crate) fn schema(&self) -> SchemaRef {
        let utc: Arc<str> = "UTC".into();
        let time = DataType::Timestamp(TimeUnit::Millisecond, Some(utc));
        let pattern = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let mut fields = vec![ArrowField::new("time", time.clone(), false)];
        if self.rests {
            fields.push(ArrowField::new("time_rest", DataType::Int32, true));
        }
        fields.extend([
            ArrowField::new("time_from", DataType::Utf8, false),
            ArrowField::new("received", time, false),
            ArrowField::new("sequence", DataType::Int64, false),
            ArrowField::new("source", DataType::Utf8, false),
            ArrowField::new("peer", DataType::Utf8, true),
            ArrowField::new("transport", DataType::Utf8, true),
        ]);
        for (name, kind) in &self.fields {
            fields.push(ArrowField::new(name, data_type(*kind), true));
        }
        if self.pairs {
            fields.push(ArrowField::new("more", pairs_type(), true));
        }
        fields.push(ArrowField::new("template", pattern, true));
        for slot in &self.integers {
            fields.push(ArrowField::new(integer_slot(*slot), DataType::Int64, true));
        }
        for slot in &self.texts {
            fields.push(ArrowField::new(text_slot(*slot), DataType::Utf8, true));
        }
        fields.push(ArrowField::new("text", DataType::Utf8, true));
        if self.encoding {
            fields.push(ArrowField::new("encoding", DataType::Utf8, true));
        }
        if self.raw {
            fields.push(ArrowField::new("raw", DataType::Binary, true));
        }
        Arc::new(Schema::new(fields))
    }

    /// The field columns for the file's metadata.
    pub(crate) fn to_json(&self) -> String {
        let named: Vec<_> = self
            .fields
            .iter()
            .map(|(name, kind)| NamedKind {
                name: name.clone(),
                kind: kind.name().to_owned(),
            })
            .collect();
        serde_json::to_string(&named).unwrap_or_default()
    }

    /// The layout of a file with this schema and these named columns; nothing when the two do
    /// not belong together.
    pub(crate) fn read(json: &str, schema: &Schema) -> Option<Self> {
        let named: Vec<NamedKind> = serde_json::from_str(json).ok()?;
        let mut layout = Self::default();
        for field in named {
            let kind = Kind::named(&field.kind)?;
            let column = schema.field_with_name(&field.name).ok()?;
            let is_own = RESERVED.contains(&field.name.as_str());
            if is_own || *column.data_type() != data_type(kind) {
                return None;
            }
            layout.fields.insert(field.name, kind);
        }
        for column in schema.fields() {
            let name = column.name().as_str();
            if let Some(slot) = name.strip_prefix('#') {
                layout.integers.push(slot.parse().ok()?);
            } else if let Some(slot) = name.strip_prefix('$') {
                layout.texts.push(slot.parse().ok()?);
            }
        }
        let has = |name: &str| schema.field_with_name(name).is_ok();
        layout.integers.sort_unstable();
        layout.texts.sort_unstable();
        layout.rests = has("time_rest");
        layout.raw = has("raw");
        layout.encoding = has("encoding");
        layout.pairs = has("more");
        // Every column but the fields has a fixed type.
        let expected = layout.schema();
        let same = expected.fields().iter().all(|field| {
            let found = schema.field_with_name(field.name());
            found.is_ok_and(|found| same_type(found.data_type(), field.data_type()))
        });
        (same && expected.fields().len() == schema.fields().len()).then_some(layout)
    }
}

fn same_type(one: &DataType, other: &DataType) -> bool {
    match (one, other) {
        // Names and nullability inside a map differ between writers.
        (DataType::Map(..), DataType::Map(..)) => true,
        (DataType::Utf8, DataType::Dictionary(_, value)) => **value == DataType::Utf8,
        (one, other) => one == other,
    }
}

fn merge(slots: &mut Vec<u8>, others: &[u8]) {
    slots.extend_from_slice(others);
    slots.sort_unstable();
    slots.dedup();
}

/// The name of the column of a slot of numbers.
pub(crate) fn integer_slot(slot: u8) -> String {
    format!("#{slot}")
}

/// The name of the column of a slot of texts.
pub(crate) fn text_slot(slot: u8) -> String {
    format!("${slot}")
}

/// The type of a column of values of a kind.
pub(super) fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Address => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number => DataType::Float64,
        Kind::Bool => DataType::Boolean,
    }
}

/// Values of a pair: what kind it is, and the value as text.
pub(crate) fn pair_fields() -> Fields {
    Fields::from(vec![
        ArrowField::new("kind", DataType::Utf8, false),
        ArrowField::new("text", DataType::Utf8, false),
    ])
}

/// What stands in a map of pairs.
pub(crate) fn entry_field() -> ArrowField {
    let entry = Fields::from(vec![
        ArrowField::new("keys", DataType::Utf8, false),
        ArrowField::new("values", DataType::Struct(pair_fields()), true),
    ]);
    ArrowField::new("entries", DataType::Struct(entry), false)
}

fn pairs_type() -> DataType {
    DataType::Map(Arc::new(entry_field()), false)
}
