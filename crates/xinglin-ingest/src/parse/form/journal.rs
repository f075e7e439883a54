//! Entries of systemd's journal: in its export format, with a line for each field and values
//! with line ends behind their length; and in JSON, where values that are no UTF-8 are lists of
//! their bytes.

use std::borrow::Cow;

use super::super::{
    DecodeAs,
    content::parser::Parser,
    decode::decode,
    draft::{Draft, Raw},
    json,
    note::NoteKind,
    time,
};

/// So many fields of one entry are read.
const MOST_FIELDS: usize = 256;

/// Reads an entry.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut count = 0;
    let mut rest = body;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = behind;
        let (name, value) = match line.split_once('=') {
            Some(pair) => pair,
            None => match counted(behind) {
                Some((value, behind)) => {
                    rest = behind;
                    (line, value)
                }
                None => continue,
            },
        };
        let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) {
            continue;
        }
        count += 1;
        if count > MOST_FIELDS {
            draft.note(NoteKind::TooManyFields, line);
            break;
        }
        if name == "__REALTIME_TIMESTAMP" {
            if let Some(at) = time::epoch(value) {
                draft.instant(at);
            }
            continue;
        }
        parser.take(draft, name, Raw::borrowed(value));
    }
    count > 1
}

/// Reads an entry in JSON.
pub(crate) fn read_json<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut count = 0_usize;
    // The value whose bytes are being read, by name.
    let mut name = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    let outcome = json::each(body, &mut |path, raw| {
        count += 1;
        if path != name {
            give_bytes(parser, draft, &name, &mut bytes);
            path.clone_into(&mut name);
        }
        match raw {
            // Numbers are texts in it, but for those of bytes.
            Raw::Number(number) => bytes.extend(number.parse::<u8>()),
            other => parser.take(draft, path, other),
        }
    });
    give_bytes(parser, draft, &name, &mut bytes);
    match outcome {
        json::Outcome::Whole(_) => {}
        json::Outcome::Broken => draft.note(NoteKind::Malformed, body),
        json::Outcome::TooDeep => draft.note(NoteKind::TooManyFields, body),
    }
    count > 1
}

fn give_bytes<'a>(parser: &'a Parser, draft: &mut Draft<'a>, name: &str, bytes: &mut Vec<u8>) {
    if !bytes.is_empty() {
        let text = decode(bytes, DecodeAs::Auto).text.into_owned();
        parser.take(draft, name, Raw::Text(Cow::Owned(text)));
        bytes.clear();
    }
}

/// A value behind eight bytes that say how long it is, lowest first.
fn counted(text: &str) -> Option<(&str, &str)> {
    let length: [u8; 8] = text.as_bytes().get(..8)?.try_into().ok()?;
    let length = usize::try_from(u64::from_le_bytes(length)).ok()?;
    let end = length.checked_add(8)?;
    let value = text.get(8..end)?;
    let behind = text.get(end..)?;
    Some((value, behind.strip_prefix('\n').unwrap_or(behind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_stand_behind_their_length() {
        let text = "\u{3}\0\0\0\0\0\0\0a\nb\nPRIORITY=6";
        assert_eq!(counted(text), Some(("a\nb", "PRIORITY=6")));
        assert_eq!(counted("short"), None);
        assert_eq!(counted("\u{7f}\0\0\0\0\0\0\0abc"), None);
    }
}
