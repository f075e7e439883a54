//! What the places of patterns may hold.

use super::super::super::time;

/// What a place may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Word,
    NotSpace,
    Integer,
    Number,
    Hexadecimal,
    Host,
    Mac,
    Quoted,
    Text,
    Rest,
    Time,
    Blank,
}

impl Shape {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "word" => Self::Word,
            "notspace" => Self::NotSpace,
            "int" => Self::Integer,
            "number" => Self::Number,
            "hex" => Self::Hexadecimal,
            "host" | "ip" => Self::Host,
            "mac" => Self::Mac,
            "quoted" => Self::Quoted,
            "text" => Self::Text,
            "rest" => Self::Rest,
            "time" => Self::Time,
            "blank" => Self::Blank,
            _ => return None,
        })
    }

    /// Whether a value may end before the longest that its characters allow.
    pub(super) fn gives_back(self) -> bool {
        matches!(self, Self::Word | Self::NotSpace)
    }

    /// Whether a value may hold what a literal begins with, so that the longest value hides it.
    pub(super) fn holds_first_of(self, literal: &str) -> bool {
        literal.bytes().next().is_some_and(|byte| match self {
            Self::Word => is_of_word(byte),
            Self::NotSpace => !byte.is_ascii_whitespace(),
            _ => false,
        })
    }
}

/// A letter, a digit or what else words are made of.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

/// What a shape takes of the beginning of a text: bytes before the value, bytes of it, bytes
/// behind it.
pub(super) fn take(shape: Shape, rest: &str) -> Option<(usize, usize, usize)> {
    let run = |fits: fn(u8) -> bool| {
        rest.bytes()
            .position(|byte| !fits(byte))
            .unwrap_or(rest.len())
    };
    let length = match shape {
        Shape::Blank => return Some((run(|byte| byte == b' ' || byte == b'\t'), 0, 0)),
        Shape::Rest | Shape::Text => return Some((0, rest.len(), 0)),
        Shape::Word => run(is_of_word),
        Shape::NotSpace => run(|byte| !byte.is_ascii_whitespace()),
        Shape::Integer => {
            let sign = usize::from(rest.starts_with('-'));
            let digits = rest
                .bytes()
                .skip(sign)
                .take_while(u8::is_ascii_digit)
                .count();
            if digits == 0 { 0 } else { sign + digits }
        }
        Shape::Number => run(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')),
        Shape::Hexadecimal => run(|byte| byte.is_ascii_hexdigit() || byte == b'x'),
        Shape::Mac => run(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-' | b'.')),
        Shape::Host => host(rest),
        Shape::Quoted => {
            let length = quoted(rest)?;
            return Some((1, length, 1));
        }
        Shape::Time => time::leading(rest)?.1,
    };
    (length > 0).then_some((0, length, 0))
}

/// A name or an address. One colon begins a port, several belong to the address.
fn host(rest: &str) -> usize {
    let fits = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b':' | b'%')
            || byte >= 0x80
    };
    let length = rest
        .bytes()
        .position(|byte| !fits(byte))
        .unwrap_or(rest.len());
    let taken = rest.get(..length).unwrap_or_default();
    let mut colons = memchr::memchr_iter(b':', taken.as_bytes());
    let taken = match (colons.next(), colons.next()) {
        (Some(first), None) => taken.get(..first).unwrap_or_default(),
        (Some(_), Some(_)) if !taken.ends_with("::") => taken.trim_end_matches(':'),
        _ => taken,
    };
    taken.trim_end_matches('.').len()
}

/// The length of what stands in quotes.
fn quoted(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('"')?.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', inner.get(from..)?)?;
        if inner.get(at) == Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}
