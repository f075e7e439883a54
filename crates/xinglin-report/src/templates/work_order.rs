//! The words of the work order.

use serde::Deserialize;
use xinglin_core::Text;

use super::Texts;

/// `work_order.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkOrderTexts {
    pub(crate) title: Text,
    pub(crate) contents: Text,
    pub(crate) footer_before: Text,
    pub(crate) footer_between: Text,
    pub(crate) footer_after: Text,
    pub(crate) signatures: Texts,
    pub(crate) signature_date: Text,
    pub(crate) words: Words,
    pub(crate) basics: Text,
    pub(crate) basics_table: Text,
    pub(crate) before: Before,
    pub(crate) list: Text,
    pub(crate) list_table: Text,
    pub(crate) details: Text,
    pub(crate) verify_again: Text,
    pub(crate) sign: Sign,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) field: Text,
    pub(crate) value: Text,
    pub(crate) number: Text,
    pub(crate) asset: Text,
    pub(crate) code: Text,
    pub(crate) address: Text,
    pub(crate) platform: Text,
    pub(crate) inspected_at: Text,
    pub(crate) department: Text,
    pub(crate) owner: Text,
    pub(crate) prepared_by: Text,
    pub(crate) item: Text,
    pub(crate) check: Text,
    pub(crate) severity: Text,
    pub(crate) clauses: Text,
    pub(crate) observed: Text,
    pub(crate) expected: Text,
    pub(crate) steps: Text,
    pub(crate) risk: Text,
    pub(crate) verify: Text,
    pub(crate) outcome: Text,
    pub(crate) role: Text,
    pub(crate) name: Text,
    pub(crate) date: Text,
    pub(crate) high: Text,
    pub(crate) medium: Text,
    pub(crate) low: Text,
    pub(crate) none: Text,
    pub(crate) colon: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Before {
    pub(crate) title: Text,
    pub(crate) rules: Texts,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sign {
    pub(crate) title: Text,
    pub(crate) table: Text,
    pub(crate) roles: Texts,
}
