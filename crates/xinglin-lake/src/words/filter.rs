//! Bloom filters of pages, laid across each other.
//!
//! Filters of one size form a class. A class is a table of bits with a line for each bit of a
//! filter and a column for each page: asking for a word reads as many lines as a filter has
//! functions, whatever the number of pages.

use std::collections::BTreeMap;

use crate::binary::{Reading, put_number};

/// Functions of a filter.
const FUNCTIONS: u32 = 7;
/// Bits for each word, at least, in tenths.
const BITS_TENTHS: usize = 140;
/// The smallest filter, in bits.
const LEAST_BITS: usize = 64;
/// The largest filter, in bits: a page with more words than fit says yes more often.
const MOST_BITS: usize = 1 << 24;
const MOST_PAGES: u64 = 1 << 24;

/// Where a word stands in a filter of so many bits.
fn places(word: u64, bits: usize) -> impl Iterator<Item = usize> {
    let low = word & 0xffff_ffff;
    let high = (word >> 32) | 1;
    let bits = u64::try_from(bits).unwrap_or(1);
    (0..FUNCTIONS).map(move |turn| {
        let mixed = low.wrapping_add(high.wrapping_mul(u64::from(turn))) & 0xffff_ffff;
        usize::try_from((mixed * bits) >> 32).unwrap_or_default()
    })
}

/// The smallest class that so many words fit: sizes are powers of two and one and a half times
/// those.
fn class_bits(words: usize) -> usize {
    let wanted = (words.saturating_mul(BITS_TENTHS) / 10).clamp(LEAST_BITS, MOST_BITS);
    let power = wanted.next_power_of_two();
    let between = power / 4 * 3;
    if between >= wanted { between } else { power }
}

/// Collects the words of pages.
#[derive(Debug, Default)]
pub(crate) struct FilterBuilder {
    words: hashbrown::HashSet<u64, foldhash::fast::FixedState>,
    /// Words met lately, so that most need no look into the set.
    lately: Vec<u64>,
    /// Filters of finished pages: bits, and how many there are.
    pages: Vec<(usize, Vec<u64>)>,
}

const LATELY: usize = 8_192;

impl FilterBuilder {
    /// Adds a word to the page.
    pub(crate) fn add(&mut self, word: u64) {
        if self.lately.is_empty() {
            self.lately = vec![0; LATELY];
        }
        let place = usize::try_from(word).unwrap_or_default() % LATELY;
        if let Some(last) = self.lately.get_mut(place) {
            if *last == word {
                return;
            }
            *last = word;
        }
        self.words.insert(word);
    }

    /// Ends the page.
    pub(crate) fn end_page(&mut self) {
        let bits = class_bits(self.words.len());
        let mut filter = vec![0_u64; bits.div_ceil(64)];
        for word in self.words.drain() {
            for place in places(word, bits) {
                if let Some(part) = filter.get_mut(place / 64) {
                    *part |= 1 << (place % 64);
                }
            }
        }
        self.lately.fill(0);
        self.pages.push((bits, filter));
    }

    /// All pages as they are written.
    pub(crate) fn finish(&self) -> Vec<u8> {
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for ((bits, _), page) in self.pages.iter().zip(0..) {
            classes.entry(*bits).or_default().push(page);
        }
        let mut bytes = Vec::new();
        put_number(&mut bytes, wide(self.pages.len()));
        put_number(&mut bytes, wide(classes.len()));
        let mut tables = Vec::new();
        for (bits, pages) in &classes {
            put_number(&mut bytes, wide(*bits));
            put_number(&mut bytes, wide(pages.len()));
            let mut before = 0;
            for page in pages {
                put_number(&mut bytes, wide(page - before));
                before = *page;
            }
            tables.extend(self.table(*bits, pages));
        }
        bytes.extend_from_slice(&tables);
        bytes
    }

    fn table(&self, bits: usize, pages: &[usize]) -> Vec<u8> {
        let mut table = vec![0_u8; (bits * pages.len()).div_ceil(8)];
        for (page, column) in pages.iter().zip(0..) {
            let Some((_, filter)) = self.pages.get(*page) else {
                continue;
            };
            for (part, first) in filter.iter().zip((0..).step_by(64)) {
                let mut left = *part;
                while left != 0 {
                    let line = first + usize::try_from(left.trailing_zeros()).unwrap_or_default();
                    left &= left - 1;
                    let place = line * pages.len() + column;
                    if let Some(byte) = table.get_mut(place / 8) {
                        *byte |= 1 << (place % 8);
                    }
                }
            }
        }
        table
    }
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    bits: usize,
    pages: Vec<u32>,
    /// Where its table begins, in bytes from the first table.
    start: u64,
}

/// The filters of a file; their tables stay where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filters {
    pages: usize,
    classes: Vec<Class>,
    /// Where the tables begin.
    tables: u64,
}

impl Filters {
    /// The longest head that is read.
    pub(crate) const MOST_HEAD: usize = 64 << 20;

    /// Reads the head of what [`FilterBuilder::finish`] made; nothing when it is none. `bytes`
    /// may end anywhere behind the head; `length` is that of the whole.
    pub(crate) fn read(bytes: &[u8], length: u64) -> Option<Self> {
        let mut reading = Reading::new(bytes);
        let pages = reading.number().filter(|pages| *pages <= MOST_PAGES)?;
        let count = reading.number().filter(|count| *count <= 64)?;
        let mut classes = Vec::new();
        let mut start = 0_u64;
        for _ in 0..count {
            let bits = reading
                .number()
                .filter(|bits| *bits <= wide(MOST_BITS) && *bits > 0)?;
            let members = reading.number().filter(|members| *members <= pages)?;
            let mut list = Vec::new();
            let mut page = 0_u64;
            for _ in 0..members {
                page = page
                    .checked_add(reading.number()?)
                    .filter(|page| *page < pages)?;
                list.push(u32::try_from(page).ok()?);
            }
            classes.push(Class {
                bits: usize::try_from(bits).ok()?,
                pages: list,
                start,
            });
            start = start.checked_add(bits.checked_mul(members)?.div_ceil(8))?;
        }
        let tables = wide(reading.place());
        (tables.checked_add(start)? <= length).then_some(Self {
            pages: usize::try_from(pages).ok()?,
            classes,
            tables,
        })
    }

    /// The pages that may have all of these words. `read` fills a buffer from a place on.
    pub(crate) fn pages_with(
        &self,
        words: &[u64],
        read: &mut dyn FnMut(u64, &mut [u8]) -> std::io::Result<()>,
    ) -> std::io::Result<Vec<bool>> {
        let mut found = vec![words.is_empty(); self.pages];
        if words.is_empty() {
            return Ok(found);
        }
        let mut line = Vec::new();
        for class in &self.classes {
            let width = class.pages.len();
            let mut may = vec![true; width];
            for word in words {
                for place in places(*word, class.bits) {
                    let first = place * width;
                    let start = class.start + wide(first / 8);
                    line.resize((first % 8 + width).div_ceil(8), 0);
                    read(self.tables + start, &mut line)?;
                    for (bit, may) in (first % 8..).zip(&mut may) {
                        let byte = line.get(bit / 8).copied().unwrap_or_default();
                        *may &= byte >> (bit % 8) & 1 == 1;
                    }
                }
                if !may.contains(&true) {
                    break;
                }
            }
            for (page, may) in class.pages.iter().zip(may) {
                let page = usize::try_from(*page).unwrap_or(usize::MAX);
                if let Some(slot) = found.get_mut(page) {
                    *slot = may;
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(page: u64, turn: u64) -> u64 {
        let mixed = (page << 32 | turn).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }

    #[test]
    fn every_word_is_found_and_few_others() {
        let mut builder = FilterBuilder::default();
        let sizes = [0_u64, 3, 500, 4_000, 3_900, 20, 4_100, 12_000, 3_000];
        for (page, size) in (0..).zip(sizes) {
            for turn in 0..size {
                builder.add(word(page, turn));
                builder.add(word(page, turn));
            }
            builder.end_page();
        }
        let bytes = builder.finish();
        let words: u64 = sizes.iter().sum();
        let bits = bytes.len() as u64 * 8 / words;
        assert!((13..22).contains(&bits), "{bits} bits a word");
        let filters = Filters::read(&bytes, bytes.len() as u64).unwrap();
        let ask = |words: &[u64]| {
            filters
                .pages_with(words, &mut |place, into| {
                    let place = usize::try_from(place).unwrap();
                    into.copy_from_slice(bytes.get(place..place + into.len()).unwrap());
                    Ok(())
                })
                .unwrap()
        };
        for (page, size) in (0..).zip(sizes) {
            for turn in 0..size.min(200) {
                assert!(ask(&[word(page, turn)])[usize::try_from(page).unwrap()]);
            }
        }
        let wrong: usize = (0..2_000)
            .map(|turn| ask(&[word(99, turn)]).iter().filter(|may| **may).count())
            .sum();
        assert!(wrong < 2_000 * sizes.len() / 80, "{wrong}");
        assert_eq!(ask(&[]), vec![true; sizes.len()]);
        assert!(!ask(&[word(2, 1), word(3, 1)])[2]);
    }

    #[test]
    fn what_is_cut_is_none() {
        let mut builder = FilterBuilder::default();
        builder.add(1);
        builder.end_page();
        let bytes = builder.finish();
        for end in 0..bytes.len() {
            assert_eq!(Filters::read(&bytes[..end], end as u64), None);
        }
    }
}
