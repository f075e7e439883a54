//! The life of a record.

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use xinglin_core::{PersonId, Problem as _};
use xinglin_workflow::{
    Delegation, Form, Record, RecordAction, RecordActor, RecordError, RecordState, RecordValues,
    StepDecision, StepPeople,
};

use crate::form_read;

pub(crate) const APPLICANT: PersonId = PersonId(1);
pub(crate) const LEAD: PersonId = PersonId(2);
pub(crate) const LEADER: PersonId = PersonId(3);
pub(crate) const DEPUTY: PersonId = PersonId(4);

static FORM: LazyLock<Form> = LazyLock::new(|| {
    let (forms, _) = form_read::load(form_read::FORM);
    forms.get("entry").unwrap().clone()
});

pub(crate) fn form() -> Form {
    FORM.clone()
}

pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-03-{text}+08:00").parse().unwrap()
}

pub(crate) fn values(value: Value) -> RecordValues {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn draft(risk: &str) -> Record {
    let mut filled = json!({
        "reason": "更换电源", "risk": risk,
        "start_at": "2026-03-09T09:00:00+08:00", "end_at": "2026-03-09T18:00:00+08:00",
    });
    if risk == "high" {
        filled["measure"] = json!("双人在场");
    }
    let by = RecordActor::Person(APPLICANT);
    Record::draft(&form(), by, values(filled), at("07T08:00:00"))
}

pub(crate) fn people(by: &[PersonId]) -> StepPeople {
    StepPeople {
        by: by.to_vec(),
        otherwise: vec![LEADER],
        delegations: Vec::new(),
    }
}

fn decision<'a>(by: PersonId, people: &'a StepPeople, moment: &str) -> StepDecision<'a> {
    StepDecision {
        by,
        people,
        at: at(moment),
        reason: "已核对",
    }
}

fn submitted(risk: &str) -> Record {
    let mut record = draft(risk);
    let by = record.applicant;
    let change = record
        .submit(&form(), by, at("07T09:00:00"), &zone())
        .unwrap();
    assert_eq!(
        (change.from, change.to),
        (RecordState::Draft, RecordState::Pending)
    );
    record
}

/// A record that is approved, by the lead and, where needed, the leader.
fn approved(risk: &str) -> Record {
    let form = form();
    let mut record = submitted(risk);
    let none = RecordValues::new();
    let lead = people(&[LEAD]);
    record
        .approve(&form, &decision(LEAD, &lead, "07T10:00:00"), &none, &zone())
        .unwrap();
    if risk == "high" {
        let leader = people(&[LEADER]);
        let opinion = values(json!({"opinion": "同意"}));
        record
            .approve(
                &form,
                &decision(LEADER, &leader, "07T11:00:00"),
                &opinion,
                &zone(),
            )
            .unwrap();
    }
    record
}

#[test]
fn a_record_is_approved_step_by_step_begins_expires_and_is_closed() {
    let form = form();
    let mut record = submitted("high");
    assert_eq!(record.step.as_deref(), Some("lead"));
    let lead = people(&[LEAD]);
    let change = record
        .approve(
            &form,
            &decision(LEAD, &lead, "07T10:00:00"),
            &RecordValues::new(),
            &zone(),
        )
        .unwrap();
    assert_eq!(
        (change.step.as_deref(), change.to),
        (Some("lead"), RecordState::Pending)
    );
    assert_eq!(record.step.as_deref(), Some("leader"));

    let leader = people(&[LEADER]);
    let decides = decision(LEADER, &leader, "07T11:00:00");
    let refused = record.approve(&form, &decides, &RecordValues::new(), &zone());
    assert!(matches!(refused, Err(RecordError::Fields(errors)) if errors[0].path == "opinion"));
    let opinion = values(json!({"opinion": "同意"}));
    let change = record.approve(&form, &decides, &opinion, &zone()).unwrap();
    assert_eq!(change.fields, ["opinion"]);
    assert_eq!(record.state, RecordState::Approved);

    assert_eq!(record.advance(at("09T08:59:59")), None);
    let begun = record.advance(at("09T20:00:00")).unwrap();
    assert_eq!(
        (begun.action, begun.at),
        (RecordAction::Begin, at("09T09:00:00"))
    );
    let ended = record.advance(at("09T20:00:00")).unwrap();
    assert_eq!(
        (ended.action, ended.at, ended.by),
        (
            RecordAction::Expire,
            at("09T18:00:00"),
            RecordActor::Program
        )
    );
    assert_eq!(record.advance(at("30T20:00:00")), None);

    let left = values(json!({"left_at": "2026-03-09T17:30:00+08:00"}));
    let late = at("09T21:00:00");
    let refused = record.close(&form, LEAD, &[APPLICANT], &left, late);
    assert_eq!(
        refused,
        Err(RecordError::NotPermitted {
            action: RecordAction::Close
        })
    );
    record
        .close(&form, APPLICANT, &[APPLICANT], &left, late)
        .unwrap();
    assert_eq!(record.state, RecordState::Closed);
    assert_eq!(record.actions(&form), []);
    assert!(
        form.validate(&record.values, xinglin_workflow::Stage::Closing)
            .is_empty()
    );
}

#[test]
fn a_step_is_left_out_where_its_rule_says_so() {
    let record = approved("low");
    assert_eq!(record.state, RecordState::Approved);
    assert_eq!(record.approvals.len(), 1);
    // What is asked at the step is not asked then, and not taken.
    assert!(
        form()
            .validate(&record.values, xinglin_workflow::Stage::Step(1))
            .is_empty()
    );
}

#[test]
fn sending_back_and_refusing_need_a_reason_and_the_form_s_leave() {
    let form = form();
    let lead = people(&[LEAD]);
    let without = StepDecision {
        reason: " ",
        ..decision(LEAD, &lead, "07T10:00:00")
    };
    let mut record = submitted("high");
    let missing = record.send_back(&form, &without).unwrap_err();
    assert_eq!(missing.slug(), "reason-missing");
    record
        .send_back(&form, &decision(LEAD, &lead, "07T10:00:00"))
        .unwrap();
    assert_eq!(record.state, RecordState::Returned);
    let by = record.applicant;
    record
        .submit(&form, by, at("07T12:00:00"), &zone())
        .unwrap();
    record
        .approve(
            &form,
            &decision(LEAD, &lead, "07T13:00:00"),
            &RecordValues::new(),
            &zone(),
        )
        .unwrap();
    let leader = people(&[LEADER]);
    let refused = record.send_back(&form, &decision(LEADER, &leader, "07T14:00:00"));
    assert_eq!(refused.unwrap_err().slug(), "record-step-without-return");
    let change = record
        .refuse(&form, &decision(LEADER, &leader, "07T14:00:00"))
        .unwrap();
    assert_eq!(
        (change.reason.as_str(), record.state),
        ("已核对", RecordState::Refused)
    );
    assert!(record.approvals.is_empty());
}

#[test]
fn the_applicant_does_not_approve_and_nobody_approves_twice() {
    let form = form();
    let none = RecordValues::new();
    let mut record = submitted("high");
    // The applicant holds the post of the first step: the leader decides instead.
    let own = people(&[APPLICANT]);
    let refused = record.approve(
        &form,
        &decision(APPLICANT, &own, "07T10:00:00"),
        &none,
        &zone(),
    );
    assert_eq!(refused.unwrap_err().slug(), "record-action-not-permitted");
    record
        .approve(
            &form,
            &decision(LEADER, &own, "07T10:00:00"),
            &none,
            &zone(),
        )
        .unwrap();
    // And is not asked again in the second step, so that nobody is left.
    let leader = people(&[LEADER]);
    assert_eq!(record.deciders(&form, &leader, at("07T11:00:00")), []);
}

#[test]
fn a_deputy_decides_for_another_while_that_is_so() {
    let form = form();
    let mut lead = people(&[LEAD]);
    lead.delegations = vec![
        Delegation {
            from: LEAD,
            to: DEPUTY,
            since: at("07T00:00:00"),
            until: at("08T00:00:00"),
        },
        Delegation {
            from: LEAD,
            to: APPLICANT,
            since: at("01T00:00:00"),
            until: at("30T00:00:00"),
        },
    ];
    let mut record = submitted("high");
    let late = decision(DEPUTY, &lead, "08T00:00:00");
    assert!(
        record
            .approve(&form, &late, &RecordValues::new(), &zone())
            .is_err()
    );
    let change = record
        .approve(
            &form,
            &decision(DEPUTY, &lead, "07T10:00:00"),
            &RecordValues::new(),
            &zone(),
        )
        .unwrap();
    assert_eq!(change.on_behalf_of, Some(LEAD));
    // The second step may not be delegated, and who was spoken for does not decide again.
    let mut second = people(&[LEAD]);
    second.otherwise = vec![LEAD];
    second.delegations = vec![Delegation {
        from: LEADER,
        to: PersonId(9),
        since: at("01T00:00:00"),
        until: at("30T00:00:00"),
    }];
    assert_eq!(record.deciders(&form, &second, at("07T11:00:00")), []);
}

#[test]
fn an_approval_that_comes_too_late_is_refused() {
    let form = form();
    let mut record = submitted("low");
    let lead = people(&[LEAD]);
    let late = decision(LEAD, &lead, "09T18:00:00");
    let refused = record.approve(&form, &late, &RecordValues::new(), &zone());
    assert_eq!(refused.unwrap_err().slug(), "record-window-passed");
    assert_eq!(record.state, RecordState::Pending);
}

#[test]
fn what_was_approved_can_be_revoked_with_a_reason() {
    let form = form();
    let mut record = approved("low");
    let by = RecordActor::Person(LEAD);
    assert!(record.revoke(&form, by, "", at("08T08:00:00")).is_err());
    record
        .revoke(&form, by, "厂商未到", at("08T08:00:00"))
        .unwrap();
    assert_eq!(record.next_change(), None);
    assert_eq!(record.actions(&form), [RecordAction::Close]);
}

#[test]
fn a_record_lives_by_the_version_it_was_begun_with() {
    let (forms, _) = form_read::load(&form_read::FORM.replace("更换电源", "更换风扇"));
    let other = forms.get("entry").unwrap();
    let mut record = draft("low");
    let by = record.applicant;
    let refused = record.submit(other, by, at("07T09:00:00"), &zone());
    assert_eq!(refused.unwrap_err().slug(), "record-of-other-form-version");
}

#[test]
fn nobody_else_submits_or_withdraws_and_wrong_fields_are_listed() {
    let form = form();
    let mut record = draft("low");
    let other = RecordActor::Person(LEAD);
    assert!(
        record
            .submit(&form, other, at("07T09:00:00"), &zone())
            .is_err()
    );
    assert!(record.withdraw(&form, other, at("07T09:00:00")).is_err());
    record.values.remove("reason");
    let by = record.applicant;
    let refused = record
        .submit(&form, by, at("07T09:00:00"), &zone())
        .unwrap_err();
    assert_eq!(refused.slug(), "record-fields-refused");
    record.withdraw(&form, by, at("07T09:00:00")).unwrap();
    assert_eq!(record.state, RecordState::Withdrawn);
    let again = record.submit(&form, by, at("07T10:00:00"), &zone());
    assert_eq!(again.unwrap_err().slug(), "record-action-not-allowed");
}

#[test]
fn every_state_permits_what_the_table_says() {
    let counts: Vec<usize> = RecordState::ALL
        .iter()
        .map(|state| {
            RecordAction::ALL
                .iter()
                .filter(|action| state.permits(**action))
                .count()
        })
        .collect();
    assert_eq!(counts, [2, 4, 2, 0, 0, 2, 3, 1, 1, 0]);
}
