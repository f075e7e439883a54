//! The four verdicts of a requirement on an object.

use serde::{Deserialize, Serialize};

/// The verdict on one requirement for one object (GB/T 28448-2019, single-unit result).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 符合
    Compliant,
    /// 部分符合
    Partial,
    /// 不符合
    Noncompliant,
    /// 不适用
    NotApplicable,
}

impl Verdict {
    /// All verdicts, best first, 不适用 last.
    pub const ALL: [Self; 4] = [
        Self::Compliant,
        Self::Partial,
        Self::Noncompliant,
        Self::NotApplicable,
    ];

    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Partial => "partial",
            Self::Noncompliant => "noncompliant",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The verdict of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// The official Chinese term.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Compliant => "符合",
            Self::Partial => "部分符合",
            Self::Noncompliant => "不符合",
            Self::NotApplicable => "不适用",
        }
    }

    /// The English term.
    pub fn en(self) -> &'static str {
        match self {
            Self::Compliant => "Compliant",
            Self::Partial => "Partly compliant",
            Self::Noncompliant => "Not compliant",
            Self::NotApplicable => "Not applicable",
        }
    }
}
