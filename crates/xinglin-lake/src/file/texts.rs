//! The texts of a batch of rows, rendered from their templates.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use arrow_array::{
    Array, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, MapArray,
    RecordBatch, StringArray, StructArray, TimestampMillisecondArray, types::Int32Type,
};

use super::open::FileError;
use crate::{
    rows::Names,
    template::{At, Template, Values},
};

const NONE: u32 = u32::MAX;

/// Templates by their patterns, over many batches.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// Columns that templates refer to.
    names: Names,
    /// None where a pattern is none.
    templates: Vec<Option<Template>>,
    numbers: HashMap<String, u32>,
}

impl Patterns {
    fn number(&mut self, pattern: &str) -> u32 {
        if let Some(number) = self.numbers.get(pattern) {
            return *number;
        }
        let number = u32::try_from(self.templates.len()).unwrap_or(NONE);
        let template = Template::parse(pattern, |name| self.names.number(name));
        self.templates.push(template);
        self.numbers.insert(pattern.to_owned(), number);
        number
    }

    /// Adds the columns that the texts of rows with these patterns are rendered from.
    pub(crate) fn columns_of(&mut self, batch: &RecordBatch, columns: &mut BTreeSet<String>) {
        columns.extend(["time", "time_rest", "template", "text", "more"].map(str::to_owned));
        let mut numbers = numbers(batch, self);
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let Some(template) = self.template(number) else {
                continue;
            };
            columns.extend(
                template
                    .fields()
                    .map(|(_, column)| self.name(column).to_owned()),
            );
            let (integers, texts) = template.slots();
            columns.extend(integers.map(super::layout::integer_slot));
            columns.extend(texts.map(super::layout::text_slot));
        }
    }

    /// The name of a column that templates refer to.
    pub(super) fn name(&self, column: u32) -> &str {
        self.names.get(column)
    }

    pub(super) fn template(&self, number: u32) -> Option<&Template> {
        self.templates.get(usize::try_from(number).ok()?)?.as_ref()
    }
}

/// A column that templates refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    Text(&'a StringArray),
    /// Texts by the numbers of a dictionary.
    Keyed(&'a DictionaryArray<Int32Type>, &'a StringArray),
    Integer(&'a Int64Array),
    Number(&'a Float64Array),
    Bool(&'a BooleanArray),
    /// No column of its own.
    Pair,
}

impl<'a> Cell<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        let Some(column) = batch.column_by_name(name) else {
            return Self::Pair;
        };
        let any = column.as_any();
        let keyed = || {
            let keys: &DictionaryArray<Int32Type> = any.downcast_ref()?;
            Some(Self::Keyed(keys, keys.values().as_any().downcast_ref()?))
        };
        let text = any.downcast_ref().map(Self::Text);
        text.or_else(keyed)
            .or_else(|| any.downcast_ref().map(Self::Integer))
            .or_else(|| any.downcast_ref().map(Self::Number))
            .or_else(|| any.downcast_ref().map(Self::Bool))
            .unwrap_or(Self::Pair)
    }

    /// The value of a row of a column of texts.
    pub(crate) fn text(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Text(column) if column.is_valid(row) => Some(column.value(row)),
            Self::Keyed(keys, values) if keys.is_valid(row) => {
                let key = usize::try_from(keys.keys().value(row)).ok()?;
                (key < values.len()).then(|| values.value(key))
            }
            _ => None,
        }
    }

    /// Writes the value of a row; nothing when it has none.
    pub(crate) fn write(self, row: usize, into: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Text(_) | Self::Keyed(..) => {
                into.extend_from_slice(self.text(row)?.as_bytes());
            }
            Self::Integer(column) if column.is_valid(row) => {
                let value = xinglin_core::Value::Integer(column.value(row));
                crate::rows::write_value(&value, into);
            }
            Self::Number(column) if column.is_valid(row) => {
                into.extend_from_slice(column.value(row).to_string().as_bytes());
            }
            Self::Bool(column) if column.is_valid(row) => {
                into.extend_from_slice(column.value(row).to_string().as_bytes());
            }
            _ => return None,
        }
        Some(())
    }
}

/// The pairs of the rows of a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pairs<'a> {
    map: &'a MapArray,
    names: &'a StringArray,
    pub(super) kinds: &'a StringArray,
    pub(crate) texts: &'a StringArray,
}

impl<'a> Pairs<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Option<Self> {
        let map: &MapArray = batch.column_by_name("more")?.as_any().downcast_ref()?;
        let values: &StructArray = map.values().as_any().downcast_ref()?;
        Some(Self {
            map,
            names: map.keys().as_any().downcast_ref()?,
            kinds: values.column_by_name("kind")?.as_any().downcast_ref()?,
            texts: values.column_by_name("text")?.as_any().downcast_ref()?,
        })
    }

    /// The names of all pairs.
    pub(super) fn names(self) -> impl Iterator<Item = &'a str> {
        self.names.iter().flatten()
    }

    /// Whether any row may have a pair of this name.
    pub(crate) fn has_name(self, name: &str) -> bool {
        self.names().any(|of| of == name)
    }

    /// The values of a row that have this name.
    pub(crate) fn texts_of(self, row: usize, name: &str) -> impl Iterator<Item = &'a str> {
        let of_name = self.of_row(row).filter(move |(_, of)| *of == name);
        of_name.map(move |(place, _)| self.texts.value(place))
    }

    /// Places of the pairs of a row, with their names.
    pub(crate) fn of_row(self, row: usize) -> impl Iterator<Item = (usize, &'a str)> {
        let offsets = self.map.value_offsets();
        let offset = |place: usize| {
            let offset = offsets.get(place).copied().unwrap_or_default();
            usize::try_from(offset).unwrap_or_default()
        };
        let is_there = self.map.is_valid(row);
        let range = if is_there {
            offset(row)..offset(row + 1)
        } else {
            0..0
        };
        let most = self.names.len().min(self.kinds.len()).min(self.texts.len());
        let names = self.names;
        range
            .filter(move |place| *place < most)
            .map(move |place| (place, names.value(place)))
    }
}

/// The texts of a batch.
pub(crate) struct Texts<'a> {
    templates: Vec<u32>,
    cells: Vec<Cell<'a>>,
    integers: Vec<Option<&'a Int64Array>>,
    words: Vec<Option<&'a StringArray>>,
    whole: Option<&'a StringArray>,
    times: Option<&'a TimestampMillisecondArray>,
    rests: Option<&'a Int32Array>,
    pairs: Option<Pairs<'a>>,
}

fn column<'a, T: 'static>(batch: &'a RecordBatch, name: &str) -> Option<&'a T> {
    batch.column_by_name(name)?.as_any().downcast_ref()
}

/// The number of the template of each row.
fn numbers(batch: &RecordBatch, patterns: &mut Patterns) -> Vec<u32> {
    let dictionary: Option<&DictionaryArray<Int32Type>> = column(batch, "template");
    dictionary.map_or_else(Vec::new, |dictionary| {
        let values: Option<&StringArray> = dictionary.values().as_any().downcast_ref();
        let mut numbers = vec![NONE; values.map_or(0, Array::len)];
        let keys = dictionary.keys();
        let each = keys.iter().map(|key| {
            let key = usize::try_from(key?).ok()?;
            let number = numbers.get_mut(key)?;
            if *number == NONE {
                *number = patterns.number(values?.value(key));
            }
            Some(*number)
        });
        each.map(|number| number.unwrap_or(NONE)).collect()
    })
}

impl<'a> Texts<'a> {
    /// The texts of these rows.
    pub(crate) fn of(batch: &'a RecordBatch, patterns: &mut Patterns) -> Self {
        let templates = numbers(batch, patterns);
        let slots = 0..=u8::MAX;
        Self {
            templates,
            cells: patterns
                .names
                .iter()
                .map(|name| Cell::of(batch, name))
                .collect(),
            integers: trimmed(
                slots
                    .clone()
                    .map(|slot| column(batch, &super::layout::integer_slot(slot))),
            ),
            words: trimmed(slots.map(|slot| column(batch, &super::layout::text_slot(slot)))),
            whole: column(batch, "text"),
            times: column(batch, "time"),
            rests: column(batch, "time_rest"),
            pairs: Pairs::of(batch),
        }
    }

    /// Writes the text of a row in place of what the buffer holds; nothing when the row does
    /// not say it, which a whole file does not let happen.
    pub(crate) fn write(&self, row: usize, patterns: &Patterns, into: &mut Vec<u8>) -> Option<()> {
        into.clear();
        let number = self.templates.get(row).copied().unwrap_or(NONE);
        if let Some(template) = patterns.template(number) {
            let values = RowValues {
                texts: self,
                patterns,
                row,
            };
            return template.render(&values, into);
        }
        let whole = self.whole.filter(|whole| whole.is_valid(row))?;
        into.extend_from_slice(whole.value(row).as_bytes());
        Some(())
    }

    /// The same, with the places of values; the number of the template, where there is one.
    pub(super) fn write_marked(
        &self,
        row: usize,
        patterns: &Patterns,
        into: &mut Vec<u8>,
        places: &mut Vec<Range<usize>>,
    ) -> Result<Option<u32>, FileError> {
        places.clear();
        let number = self.templates.get(row).copied().unwrap_or(NONE);
        let Some(template) = patterns.template(number) else {
            let written = self.write(row, patterns, into);
            return written.map(|()| None).ok_or(FileError::Text);
        };
        into.clear();
        let values = RowValues {
            texts: self,
            patterns,
            row,
        };
        let mark = |start, end| places.push(start..end);
        let rendered = template.render_marked(&values, into, mark);
        rendered.map(|()| Some(number)).ok_or(FileError::Text)
    }

    /// The time of a row.
    pub(crate) fn at(&self, row: usize) -> At {
        let millisecond = self.times.map_or(0, |times| times.value(row));
        let rest = self.rests.filter(|rests| rests.is_valid(row));
        let rest = rest.and_then(|rests| u32::try_from(rests.value(row)).ok());
        At::of_stored(millisecond, rest.unwrap_or(0))
    }
}

/// The columns up to the last that is there.
fn trimmed<T>(columns: impl Iterator<Item = Option<T>>) -> Vec<Option<T>> {
    let mut columns: Vec<_> = columns.collect();
    let used = columns
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    columns.truncate(used);
    columns
}

struct RowValues<'t, 'a> {
    texts: &'t Texts<'a>,
    patterns: &'t Patterns,
    row: usize,
}

impl Values for RowValues<'_, '_> {
    fn field(&self, number: u32, into: &mut Vec<u8>) -> Option<()> {
        let cell = *self.texts.cells.get(usize::try_from(number).ok()?)?;
        cell.write(self.row, into).or_else(|| {
            let name = self.patterns.names.get(number);
            self.texts.pair(self.row, name, into)
        })
    }

    fn integer(&self, slot: u8) -> Option<i64> {
        let column = (*self.texts.integers.get(usize::from(slot))?)?;
        column.is_valid(self.row).then(|| column.value(self.row))
    }

    fn text(&self, slot: u8, into: &mut Vec<u8>) -> Option<()> {
        let column = (*self.texts.words.get(usize::from(slot))?)?;
        if column.is_null(self.row) {
            return None;
        }
        into.extend_from_slice(column.value(self.row).as_bytes());
        Some(())
    }

    fn at(&self) -> At {
        self.texts.at(self.row)
    }
}

impl Texts<'_> {
    /// Writes the value that a row keeps as a pair; nothing when it has none.
    fn pair(&self, row: usize, name: &str, into: &mut Vec<u8>) -> Option<()> {
        let pairs = self.pairs?;
        let (place, _) = pairs.of_row(row).find(|(_, of)| *of == name)?;
        into.extend_from_slice(pairs.texts.value(place).as_bytes());
        Some(())
    }
}
