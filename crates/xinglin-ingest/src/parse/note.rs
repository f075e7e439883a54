//! What could not be read as it should.

use xinglin_core::Span;

/// Something in a message that was not as expected. The message is kept whole all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParseNote {
    /// What it was.
    pub kind: NoteKind,
    /// Where it stands in the text.
    pub span: Option<Span>,
}

/// The kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoteKind {
    /// A time that no known way of writing fits.
    Time,
    /// A value that is not of its field's type, such as letters for a port. It is left out.
    Value,
    /// The message looks like a known form and breaks off or is malformed.
    Malformed,
    /// More fields than are kept of one message.
    TooManyFields,
    /// More nesting than is followed.
    TooDeep,
    /// No parser knows the message: nothing but its envelope was read.
    Unknown,
    /// The source is said to speak one format, and the message is of none or another.
    Unexpected,
}

impl NoteKind {
    /// The kind as a stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Value => "value",
            Self::Malformed => "malformed",
            Self::TooManyFields => "too-many-fields",
            Self::TooDeep => "too-deep",
            Self::Unknown => "unknown",
            Self::Unexpected => "unexpected",
        }
    }
}
