//! The envelope of syslog: RFC 5424, and what the world sends in place of RFC 3164.

use std::borrow::Cow;

use xinglin_core::{Field, FieldName, Value};

use super::{
    cursor::Cursor,
    draft::{Draft, Kind, Raw},
    note::NoteKind,
    time,
};

/// So many parameters of structured data are read.
const MOST_PARAMETERS: usize = 64;
const LONGEST_PROGRAM: usize = 64;

/// What the envelope says that matters for reading the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Envelope<'a> {
    /// The message without its envelope.
    pub(crate) body: &'a str,
    /// Who wrote it, on its host.
    pub(crate) program: Option<&'a str>,
}

/// Reads the envelope, if there is one.
pub(crate) fn open<'a>(draft: &mut Draft<'a>) -> Envelope<'a> {
    let mut envelope = open_any(draft);
    // The cookie that says that JSON follows.
    if let Some(body) = envelope.body.strip_prefix("@cee:") {
        envelope.body = body.trim_start();
    }
    envelope
}

fn open_any<'a>(draft: &mut Draft<'a>) -> Envelope<'a> {
    let mut cursor = Cursor::new(draft.text);
    cursor.literal("\u{feff}");
    cursor.skip_blanks();
    let bare = Envelope {
        body: cursor.rest(),
        program: None,
    };
    let Some((priority, length)) = priority(cursor.rest()) else {
        return without_priority(draft, cursor).unwrap_or(bare);
    };
    cursor.skip(length);
    let facility = Value::Integer(i64::from(priority / 8));
    let severity = Value::Integer(i64::from(priority % 8));
    draft.constant(Field::SYSLOG_FACILITY, facility);
    draft.constant(Field::SYSLOG_SEVERITY, severity);
    if let Some(rest) = cursor.rest().strip_prefix("1 ")
        && rest.starts_with(|first: char| first == '-' || first.is_ascii_digit())
    {
        cursor.skip(2);
        return version_1(draft, cursor);
    }
    traditional(draft, cursor)
}

/// `<134>`: facility and severity in one number, and how long that is.
fn priority(text: &str) -> Option<(u8, usize)> {
    let (digits, _) = text.strip_prefix('<')?.split_once('>')?;
    let fits = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u8 = if fits {
        digits.parse().ok()?
    } else {
        return None;
    };
    (number < 192).then_some((number, digits.len() + 2))
}

/// Lines of files under `/var/log`: only what cannot be anything else is an envelope.
fn without_priority<'a>(draft: &mut Draft<'a>, cursor: Cursor<'a>) -> Option<Envelope<'a>> {
    let mut cursor = cursor;
    let first = cursor.byte()?;
    let (stamp, length) = match first {
        b'A'..=b'Z' | b'0'..=b'9' => time::leading(cursor.rest())?,
        _ => return None,
    };
    let is_named = first.is_ascii_uppercase();
    let written = cursor.rest().get(..length)?;
    if !is_named && written.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    cursor.skip(length);
    if !cursor.literal(" ") {
        return None;
    }
    cursor.skip_blanks();
    let host = host(&mut cursor);
    let after_host = cursor.rest();
    let program = program(&mut cursor);
    if program.is_none() && !(is_named && host.is_some()) {
        return None;
    }
    draft.stamp(&stamp);
    if let Some(host) = host {
        draft.text(Field::HOST_NAME, host);
    }
    Some(put_program(draft, program, after_host, cursor))
}

fn traditional<'a>(draft: &mut Draft<'a>, mut cursor: Cursor<'a>) -> Envelope<'a> {
    cursor.skip_blanks();
    let mut host_before = None;
    let mut stamp = stamp_at(&cursor);
    if stamp.is_none() {
        // Cisco counts its messages, and says who it is before the time.
        let mut ahead = cursor;
        number(&mut ahead);
        stamp = stamp_at(&ahead);
        if stamp.is_some() {
            cursor = ahead;
        } else {
            host_before = token(&mut ahead).map(|word| word.trim_end_matches(':'));
            stamp = stamp_at(&ahead);
            if stamp.is_some() {
                cursor = ahead;
            } else {
                host_before = None;
            }
        }
    }
    let Some((stamp, length)) = stamp else {
        let rest = cursor.rest();
        let program = program(&mut cursor);
        return put_program(draft, program, rest, cursor);
    };
    draft.stamp(&stamp);
    cursor.skip(length);
    zone_name(&mut cursor);
    cursor.literal(":");
    cursor.skip_blanks();
    let host = host_before.or_else(|| host(&mut cursor));
    if let Some(host) = host.filter(|host| !host.is_empty()) {
        draft.text(Field::HOST_NAME, host);
    }
    // Cisco ASA parts its name from the message.
    cursor.literal(": ");
    let rest = cursor.rest();
    let program = program(&mut cursor);
    put_program(draft, program, rest, cursor)
}

/// A time, perhaps behind a mark that says how much a Cisco device trusts its clock.
fn stamp_at(cursor: &Cursor<'_>) -> Option<(time::Stamp, usize)> {
    let rest = cursor.rest();
    let marked = rest.strip_prefix(['*', '.', '%']);
    let (stamp, length) = time::leading(marked.unwrap_or(rest))?;
    Some((stamp, length + usize::from(marked.is_some())))
}

/// `45: `.
fn number(cursor: &mut Cursor<'_>) {
    let before = *cursor;
    let digits = cursor.take_while(|byte| byte.is_ascii_digit());
    if digits.is_empty() || !cursor.literal(":") {
        *cursor = before;
    }
    cursor.skip_blanks();
}

fn token<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let word = cursor.word();
    cursor.skip_blanks();
    (!word.is_empty() && word.len() <= 255).then_some(word)
}

/// ` CST:`, which names no offset one could rely on.
fn zone_name(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    if !ahead.literal(" ") {
        return;
    }
    let name = ahead.take_while(|byte| byte.is_ascii_uppercase());
    if (3..=5).contains(&name.len()) && ahead.byte() == Some(b':') {
        *cursor = ahead;
    }
}

/// The name of the host, unless what comes next is already a program or the message.
fn host<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let mut ahead = *cursor;
    let word = ahead.word();
    let is_name = !word.is_empty()
        && word.len() <= 255
        && !ahead.is_at_end()
        && !word.ends_with(':')
        && !word.starts_with(['%', '{', '[', '<', '('])
        && memchr::memchr3(b'=', b'[', b'|', word.as_bytes()).is_none();
    if !is_name {
        return None;
    }
    ahead.skip_blanks();
    *cursor = ahead;
    Some(word)
}

/// A program with its process, read of `sshd[812]: `.
#[derive(Clone, Copy)]
struct Program<'a> {
    name: &'a str,
    process: &'a str,
}

fn program<'a>(cursor: &mut Cursor<'a>) -> Option<Program<'a>> {
    let mut ahead = *cursor;
    let name = ahead.take_while(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'(' | b')' | b'-')
    });
    if name.is_empty() || name.len() > LONGEST_PROGRAM {
        return None;
    }
    let mut process = "";
    if ahead.literal("[") {
        process = ahead.until(b']')?;
        if process.len() > 16 {
            return None;
        }
    }
    if !ahead.literal(":") {
        return None;
    }
    // `10:00` is a time and `C:\x` a path.
    let ends = matches!(ahead.byte(), None | Some(b' ' | b'\t' | b'\n'));
    if !ends || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    ahead.literal(" ");
    *cursor = ahead;
    Some(Program { name, process })
}

fn put_program<'a>(
    draft: &mut Draft<'a>,
    program: Option<Program<'a>>,
    without: &'a str,
    cursor: Cursor<'a>,
) -> Envelope<'a> {
    let Some(program) = program else {
        return Envelope {
            body: without,
            program: None,
        };
    };
    draft.text(Field::PROCESS_NAME, program.name);
    if program.process.bytes().all(|byte| byte.is_ascii_digit()) {
        draft.natural(Field::PROCESS_PID, program.process);
    }
    // Old releases of PAM stand in brackets behind the program: `sshd(pam_unix)`.
    let name = program.name.split('(').next().unwrap_or(program.name);
    Envelope {
        body: cursor.rest(),
        program: Some(name.rsplit('/').next().unwrap_or(name)),
    }
}

/// RFC 5424 from the time on.
fn version_1<'a>(draft: &mut Draft<'a>, mut cursor: Cursor<'a>) -> Envelope<'a> {
    let next = |cursor: &mut Cursor<'a>| {
        let word = cursor.word();
        cursor.literal(" ");
        Some(word).filter(|word| *word != "-" && !word.is_empty())
    };
    if let Some(word) = next(&mut cursor) {
        match time::leading(word) {
            Some((stamp, length)) if length == word.len() => draft.stamp(&stamp),
            _ => draft.note(NoteKind::Time, word),
        }
    }
    if let Some(host) = next(&mut cursor) {
        draft.text(Field::HOST_NAME, host);
    }
    let program = next(&mut cursor);
    if let Some(program) = program {
        draft.text(Field::PROCESS_NAME, program);
    }
    if let Some(process) = next(&mut cursor) {
        if process.bytes().all(|byte| byte.is_ascii_digit()) {
            draft.natural(Field::PROCESS_PID, process);
        } else {
            draft.text(
                FieldName::Other(Cow::Borrowed("log.syslog.procid")),
                process,
            );
        }
    }
    if let Some(id) = next(&mut cursor) {
        draft.text(Field::SYSLOG_MESSAGE_ID, id);
    }
    if !cursor.literal("-") && !structured_data(draft, &mut cursor) {
        draft.note(NoteKind::Malformed, cursor.rest());
    }
    cursor.literal(" ");
    cursor.literal("\u{feff}");
    Envelope {
        body: cursor.rest(),
        program: program.map(|name| name.rsplit('/').next().unwrap_or(name)),
    }
}

/// `[id name="value" …][…]`; whether it was well-formed.
fn structured_data<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> bool {
    let mut parameters = 0;
    let mut is_any = false;
    while cursor.literal("[") {
        is_any = true;
        let id = cursor.take_while(|byte| !matches!(byte, b' ' | b']' | b'=' | b'"'));
        loop {
            cursor.skip_blanks();
            if cursor.literal("]") {
                break;
            }
            let name = cursor.take_while(|byte| !matches!(byte, b' ' | b']' | b'=' | b'"'));
            if name.is_empty() || !cursor.literal("=\"") {
                return false;
            }
            let Some(value) = quoted(cursor) else {
                return false;
            };
            parameters += 1;
            if parameters <= MOST_PARAMETERS {
                let name = format!("log.syslog.structured_data.{id}.{name}");
                draft.put(FieldName::Other(name.into()), Kind::Text, Raw::Text(value));
            }
        }
    }
    is_any
}

/// A value up to its closing quote; `\"`, `\\` and `\]` stand for what is behind the `\`.
fn quoted<'a>(cursor: &mut Cursor<'a>) -> Option<Cow<'a, str>> {
    let rest = cursor.rest();
    let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
    if rest.as_bytes().get(end) == Some(&b'"') {
        cursor.skip(end + 1);
        return rest.get(..end).map(Cow::Borrowed);
    }
    let mut value = String::new();
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            '"' | '\\' | ']' if escaped => {
                value.push(character);
                escaped = false;
            }
            '"' => {
                cursor.skip(at + 1);
                return Some(Cow::Owned(value));
            }
            '\\' if !escaped => escaped = true,
            _ => {
                if escaped {
                    value.push('\\');
                    escaped = false;
                }
                value.push(character);
            }
        }
    }
    None
}
