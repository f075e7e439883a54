//! Whether nothing can hold of a value, seen from pairs of letters that stand next to each other.
//!
//! Of each text that is looked for, one pair of letters is chosen that is rare in values. Most
//! values have none of them: one pass over the bytes, without folding, says so.

/// Where a byte of a value is likelier than that to be the end of a chosen pair, most values have
/// one, and a look is a waste.
const MOST_OFTEN: f64 = 0.015;
/// Bytes between two looks at what was found.
const STEP: usize = 64;

/// Pairs of letters one of which stands in every value of which something holds.
#[derive(Debug, Clone)]
pub(super) struct Glance {
    inside: Option<Box<Pairs>>,
    starts: Few,
    ends: Few,
    /// Of whole values: their first pair, their last, and their lengths by bits.
    whole_starts: Few,
    whole_ends: Few,
    whole_lengths: u64,
}

/// What a table looks for, all without case.
#[derive(Debug, Default)]
pub(super) struct Texts<'t> {
    pub(super) inside: Vec<&'t str>,
    pub(super) starts: Vec<&'t str>,
    pub(super) ends: Vec<&'t str>,
    pub(super) whole: Vec<&'t str>,
}

/// Pairs of bytes.
#[derive(Debug, Clone)]
struct Pairs([u64; 1024]);

/// Pairs of bytes, some of them together.
#[derive(Debug, Clone)]
struct Few([u64; 64]);

impl Glance {
    /// None where most values would have to be looked at all the same.
    pub(super) fn new(texts: &Texts<'_>) -> Option<Self> {
        let mut glance = Self {
            inside: None,
            starts: Few::default(),
            ends: Few::default(),
            whole_starts: Few::default(),
            whole_ends: Few::default(),
            whole_lengths: 0,
        };
        if !texts.inside.is_empty() {
            glance.inside = Some(Box::new(Pairs::of(&texts.inside)?));
        }
        for text in &texts.starts {
            glance.starts.add_first(text);
        }
        for text in &texts.ends {
            glance.ends.add_last(text);
        }
        for text in &texts.whole {
            glance.whole_starts.add_first(text);
            glance.whole_ends.add_last(text);
            glance.whole_lengths |= 1 << (text.len() % 64);
        }
        Some(glance)
    }

    /// Whether it is seen that nothing holds of a value.
    pub(super) fn is_silent(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        let ([first, second, ..], [.., before, last]) = (bytes, bytes) else {
            return false;
        };
        if self.starts.has(*first, *second) || self.ends.has(*before, *last) {
            return false;
        }
        let is_whole = self.whole_lengths >> (bytes.len() % 64) & 1 == 1
            && self.whole_starts.has(*first, *second)
            && self.whole_ends.has(*before, *last);
        if is_whole {
            return false;
        }
        match &self.inside {
            Some(pairs) => pairs.are_without(bytes),
            // Letters beyond ASCII may be letters of ASCII without case.
            None => value.is_ascii(),
        }
    }
}

impl Pairs {
    /// One pair of each text.
    fn of(texts: &[&str]) -> Option<Self> {
        let mut pairs = Self([0; 1024]);
        let mut often = 0.0;
        let mut texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
        // What a short text needs may stand in a longer one.
        texts.sort_by_key(|text| text.len());
        for text in texts {
            // Values that are not of ASCII are never silent.
            if !text.is_ascii() {
                continue;
            }
            let candidates = || text.iter().zip(text.iter().skip(1));
            if candidates().any(|(first, second)| pairs.has(*first, *second)) {
                continue;
            }
            let rate = |first: &u8, second: &u8| share(*first) * share(*second);
            let chosen = candidates()
                .map(|(first, second)| (rate(first, second), *first, *second))
                .min_by(|left, right| left.0.total_cmp(&right.0));
            let (rate, first, second) = chosen?;
            often += rate;
            if often > MOST_OFTEN {
                return None;
            }
            for first in cases(first) {
                for second in cases(second) {
                    pairs.add(first, second);
                }
            }
        }
        Some(pairs)
    }

    fn add(&mut self, first: u8, second: u8) {
        let place = usize::from(first) << 8 | usize::from(second);
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn bit(&self, first: u8, second: u8) -> u64 {
        let place = usize::from(first) << 8 | usize::from(second);
        self.0
            .get(place / 64)
            .map_or(0, |word| word >> (place % 64))
            & 1
    }

    fn has(&self, first: u8, second: u8) -> bool {
        self.bit(first, second) == 1
    }

    /// Whether none stands in a value of ASCII.
    fn are_without(&self, bytes: &[u8]) -> bool {
        let mut before = 0;
        for step in bytes.chunks(STEP) {
            let mut found = 0;
            let mut beyond = 0;
            for byte in step {
                found |= self.bit(before, *byte);
                beyond |= *byte;
                before = *byte;
            }
            if found == 1 || !beyond.is_ascii() {
                return false;
            }
        }
        true
    }
}

impl Default for Few {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Few {
    fn place(first: u8, second: u8) -> usize {
        (usize::from(first) << 4 ^ usize::from(second)) & 0xFFF
    }

    fn add_first(&mut self, text: &str) {
        match text.as_bytes() {
            [first, second, ..] => self.add(&cases(*first), &cases(*second)),
            [first] => self.add(&cases(*first), &all()),
            [] => self.0 = [u64::MAX; 64],
        }
    }

    fn add_last(&mut self, text: &str) {
        match text.as_bytes() {
            [.., before, last] => self.add(&cases(*before), &cases(*last)),
            [last] => self.add(&all(), &cases(*last)),
            [] => self.0 = [u64::MAX; 64],
        }
    }

    fn add(&mut self, firsts: &[u8], seconds: &[u8]) {
        for first in firsts {
            for second in seconds {
                let place = Self::place(*first, *second);
                if let Some(word) = self.0.get_mut(place / 64) {
                    *word |= 1 << (place % 64);
                }
            }
        }
    }

    fn has(&self, first: u8, second: u8) -> bool {
        let place = Self::place(first, second);
        let word = self.0.get(place / 64).copied().unwrap_or(u64::MAX);
        word >> (place % 64) & 1 == 1
    }
}

fn all() -> Vec<u8> {
    (0..=u8::MAX).collect()
}

/// A byte in both cases; it stands without case.
fn cases(byte: u8) -> [u8; 2] {
    [byte, byte.to_ascii_uppercase()]
}

/// About how many of a hundred bytes of values are this one, as a share.
fn share(byte: u8) -> f64 {
    match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.055,
        b'd'
        | b'l'
        | b'c'
        | b'm'
        | b'p'
        | b'u'
        | b'h'
        | b'0'..=b'9'
        | b'\\'
        | b'/'
        | b'.'
        | b' ' => 0.03,
        b'f' | b'g' | b'w' | b'y' | b'b' | b'v' | b'x' => 0.015,
        b'-' | b'_' | b':' | b'=' => 0.012,
        b'k' | b'j' | b'q' | b'z' | b'"' | b'&' | b'?' | b',' | b'(' | b')' => 0.005,
        _ => 0.002,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance() -> Glance {
        Glance::new(&Texts {
            inside: vec!["${jndi:", "<script", "union"],
            starts: vec!["curl/", "x"],
            ends: vec![".php", "门"],
            whole: vec!["post", "a"],
        })
        .unwrap()
    }

    #[test]
    fn what_may_hold_is_never_silent() {
        let glance = glance();
        for value in [
            "a${JNDI:x",
            "q=<ScRiPt>",
            "1 UNION SELECT",
            "Curl/8",
            "X",
            "Xa",
            "/a.PHP",
            "大门",
            "POST",
            "post",
            "A",
            "",
            // Letters that are "k" and "s" without case.
            "\u{212a}",
            "<\u{17f}cript",
            &format!("{}${{jndi:", "y".repeat(STEP - 1)),
        ] {
            assert!(!glance.is_silent(value), "{value}");
        }
    }

    #[test]
    fn most_values_are_silent() {
        let glance = glance();
        for value in [
            "GET",
            "/his/login?id=27559",
            "10.2.15.11",
            "200",
            "Mozilla/5.0",
        ] {
            assert!(glance.is_silent(value), "{value}");
        }
    }

    #[test]
    fn so_many_texts_that_a_look_is_a_waste() {
        let texts: Vec<String> = (0..400_u32)
            .map(|number| format!("{}{}", char::from(b'a' + (number % 26) as u8), number / 26))
            .collect();
        let inside = texts.iter().map(String::as_str).collect();
        let texts = Texts {
            inside,
            ..Texts::default()
        };
        assert!(Glance::new(&texts).is_none());
    }
}
