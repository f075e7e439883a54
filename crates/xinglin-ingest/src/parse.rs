//! From a message to an event.

mod content;
mod cursor;
mod decode;
mod draft;
pub mod evtx;
mod form;
pub(crate) mod json;
mod note;
mod pairs;
mod syslog;
mod time;

use jiff::tz::TimeZone;
use xinglin_core::Event;

pub use content::{FailedTest, LoadError, Parsers};
pub use decode::{DecodeAs, Decoded, WrittenIn, decode};
pub use form::{JoinedRecords, Joiner, Memory};
pub use note::{NoteKind, ParseNote};

/// What is known about a source of messages.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How its bytes are to be read.
    pub decode_as: DecodeAs,
    /// Where its clock stands, when its times do not say so.
    pub zone: TimeZone,
    /// The format of its messages.
    pub format: Format,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            decode_as: DecodeAs::Auto,
            zone: TimeZone::UTC,
            format: Format::Auto,
        }
    }
}

/// The format of the messages of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Format {
    /// Each message is recognised by itself.
    #[default]
    Auto,
    /// All are for the parser of this name.
    Named(String),
}

impl From<Option<&str>> for Format {
    fn from(name: Option<&str>) -> Self {
        name.map_or(Self::Auto, |name| Self::Named(name.to_owned()))
    }
}

/// What was read of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<'a> {
    /// The event.
    pub event: Event<'a>,
    /// What could not be read as it should.
    pub notes: Vec<ParseNote>,
    /// The parser that read it, by name; none when no parser knows the message.
    pub parser: Option<&'a str>,
    /// Whether it came in an envelope of syslog.
    pub has_envelope: bool,
}
