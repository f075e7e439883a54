//! How columns are written: by what their values turn out to be.

use std::collections::{HashMap, HashSet};

use arrow_array::{Array, Int64Array, RecordBatch, StringArray};
use foldhash::fast::FixedState;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion},
    },
    schema::types::ColumnPath,
};

use super::{COLUMNS_KEY, FORMAT, FORMAT_KEY, GROUP_ROWS, PAGE_ROWS, layout::Layout};

/// Columns that say who and where.
const IDENTITIES: [&str; 4] = ["user.name", "source.ip", "destination.ip", "host.name"];
/// Statistics of these are of no use to a search.
const WITHOUT_STATISTICS: [&str; 6] = ["template", "text", "raw", "encoding", "time_rest", "more"];
const MOST_DICTIONARY: usize = 4 << 20;
const MOST_PAGE: usize = 8 << 20;

/// Chooses by samples of the rows of a file.
pub(crate) fn properties(layout: &Layout, samples: &[RecordBatch], level: i32) -> WriterProperties {
    let level = ZstdLevel::try_new(level).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(level))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_data_page_size_limit(MOST_PAGE)
        .set_write_batch_size(1_024)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_page_size_limit(MOST_DICTIONARY)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(concat!("xinglin ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![
            KeyValue::new(FORMAT_KEY.to_owned(), FORMAT.to_owned()),
            KeyValue::new(COLUMNS_KEY.to_owned(), layout.to_json()),
        ]));
    for name in IDENTITIES {
        if layout.fields.contains_key(name) {
            let path = ColumnPath::from(name.to_owned());
            builder = builder
                .set_column_bloom_filter_enabled(path.clone(), true)
                .set_column_bloom_filter_fpp(path.clone(), 0.02)
                .set_column_bloom_filter_max_ndv(path, 1 << 16);
        }
    }
    for field in layout.schema().fields() {
        let path = ColumnPath::new(vec![field.name().clone()]);
        let columns: Vec<&dyn Array> = samples
            .iter()
            .filter_map(|sample| sample.column_by_name(field.name()))
            .map(AsRef::as_ref)
            .collect();
        builder = column_choice(builder, &path, field.name(), &columns);
    }
    builder.build()
}

fn column_choice(
    mut builder: WriterPropertiesBuilder,
    path: &ColumnPath,
    name: &str,
    columns: &[&dyn Array],
) -> WriterPropertiesBuilder {
    let is_slot = name.starts_with(['#', '$']);
    if is_slot || WITHOUT_STATISTICS.contains(&name) {
        builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
    }
    if matches!(name, "time" | "received" | "sequence") {
        return plainly(builder, path, Some(Encoding::DELTA_BINARY_PACKED));
    }
    let integers: Vec<&Int64Array> = of_type(columns);
    if !integers.is_empty() {
        return plainly(builder, path, integer_encoding(&integers));
    }
    plainly(builder, path, text_encoding(&of_type(columns)))
}

fn of_type<'a, T: 'static>(columns: &[&'a dyn Array]) -> Vec<&'a T> {
    columns
        .iter()
        .filter_map(|column| column.as_any().downcast_ref())
        .collect()
}

/// With this encoding and no dictionary; with a dictionary where there is none.
fn plainly(
    builder: WriterPropertiesBuilder,
    path: &ColumnPath,
    encoding: Option<Encoding>,
) -> WriterPropertiesBuilder {
    match encoding {
        None => builder,
        Some(encoding) => builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path.clone(), encoding),
    }
}

/// The encoding that takes the fewest bits; none for a dictionary.
fn integer_encoding(columns: &[&Int64Array]) -> Option<Encoding> {
    let values: Vec<i64> = columns
        .iter()
        .flat_map(|column| column.iter())
        .flatten()
        .collect();
    let costs = [
        (dictionary_bits(&values), None),
        (delta_bits(&values), Some(Encoding::DELTA_BINARY_PACKED)),
        (split_bits(&values), Some(Encoding::BYTE_STREAM_SPLIT)),
    ];
    costs
        .into_iter()
        .min_by_key(|(bits, _)| *bits)
        .and_then(|(_, encoding)| encoding)
}

fn dictionary_bits(values: &[i64]) -> u64 {
    let mut counts: HashMap<i64, u32, FixedState> = HashMap::default();
    let mut runs = 0_u64;
    let mut before = None;
    for value in values {
        *counts.entry(*value).or_default() += 1;
        runs += u64::from(before != Some(*value));
        before = Some(*value);
    }
    let width = u64::from(usize::BITS - counts.len().saturating_sub(1).leading_zeros());
    let places = (wide(values.len()) * width).min(runs * (width + 16));
    // Values of a dictionary are packed too, by about half.
    places + wide(counts.len()) * 32
}

fn delta_bits(values: &[i64]) -> u64 {
    let mut bits = 0;
    for pair in values.windows(33).step_by(32) {
        let deltas = pair
            .iter()
            .zip(pair.iter().skip(1))
            .map(|(one, next)| next.wrapping_sub(*one));
        let (least, most) = deltas.fold((i64::MAX, i64::MIN), |(least, most), delta| {
            (least.min(delta), most.max(delta))
        });
        let range = most.wrapping_sub(least).cast_unsigned();
        bits += 32 * u64::from(64 - range.leading_zeros()) + 16;
    }
    bits
}

/// Bytes of the same weight together are packed close to their entropy.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate that is compared with others"
)]
fn split_bits(values: &[i64]) -> u64 {
    let mut bits = 0.0;
    for plane in 0..8_usize {
        let mut counts = [0_u32; 256];
        for value in values {
            let byte = value.to_le_bytes().get(plane).copied().unwrap_or_default();
            if let Some(count) = counts.get_mut(usize::from(byte)) {
                *count += 1;
            }
        }
        let total = values.len() as f64;
        let entropy = |count: u32| {
            let count = f64::from(count);
            count * (total / count).log2()
        };
        bits += counts
            .into_iter()
            .filter(|count| *count > 0)
            .map(entropy)
            .sum::<f64>();
    }
    bits as u64
}

/// None for a dictionary: when texts come again.
fn text_encoding(columns: &[&StringArray]) -> Option<Encoding> {
    let mut distinct: HashSet<&str, FixedState> = HashSet::default();
    let mut values = 0_usize;
    for value in columns.iter().flat_map(|column| column.iter()).flatten() {
        values += 1;
        distinct.insert(value);
    }
    (distinct.len() * 3 > values * 2).then_some(Encoding::DELTA_LENGTH_BYTE_ARRAY)
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_encoding_is_chosen() {
        let mixed = |turn: i64| turn.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed());
        let cases: [(&str, Vec<i64>, Option<Encoding>); 4] = [
            (
                "few",
                (0..9_000).map(|turn| mixed(turn % 7)).collect(),
                None,
            ),
            (
                "rising",
                (0..9_000).map(|turn| turn * 10 + turn % 3).collect(),
                Some(Encoding::DELTA_BINARY_PACKED),
            ),
            (
                "skewed",
                (0..9_000)
                    .map(|turn| (mixed(turn) >> 4 & 0xffff) >> (mixed(turn) >> 40 & 15))
                    .collect(),
                Some(Encoding::BYTE_STREAM_SPLIT),
            ),
            ("none", Vec::new(), None),
        ];
        for (name, values, expected) in cases {
            assert_eq!(
                integer_encoding(&[&Int64Array::from(values)]),
                expected,
                "{name}"
            );
        }
    }
}
