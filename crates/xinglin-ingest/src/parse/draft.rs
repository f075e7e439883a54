//! What has been read of a message so far.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
    net::IpAddr,
};

use jiff::{Timestamp, tz::TimeZone};
use xinglin_core::{Event, EventField, Field, FieldName, FieldType, Span, TimeSource, Value};

use super::{
    note::{NoteKind, ParseNote},
    time::{self, Clock, Date, Stamp},
};

/// So many fields are kept of one message.
const MOST_FIELDS: usize = 512;
/// So many notes are kept of one message.
const MOST_NOTES: usize = 16;

/// So many words of 64 bits have a bit for each common field.
const SEEN_WORDS: usize = 4;

/// How the text of a value becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// By the type of the field, or as the form of the message says.
    Natural,
    Text,
    Integer,
    Number,
    Address,
    /// An address or the name of a host; a name goes to the `domain` or `name` of the field.
    Host,
    /// A span of time, in nanoseconds afterwards.
    Duration(Unit),
}

/// Units of spans of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
}

/// A value as the message has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw<'a> {
    Text(Cow<'a, str>),
    Number(&'a str),
    Bool(bool, &'a str),
}

impl<'a> Raw<'a> {
    pub(crate) fn borrowed(part: &'a str) -> Self {
        Self::Text(Cow::Borrowed(part))
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(text) | Self::Bool(_, text) => text,
        }
    }

    fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Number(text) | Self::Bool(_, text) => Cow::Borrowed(text),
        }
    }
}

/// An event in the making.
pub(crate) struct Draft<'a> {
    pub(crate) text: &'a str,
    pub(crate) received_at: Timestamp,
    pub(crate) zone: &'a TimeZone,
    /// Parts of a time that stand in several places.
    pub(crate) date: Option<Date>,
    pub(crate) clock: Option<Clock>,
    pub(crate) offset: Option<i32>,
    pub(crate) fields: Vec<EventField<'a>>,
    pub(crate) notes: Vec<ParseNote>,
    /// How deep within values of the message the reader is.
    pub(crate) depth: u8,
    /// A message within the message, for whoever knows its program.
    pub(crate) within: Option<&'a str>,
    /// A bit for each common field that may be among them: what has none is not there.
    seen: [u64; SEEN_WORDS],
    at: Option<(Timestamp, TimeSource)>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(text: &'a str, received_at: Timestamp, zone: &'a TimeZone) -> Self {
        Self {
            text,
            received_at,
            zone,
            date: None,
            clock: None,
            offset: None,
            fields: Vec::with_capacity(32),
            notes: Vec::new(),
            depth: 0,
            within: None,
            seen: [0; SEEN_WORDS],
            at: None,
        }
    }

    /// The event and what there is to say about it.
    pub(crate) fn finish(mut self) -> (Event<'a>, Vec<ParseNote>) {
        self.join_time();
        let (at, at_from) = self.at.unwrap_or((self.received_at, TimeSource::Receipt));
        let event = Event {
            at,
            at_from,
            text: Cow::Borrowed(self.text),
            fields: self.fields,
        };
        (event, self.notes)
    }

    pub(crate) fn note(&mut self, kind: NoteKind, part: &str) {
        if self.notes.len() < MOST_NOTES {
            let span = Span::of(part, self.text);
            self.notes.push(ParseNote { kind, span });
        }
    }

    /// A value that does not stand in the message.
    #[inline]
    pub(crate) fn constant(&mut self, name: impl Into<FieldName<'a>>, value: Value<'a>) {
        self.push(name.into(), value, None);
    }

    /// A value with a word that does not stand in the message.
    #[inline]
    pub(crate) fn word(&mut self, name: impl Into<FieldName<'a>>, word: &'a str) {
        self.push(name.into(), Value::Text(Cow::Borrowed(word)), None);
    }

    /// Text of the message, unless it is empty.
    #[inline]
    pub(crate) fn text(&mut self, name: impl Into<FieldName<'a>>, part: &'a str) {
        if !part.is_empty() {
            let span = Span::of(part, self.text);
            self.push(name.into(), Value::Text(Cow::Borrowed(part)), span);
        }
    }

    /// A part of the message, by the type of the field.
    #[inline]
    pub(crate) fn natural(&mut self, name: impl Into<FieldName<'a>>, part: &'a str) {
        self.put(name.into(), Kind::Natural, Raw::borrowed(part));
    }

    /// Any value. Empty text is no value.
    pub(crate) fn put(&mut self, name: FieldName<'a>, kind: Kind, raw: Raw<'a>) {
        if raw.as_str().is_empty() {
            return;
        }
        let kind = match (kind, &name) {
            (Kind::Natural, FieldName::Common(field)) => match field.value_type() {
                FieldType::Keyword | FieldType::Text => Kind::Text,
                FieldType::Integer => Kind::Integer,
                FieldType::Address => Kind::Address,
            },
            _ => kind,
        };
        match kind {
            Kind::Natural => self.put_as_is(name, raw),
            Kind::Text => match raw.into_text() {
                Cow::Borrowed(part) => self.text(name, part),
                owned @ Cow::Owned(_) => self.push(name, Value::Text(owned), None),
            },
            Kind::Integer => self.put_integer(name, &raw),
            Kind::Number => self.put_number(name, &raw),
            Kind::Address | Kind::Host => self.put_address(name, raw),
            Kind::Duration(unit) => match duration(raw.as_str(), unit) {
                Some(nanoseconds) => self.push(name, Value::Integer(nanoseconds), None),
                None => self.refuse(&raw),
            },
        }
    }

    fn put_as_is(&mut self, name: FieldName<'a>, raw: Raw<'a>) {
        match raw {
            Raw::Text(Cow::Borrowed(part)) => self.text(name, part),
            Raw::Text(owned) => self.push(name, Value::Text(owned), None),
            Raw::Bool(yes, part) => {
                let span = Span::of(part, self.text);
                self.push(name, Value::Bool(yes), span);
            }
            Raw::Number(part) => {
                if integer(part).is_some() {
                    self.put_integer(name, &raw);
                } else {
                    self.put_number(name, &raw);
                }
            }
        }
    }

    fn put_integer(&mut self, name: FieldName<'a>, raw: &Raw<'a>) {
        let part = raw.as_str();
        let Some(number) = integer(part) else {
            self.refuse(raw);
            return;
        };
        let span = if is_canonical(part) {
            Span::of(part, self.text)
        } else {
            None
        };
        self.push(name, Value::Integer(number), span);
    }

    fn put_number(&mut self, name: FieldName<'a>, raw: &Raw<'a>) {
        let part = raw.as_str();
        match part.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                let span = renders_as(&number, part).then(|| Span::of(part, self.text));
                self.push(name, Value::Number(number), span.flatten());
            }
            _ => self.refuse(raw),
        }
    }

    fn put_address(&mut self, name: FieldName<'a>, raw: Raw<'a>) {
        let part = raw.as_str();
        let part = part.strip_prefix("::ffff:").unwrap_or(part);
        if let Some(address) = address(part) {
            let exact = address.is_ipv4() || renders_as(&address, part);
            let span = if exact {
                Span::of(part, self.text)
            } else {
                None
            };
            self.push(name, Value::Address(address), span);
            return;
        }
        let domain = match name {
            FieldName::Common(Field::SOURCE_IP) => Field::SOURCE_DOMAIN,
            FieldName::Common(Field::DESTINATION_IP) => Field::DESTINATION_DOMAIN,
            FieldName::Common(Field::HOST_IP) => Field::HOST_NAME,
            _ => {
                self.refuse(&raw);
                return;
            }
        };
        self.put(domain.into(), Kind::Text, raw);
    }

    fn refuse(&mut self, raw: &Raw<'a>) {
        // An owned text stands nowhere in the message; the note then has no place.
        let part = raw.as_str().to_owned();
        match raw {
            Raw::Text(Cow::Borrowed(part)) | Raw::Number(part) | Raw::Bool(_, part) => {
                self.note(NoteKind::Value, part);
            }
            Raw::Text(Cow::Owned(_)) => self.note(NoteKind::Value, &part),
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "a value that is passed by its place is written twice, and read before the first has arrived"
    )]
    #[inline(always)]
    fn push(&mut self, name: FieldName<'a>, value: Value<'a>, span: Option<Span>) {
        if self.fields.len() >= MOST_FIELDS {
            self.note_surplus();
            return;
        }
        self.see(&name);
        self.fields.push(EventField { name, value, span });
    }

    #[cold]
    fn note_surplus(&mut self) {
        let noted = self.notes.last().map(|note| note.kind);
        if noted != Some(NoteKind::TooManyFields) {
            self.note(NoteKind::TooManyFields, "");
        }
    }

    #[inline]
    fn see(&mut self, name: &FieldName<'_>) {
        if let FieldName::Common(field) = name
            && let Some(word) = self.seen.get_mut(field.place() / 64)
        {
            *word |= 1 << (field.place() % 64);
        }
    }

    /// Where the first value of a field is.
    pub(crate) fn position(&self, name: &FieldName<'_>) -> Option<usize> {
        if let FieldName::Common(field) = name
            && let Some(word) = self.seen.get(field.place() / 64)
            && *word >> (field.place() % 64) & 1 == 0
        {
            return None;
        }
        self.fields.iter().position(|entry| entry.name == *name)
    }

    /// Whether there is a value of a field.
    pub(crate) fn has(&self, name: &FieldName<'_>) -> bool {
        self.position(name).is_some()
    }

    /// Gives a value another name.
    pub(crate) fn rename(&mut self, at: usize, to: FieldName<'a>) {
        self.see(&to);
        if let Some(entry) = self.fields.get_mut(at) {
            entry.name = to;
        }
    }

    /// The time, as the message writes it. A day that no calendar has is noted.
    pub(crate) fn stamp(&mut self, stamp: &Stamp) {
        match stamp.resolve(self.received_at, self.zone) {
            Some(found) => self.at = Some(found),
            None => self.note(NoteKind::Time, ""),
        }
    }

    /// The time with which a message begins that nobody could read, unless its envelope has
    /// told one.
    pub(crate) fn leading_time(&mut self, body: &str) {
        if self.at.is_some() {
            return;
        }
        let found = time::leading(body.trim_start_matches(['[', ' ']));
        let found = found.and_then(|(stamp, _)| stamp.resolve(self.received_at, self.zone));
        self.at = found;
    }

    /// The time, as a count since 1970.
    pub(crate) fn instant(&mut self, at: Timestamp) {
        self.at = Some((at, TimeSource::Event));
    }

    /// Puts a date and a time of day together that stood apart.
    fn join_time(&mut self) {
        if let (Some(date), Some(clock)) = (self.date, self.clock) {
            self.stamp(&Stamp {
                date,
                clock,
                offset: self.offset,
            });
        }
    }
}

/// A whole number: decimal, or hexadecimal with `0x`.
pub(crate) fn integer(part: &str) -> Option<i64> {
    match part.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => part.parse().ok(),
    }
}

/// Whether a decimal number is written as it would be written again.
fn is_canonical(part: &str) -> bool {
    let digits = part.strip_prefix('-').unwrap_or(part);
    match digits.as_bytes() {
        [b'0'] => digits.len() == part.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn address(part: &str) -> Option<IpAddr> {
    // Most texts that are no address are told by their first byte.
    let first = *part.as_bytes().first()?;
    if !(first.is_ascii_hexdigit() || first == b':') || part.len() > 45 {
        return None;
    }
    part.parse().ok()
}

/// Whether a value, written out, is just this text. Nothing is allocated.
fn renders_as(value: &impl fmt::Display, part: &str) -> bool {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(piece).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(part);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// A span of time in nanoseconds.
fn duration(part: &str, unit: Unit) -> Option<i64> {
    let scale = match unit {
        Unit::Seconds => 9,
        Unit::Milliseconds => 6,
        Unit::Microseconds => 3,
    };
    let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
    let mut nanoseconds = if whole.is_empty() {
        0
    } else {
        whole.parse::<i64>().ok()?
    };
    if nanoseconds < 0 {
        return None;
    }
    let mut digits = fraction.bytes();
    for _ in 0..scale {
        let digit = match digits.next() {
            None => 0,
            Some(digit @ b'0'..=b'9') => i64::from(digit - b'0'),
            Some(_) => return None,
        };
        nanoseconds = nanoseconds.checked_mul(10)?.checked_add(digit)?;
    }
    Some(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_stand_for_just_their_bytes() {
        let text = "0443 443 -0 -7 1.50 1.5 2001:DB8::1 2001:db8::1 10.0.0.1 ::ffff:10.0.0.2";
        let zone = TimeZone::UTC;
        let mut draft = Draft::new(text, Timestamp::UNIX_EPOCH, &zone);
        let kinds = [
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
            Kind::Number,
            Kind::Number,
            Kind::Address,
            Kind::Address,
            Kind::Address,
            Kind::Address,
        ];
        for (part, kind) in text.split(' ').zip(kinds) {
            draft.put(FieldName::Other("a".into()), kind, Raw::borrowed(part));
        }
        let (event, notes) = draft.finish();
        assert_eq!(notes, []);
        let spans: Vec<Option<&str>> = event
            .fields
            .iter()
            .map(|field| text.get(field.span?.range()))
            .collect();
        let expected = [
            None,
            Some("443"),
            None,
            Some("-7"),
            None,
            Some("1.5"),
            None,
            Some("2001:db8::1"),
            Some("10.0.0.1"),
            Some("10.0.0.2"),
        ];
        assert_eq!(spans, expected);
    }

    #[test]
    fn durations_are_nanoseconds() {
        assert_eq!(duration("0.123", Unit::Seconds), Some(123_000_000));
        assert_eq!(duration("17", Unit::Milliseconds), Some(17_000_000));
        assert_eq!(duration("1.5", Unit::Microseconds), Some(1_500));
        for bad in ["", "-1", "1x", "1.x", "99999999999999999999"] {
            let found = duration(bad, Unit::Seconds);
            assert!(found.is_none() || bad.is_empty(), "{bad}");
        }
    }
}
