//! Changes to samples: of bytes, of lines, of words, of the whole.

use std::collections::BTreeMap;

/// Named files, as a parser gets them.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Inputs stay below this size, but for the few that test how time grows with size.
const ORDINARY: usize = 64 << 10;
const LARGE: usize = 512 << 10;
/// One round of so many has a large input.
const LARGE_EVERY: u64 = 4_096;
/// Longer texts are cut to at most about this, but for one round of so many: parsers go through
/// a text line by line, so that in small ones a second of CPU tries many times as many changes.
const WINDOW: usize = 2 << 10;
const WHOLE_EVERY: u64 = 32;

/// Words at which parsers stumble.
const WORDS: [&str; 44] = [
    "",
    "0",
    "-1",
    "1",
    "65536",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "1e999",
    "NaN",
    "0x",
    "0x7fffffff",
    "\u{0}",
    "\u{feff}",
    "中文",
    "𠀀",
    "é",
    "\u{202e}",
    "'",
    "\"",
    "\\",
    "\\\n",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "((((((((",
    "{{{{{{{{",
    "<![CDATA[",
    "<!--",
    "&lt;",
    "/*",
    "*/",
    "#",
    "!",
    "=",
    ":",
    "::",
    "%s",
    "\r\n",
    "\t",
];

/// A source of numbers that depend on nothing but where it starts.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// The numbers of a round.
    pub(crate) fn of(round: u64) -> Self {
        Self(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len());
        items.get(at)
    }
}

/// The input of a round: a sample with some of its files changed.
pub(crate) fn input(samples: &[Files], round: u64) -> Files {
    let mut numbers = Numbers::of(round);
    let mut files = numbers.pick(samples).cloned().unwrap_or_default();
    let names: Vec<String> = files.keys().cloned().collect();
    let large = round % LARGE_EVERY == LARGE_EVERY - 1;
    if !round.is_multiple_of(WHOLE_EVERY) {
        for bytes in files.values_mut() {
            cut(bytes, &mut numbers);
        }
    }
    for _ in 0..=numbers.below(2) {
        let Some(name) = numbers.pick(&names) else {
            break;
        };
        let Some(bytes) = files.get_mut(name) else {
            continue;
        };
        for _ in 0..=numbers.below(6) {
            let other = numbers.pick(samples).map(|files| files.values());
            let other = other.and_then(|mut files| files.nth(numbers.below(files.len())));
            change(bytes, other.map_or(&[][..], Vec::as_slice), &mut numbers);
            bytes.truncate(ORDINARY);
        }
        if large {
            enlarge(bytes, &mut numbers);
        }
    }
    files
}

fn change(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    match numbers.below(16) {
        0 => flip(bytes, numbers),
        1 => {
            let at = numbers.below(bytes.len() + 1);
            let random: Vec<u8> = (0..=numbers.below(8)).map(|_| byte(numbers)).collect();
            bytes.splice(at..at, random);
        }
        2 => {
            let (from, to) = range(bytes.len(), numbers);
            bytes.drain(from..to);
        }
        3 => {
            let (from, to) = range(bytes.len(), numbers);
            let copy = bytes.get(from..to).unwrap_or_default().to_vec();
            let at = numbers.below(bytes.len() + 1);
            bytes.splice(at..at, copy);
        }
        4 => {
            let (from, to) = range(other.len(), numbers);
            let (start, end) = range(bytes.len(), numbers);
            bytes.splice(start..end, other.get(from..to).unwrap_or_default().to_vec());
        }
        5 => {
            let at = numbers.below(bytes.len());
            bytes.truncate(at);
        }
        6..=9 => change_lines(bytes, other, numbers),
        10..=13 => change_word(bytes, numbers),
        14 => recode(bytes, numbers),
        _ => {
            let word = numbers.pick(&WORDS).copied().unwrap_or_default();
            let times = 1 + numbers.below(64);
            let at = numbers.below(bytes.len() + 1);
            bytes.splice(at..at, word.repeat(times).into_bytes());
        }
    }
}

fn byte(numbers: &mut Numbers) -> u8 {
    numbers.next().to_le_bytes()[0]
}

fn flip(bytes: &mut [u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let bits = byte(numbers);
        if let Some(place) = bytes.get_mut(at) {
            *place ^= bits;
        }
    }
}

/// A part of something that has `length`, at most 4 KiB of it.
fn range(length: usize, numbers: &mut Numbers) -> (usize, usize) {
    let from = numbers.below(length);
    let to = from + numbers.below((length - from).min(4_096) + 1);
    (from, to.min(length))
}

fn change_lines(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    let (start, end) = line(bytes, numbers);
    let text = |from: &[u8], (start, end): (usize, usize)| -> Vec<u8> {
        let line = from.get(start..end).unwrap_or_default();
        [line, b"\n"].concat()
    };
    match numbers.below(6) {
        0 => {
            bytes.drain(start..(end + 1).min(bytes.len()));
        }
        1 => {
            let copies = text(bytes, (start, end)).repeat(1 + numbers.below(20));
            bytes.splice(start..start, copies);
        }
        2 => {
            let (to, to_end) = line(bytes, numbers);
            let (first, second) = if start < to {
                ((start, end), (to, to_end))
            } else {
                ((to, to_end), (start, end))
            };
            if first.0 != second.0 {
                let parts = [second, (first.1, second.0), first];
                let parts = parts.map(|(from, to)| bytes.get(from..to).unwrap_or_default());
                let swapped = parts.concat();
                bytes.splice(first.0..second.1, swapped);
            }
        }
        3 => {
            let theirs = text(other, line(other, numbers));
            bytes.splice(start..start, theirs);
        }
        4 => {
            // Another indentation, which some languages take for structure.
            let spaces = numbers.below(9);
            let line = bytes.get(start..end).unwrap_or_default();
            let indented = line.len() - line.trim_ascii_start().len();
            bytes.splice(start..start + indented, vec![b' '; spaces]);
        }
        _ => {
            if end < bytes.len() {
                bytes.remove(end);
            }
        }
    }
}

/// Where a line begins and ends, without the byte that ends it.
fn line(bytes: &[u8], numbers: &mut Numbers) -> (usize, usize) {
    let at = numbers.below(bytes.len() + 1);
    let (before, after) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    let is_end = |byte: &u8| *byte == b'\n';
    (
        before.iter().rposition(is_end).map_or(0, |end| end + 1),
        at + after.iter().position(is_end).unwrap_or(after.len()),
    )
}

/// Leaves some whole lines of a long text: in a part of it changes stand closer together.
fn cut(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let is_lines = std::str::from_utf8(bytes).is_ok_and(|text| !text.starts_with(['<', '{']));
    if bytes.len() <= WINDOW / 8 || !is_lines {
        return;
    }
    let (from, _) = line(bytes, numbers);
    let to = from + WINDOW / 8 + numbers.below(WINDOW * 7 / 8);
    let rest = bytes.get(to..).unwrap_or_default();
    let to = match rest.iter().position(|byte| *byte == b'\n') {
        Some(more) => to + more + 1,
        None => bytes.len(),
    };
    bytes.truncate(to);
    bytes.drain(..from);
}

fn change_word(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'_' | b'-' | b'.');
    let start = numbers.below(bytes.len());
    let Some(from) = bytes
        .iter()
        .skip(start)
        .position(is_word)
        .map(|at| at + start)
    else {
        return;
    };
    let length = bytes
        .iter()
        .skip(from)
        .take_while(|byte| is_word(byte))
        .count();
    let word = bytes.get(from..from + length).unwrap_or_default().to_vec();
    let replacement = match numbers.below(4) {
        0 => word.repeat(1 + numbers.below(4)),
        1 => word.to_ascii_uppercase(),
        2 => (numbers.next() % 100_000).to_string().into_bytes(),
        _ => numbers
            .pick(&WORDS)
            .map_or(Vec::new(), |word| word.as_bytes().to_vec()),
    };
    bytes.splice(from..from + length, replacement);
}

/// The same text in another encoding, or with other ends of lines.
fn recode(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    *bytes = match numbers.below(4) {
        0 => text.replace('\n', "\r\n").into_bytes(),
        1 => {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
        2 => {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_be_bytes).collect()
        }
        _ => text.replace('\n', "\r").into_bytes(),
    };
}

/// The same again and again, to see how time grows with size.
fn enlarge(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let (from, to) = range(bytes.len(), numbers);
    let piece = bytes.get(from..to).unwrap_or_default().to_vec();
    if piece.is_empty() {
        return;
    }
    let times = (LARGE.saturating_sub(bytes.len())) / piece.len();
    bytes.splice(to..to, piece.repeat(times));
}
