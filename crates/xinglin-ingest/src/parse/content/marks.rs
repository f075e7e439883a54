//! Which of some marks occur in a message.
//!
//! Each mark is looked for by two neighbouring bytes of it that are rare in messages. One pass
//! asks of all neighbouring bytes whether they are such a pair; what depends on the bytes
//! before is compared only where they are.

/// Marks, by their places in the order in which they were given.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// A bit for each pair of bytes.
    pairs: Vec<u64>,
    /// The marks in the order of their pairs.
    marks: Vec<Mark>,
}

#[derive(Debug)]
struct Mark {
    pair: u16,
    /// Bytes of the mark before its pair.
    before: usize,
    text: Box<[u8]>,
    place: usize,
}

impl Marks {
    /// Makes ready to look for marks in messages such as these.
    pub(crate) fn new<'t>(
        marks: impl IntoIterator<Item = &'t str>,
        messages: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        let mut often = vec![0_u32; 1 << 16];
        for message in messages {
            for pair in message.as_bytes().array_windows() {
                if let Some(count) = often.get_mut(usize::from(u16::from_be_bytes(*pair))) {
                    *count += 1;
                }
            }
        }
        let count = |pair: u16| often.get(usize::from(pair)).copied();
        let mut found = Self {
            pairs: vec![0; 1 << 10],
            marks: Vec::new(),
        };
        for (place, text) in marks.into_iter().enumerate() {
            let pairs = text
                .as_bytes()
                .array_windows()
                .map(|pair| u16::from_be_bytes(*pair));
            let rarest = pairs.enumerate().min_by_key(|(_, pair)| count(*pair));
            // A mark of one byte is in no pair.
            let Some((before, pair)) = rarest else {
                continue;
            };
            if let Some(word) = found.pairs.get_mut(usize::from(pair >> 6)) {
                *word |= 1 << (pair & 63);
            }
            found.marks.push(Mark {
                pair,
                before,
                text: text.as_bytes().into(),
                place,
            });
        }
        found.marks.sort_by_key(|mark| mark.pair);
        found
    }

    /// Calls `each` with the place of every mark that occurs, as often as it does.
    pub(crate) fn each(&self, message: &[u8], mut each: impl FnMut(usize)) {
        for (at, pair) in message.array_windows().enumerate() {
            let pair = u16::from_be_bytes(*pair);
            let word = self.pairs.get(usize::from(pair >> 6)).copied();
            if word.unwrap_or_default() >> (pair & 63) & 1 == 0 {
                continue;
            }
            let first = self.marks.partition_point(|mark| mark.pair < pair);
            let marks = self.marks.get(first..).unwrap_or_default();
            for mark in marks.iter().take_while(|mark| mark.pair == pair) {
                let begin = at.checked_sub(mark.before);
                let rest = begin.and_then(|begin| message.get(begin..));
                if rest.is_some_and(|rest| rest.starts_with(&mark.text)) {
                    each(mark.place);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mark_that_occurs_is_found(
            marks in prop::collection::vec("[ab=中]{2,4}", 0..8),
            messages in prop::collection::vec("[ab=中 ]{0,30}", 1..4),
        ) {
            let texts = || marks.iter().map(String::as_str);
            let found = Marks::new(texts(), messages.iter().map(String::as_str));
            for message in &messages {
                let mut places = vec![false; marks.len()];
                found.each(message.as_bytes(), |place| places[place] = true);
                let expected: Vec<bool> = texts().map(|mark| message.contains(mark)).collect();
                prop_assert_eq!(places, expected);
            }
        }
    }
}
