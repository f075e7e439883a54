//! What changed between two inspections.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use xinglin_core::Text;
use xinglin_inspect::{
    CheckResult, Inspection, Power, Severity, Status, Subject, Unreadable,
    drift::{Change, Drift, Effect, drift},
};

fn inspection(facts: Json) -> Inspection {
    Inspection {
        format: xinglin_inspect::FORMAT.to_owned(),
        subject: Subject {
            kind: "host".to_owned(),
            name: "his-db01".to_owned(),
            platform: "kylin".to_owned(),
            version: "V10".to_owned(),
        },
        collected_at: Timestamp::UNIX_EPOCH,
        facts,
        unreadable: Vec::new(),
        results: Vec::new(),
    }
}

/// `change path: before -> after`.
fn said(drift: &Drift) -> Vec<String> {
    let changes = drift.areas.iter().flat_map(|area| &area.changes);
    changes
        .map(|change| {
            let word = serde_json::to_value(change.change).unwrap();
            format!(
                "{} {}: {} -> {}",
                word.as_str().unwrap(),
                change.path,
                change.before,
                change.after
            )
        })
        .collect()
}

fn between(before: Json, after: Json) -> Vec<String> {
    said(&drift(&inspection(before), &inspection(after)))
}

#[test]
fn a_new_account_is_one_addition_wherever_it_stands() {
    let root = json!({"name": "root", "uid": 0, "password_changed_days_ago": 10});
    let root_later = json!({"name": "root", "uid": 0, "password_changed_days_ago": 40});
    let deploy = json!({"name": "deploy", "uid": 1001, "password_changed_days_ago": 0});
    assert_eq!(
        between(
            json!({"accounts": {"list": [root]}}),
            json!({"accounts": {"list": [deploy, root_later]}}),
        ),
        [r#"added accounts.list[name=deploy]: null -> {"name":"deploy","uid":1001}"#]
    );
}

#[test]
fn each_kind_of_change_is_told() {
    let cases = [
        (
            json!({"a": {"b": 1}}),
            json!({"a": {"b": 2}}),
            "changed a.b: 1 -> 2",
        ),
        (
            json!({"a": {"b": null}}),
            json!({"a": {"b": 2}}),
            "now_known a.b: null -> 2",
        ),
        (
            json!({"a": {"b": true}}),
            json!({"a": {}}),
            "no_longer_known a.b: true -> null",
        ),
        (
            json!({"a": ["x", "y"]}),
            json!({"a": ["y"]}),
            r#"removed a: "x" -> null"#,
        ),
        (
            json!({"a": ["x", "y"]}),
            json!({"a": ["y", "x"]}),
            r#"reordered a: ["x","y"] -> ["y","x"]"#,
        ),
        (
            json!({"a": ["x"]}),
            json!({"a": ["x", "x"]}),
            r#"added a: null -> "x""#,
        ),
        (
            json!({"ports": [{"protocol": "tcp", "port": 22, "program": "sshd"}]}),
            json!({"ports": [{"protocol": "tcp", "port": 22, "program": "nc"}]}),
            r#"changed ports[protocol=tcp,port=22].program: "sshd" -> "nc""#,
        ),
        (
            json!({"rules": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}),
            json!({"rules": [{"name": "b"}, {"name": "a"}, {"name": "c"}]}),
            r#"reordered rules: ["name=a","name=b","name=c"] -> ["name=b","name=a","name=c"]"#,
        ),
        // Two things of one name are told apart by all that they are.
        (
            json!({"jobs": [{"name": "x", "at": "1"}, {"name": "x", "at": "2"}]}),
            json!({"jobs": [{"name": "x", "at": "1"}, {"name": "x", "at": "3"}, {"name": "x", "at": "2"}]}),
            r#"added jobs: null -> {"at":"3","name":"x"}"#,
        ),
        (
            json!({"a": [1]}),
            json!({"a": "1"}),
            r#"changed a: [1] -> "1""#,
        ),
    ];
    for (before, after, expected) in cases {
        assert_eq!(between(before, after), [expected]);
    }
}

#[test]
fn what_changes_by_itself_is_left_out() {
    let before = json!({
        "collected_on": "2026-11-21", "audit": {"lost": 0},
        "rules": [{"name": "a", "lines": [10, 11], "hits": 5, "source": {"file": "/a", "line": 3}}],
        "certificate": {"days_left": 30},
    });
    let after = json!({
        "collected_on": "2026-11-22", "audit": {"lost": 7},
        "rules": [{"name": "a", "lines": [12, 13], "hits": 9, "source": {"file": "/a", "line": 5}}],
        "certificate": {"days_left": 29},
    });
    assert_eq!(between(before, after), [] as [&str; 0]);
    // A list of terminal lines is no place in a file.
    assert_eq!(
        between(
            json!({"lines": [{"name": "vty 0 4", "timeout": 600}]}),
            json!({"lines": [{"name": "vty 0 4", "timeout": 0}]}),
        ),
        ["changed lines[name=vty 0 4].timeout: 600 -> 0"]
    );
}

#[test]
fn a_flood_of_changes_is_counted() {
    let packages = |version: &str| -> Json {
        (0..1000)
            .map(|number| json!({"name": format!("p{number}"), "version": version}))
            .collect()
    };
    let drift = drift(
        &inspection(json!({"packages": packages("1")})),
        &inspection(json!({"packages": packages("2")})),
    );
    assert_eq!(
        (drift.areas[0].count, drift.areas[0].changes.len()),
        (1000, 200)
    );
    assert_eq!(drift.areas[0].changes[0].change, Change::Changed);
}

fn result(check: &str, status: Status) -> CheckResult {
    CheckResult {
        check: check.to_owned(),
        title: Text::new("标题", "title"),
        status,
        requirements: Vec::new(),
        sufficient: false,
        power: Power::Partial,
        severity: Severity::High,
        partial: false,
        high_risk: Vec::new(),
        observed: json!(check),
        expected: Text::default(),
        remedy: Text::default(),
        missing: Vec::new(),
    }
}

#[test]
fn a_changed_judgement_says_what_it_means() {
    use Effect::{Better, Lost, Neutral, Seen, Worse};
    use Status::{Fail, NotApplicable, Pass, Unknown};
    let cases = [
        (Some(Pass), Some(Fail), Some(Worse)),
        (Some(Fail), Some(Pass), Some(Better)),
        (Some(Pass), Some(Unknown), Some(Lost)),
        (Some(Fail), Some(Unknown), Some(Lost)),
        (Some(Unknown), Some(Pass), Some(Seen)),
        (Some(Unknown), Some(Fail), Some(Worse)),
        (None, Some(Fail), Some(Worse)),
        (None, Some(Pass), Some(Neutral)),
        (Some(Fail), Some(NotApplicable), Some(Better)),
        (Some(Pass), Some(NotApplicable), Some(Neutral)),
        (Some(Fail), None, Some(Neutral)),
        (Some(Pass), Some(Pass), None),
    ];
    for (before, after, expected) in cases {
        let with = |status: Option<Status>| Inspection {
            results: status
                .map(|status| result("linux.x", status))
                .into_iter()
                .collect(),
            ..inspection(json!({}))
        };
        let drift = drift(&with(before), &with(after));
        let found = drift.results.first().map(|change| change.effect);
        assert_eq!(found, expected, "{before:?} {after:?}");
        assert_eq!(drift.is_worse(), expected == Some(Worse));
        assert_eq!(drift.is_empty(), expected.is_none());
    }
}

#[test]
fn what_cannot_be_read_any_more_is_told() {
    let unreadable = |what: &str| Unreadable {
        what: what.to_owned(),
        why: "denied".to_owned(),
    };
    let before = Inspection {
        unreadable: vec![unreadable("/etc/shadow"), unreadable("/etc/a")],
        ..inspection(json!({}))
    };
    let mut after = before.clone();
    after.unreadable = vec![unreadable("/etc/a"), unreadable("sshd -T")];
    after.subject.version = "V10 SP3".to_owned();
    let drift = drift(&before, &after);
    assert_eq!(drift.newly_unreadable, [unreadable("sshd -T")]);
    assert_eq!(drift.readable_again, [unreadable("/etc/shadow")]);
    assert_eq!(drift.subject.unwrap().after.version, "V10 SP3");
}

fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0..3_i64).prop_map(Json::from),
        "[ab]{0,2}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let names = prop_oneof![
            Just("name"),
            Just("port"),
            Just("list"),
            Just("lines"),
            Just("line"),
            Just("x")
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            proptest::collection::btree_map(names.prop_map(str::to_owned), inner, 0..4)
                .prop_map(|object| Json::Object(object.into_iter().collect())),
        ]
    })
}

fn inspections() -> impl Strategy<Value = Inspection> {
    let status = prop_oneof![
        Just(Status::Pass),
        Just(Status::Fail),
        Just(Status::Unknown)
    ];
    let results = proptest::collection::btree_map("[a-c]", status, 0..3);
    let unreadable = proptest::collection::btree_set("[a-c]", 0..3);
    (values(), values(), results, unreadable).prop_map(|(a, b, results, unreadable)| Inspection {
        results: results
            .iter()
            .map(|(check, status)| result(check, *status))
            .collect(),
        unreadable: unreadable
            .into_iter()
            .map(|what| Unreadable {
                what,
                why: String::new(),
            })
            .collect(),
        ..inspection(json!({"a": a, "b": b}))
    })
}

/// Whether two documents say the same, as far as drift cares: what is missing is not known,
/// and what changes by itself does not count.
fn is_same(before: &Json, after: &Json) -> bool {
    use xinglin_inspect::drift::is_volatile;
    match (before, after) {
        (Json::Object(a), Json::Object(b)) => a.keys().chain(b.keys()).all(|name| {
            let (a, b) = (
                a.get(name).unwrap_or(&Json::Null),
                b.get(name).unwrap_or(&Json::Null),
            );
            (is_volatile(name, a) && is_volatile(name, b)) || is_same(a, b)
        }),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        _ => before == after,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(inspection in inspections()) {
        prop_assert!(drift(&inspection, &inspection).is_empty());
    }

    #[test]
    fn the_other_way_round_is_the_reverse(before in inspections(), after in inspections()) {
        prop_assert_eq!(drift(&before, &after).reversed(), drift(&after, &before));
    }

    #[test]
    fn every_difference_shows(before in inspections(), after in inspections()) {
        let drift = drift(&before, &after);
        prop_assert!(!drift.areas.is_empty() || is_same(&before.facts, &after.facts)
            || has_volatile_in_lists(&before.facts) || has_volatile_in_lists(&after.facts));
        for change in drift.areas.iter().flat_map(|area| &area.changes) {
            let in_list = matches!(change.change, Change::Added | Change::Removed);
            prop_assert!(in_list || change.before != change.after, "{}", change.path);
        }
        let text = serde_json::to_string(&drift).unwrap();
        prop_assert_eq!(serde_json::from_str::<Drift>(&text).unwrap(), drift);
    }
}

/// Within a list without names, a thing is compared without what changes by itself, and a
/// field that is not known is not one that is missing.
fn has_volatile_in_lists(value: &Json) -> bool {
    match value {
        Json::Array(list) => list.iter().any(|value| value.to_string().contains("line")),
        Json::Object(object) => object.values().any(has_volatile_in_lists),
        _ => false,
    }
}
