//! Columns of texts as they stand in a file: for each row the number of a value in the
//! dictionary of its group. Who looks for one value needs only its number, and then compares
//! numbers: no text is made of any other.

use std::hash::BuildHasher;

use parquet::{
    basic::{Encoding, Type},
    column::page::Page,
};

use super::{
    PAGE_ROWS,
    open::{FileError, FileReader, InGroup},
    packed::OneGroup,
};
use crate::binary::Reading;

/// Which values of a dictionary are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// None that is there.
    None,
    One(u32),
    /// For each, whether it is.
    Some(Vec<bool>),
}

impl Wanted {
    /// Those of these values.
    pub(crate) fn of(values: impl Iterator<Item = bool>) -> Self {
        let values: Vec<bool> = values.collect();
        let mut places = (0_u32..).zip(&values).filter(|(_, is)| **is);
        match (places.next(), places.next()) {
            (None, _) => Self::None,
            (Some((place, _)), None) => Self::One(place),
            _ => Self::Some(values),
        }
    }

    fn has(&self, number: u32) -> bool {
        match self {
            Self::None => false,
            Self::One(wanted) => *wanted == number,
            Self::Some(wanted) => usize::try_from(number)
                .ok()
                .and_then(|number| wanted.get(number))
                .is_some_and(|is| *is),
        }
    }
}

/// The values of a column in a group of rows.
pub(crate) struct Dictionary(bytes::Bytes);

impl Dictionary {
    /// The values, in their order. Ends early where they are damaged.
    pub(crate) fn values(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (value, behind) = behind.split_at_checked(length)?;
            rest = behind;
            Some(value)
        })
    }

    /// A number for each value, the same whatever the case of its letters.
    pub(crate) fn hashes(&self, hasher: &impl BuildHasher) -> Vec<u64> {
        let mut lowered = Vec::new();
        let hash = |value| hash_of(value, hasher, &mut lowered);
        self.values().map(hash).collect()
    }
}

/// The number of a value whatever the case of its letters. `lowered` is only memory.
pub(crate) fn hash_of(value: &[u8], hasher: &impl BuildHasher, lowered: &mut Vec<u8>) -> u64 {
    lowered.clear();
    if value.is_ascii() {
        lowered.extend(value.iter().map(u8::to_ascii_lowercase));
    } else {
        let text = String::from_utf8_lossy(value).to_lowercase();
        lowered.extend_from_slice(text.as_bytes());
    }
    hasher.hash_one(lowered.as_slice())
}

impl FileReader {
    /// The place of a column of texts among those of the file, where it may be read by numbers.
    pub(crate) fn numbered(&self, name: &str, group: usize) -> Option<usize> {
        let group = self.metadata().row_groups().get(group)?;
        let schema = group.schema_descr();
        let leaf = (0..schema.num_columns())
            .find(|leaf| schema.column(*leaf).path().parts() == [name.to_owned()])?;
        let column = schema.column(leaf);
        let is_text = column.physical_type() == Type::BYTE_ARRAY && column.max_rep_level() == 0;
        let has_numbers = group.column(leaf).dictionary_page_offset().is_some();
        (is_text && has_numbers && column.max_def_level() <= 1).then_some(leaf)
    }

    /// The dictionary of a column in a group.
    pub(crate) fn dictionary(
        &self,
        group: usize,
        leaf: usize,
    ) -> Result<Option<Dictionary>, FileError> {
        Ok(match self.one(group).pages(leaf)?.get_next_page()? {
            Some(Page::DictionaryPage { buf, .. }) => Some(Dictionary(buf)),
            _ => None,
        })
    }

    fn one(&self, group: usize) -> OneGroup {
        OneGroup {
            source: self.source.clone(),
            metadata: self.parquet(),
            group,
        }
    }

    /// For each row of these pages of one group, ascending, whether it has a wanted value.
    /// Nothing where not all values of these pages are in the dictionary.
    pub(crate) fn rows_with(
        &self,
        place: InGroup,
        pages: &[usize],
        leaf: usize,
        wanted: &Wanted,
    ) -> Result<Option<Vec<Vec<bool>>>, FileError> {
        if *wanted == Wanted::None {
            let none = |page: &usize| vec![false; self.rows_of(*page)];
            return Ok(Some(pages.iter().map(none).collect()));
        }
        let group = self.metadata().row_groups().get(place.group);
        let may_lack = group.is_some_and(|group| {
            let column = group.columns().get(leaf);
            column.is_some_and(|column| column.column_descr().max_def_level() > 0)
        });
        let mut reader = self.one(place.group).pages(leaf)?;
        // The dictionary.
        reader.skip_next_page()?;
        let first = place.first / PAGE_ROWS;
        let mut next = 0;
        let mut found = Vec::with_capacity(pages.len());
        for page in pages {
            while next < page.saturating_sub(first) {
                reader.skip_next_page()?;
                next += 1;
            }
            next += 1;
            let Some(Page::DataPage {
                buf,
                num_values,
                encoding: Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY,
                ..
            }) = reader.get_next_page()?
            else {
                return Ok(None);
            };
            let count = usize::try_from(num_values).unwrap_or(usize::MAX);
            if count != self.rows_of(*page) {
                return Ok(None);
            }
            let of_page = rows_of_page(&buf, count, may_lack, wanted);
            found.push(of_page.ok_or(FileError::Format)?);
        }
        Ok(Some(found))
    }
}

/// Of each row of a page, whether it has a wanted value; nothing when the page is damaged.
fn rows_of_page(bytes: &[u8], count: usize, may_lack: bool, wanted: &Wanted) -> Option<Vec<bool>> {
    let mut found = vec![false; count];
    let (filled, values) = if may_lack {
        let (length, rest) = bytes.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (levels, values) = rest.split_at_checked(length)?;
        (filled(levels, count)?, values)
    } else {
        (Filled::All, bytes)
    };
    let filled_count = match &filled {
        Filled::All => count,
        Filled::Rows(rows) => rows.len(),
    };
    if filled_count == 0 {
        return Some(found);
    }
    let mut mark = |first: usize, length: usize| {
        let rows = first..first + length;
        match &filled {
            Filled::All => {
                if let Some(found) = found.get_mut(rows) {
                    found.fill(true);
                }
            }
            Filled::Rows(places) => {
                for row in places.get(rows).unwrap_or_default() {
                    if let Some(found) = found.get_mut(*row) {
                        *found = true;
                    }
                }
            }
        }
    };
    let (width, values) = values.split_first()?;
    each_run(values, *width, filled_count, &mut |first, run| match run {
        Run::Same(number, length) => {
            if wanted.has(number) {
                mark(first, length);
            }
        }
        Run::Packed(bytes, length) => {
            each_number(bytes, *width, length, &mut |place, number| {
                if wanted.has(number) {
                    mark(first + place, 1);
                }
            });
        }
    })?;
    Some(found)
}

/// The rows of a page that have a value.
enum Filled {
    All,
    Rows(Vec<usize>),
}

fn filled(levels: &[u8], count: usize) -> Option<Filled> {
    let mut rows = Vec::new();
    let mut all = 0;
    each_run(levels, 1, count, &mut |first, run| match run {
        Run::Same(level, length) => {
            if level == 1 {
                all = length;
                rows.extend(first..first + length);
            }
        }
        Run::Packed(bytes, length) => {
            let each = &mut |place, level| {
                if level == 1 {
                    rows.push(first + place);
                }
            };
            each_number(bytes, 1, length, each);
        }
    })?;
    Some(if all == count {
        Filled::All
    } else {
        Filled::Rows(rows)
    })
}

/// What numbers are written as: the same one so often, or each by itself.
enum Run<'a> {
    Same(u32, usize),
    Packed(&'a [u8], usize),
}

/// Reads runs of numbers of so many bits, together so many numbers; each with the place of its
/// first one. Nothing when they are damaged.
fn each_run(
    bytes: &[u8],
    width: u8,
    count: usize,
    each: &mut impl FnMut(usize, Run<'_>),
) -> Option<()> {
    if width > 32 {
        return None;
    }
    let width = usize::from(width);
    let mut reading = Reading::new(bytes);
    let mut place = 0;
    while place < count {
        let head = usize::try_from(reading.number()?).ok()?;
        let length = head >> 1;
        if length == 0 {
            return None;
        }
        if head & 1 == 1 {
            let packed = reading.take(length.checked_mul(width)?)?;
            let length = length.checked_mul(8)?.min(count - place);
            each(place, Run::Packed(packed, length));
            place += length;
        } else {
            let value = reading.take(width.div_ceil(8))?;
            let mut four = [0; 4];
            for (byte, of) in four.iter_mut().zip(value) {
                *byte = *of;
            }
            let length = length.min(count - place);
            each(place, Run::Same(u32::from_le_bytes(four), length));
            place += length;
        }
    }
    Some(())
}

/// Reads numbers of so many bits, the low ones first.
fn each_number(bytes: &[u8], width: u8, count: usize, each: &mut impl FnMut(usize, u32)) {
    let width = usize::from(width);
    let mask = (1_u64 << width) - 1;
    // Numbers of which eight bytes can be read at once.
    let whole = if bytes.len() < 8 || width == 0 {
        0
    } else {
        ((bytes.len() - 8) * 8 / width).min(count)
    };
    let number = |word: u64, bit: usize| u32::try_from(word >> (bit & 7) & mask).unwrap_or(0);
    for place in 0..whole {
        let bit = place * width;
        let word = bytes.get(bit >> 3..).and_then(|rest| rest.first_chunk());
        let word = word.map_or(0, |word| u64::from_le_bytes(*word));
        each(place, number(word, bit));
    }
    for place in whole..count {
        let bit = place * width;
        let rest = bytes.get(bit >> 3..).unwrap_or_default();
        let mut word = [0; 8];
        for (byte, of) in word.iter_mut().zip(rest) {
            *byte = *of;
        }
        each(place, number(u64::from_le_bytes(word), bit));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use foldhash::quality::FixedState;
    use parquet::{
        arrow::ArrowWriter,
        file::{
            properties::WriterProperties,
            reader::{FileReader as _, SerializedFileReader},
        },
    };
    use proptest::prelude::*;

    use super::*;

    /// The dictionary and the pages that a column is written as.
    fn written(column: StringArray, may_lack: bool) -> (Dictionary, Vec<(bytes::Bytes, usize)>) {
        let column: ArrayRef = Arc::new(column);
        let batch = RecordBatch::try_from_iter_with_nullable([("it", column, may_lack)]).unwrap();
        let properties = WriterProperties::builder()
            .set_data_page_row_count_limit(512)
            .set_write_batch_size(64)
            .build();
        let mut bytes = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let group = reader.get_row_group(0).unwrap();
        let mut dictionary = None;
        let mut pages = Vec::new();
        for page in group.get_column_page_reader(0).unwrap() {
            match page.unwrap() {
                Page::DictionaryPage { buf, .. } => dictionary = Some(Dictionary(buf)),
                Page::DataPage {
                    buf, num_values, ..
                } => pages.push((buf, usize::try_from(num_values).unwrap())),
                Page::DataPageV2 { .. } => unreachable!("pages are of the first kind"),
            }
        }
        (dictionary.unwrap(), pages)
    }

    fn found(column: &StringArray, may_lack: bool, wanted: &[&str]) -> Vec<bool> {
        let (dictionary, pages) = written(column.clone(), may_lack);
        let is_wanted = |value: &[u8]| wanted.iter().any(|wanted| wanted.as_bytes() == value);
        let wanted = Wanted::of(dictionary.values().map(is_wanted));
        let of_page = |(bytes, count): &(bytes::Bytes, usize)| {
            rows_of_page(bytes, *count, may_lack, &wanted).unwrap()
        };
        pages.iter().flat_map(of_page).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn numbers_say_what_the_values_say(
            parts in prop::collection::vec((0_u32..3, 1_usize..700, 1_u32..90_000), 1..6),
            lacks in any::<bool>(),
        ) {
            let mut values: Vec<Option<String>> = Vec::new();
            for (kind, length, many) in parts {
                for row in 0..u32::try_from(length).unwrap() {
                    let mixed = row.wrapping_mul(2_654_435_761) >> 8;
                    values.push(match kind {
                        0 => Some(format!("v{}", mixed % many)),
                        1 => (!lacks || mixed % 3 == 0).then(|| format!("v{}", mixed % 5)),
                        _ => (!lacks).then(|| "v1".to_owned()),
                    });
                }
            }
            let column = StringArray::from(values.clone());
            if column.iter().flatten().next().is_some() {
                for wanted in [&["v1"][..], &["v3", "v4"], &["nowhere"]] {
                    let expected: Vec<bool> = values
                        .iter()
                        .map(|value| value.as_deref().is_some_and(|value| wanted.contains(&value)))
                        .collect();
                    prop_assert_eq!(found(&column, lacks, wanted), expected);
                }
            }
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..60), lacks: bool) {
            let wanted = Wanted::Some(vec![true; 300]);
            if let Some(found) = rows_of_page(&bytes, 100, lacks, &wanted) {
                prop_assert_eq!(found.len(), 100);
            }
            let values = Dictionary(bytes.into());
            prop_assert!(values.values().count() <= 15);
        }
    }

    #[test]
    fn values_are_known_whatever_the_case_of_their_letters() {
        let column = StringArray::from(vec!["Wang.Fang", "wang.fang", "ÄRZTE", "li"]);
        let (dictionary, _) = written(column, false);
        let hasher = FixedState::default();
        let hashes = dictionary.hashes(&hasher);
        let of = |value: &str| hash_of(value.as_bytes(), &hasher, &mut Vec::new());
        let is = |value: &str| {
            hashes
                .iter()
                .map(|hash| *hash == of(value))
                .collect::<Vec<_>>()
        };
        assert_eq!(is("wang.fang"), [true, true, false, false]);
        assert_eq!(is("ärzte"), [false, false, true, false]);
        assert_eq!(is("wang"), [false; 4]);
    }
}
