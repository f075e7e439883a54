//! What rules mean: own cases in `semantics.json`, and the shared ones where there are any.

use std::fs;

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use xinglin_detect::{Engine, Pipelines, RuleSet, Settings, View, naive::Facts};

use super::{json::Json, public::shared};

#[derive(Deserialize)]
struct Case {
    name: String,
    rule: String,
    events: Vec<Expectation>,
}

#[derive(Deserialize)]
struct Expectation {
    event: Value,
    expect: bool,
}

fn check(cases: &str) -> usize {
    let cases: Vec<Case> = serde_json::from_str(cases).unwrap();
    for case in &cases {
        let known = [(
            "admins".to_owned(),
            vec!["wang.*".to_owned(), "li".to_owned()],
        )];
        let mut rules = RuleSet::new(known);
        rules.read(&case.name, &case.rule);
        rules.finish();
        assert_eq!(rules.problems, [], "{}", case.name);
        let none = Pipelines::default();
        let mut engine = Engine::new(rules.rules.clone(), none, Settings::default());
        let mut matched = Vec::new();
        for Expectation { event, expect } in &case.events {
            let record = Json::new(event);
            let view = View::of(&record, &Pipelines::default());
            let facts = Facts::new(&record, &view, &TimeZone::UTC);
            let found = rules.rules.iter().any(|rule| facts.matches(rule));
            assert_eq!(found, *expect, "{}: {event}", case.name);
            engine.push(&record, &mut matched);
            assert_eq!(!matched.is_empty(), *expect, "{}: {event}", case.name);
            let explained = rules.rules.iter().any(|rule| facts.explain(rule).is_some());
            assert_eq!(explained, *expect, "{}: {event}", case.name);
        }
    }
    cases.len()
}

#[test]
fn own_cases_hold() {
    assert!(check(include_str!("semantics.json")) > 30);
}

#[test]
fn shared_cases_hold() {
    let Some(path) = shared("semantics-cases.json") else {
        return;
    };
    assert_eq!(check(&fs::read_to_string(path).unwrap()), 26);
}
