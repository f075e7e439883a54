//! Bringing the known findings in line with the present verdicts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use xinglin_core::{FindingId, Verdict};

use super::merge::{CauseKey, DraftFinding, FindingObject};
use super::{FindingAction, FindingState, Severity};

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFinding {
    /// Its id.
    pub id: FindingId,
    /// System and requirement.
    pub cause_key: CauseKey,
    /// Where it stands.
    pub state: FindingState,
    /// The severity kept.
    pub severity: Severity,
    /// The verdict kept.
    pub verdict: Verdict,
    /// Whether a major hazard was behind it.
    pub major_hazard: bool,
    /// The objects kept, in any order.
    pub objects: Vec<FindingObject>,
    /// The last day of an acceptance. An accepted finding without one is not accepted.
    pub accepted_until: Option<Date>,
}

/// What has to change. Where a draft is given, the finding takes its severity, verdict,
/// hazard and objects, and was last seen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingChange {
    /// A finding nobody knew; it is born open.
    Create {
        /// The finding.
        draft: DraftFinding,
    },
    /// The same finding in the same state, seen otherwise.
    Update {
        /// The finding.
        finding: FindingId,
        /// As it is now.
        draft: DraftFinding,
    },
    /// A finding that no verdict supports any more. Its objects stay as last seen.
    Resolve {
        /// The finding.
        finding: FindingId,
        /// 已关闭, or 待复核 where a task was to mend it.
        to: FindingState,
    },
    /// A finding that was closed or accepted and has to be dealt with again.
    Reopen {
        /// The finding.
        finding: FindingId,
        /// Why: it recurred, or the acceptance expired.
        action: FindingAction,
        /// The new state.
        to: FindingState,
        /// As it is now.
        draft: DraftFinding,
    },
}

/// Compares known findings with what the verdicts now give, as [`super::merge::merge`]
/// orders it: one draft a cause key. Both must be about the same systems, or findings of
/// the systems left out would be taken for mended. Once the changes are applied, a second
/// call gives none. The order of both lists makes no difference; the changes come by
/// cause key.
///
/// A finding that is being verified is left alone even while its verdicts are wrong: the
/// work was reported done and the second look decides.
pub fn reconcile(
    existing: &[KnownFinding],
    drafts: &[DraftFinding],
    today: Date,
) -> Vec<FindingChange> {
    let wrong: BTreeMap<CauseKey, &DraftFinding> = drafts
        .iter()
        .map(|draft| (draft.cause_key, draft))
        .collect();
    let known: BTreeMap<(CauseKey, FindingId), &KnownFinding> = existing
        .iter()
        .map(|finding| ((finding.cause_key, finding.id), finding))
        .collect();
    let known_keys: BTreeSet<CauseKey> = known.keys().map(|(key, _)| *key).collect();

    let mut changes: Vec<(CauseKey, FindingChange)> = known
        .into_iter()
        .filter_map(|((key, _), finding)| {
            let change = match wrong.get(&key) {
                Some(draft) => still_wrong(finding, draft, today),
                None => finding
                    .state
                    .resolve()
                    .ok()
                    .map(|to| FindingChange::Resolve {
                        finding: finding.id,
                        to,
                    }),
            };
            change.map(|change| (key, change))
        })
        .collect();
    changes.extend(
        wrong
            .into_iter()
            .filter(|(key, _)| !known_keys.contains(key))
            .map(|(key, draft)| {
                (
                    key,
                    FindingChange::Create {
                        draft: draft.clone(),
                    },
                )
            }),
    );
    // Stable, so several findings of one key stay in the order of their ids.
    changes.sort_by_key(|(key, _)| *key);
    changes.into_iter().map(|(_, change)| change).collect()
}

fn still_wrong(finding: &KnownFinding, draft: &DraftFinding, today: Date) -> Option<FindingChange> {
    let reopen = |action, to| FindingChange::Reopen {
        finding: finding.id,
        action,
        to,
        draft: draft.clone(),
    };
    match finding.state {
        FindingState::Closed => {
            let to = finding.state.recur().ok()?;
            return Some(reopen(FindingAction::Recur, to));
        }
        // What was signed for was this risk and no graver one.
        FindingState::Accepted
            if draft.severity > finding.severity
                || (draft.major_hazard && !finding.major_hazard) =>
        {
            let to = finding.state.recur().ok()?;
            return Some(reopen(FindingAction::Recur, to));
        }
        FindingState::Accepted => {
            let until = finding.accepted_until.unwrap_or(Date::MIN);
            if let Ok(to) = finding.state.expire_acceptance(until, today) {
                return Some(reopen(FindingAction::ExpireAcceptance, to));
            }
        }
        FindingState::Open
        | FindingState::Planned
        | FindingState::InProgress
        | FindingState::Verifying => {}
    }
    differs(finding, draft).then(|| FindingChange::Update {
        finding: finding.id,
        draft: draft.clone(),
    })
}

fn differs(finding: &KnownFinding, draft: &DraftFinding) -> bool {
    let mut objects: Vec<&FindingObject> = finding.objects.iter().collect();
    objects.sort();
    finding.severity != draft.severity
        || finding.verdict != draft.verdict
        || finding.major_hazard != draft.major_hazard
        || !objects.into_iter().eq(&draft.objects)
}
