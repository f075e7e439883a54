//! Rows as JSON.

use arrow_array::{
    Array, BooleanArray, RecordBatch, StringArray, StringViewArray,
    cast::AsArray as _,
    types::{
        ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
        TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use serde_json::Value;

/// The rows of a batch. What JSON has no kind for becomes text; instants are RFC 3339 in UTC.
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
        DataType::Int8 => numbers::<Int8Type>(column),
        DataType::Int16 => numbers::<Int16Type>(column),
        DataType::Int32 => numbers::<Int32Type>(column),
        DataType::Int64 => numbers::<Int64Type>(column),
        DataType::UInt8 => numbers::<UInt8Type>(column),
        DataType::UInt16 => numbers::<UInt16Type>(column),
        DataType::UInt32 => numbers::<UInt32Type>(column),
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
        DataType::Timestamp(TimeUnit::Second, _) => {
            instants::<TimestampSecondType>(column, 1_000_000_000)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            instants::<TimestampMillisecondType>(column, 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            instants::<TimestampMicrosecondType>(column, 1_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            instants::<TimestampNanosecondType>(column, 1)
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

/// Instants whose unit is so many nanoseconds.
fn instants<T: ArrowPrimitiveType<Native = i64>>(column: &dyn Array, unit: i128) -> Vec<Value> {
    let instant = |value: Option<i64>| {
        let value = i128::from(value?) * unit;
        let instant = Timestamp::from_nanosecond(value).ok()?;
        Some(instant.to_string())
    };
    let values = column.as_primitive::<T>().iter();
    values.map(|value| Value::from(instant(value))).collect()
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
