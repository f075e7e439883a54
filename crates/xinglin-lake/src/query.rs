//! What is searched for: the language that people type, read into tests of events.

mod parse;
mod pattern;

use std::{fmt, net::IpAddr};

use thiserror::Error;

pub(crate) use pattern::Pattern;

use crate::words::{Edges, words_of};

/// A search, as it was typed.
///
/// Words and `"phrases"` stand anywhere in the event, whatever the case of their letters, from
/// one end of a word to another; `field:value` tests one field, with `*` for anything,
/// networks such as `10.0.0.0/8`, and ranges (`[1 TO 1024]`, `>=1024`); `field:*` asks whether
/// the field is there. `AND`, `OR`, `NOT` or `-`, and parentheses join them; what merely
/// stands side by side is joined by `AND`.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(crate) root: Node,
}

/// Why a search cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at character {at}: expected {expected}")]
pub struct QueryError {
    /// Where, in characters from 0.
    pub at: usize,
    /// What was expected there.
    pub expected: Expected,
}

/// What a search lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A word, a phrase or a field.
    Term,
    /// The parenthesis that closes one.
    Parenthesis,
    /// The quotation mark that closes one.
    Quotation,
    /// A value behind `field:`.
    Value,
    /// The two ends of a range, `[1 TO 9]`.
    Range,
    /// A number, or an address, in a range.
    Ordered,
    /// The end: something is closed that was never opened.
    End,
    /// A shorter search, or one less deep.
    Shorter,
}

impl Expected {
    /// The word for it, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Parenthesis => "parenthesis",
            Self::Quotation => "quotation",
            Self::Value => "value",
            Self::Range => "range",
            Self::Ordered => "ordered",
            Self::End => "end",
            Self::Shorter => "shorter",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Term => "a word, a \"phrase\" or field:value",
            Self::Parenthesis => "a closing parenthesis",
            Self::Quotation => "a closing quotation mark",
            Self::Value => "a value behind the colon",
            Self::Range => "a range such as [1 TO 9]",
            Self::Ordered => "a number or an address",
            Self::End => "the end of the search",
            Self::Shorter => "a shorter search",
        })
    }
}

/// A test of an event, or several joined.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// Words that stand together, in lower case.
    Text(String),
    Field(String, Test),
}

/// A test of the values of a field: one of them has to pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// It is there.
    Present,
    /// It is this, whatever the case of its letters.
    Is(String),
    /// It looks like this.
    Like(Pattern),
    /// It is an address of this network.
    Within(IpAddr, u8),
    /// It lies between these.
    Between(Option<Bound>, Option<Bound>),
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bound {
    pub(crate) at: Ordered,
    pub(crate) is_inside: bool,
}

/// What has an order.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Ordered {
    Number(f64),
    Address(IpAddr),
}

impl Ordered {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let address = || text.parse().ok().map(Self::Address);
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.map(Self::Number).or_else(address)
    }
}

impl Query {
    /// Everything.
    pub fn everything() -> Self {
        Self {
            root: Node::All(Vec::new()),
        }
    }

    /// Reads what somebody typed; nothing but spaces is everything.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text).map(|root| Self { root })
    }

    /// Whether it asks for everything.
    pub fn is_everything(&self) -> bool {
        self.root == Node::All(Vec::new())
    }

    /// The words it looks for anywhere, in lower case: what a page marks.
    pub fn needles(&self) -> Vec<&str> {
        fn collect<'a>(node: &'a Node, into: &mut Vec<&'a str>) {
            match node {
                Node::All(parts) | Node::Any(parts) => {
                    for part in parts {
                        collect(part, into);
                    }
                }
                Node::Text(needle) => into.push(needle),
                Node::Not(_) | Node::Field(..) => {}
            }
        }
        let mut needles = Vec::new();
        collect(&self.root, &mut needles);
        needles
    }
}

impl Test {
    /// Whether a value passes.
    pub(crate) fn passes(&self, value: &str) -> bool {
        match self {
            Self::Present => true,
            Self::Is(wanted) => is_same(value, wanted),
            Self::Like(pattern) => pattern.matches(value),
            Self::Within(network, length) => value
                .parse()
                .is_ok_and(|address| is_within(address, *network, *length)),
            Self::Between(from, to) => Ordered::read(value).is_some_and(|value| {
                let above = from.is_none_or(|from| {
                    value > from.at && same_kind(value, from.at)
                        || from.is_inside && value == from.at
                });
                let below = to.is_none_or(|to| {
                    value < to.at && same_kind(value, to.at) || to.is_inside && value == to.at
                });
                above && below
            }),
        }
    }

    /// Words that each value has that passes.
    pub(crate) fn words(&self) -> Vec<u64> {
        match self {
            Self::Is(wanted) => words_of(wanted, Edges::Whole),
            Self::Like(pattern) => pattern.words(),
            _ => Vec::new(),
        }
    }
}

fn same_kind(one: Ordered, other: Ordered) -> bool {
    match (one, other) {
        (Ordered::Number(_), Ordered::Number(_)) => true,
        (Ordered::Address(one), Ordered::Address(other)) => one.is_ipv4() == other.is_ipv4(),
        _ => false,
    }
}

/// Whether a value is what is wanted in lower case, whatever the case of its own letters.
fn is_same(value: &str, wanted: &str) -> bool {
    if value.is_ascii() {
        return value.eq_ignore_ascii_case(wanted);
    }
    value.to_lowercase() == wanted
}

fn is_within(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let length = u32::from(length);
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.leading_zeros() >= length
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.leading_zeros() >= length
        }
        _ => false,
    }
}
