//! Received log messages: what parts them on the wire, in which letters they are written, and
//! what stands in them.
//!
//! [`framing`] cuts streams into messages and [`body`] what requests bring, [`decode()`] makes
//! text of bytes, and [`Parsers::parse`] reads an event from a text. All of that is plain
//! functions: none of them opens a socket or a file, and no message makes it fail. What a device
//! says and which field that is, stands in `content/parsers`; this crate knows the forms of
//! messages only.
//!
//! With the feature `listen` comes a module that does open sockets and feeds framing with
//! what it reads. Whoever only parses builds without it. With the feature `rules`, rules of
//! detection are tried on messages, which is what `xinglin content check` does.

pub mod body;
pub mod framing;
#[cfg(feature = "listen")]
pub mod listen;
mod parse;
#[cfg(feature = "rules")]
pub mod rules;

pub use parse::{
    DecodeAs, Decoded, FailedTest, Format, JoinedRecords, Joiner, LoadError, Memory, NoteKind,
    ParseNote, Parsed, Parsers, Settings, WrittenIn, decode, evtx,
};
