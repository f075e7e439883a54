//! Bodies of requests: what is in them, what is wrong, and what is answered.

use proptest::prelude::*;
use xinglin_core::Field;
use xinglin_ingest::body::{self, Body, Limits, bulk, json, lines, otlp, otlp_answer};

use super::{Memory, parse, settings};

/// Messages as text, and rejected parts as `line reason`.
fn show(read: &Body<'_>) -> (Vec<String>, Vec<String>) {
    let text = |bytes: &std::borrow::Cow<'_, [u8]>| String::from_utf8_lossy(bytes).into_owned();
    let rejects = read.rejects.iter();
    let rejects = rejects.map(|reject| format!("{} {}", reject.line, reject.reason.word()));
    (read.messages.iter().map(text).collect(), rejects.collect())
}

fn of_json(body: &str) -> (Vec<String>, Vec<String>) {
    show(&json(body.as_bytes(), Limits::default()))
}

#[test]
fn objects_are_found_however_they_are_parted() {
    let cases: [(&str, &[&str], &[&str]); 16] = [
        ("", &[], &[]),
        ("\u{feff}{\"a\":1}\n", &["{\"a\":1}"], &[]),
        (
            "{\"a\":1}\r\n\n {\"b\" : 2} \n",
            &["{\"a\":1}", "{\"b\" : 2}"],
            &[],
        ),
        (
            "{\"a\":1}{\"b\":2} {\"c\":3}",
            &["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"],
            &[],
        ),
        ("{\n \"a\": 1\n}\n{\n}\n", &["{\n \"a\": 1\n}", "{\n}"], &[]),
        ("[]", &[], &[]),
        (
            " [ {\"a\":1} ,\n{\"b\":[]}]\n",
            &["{\"a\":1}", "{\"b\":[]}"],
            &[],
        ),
        // What is wrong on a line does not harm the others.
        ("{\"a\":\n{\"b\":2}\n", &["{\"b\":2}"], &["1 malformed"]),
        (
            "{\"a\":1}\nnothing\n7\n\"x\"\n{\"b\":2}",
            &["{\"a\":1}", "{\"b\":2}"],
            &["2 malformed", "3 not_an_object", "4 not_an_object"],
        ),
        (
            "{\"a\":1} rest\n{\"b\":2}",
            &["{\"a\":1}", "{\"b\":2}"],
            &["1 malformed"],
        ),
        (
            "{\"a\":1}\n[{\"b\":2}]",
            &["{\"a\":1}"],
            &["2 not_an_object"],
        ),
        // Lists end where nobody can tell what comes next.
        (
            "[{\"a\":1},\n7,{\"b\":2}]",
            &["{\"a\":1}", "{\"b\":2}"],
            &["2 not_an_object"],
        ),
        ("[{\"a\":1},\n{\"b\":}]", &["{\"a\":1}"], &["2 malformed"]),
        ("[{\"a\":1}\n", &["{\"a\":1}"], &["2 malformed"]),
        ("[{\"a\":1},]", &["{\"a\":1}"], &["1 malformed"]),
        ("[{\"a\":1}] {}", &["{\"a\":1}"], &["1 malformed"]),
    ];
    for (body, messages, rejects) in cases {
        let (found, rejected) = of_json(body);
        assert_eq!(found, messages, "{body}");
        assert_eq!(rejected, rejects, "{body}");
    }
    let read = json(b"{\"a\":\"\xff\"}\n{\"b\":2}\n", Limits::default());
    assert_eq!(
        show(&read),
        (vec!["{\"b\":2}".to_owned()], vec!["1 not_utf8".to_owned()])
    );
}

#[test]
fn bodies_are_bounded() {
    let limits = Limits {
        message_bytes: 20,
        messages: 3,
        joined_bytes: 100,
        rejects: 2,
    };
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(30));
    let body = format!("{long}\n{}", "{\"a\":1}\n".repeat(6));
    let read = json(body.as_bytes(), limits);
    assert_eq!((read.messages.len(), read.rejected), (3, 4));
    assert_eq!(show(&read).1, ["1 too_long", "5 too_many"]);
    let text = format!("{}\nshort\r\n\n", "x".repeat(30));
    assert_eq!(
        show(&lines(text.as_bytes(), limits)),
        (vec!["short".to_owned()], vec!["1 too_long".to_owned()])
    );

    // Few bytes that ask for many: the resource stands in each message.
    let resource = format!("{{\"attributes\":[],\"x\":\"{}\"}}", "y".repeat(1_000));
    let records = vec!["{}"; 10_000].join(",");
    let body = format!(
        "{{\"resourceLogs\":[{{\"resource\":{resource},\"scopeLogs\":[{{\"logRecords\":[{records}]}}]}}]}}"
    );
    let limits = Limits {
        joined_bytes: 100_000,
        ..Limits::default()
    };
    let read = otlp(body.as_bytes(), limits).unwrap();
    let joined: usize = read.messages.iter().map(|message| message.len()).sum();
    assert!(joined <= 100_000 && joined > 90_000, "{joined}");
    assert_eq!(read.messages.len() + read.rejected, 10_000);
}

#[test]
fn bulk_is_answered_item_by_item() {
    let body = concat!(
        "{\"create\":{\"_index\":\"his\"}}\n{\"message\":\"one\"}\n",
        "{\"index\":{\"_id\":\"7\\u0041\"}}\r\n{\"message\":\"two\"}\r\n",
        "{\"delete\":{\"_id\":\"7\"}}\n\n",
        "{\"update\":{\"_id\":\"7\"}}\n{\"doc\":{}}\n",
        "{\"create\":{}}\n{\"message\":\n",
        "{\"create\":{}}\n[1]\n",
        "{\"create\":{}}\n{\"message\":\"last\"}",
    );
    let read = bulk(body.as_bytes(), Limits::default()).unwrap();
    let (messages, rejects) = show(&read.body);
    assert_eq!(
        messages,
        [
            "{\"message\":\"one\"}",
            "{\"message\":\"two\"}",
            "{\"message\":\"last\"}"
        ]
    );
    assert_eq!(
        rejects,
        [
            "5 unsupported",
            "8 unsupported",
            "10 malformed",
            "12 not_an_object"
        ]
    );
    insta::assert_snapshot!(read.answer(3, "lo\"gs").replace("}},", "}},\n"));
    let fine = bulk(b"{\"create\":{}}\n{}\n", Limits::default()).unwrap();
    assert!(fine.answer(0, "a").contains("\"errors\":false"));
}

#[test]
fn an_action_that_is_none_ends_a_bulk() {
    for (body, line) in [
        ("{\"message\":\"no action\"}\n", 1),
        ("{\"create\":{}}\n{}\n{\"create\":7}\n{}\n", 3),
        ("{\"create\":{},\"index\":{}}\n{}\n", 1),
        ("{\"create\":{}}", 1),
        ("nothing", 1),
    ] {
        let error = bulk(body.as_bytes(), Limits::default()).unwrap_err();
        assert_eq!(error.line, line, "{body}");
        assert_eq!(
            error.to_string(),
            format!("the body is malformed from line {line} on")
        );
    }
}

#[test]
fn records_of_opentelemetry_have_their_resource_with_them() {
    let body = r#"{"resourceLogs":[
        {"scopeLogs":[{"scope":{"name":"his.login"},"logRecords":[
            {"timeUnixNano":"1782962100155000000","body":{"stringValue":"one"},"attributes":[{"key":"user.name","value":{"stringValue":"lin.fang"}}]},
            7,
            {"timeUnixNano":"1782962100156000000","body":{"stringValue":"two"}}]}],
         "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"his"}}]}},
        {"scopeLogs":[{"logRecords":[{"body":{"stringValue":"three"}}]}]}]}"#;
    let read = otlp(body.as_bytes(), Limits::default()).unwrap();
    let (messages, rejects) = show(&read);
    assert_eq!(rejects, ["2 not_an_object"]);
    assert_eq!(
        otlp_answer(&read),
        r#"{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"record 2 is not_an_object"}}"#
    );
    let settings = settings();
    let mut found = Vec::new();
    for message in &messages {
        let parsed = parse(message, &settings, &mut Memory::default());
        assert_eq!(parsed.parser, Some("otlp"), "{message}");
        let value = |field| {
            parsed
                .event
                .get(field)
                .map(|value| value.to_text().into_owned())
        };
        found.push(
            [
                Field::MESSAGE,
                Field::SERVICE_NAME,
                Field::USER_NAME,
                Field::LOG_LOGGER,
            ]
            .map(value),
        );
    }
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        found,
        [
            [
                some("one"),
                some("his"),
                some("lin.fang"),
                some("his.login")
            ],
            [some("two"), some("his"), None, some("his.login")],
            [some("three"), None, None, None],
        ]
    );
    let fine = otlp(b"{}", Limits::default()).unwrap();
    assert_eq!(
        (fine.messages.len(), otlp_answer(&fine).as_str()),
        (0, "{}")
    );
    for broken in ["", "[]", "{\"resourceLogs\":[", "{} {}"] {
        assert!(
            otlp(broken.as_bytes(), Limits::default()).is_err(),
            "{broken}"
        );
    }
}

fn objects() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        "[ -!#-\\[\\]-~\u{4e2d}]{0,8}".prop_map(|text| format!("\"{text}\"")),
        Just(r#""\"\\\n\u4e2d""#.to_owned()),
    ];
    let value = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec(inner, 0..4).prop_map(|all| {
                let members = all.iter().map(|value| format!("\"k\" :{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    });
    value.prop_map(|value| format!("{{\"v\":{value}}}"))
}

proptest! {
    #[test]
    fn every_object_is_found(all in prop::collection::vec(objects(), 0..6)) {
        for body in [all.join("\n"), format!("[{}]", all.join(" ,\n"))] {
            prop_assert_eq!(of_json(&body), (all.clone(), Vec::new()));
        }
        let body = all.iter().flat_map(|object| ["{\"create\":{}}\n", object, "\n"]).collect::<String>();
        let read = bulk(body.as_bytes(), Limits::default()).unwrap();
        prop_assert_eq!(show(&read.body), (all.clone(), Vec::new()));
        let body = format!("{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{}]}}]}}]}}", all.join(","));
        let read = otlp(body.as_bytes(), Limits::default()).unwrap();
        let expected = all.iter().map(|object| format!("{{\"resource\":{{}},\"scope\":{{}},\"logRecord\":{object}}}"));
        prop_assert_eq!(show(&read).0, expected.collect::<Vec<_>>());
    }

    #[test]
    fn garbage_is_counted(body in prop::collection::vec(prop_oneof![Just(b'{'), Just(b'}'), Just(b'"'), Just(b'\n'), Just(b'['), Just(b':'), any::<u8>()], 0..200)) {
        let read = json(&body, Limits::default());
        prop_assert!(body.trim_ascii().is_empty() || body.trim_ascii() == b"[]" || body.starts_with(b"\xef\xbb\xbf") || read.messages.len() + read.rejected > 0);
        for message in &read.messages {
            prop_assert!(body.windows(message.len()).any(|part| part == message.as_ref()));
        }
        drop(body::bulk(&body, Limits::default()));
        drop(body::otlp(&body, Limits::default()));
    }
}
