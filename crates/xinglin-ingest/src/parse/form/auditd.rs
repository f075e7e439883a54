//! Records of the Linux audit daemon: `type=… msg=audit(time:serial): name=value …`, of which
//! several may stand in one text, a line each.

use std::borrow::Cow;

use super::super::{
    content::parser::Parser,
    cursor::Cursor,
    draft::{Draft, Raw},
    time,
};

/// So many records of one event are read.
const MOST_RECORDS: usize = 128;

/// Names whose values are written in hexadecimal digits where they have blanks or quotes.
const ENCODED: [&str; 15] = [
    "proctitle",
    "comm",
    "exe",
    "name",
    "cwd",
    "cmd",
    "data",
    "acct",
    "path",
    "key",
    "vm",
    "new-disk",
    "file",
    "device",
    "grp",
];

/// Who an event belongs to: the node, its time and its serial, as they are written.
pub(crate) struct Heading<'a> {
    pub(crate) node: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) time: &'a str,
    pub(crate) serial: &'a str,
    pub(crate) rest: &'a str,
}

/// Reads one record or several of one event.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut is_read = false;
    for line in body.lines().take(MOST_RECORDS) {
        let Some(heading) = heading(line) else {
            continue;
        };
        parser.take(draft, "type", Raw::borrowed(heading.kind));
        if !is_read {
            if let Some(at) = time::epoch(heading.time) {
                draft.instant(at);
            }
            parser.take(draft, "serial", Raw::borrowed(heading.serial));
            parser.take(draft, "node", Raw::borrowed(heading.node));
        }
        is_read = true;
        values(parser, draft, heading.kind, heading.rest, 0);
    }
    is_read
}

/// Splits a record into its heading and the rest.
pub(crate) fn heading(line: &str) -> Option<Heading<'_>> {
    let mut cursor = Cursor::new(line);
    let mut node = "";
    if cursor.literal("node=") {
        node = cursor.word();
        cursor.literal(" ");
    }
    // The kernel itself writes records without a type word when nobody listens.
    let mut kind = "";
    if cursor.literal("type=") {
        kind = cursor.word();
        cursor.skip_blanks();
        cursor.literal("msg=");
    }
    if !cursor.literal("audit(") {
        return None;
    }
    let time = cursor.until(b':')?;
    let serial = cursor.until(b')')?;
    cursor.literal(":");
    cursor.skip_blanks();
    let is_number = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    (is_number(time) && is_number(serial)).then_some(Heading {
        node,
        kind,
        time,
        serial,
        rest: cursor.rest(),
    })
}

fn values<'a>(parser: &'a Parser, draft: &mut Draft<'a>, kind: &str, text: &'a str, depth: usize) {
    let mut cursor = Cursor::new(text);
    while !cursor.is_at_end() {
        // A group separator stands before the names that ids were resolved to.
        cursor.take_while(|byte| matches!(byte, b' ' | b',' | b'\x1d'));
        let name = cursor.take_while(|byte| !matches!(byte, b'=' | b' ' | b'\x1d'));
        if !cursor.literal("=") {
            cursor.skip_blanks();
            continue;
        }
        let value = if let Some(quote @ (b'"' | b'\'')) = cursor.byte() {
            let mut ahead = cursor;
            ahead.skip(1);
            if let Some(inner) = ahead.until(quote) {
                cursor = ahead;
                if name == "msg" && quote == b'\'' && depth == 0 {
                    values(parser, draft, kind, inner, 1);
                    continue;
                }
                Cow::Borrowed(inner)
            } else {
                Cow::Borrowed(word(&mut cursor))
            }
        } else {
            let word = word(&mut cursor);
            let is_argument = kind == "EXECVE" && name.starts_with('a') && name != "argc";
            let decoded = (is_argument || ENCODED.contains(&name)).then(|| hexadecimal(word));
            decoded.flatten().map_or(Cow::Borrowed(word), Cow::Owned)
        };
        if matches!(
            value.as_ref(),
            "(null)" | "?" | "(none)" | "unset" | "4294967295"
        ) {
            continue;
        }
        give(parser, draft, kind, name, value);
    }
}

fn word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    cursor.take_while(|byte| !matches!(byte, b' ' | b'\x1d'))
}

fn give<'a>(
    parser: &'a Parser,
    draft: &mut Draft<'a>,
    kind: &str,
    name: &str,
    value: Cow<'a, str>,
) {
    // The same name means other things in other records.
    let of_kind = match (kind, name) {
        ("EXECVE", "argc") | ("SYSCALL", "a0" | "a1" | "a2" | "a3" | "items") => return,
        ("EXECVE", argument) if argument.starts_with('a') => Some("EXECVE.argument"),
        ("PATH", "name") => Some("PATH.name"),
        ("PATH", _) => {
            let name = format!("PATH.{name}");
            parser.take(draft, &name, Raw::Text(value));
            return;
        }
        _ => None,
    };
    parser.take(draft, of_kind.unwrap_or(name), Raw::Text(value));
}

/// Text that is written as hexadecimal digits; zeros part its words.
fn hexadecimal(word: &str) -> Option<String> {
    if word.len() < 2
        || !word.len().is_multiple_of(2)
        || !word.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    // Digits alone may be a number, and words such as `cafe` a name: only what is written in
    // capitals, and makes printable text, is an encoding.
    if word.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let mut bytes = Vec::with_capacity(word.len() / 2);
    for at in (0..word.len()).step_by(2) {
        let byte = u8::from_str_radix(word.get(at..at + 2)?, 16).ok()?;
        bytes.push(if byte == 0 { b' ' } else { byte });
    }
    let text = String::from_utf8(bytes).ok()?;
    let is_text = text
        .chars()
        .all(|character| !character.is_control() || matches!(character, '\t' | '\n' | '\r'));
    is_text.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_text() {
        assert_eq!(hexadecimal("617270002D61").as_deref(), Some("arp -a"));
        for word in ["", "arp", "cafe", "00", "1", "FFFE"] {
            let found = hexadecimal(word);
            assert!(found.is_none() || word == "00", "{word} {found:?}");
        }
    }
}
