//! XML as log messages have it: elements, attributes, text. There are no documents here that
//! declare entities or types of their own; what does is not read.

use std::borrow::Cow;

use super::super::{
    content::parser::Parser,
    cursor::Cursor,
    draft::{Draft, Raw},
    note::NoteKind,
};

/// Nesting is followed so deep.
const DEEPEST: usize = 32;
/// A name of a character has so many bytes at most.
const LONGEST_ENTITY: usize = 10;
/// So many pieces of markup are looked at.
const MOST_PIECES: usize = 8_192;

/// A piece of XML. Texts lie in the message where nothing in them is escaped. Names come
/// without their namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// An element begins.
    Begin(&'a str),
    /// An attribute of the element that has just begun.
    Attribute(&'a str, Cow<'a, str>),
    /// Text that is more than blanks.
    Text(Cow<'a, str>),
    /// The element that began last and has not ended, ends.
    End,
}

/// Goes through XML up to the end of its first element; whether it is well-formed so far.
pub(crate) fn each<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) -> bool {
    let mut cursor = Cursor::new(text);
    let mut depth = 0_usize;
    for _ in 0..MOST_PIECES {
        let Some(before) = cursor.until(b'<') else {
            return false;
        };
        let before = before.trim();
        if depth > 0 && !before.is_empty() {
            each(Piece::Text(unescape(before)));
        }
        let ends = if cursor.literal("?") {
            skip_behind(&mut cursor, "?>").is_some()
        } else if cursor.literal("!--") {
            skip_behind(&mut cursor, "-->").is_some()
        } else if cursor.literal("![CDATA[") {
            match skip_behind(&mut cursor, "]]>") {
                Some(inner) if depth > 0 && !inner.is_empty() => {
                    each(Piece::Text(Cow::Borrowed(inner)));
                    true
                }
                inner => inner.is_some(),
            }
        } else if cursor.literal("/") {
            depth = depth.saturating_sub(1);
            each(Piece::End);
            cursor.until(b'>').is_some()
        } else {
            match element(&mut cursor, &mut each) {
                Some(is_empty) => {
                    if is_empty {
                        each(Piece::End);
                    } else {
                        depth += 1;
                    }
                    depth <= DEEPEST
                }
                None => false,
            }
        };
        if !ends {
            return false;
        }
        let is_markup_before = depth == 0
            && matches!(
                text.as_bytes().get(cursor.at().wrapping_sub(2)),
                Some(b'?' | b'-')
            );
        if depth == 0 && !is_markup_before {
            return true;
        }
    }
    false
}

fn skip_behind<'a>(cursor: &mut Cursor<'a>, end: &str) -> Option<&'a str> {
    let rest = cursor.rest();
    let at = memchr::memmem::find(rest.as_bytes(), end.as_bytes())?;
    cursor.skip(at + end.len());
    rest.get(..at)
}

/// A beginning element from behind its `<`; whether it is empty.
fn element<'a>(cursor: &mut Cursor<'a>, each: &mut impl FnMut(Piece<'a>)) -> Option<bool> {
    let name = name(cursor)?;
    each(Piece::Begin(name));
    loop {
        cursor.take_while(|byte| byte.is_ascii_whitespace());
        if cursor.literal("/>") {
            return Some(true);
        }
        if cursor.literal(">") {
            return Some(false);
        }
        let attribute = self::name(cursor)?;
        cursor.take_while(|byte| byte.is_ascii_whitespace());
        if !cursor.literal("=") {
            return None;
        }
        cursor.take_while(|byte| byte.is_ascii_whitespace());
        let quote = cursor.byte().filter(|byte| matches!(byte, b'"' | b'\''))?;
        cursor.skip(1);
        let value = cursor.until(quote)?;
        each(Piece::Attribute(attribute, unescape(value)));
    }
}

fn name<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let name = cursor.take_while(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || byte >= 0x80
    });
    // Without its prefix.
    let prefix = name.bytes().rposition(|byte| byte == b':');
    let name = prefix.and_then(|at| name.get(at + 1..)).unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        found.push_str(before);
        rest = behind;
        let near = behind.bytes().take(LONGEST_ENTITY + 1);
        let end = near.into_iter().position(|byte| byte == b';');
        let name = end.and_then(|end| behind.get(..end));
        let character = name.and_then(resolve);
        match (character, end.and_then(|end| behind.get(end + 1..))) {
            (Some(character), Some(behind)) => {
                found.push(character);
                rest = behind;
            }
            _ => found.push('&'),
        }
    }
    found.push_str(rest);
    Cow::Owned(found)
}

fn resolve(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

/// Reads a message whose attributes and elements are fields: `NAME` is the value of an
/// element or an attribute of that name.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut names: Vec<&'a str> = Vec::new();
    let mut count = 0_usize;
    let is_whole = each(body, |piece| match piece {
        Piece::Begin(name) => names.push(name),
        Piece::Attribute(name, value) => {
            count += 1;
            parser.take(draft, name, Raw::Text(value));
        }
        Piece::Text(value) => {
            count += 1;
            parser.take(
                draft,
                names.last().copied().unwrap_or_default(),
                Raw::Text(value),
            );
        }
        Piece::End => {
            names.pop();
        }
    });
    if !is_whole && count > 0 {
        draft.note(NoteKind::Malformed, body);
    }
    count > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order() {
        let text = "<?xml version='1.0'?>\n<!-- x --><a:Event xmlns='u' b=\"1 &amp; 2\"><c/>&#x4e2d;x<![CDATA[<d>]]></a:Event> rest";
        let mut found = Vec::new();
        assert!(each(text, |piece| found.push(piece)));
        let expected = [
            Piece::Begin("Event"),
            Piece::Attribute("xmlns", "u".into()),
            Piece::Attribute("b", "1 & 2".into()),
            Piece::Begin("c"),
            Piece::End,
            Piece::Text("中x".into()),
            Piece::Text("<d>".into()),
            Piece::End,
        ];
        assert_eq!(found, expected);
        for bad in [
            "",
            "x",
            "<a",
            "<a>",
            "<a b>",
            "<a b='",
            "<!DOCTYPE a><a/>",
            "<a><b></a>",
        ] {
            assert!(!each(bad, |_| {}), "{bad}");
        }
    }
}
