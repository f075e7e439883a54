//! Texts of one template have most of their words in common: those are looked for once.

use std::ops::Range;

use super::split::{Edges, is_end, split};

/// What texts with the same literal parts have in common.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// Of each literal part, the first and the last place at which no word, nor what joins
    /// two, goes on. None where there is no such place.
    ends: Vec<Option<(usize, usize)>>,
    /// The lengths of the literal parts.
    lengths: Vec<usize>,
    words: Vec<u64>,
}

impl Fixed {
    /// Of texts with these literal parts and a value between each two of them.
    pub(crate) fn of<'a>(literals: impl Iterator<Item = &'a [u8]>) -> Self {
        let literals: Vec<&[u8]> = literals.collect();
        let mut fixed = Self::default();
        for (place, literal) in literals.iter().enumerate() {
            let first = literal.iter().position(|byte| is_end(*byte));
            let last = literal.iter().rposition(|byte| is_end(*byte));
            let ends = first.zip(last);
            fixed.ends.push(ends);
            fixed.lengths.push(literal.len());
            let Some((mut from, mut to)) = ends else {
                continue;
            };
            if place == 0 {
                from = 0;
            }
            if place + 1 == literals.len() {
                to = literal.len();
            }
            let inner = literal
                .get(from..to)
                .and_then(|inner| str::from_utf8(inner).ok());
            let words = &mut fixed.words;
            split(inner.unwrap_or_default(), Edges::Whole, &mut |word| {
                words.push(word);
            });
        }
        fixed.words.sort_unstable();
        fixed.words.dedup();
        fixed
    }

    /// Words that every text has.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether the words of the value at this place are words of the text.
    pub(crate) fn is_apart(&self, place: usize) -> bool {
        let length = |place: usize| self.lengths.get(place).copied().unwrap_or_default();
        let ends = |place: usize| self.ends.get(place).copied().flatten();
        let begins = place == 0 && length(0) == 0
            || ends(place).is_some_and(|(_, last)| last + 1 == length(place));
        let last = place + 2 == self.lengths.len() && length(place + 1) == 0;
        begins && (last || ends(place + 1).is_some_and(|(first, _)| first == 0))
    }

    /// The parts of a text that have all of its other words; its values stand at `values`.
    pub(crate) fn windows(
        &self,
        length: usize,
        values: &[Range<usize>],
        each: &mut impl FnMut(Range<usize>),
    ) {
        let mut start = 0;
        let mut from = 0;
        let starts = values.iter().map(|value| value.start).chain([length]);
        for ((place, ends), end) in self.ends.iter().enumerate().zip(starts) {
            // The literal part that stands at `from..end`.
            if let Some((first, last)) = ends {
                if place > 0 {
                    each(start..from + first);
                }
                start = from + last;
            }
            from = values.get(place).map_or(end, |value| value.end);
        }
        if self.ends.last().copied().flatten().is_none() {
            each(start..length);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{super::words_of, *};

    proptest! {
        #[test]
        fn together_they_have_just_the_words_of_the_text(
            literals in prop::collection::vec("[a-c0-3.@:=é张三李_ -]{0,9}", 1..6),
            values in prop::collection::vec("[a-cA-C0-3.@:=é张三李_ -]{0,9}", 5),
        ) {
            let fixed = Fixed::of(literals.iter().map(String::as_bytes));
            let mut text = String::new();
            let mut places = Vec::new();
            for (place, literal) in literals.iter().enumerate() {
                text.push_str(literal);
                if place + 1 < literals.len() {
                    let start = text.len();
                    text.push_str(&values[place]);
                    places.push(start..text.len());
                }
            }
            let mut words: BTreeSet<u64> = fixed.words().iter().copied().collect();
            fixed.windows(text.len(), &places, &mut |window| {
                words.extend(words_of(text.get(window).unwrap(), Edges::Whole));
            });
            let whole: BTreeSet<u64> = words_of(&text, Edges::Whole).into_iter().collect();
            prop_assert_eq!(&words, &whole, "{}", text);
            for (place, value) in places.iter().enumerate() {
                if fixed.is_apart(place) {
                    for word in words_of(text.get(value.clone()).unwrap(), Edges::Whole) {
                        prop_assert!(whole.contains(&word));
                    }
                }
            }
        }
    }
}
