//! Numbers, time limits and reminders of records.

use xinglin_workflow::{
    Calendar, Numbering, RecordDueKind, RecordValues, StepDecision, Within, WorkingDays,
};

use crate::{
    records::{APPLICANT, LEAD, at, draft, form, people, zone},
    support,
};

fn working_days() -> WorkingDays {
    let calendar = support::content("plan");
    let (name, text) = calendar
        .iter()
        .find(|(name, _)| name.ends_with("calendar.yaml"))
        .unwrap();
    WorkingDays::new(&Calendar::load(name, text).unwrap(), &[], &[])
}

#[test]
fn numbers_count_within_their_series() {
    let numbering: Numbering = "BG-{year}{month}-{number:4}".parse().unwrap();
    let on = "2026-03-09".parse().unwrap();
    assert_eq!(numbering.prefix(), "BG-");
    assert_eq!(numbering.series(on), "BG-202603-#");
    assert_eq!(numbering.number(on, 42), "BG-202603-0042");
    assert_eq!(numbering.number(on, 123_456), "BG-202603-123456");
    for wrong in [
        "BG-{year}",
        "{year}-{number:4}",
        "BG {number:4}",
        "BG-{number:0}",
        "BG-{week}-{number:2}",
        "BG-{number:4",
        "B-{number:2}{number:2}",
    ] {
        assert!(wrong.parse::<Numbering>().is_err(), "{wrong}");
    }
}

#[test]
fn working_days_of_a_limit_skip_weekends_and_holidays() {
    let days = working_days();
    let cases = [
        // begun, working days, due (the end of that day in Shanghai)
        ("2026-03-09T10:00:00+08:00", 1, "2026-03-11T00:00:00+08:00"),
        ("2026-03-06T10:00:00+08:00", 1, "2026-03-10T00:00:00+08:00"),
        ("2026-09-30T10:00:00+08:00", 1, "2026-10-09T00:00:00+08:00"),
    ];
    for (from, count, due) in cases {
        let found = Within::WorkingDays(count).after(from.parse().unwrap(), &days, &zone());
        assert_eq!(
            found.unwrap().to_string(),
            due.parse::<jiff::Timestamp>().unwrap().to_string(),
            "{from}"
        );
    }
    assert_eq!(
        Within::Hours(8).after(at("09T10:00:00"), &days, &zone()),
        Some(at("09T18:00:00"))
    );
}

#[test]
fn what_waits_is_overdue_at_its_moment() {
    let (form, days) = (form(), working_days());
    let mut record = draft("low");
    assert_eq!(record.due(&form, &days, &zone()), None);
    let by = record.applicant;
    record
        .submit(&form, by, at("07T09:00:00"), &zone())
        .unwrap();
    let due = record.due(&form, &days, &zone()).unwrap();
    assert_eq!(
        (due.kind, due.at),
        (RecordDueKind::Step, Some(at("07T17:00:00")))
    );
    assert!(!due.is_overdue(at("07T16:59:59")) && due.is_overdue(at("07T17:00:00")));

    let lead = people(&[LEAD]);
    let decision = StepDecision {
        by: LEAD,
        people: &lead,
        at: at("07T10:00:00"),
        reason: "",
    };
    record
        .approve(&form, &decision, &RecordValues::new(), &zone())
        .unwrap();
    assert_eq!(record.due(&form, &days, &zone()), None);
    // 24 hours before the end it had not begun.
    assert_eq!(record.reminders(&form), [at("09T16:00:00")]);
    record.advance(at("09T09:00:00")).unwrap();
    let due = record.due(&form, &days, &zone()).unwrap();
    assert_eq!(
        (due.kind, due.at),
        (RecordDueKind::Closing, Some(at("10T18:00:00")))
    );
    let left = crate::records::values(serde_json::json!({"left_at": "2026-03-09T17:30:00+08:00"}));
    record
        .close(&form, APPLICANT, &[APPLICANT], &left, at("09T17:40:00"))
        .unwrap();
    assert_eq!(record.due(&form, &days, &zone()), None);
}
