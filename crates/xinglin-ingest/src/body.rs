//! Bodies of requests that bring logs: which messages are in them, and what is wrong with the
//! rest. Messages are the very bytes that came; a body is never refused as a whole because a
//! part of it is wrong, where the parts can be told apart.

mod bulk;
mod otlp;

use std::borrow::Cow;

use crate::{
    framing,
    parse::json::extent::{self, NoExtent},
};

pub use bulk::{Bulk, BulkAction, BulkItem, bulk};
pub use otlp::{otlp, otlp_answer};

/// What a body may hold. Whoever reads the body bounds its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message; longer ones are rejected.
    pub message_bytes: usize,
    /// Messages; what comes behind them is rejected.
    pub messages: usize,
    /// Bytes of messages that are not parts of the body, but put together from parts of it.
    pub joined_bytes: usize,
    /// So many rejected parts are named; the rest are counted.
    pub rejects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 256 << 10,
            messages: 100_000,
            joined_bytes: 64 << 20,
            rejects: 100,
        }
    }
}

/// Why a part of a body is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// It breaks off, or is not JSON from some place on.
    Malformed,
    /// It is JSON, but no object.
    NotAnObject,
    /// It is not UTF-8.
    NotUtf8,
    /// It is nested too deep.
    TooDeep,
    /// It is longer than messages may be.
    TooLong,
    /// There are too many before it.
    TooMany,
    /// It asks for something that is not done to logs, such as to delete one.
    Unsupported,
}

impl RejectReason {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotAnObject => "not_an_object",
            Self::NotUtf8 => "not_utf8",
            Self::TooDeep => "too_deep",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::Unsupported => "unsupported",
        }
    }
}

impl From<NoExtent> for RejectReason {
    fn from(problem: NoExtent) -> Self {
        match problem {
            NoExtent::Broken => Self::Malformed,
            NoExtent::TooDeep => Self::TooDeep,
        }
    }
}

/// A part of a body that is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it begins, from 1; in bodies of OTLP the number of the record.
    pub line: usize,
    /// Why.
    pub reason: RejectReason,
}

/// What is in a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body<'a> {
    /// Messages, in their order.
    pub messages: Vec<Cow<'a, [u8]>>,
    /// The first of the parts that are no messages.
    pub rejects: Vec<Reject>,
    /// How many those are in all.
    pub rejected: usize,
}

impl<'a> Body<'a> {
    fn reject(&mut self, line: usize, reason: RejectReason, limits: &Limits) {
        self.rejected += 1;
        if self.rejects.len() < limits.rejects {
            self.rejects.push(Reject { line, reason });
        }
    }

    /// Takes a message, unless it is too long or one too many.
    fn take(&mut self, bytes: &'a [u8], limits: &Limits) -> Result<(), RejectReason> {
        if bytes.len() > limits.message_bytes {
            return Err(RejectReason::TooLong);
        }
        if self.messages.len() >= limits.messages {
            return Err(RejectReason::TooMany);
        }
        self.messages.push(Cow::Borrowed(bytes));
        Ok(())
    }
}

/// A body that cannot be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is {} from line {line} on", reason.word())]
pub struct BodyError {
    /// The line on which the trouble begins, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: RejectReason,
}

/// Messages that are lines of text, whatever stands in them.
pub fn lines(body: &[u8], limits: Limits) -> Body<'_> {
    let mut read = Body::default();
    for (line, bytes) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        let bytes = framing::trimmed(bytes);
        if !bytes.is_empty()
            && let Err(reason) = read.take(bytes, &limits)
        {
            read.reject(line, reason, &limits);
        }
    }
    read
}

/// Messages that are objects of JSON: on lines of their own, elements of one list, or spread over
/// lines one after another. What is wrong on a line does not harm the others; where lines do not
/// part messages, nobody can tell where the next one begins.
pub fn json(body: &[u8], limits: Limits) -> Body<'_> {
    let mut objects = Objects {
        bytes: body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body),
        at: 0,
        line: 1,
        limits,
        read: Body::default(),
    };
    objects.blanks();
    if objects.peek() == Some(b'[') {
        objects.list();
    } else if objects.spans_lines() {
        objects.one_after_another();
    } else {
        objects.by_line();
    }
    objects.read
}

/// A body in which objects are looked for.
struct Objects<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The line of `at`, from 1.
    line: usize,
    limits: Limits,
    read: Body<'a>,
}

impl<'a> Objects<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn go_to(&mut self, at: usize) {
        let passed = self.bytes.get(self.at..at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count();
        self.at = at;
    }

    fn blanks(&mut self) {
        self.go_to(extent::blanks(self.bytes, self.at));
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Whether the first value goes beyond its line, as people and some programs write it.
    fn spans_lines(&self) -> bool {
        let rest = self.rest();
        let first = extent::extent(rest).ok().and_then(|end| rest.get(..end));
        first.is_some_and(|value| memchr::memchr(b'\n', value).is_some())
    }

    /// Takes what stands at the beginning of `bytes`; its length unless that has no end.
    fn value(&mut self, bytes: &'a [u8]) -> Option<usize> {
        let length = match extent::extent(bytes) {
            Ok(length) => length,
            Err(problem) => {
                self.reject(problem.into());
                return None;
            }
        };
        let value = bytes.get(..length).unwrap_or_default();
        let taken = if !value.starts_with(b"{") {
            Err(RejectReason::NotAnObject)
        } else if str::from_utf8(value).is_err() {
            Err(RejectReason::NotUtf8)
        } else {
            self.read.take(value, &self.limits)
        };
        if let Err(reason) = taken {
            self.reject(reason);
        }
        Some(length)
    }

    fn reject(&mut self, reason: RejectReason) {
        self.read.reject(self.line, reason, &self.limits);
    }

    fn by_line(&mut self) {
        while self.at < self.bytes.len() {
            let rest = self.rest();
            let end = memchr::memchr(b'\n', rest);
            let mut line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            line = line.trim_ascii();
            while !line.is_empty() {
                let length = self.value(line).unwrap_or(line.len());
                line = line.get(length..).unwrap_or_default().trim_ascii_start();
            }
            self.go_to(self.at + end.map_or(rest.len(), |end| end + 1));
        }
    }

    fn one_after_another(&mut self) {
        while self.at < self.bytes.len() {
            let Some(length) = self.value(self.rest()) else {
                return;
            };
            self.go_to(self.at + length);
            self.blanks();
        }
    }

    fn list(&mut self) {
        self.at += 1;
        self.blanks();
        let mut is_first = true;
        loop {
            match self.peek() {
                Some(b']') => break,
                Some(b',') if !is_first => {
                    self.at += 1;
                    self.blanks();
                }
                Some(_) if is_first => {}
                _ => {
                    self.reject(RejectReason::Malformed);
                    return;
                }
            }
            is_first = false;
            let Some(length) = self.value(self.rest()) else {
                return;
            };
            self.go_to(self.at + length);
            self.blanks();
        }
        self.at += 1;
        self.blanks();
        // Behind the list is nothing.
        if self.peek().is_some() {
            self.reject(RejectReason::Malformed);
        }
    }
}
