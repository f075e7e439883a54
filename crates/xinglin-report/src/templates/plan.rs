//! The texts of the rectification plan.

use serde::Deserialize;
use xinglin_core::Text;

use super::{Action, Passage, PlaceRule, ProblemKind, Texts};

/// `plan.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanTexts {
    pub(super) places: Vec<PlaceRule>,
    pub(crate) cover: CoverTexts,
    pub(crate) words: PlanWords,
    pub(crate) background: Background,
    pub(crate) problems: Problems,
    pub(crate) scheme: Scheme,
    pub(crate) actions: Actions,
    pub(crate) goals: Goals,
    pub(crate) implementation: Actions,
    pub(crate) effect: Effect,
    pub(crate) schedule: Schedule,
    pub(crate) summary: Summary,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverTexts {
    /// May hold a line feed.
    pub(crate) title: Text,
    pub(crate) header: Passage,
    pub(crate) contents: Text,
    pub(crate) footer_before: Text,
    pub(crate) footer_between: Text,
    pub(crate) footer_after: Text,
    pub(crate) system: Text,
    pub(crate) grade: Text,
    pub(crate) filing: Text,
    pub(crate) filing_none: Text,
    pub(crate) number: Text,
    pub(crate) version: Text,
    pub(crate) signatures: Texts,
    pub(crate) signature_date: Text,
}

/// One chapter: its title and opening sentences.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Background {
    pub(crate) title: Text,
    pub(crate) purpose_title: Text,
    pub(crate) purpose: Vec<Passage>,
    pub(crate) scope_title: Text,
    pub(crate) scope: Passage,
    pub(crate) scope_table: Text,
    pub(crate) basis_title: Text,
    pub(crate) basis: Texts,
    pub(crate) state_title: Text,
    pub(crate) state: Vec<Passage>,
    pub(crate) state_table: Text,
    pub(crate) provisional: Passage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problems {
    pub(crate) title: Text,
    pub(crate) intro: Passage,
    pub(crate) overview_table: Text,
    pub(crate) management: Section,
    pub(crate) awareness: Section,
    pub(crate) safeguards: Section,
    pub(crate) vulnerabilities: Section,
}

impl Problems {
    pub(crate) fn section(&self, kind: ProblemKind) -> &Section {
        match kind {
            ProblemKind::Management => &self.management,
            ProblemKind::Awareness => &self.awareness,
            ProblemKind::Safeguards => &self.safeguards,
            ProblemKind::Vulnerabilities => &self.vulnerabilities,
        }
    }
}

/// A section with its table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    pub(crate) title: Text,
    pub(crate) text: Passage,
    pub(crate) table: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scheme {
    pub(crate) title: Text,
    pub(crate) intro: Vec<Passage>,
    pub(crate) rules: Section,
    pub(crate) awareness: Section,
    pub(crate) safeguards: Section,
    pub(crate) mechanism: Section,
    pub(crate) vulnerabilities: Section,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actions {
    pub(crate) title: Text,
    pub(crate) intro: Passage,
    pub(crate) team: Section,
    pub(crate) rules: Section,
    pub(crate) training: Section,
    pub(crate) equipment: Section,
    pub(crate) emergency: Section,
    pub(crate) table: Text,
    pub(crate) closing: Passage,
}

impl Actions {
    pub(crate) fn section(&self, action: Action) -> &Section {
        match action {
            Action::Team => &self.team,
            Action::Rules => &self.rules,
            Action::Training => &self.training,
            Action::Equipment => &self.equipment,
            Action::Emergency => &self.emergency,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Goals {
    pub(crate) title: Text,
    pub(crate) intro: Passage,
    pub(crate) items: Vec<Passage>,
    pub(crate) table: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Effect {
    pub(crate) title: Text,
    pub(crate) result: Section,
    pub(crate) domains_table: Text,
    pub(crate) incidents: Heading,
    pub(crate) service: Heading,
    pub(crate) estimate: Passage,
}

/// A section of text only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Heading {
    pub(crate) title: Text,
    pub(crate) text: Passage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    pub(crate) title: Text,
    pub(crate) phases: Section,
    pub(crate) tasks: Section,
    pub(crate) budget: Section,
    pub(crate) risks: Section,
    pub(crate) control: Heading,
    pub(crate) control_rules: Vec<Passage>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Summary {
    pub(crate) title: Text,
    pub(crate) text: Vec<Passage>,
}

/// Column headers and short words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanWords {
    pub(crate) number: Text,
    pub(crate) system: Text,
    pub(crate) grade: Text,
    pub(crate) filing: Text,
    pub(crate) department: Text,
    pub(crate) owner: Text,
    pub(crate) objects: Text,
    pub(crate) domain: Text,
    pub(crate) applicable: Text,
    pub(crate) compliant: Text,
    pub(crate) partial: Text,
    pub(crate) noncompliant: Text,
    pub(crate) not_applicable: Text,
    pub(crate) rate: Text,
    pub(crate) rate_now: Text,
    pub(crate) rate_expected: Text,
    pub(crate) score: Text,
    pub(crate) conclusion: Text,
    pub(crate) total: Text,
    pub(crate) kind: Text,
    pub(crate) findings: Text,
    pub(crate) severity: Text,
    pub(crate) high: Text,
    pub(crate) medium: Text,
    pub(crate) low: Text,
    pub(crate) share: Text,
    pub(crate) finding: Text,
    pub(crate) clause: Text,
    pub(crate) affected: Text,
    pub(crate) hazard: Text,
    pub(crate) hazards_found: Text,
    pub(crate) hazards_resolved: Text,
    pub(crate) hazards_open: Text,
    pub(crate) measure: Text,
    pub(crate) task_kind: Text,
    pub(crate) configuration: Text,
    pub(crate) quick_win: Text,
    pub(crate) purchase: Text,
    pub(crate) management: Text,
    pub(crate) construction: Text,
    pub(crate) period: Text,
    pub(crate) effort: Text,
    pub(crate) cost: Text,
    pub(crate) no_cost: Text,
    pub(crate) organisation: Text,
    pub(crate) post: Text,
    pub(crate) people: Text,
    pub(crate) duty: Text,
    pub(crate) tasks: Text,
    pub(crate) metric: Text,
    pub(crate) before: Text,
    pub(crate) expected: Text,
    pub(crate) due: Text,
    pub(crate) phase: Text,
    pub(crate) content: Text,
    pub(crate) risk: Text,
    pub(crate) likelihood: Text,
    pub(crate) rollback: Text,
    pub(crate) item: Text,
    pub(crate) remark: Text,
    pub(crate) unassigned: Text,
    pub(crate) and_more: Text,
}
