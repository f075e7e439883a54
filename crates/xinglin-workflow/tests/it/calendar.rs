//! Working days.

use xinglin_workflow::{Calendar, WorkingDays};

use crate::support::{date, plan_content, working_days};

#[test]
fn weekends_and_fixed_holidays_are_off() {
    let days = working_days(&plan_content());
    let cases = [
        ("2026-11-20", true),
        ("2026-11-21", false),
        ("2026-11-22", false),
        ("2026-11-23", true),
        ("2027-01-01", false),
        ("2026-05-01", false),
        ("2030-05-02", false),
        ("2026-10-01", false),
        ("2026-10-02", false),
        ("2029-10-03", false),
        ("2029-10-04", true),
    ];
    for (day, working) in cases {
        assert_eq!(days.is_working(date(day)), working, "{day}");
    }
}

#[test]
fn the_hospital_adds_holidays_and_worked_weekends() {
    let days = WorkingDays::new(
        plan_content().calendar(),
        &[date("2027-02-08")],
        &[date("2027-02-20")],
    );
    assert!(!days.is_working(date("2027-02-08")));
    assert!(days.is_working(date("2027-02-20")));
    assert!(!days.is_working(date("2027-02-21")));
}

#[test]
fn working_days_of_some_weeks_come_in_order() {
    let days = working_days(&plan_content()).within_weeks(date("2026-09-26"), 2);
    let expected = [
        "2026-09-28",
        "2026-09-29",
        "2026-09-30",
        "2026-10-05",
        "2026-10-06",
        "2026-10-07",
        "2026-10-08",
        "2026-10-09",
    ];
    assert_eq!(days, expected.map(date));
}

#[test]
fn a_day_no_year_has_is_refused() {
    let load = |month, day| {
        Calendar::load(
            "calendar.yaml",
            &format!("fixed_holidays: [{{month: {month}, day: {day}, name: {{zh: 日, en: day}}}}]"),
        )
    };
    assert_eq!(load(2, 29).unwrap().fixed_holidays().len(), 1);
    for (month, day) in [(2, 30), (13, 1), (0, 1), (4, 31)] {
        let error = load(month, day).unwrap_err();
        assert_eq!(error.item, format!("{month:02}-{day:02}"));
    }
}
