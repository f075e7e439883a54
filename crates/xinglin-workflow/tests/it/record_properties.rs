//! What holds of every record, whatever people do in whatever order.

use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use xinglin_core::PersonId;
use xinglin_workflow::{
    Delegation, Record, RecordActor, RecordState, RecordValues, StepDecision, StepPeople,
};

use crate::records::{APPLICANT, at, draft, form, values, zone};

/// Somebody does something at some time, permitted or not.
#[derive(Debug, Clone)]
struct Deed {
    kind: u8,
    by: i64,
    hour: i64,
    named: Vec<i64>,
    otherwise: Vec<i64>,
    delegations: Vec<(i64, i64)>,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let person = 1_i64..6;
    let people = || prop::collection::vec(1_i64..6, 0..3);
    let pairs = prop::collection::vec((1_i64..6, 1_i64..6), 0..3);
    let deed = (0_u8..8, person, 0_i64..72, people(), people(), pairs).prop_map(
        |(kind, by, hour, named, otherwise, delegations)| Deed {
            kind,
            by,
            hour,
            named,
            otherwise,
            delegations,
        },
    );
    prop::collection::vec(deed, 1..40)
}

fn people(deed: &Deed) -> StepPeople {
    let of = |ids: &[i64]| ids.iter().map(|id| PersonId(*id)).collect();
    StepPeople {
        by: of(&deed.named),
        otherwise: of(&deed.otherwise),
        delegations: deed
            .delegations
            .iter()
            .map(|(from, to)| Delegation {
                from: PersonId(*from),
                to: PersonId(*to),
                since: at("01T00:00:00"),
                until: at("31T00:00:00"),
            })
            .collect(),
    }
}

fn act(record: &mut Record, deed: &Deed) {
    let form = form();
    let moment = at("07T09:00:00") + jiff::SignedDuration::from_hours(deed.hour);
    let person = PersonId(deed.by);
    let actor = RecordActor::Person(person);
    let people = people(deed);
    let decision = StepDecision {
        by: person,
        people: &people,
        at: moment,
        reason: "因为",
    };
    let before = record.clone();
    let done = match deed.kind {
        0 => record.submit(&form, actor, moment, &zone()).ok(),
        1 | 2 => {
            let is_leader = record.step.as_deref() == Some("leader");
            let opinion = if is_leader {
                json!({"opinion": "同意"})
            } else {
                json!({})
            };
            record
                .approve(&form, &decision, &values(opinion), &zone())
                .ok()
        }
        3 => record.send_back(&form, &decision).ok(),
        4 => record.refuse(&form, &decision).ok(),
        5 => record.advance(moment),
        6 => record.revoke(&form, actor, "因为", moment).ok(),
        _ => {
            let left = values(json!({"left_at": "2026-03-09T17:30:00+08:00"}));
            record
                .close(&form, person, &[APPLICANT], &left, moment)
                .ok()
        }
    };
    match done {
        // What is refused changes nothing.
        None => assert_eq!(*record, before),
        Some(change) => {
            assert_eq!((change.from, change.to), (before.state, record.state));
            assert!(
                before.state.permits(change.action),
                "{} {}",
                before.state,
                change.action
            );
        }
    }
}

proptest! {
    #[test]
    fn no_record_is_valid_without_every_needed_approval(high: bool, deeds in deeds()) {
        let form = form();
        let mut record = draft(if high { "high" } else { "low" });
        for deed in &deeds {
            act(&mut record, deed);
            let was_approved = matches!(
                record.state,
                RecordState::Approved | RecordState::Valid | RecordState::Expired
                    | RecordState::Revoked | RecordState::Closed
            );
            if was_approved {
                let steps: Vec<&str> = record.approvals.iter().map(|a| a.step.as_str()).collect();
                let needed: &[&str] = if high { &["lead", "leader"] } else { &["lead"] };
                prop_assert_eq!(steps, needed);
            }
            let mut used = BTreeSet::from([APPLICANT]);
            for approval in &record.approvals {
                prop_assert!(used.insert(approval.by), "decided twice or by the applicant");
                if let Some(other) = approval.on_behalf_of {
                    prop_assert!(used.insert(other), "decided twice through a deputy");
                }
            }
            prop_assert_eq!(record.step.is_some(), record.state == RecordState::Pending);
        }
        if record.state == RecordState::Closed {
            prop_assert!(form.validate(&record.values, xinglin_workflow::Stage::Closing).is_empty());
        }
    }

    #[test]
    fn validation_never_panics_and_cleaning_is_done_once(texts in prop::collection::btree_map("[a-z_]{1,8}", ".{0,20}", 0..6), risk in "low|high|x|") {
        let form = form();
        let mut record: RecordValues = texts.into_iter().map(|(id, text)| (id, text.into())).collect();
        record.insert("risk".to_owned(), risk.into());
        record.insert("items".to_owned(), json!([{"name": ""}, 5, null]));
        let cleaned = form.cleaned(&record);
        prop_assert_eq!(form.cleaned(&cleaned), cleaned.clone());
        let errors = form.validate(&cleaned, xinglin_workflow::Stage::Closing);
        prop_assert!(!errors.is_empty());
    }
}
