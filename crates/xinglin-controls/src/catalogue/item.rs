//! What content files say about items, cases, hazards and interviews.

use serde::{Deserialize, Serialize};
use xinglin_core::{Extension, Level, ObjectType, ProtectionClass, RequirementId, Text};

/// One item (要求项) of GB/T 22239-2019.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The unit code of GB/T 28448-2019.
    pub id: RequirementId,
    /// The clause of GB/T 22239-2019, such as `8.1.4.1`.
    pub clause: String,
    /// The letter within the clause; empty where the clause has a single item.
    pub item: String,
    /// The control point (控制点).
    pub control: Text,
    /// Which part of the grade selects the item (GB/T 22239-2019 annex A).
    pub class: ProtectionClass,
    /// The types of objects it is assessed on.
    pub objects: Vec<ObjectType>,
    /// Whether the standard recommends rather than demands it (可信验证).
    #[serde(default)]
    pub optional: bool,
    /// A suggested importance, 1 to 3. Not official: whoever shows it must say so.
    pub weight_suggested: u8,
    /// The requirement in our own words.
    pub text: Text,
    /// How sure the unit code is.
    #[serde(default)]
    pub id_certainty: IdCertainty,
    /// The item one level lower that this one repeats or strengthens.
    #[serde(default)]
    pub base: Option<RequirementId>,
}

impl Item {
    /// The extension catalogue it belongs to, `None` for general requirements.
    pub fn extension(&self) -> Option<Extension> {
        match self.id.part() {
            2 => Some(Extension::Cloud),
            3 => Some(Extension::Mobile),
            4 => Some(Extension::Iot),
            _ => None,
        }
    }

    /// Clause and letter as people cite them, such as `8.1.4.1 a`.
    pub fn cited(&self) -> String {
        format!("{} {}", self.clause, self.item)
            .trim_end()
            .to_owned()
    }
}

/// How sure a unit code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdCertainty {
    /// Printed so in the standard.
    #[default]
    Source,
    /// Derived from its neighbours, where copies of the standard misprint it.
    Derived,
}

/// A situation that the 2025 guide (高风险判定实施指引) counts as high risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HighRiskCase {
    /// The number in the guide, such as `6.4.1.1`.
    pub case: String,
    /// The part of the guide.
    pub scope: Scope,
    /// The clause of GB/T 22239-2019 that it rests on.
    pub clause: String,
    /// The letter within the clause.
    pub item: String,
    /// The lowest level at which it applies.
    pub min_level: Level,
    /// What else must hold for it to apply.
    pub conditions: Vec<Condition>,
    /// Whether a mitigation can lower the risk.
    pub downgradable: Downgradable,
    /// The major hazard that it triggers.
    #[serde(default)]
    pub hazard: Option<String>,
    /// The items in which it shows.
    pub requirements: Vec<RequirementId>,
    /// The situation in a few words.
    pub title: Text,
    /// When exactly it is given.
    pub trigger: Text,
    /// What can lower the risk.
    pub mitigation: Text,
}

/// The part of the guide to which a case belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// General requirements.
    General,
    /// Cloud computing.
    Cloud,
    /// Mobile internet.
    Mobile,
    /// Internet of things.
    Iot,
    /// Industrial control, for which the catalogue holds no items.
    Ics,
}

/// A condition of a high-risk case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// A high need for business continuity.
    #[serde(rename = "BC")]
    BusinessContinuity,
    /// A key industry.
    #[serde(rename = "KI")]
    KeyIndustry,
    /// The side of the cloud platform.
    #[serde(rename = "CP")]
    CloudPlatform,
    /// The side of the cloud customer.
    #[serde(rename = "CC")]
    CloudCustomer,
}

/// Whether a mitigation can lower the risk of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Downgradable {
    /// It can.
    Yes,
    /// It can in some of the situations.
    Partly,
    /// Nothing can.
    No,
}

/// A trigger of a major hazard (重大风险隐患触发项) of the 2025 report template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardTrigger {
    /// The code, such as `A-18`.
    pub code: String,
    /// The security class it comes from, or `general`.
    pub area: String,
    /// The trigger in a few words.
    pub title: Text,
    /// The high-risk cases it is linked to.
    pub high_risk_cases: Vec<String>,
    /// The items in which it shows.
    pub requirements: Vec<RequirementId>,
    /// The question that settles it; "yes" means that the hazard exists.
    pub ask: Text,
}

/// One question of a guided interview; "yes" to all of them means that the item is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What to ask.
    pub ask: Text,
    /// What to look at and what to attach.
    pub look: Text,
}
