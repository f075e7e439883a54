//! What a test asks of one value, asked directly.

use std::ops::Range;

use jiff::tz::TimeZone;

use crate::{
    address, fold, moment,
    rule::{Matcher, Place},
};

impl Matcher {
    /// Whether a value passes, other fields left aside: [`Matcher::Field`] asks those, and
    /// [`Matcher::Null`] and [`Matcher::Exists`] are about the field as a whole.
    pub(crate) fn passes(&self, value: &str, zone: &TimeZone) -> bool {
        match self {
            Self::Pattern { pattern, cased } => pattern.fit(value, *cased).is_some(),
            Self::Regex(regex) => regex.compiled().is_match(value),
            Self::Cidr(range) => {
                address::address(value).is_some_and(|address| range.contains(address))
            }
            Self::Compare(comparison, bound) => {
                number(value).is_some_and(|number| comparison.holds(number, bound.get()))
            }
            Self::Time(part, comparison, bound) => {
                let date = moment::local(value, zone);
                date.is_some_and(|date| comparison.holds(moment::part(date, *part), bound.get()))
            }
            Self::Exists => true,
            Self::Null | Self::Field { .. } => false,
        }
    }

    /// Where in a value that passes the reason stands, in bytes.
    pub(crate) fn places(&self, value: &str) -> Vec<Range<usize>> {
        match self {
            Self::Pattern { pattern, cased } => pattern.fit(value, *cased).unwrap_or_default(),
            Self::Regex(regex) => {
                let found = regex.compiled().find(value);
                found.map(|found| found.range()).into_iter().collect()
            }
            Self::Null | Self::Exists => Vec::new(),
            _ => std::iter::once(0..value.len()).collect(),
        }
    }
}

/// A value as a number.
pub(crate) fn number(value: &str) -> Option<f64> {
    let first = value.trim_start().as_bytes().first()?;
    if !first.is_ascii_digit() && !matches!(first, b'-' | b'+' | b'.') {
        return None;
    }
    let number = value.trim().parse::<f64>().ok()?;
    number.is_finite().then_some(number)
}

/// Whether one value stands to another so.
pub(crate) fn stands(value: &str, other: &str, place: Place, cased: bool) -> bool {
    let (left, right) = if cased {
        (value.into(), other.into())
    } else {
        (fold::fold(value), fold::fold(other))
    };
    match place {
        Place::Whole => left == right,
        Place::Start => left.starts_with(&*right),
        Place::End => left.ends_with(&*right),
        Place::Anywhere => memchr::memmem::find(left.as_bytes(), right.as_bytes()).is_some(),
    }
}
