//! What is driven.

use std::{cell::RefCell, fs, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use xinglin_detect::{
    Engine, JsonReader, Pipelines, RuleSet, Settings, View,
    correlate::{CorrelationSettings, Correlator, Hit},
    naive::Facts,
};

use crate::drive::{Target, of_bytes, parsed};

/// Events that the cases of the tests are about, a line each.
const EVENTS: [&str; 6] = [
    r#"{"A":"x","B":"y","C":"a WORD","U":"adm_li"}"#,
    r#"{"A":"p /enc x","m":"BGP peer: AUTH failed","n":{"o":["auth fail",null]}}"#,
    r#"{"A":19.5,"T":"2026-07-02T23:30:00Z","B":null}"#,
    r#"{"A":"10.1.2.3","a":{"b":{"c":"X"}}}"#,
    r#"{"A":"L2Jpbi9iYXNo","m":"\ud83c\udf6b\u95e8"}"#,
    "{}",
];
const CORRELATION: &str = "title: a\nname: a\nlogsource: {category: t}\ndetection: {s: {A: x}, condition: s}\n---\n\
    title: many\ncorrelation: {type: value_count, rules: [a], group-by: [G], timespan: 10s, condition: {field: V, gte: 3}}\n";

thread_local! {
    /// The rules of the cases, compiled; what it remembers of one event must not change another.
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// All of them.
pub(crate) fn all() -> Vec<Target> {
    let cases = cases();
    let mut known = RuleSet::default();
    for case in &cases {
        known.read("known", case);
    }
    known.finish();
    let rules = cases.into_iter().map(String::into_bytes);
    let events = EVENTS.map(|event| event.as_bytes().to_vec());
    vec![
        of_bytes("detect/rules", rules, |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let mut rules = RuleSet::new([("admins".to_owned(), vec!["wang.*".to_owned()])]);
            rules.read("fuzzed", &text);
            rules.finish();
            let mut engine = engine(&rules);
            for event in EVENTS {
                compare(&rules, &mut engine, event);
            }
        }),
        of_bytes("detect/events", events, move |bytes| {
            ENGINE.with_borrow_mut(|slot| {
                let engine = slot.get_or_insert_with(|| engine(&known));
                compare(&known, engine, &String::from_utf8_lossy(bytes));
            });
        }),
        of_bytes("detect/pipelines", pipelines(), |bytes| {
            let mut pipelines = Pipelines::default();
            let read = pipelines.read("fuzzed", &String::from_utf8_lossy(bytes));
            parsed(read);
            let settings = Settings::default();
            let mut engine = Engine::new(Vec::new(), pipelines, settings);
            if let Some(record) = JsonReader::default().read(EVENTS[0], Timestamp::UNIX_EPOCH) {
                engine.push(&record, &mut Vec::new());
            }
        }),
        of_bytes("detect/states", [state()], |bytes| {
            let mut correlator = correlator();
            parsed(correlator.load(bytes));
            let mut alerts = Vec::new();
            correlator.push(hit(5), |_| Some("x".to_owned()), &mut alerts);
            parsed(correlator.save());
        }),
    ]
}

/// The rules of the cases.
fn cases() -> Vec<String> {
    let cases = include_str!("../../tests/it/semantics.json");
    let cases: Value = serde_json::from_str(cases).unwrap_or_default();
    let cases = cases.as_array().into_iter().flatten();
    let rules = cases.filter_map(|case| Some(case.get("rule")?.as_str()?.to_owned()));
    rules.chain([CORRELATION.to_owned()]).collect()
}

fn pipelines() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/pipelines");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read(entry.path()).ok())
        .collect()
}

fn engine(rules: &RuleSet) -> Engine {
    let none = Pipelines::default();
    Engine::new(rules.rules.clone(), none, Settings::default())
}

/// Both ways to evaluate say the same.
fn compare(rules: &RuleSet, engine: &mut Engine, event: &str) {
    let mut reader = JsonReader::default();
    let Some(record) = reader.read(event, Timestamp::UNIX_EPOCH) else {
        return;
    };
    let none = Pipelines::default();
    let view = View::of(&record, &none);
    let facts = Facts::new(&record, &view, &TimeZone::UTC);
    let plain: Vec<usize> = (0..)
        .zip(&rules.rules)
        .filter(|(_, rule)| facts.matches(rule))
        .map(|(number, _)| number)
        .collect();
    let mut matched = Vec::new();
    engine.push(&record, &mut matched);
    assert_eq!(matched, plain);
    engine.push(&record, &mut matched);
    assert_eq!(matched, plain, "from memory");
}

fn correlator() -> Correlator {
    let mut rules = RuleSet::default();
    rules.read("known", CORRELATION);
    rules.finish();
    Correlator::new(
        rules.correlations,
        &rules.rules,
        CorrelationSettings::default(),
    )
}

fn hit(second: i64) -> Hit {
    let at = Timestamp::from_second(second).unwrap_or_default();
    Hit {
        rule: 0,
        event: 1,
        at,
        received_at: at,
    }
}

fn state() -> Vec<u8> {
    let mut correlator = correlator();
    let mut alerts = Vec::new();
    for second in 0..3 {
        let value = |name: &str| (name == "V").then(|| second.to_string());
        correlator.push(hit(second), value, &mut alerts);
    }
    correlator.save()
}
