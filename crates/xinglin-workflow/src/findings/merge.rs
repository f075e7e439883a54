//! Merging of wrong verdicts into findings by root cause (同源合并).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use xinglin_core::{AssetId, RequirementId, SystemId, Verdict};

use super::{Severity, severity};

/// One wrong verdict: a requirement on an object, once for each failed check if checks
/// stand behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemCell {
    /// The graded system.
    pub system: SystemId,
    /// The requirement.
    pub requirement: RequirementId,
    /// The object.
    pub asset: AssetId,
    /// The verdict; 符合 and 不适用 are no problem and make no finding.
    pub verdict: Verdict,
    /// The check that failed, `None` when a person judged.
    pub cause: Option<String>,
    /// What was seen, in words; may be empty.
    pub detail: String,
    /// Whether the requirement has a high-risk case at the system's level.
    pub high_risk: bool,
    /// Whether a major hazard that is still there stands behind it.
    pub hazard: bool,
    /// The requirement's weight: 3 key, 2 important, 1 ordinary.
    pub weight: u8,
}

/// What makes two wrong verdicts one finding: the system and the requirement, since one
/// measure mends the requirement on all objects of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CauseKey {
    /// The graded system.
    pub system: SystemId,
    /// The requirement.
    pub requirement: RequirementId,
}

impl fmt::Display for CauseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.system, self.requirement)
    }
}

/// An object on which a finding was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingObject {
    /// The object.
    pub asset: AssetId,
    /// The worst verdict on it.
    pub verdict: Verdict,
    /// What was seen: each thing once, one a line.
    pub detail: String,
}

/// A finding as the present verdicts give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFinding {
    /// System and requirement.
    pub cause_key: CauseKey,
    /// The gravest of its cells.
    pub severity: Severity,
    /// The worst of its cells, 部分符合 or 不符合.
    pub verdict: Verdict,
    /// Whether a major hazard stands behind it.
    pub major_hazard: bool,
    /// The objects, by id, each once.
    pub objects: Vec<FindingObject>,
    /// The checks that failed, each once, by id; empty when only persons judged.
    pub checks: Vec<String>,
}

impl DraftFinding {
    /// The requirement that is not met.
    pub fn requirement(&self) -> RequirementId {
        self.cause_key.requirement
    }

    /// The system it is found on.
    pub fn system(&self) -> SystemId {
        self.cause_key.system
    }
}

/// Merges wrong verdicts into one finding a system and requirement, ordered by cause key.
/// The order of the cells and cells given twice make no difference.
pub fn merge(cells: &[ProblemCell]) -> Vec<DraftFinding> {
    let mut gathered: BTreeMap<CauseKey, Gathered<'_>> = BTreeMap::new();
    for cell in cells {
        let Some(severity) = severity(cell.verdict, cell.high_risk, cell.hazard, cell.weight)
        else {
            continue;
        };
        let key = CauseKey {
            system: cell.system,
            requirement: cell.requirement,
        };
        let finding = gathered.entry(key).or_default();
        finding.severity = finding.severity.max(Some(severity));
        finding.major_hazard |= cell.hazard;
        finding.checks.extend(cell.cause.as_deref());
        // Only 部分符合 and 不符合 come here, and `Verdict` orders these two as worse does.
        let (verdict, details) = finding
            .objects
            .entry(cell.asset)
            .or_insert_with(|| (cell.verdict, BTreeSet::new()));
        *verdict = (*verdict).max(cell.verdict);
        if !cell.detail.trim().is_empty() {
            details.insert(cell.detail.trim());
        }
    }
    gathered
        .into_iter()
        .filter_map(|(key, finding)| finding.draft(key))
        .collect()
}

#[derive(Default)]
struct Gathered<'a> {
    severity: Option<Severity>,
    major_hazard: bool,
    checks: BTreeSet<&'a str>,
    objects: BTreeMap<AssetId, (Verdict, BTreeSet<&'a str>)>,
}

impl Gathered<'_> {
    fn draft(self, cause_key: CauseKey) -> Option<DraftFinding> {
        let verdict = self.objects.values().map(|(verdict, _)| *verdict).max()?;
        Some(DraftFinding {
            cause_key,
            severity: self.severity?,
            verdict,
            major_hazard: self.major_hazard,
            objects: self
                .objects
                .into_iter()
                .map(|(asset, (verdict, details))| FindingObject {
                    asset,
                    verdict,
                    detail: details.into_iter().collect::<Vec<_>>().join("\n"),
                })
                .collect(),
            checks: self.checks.into_iter().map(str::to_owned).collect(),
        })
    }
}
