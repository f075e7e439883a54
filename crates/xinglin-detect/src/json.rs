//! Lines of JSON as events, read without copying what needs no copy.
//!
//! This is for files of events that nobody parsed: names of nested objects are joined by dots,
//! an array is several values, and an empty one is null.

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::memchr2;

use crate::record::{Datum, Record};

const MOST_DEPTH: usize = 32;
const MOST_FIELDS: usize = 10_000;

/// An object of JSON.
#[derive(Debug, Clone)]
pub struct JsonRecord<'a> {
    fields: Vec<(Cow<'a, str>, Held<'a>)>,
    at: Timestamp,
}

#[derive(Debug, Clone)]
enum Held<'a> {
    Plain(Datum<'a>),
    Owned(String),
}

impl<'a> JsonRecord<'a> {
    /// Reads an object; none where the text is not one, or something stands behind it.
    pub fn parse(text: &'a str, at: Timestamp) -> Option<Self> {
        let mut reader = Reader {
            text,
            at: 0,
            fields: Vec::with_capacity(48),
        };
        reader.blank();
        reader.take(b'{')?;
        reader.object("", 0)?;
        reader.blank();
        (reader.at == text.len()).then_some(Self {
            fields: reader.fields,
            at,
        })
    }
}

impl Record for JsonRecord<'_> {
    fn each_field<'r>(&'r self, mut each: impl FnMut(&'r str, Datum<'r>)) {
        for (name, held) in &self.fields {
            match held {
                Held::Plain(datum) => each(name, *datum),
                Held::Owned(text) => each(name, Datum::Text(text)),
            }
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
    fields: Vec<(Cow<'a, str>, Held<'a>)>,
}

impl<'a> Reader<'a> {
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

    /// The entries of an object whose brace was read.
    fn object(&mut self, prefix: &str, depth: usize) -> Option<()> {
        self.blank();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.blank();
            let key = self.string()?;
            self.blank();
            self.take(b':')?;
            let name = if prefix.is_empty() {
                key
            } else {
                Cow::Owned(format!("{prefix}.{key}"))
            };
            self.value(&name, depth)?;
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

    #[expect(clippy::ptr_arg, reason = "a name that is borrowed is kept so")]
    fn value(&mut self, name: &Cow<'a, str>, depth: usize) -> Option<()> {
        self.blank();
        if depth > MOST_DEPTH || self.fields.len() > MOST_FIELDS {
            return None;
        }
        let held = match self.peek()? {
            b'"' => match self.string()? {
                Cow::Borrowed(text) => Held::Plain(Datum::Text(text)),
                Cow::Owned(text) => Held::Owned(text),
            },
            b'{' => {
                self.at += 1;
                return self.object(name, depth + 1);
            }
            b'[' => {
                self.at += 1;
                return self.array(name, depth + 1);
            }
            b't' => self.word("true", Datum::Bool(true))?,
            b'f' => self.word("false", Datum::Bool(false))?,
            b'n' => self.word("null", Datum::Null)?,
            _ => self.number()?,
        };
        self.fields.push((name.clone(), held));
        Some(())
    }

    #[expect(clippy::ptr_arg, reason = "a name that is borrowed is kept so")]
    fn array(&mut self, name: &Cow<'a, str>, depth: usize) -> Option<()> {
        self.blank();
        if self.take(b']').is_some() {
            self.fields.push((name.clone(), Held::Plain(Datum::Null)));
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

    fn word(&mut self, word: &str, datum: Datum<'a>) -> Option<Held<'a>> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(word).then(|| {
            self.at += word.len();
            Held::Plain(datum)
        })
    }

    fn number(&mut self) -> Option<Held<'a>> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at)?;
        if let Ok(number) = text.parse() {
            return Some(Held::Plain(Datum::Integer(number)));
        }
        let number = text.parse::<f64>().ok()?;
        number
            .is_finite()
            .then_some(Held::Plain(Datum::Number(number)))
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.take(b'"')?;
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let end = start + memchr2(b'"', b'\\', rest)?;
        self.at = end;
        if self.peek()? == b'"' {
            self.at += 1;
            return self.text.get(start..end).map(Cow::Borrowed);
        }
        let mut text = self.text.get(start..end)?.to_owned();
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let end = self.at + memchr2(b'"', b'\\', rest)?;
            text.push_str(self.text.get(self.at..end)?);
            self.at = end + 1;
            if self.text.as_bytes().get(end)? == &b'"' {
                return Some(Cow::Owned(text));
            }
            self.escape(&mut text)?;
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, text: &mut String) -> Option<()> {
        let letter = self.peek()?;
        self.at += 1;
        text.push(match letter {
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
        });
        Some(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let record = JsonRecord::parse(text, Timestamp::UNIX_EPOCH)?;
        let mut shown = Vec::new();
        let mut buffer = String::new();
        record.each_field(|name, datum| {
            let value = datum.as_text(&mut buffer).unwrap_or("(null)");
            shown.push(format!("{name}={value}"));
        });
        Some(shown.join(" "))
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
