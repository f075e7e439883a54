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
fn a_year_is_as_its_notice_says() {
    let days = working_days(&plan_content());
    for (day, working) in [
        // Spring Festival 2026, and the Saturdays worked in exchange.
        ("2026-02-14", true),
        ("2026-02-16", false),
        ("2026-02-23", false),
        ("2026-02-24", true),
        ("2026-02-28", true),
        ("2026-10-07", false),
        ("2026-10-10", true),
        ("2025-10-08", false),
        // No notice yet: what the law gives, and no weekend in exchange.
        ("2027-02-05", false),
        ("2027-02-10", false),
        ("2027-02-11", true),
        ("2027-02-20", false),
        ("2027-06-09", false),
    ] {
        assert_eq!(days.is_working(date(day)), working, "{day}");
    }
    let content = plan_content();
    let years = content.calendar().years().iter();
    let announced: Vec<_> = years.map(|year| (year.year, year.announced)).collect();
    assert_eq!(announced, [(2025, true), (2026, true), (2027, false)]);
}

#[test]
fn what_the_hospital_says_of_a_day_comes_first() {
    let days = WorkingDays::new(
        plan_content().calendar(),
        &[date("2027-02-11"), date("2026-02-28")],
        &[date("2027-02-20"), date("2027-02-10")],
    );
    assert!(!days.is_working(date("2027-02-11")));
    assert!(!days.is_working(date("2026-02-28")));
    assert!(days.is_working(date("2027-02-20")));
    assert!(days.is_working(date("2027-02-10")));
    assert!(!days.is_working(date("2027-02-21")));
    let exceptions = days.exceptions(2026..=2027);
    for (day, worked) in [
        // Told by the hospital, by the notice and by the law.
        ("2027-02-11", Some(false)),
        ("2027-02-20", Some(true)),
        ("2026-02-14", Some(true)),
        ("2026-10-01", Some(false)),
        // As the week says: a Saturday of a holiday, the Saturday that the hospital has off,
        // a Tuesday, and a holiday of a year that is not asked for.
        ("2026-02-21", None),
        ("2026-02-28", None),
        ("2026-03-03", None),
        ("2025-10-01", None),
    ] {
        assert_eq!(exceptions.get(&date(day)), worked.as_ref(), "{day}");
    }
}

#[test]
fn a_year_that_contradicts_itself_is_refused() {
    let load = |years: &str| {
        let text = format!("fixed_holidays: []\nyears: [{years}]");
        Calendar::load("calendar.yaml", &text)
    };
    let year = |year: i16, holidays: &str, worked: &str| {
        format!(
            "{{year: {year}, source: {{zh: 通知, en: notice}}, announced: true, holidays: [{holidays}], worked: [{worked}]}}"
        )
    };
    assert!(load(&year(2026, "2026-01-01", "2026-01-04")).is_ok());
    for wrong in [
        year(2026, "2025-01-01", ""),
        year(2026, "2026-01-01, 2026-01-01", ""),
        year(2026, "2026-01-04", "2026-01-04"),
        year(2026, "", "2026-01-05"),
        format!("{}, {}", year(2027, "", ""), year(2026, "", "")),
        format!("{}, {}", year(2026, "", ""), year(2026, "", "")),
    ] {
        let error = load(&wrong).unwrap_err();
        assert_eq!(error.item, "2026", "{wrong}");
    }
}

#[test]
fn working_days_of_some_weeks_come_in_order() {
    let days = working_days(&plan_content()).within_weeks(date("2026-09-26"), 2);
    let expected = [
        "2026-09-28",
        "2026-09-29",
        "2026-09-30",
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
            &format!(
                "fixed_holidays: [{{month: {month}, day: {day}, name: {{zh: 日, en: day}}}}]\nyears: []"
            ),
        )
    };
    assert_eq!(load(2, 29).unwrap().fixed_holidays().len(), 1);
    for (month, day) in [(2, 30), (13, 1), (0, 1), (4, 31)] {
        let error = load(month, day).unwrap_err();
        assert_eq!(error.item, format!("{month:02}-{day:02}"));
    }
}
