//! Bringing known findings in line with verdicts.

use jiff::civil::Date;
use proptest::prelude::*;
use xinglin_core::{FindingId, Verdict};
use xinglin_workflow::{
    DraftFinding, FindingAction, FindingChange, FindingState, KnownFinding, ProblemCell, merge,
    reconcile,
};

use crate::merge::cells;
use crate::support::{cell, date};

const TODAY: &str = "2026-11-22";

fn known(id: i64, state: FindingState, draft: &DraftFinding) -> KnownFinding {
    KnownFinding {
        id: FindingId(id),
        cause_key: draft.cause_key,
        state,
        severity: draft.severity,
        verdict: draft.verdict,
        major_hazard: draft.major_hazard,
        objects: draft.objects.clone(),
        accepted_until: (state == FindingState::Accepted).then(|| date("2026-12-31")),
    }
}

fn drafts(verdict: Verdict) -> Vec<DraftFinding> {
    merge(&[cell("L3-CES1-01", 4, verdict, "口令 6 位")])
}

#[test]
fn a_finding_nobody_knew_is_created() {
    let drafts = drafts(Verdict::Partial);
    assert_eq!(
        reconcile(&[], &drafts, date(TODAY)),
        [FindingChange::Create {
            draft: drafts[0].clone()
        }]
    );
}

#[test]
fn a_finding_no_verdict_supports_is_closed_or_verified() {
    let draft = &drafts(Verdict::Partial)[0];
    let cases = [
        (FindingState::Open, Some(FindingState::Closed)),
        (FindingState::Accepted, Some(FindingState::Closed)),
        (FindingState::Planned, Some(FindingState::Verifying)),
        (FindingState::InProgress, Some(FindingState::Verifying)),
        (FindingState::Verifying, None),
        (FindingState::Closed, None),
    ];
    for (state, expected) in cases {
        let changes = reconcile(&[known(3, state, draft)], &[], date(TODAY));
        let expected: Vec<FindingChange> = expected
            .map(|to| FindingChange::Resolve {
                finding: FindingId(3),
                to,
            })
            .into_iter()
            .collect();
        assert_eq!(changes, expected, "{state}");
    }
}

#[test]
fn the_same_finding_seen_again_changes_only_when_it_was_closed() {
    let drafts = drafts(Verdict::Partial);
    for state in FindingState::ALL {
        let changes = reconcile(&[known(3, *state, &drafts[0])], &drafts, date(TODAY));
        if *state == FindingState::Closed {
            assert_eq!(
                changes,
                [FindingChange::Reopen {
                    finding: FindingId(3),
                    action: FindingAction::Recur,
                    to: FindingState::Open,
                    draft: drafts[0].clone(),
                }]
            );
        } else {
            assert_eq!(changes, [], "{state}");
        }
    }
}

#[test]
fn a_finding_seen_otherwise_is_updated_in_its_state() {
    let was = &drafts(Verdict::Partial)[0];
    let now = merge(&[
        cell("L3-CES1-01", 4, Verdict::Partial, "口令 6 位"),
        cell("L3-CES1-01", 5, Verdict::Partial, "口令 6 位"),
    ]);
    for state in [
        FindingState::Open,
        FindingState::Planned,
        FindingState::InProgress,
        FindingState::Verifying,
        FindingState::Accepted,
    ] {
        assert_eq!(
            reconcile(&[known(3, state, was)], &now, date(TODAY)),
            [FindingChange::Update {
                finding: FindingId(3),
                draft: now[0].clone()
            }],
            "{state}"
        );
    }
}

#[test]
fn changes_come_by_cause_key_whatever_they_are() {
    let before = merge(&[
        cell("L3-CES1-02", 4, Verdict::Partial, ""),
        cell("L3-PES1-03", 4, Verdict::Partial, ""),
    ]);
    let now = merge(&[
        cell("L3-CES1-01", 4, Verdict::Partial, ""),
        cell("L3-CES1-02", 4, Verdict::Noncompliant, ""),
        cell("L3-CES1-18", 4, Verdict::Partial, ""),
    ]);
    let existing = [
        known(2, FindingState::Open, &before[1]),
        known(1, FindingState::Open, &before[0]),
    ];
    let order: Vec<String> = reconcile(&existing, &now, date(TODAY))
        .iter()
        .map(|change| match change {
            FindingChange::Create { draft } => format!("create {}", draft.requirement()),
            FindingChange::Update { finding, .. } => format!("update {finding}"),
            FindingChange::Resolve { finding, .. } => format!("resolve {finding}"),
            FindingChange::Reopen { finding, .. } => format!("reopen {finding}"),
        })
        .collect();
    // The standard's order of classes: PES comes before CES.
    assert_eq!(
        order,
        [
            "resolve 1",
            "create L3-CES1-01",
            "update 2",
            "create L3-CES1-18"
        ]
    );
}

#[test]
fn objects_kept_in_another_order_are_the_same() {
    let now = merge(&[
        cell("L3-CES1-01", 4, Verdict::Partial, ""),
        cell("L3-CES1-01", 5, Verdict::Partial, ""),
    ]);
    let mut kept = known(3, FindingState::Open, &now[0]);
    kept.objects.reverse();
    assert_eq!(reconcile(&[kept], &now, date(TODAY)), []);
}

#[test]
fn an_acceptance_ends_with_its_day_or_when_the_matter_is_graver() {
    let drafts = drafts(Verdict::Partial);
    let accepted = |until: Option<Date>| KnownFinding {
        accepted_until: until,
        ..known(3, FindingState::Accepted, &drafts[0])
    };
    let reopened = |action, draft: &DraftFinding| {
        vec![FindingChange::Reopen {
            finding: FindingId(3),
            action,
            to: FindingState::Open,
            draft: draft.clone(),
        }]
    };
    let expired = reopened(FindingAction::ExpireAcceptance, &drafts[0]);
    let cases = [
        (Some("2026-11-22"), vec![]),
        (Some("2026-11-21"), expired.clone()),
        (None, expired),
    ];
    for (until, expected) in cases {
        let existing = [accepted(until.map(date))];
        assert_eq!(reconcile(&existing, &drafts, date(TODAY)), expected);
    }

    let graver = merge(&[ProblemCell {
        hazard: true,
        ..cell("L3-CES1-01", 4, Verdict::Partial, "口令 6 位")
    }]);
    assert_eq!(
        reconcile(&[accepted(Some(date("2026-12-31")))], &graver, date(TODAY)),
        reopened(FindingAction::Recur, &graver[0])
    );
}

/// What the use case does with the changes.
fn apply(existing: &[KnownFinding], changes: &[FindingChange]) -> Vec<KnownFinding> {
    let mut findings = existing.to_vec();
    for change in changes {
        match change {
            FindingChange::Create { draft } => {
                let id = findings.iter().map(|finding| finding.id.0).max();
                findings.push(known(id.unwrap_or(0) + 1, FindingState::Open, draft));
            }
            FindingChange::Update { finding, draft } => {
                let slot = find(&mut findings, *finding);
                *slot = KnownFinding {
                    accepted_until: slot.accepted_until,
                    ..known(finding.0, slot.state, draft)
                };
            }
            FindingChange::Resolve { finding, to } => find(&mut findings, *finding).state = *to,
            FindingChange::Reopen {
                finding, to, draft, ..
            } => *find(&mut findings, *finding) = known(finding.0, *to, draft),
        }
    }
    findings
}

fn find(findings: &mut [KnownFinding], id: FindingId) -> &mut KnownFinding {
    findings
        .iter_mut()
        .find(|finding| finding.id == id)
        .expect("a change names a known finding")
}

/// Known findings from other cells than the present ones, in any state, and the present ones.
fn situation() -> impl Strategy<Value = (Vec<KnownFinding>, Vec<DraftFinding>)> {
    let state = || {
        (
            prop::sample::select(FindingState::ALL),
            prop::sample::select(&[None, Some("2026-11-21"), Some("2026-11-22")][..]),
        )
    };
    (cells(), cells(), prop::collection::vec(state(), 10)).prop_map(|(before, now, states)| {
        let existing = merge(&before)
            .iter()
            .zip(states)
            .enumerate()
            .map(|(index, (draft, (state, until)))| KnownFinding {
                accepted_until: until.map(date),
                ..known(i64::try_from(index).unwrap() + 1, state, draft)
            })
            .collect();
        (existing, merge(&now))
    })
}

proptest! {
    #[test]
    fn a_second_time_changes_nothing((existing, drafts) in situation()) {
        let changes = reconcile(&existing, &drafts, date(TODAY));
        let after = apply(&existing, &changes);
        prop_assert_eq!(reconcile(&after, &drafts, date(TODAY)), vec![]);
    }

    #[test]
    fn the_order_of_both_lists_makes_no_difference(
        (existing, drafts, shuffled_existing, shuffled_drafts) in
            situation().prop_flat_map(|(existing, drafts)| (
                Just(existing.clone()),
                Just(drafts.clone()),
                Just(existing).prop_shuffle(),
                Just(drafts).prop_shuffle(),
            ))
    ) {
        prop_assert_eq!(
            reconcile(&existing, &drafts, date(TODAY)),
            reconcile(&shuffled_existing, &shuffled_drafts, date(TODAY))
        );
    }

    #[test]
    fn afterwards_every_wrong_verdict_has_a_finding_that_is_not_closed(
        (existing, drafts) in situation()
    ) {
        let after = apply(&existing, &reconcile(&existing, &drafts, date(TODAY)));
        for draft in &drafts {
            let mut same = after.iter().filter(|finding| finding.cause_key == draft.cause_key);
            let finding = same.next().expect("a finding for each draft");
            prop_assert!(same.next().is_none());
            prop_assert_ne!(finding.state, FindingState::Closed);
            prop_assert_eq!(&finding.objects, &draft.objects);
        }
        for finding in &after {
            if !drafts.iter().any(|draft| draft.cause_key == finding.cause_key) {
                prop_assert!(matches!(
                    finding.state,
                    FindingState::Closed | FindingState::Verifying
                ));
            }
        }
    }
}
