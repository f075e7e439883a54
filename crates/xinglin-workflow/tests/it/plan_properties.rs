//! What holds for every plan.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use xinglin_core::FindingId;
use xinglin_workflow::{
    MeasureKind, PlanContent, PlanDraft, PlanFinding, PlanInput, Severity, WorkingDays, compose,
};

use crate::support::{REQUIREMENTS, date, measure, plan_content, requirement};

#[derive(Debug, Clone)]
struct Case {
    findings: Vec<PlanFinding>,
    starts_on: Date,
    holidays: Vec<Date>,
    capacity: u32,
}

fn case() -> impl Strategy<Value = Case> {
    let finding = (
        0..REQUIREMENTS.len(),
        prop::sample::select(Severity::ALL),
        any::<(bool, bool)>(),
        prop::sample::select(MeasureKind::ALL),
        (1..15_u32, 0..30_u32),
    )
        .prop_map(
            |(which, severity, (major_hazard, needed), kind, (low, more))| PlanFinding {
                finding: FindingId(0),
                requirement: requirement(REQUIREMENTS[which]),
                severity,
                major_hazard,
                needed,
                measure: measure(kind, (low, low + more)),
            },
        );
    let day = || (0..500_i64).prop_map(|days| date("2026-09-01") + days.days());
    (
        prop::collection::vec(finding, 0..40),
        day(),
        prop::collection::vec(day(), 0..20),
        1..40_u32,
    )
        .prop_map(|(mut findings, starts_on, holidays, capacity)| {
            for (finding, id) in findings.iter_mut().zip(1..) {
                finding.finding = FindingId(id);
            }
            Case {
                findings,
                starts_on,
                holidays,
                capacity,
            }
        })
}

fn plan(case: &Case, content: &PlanContent) -> (PlanDraft, WorkingDays) {
    let working_days = WorkingDays::new(content.calendar(), &case.holidays, &[]);
    let plan = compose(PlanInput {
        findings: &case.findings,
        starts_on: case.starts_on,
        working_days: &working_days,
        capacity_days_per_week: case.capacity,
        content,
    });
    (plan.expect("40 tasks fit into twenty years"), working_days)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_finding_has_one_task_on_working_days(case in case()) {
        let (plan, working_days) = plan(&case, &plan_content());
        let tasks: BTreeSet<FindingId> = plan.tasks.iter().map(|task| task.finding).collect();
        let findings: BTreeSet<FindingId> =
            case.findings.iter().map(|finding| finding.finding).collect();
        prop_assert_eq!(plan.tasks.len(), tasks.len());
        prop_assert_eq!(tasks, findings);
        for task in &plan.tasks {
            prop_assert!(task.starts_on <= task.due_on);
            prop_assert!(plan.starts_on <= task.starts_on && task.due_on <= plan.ends_on);
            prop_assert!(working_days.is_working(task.starts_on));
            prop_assert!(working_days.is_working(task.due_on));
        }
        prop_assert!(plan.tasks.is_sorted_by_key(|task| task.due_on));
    }

    #[test]
    fn phases_follow_each_other_and_add_up(case in case()) {
        let (plan, _) = plan(&case, &plan_content());
        for pair in plan.phases.windows(2) {
            prop_assert!(pair[0].code < pair[1].code);
            prop_assert!(pair[0].ends_on < pair[1].starts_on);
        }
        for phase in &plan.phases {
            prop_assert!(phase.starts_on <= phase.ends_on);
            let own: Vec<_> = plan.tasks.iter().filter(|task| task.phase == phase.code).collect();
            prop_assert_eq!(own.len(), phase.tasks);
            for task in own {
                prop_assert!(phase.starts_on <= task.due_on && task.due_on <= phase.ends_on);
            }
        }
        let sum = |part: fn(&(u32, u32)) -> u32| -> u32 {
            case.findings.iter().map(|finding| part(&finding.measure.effort_days)).sum()
        };
        prop_assert_eq!(plan.effort_days, (sum(|days| days.0), sum(|days| days.1)));
        prop_assert_eq!(plan.phases.iter().map(|phase| phase.tasks).sum::<usize>(), plan.tasks.len());
        prop_assert_eq!(
            plan.phases.iter().map(|phase| phase.cost_cny.1).sum::<u64>(),
            plan.cost_cny.1
        );
    }

    #[test]
    fn no_hazard_is_later_than_a_low_finding_of_its_kind(case in case()) {
        let (plan, _) = plan(&case, &plan_content());
        for hazard in plan.tasks.iter().filter(|task| task.major_hazard) {
            let lows = plan.tasks.iter().filter(|task| {
                !task.major_hazard && task.severity == Severity::Low && task.kind == hazard.kind
            });
            for low in lows {
                prop_assert!(hazard.starts_on <= low.starts_on, "{hazard:?} {low:?}");
                prop_assert!(hazard.due_on <= low.due_on, "{hazard:?} {low:?}");
            }
        }
    }

    #[test]
    fn no_more_is_done_in_a_time_than_people_can_do(case in case()) {
        let (plan, working_days) = plan(&case, &plan_content());
        // What is due by a day was worked at between the start and that day.
        let mut person_days = 0;
        for task in &plan.tasks {
            let (low, high) = task.effort_days;
            person_days += u64::from(low + high).div_ceil(2);
            let worked = case
                .starts_on
                .series(1.day())
                .take_while(|day| *day <= task.due_on)
                .filter(|day| working_days.is_working(*day))
                .count();
            let possible = u64::try_from(worked).unwrap() * u64::from(case.capacity);
            prop_assert!(person_days * 5 <= possible, "{task:?}");
        }
    }

    #[test]
    fn the_order_of_findings_makes_no_difference(
        (case, shuffled) in case().prop_flat_map(|case| {
            let findings = Just(case.findings.clone()).prop_shuffle();
            (Just(case), findings)
        })
    ) {
        let content = plan_content();
        let again = Case { findings: shuffled, ..case.clone() };
        prop_assert_eq!(plan(&case, &content).0, plan(&again, &content).0);
    }
}
