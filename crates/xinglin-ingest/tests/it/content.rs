//! The parsers that are shipped: their own tests, and snapshots of all that is read.

use std::collections::BTreeMap;

use xinglin_core::{Field, FieldName, FieldType, Value};
use xinglin_ingest::{Format, Memory, Parsers};

use super::{PARSERS, files, parse, settings, show};

#[test]
fn every_parser_reads_its_own_tests() {
    let failed: Vec<String> = PARSERS
        .test()
        .into_iter()
        .map(|test| format!("{}: {}\n  in {}", test.parser, test.problem, test.line))
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// A golden file for each parser.
#[test]
fn all_that_is_read_is_known() {
    let mut shown: BTreeMap<&str, String> = BTreeMap::new();
    let settings = settings();
    for (name, messages) in PARSERS.samples() {
        let mut memory = Memory::default();
        for message in messages {
            let parsed = parse(message, &settings, &mut memory);
            let text = shown.entry(name).or_default();
            text.push_str(&show(&parsed));
            text.push('\n');
        }
    }
    for (name, text) in shown {
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn what_was_sent_before_changes_nothing() {
    let settings = settings();
    let samples: Vec<(&str, Vec<&str>)> = PARSERS.samples().collect();
    for (name, before) in &samples {
        for (_, messages) in &samples {
            // Columns that a file declared are meant to count.
            if before.len() > 1 || messages.len() > 1 {
                continue;
            }
            let mut fresh = Memory::default();
            let mut used = Memory::default();
            for message in before {
                parse(message, &settings, &mut used);
            }
            for message in messages {
                let one = parse(message, &settings, &mut fresh);
                let other = parse(message, &settings, &mut used);
                assert_eq!(one.parser, other.parser, "after {name}: {message}");
                assert_eq!(one.event, other.event, "after {name}: {message}");
            }
        }
    }
}

#[test]
fn values_are_of_the_type_of_their_field() {
    let settings = settings();
    for (name, messages) in PARSERS.samples() {
        let mut memory = Memory::default();
        for message in messages {
            for field in parse(message, &settings, &mut memory).event.fields {
                let FieldName::Common(common) = field.name else {
                    continue;
                };
                let fits = match common.value_type() {
                    FieldType::Keyword | FieldType::Text => matches!(field.value, Value::Text(_)),
                    FieldType::Integer => matches!(field.value, Value::Integer(_)),
                    FieldType::Address => matches!(field.value, Value::Address(_)),
                };
                assert!(fits, "{name}: {} is {:?}", common.name(), field.value);
            }
        }
    }
}

/// The words that rules and pages rely on.
#[test]
fn outcomes_and_categories_are_of_a_fixed_set() {
    const OUTCOMES: [&str; 3] = ["success", "failure", "unknown"];
    const CATEGORIES: [&str; 13] = [
        "authentication",
        "configuration",
        "database",
        "file",
        "host",
        "iam",
        "intrusion_detection",
        "network",
        "process",
        "registry",
        "session",
        "web",
        "malware",
    ];
    let settings = settings();
    for (name, messages) in PARSERS.samples() {
        let mut memory = Memory::default();
        for message in messages {
            let event = parse(message, &settings, &mut memory).event;
            for (field, known) in [
                (Field::EVENT_OUTCOME, &OUTCOMES[..]),
                (Field::EVENT_CATEGORY, &CATEGORIES[..]),
            ] {
                if let Some(value) = event.get(field) {
                    let word = value.to_text();
                    assert!(
                        known.contains(&word.as_ref()),
                        "{name}: {} {word}",
                        field.name()
                    );
                }
            }
            assert!(
                event.get(Field::EVENT_DATASET).is_some(),
                "{name}: {message}"
            );
        }
    }
}

#[test]
fn files_with_mistakes_are_left_out_and_named() {
    let good = "name: a\ntitle: {zh: 甲, en: A}\ndataset: a.b\nwhen: {starts: [x]}\nlines: [{pattern: 'x %{rest:message}'}]\n";
    let cases = [
        ("", "end of input"),
        ("name: a\nnonsense: 1\n", "nonsense"),
        (&good.replace("%{rest:message}", "%{nothing}"), "no shape"),
        (&good.replace("{starts: [x]}", "{}"), "every message"),
        (&good.replace("starts: [x]", "starts: ['']"), "empty text"),
        (
            &good.replace("name: a", "name: a\nextends: z"),
            "no parser `z`",
        ),
        (
            &good.replace("rest:message", "rest:message:colour"),
            "no type",
        ),
    ];
    for (text, expected) in cases {
        let (parsers, errors) = Parsers::load(&[("a.yaml".to_owned(), text.to_owned())]);
        assert_eq!(parsers.names().count(), 0);
        let problem = errors.first().unwrap().to_string();
        assert!(problem.contains(expected), "{problem}: {expected}");
    }
    let both = [
        ("a.yaml".to_owned(), good.to_owned()),
        ("b.yaml".to_owned(), good.to_owned()),
    ];
    let (parsers, errors) = Parsers::load(&both);
    assert_eq!((parsers.names().count(), errors.len()), (1, 1));
}

#[test]
fn a_source_may_be_set_to_one_format() {
    let mut memory = Memory::default();
    let mut settings = settings();
    settings.format = Format::Named("cef".to_owned());
    let parsed = parse("CEF:0|A|B|1|2|c|3|src=10.0.0.1", &settings, &mut memory);
    assert_eq!(parsed.parser, Some("cef"));
    let parsed = parse("{\"src\":\"10.0.0.1\"}", &settings, &mut memory);
    assert_eq!(parsed.parser, None);
    assert_eq!(parsed.event.fields, []);
    assert_eq!(parsed.notes.first().unwrap().kind.word(), "unexpected");
}

#[test]
fn files_are_named_as_their_parsers() {
    for (path, text) in files() {
        let name = path.strip_suffix(".yaml").unwrap();
        assert!(text.starts_with(&format!("name: {name}\n")), "{path}");
    }
}
