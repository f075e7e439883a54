//! Differences of documents: applied, they give the new one; and they are short.

use proptest::prelude::*;
use serde_json::{Value, json};
use xinglin_wire::{Change, DifferenceError, Report, apply, difference, digest};

#[test]
fn changes_are_the_least_that_is_needed() {
    let at = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let set = |words: &[&str], value: Value| Change::Set {
        at: at(words),
        value,
    };
    let cases = [
        (json!({"a": 1}), json!({"a": 1}), vec![]),
        (
            json!({"a": 1}),
            json!({"a": null}),
            vec![set(&["a"], json!(null))],
        ),
        (
            json!({"a": null}),
            json!({}),
            vec![Change::Remove { at: at(&["a"]) }],
        ),
        (
            json!({"a": {"b": 1, "c": 2}}),
            json!({"a": {"b": 1, "c": 3}}),
            vec![set(&["a", "c"], json!(3))],
        ),
        (
            json!({"l": [1, 2, 3, 4]}),
            json!({"l": [1, 9, 4]}),
            vec![Change::Splice {
                at: at(&["l"]),
                from: 1,
                removed: 2,
                inserted: vec![json!(9)],
            }],
        ),
        (
            json!([1, 1]),
            json!([1, 1, 1]),
            vec![Change::Splice {
                at: at(&[]),
                from: 2,
                removed: 0,
                inserted: vec![json!(1)],
            }],
        ),
        (json!(1), json!("x"), vec![set(&[], json!("x"))]),
    ];
    for (old, new, expected) in cases {
        assert_eq!(difference(&old, &new), expected, "{old} to {new}");
    }
}

#[test]
fn changes_of_another_document_are_refused() {
    let splice = Change::Splice {
        at: vec!["l".into()],
        from: 1,
        removed: usize::MAX,
        inserted: vec![],
    };
    let error = apply(json!({"l": [1]}), vec![splice]).unwrap_err();
    assert!(matches!(error, DifferenceError::NoSuchItems { .. }));
    let set = Change::Set {
        at: vec!["a".into(), "b".into()],
        value: json!(1),
    };
    let error = apply(json!({"a": 1}), vec![set]).unwrap_err();
    assert_eq!(error.to_string(), "'a.b' is not there to be changed");
    assert!(apply(json!({}), vec![Change::Remove { at: vec![] }]).is_err());
}

/// Changes that each go below the one before would nest a document without end.
#[test]
fn changes_do_not_reach_deeper_than_they_are_made() {
    let mut changes = Vec::new();
    for depth in 1..=40 {
        changes.push(Change::Set {
            at: vec!["a".to_owned(); depth],
            value: json!({}),
        });
    }
    let error = apply(json!({}), changes.clone()).unwrap_err();
    assert!(matches!(error, DifferenceError::NoSuchPlace { .. }));
    changes.truncate(32);
    assert!(apply(json!({}), changes).is_ok());
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4_i64).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_lead_from_one_document_to_the_other(old in document(), new in document()) {
        let changes = difference(&old, &new);
        prop_assert_eq!(changes.is_empty(), old == new);
        let text = serde_json::to_string(&changes).unwrap();
        let changes = serde_json::from_str(&text).unwrap();
        let made = apply(old.clone(), changes).unwrap();
        prop_assert_eq!(digest(&made), digest(&new));
        prop_assert_eq!(&made, &new);
        // Whatever form a body takes, the facts come out of it.
        let body = Report::body_of(&new, Some(&old));
        let report = Report { body, digest: digest(&new), ..sample() };
        prop_assert_eq!(report.facts(Some(&old)).unwrap(), new);
    }

    #[test]
    fn no_changes_make_it_panic(old in document(), other in document(), new in document()) {
        // Changes of another document either fit or are refused.
        drop(apply(other, difference(&old, &new)));
    }
}

fn sample() -> Report {
    serde_json::from_str(include_str!("../formats/v1/report-whole.json")).unwrap()
}
