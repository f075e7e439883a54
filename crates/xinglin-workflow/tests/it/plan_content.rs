//! Reading the rules of a plan.

use xinglin_workflow::{MeasureKind, PhaseCode, PlanContent};

use crate::support::{content, plan_content};

#[test]
fn the_repository_has_three_phases_and_a_rule_for_each_kind() {
    let content = plan_content();
    let codes: Vec<PhaseCode> = content.phases().iter().map(|phase| phase.code).collect();
    assert_eq!(codes, PhaseCode::ALL);
    assert_eq!(content.phases()[0].name.zh, "即时整改阶段");
    assert_eq!(content.kinds().len(), MeasureKind::ALL.len());
    assert!(content.capacity_days_per_week() > 0);
    let purchase = content
        .kinds()
        .iter()
        .find(|rule| rule.kind == MeasureKind::Purchase)
        .unwrap();
    assert!(purchase.lead_weeks > 0);
}

/// File, what is replaced, by what, part of the item named, part of what is expected.
const MISTAKES: &str = r#"
phases.yaml   | code: core           | code: quick     | phases      | in this order
phases.yaml   | code: core           | code: middle    | phases      | core
phases.yaml   | weeks: [5, 24]       | weeks: [6, 24]  | core        | from 5
phases.yaml   | weeks: [5, 24]       | weeks: [5, 4]   | core        | from 5
phases.yaml   | weeks: [25, 52]      | weeks: [25, 79] | consolidate | at most 78
phases.yaml   | zh: "持续改进阶段"   | zh: ""          | consolidate | name
schedule.yaml | per_week: 20         | per_week: 0     | capacity    | at least one
schedule.yaml | kind: purchase       | kind: management | management | exactly one
schedule.yaml | quick, medium: core  | core, medium: quick | management | not later
schedule.yaml | lead_weeks: 6        | lead_weeks: 600 | purchase    | lead_weeks
schedule.yaml | lead_weeks: 6        | lead_days: 6    | kinds       | lead_days
calendar.yaml | month: 5             | month: 13       | 13-01       | a month
"#;

#[test]
fn a_mistake_is_named_by_file_and_item() {
    for line in MISTAKES.lines().filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [file, from, to, item, expected] = parts[..] else {
            panic!("five parts: {line}");
        };
        let mut files = content("plan");
        let (_, text) = files
            .iter_mut()
            .find(|(name, _)| name.ends_with(file))
            .unwrap();
        assert!(text.contains(from), "{line}");
        *text = text.replace(from, to);
        let error = PlanContent::load(&files).unwrap_err();
        assert!(error.file.ends_with(file), "{line}: {error:?}");
        assert!(error.item.contains(item), "{line}: {error:?}");
        assert!(error.expected.contains(expected), "{line}: {error:?}");
    }
}

#[test]
fn a_missing_and_an_unknown_file_are_named() {
    for missing in ["phases.yaml", "schedule.yaml", "calendar.yaml"] {
        let mut files = content("plan");
        files.retain(|(name, _)| !name.ends_with(missing));
        assert_eq!(PlanContent::load(&files).unwrap_err().file, missing);
    }
    let mut files = content("plan");
    files.push(("plan/extra.yaml".to_owned(), String::new()));
    assert_eq!(
        PlanContent::load(&files).unwrap_err().file,
        "plan/extra.yaml"
    );
}
