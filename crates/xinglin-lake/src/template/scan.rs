//! What varies in a text: known values, times, numbers and words with digits.

use super::{
    encode::Place,
    moment::{self, At, MomentFormat, Relation},
};

/// A part of a text that is not literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The value of a column.
    Field(u32),
    /// A time that is the event's own.
    Time(MomentFormat, i8),
    /// A time so many units behind the event's.
    Moment(MomentFormat, i64),
    /// A number or a word that varies.
    Word,
    /// All that is left of a text with too many of them.
    Rest,
}

/// So many words of a text may vary; the rest of it is one.
pub(super) const MOST_WORDS: usize = 32;

/// What a byte is to words.
const SEPARATOR: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

static CLASSES: [u8; 256] = {
    let mut classes = [SEPARATOR; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128..=255 => LETTER,
            _ => SEPARATOR,
        };
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(SEPARATOR)
}

/// One text on its way to parts.
struct Scan<'a> {
    text: &'a [u8],
    at: At,
    /// Whether it is a document of XML.
    is_xml: bool,
    /// The offset of the last time found.
    zone: Option<i8>,
    words: usize,
    parts: &'a mut Vec<Part>,
    scratch: &'a mut Vec<u8>,
}

/// Puts the parts of a text into `parts`, in order. `places` are in order and apart.
pub(super) fn scan(
    text: &str,
    at: At,
    places: &[Place],
    parts: &mut Vec<Part>,
    scratch: &mut Vec<u8>,
) {
    parts.clear();
    let mut scan = Scan {
        text: text.as_bytes(),
        at,
        is_xml: matches!(
            text.as_bytes(),
            [b'<', b'?' | b'a'..=b'z' | b'A'..=b'Z', ..]
        ),
        zone: None,
        words: 0,
        parts,
        scratch,
    };
    let mut from = 0;
    for place in places {
        if scan.gap(from, place.start).is_none() {
            return;
        }
        scan.parts.push(Part {
            start: place.start,
            end: place.end,
            what: What::Field(place.column),
        });
        from = place.end;
    }
    scan.gap(from, text.len());
}

impl Scan<'_> {
    /// Reads what lies between two known values; nothing when the text had too many words.
    fn gap(&mut self, from: usize, to: usize) -> Option<()> {
        let mut at = from;
        while at < to {
            let byte = *self.text.get(at)?;
            if class(byte) == SEPARATOR {
                at += 1;
                continue;
            }
            // A word behind a known value continues it: `{user.name}42`.
            at = self.word(at, from, to)?;
        }
        Some(())
    }

    /// Reads the word that begins at `at`; where to go on.
    fn word(&mut self, at: usize, from: usize, to: usize) -> Option<usize> {
        let rest = self.text.get(at..to)?;
        let first = *rest.first()?;
        if (first.is_ascii_digit() || first.is_ascii_uppercase())
            && rest.len() >= 8
            && let Some(end) = self.time(at, to)
        {
            return Some(end);
        }
        let mut length = 0;
        let mut digits = 0;
        let mut first_digit = 0;
        let mut is_hex = true;
        for byte in rest {
            match class(*byte) {
                SEPARATOR => break,
                DIGIT => {
                    if digits == 0 {
                        first_digit = length;
                    }
                    digits += 1;
                }
                _ => is_hex &= byte.is_ascii_hexdigit(),
            }
            length += 1;
        }
        let before = at.checked_sub(1).filter(|before| *before >= from);
        let before = before.and_then(|before| self.text.get(before)).copied();
        let is_quoted = || {
            let opening = at.checked_sub(2).filter(|opening| *opening >= from);
            let opening = opening.and_then(|opening| self.text.get(opening));
            matches!(opening, Some(b'=' | b':'))
        };
        let quote = match before {
            Some(b'>') if self.is_xml => Some(b'<'),
            // Attributes of XML say what a value is, not what it is worth.
            _ if self.is_xml => None,
            Some(b'=') => Some(b' '),
            Some(quote @ (b'"' | b'\'')) if is_quoted() => Some(quote),
            _ => None,
        };
        if let Some(quote) = quote {
            let end = self.value(at, to, quote);
            return self.push(at, end);
        }
        if digits == 0 {
            return Some(at + length);
        }
        if let Some(end) = self.dotted(at, at + length, to) {
            return self.push(at, end);
        }
        let end = at + length;
        if matches!(rest, [b'0', b'x', ..]) && length > 2 && is_hex_word(rest.get(2..length)?) {
            return self.push(at + 2, end);
        }
        if is_hex && length >= 4 || digits == length {
            return self.push(at, end);
        }
        if first_digit + digits == length {
            // Letters and then a number: `rule_42`.
            return self.push(at + first_digit, end);
        }
        self.push(at, end)
    }

    /// The end of a value behind an equals sign, which a space and other separators end, or
    /// of one that a quote ends.
    fn value(&self, at: usize, to: usize, quote: u8) -> usize {
        let rest = self.text.get(at..to).unwrap_or_default();
        let length = rest.iter().position(|byte| match quote {
            b' ' => b" ,;&\"')]}><|\t\n".contains(byte),
            quote => *byte == quote,
        });
        at + length.unwrap_or(rest.len())
    }

    /// The end of an address in dotted form that begins at `at`.
    fn dotted(&self, at: usize, end: usize, to: usize) -> Option<usize> {
        let text = self.text.get(at..to)?;
        let mut groups = 1;
        let mut place = end - at;
        if place > 3 || !text.get(..place)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        while groups < 4 {
            if text.get(place) != Some(&b'.') {
                return None;
            }
            let group = text.get(place + 1..)?;
            let digits = group
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if !(1..=3).contains(&digits) {
                return None;
            }
            place += 1 + digits;
            groups += 1;
        }
        match text.get(place) {
            Some(byte) if class(*byte) != SEPARATOR => None,
            _ => Some(at + place),
        }
    }

    /// Reads a time where one begins at `at`; its end.
    fn time(&mut self, at: usize, to: usize) -> Option<usize> {
        let rest = self.text.get(at..to)?;
        let found = moment::find(rest, self.at, self.zone)?;
        let end = at + found.length;
        self.scratch.clear();
        found.format.render(found.relation, self.at, self.scratch)?;
        if self.text.get(at..end)? != self.scratch.as_slice() {
            return None;
        }
        let what = match found.relation {
            Relation::Same(quarters) => {
                self.zone = Some(quarters);
                What::Time(found.format, quarters)
            }
            Relation::Behind(_) if self.words >= MOST_WORDS => return None,
            Relation::Behind(units) => {
                self.words += 1;
                What::Moment(found.format, units)
            }
        };
        self.parts.push(Part {
            start: at,
            end,
            what,
        });
        Some(end)
    }

    fn push(&mut self, start: usize, end: usize) -> Option<usize> {
        if self.words >= MOST_WORDS {
            self.parts.push(Part {
                start,
                end: self.text.len(),
                what: What::Rest,
            });
            return None;
        }
        self.words += 1;
        self.parts.push(Part {
            start,
            end,
            what: What::Word,
        });
        Some(end)
    }
}

fn is_hex_word(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, places: &[Place]) -> String {
        let at = At {
            seconds: 1_782_864_011,
            nanoseconds: 0,
        };
        let mut parts = Vec::new();
        scan(text, at, places, &mut parts, &mut Vec::new());
        let mut marked = String::new();
        let mut from = 0;
        for part in parts {
            marked.push_str(text.get(from..part.start).unwrap());
            let inner = text.get(part.start..part.end).unwrap();
            let mark = match part.what {
                What::Field(_) => "f",
                What::Time(..) => "t",
                What::Moment(..) => "m",
                What::Word => "w",
                What::Rest => "r",
            };
            marked.extend(["‹", mark, " ", inner, "›"]);
            from = part.end;
        }
        marked.push_str(text.get(from..).unwrap());
        marked
    }

    #[test]
    fn what_varies_is_found() {
        let cases = [
            ("Accepted password for root", "Accepted password for root"),
            (
                "Jul  1 00:00:11 his sshd[991]: x",
                "‹t Jul  1 00:00:11› his sshd[‹w 991›]: x",
            ),
            (
                "rule_42 V00012345 0x3e7 7ffd a1",
                "rule_‹w 42› V‹w 00012345› 0x‹w 3e7› ‹w 7ffd› a‹w 1›",
            ),
            (
                "client=10.1.2.3 ok=yes, n=5",
                "client=‹w 10.1.2.3› ok=‹w yes›, n=‹w 5›",
            ),
            (
                "from 10.1.2.3:22 v1.2.3",
                "from ‹w 10.1.2.3›:‹w 22› v‹w 1›.‹w 2›.‹w 3›",
            ),
            (
                r#"{"a":"b c d","n":17,"z":true}"#,
                r#"{"a":"‹w b c d›","n":‹w 17›,"z":true}"#,
            ),
            (
                "time=2026-07-01 00:00:12 x1y",
                "time=‹m 2026-07-01 00:00:12› ‹w x1y›",
            ),
            ("患者张三 登录 3 次", "患者张三 登录 ‹w 3› 次"),
            (
                "<E a='b'><D Name='U'>wang f</D><I>46</I></E>",
                "<E a='b'><D Name='U'>‹w wang f›</D><I>‹w 46›</I></E>",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(marked(text, &[]), expected);
        }
    }

    #[test]
    fn known_values_are_left_alone() {
        let places = [Place {
            start: 5,
            end: 13,
            column: 7,
        }];
        assert_eq!(
            marked("user=10.1.2.3 port 22", &places),
            "user=‹f 10.1.2.3› port ‹w 22›"
        );
        let many = "a1 ".repeat(MOST_WORDS + 4);
        let text = marked(&many, &[]);
        assert!(text.ends_with("‹r 1 a1 a1 a1 ›"), "{text}");
    }
}
