//! Rules as they are written: what a Sigma document says, before anything is compiled.

mod about;
mod baseline;
mod condition;
mod correlation;
mod dialect;
mod encode;
mod modifier;
mod read;
mod selection;
mod set;

use std::collections::BTreeMap;

pub use baseline::{Baseline, BaselineKind, Part, Per};
pub use correlation::{Correlation, CorrelationKind, Count, Counted};
pub use dialect::RegexRule;
pub use set::{Filter, Problem, RuleSet};

use crate::{address::Cidr, pattern::Pattern};

/// What a rule says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// The file it was read from, as the caller named it.
    pub file: String,
    /// The line its document begins on, from 1.
    pub line: usize,
    /// What it finds.
    pub title: String,
    /// Its identifier.
    pub id: Option<String>,
    /// The name correlations may call it by.
    pub name: Option<String>,
    /// How bad a match is.
    pub level: Option<Level>,
    /// How well it is tried.
    pub status: Option<String>,
    /// What it finds, at length.
    pub description: Option<String>,
    /// Tags such as `attack.t1110`.
    pub tags: Vec<String>,
    /// What else may look like it.
    pub false_positives: Vec<String>,
    /// The fields worth a look when it matched.
    pub fields: Vec<String>,
    /// Whatever else stands at the top of it: lists of words by key.
    pub custom: BTreeMap<String, Vec<String>>,
}

impl Meta {
    /// What it is called in references: its identifier, its name, or its title.
    pub fn key(&self) -> &str {
        let key = self.id.as_deref().or(self.name.as_deref());
        key.unwrap_or(&self.title)
    }

    /// Whether a reference by identifier or name means it.
    pub fn is_called(&self, reference: &str) -> bool {
        self.id.as_deref() == Some(reference) || self.name.as_deref() == Some(reference)
    }
}

/// How bad a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Informational,
    /// To be looked at some time.
    Low,
    /// To be looked at.
    Medium,
    /// To be looked at soon.
    High,
    /// To be looked at now.
    Critical,
}

impl Level {
    /// The word rules write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::Informational,
            Self::Low,
            Self::Medium,
            Self::High,
            Self::Critical,
        ];
        all.into_iter().find(|level| level.word() == word)
    }
}

/// Which logs a rule is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogSource {
    /// Such as `windows`.
    pub product: Option<String>,
    /// Such as `process_creation`.
    pub category: Option<String>,
    /// Such as `sshd`.
    pub service: Option<String>,
}

impl LogSource {
    /// Whether it says all that `other` says, and the same.
    pub fn includes(&self, other: &Self) -> bool {
        let agrees =
            |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own == wanted;
        agrees(&self.product, &other.product)
            && agrees(&self.category, &other.category)
            && agrees(&self.service, &other.service)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A rule for single events.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it says of itself.
    pub meta: Meta,
    /// Which logs it is for.
    pub logsource: LogSource,
    /// What it looks for, by name.
    pub selections: Vec<Selection>,
    /// How those must meet; numbers are places in `selections`.
    pub condition: Expr<usize>,
}

/// A named part of a detection.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Its name.
    pub name: String,
    /// What it looks for.
    pub expr: Expr<Test>,
}

/// Tests, and how they must meet.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr<T> {
    /// All of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
    /// At least so many of them.
    AtLeast(usize, Vec<Self>),
    /// Not that.
    Not(Box<Self>),
    /// This.
    Test(T),
}

impl<T> Expr<T> {
    /// The same over other tests.
    pub fn map<U>(&self, each: &mut impl FnMut(&T) -> Expr<U>) -> Expr<U> {
        let mut all = |parts: &[Self]| parts.iter().map(|part| part.map(each)).collect();
        match self {
            Self::All(parts) => Expr::All(all(parts)),
            Self::Any(parts) => Expr::Any(all(parts)),
            Self::AtLeast(count, parts) => Expr::AtLeast(*count, all(parts)),
            Self::Not(part) => Expr::Not(Box::new(part.map(each))),
            Self::Test(test) => each(test),
        }
    }

    /// Calls `each` with every test.
    pub fn each<'e>(&'e self, each: &mut impl FnMut(&'e T)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.each(each);
                }
            }
            Self::Not(part) => part.each(each),
            Self::Test(test) => each(test),
        }
    }

    /// What the whole is, when each test is what `truth` says.
    pub fn holds(&self, truth: &mut impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(truth)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(truth)),
            Self::AtLeast(count, parts) => {
                let held = parts.iter().filter(|part| part.holds(truth));
                held.take(*count).count() >= *count
            }
            Self::Not(part) => !part.holds(truth),
            Self::Test(test) => truth(test),
        }
    }
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Test {
    /// The field as the rule names it; none where the whole event is searched.
    pub field: Option<String>,
    /// What is asked of its values.
    pub matcher: Matcher,
}

/// What is asked of a value. A field with several values passes when one of them does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Matcher {
    /// The whole value fits the pattern.
    Pattern {
        /// The pattern.
        pattern: Pattern,
        /// Whether case counts.
        cased: bool,
    },
    /// The regular expression is found in the value.
    Regex(RegexRule),
    /// The value is an address of the range.
    Cidr(Cidr),
    /// The value is a number that compares so.
    Compare(Comparison, Decimal),
    /// There is no value, or it is null.
    Null,
    /// There is a value, be it null or empty.
    Exists,
    /// The value stands so to that of another field.
    Field {
        /// The other field as the rule names it.
        other: String,
        /// How it stands to it.
        place: Place,
        /// Whether case counts.
        cased: bool,
    },
    /// A part of the value, which is a date, compares so.
    Time(TimePart, Comparison, Decimal),
}

/// How two values stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// They are the same.
    Whole,
    /// The value begins with the other.
    Start,
    /// The value ends with the other.
    End,
    /// The value contains the other.
    Anywhere,
}

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or the same.
    AtLeast,
    /// The same.
    Same,
}

impl Comparison {
    /// Whether it holds.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
            Self::Same => left.total_cmp(&right).is_eq(),
        }
    }
}

/// A finite number that can be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal(u64);

impl Decimal {
    /// Keeps a number.
    pub fn new(number: f64) -> Self {
        Self((number + 0.0).to_bits())
    }

    /// The number.
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// From 0 to 59.
    Minute,
    /// From 0 to 23.
    Hour,
    /// Of the month, from 1.
    Day,
    /// Of the year by ISO 8601, from 1.
    Week,
    /// From 1.
    Month,
    /// The year.
    Year,
}
