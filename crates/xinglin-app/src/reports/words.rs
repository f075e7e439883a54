//! Words with which documents are filled (`content/tasks/documents.yaml`).

use std::collections::HashMap;

use serde::Deserialize;
use xinglin_controls::{Conclusion, Template};
use xinglin_core::{Lang, Text};
use xinglin_workflow::{MeasureKind, Severity};

/// The words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentWords {
    pub(super) plan_draft: Text,
    pub(super) plan_approved: Text,
    pub(super) gap_version: Text,
    pub(super) file_plan: Text,
    pub(super) file_gap: Text,
    pub(super) file_items: Text,
    pub(crate) file_work_order: Text,
    templates: HashMap<Template, Text>,
    conclusions: Conclusions,
    kinds: Kinds,
    pub(super) metrics: Metrics,
    pub(super) no_detail: Text,
    pub(super) needed: Text,
    risk: Risks,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conclusions {
    compliant: Text,
    basically_compliant: Text,
    noncompliant: Text,
    excellent: Text,
    good: Text,
    fair: Text,
    poor: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    quick_win: KindWords,
    configuration: KindWords,
    management: KindWords,
    purchase: KindWords,
    construction: KindWords,
}

/// What documents say of a kind of measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindWords {
    pub(super) likelihood: Text,
    pub(super) budget: Text,
    pub(super) note: Text,
}

/// Names of the metrics of effect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metrics {
    pub(super) high: Text,
    pub(super) findings: Text,
    pub(super) unanswered: Text,
    pub(super) done: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Risks {
    high: Text,
    medium: Text,
    low: Text,
}

impl DocumentWords {
    /// Name of a report template; its year where the words lack it.
    pub(super) fn template(&self, template: Template, lang: Lang) -> String {
        self.templates.get(&template).map_or_else(
            || template.word().to_owned(),
            |text| text.get(lang).to_owned(),
        )
    }

    pub(super) fn conclusion(&self, conclusion: Conclusion, lang: Lang) -> String {
        let words = &self.conclusions;
        let text = match conclusion {
            Conclusion::Compliant => &words.compliant,
            Conclusion::BasicallyCompliant => &words.basically_compliant,
            Conclusion::Noncompliant => &words.noncompliant,
            Conclusion::Excellent => &words.excellent,
            Conclusion::Good => &words.good,
            Conclusion::Fair => &words.fair,
            Conclusion::Poor => &words.poor,
        };
        text.get(lang).to_owned()
    }

    pub(super) fn kind(&self, kind: MeasureKind) -> &KindWords {
        match kind {
            MeasureKind::QuickWin => &self.kinds.quick_win,
            MeasureKind::Configuration => &self.kinds.configuration,
            MeasureKind::Management => &self.kinds.management,
            MeasureKind::Purchase => &self.kinds.purchase,
            MeasureKind::Construction => &self.kinds.construction,
        }
    }

    /// What may come of a gap of this severity.
    pub(super) fn risk(&self, severity: Severity) -> &Text {
        match severity {
            Severity::High => &self.risk.high,
            Severity::Medium => &self.risk.medium,
            Severity::Low => &self.risk.low,
        }
    }
}
