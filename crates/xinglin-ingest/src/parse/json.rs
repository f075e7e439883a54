//! JSON, read in one pass into paths and values that still lie in the text.

pub(crate) mod extent;

use std::borrow::Cow;

use super::draft::Raw;

/// Nesting is followed so deep.
const DEEPEST: usize = 32;
/// So many values of one message are read.
const MOST_VALUES: usize = 2_048;

/// What became of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was read; so many bytes.
    Whole(usize),
    /// It breaks off or is not JSON from some place on; values before that were given.
    Broken,
    /// It is nested too deep or has too many values; what was read was given.
    TooDeep,
}

/// Calls `each` with the dotted path and the value of everything in an object. Elements of
/// lists have the path of their list; `null` is no value.
pub(crate) fn each<'a>(text: &'a str, each: &mut dyn FnMut(&str, Raw<'a>)) -> Outcome {
    let mut reader = Reader {
        text,
        at: 0,
        path: String::with_capacity(64),
        values: 0,
        each,
        is_deep: false,
    };
    reader.blanks();
    let whole = reader.peek() == Some(b'{') && reader.value(0).is_some();
    match (whole, reader.is_deep) {
        (_, true) => Outcome::TooDeep,
        (true, false) => Outcome::Whole(reader.at),
        (false, false) => Outcome::Broken,
    }
}

struct Reader<'a, 'e> {
    text: &'a str,
    at: usize,
    path: String,
    values: usize,
    each: &'e mut dyn FnMut(&str, Raw<'a>),
    is_deep: bool,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST || self.values > MOST_VALUES {
            self.is_deep = true;
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => {
                let text = self.string()?;
                self.give(Raw::Text(text));
                Some(())
            }
            b't' => self.constant("true", Some(true)),
            b'f' => self.constant("false", Some(false)),
            b'n' => self.constant("null", None),
            b'-' | b'0'..=b'9' => {
                let rest = self.text.get(self.at..)?;
                let is_part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = rest
                    .as_bytes()
                    .iter()
                    .take_while(|byte| is_part(byte))
                    .count();
                self.at += length;
                self.give(Raw::Number(rest.get(..length)?));
                Some(())
            }
            _ => None,
        }
    }

    fn give(&mut self, raw: Raw<'a>) {
        self.values += 1;
        (self.each)(&self.path, raw);
    }

    fn constant(&mut self, word: &str, value: Option<bool>) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        if !rest.starts_with(word) {
            return None;
        }
        self.at += word.len();
        if let Some(value) = value {
            let part = rest.get(..word.len())?;
            self.give(Raw::Bool(value, part));
        }
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        let outer = self.path.len();
        loop {
            self.blanks();
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            if outer > 0 {
                self.path.push('.');
            }
            self.path.push_str(&name);
            self.blanks();
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.blanks();
            let read = self.value(depth + 1);
            self.path.truncate(outer);
            read?;
            self.blanks();
            self.at += 1;
            match self.text.as_bytes().get(self.at - 1)? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.blanks();
            self.value(depth + 1)?;
            self.blanks();
            self.at += 1;
            match self.text.as_bytes().get(self.at - 1)? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A string; borrowed when nothing in it is escaped.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let begin = self.at + 1;
        let rest = self.text.get(begin..)?;
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        if rest.as_bytes().get(end) == Some(&b'"') {
            self.at = begin + end + 1;
            return rest.get(..end).map(Cow::Borrowed);
        }
        let mut text = String::with_capacity(rest.len().min(256));
        let mut from = 0;
        loop {
            let at = from + memchr::memchr2(b'"', b'\\', rest.as_bytes().get(from..)?)?;
            text.push_str(rest.get(from..at)?);
            if rest.as_bytes().get(at) == Some(&b'"') {
                self.at = begin + at + 1;
                return Some(Cow::Owned(text));
            }
            let (character, length) = escape(rest.get(at + 1..)?)?;
            text.push(character);
            from = at + 1 + length;
        }
    }
}

/// The character of an escape, from behind the `\`, and how many bytes that takes.
fn escape(rest: &str) -> Option<(char, usize)> {
    let character = match rest.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
            let first = unit(1)?;
            if (0xd800..0xdc00).contains(&first)
                && rest.get(5..7) == Some("\\u")
                && let Some(second) = unit(7)
                && (0xdc00..0xe000).contains(&second)
            {
                let both = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Some((char::from_u32(both)?, 11));
            }
            // A half of a pair stands for nothing.
            return Some((char::from_u32(first).unwrap_or('\u{fffd}'), 5));
        }
        _ => return None,
    };
    Some((character, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_dotted_paths() {
        let text =
            r#"{"a": {"b": [1, "x\n\u4e2d\ud83d\ude00", null], "c": true}, "d": -1.5e3, "e": {}}"#;
        let mut found = Vec::new();
        let outcome = each(text, &mut |path, raw| {
            found.push(format!("{path}={}", raw.as_str()));
        });
        assert_eq!(outcome, Outcome::Whole(text.len()));
        assert_eq!(found, ["a.b=1", "a.b=x\n中😀", "a.c=true", "d=-1.5e3"]);
    }

    #[test]
    fn what_breaks_off_says_so() {
        for text in [
            "",
            "{",
            r#"{"a":"#,
            r#"{"a":"b"#,
            r#"{"a" 1}"#,
            "[1]",
            r#"{"a":1 2}"#,
        ] {
            assert_eq!(each(text, &mut |_, _| {}), Outcome::Broken, "{text}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(10_000));
        assert_eq!(each(&deep, &mut |_, _| {}), Outcome::TooDeep);
    }
}
