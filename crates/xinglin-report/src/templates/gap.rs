//! The texts of the gap report.

use serde::Deserialize;
use xinglin_core::Text;

use super::{
    Passage, Texts,
    plan::{CoverTexts, Heading, Section},
};

/// `gap.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GapTexts {
    pub(crate) cover: CoverTexts,
    pub(crate) words: GapWords,
    pub(crate) basics: Basics,
    pub(crate) method: Method,
    pub(crate) totals: Totals,
    pub(crate) high_risks: HighRisks,
    pub(crate) details: Details,
    pub(crate) priorities: Priorities,
    pub(crate) missing: Missing,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basics {
    pub(crate) title: Text,
    pub(crate) unit: Section,
    pub(crate) objects: Section,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Method {
    pub(crate) title: Text,
    pub(crate) basis_title: Text,
    pub(crate) basis: Texts,
    pub(crate) approach: Heading,
    pub(crate) steps: Texts,
    pub(crate) verdicts: Heading,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Totals {
    pub(crate) title: Text,
    pub(crate) text: Passage,
    pub(crate) provisional: Passage,
    pub(crate) table: Text,
    pub(crate) conclusion: Passage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HighRisks {
    pub(crate) title: Text,
    pub(crate) hazards: Section,
    pub(crate) high: Section,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Details {
    pub(crate) title: Text,
    pub(crate) text: Passage,
    pub(crate) class_text: Passage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Priorities {
    pub(crate) title: Text,
    pub(crate) text: Passage,
    pub(crate) urgent: Section,
    pub(crate) key: Section,
    pub(crate) continuing: Section,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    pub(crate) title: Text,
    pub(crate) text: Passage,
    pub(crate) table: Text,
}

/// Column headers and short words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GapWords {
    pub(crate) number: Text,
    pub(crate) fact: Text,
    pub(crate) value: Text,
    pub(crate) hospital: Text,
    pub(crate) system: Text,
    pub(crate) description: Text,
    pub(crate) grade: Text,
    pub(crate) filing: Text,
    pub(crate) department: Text,
    pub(crate) owner: Text,
    pub(crate) round: Text,
    pub(crate) period: Text,
    pub(crate) object: Text,
    pub(crate) object_type: Text,
    pub(crate) importance: Text,
    pub(crate) address: Text,
    pub(crate) domain: Text,
    pub(crate) applicable: Text,
    pub(crate) compliant: Text,
    pub(crate) partial: Text,
    pub(crate) noncompliant: Text,
    pub(crate) not_applicable: Text,
    pub(crate) unanswered: Text,
    pub(crate) rate: Text,
    pub(crate) score: Text,
    pub(crate) total: Text,
    pub(crate) code: Text,
    pub(crate) case: Text,
    pub(crate) clause: Text,
    pub(crate) state: Text,
    pub(crate) open: Text,
    pub(crate) resolved: Text,
    pub(crate) requirement: Text,
    pub(crate) found: Text,
    pub(crate) evidence: Text,
    pub(crate) gap: Text,
    pub(crate) risk: Text,
    pub(crate) advice: Text,
    pub(crate) severity: Text,
    pub(crate) high: Text,
    pub(crate) medium: Text,
    pub(crate) low: Text,
    pub(crate) needed: Text,
    pub(crate) unassigned: Text,
    pub(crate) none: Text,
    pub(crate) and_more: Text,
}
