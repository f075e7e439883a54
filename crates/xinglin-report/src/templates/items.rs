//! The words of the item list.

use serde::Deserialize;
use xinglin_core::Text;

/// `items.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemTexts {
    pub(crate) sheet: Text,
    pub(crate) about: Text,
    pub(crate) hospital: Text,
    pub(crate) system: Text,
    pub(crate) grade: Text,
    pub(crate) assessment: Text,
    pub(crate) generated_on: Text,
    pub(crate) rows: Text,
    pub(crate) code: Text,
    pub(crate) clause: Text,
    pub(crate) domain: Text,
    pub(crate) control: Text,
    pub(crate) text: Text,
    pub(crate) object_code: Text,
    pub(crate) object: Text,
    pub(crate) object_type: Text,
    pub(crate) verdict: Text,
    pub(crate) reasons: Text,
    pub(crate) evidence: Text,
    pub(crate) decided_on: Text,
    pub(crate) high_risk: Text,
    pub(crate) hazard: Text,
    pub(crate) advice: Text,
    pub(crate) compliant: Text,
    pub(crate) partial: Text,
    pub(crate) noncompliant: Text,
    pub(crate) not_applicable: Text,
    pub(crate) unanswered: Text,
}
