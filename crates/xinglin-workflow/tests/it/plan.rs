//! Composing a plan: what a reader of the schedule sees.

use xinglin_core::FindingId;
use xinglin_workflow::{
    MeasureKind, PhaseCode, PlanDraft, PlanError, PlanFinding, PlanInput, PlanTask, Severity,
    compose,
};

use crate::support::{
    REQUIREMENTS, date, measure, measures, plan_content, requirement, working_days,
};

/// A Monday; New Year's Day falls on the Friday of its sixth week.
const START: &str = "2026-11-23";

fn finding(id: i64, kind: MeasureKind, severity: Severity, effort_days: (u32, u32)) -> PlanFinding {
    let which = usize::try_from(id).unwrap() % REQUIREMENTS.len();
    PlanFinding {
        finding: FindingId(id),
        requirement: requirement(REQUIREMENTS[which]),
        severity,
        major_hazard: false,
        needed: true,
        measure: measure(kind, effort_days),
    }
}

fn hazard(id: i64, kind: MeasureKind, effort_days: (u32, u32)) -> PlanFinding {
    PlanFinding {
        major_hazard: true,
        ..finding(id, kind, Severity::High, effort_days)
    }
}

fn compose_with(findings: &[PlanFinding], capacity: u32) -> Result<PlanDraft, PlanError> {
    let content = plan_content();
    compose(PlanInput {
        findings,
        starts_on: date(START),
        working_days: &working_days(&content),
        capacity_days_per_week: capacity,
        content: &content,
    })
}

fn task(plan: &PlanDraft, id: i64) -> &PlanTask {
    plan.tasks
        .iter()
        .find(|task| task.finding == FindingId(id))
        .unwrap()
}

/// Kind, severity, effort, then phase, first day, due day of the only task of a plan.
const ALONE: &str = "
    quick_win     low    1 1   quick       2026-11-23 2026-11-24
    configuration high   1 1   quick       2026-11-23 2026-11-25
    configuration medium 3 8   quick       2026-11-23 2026-11-30
    configuration low    1 1   core        2026-12-21 2026-12-23
    management    high   2 5   quick       2026-11-23 2026-12-04
    management    medium 2 5   core        2026-12-21 2027-01-04
    management    low    2 5   consolidate 2027-05-10 2027-05-21
    purchase      high   8 25  core        2026-11-23 2027-01-27
    construction  high   8 8   core        2026-11-23 2027-02-01
    purchase      low    5 5   consolidate 2027-03-24 2027-05-14
";

// What is bought is applied for six weeks of work before anybody works on the spot: at
// once for what is grave, in the phase before for what is slight.
#[test]
fn kind_and_severity_decide_phase_and_days() {
    for line in ALONE.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [kind, severity, low, high, phase, starts_on, due_on] = words[..] else {
            panic!("seven words: {line}");
        };
        let finding = finding(
            1,
            MeasureKind::from_word(kind).unwrap(),
            Severity::from_word(severity).unwrap(),
            (low.parse().unwrap(), high.parse().unwrap()),
        );
        let plan = compose_with(&[finding], 20).unwrap();
        let task = task(&plan, 1);
        assert_eq!(task.phase.word(), phase, "{line}");
        assert_eq!(task.starts_on, date(starts_on), "{line}");
        assert_eq!(task.due_on, date(due_on), "{line}");
    }
}

#[test]
fn hazards_come_first_and_lighter_ones_take_what_is_left() {
    let plan = compose_with(
        &[
            finding(1, MeasureKind::Configuration, Severity::Medium, (2, 2)),
            finding(2, MeasureKind::Configuration, Severity::High, (2, 2)),
            hazard(3, MeasureKind::Configuration, (5, 5)),
        ],
        5,
    )
    .unwrap();
    // One person: five days for the hazard, then two, then two.
    let due: Vec<(i64, String)> = plan
        .tasks
        .iter()
        .map(|task| (task.finding.0, task.due_on.to_string()))
        .collect();
    let expected = [
        (3, "2026-11-27".to_owned()),
        // Two days of work, three until it is tested.
        (2, "2026-12-02".to_owned()),
        (1, "2026-12-04".to_owned()),
    ];
    assert_eq!(due, expected);
}

#[test]
fn a_low_finding_waits_for_the_hazards_of_its_kind() {
    let plan = compose_with(
        &[
            finding(1, MeasureKind::QuickWin, Severity::Low, (1, 1)),
            hazard(2, MeasureKind::QuickWin, (10, 10)),
            finding(3, MeasureKind::Configuration, Severity::Low, (1, 1)),
        ],
        50,
    )
    .unwrap();
    assert!(task(&plan, 1).due_on >= task(&plan, 2).due_on);
    // Another kind does not wait beyond its phase.
    assert_eq!(task(&plan, 3).starts_on, date("2026-12-21"));
}

#[test]
fn what_the_target_does_not_need_is_left_to_the_last_phase_unless_it_is_high() {
    let not_needed = |id, severity| PlanFinding {
        needed: false,
        ..finding(id, MeasureKind::QuickWin, severity, (1, 1))
    };
    let plan = compose_with(
        &[
            not_needed(1, Severity::Low),
            not_needed(2, Severity::Medium),
            not_needed(3, Severity::High),
        ],
        20,
    )
    .unwrap();
    let phases = [1, 2, 3].map(|id| task(&plan, id).phase);
    assert_eq!(
        phases,
        [
            PhaseCode::Consolidate,
            PhaseCode::Consolidate,
            PhaseCode::Quick
        ]
    );
}

#[test]
fn phases_carry_their_totals_and_end_with_the_plan() {
    let plan = compose_with(
        &[
            finding(1, MeasureKind::QuickWin, Severity::Low, (1, 2)),
            finding(2, MeasureKind::QuickWin, Severity::High, (1, 3)),
            finding(3, MeasureKind::Purchase, Severity::High, (8, 25)),
        ],
        20,
    )
    .unwrap();
    let [quick, core] = plan.phases.as_slice() else {
        panic!("phases without tasks are left out");
    };
    assert_eq!((quick.code, core.code), (PhaseCode::Quick, PhaseCode::Core));
    assert_eq!(quick.starts_on, date("2026-11-23"));
    assert_eq!(quick.ends_on, date("2026-12-18"));
    assert_eq!((quick.tasks, quick.effort_days), (2, (2, 5)));
    assert_eq!(quick.cost_cny, (2_000, 4_000));
    assert_eq!(core.starts_on, date("2026-12-21"));
    assert_eq!(core.ends_on, plan.ends_on);
    assert_eq!(plan.effort_days, (10, 30));
    assert_eq!(plan.cost_cny, (3_000, 6_000));
}

#[test]
fn a_plan_for_every_item_of_the_standard_is_spread_over_its_days() {
    let measures = measures();
    let findings: Vec<PlanFinding> = measures
        .iter()
        .filter(|(requirement, _)| requirement.part() == 1)
        .zip(1..)
        .map(|((requirement, measure), id)| PlanFinding {
            finding: FindingId(id),
            requirement,
            severity: Severity::ALL[usize::try_from(id).unwrap() % 3],
            major_hazard: id % 20 == 0,
            needed: true,
            measure: measure.clone(),
        })
        .collect();
    let plan = compose_with(&findings, plan_content().capacity_days_per_week()).unwrap();
    assert_eq!(plan.tasks.len(), 211);
    assert_eq!(plan.phases.len(), 3);
    let most_due_on_one_day = plan
        .tasks
        .chunk_by(|a, b| a.due_on == b.due_on)
        .map(<[PlanTask]>::len)
        .max()
        .unwrap();
    assert!(most_due_on_one_day <= 12, "{most_due_on_one_day}");
    // A whole hospital from nothing, four people: within two years.
    assert!(plan.ends_on < date("2028-11-23"), "{}", plan.ends_on);
}

#[test]
fn without_findings_there_is_an_empty_plan() {
    let plan = compose_with(&[], 20).unwrap();
    assert_eq!((plan.starts_on, plan.ends_on), (date(START), date(START)));
    assert!(plan.phases.is_empty() && plan.tasks.is_empty());
}

#[test]
fn impossible_plans_are_refused() {
    let one = finding(1, MeasureKind::QuickWin, Severity::Low, (1, 1));
    assert_eq!(
        compose_with(std::slice::from_ref(&one), 0),
        Err(PlanError::NoCapacity)
    );
    assert_eq!(
        compose_with(&[one.clone(), one], 20),
        Err(PlanError::GivenTwice {
            finding: FindingId(1)
        })
    );
    let endless = finding(1, MeasureKind::QuickWin, Severity::Low, (1, u32::MAX));
    assert!(matches!(
        compose_with(&[endless], 20),
        Err(PlanError::TooLong { .. })
    ));
}
