//! Rows as JSON.

use arrow_array::{
    Array, BooleanArray, RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray,
    cast::AsArray as _,
    types::{ArrowPrimitiveType, Float32Type, Float64Type, Int32Type, Int64Type, UInt64Type},
};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use serde_json::Value;

/// The rows of a batch. What JSON has no kind for becomes text.
pub(super) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<Value>>, ArrowError> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    rows.resize_with(batch.num_rows(), || Vec::with_capacity(batch.num_columns()));
    for column in batch.columns() {
        let values = values(column.as_ref())?;
        for (row, value) in rows.iter_mut().zip(values) {
            row.push(value);
        }
    }
    Ok(rows)
}

fn values(column: &dyn Array) -> Result<Vec<Value>, ArrowError> {
    let any = column.as_any();
    Ok(match column.data_type() {
        DataType::Boolean => {
            let values: Option<&BooleanArray> = any.downcast_ref();
            values.into_iter().flatten().map(Value::from).collect()
        }
        DataType::Int32 => numbers::<Int32Type>(column),
        DataType::Int64 => numbers::<Int64Type>(column),
        DataType::UInt64 => numbers::<UInt64Type>(column),
        DataType::Float32 => numbers::<Float32Type>(column),
        DataType::Float64 => numbers::<Float64Type>(column),
        DataType::Utf8 => {
            let values: Option<&StringArray> = any.downcast_ref();
            values.into_iter().flatten().map(Value::from).collect()
        }
        DataType::Utf8View => {
            let values: Option<&StringViewArray> = any.downcast_ref();
            values.into_iter().flatten().map(Value::from).collect()
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let values: Option<&TimestampMillisecondArray> = any.downcast_ref();
            let time = |value: Option<i64>| {
                let time = value.and_then(|value| Timestamp::from_millisecond(value).ok());
                time.map_or(Value::Null, |time| Value::from(time.to_string()))
            };
            values.into_iter().flatten().map(time).collect()
        }
        _ => written(column)?,
    })
}

fn numbers<T: ArrowPrimitiveType>(column: &dyn Array) -> Vec<Value>
where
    Value: From<Option<T::Native>>,
{
    let values = column.as_primitive::<T>();
    values.iter().map(Value::from).collect()
}

fn written(column: &dyn Array) -> Result<Vec<Value>, ArrowError> {
    let options = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(column, &options)?;
    let value = |row| {
        if column.is_null(row) {
            Value::Null
        } else {
            Value::from(formatter.value(row).to_string())
        }
    };
    Ok((0..column.len()).map(value).collect())
}
