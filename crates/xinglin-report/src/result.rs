//! Figures that several documents show.

use xinglin_core::{Domain, Grade};

/// The result of an assessment, as shown (computed elsewhere).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResultFigures {
    /// Name of the rule, e.g. `2025 版测评报告模板`.
    pub template: String,
    /// Compliance rate (符合率), 0 to 1; `None` under templates that give a score.
    pub rate: Option<f64>,
    /// Composite score, 0 to 100; `None` under the 2025 template.
    pub score: Option<f64>,
    /// The conclusion in words, e.g. `基本符合`.
    pub conclusion: String,
    /// Whether items without an answer make the result provisional.
    pub provisional: bool,
    /// Counts over all classes.
    pub counts: ClassCounts,
    /// Major hazards found.
    pub hazards_found: u32,
    /// Major hazards resolved among those found.
    pub hazards_resolved: u32,
}

impl ResultFigures {
    /// Major hazards still open.
    pub fn hazards_open(&self) -> u32 {
        self.hazards_found.saturating_sub(self.hazards_resolved)
    }
}

/// Items of a class (or all classes) by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassCounts {
    /// 符合
    pub compliant: u32,
    /// 部分符合
    pub partial: u32,
    /// 不符合
    pub noncompliant: u32,
    /// 不适用
    pub not_applicable: u32,
    /// Not yet answered.
    pub unanswered: u32,
}

impl ClassCounts {
    /// Items that apply, answered or not.
    pub fn applicable(self) -> u32 {
        self.compliant + self.partial + self.noncompliant + self.unanswered
    }

    /// Compliant share of the applicable items; 0 when none applies.
    pub fn rate(self) -> f64 {
        match self.applicable() {
            0 => 0.0,
            applicable => f64::from(self.compliant) / f64::from(applicable),
        }
    }
}

/// Counts of one security class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainCounts {
    /// The class.
    pub domain: Domain,
    /// Its items.
    pub counts: ClassCounts,
}

/// A graded system the document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemScope {
    /// Name.
    pub name: String,
    /// Grade, e.g. S3A3.
    pub grade: Grade,
    /// Filing number; empty when not filed.
    pub filing_number: String,
    /// Department in charge.
    pub department: String,
    /// Person in charge.
    pub owner: String,
    /// Number of objects of assessment.
    pub assets: u32,
    /// What it does, one sentence.
    pub description: String,
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 高
    High,
    /// 中
    Medium,
    /// 低
    Low,
}
