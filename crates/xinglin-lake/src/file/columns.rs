//! Columns that no file has as they are asked for.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    builder::StringBuilder,
};

use super::{
    open::FileError,
    texts::{Pairs, Patterns, Texts},
};
use crate::rows::Kind;

/// The texts of rows.
pub(crate) fn rendered(
    batch: &RecordBatch,
    patterns: &mut Patterns,
) -> Result<ArrayRef, FileError> {
    let texts = Texts::of(batch, patterns);
    let mut builder = StringBuilder::with_capacity(batch.num_rows(), batch.num_rows() * 256);
    let mut text = Vec::new();
    for row in 0..batch.num_rows() {
        let written = texts.write(row, patterns, &mut text);
        let text = written.and_then(|()| str::from_utf8(&text).ok());
        builder.append_value(text.ok_or(FileError::Text)?);
    }
    Ok(Arc::new(builder.finish()))
}

/// The column of a field; where a row has no value in it, the first such value of its pairs.
pub(crate) fn with_pairs(
    column: Option<&ArrayRef>,
    batch: &RecordBatch,
    name: &str,
    kind: Kind,
) -> Result<ArrayRef, FileError> {
    let pairs = Pairs::of(batch);
    if let (Some(column), None) = (column, pairs) {
        return Ok(Arc::clone(column));
    }
    let pair = |row: usize| -> Option<&str> {
        let pairs = pairs?;
        let mut found = pairs
            .of_row(row)
            .filter(|(place, of)| *of == name && pairs.kinds.value(*place) == kind.name());
        found.next().map(|(place, _)| pairs.texts.value(place))
    };
    let rows = 0..batch.num_rows();
    Ok(match kind {
        Kind::Text | Kind::Address => {
            let own: Option<&StringArray> = downcast(column)?;
            let value = |row| {
                valid(own, row)
                    .map(|own| own.value(row))
                    .or_else(|| pair(row))
            };
            Arc::new(rows.map(value).collect::<StringArray>())
        }
        Kind::Integer => {
            let own: Option<&Int64Array> = downcast(column)?;
            let value = |row| {
                let own = valid(own, row).map(|own| own.value(row));
                own.or_else(|| pair(row)?.parse().ok())
            };
            Arc::new(rows.map(value).collect::<Int64Array>())
        }
        Kind::Number => {
            let own: Option<&Float64Array> = downcast(column)?;
            let value = |row| {
                let own = valid(own, row).map(|own| own.value(row));
                own.or_else(|| pair(row)?.parse().ok())
            };
            Arc::new(rows.map(value).collect::<Float64Array>())
        }
        Kind::Bool => {
            let own: Option<&BooleanArray> = downcast(column)?;
            let value = |row| {
                let own = valid(own, row).map(|own| own.value(row));
                own.or_else(|| pair(row)?.parse().ok())
            };
            Arc::new(rows.map(value).collect::<BooleanArray>())
        }
    })
}

fn downcast<T: 'static>(column: Option<&ArrayRef>) -> Result<Option<&T>, FileError> {
    let Some(column) = column else {
        return Ok(None);
    };
    let column = column.as_any().downcast_ref();
    column.map(Some).ok_or(FileError::Format)
}

fn valid<T: Array>(column: Option<&T>, row: usize) -> Option<&T> {
    column.filter(|column| column.is_valid(row))
}
