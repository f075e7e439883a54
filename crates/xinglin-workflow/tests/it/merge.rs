//! Merging wrong verdicts by root cause.

use proptest::prelude::*;
use xinglin_core::{AssetId, SystemId, Verdict};
use xinglin_workflow::{ProblemCell, Severity, merge};

use crate::support::{REQUIREMENTS, cell, requirement};

#[test]
fn several_checks_on_several_objects_of_one_requirement_are_one_finding() {
    let check = |asset, verdict, check: &str, detail| ProblemCell {
        cause: Some(check.to_owned()),
        ..cell("L3-CES1-01", asset, verdict, detail)
    };
    let findings = merge(&[
        check(9, Verdict::Partial, "password-length", "最短 6 位"),
        check(4, Verdict::Partial, "password-length", "最短 6 位"),
        check(
            4,
            Verdict::Noncompliant,
            "empty-password",
            "test 账号空口令",
        ),
        check(
            4,
            Verdict::Noncompliant,
            "empty-password",
            "test 账号空口令",
        ),
        cell("L3-CES1-02", 4, Verdict::Partial, ""),
    ]);
    assert_eq!(findings.len(), 2);
    let [first, second] = findings.as_slice() else {
        panic!("two findings");
    };
    assert_eq!(first.cause_key.to_string(), "1/L3-CES1-01");
    assert_eq!(first.requirement(), requirement("L3-CES1-01"));
    assert_eq!(first.system(), SystemId(1));
    assert_eq!(first.verdict, Verdict::Noncompliant);
    assert_eq!(first.checks, ["empty-password", "password-length"]);
    let objects: Vec<_> = first
        .objects
        .iter()
        .map(|object| (object.asset.0, object.verdict, object.detail.as_str()))
        .collect();
    assert_eq!(
        objects,
        [
            (4, Verdict::Noncompliant, "test 账号空口令\n最短 6 位"),
            (9, Verdict::Partial, "最短 6 位"),
        ]
    );
    assert_eq!(second.verdict, Verdict::Partial);
    assert!(second.checks.is_empty());
}

#[test]
fn systems_are_kept_apart() {
    let other = ProblemCell {
        system: SystemId(2),
        ..cell("L3-CES1-01", 4, Verdict::Partial, "")
    };
    let keys: Vec<String> = merge(&[other, cell("L3-CES1-01", 4, Verdict::Partial, "")])
        .iter()
        .map(|finding| finding.cause_key.to_string())
        .collect();
    assert_eq!(keys, ["1/L3-CES1-01", "2/L3-CES1-01"]);
}

#[test]
fn the_gravest_cell_gives_the_severity_and_one_hazard_is_enough() {
    let hazard = ProblemCell {
        hazard: true,
        ..cell("L3-CES1-01", 5, Verdict::Partial, "")
    };
    let findings = merge(&[cell("L3-CES1-01", 4, Verdict::Noncompliant, ""), hazard]);
    assert_eq!(findings[0].severity, Severity::High);
    assert!(findings[0].major_hazard);
}

#[test]
fn what_is_met_or_does_not_apply_is_no_finding() {
    let met = [
        cell("L3-CES1-01", 1, Verdict::Compliant, ""),
        cell("L3-CES1-01", 2, Verdict::NotApplicable, ""),
    ];
    assert!(merge(&met).is_empty());
    let mut mixed = met.to_vec();
    mixed.push(cell("L3-CES1-01", 3, Verdict::Partial, ""));
    let findings = merge(&mixed);
    assert_eq!(findings[0].verdict, Verdict::Partial);
    assert_eq!(findings[0].objects.len(), 1);
}

/// Any list of cells over few systems, requirements and objects, so that they meet.
pub(crate) fn cells() -> impl Strategy<Value = Vec<ProblemCell>> {
    let one = (
        1..3_i64,
        0..REQUIREMENTS.len(),
        1..5_i64,
        prop::sample::select(&Verdict::ALL[..]),
        prop::option::of(prop::sample::select(&["a", "b", "c"][..])),
        prop::sample::select(&["", "seen", "also seen"][..]),
        any::<(bool, bool)>(),
        0..4_u8,
    )
        .prop_map(
            |(system, which, asset, verdict, cause, detail, (high_risk, hazard), weight)| {
                ProblemCell {
                    system: SystemId(system),
                    requirement: requirement(REQUIREMENTS[which]),
                    asset: AssetId(asset),
                    verdict,
                    cause: cause.map(str::to_owned),
                    detail: detail.to_owned(),
                    high_risk,
                    hazard,
                    weight,
                }
            },
        );
    prop::collection::vec(one, 0..25)
}

proptest! {
    #[test]
    fn the_order_of_cells_makes_no_difference(
        (cells, shuffled) in cells().prop_flat_map(|cells| {
            (Just(cells.clone()), Just(cells).prop_shuffle())
        })
    ) {
        prop_assert_eq!(merge(&cells), merge(&shuffled));
    }

    #[test]
    fn each_wrong_cell_is_in_exactly_one_finding(cells in cells()) {
        let findings = merge(&cells);
        prop_assert!(findings.is_sorted_by(|a, b| a.cause_key < b.cause_key));
        for cell in &cells {
            let wrong = matches!(cell.verdict, Verdict::Partial | Verdict::Noncompliant);
            let homes = findings
                .iter()
                .filter(|finding| {
                    finding.system() == cell.system
                        && finding.requirement() == cell.requirement
                        && finding.verdict >= cell.verdict
                        && finding.objects.iter().any(|object| {
                            object.asset == cell.asset && object.verdict >= cell.verdict
                        })
                })
                .count();
            if wrong {
                prop_assert_eq!(homes, 1);
            }
        }
        for finding in &findings {
            prop_assert!(finding.objects.is_sorted_by(|a, b| a.asset < b.asset));
        }
    }

    #[test]
    fn one_more_wrong_cell_never_makes_a_finding_lighter(cells in cells()) {
        let Some((_, fewer)) = cells.split_last() else { return Ok(()); };
        let all = merge(&cells);
        for before in merge(fewer) {
            let after = all.iter().find(|finding| finding.cause_key == before.cause_key);
            let after = after.expect("a finding does not vanish when cells are added");
            prop_assert!(after.severity >= before.severity);
            prop_assert!(after.verdict >= before.verdict);
            prop_assert!(after.major_hazard || !before.major_hazard);
        }
    }
}
