//! When duties are due and what meets them.

use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::json;
use xinglin_workflow::{
    Calendar, Duties, Duty, DutyEvidence, DutyState, Frequency, ProofKind, VariableSettings,
    VariableValue, Variables, WorkingDays,
};

use crate::{form_read, support};

const DUTY: &str = r#"
duties:
  - id: looked
    name: {zh: "看", en: "Look"}
    what: {zh: "看一次", en: "Look once"}
    owed: {every: monthly}
    by: lead
    satisfied_by:
      - {kind: record, of: entry, when: [{field: risk, is: [high]}]}
      - {kind: drill}
    grace_days: 3
    remind_days_before: [7, 2]
    severity: medium
    clauses: [L3-MMS1-43]
    reason: {zh: "因为", en: "Because"}
"#;

const VARIABLES: &str = r"
variables:
  - {id: contract_days, name: {zh: 天, en: Days}, type: integer, minimum: 1, default: 30}
  - {id: any_number, name: {zh: 数, en: Number}, type: integer, default: 30}
  - {id: hospital, name: {zh: 医院, en: Hospital}, type: text, default: 本院}
";

fn variables() -> Variables {
    Variables::load("variables.yaml", VARIABLES).unwrap()
}

fn load(text: &str) -> (Duties, Vec<String>) {
    let (forms, _) = form_read::load(form_read::FORM);
    let files = [("duties/test.yaml".to_owned(), text.to_owned())];
    let (duties, errors) = Duties::load(&files, &form_read::posts(), &forms, &variables());
    (duties, errors.iter().map(ToString::to_string).collect())
}

fn duty(change: &str) -> Duty {
    let (duties, errors) = load(&DUTY.replace("{every: monthly}", change));
    assert!(errors.is_empty(), "{errors:?}");
    duties.get("looked").unwrap().clone()
}

fn working_days() -> WorkingDays {
    let calendar = support::content("plan");
    let (name, text) = calendar
        .iter()
        .find(|(name, _)| name.ends_with("calendar.yaml"))
        .unwrap();
    WorkingDays::new(&Calendar::load(name, text).unwrap(), &[], &[])
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn drill(on: &str) -> DutyEvidence {
    DutyEvidence {
        id: format!("drill of {on}"),
        kind: ProofKind::Drill,
        of: None,
        values: serde_json::Map::new(),
        about: Vec::new(),
        on: day(on),
    }
}

/// Met on, today, state, due on, overdue since, turns missed.
type Case = (
    &'static [&'static str],
    &'static str,
    DutyState,
    &'static str,
    Option<&'static str>,
    usize,
);

#[test]
fn a_monthly_duty_is_open_met_or_overdue() {
    let duty = duty("{every: monthly}");
    let days = working_days();
    let cases: [Case; 9] = [
        (&[], "2026-03-10", DutyState::Open, "2026-03-31", None, 0),
        (
            &["2026-03-05"],
            "2026-03-10",
            DutyState::Met,
            "2026-04-30",
            None,
            0,
        ),
        (&[], "2026-03-31", DutyState::Open, "2026-03-31", None, 0),
        // 31 March is a Tuesday: with three working days it is late from 4 April.
        (&[], "2026-04-03", DutyState::Open, "2026-03-31", None, 0),
        (
            &[],
            "2026-04-04",
            DutyState::Overdue,
            "2026-04-30",
            Some("2026-04-04"),
            1,
        ),
        // Within the grace a record still counts for March, and April waits for its own.
        (
            &["2026-04-02"],
            "2026-04-10",
            DutyState::Open,
            "2026-04-30",
            None,
            0,
        ),
        (
            &["2026-04-02", "2026-04-08"],
            "2026-04-10",
            DutyState::Met,
            "2026-05-29",
            None,
            0,
        ),
        (
            &["2026-03-02", "2026-03-03"],
            "2026-04-10",
            DutyState::Open,
            "2026-04-30",
            None,
            0,
        ),
        (
            &["2026-03-05"],
            "2026-06-20",
            DutyState::Overdue,
            "2026-06-30",
            Some("2026-05-09"),
            2,
        ),
    ];
    for (met, today, state, due_on, since, missed) in cases {
        let evidence: Vec<DutyEvidence> = met.iter().map(|on| drill(on)).collect();
        let status = duty
            .status(day("2026-03-01"), None, &evidence, day(today), &days)
            .unwrap();
        assert_eq!(
            (
                status.state,
                status.due_on,
                status.overdue_since,
                status.missed
            ),
            (state, day(due_on), since.map(day), missed),
            "{met:?} on {today}"
        );
    }
}

#[test]
fn a_daily_duty_may_leave_out_days_that_are_not_worked() {
    let mut duty = duty("{every: daily, working_days: true}");
    duty.grace_days = 0;
    let days = working_days();
    // Friday met; Saturday and Sunday owe nothing; Monday is due.
    let status = |today: &str| {
        let evidence = [drill("2026-03-06")];
        duty.status(day("2026-03-06"), None, &evidence, day(today), &days)
            .unwrap()
    };
    assert_eq!(
        (status("2026-03-08").state, status("2026-03-08").due_on),
        (DutyState::Met, day("2026-03-09"))
    );
    assert_eq!(status("2026-03-09").state, DutyState::Open);
    assert_eq!(status("2026-03-10").overdue_since, Some(day("2026-03-10")));
}

#[test]
fn a_rolling_duty_counts_from_the_last_time() {
    let mut duty = duty("{every: yearly, rolling: true}");
    duty.grace_days = 0;
    let days = working_days();
    let status = |evidence: &[DutyEvidence], today: &str| {
        duty.status(day("2025-05-10"), None, evidence, day(today), &days)
            .unwrap()
    };
    let never = status(&[], "2026-05-10");
    assert_eq!(
        (never.state, never.due_on),
        (DutyState::Open, day("2026-05-10"))
    );
    assert_eq!(
        status(&[], "2026-05-11").overdue_since,
        Some(day("2026-05-11"))
    );
    let met = status(&[drill("2025-08-01")], "2026-05-11");
    assert_eq!(
        (met.state, met.due_on, met.last_met_on),
        (DutyState::Met, day("2026-08-01"), Some(day("2025-08-01")))
    );
}

#[test]
fn a_duty_after_an_event_is_met_by_evidence_of_that_event() {
    let mut duty = duty("{after: incident_closed, within_days: 30}");
    duty.grace_days = 0;
    let days = working_days();
    let about = |key: &str, on: &str| DutyEvidence {
        about: vec![key.to_owned()],
        ..drill(on)
    };
    let status = |evidence: &[DutyEvidence], today: &str| {
        duty.status_after("AQSJ-1", day("2026-03-01"), evidence, day(today), &days)
            .unwrap()
    };
    assert_eq!(status(&[], "2026-03-31").state, DutyState::Open);
    assert_eq!(status(&[], "2026-04-01").state, DutyState::Overdue);
    assert_eq!(
        status(&[about("AQSJ-2", "2026-03-10")], "2026-04-01").state,
        DutyState::Overdue
    );
    let met = status(&[about("AQSJ-1", "2026-03-10")], "2026-04-01");
    assert_eq!(
        (met.state, met.satisfied_by.as_deref()),
        (DutyState::Met, Some("drill of 2026-03-10"))
    );
    assert_eq!(
        status(&[about("AQSJ-1", "2026-02-10")], "2026-04-01").state,
        DutyState::Overdue
    );
    assert_eq!(
        duty.status(day("2026-03-01"), None, &[], day("2026-03-02"), &days),
        None
    );
    assert_eq!(
        duty.reminders(day("2026-03-31")),
        [day("2026-03-24"), day("2026-03-29")]
    );
}

#[test]
fn days_after_an_event_are_worked_where_the_duty_says_so() {
    let days = working_days();
    let due_on = |owed: &str, on: &str| {
        let status = duty(owed).status_after("BG-1", day(on), &[], day(on), &days);
        status.unwrap().due_on
    };
    // Fridays and a Saturday; 4 to 6 April 2026 are a holiday.
    let cases = [
        (
            "{after: change_done, within_days: 3}",
            "2026-03-06",
            "2026-03-09",
        ),
        (
            "{after: change_done, within_days: 3, working_days: true}",
            "2026-03-06",
            "2026-03-11",
        ),
        (
            "{after: change_done, within_days: 3, working_days: true}",
            "2026-04-03",
            "2026-04-09",
        ),
        (
            "{after: change_done, within_days: 0, working_days: true}",
            "2026-03-07",
            "2026-03-07",
        ),
    ];
    for (owed, on, expected) in cases {
        assert_eq!(due_on(owed, on), day(expected), "{owed}");
    }
}

#[test]
fn a_hospital_sets_the_days_of_its_policies_for_its_duties() {
    let owed = "{after: supplier_chosen, within_variable: contract_days}";
    let (duties, errors) = load(&DUTY.replace("{every: monthly}", owed));
    assert_eq!(errors, Vec::<String>::new());
    let days = working_days();
    let due_on = |duties: &Duties| {
        let duty = duties.get("looked").unwrap();
        let status = duty.status_after("GYHT-1", day("2026-03-01"), &[], day("2026-03-02"), &days);
        status.unwrap().due_on
    };
    assert_eq!(due_on(&duties), day("2026-03-31"));
    let set = |value| VariableSettings::from([("contract_days".to_owned(), value)]);
    let stricter = duties.settled(&variables(), &set(VariableValue::Integer(10)));
    assert_eq!(due_on(&stricter), day("2026-03-11"));
    // Unset again it is the default, whatever was set before.
    let back = stricter.settled(&variables(), &VariableSettings::new());
    assert_eq!(back, duties);
    let fixed = duty("{after: supplier_chosen, within_days: 7}").owed;
    let of_text = duties.settled(&variables(), &set(VariableValue::Text("ten".to_owned())));
    assert_eq!(
        (fixed.within_days, due_on(&of_text)),
        (Some(7), day("2026-03-31"))
    );
    // More days than the calendar has.
    let endless = duties.settled(&variables(), &set(VariableValue::Integer(1 << 31)));
    let duty = endless.get("looked").unwrap();
    let today = day("2026-03-02");
    assert_eq!(duty.status_after("GYHT-1", today, &[], today, &days), None);
}

#[test]
fn evidence_is_taken_by_kind_content_and_subject() {
    let duty = duty("{every: monthly}");
    let record = |form: &str, risk: &str| DutyEvidence {
        kind: ProofKind::Record,
        of: Some(form.to_owned()),
        values: json!({"risk": risk}).as_object().unwrap().clone(),
        about: vec!["HIS".to_owned()],
        ..drill("2026-03-09")
    };
    assert!(duty.accepts(&record("entry", "high"), Some("HIS")));
    assert!(!duty.accepts(&record("entry", "low"), Some("HIS")));
    assert!(!duty.accepts(&record("exit", "high"), Some("HIS")));
    assert!(!duty.accepts(&record("entry", "high"), Some("PACS")));
    assert!(duty.accepts(&record("entry", "high"), None));
    assert!(duty.accepts(&drill("2026-03-09"), Some("PACS")));
}

#[test]
fn calendar_periods_have_their_days() {
    let cases = [
        (Frequency::Weekly, "2026-03-08", "2026-03-02", "2026-03-08"),
        (Frequency::Monthly, "2026-02-10", "2026-02-01", "2026-02-28"),
        (
            Frequency::Quarterly,
            "2026-05-31",
            "2026-04-01",
            "2026-06-30",
        ),
        (
            Frequency::HalfYearly,
            "2026-12-31",
            "2026-07-01",
            "2026-12-31",
        ),
        (
            Frequency::TwoYearly,
            "2027-01-01",
            "2026-01-01",
            "2027-12-31",
        ),
        (
            Frequency::ThreeYearly,
            "2026-05-05",
            "2024-01-01",
            "2026-12-31",
        ),
    ];
    for (every, on, first, last) in cases {
        assert_eq!(
            every.period_of(day(on)),
            Some((day(first), day(last))),
            "{every}"
        );
    }
}

#[test]
fn a_mistake_is_named_by_duty() {
    let cases = [
        (
            "{every: monthly}",
            "{every: monthly, within_days: 3}",
            "`owed`",
        ),
        ("{every: monthly}", "{after: drill_held}", "`owed`"),
        (
            "{every: monthly}",
            "{every: monthly, within_variable: contract_days}",
            "`owed`",
        ),
        (
            "{every: monthly}",
            "{after: drill_held, within_days: 3, within_variable: contract_days}",
            "`owed`",
        ),
        (
            "{every: monthly}",
            "{after: drill_held, within_variable: lost_days}",
            "`lost_days`",
        ),
        (
            "{every: monthly}",
            "{after: drill_held, within_variable: hospital}",
            "`hospital`",
        ),
        (
            "{every: monthly}",
            "{after: drill_held, within_variable: any_number}",
            "`minimum`",
        ),
        (
            "{every: monthly}",
            "{every: daily, rolling: true}",
            "`owed`",
        ),
        ("by: lead", "by: nobody", "`nobody`"),
        ("of: entry", "of: exit", "`exit`"),
        ("is: [high]", "is: [grave]", "`risk`"),
        ("field: risk", "field: hazard", "`hazard`"),
        ("kind: drill", "kind: assessment, of: x", "`assessment`"),
        ("kind: drill", "kind: dance", "dance"),
        ("clauses: [L3-MMS1-43]", "clauses: []", "`clauses`"),
        ("id: looked", "id: Looked", "small letters"),
        ("grace_days: 3", "levels: [3]", "`levels`"),
        ("en: \"Because\"", "en: \"\"", "both languages"),
    ];
    for (from, to, expected) in cases {
        let (duties, errors) = load(&DUTY.replacen(from, to, 1));
        assert!(duties.is_empty(), "{to}");
        assert!(
            errors.len() == 1 && errors[0].contains(expected),
            "{to}: {errors:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_duty_met_in_every_turn_is_never_overdue(every in 0..Frequency::ALL.len(), months in 1_i64..40, back in 0_i64..300) {
        let every = Frequency::ALL[every];
        let mut duty = duty("{every: monthly}");
        duty.owed.every = Some(every);
        let days = WorkingDays::default();
        let since = day("2024-01-15");
        let today = since + jiff::Span::new().months(months);
        let mut evidence = Vec::new();
        let mut on = since;
        while on <= today {
            evidence.push(drill(&on.to_string()));
            let (_, last) = every.period_of(on).unwrap();
            on = last.tomorrow().unwrap();
        }
        let met = duty.status(since, None, &evidence, today, &days).unwrap();
        prop_assert_eq!(met.state, DutyState::Met);
        prop_assert!(met.due_on > today);
        // With one turn less it is open or late, never met.
        let without = evidence.len() - 1;
        let less = duty.status(since, None, &evidence[..without], today, &days).unwrap();
        prop_assert_ne!(less.state, DutyState::Met);
        let looked = duty.status(since, None, &evidence, today - jiff::Span::new().days(back.min(months * 28)), &days).unwrap();
        prop_assert_ne!(looked.state, DutyState::Overdue);
    }
}
