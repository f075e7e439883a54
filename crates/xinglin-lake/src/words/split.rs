//! Cutting text into the words that are indexed. How is part of the file format.

use std::net::Ipv6Addr;

/// The least length of a word, in characters.
const LEAST: usize = 5;
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Whether the ends of a text are ends of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edges {
    /// They are: the text is whole.
    Whole,
    /// They may be in the middle of words: the text is any part of another.
    Cut,
}

/// The words of a text, as numbers; a page that has the text has all of them.
pub fn words_of(text: &str, edges: Edges) -> Vec<u64> {
    let mut words = Vec::new();
    split(text, edges, &mut |word| words.push(word));
    words.sort_unstable();
    words.dedup();
    words
}

const SEPARATOR: u8 = 0;
const DIGIT: u8 = 1;
const LETTER: u8 = 2;
const WIDE: u8 = 3;

static CLASSES: [u8; 256] = {
    let mut classes = [SEPARATOR; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => LETTER,
            128..=255 => WIDE,
            _ => SEPARATOR,
        };
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// Whether no word, and nothing that joins two, goes beyond this byte.
pub(super) fn is_end(byte: u8) -> bool {
    class(byte) == SEPARATOR && !matches!(byte, b'.' | b'-' | b'@' | b':')
}

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(SEPARATOR)
}

/// A word between separators.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    start: usize,
    end: usize,
    has_letter: bool,
    is_wide: bool,
}

impl Run {
    fn length(self) -> usize {
        self.end - self.start
    }
}

/// Gives each word of `text` to `found`, some of them several times.
pub(crate) fn split(text: &str, edges: Edges, found: &mut impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let is_cut = edges == Edges::Cut;
    let mut before: Option<Run> = None;
    let mut numbers = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if class(*byte) == SEPARATOR {
            at += 1;
            continue;
        }
        let run = run(bytes, at);
        at = run.end;
        let touches = is_cut && (run.start == 0 || run.end == bytes.len());
        let joined = before.filter(|before| is_joined(bytes, before.end, run.start));
        numbers = match joined {
            _ if run.has_letter || run.is_wide || run.length() > 3 => 0,
            Some(before) if bytes.get(before.end) == Some(&b'.') => numbers + 1,
            _ => 1,
        };
        if run.is_wide {
            wide(
                text.get(run.start..run.end).unwrap_or_default(),
                is_cut,
                found,
            );
        } else if run.has_letter && run.length() >= LEAST && !touches {
            found(number(bytes.get(run.start..run.end).unwrap_or_default()));
        }
        if let Some(before) = joined.filter(|before| !before.is_wide && !run.is_wide) {
            let short = before.length() < LEAST || run.length() < LEAST;
            let has_letter = before.has_letter || run.has_letter;
            let cut = touches || is_cut && before.start == 0;
            if short && has_letter && run.end - before.start >= LEAST && !cut {
                found(number(bytes.get(before.start..run.end).unwrap_or_default()));
            }
        }
        if numbers >= 4 {
            let start = dotted_start(bytes, run.end);
            if !(is_cut && (start == 0 || run.end == bytes.len())) {
                found(number(bytes.get(start..run.end).unwrap_or_default()));
            }
        }
        before = Some(run);
    }
    if memchr::memmem::find(bytes, b":").is_some() {
        long_addresses(text, is_cut, found);
    }
}

/// Addresses of IPv6, in their one canonical form.
fn long_addresses(text: &str, is_cut: bool, found: &mut impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for colon in memchr::memchr_iter(b':', bytes) {
        if colon < from {
            continue;
        }
        let inside = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b':' || **byte == b'.';
        let behind = bytes.get(colon..).unwrap_or_default();
        let end = colon + behind.iter().take(46).take_while(inside).count();
        let ahead = bytes.get(from..colon).unwrap_or_default();
        let start = colon - ahead.iter().rev().take(5).take_while(inside).count();
        from = end;
        let part = bytes.get(start..end).unwrap_or_default();
        let colons = memchr::memchr_iter(b':', part).count();
        if colons < 2 || colons < 7 && memchr::memmem::find(part, b"::").is_none() {
            continue;
        }
        if is_cut && (start == 0 || end == bytes.len()) {
            continue;
        }
        let part = text.get(start..end).unwrap_or_default();
        let part = part.trim_end_matches('.');
        let address = part
            .parse::<Ipv6Addr>()
            .or_else(|_| part.trim_end_matches(':').parse());
        if let Ok(address) = address {
            found(number(address.to_string().as_bytes()));
        }
    }
}

fn run(bytes: &[u8], start: usize) -> Run {
    let mut run = Run {
        start,
        end: start,
        ..Run::default()
    };
    for byte in bytes.get(start..).unwrap_or_default() {
        match class(*byte) {
            SEPARATOR => break,
            LETTER => run.has_letter = true,
            WIDE => run.is_wide = true,
            _ => {}
        }
        run.end += 1;
    }
    run
}

fn is_joined(bytes: &[u8], end: usize, start: usize) -> bool {
    start == end + 1 && matches!(bytes.get(end), Some(b'.' | b'-' | b'@'))
}

/// Where the fourth number from the end begins.
fn dotted_start(bytes: &[u8], end: usize) -> usize {
    let mut points = 0;
    let mut start = end;
    while let Some(byte) = start.checked_sub(1).and_then(|before| bytes.get(before)) {
        if *byte == b'.' {
            points += 1;
        }
        if points == 4 || !(byte.is_ascii_digit() || *byte == b'.') {
            break;
        }
        start -= 1;
    }
    start
}

fn is_chinese(letter: char) -> bool {
    matches!(u32::from(letter), 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Words of a run with letters beyond ASCII: pairs of Chinese characters, and runs of others.
fn wide(run: &str, is_cut: bool, found: &mut impl FnMut(u64)) {
    let mut before = None;
    let mut word = String::new();
    let mut characters = 0;
    let mut starts_run = true;
    let mut flush = |word: &mut String, characters: &mut usize, touches: bool| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if *characters >= LEAST && !is_number && !(is_cut && touches) {
            found(number(word.as_bytes()));
        }
        word.clear();
        *characters = 0;
    };
    let mut pairs = Vec::new();
    for letter in run.chars() {
        if is_chinese(letter) {
            flush(&mut word, &mut characters, starts_run);
            starts_run = false;
            if let Some(before) = before.replace(letter) {
                pairs.push((before, letter));
            }
        } else {
            before = None;
            word.extend(letter.to_lowercase());
            characters += 1;
        }
    }
    flush(&mut word, &mut characters, true);
    for (first, second) in pairs {
        let mut both = [0; 8];
        let length = first.encode_utf8(&mut both).len();
        if let Some(rest) = both.get_mut(length..) {
            let end = length + second.encode_utf8(rest).len();
            found(number(both.get(..end).unwrap_or_default()));
        }
    }
}

/// The number of a word, whatever the case of its letters in ASCII: part of the file format.
fn number(word: &[u8]) -> u64 {
    let mut hash = u64::try_from(word.len()).unwrap_or_default() ^ MULTIPLIER;
    let (eights, rest) = word.as_chunks();
    for eight in eights {
        hash = mixed(hash, *eight);
    }
    if !rest.is_empty() {
        let mut eight = [0; 8];
        for (byte, filled) in rest.iter().zip(&mut eight) {
            *filled = *byte;
        }
        hash = mixed(hash, eight);
    }
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 32)
}

fn mixed(hash: u64, eight: [u8; 8]) -> u64 {
    let hash = (hash ^ lower(u64::from_le_bytes(eight))).wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 29)
}

/// Eight letters at once in lower case; bytes beyond ASCII stay.
fn lower(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let low = eight & !HIGH;
    let from_a = low + ONES * (0x80 - 0x41);
    let beyond_z = low + ONES * (0x7f - 0x5a);
    let is_upper = (from_a ^ beyond_z) & !eight & HIGH;
    eight | is_upper >> 2
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn has(text: &str, needle: &str) -> bool {
        let words: BTreeSet<_> = words_of(text, Edges::Whole).into_iter().collect();
        let wanted = words_of(needle, Edges::Whole);
        assert!(!wanted.is_empty(), "{needle} has no words");
        wanted.iter().all(|word| words.contains(word))
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "<38>Jul  1 his-db01 sshd[991]: Failed password for Wang.Fang@corp from \
                    10.1.2.3:5022 to 2001:DB8::1, oid 1.2.840.10008, 患者张三丰登录 rule_42 C:\\Win\\svchost.exe";
        for needle in [
            "failed",
            "PASSWORD",
            "wang.fang",
            "fang@corp",
            "10.1.2.3",
            "2001:db8::1",
            "his-db01",
            "张三丰",
            "登录",
            "rule_42",
            "svchost.exe",
            "Failed password for wang.fang",
        ] {
            assert!(has(text, needle), "{needle}");
        }
        for needle in [
            "10.1.2.30",
            "wang.fan",
            "fails",
            "张四",
            "svchost.dll",
            "2001:db8::2",
        ] {
            assert!(!has(text, needle), "{needle}");
        }
        assert_eq!(
            words_of("991 for 2026-07-01 5022", Edges::Whole),
            Vec::<u64>::new()
        );
    }

    #[test]
    fn the_ends_of_a_part_say_nothing() {
        let whole: BTreeSet<_> = words_of("xxfailed password-reset yy.zz", Edges::Whole)
            .into_iter()
            .collect();
        let part = words_of("failed password-res", Edges::Cut);
        assert_eq!(part.len(), 1);
        assert!(part.iter().all(|word| whole.contains(word)));
    }

    proptest! {
        #[test]
        fn a_part_has_no_words_that_the_whole_lacks(
            text in "[a-c0-3.@:é张三李_ -]{0,40}",
            start in any::<prop::sample::Index>(),
            end in any::<prop::sample::Index>(),
        ) {
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (start, end) = (*start.get(&places), *end.get(&places));
            let part = text.get(start.min(end)..start.max(end)).unwrap();
            let whole: BTreeSet<_> = words_of(&text, Edges::Whole).into_iter().collect();
            for word in words_of(part, Edges::Cut) {
                prop_assert!(whole.contains(&word), "{part} of {text}");
            }
        }
    }
}
