//! A log event: its text as it came, and what was read in it.

use std::{borrow::Cow, net::IpAddr, ops::Range};

use jiff::Timestamp;

use crate::field::Field;

/// One log event.
///
/// A value that stands in the text says where, so that whoever stores both can keep it once.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// Whose word that is.
    pub at_from: TimeSource,
    /// The text as it came, decoded; line ends and framing taken off.
    pub text: Cow<'a, str>,
    /// What was read in it, in the order of the text. A name may occur several times.
    pub fields: Vec<EventField<'a>>,
}

/// Whose word the time of an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeSource {
    /// The event says it, with its offset to UTC.
    Event,
    /// The event says it without an offset; that of its source was taken.
    EventLocal,
    /// The event says nothing that could be read: when it was received.
    Receipt,
}

/// A named value of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventField<'a> {
    /// The name.
    pub name: FieldName<'a>,
    /// The value.
    pub value: Value<'a>,
    /// The bytes of the text it was read from, when rendering the value yields just them.
    pub span: Option<Span>,
}

/// A part of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    /// The span as a range of bytes.
    pub fn range(self) -> Range<usize> {
        let wide = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        wide(self.start)..wide(self.end)
    }

    /// Where `part` stands in `text`, when it is a slice of it.
    pub fn of(part: &str, text: &str) -> Option<Self> {
        let outer = text.as_bytes().as_ptr_range();
        let inner = part.as_bytes().as_ptr_range();
        if inner.start < outer.start || inner.end > outer.end {
            return None;
        }
        let start = inner.start.addr().checked_sub(outer.start.addr())?;
        let start = u32::try_from(start).ok()?;
        let length = u32::try_from(part.len()).ok()?;
        let end = start.checked_add(length)?;
        Some(Self { start, end })
    }
}

/// The name of a field: one of the common ones, or any other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldName<'a> {
    /// A common one.
    Common(Field),
    /// Any other, in the same dotted form.
    Other(Cow<'a, str>),
}

impl<'a> FieldName<'a> {
    /// The name as a common one where it is one.
    pub fn new(name: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        Field::named(&name).map_or(Self::Other(name), Self::Common)
    }

    /// The name in words, such as `source.ip`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Common(field) => field.name(),
            Self::Other(name) => name,
        }
    }
}

impl From<Field> for FieldName<'_> {
    fn from(field: Field) -> Self {
        Self::Common(field)
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// An address of IPv4 or IPv6.
    Address(IpAddr),
}

impl Value<'_> {
    /// The value as text, the way it is searched and shown.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
            Self::Address(address) => Cow::Owned(address.to_string()),
        }
    }
}

impl<'a> Event<'a> {
    /// An event of which nothing is known but its text and when it was received.
    pub fn unread(text: impl Into<Cow<'a, str>>, received_at: Timestamp) -> Self {
        Self {
            at: received_at,
            at_from: TimeSource::Receipt,
            text: text.into(),
            fields: Vec::new(),
        }
    }

    /// The first value of a common field.
    pub fn get(&self, field: Field) -> Option<&Value<'a>> {
        let wanted = FieldName::Common(field);
        let found = self.fields.iter().find(|entry| entry.name == wanted);
        found.map(|entry| &entry.value)
    }

    /// The first value of the field with this name.
    pub fn get_named(&self, name: &str) -> Option<&Value<'a>> {
        let found = self.fields.iter().find(|entry| entry.name.as_str() == name);
        found.map(|entry| &entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_knows_where_it_stands() {
        let text = "用户 wang.fang 登录".to_owned();
        let name = text.split(' ').nth(1).unwrap();
        let span = Span::of(name, &text).unwrap();
        assert_eq!(text.get(span.range()), Some("wang.fang"));
        let rest = text.get(text.len()..).unwrap();
        assert_eq!(Span::of(rest, &text).unwrap().range(), 23..23);
        // The same letters, from elsewhere.
        assert_eq!(Span::of("wang.fang", &text), None);
    }

    #[test]
    fn a_common_name_is_known_as_one() {
        assert_eq!(FieldName::new("source.ip"), Field::SOURCE_IP.into());
        let other = FieldName::new("suricata.eve.flow_id");
        assert!(matches!(&other, FieldName::Other(_)));
        assert_eq!(other.as_str(), "suricata.eve.flow_id");
    }
}
