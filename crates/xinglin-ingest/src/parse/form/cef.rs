//! The Common Event Format: seven parts in a row, then pairs.

use std::borrow::Cow;

use super::super::{
    content::parser::Parser,
    draft::{Draft, Raw},
    note::NoteKind,
};

const HEADER: [&str; 7] = [
    "version",
    "deviceVendor",
    "deviceProduct",
    "deviceVersion",
    "deviceEventClassId",
    "name",
    "severity",
];
/// So many pairs are read.
const MOST_PAIRS: usize = 256;
/// A name has so many bytes at most.
const LONGEST_NAME: usize = 64;

/// Reads a message, from `CEF:` on, wherever that stands.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let Some(begin) = memchr::memmem::find(body.as_bytes(), b"CEF:") else {
        return false;
    };
    let mut rest = body.get(begin + 4..).unwrap_or_default();
    for name in HEADER {
        let Some((value, behind)) = part(rest) else {
            // The last part may end the message.
            if name != "severity" {
                return false;
            }
            parser.take(draft, name, Raw::borrowed(rest.trim()));
            return true;
        };
        parser.take(draft, name, Raw::Text(value));
        rest = behind;
    }
    pairs(parser, draft, rest.trim());
    true
}

/// Up to the next `|` that is not escaped.
fn part(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'|', b'\\', text.as_bytes().get(from..)?)?;
        if text.as_bytes().get(at) == Some(&b'\\') {
            from = at + 2;
            continue;
        }
        let value = text.get(..at)?;
        return Some((unescape(value), text.get(at + 1..)?));
    }
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let replaced = match (character, characters.peek()) {
            ('\\', Some('n')) => '\n',
            ('\\', Some('r')) => '\r',
            ('\\', Some(next @ ('|' | '\\' | '='))) => *next,
            _ => {
                text.push(character);
                continue;
            }
        };
        characters.next();
        text.push(replaced);
    }
    Cow::Owned(text)
}

/// `name=value name=value`: values have blanks, so a value ends before the last word before
/// the next sign that is not escaped.
fn pairs<'a>(parser: &'a Parser, draft: &mut Draft<'a>, text: &'a str) {
    let mut labels: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
    let mut customs: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
    let mut rest = text;
    let mut count = 0;
    while let Some((name, behind)) = rest.split_once('=') {
        count += 1;
        if count > MOST_PAIRS {
            draft.note(NoteKind::TooManyFields, rest);
            break;
        }
        let end = end_of_value(behind);
        let value = unescape(behind.get(..end).unwrap_or_default().trim_end());
        rest = behind.get(end..).unwrap_or_default();
        let name = name.trim();
        if let Some(custom) = name.strip_suffix("Label") {
            labels.push((custom, value));
        } else if is_custom(name) {
            customs.push((name, value));
        } else {
            parser.take(draft, name, Raw::Text(value));
        }
    }
    // `cs1=… cs1Label=…`: the label is the name.
    for (name, value) in customs {
        let label = labels.iter().find(|(custom, _)| *custom == name);
        let name = label.map_or(name, |(_, label)| label);
        parser.take(draft, name, Raw::Text(value));
    }
}

/// `cs1`, `cn2`, `deviceCustomString1`, `flexString1`, `c6a2`.
fn is_custom(name: &str) -> bool {
    let stem = name.trim_end_matches(|last: char| last.is_ascii_digit());
    stem.len() < name.len()
        && (matches!(
            stem,
            "cs" | "cn" | "cfp" | "c6a" | "flexString" | "flexNumber" | "flexDate"
        ) || stem.starts_with("deviceCustom"))
}

fn end_of_value(behind: &str) -> usize {
    for sign in memchr::memchr_iter(b'=', behind.as_bytes()) {
        // No name is longer, so that a text of nothing but signs is not gone through for each.
        let least = sign.saturating_sub(LONGEST_NAME + 1);
        let before = behind.as_bytes().get(least..sign).unwrap_or_default();
        if before.ends_with(b"\\") {
            continue;
        }
        if let Some(blank) = memchr::memrchr(b' ', before) {
            let name = before.get(blank + 1..).unwrap_or_default();
            let is_name =
                |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
            if !name.is_empty() && name.iter().all(is_name) {
                return least + blank;
            }
        }
    }
    behind.len()
}
