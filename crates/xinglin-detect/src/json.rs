//! Lines of JSON as events, read without copying what needs no copy.
//!
//! This is for files of events that nobody parsed: names of nested objects are joined by dots,
//! an array is several values, and an empty one is null.

use jiff::Timestamp;
use memchr::memchr2;

use crate::record::{Datum, Record};

const MOST_DEPTH: usize = 32;
const MOST_FIELDS: usize = 10_000;

/// Reads objects of JSON, one after the other, into memory that is used again.
#[derive(Debug, Default)]
pub struct JsonReader {
    fields: Vec<Field>,
    /// Names that are joined, and texts in which something was escaped.
    written: String,
}

/// An object of JSON.
#[derive(Debug, Clone, Copy)]
pub struct JsonRecord<'a> {
    text: &'a str,
    written: &'a str,
    fields: &'a [Field],
    at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: Span,
    held: Held,
}

/// A part of the text, or of what was written beside it.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    is_written: bool,
}

#[derive(Debug, Clone, Copy)]
enum Held {
    Text(Span),
    Null,
    Integer(i64),
    Number(f64),
    Bool(bool),
}

impl JsonReader {
    /// Reads an object; none where the text is not one, or something stands behind it.
    pub fn read<'a>(&'a mut self, text: &'a str, at: Timestamp) -> Option<JsonRecord<'a>> {
        self.fields.clear();
        self.written.clear();
        let mut reader = Reader {
            text,
            at: 0,
            fields: &mut self.fields,
            written: &mut self.written,
        };
        reader.blank();
        reader.take(b'{')?;
        reader.object(None, 0)?;
        reader.blank();
        (reader.at == text.len()).then_some(JsonRecord {
            text,
            written: &self.written,
            fields: &self.fields,
            at,
        })
    }
}

impl<'a> JsonRecord<'a> {
    /// The same at another time.
    #[must_use]
    pub fn at_time(self, at: Timestamp) -> Self {
        Self { at, ..self }
    }

    #[inline]
    fn span(&self, span: Span) -> &'a str {
        let from = if span.is_written {
            self.written
        } else {
            self.text
        };
        from.get(span.start..span.end).unwrap_or_default()
    }
}

impl Record for JsonRecord<'_> {
    fn each_field<'r>(&'r self, mut each: impl FnMut(&'r str, Datum<'r>)) {
        for field in self.fields {
            let datum = match field.held {
                Held::Text(span) => Datum::Text(self.span(span)),
                Held::Null => Datum::Null,
                Held::Integer(number) => Datum::Integer(number),
                Held::Number(number) => Datum::Number(number),
                Held::Bool(yes) => Datum::Bool(yes),
            };
            each(self.span(field.name), datum);
        }
    }

    fn text(&self) -> Option<&str> {
        None
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    fields: &'a mut Vec<Field>,
    written: &'a mut String,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// The entries of an object whose brace was read, under a name or at the top.
    fn object(&mut self, above: Option<Span>, depth: usize) -> Option<()> {
        self.blank();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.blank();
            let key = self.string()?;
            self.blank();
            self.take(b':')?;
            let name = match above {
                None => key,
                Some(above) => self.joined(above, key),
            };
            self.value(name, depth)?;
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn joined(&mut self, above: Span, key: Span) -> Span {
        let start = self.written.len();
        self.copy(above);
        self.written.push('.');
        self.copy(key);
        Span {
            start,
            end: self.written.len(),
            is_written: true,
        }
    }

    fn copy(&mut self, span: Span) {
        if span.is_written {
            if self.written.get(span.start..span.end).is_some() {
                self.written.extend_from_within(span.start..span.end);
            }
        } else if let Some(text) = self.text.get(span.start..span.end) {
            self.written.push_str(text);
        }
    }

    fn value(&mut self, name: Span, depth: usize) -> Option<()> {
        self.blank();
        if depth > MOST_DEPTH || self.fields.len() > MOST_FIELDS {
            return None;
        }
        let held = match self.peek()? {
            b'"' => Held::Text(self.string()?),
            b'{' => {
                self.at += 1;
                return self.object(Some(name), depth + 1);
            }
            b'[' => {
                self.at += 1;
                return self.array(name, depth + 1);
            }
            b't' => self.word("true", Held::Bool(true))?,
            b'f' => self.word("false", Held::Bool(false))?,
            b'n' => self.word("null", Held::Null)?,
            _ => self.number()?,
        };
        self.fields.push(Field { name, held });
        Some(())
    }

    fn array(&mut self, name: Span, depth: usize) -> Option<()> {
        self.blank();
        if self.take(b']').is_some() {
            let held = Held::Null;
            self.fields.push(Field { name, held });
            return Some(());
        }
        loop {
            self.value(name, depth)?;
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &str, held: Held) -> Option<Held> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(word).then(|| {
            self.at += word.len();
            held
        })
    }

    fn number(&mut self) -> Option<Held> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at)?;
        if let Ok(number) = text.parse() {
            return Some(Held::Integer(number));
        }
        let number = text.parse::<f64>().ok()?;
        number.is_finite().then_some(Held::Number(number))
    }

    fn string(&mut self) -> Option<Span> {
        self.take(b'"')?;
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let end = start + quote_or_backslash(rest)?;
        self.at = end;
        if self.peek()? == b'"' {
            self.at += 1;
            return Some(Span {
                start,
                end,
                is_written: false,
            });
        }
        let first = self.written.len();
        self.written.push_str(self.text.get(start..end)?);
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let end = self.at + quote_or_backslash(rest)?;
            self.written.push_str(self.text.get(self.at..end)?);
            self.at = end + 1;
            if self.text.as_bytes().get(end)? == &b'"' {
                return Some(Span {
                    start: first,
                    end: self.written.len(),
                    is_written: true,
                });
            }
            let letter = self.escape()?;
            self.written.push(letter);
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.code()?,
            _ => return None,
        })
    }

    /// A letter by its number; half a pair is no letter.
    fn code(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xD800..0xE000).contains(&first) {
            return char::from_u32(first);
        }
        let rest = self.text.get(self.at..)?;
        if !rest.starts_with("\\u") {
            return Some(char::REPLACEMENT_CHARACTER);
        }
        let before = self.at;
        self.at += 2;
        let second = self.unit()?;
        let is_pair = first < 0xDC00 && (0xDC00..0xE000).contains(&second);
        if !is_pair {
            self.at = before;
            return Some(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// The place of the first quote or backslash. Most texts are so short that eight bytes at a time
/// are quicker than a call of the search for long ones.
#[inline]
fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The lowest bit is where the first byte is zero; bits above it may be wrong.
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let of = |byte: u8| LOW * u64::from(byte);
    let mut start = 0;
    let (words, _) = bytes.as_chunks::<8>();
    for word in words.iter().take(4) {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ of(b'"')) | zeros(word ^ of(b'\\'));
        if found != 0 {
            let bits = usize::try_from(found.trailing_zeros()).ok()?;
            return Some(start + bits / 8);
        }
        start += 8;
    }
    let found = memchr2(b'"', b'\\', bytes.get(start..)?)?;
    Some(start + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let mut reader = JsonReader::default();
        let record = reader.read(text, Timestamp::UNIX_EPOCH)?;
        let mut shown = Vec::new();
        let mut buffer = String::new();
        record.each_field(|name, datum| {
            let value = datum.as_text(&mut buffer).unwrap_or("(null)");
            shown.push(format!("{name}={value}"));
        });
        Some(shown.join(" "))
    }

    #[test]
    fn ends_of_texts_are_found() {
        let bytes: Vec<u8> = (0..70_u8).map(|byte| byte | 0x80).collect();
        for (place, sign) in (0..70).zip([b'"', b'\\'].into_iter().cycle()) {
            let mut bytes = bytes.clone();
            bytes[place] = sign;
            assert_eq!(quote_or_backslash(&bytes), Some(place));
            bytes[69] = b'"';
            assert_eq!(quote_or_backslash(&bytes), Some(place));
            // One above a quote, right behind it, and one below.
            if let Some(next) = bytes.get_mut(place + 1) {
                *next = b'#';
            }
            assert_eq!(quote_or_backslash(&bytes), Some(place));
        }
        assert_eq!(quote_or_backslash(&bytes), None);
        assert_eq!(quote_or_backslash(b""), None);
        assert_eq!(quote_or_backslash(b"!#[]!#[]!#[]"), None);
    }

    #[test]
    fn objects_are_flat() {
        for (text, flat) in [
            (
                r#"{"a":1,"b":{"c":[true,null,"x"],"d":[]}}"#,
                Some("a=1 b.c=true b.c=(null) b.c=x b.d=(null)"),
            ),
            (
                r#" {"a" : "x\"y\\\u95e8\ud83c\udf6b\n" , "b":-1.5e1} "#,
                Some("a=x\"y\\门🍫\n b=-15"),
            ),
            (r#"{"a":"\ud83cx"}"#, Some("a=\u{fffd}x")),
            ("{}", Some("")),
            (r#"{"a":1} x"#, None),
            (r#"{"a":}"#, None),
            (r#"{"a":"x"#, None),
            (r#"{"a":"x\"#, None),
            (r#"{"a":"\u12"#, None),
            ("[1]", None),
            (r#"{"a":1,}"#, None),
        ] {
            assert_eq!(shown(text).as_deref(), flat, "{text}");
        }
        let deep = "{\"a\":".repeat(100_000);
        assert_eq!(shown(&deep), None);
    }
}
