//! The compiled engine against rules evaluated one by one, on random rules and events.

use jiff::tz::TimeZone;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use xinglin_detect::{Engine, Pipelines, RuleSet, Settings, View, naive::Facts};

use super::json::Json;

/// Pieces that meet often.
const WORDS: [&str; 16] = [
    "a",
    "ab",
    "b",
    "aba",
    "-x",
    "/x",
    " -enc",
    "cmd.exe",
    "\\cmd.exe",
    "É",
    "门诊",
    "*",
    "?",
    "7",
    "10.0.0.1",
    "Σ",
];
const FIELDS: [&str; 5] = ["A", "B", "C.d", "E", "d"];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(WORDS.as_slice()), 0..4).prop_map(|words| words.concat())
}

/// A long value of several lines, in which words stand and are broken.
fn lines() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(text(), 1..6);
    (words, select(vec!["\n", " ", "\r\nb", "a\n"]))
        .prop_map(|(words, between)| words.join(&between.repeat(256)))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => text().prop_map(Value::from),
        1 => (-3_i64..12).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => lines().prop_map(Value::from),
        1 => select(vec!["2026-07-02T23:30:00Z", "2026-07-03 01:00:00", "::1", "fe80::1"]).prop_map(Value::from),
    ]
}

fn item() -> impl Strategy<Value = (String, Value)> {
    let texts = proptest::collection::vec(text(), 1..4).prop_map(Value::from);
    let modifiers = select(vec![
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|contains|all",
        "|cased",
        "|contains|cased",
        "|windash",
        "|contains|windash",
        "|base64offset|contains",
        "|neq",
        "|endswith|neq",
    ]);
    let plain = (modifiers, texts).prop_filter_map("wildcards are not encoded", |(word, texts)| {
        let is_wild = texts.to_string().contains(['*', '?']);
        (!(word.contains("base64") && is_wild)).then(|| (word.to_owned(), texts))
    });
    let others = prop_oneof![
        select(vec![
            "a+b",
            "^ab?a",
            "(cmd|门)",
            "É",
            "x$",
            "\\d",
            "(?i)CMD"
        ])
        .prop_map(|regex| ("|re".to_owned(), json!(regex))),
        Just(("|re|i".to_owned(), json!("CM[D]"))),
        any::<bool>().prop_map(|yes| ("|exists".to_owned(), json!(yes))),
        Just((String::new(), Value::Null)),
        Just((String::new(), json!([null, "a"]))),
        (0..12_i64).prop_map(|number| ("|gte".to_owned(), json!(number))),
        (0..12_i64).prop_map(|number| (String::new(), json!(number))),
        select(FIELDS.as_slice()).prop_map(|field| ("|fieldref".to_owned(), json!(field))),
        select(FIELDS.as_slice()).prop_map(|field| ("|fieldref|endswith".to_owned(), json!(field))),
        Just(("|cidr".to_owned(), json!(["10.0.0.0/8", "::/64"]))),
        (0..24_i64).prop_map(|hour| ("|hour|gte".to_owned(), json!(hour))),
    ];
    (
        select(FIELDS.as_slice()),
        prop_oneof![3 => plain, 2 => others],
    )
        .prop_map(|(field, (word, value))| (format!("{field}{word}"), value))
}

fn map() -> impl Strategy<Value = Value> {
    proptest::collection::btree_map("[a-z]", item(), 1..4).prop_map(|items| {
        let items = items.into_values();
        Value::Object(items.collect())
    })
}

fn selection() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => map(),
        2 => proptest::collection::vec(map(), 1..3).prop_map(Value::from),
        1 => proptest::collection::vec(text(), 1..3).prop_map(Value::from),
        1 => proptest::collection::vec(text(), 1..3).prop_map(|words| json!({"|all": words})),
    ]
}

fn rule() -> impl Strategy<Value = String> {
    let conditions = select(vec![
        "s1",
        "s1 and s2",
        "s1 and not s2",
        "not s1",
        "s1 or s2",
        "1 of s*",
        "all of them",
        "2 of them",
        "s1 and not (s2 or s3)",
        "not (s1 and s2)",
        "not 1 of s*",
        "s3 or not s1 and s2",
        "not not s1 and not (not s2)",
    ]);
    let selections = (selection(), selection(), selection());
    let categories = select(vec!["test", "other"]);
    (selections, conditions, categories).prop_map(|((s1, s2, s3), condition, category)| {
        // JSON is YAML.
        json!({
            "title": "random",
            "logsource": {"category": category},
            "detection": {"s1": s1, "s2": s2, "s3": s3, "condition": condition},
        })
        .to_string()
    })
}

fn event() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        5 => scalar(),
        1 => proptest::collection::vec(scalar(), 0..3).prop_map(Value::from),
    ];
    proptest::collection::btree_map(select(FIELDS.as_slice()), value, 0..4).prop_map(|fields| {
        let fields = fields.into_iter();
        Value::Object(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}

/// Events of two kinds, which may be both; names that two fields feed, one that feeds two, and
/// the time.
const PIPELINE: &str = "
title: {zh: 试, en: test}
prefix: C
absent: a
fields: {A: [A, B], E: B, d: '@timestamp'}
sources:
  - {category: test, when: {E: '*'}}
  - {category: other, when: [{B: '*a*'}, {A: '7'}]}
";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn compiled_rules_match_what_plain_ones_do(
        texts in proptest::collection::vec(rule(), 1..12),
        events in proptest::collection::vec(event(), 1..12),
        memo_bytes in select(vec![0_usize, 2_000, 1 << 20]),
        is_routed in any::<bool>(),
    ) {
        let mut pipelines = Pipelines::default();
        if is_routed {
            pipelines.read("pipeline", PIPELINE).unwrap();
        }
        let mut rules = RuleSet::default();
        rules.read("random", &texts.join("\n---\n"));
        rules.finish();
        prop_assert_eq!(&rules.problems, &[]);
        let settings = Settings { zone: TimeZone::UTC, memo_bytes };
        let mut engine = Engine::new(rules.rules.clone(), pipelines.clone(), settings);
        let mut matched = Vec::new();
        for event in &events {
            let record = Json::new(event);
            let view = View::of(&record, &pipelines);
            let facts = Facts::new(&record, &view, &TimeZone::UTC);
            let numbers = 0..rules.rules.len();
            let plain: Vec<usize> = numbers
                .filter(|number| {
                    let rule = &rules.rules[*number];
                    view.is_for(rule) && facts.matches(rule)
                })
                .collect();
            engine.push(&record, &mut matched);
            prop_assert_eq!(&matched, &plain, "{} on {}", texts.join("\n---\n"), event);
            for number in &matched {
                prop_assert!(engine.explain(&record, *number).is_some());
            }
        }
    }
}
