//! Events as the engine sees them: names and values, one after the other.

use std::{fmt::Write as _, net::IpAddr};

use jiff::Timestamp;
use xinglin_core::{Event, FieldName, Value};

/// What rules are matched against.
pub trait Record {
    /// Calls `each` with every field. A name may come several times: then it has several values.
    fn each_field<'r>(&'r self, each: impl FnMut(&'r str, Datum<'r>));

    /// The event as it came, where it is a text.
    fn text(&self) -> Option<&str>;

    /// When it happened.
    fn at(&self) -> Timestamp;
}

/// A value of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Datum<'r> {
    /// There is the field, but nothing in it.
    Null,
    /// Text.
    Text(&'r str),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// An address of IPv4 or IPv6.
    Address(IpAddr),
}

impl<'r> Datum<'r> {
    /// The value as text, which is what rules are written for; null has none. `buffer` is used
    /// when it is no text yet.
    pub fn as_text<'b>(&self, buffer: &'b mut String) -> Option<&'b str>
    where
        'r: 'b,
    {
        buffer.clear();
        // Writing to a string cannot fail.
        let written = match self {
            Self::Null => return None,
            Self::Text(text) => return Some(text),
            Self::Bool(yes) => return Some(if *yes { "true" } else { "false" }),
            Self::Integer(number) => write!(buffer, "{number}"),
            Self::Number(number) => write!(buffer, "{number}"),
            Self::Address(address) => write!(buffer, "{address}"),
        };
        written.is_ok().then_some(buffer.as_str())
    }
}

impl Record for Event<'_> {
    fn each_field<'r>(&'r self, mut each: impl FnMut(&'r str, Datum<'r>)) {
        for field in &self.fields {
            let name = match &field.name {
                FieldName::Common(common) => common.name(),
                FieldName::Other(name) => name,
            };
            let value = match &field.value {
                Value::Text(text) => Datum::Text(text),
                Value::Integer(number) => Datum::Integer(*number),
                Value::Number(number) => Datum::Number(*number),
                Value::Bool(yes) => Datum::Bool(*yes),
                Value::Address(address) => Datum::Address(*address),
            };
            each(name, value);
        }
    }

    fn text(&self) -> Option<&str> {
        Some(&self.text)
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}
