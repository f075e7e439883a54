//! The form of `content/demo/story.yaml`.

use serde::Deserialize;
use xinglin_core::{RequirementId, Role, Verdict};

use crate::organisation::Organisation;

/// The whole story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) organisation: Organisation,
    pub(super) posts: Vec<Post>,
    pub(super) accounts: Vec<User>,
    pub(super) local_host: String,
    pub(super) assessments: Vec<Round>,
}

/// A post of the hospital.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Post {
    pub(super) code: String,
    pub(super) name: String,
}

/// A business account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) person: Option<String>,
    pub(super) roles: Vec<Role>,
}

/// One assessment of one system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Round {
    pub(super) system: String,
    pub(super) name: String,
    pub(super) started_days_ago: i64,
    /// The reason given for everything that is in order.
    pub(super) otherwise_reason: String,
    pub(super) unanswered: Vec<RequirementId>,
    pub(super) not_applicable: Vec<Exempt>,
    pub(super) problems: Vec<Problem>,
    pub(super) hazards: Vec<Hazard>,
    pub(super) plan: Option<Plan>,
}

/// Requirements that do not apply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exempt {
    pub(super) requirements: Vec<RequirementId>,
    pub(super) reason: String,
}

/// What is not in order, and since when it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Problem {
    pub(super) requirement: RequirementId,
    pub(super) verdict: Verdict,
    /// Codes of assets; all objects of the requirement without.
    #[serde(default)]
    pub(super) objects: Vec<String>,
    pub(super) reason: String,
    pub(super) mended_days_ago: Option<i64>,
}

/// A major hazard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hazard {
    pub(super) code: String,
    pub(super) note: String,
    pub(super) found_days_ago: i64,
    pub(super) resolved_days_ago: Option<i64>,
    pub(super) resolved_reason: Option<String>,
}

/// A rectification plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) title: String,
    pub(super) days_ago: i64,
    pub(super) target: String,
}
