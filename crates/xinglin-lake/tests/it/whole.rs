//! Events come back as they went in.

use std::{borrow::Cow, path::Path, sync::Arc};

use jiff::Timestamp;
use proptest::prelude::*;
use xinglin_core::{Event, EventField, FieldName, Span, TimeSource, Value};
use xinglin_lake::{
    Edges, Lake, Message, Order, PAGE_ROWS, Permit, Query, ReadMessage, Receipt, Retention, Search,
    Settings, Stop, words_of,
};

use crate::{
    crash::small,
    lines::{FIRST, Pairs, all, check, line, message},
    simulated::Simulated,
};

/// Reads what it was given before, one event for each message.
struct Given(Vec<Event<'static>>);

impl ReadMessage for Given {
    fn read(&mut self, _message: &Message<'_>, event: &mut dyn FnMut(&Event<'_>)) {
        event(&self.0.remove(0));
    }
}

fn later() -> Timestamp {
    Timestamp::from_second(FIRST + 400 * 86_400).unwrap()
}

/// Fields without spans, by name, in an order of their own.
fn plain(event: &Event<'_>) -> Vec<(String, String)> {
    let mut fields: Vec<_> = event
        .fields
        .iter()
        .map(|field| (field.name.as_str().to_owned(), format!("{:?}", field.value)))
        .collect();
    fields.sort();
    fields
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        "[a-z0-9. 患者=-]{0,12}".prop_map(|text| Value::Text(Cow::Owned(text))),
        any::<i64>().prop_map(Value::Integer),
        (-1e9_f64..1e9).prop_map(Value::Number),
        any::<bool>().prop_map(Value::Bool),
        any::<u32>().prop_map(|bits| Value::Address(std::net::Ipv4Addr::from(bits).into())),
        any::<u128>().prop_map(|bits| Value::Address(std::net::Ipv6Addr::from(bits).into())),
    ]
}

/// An event with any fields, some of which stand in its text where they say, some elsewhere.
fn event() -> impl Strategy<Value = Event<'static>> {
    let names = prop::sample::select(vec![
        "user.name",
        "source.ip",
        "source.port",
        "event.action",
        "event.dataset",
        "message",
        "other.thing",
        "time",
        "@weird {name}",
        "more",
    ]);
    let field = (names, value(), any::<bool>());
    let parts = prop::collection::vec(("[a-zA-Z0-9 ={}\"':.,\u{e9}患者]{0,14}", field), 0..6);
    let time = (-2_000_000_000_i64..4_000_000_000, 0_i32..1_000_000_000);
    (
        parts,
        time,
        prop::option::of("Jul  1 00:00:11 |2026-07-01T00:00:00.5Z "),
        0_usize..3,
    )
        .prop_map(|(parts, (second, below), time, shift)| {
            let mut text = time.unwrap_or_default();
            let mut fields = Vec::new();
            for (literal, (name, value, stands)) in parts {
                text.push_str(&literal);
                let start = text.len();
                text.push_str(&value.to_text());
                // A span that is wrong must do no harm.
                let start = u32::try_from(start.saturating_sub(shift % 2)).unwrap();
                let end = u32::try_from(text.len()).unwrap();
                fields.push(EventField {
                    name: FieldName::new(name.to_owned()),
                    value,
                    span: stands.then_some(Span { start, end }),
                });
            }
            Event {
                at: Timestamp::new(second, below).unwrap(),
                at_from: TimeSource::EventLocal,
                text: Cow::Owned(text),
                fields,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn any_event_comes_back(events in prop::collection::vec(event(), 1..24), repeat in 1_usize..4) {
        let events: Vec<_> = std::iter::repeat_n(events, repeat).flatten().collect();
        let disk = Simulated::default();
        let given = Box::new(Given(events.clone()));
        let lake = Lake::open(Path::new("/lake"), Settings::default(), Arc::new(disk), given).unwrap().0;
        let raw: Vec<Vec<u8>> = events
            .iter()
            .zip(0_u8..)
            .map(|(event, turn)| match turn % 3 {
                0 => event.text.as_bytes().to_vec(),
                1 => [event.text.as_bytes(), b"\n"].concat(),
                _ => vec![0xff, turn],
            })
            .collect();
        for (bytes, turn) in raw.iter().zip(0..) {
            let receipt = Receipt {
                source: ["a", "b"][turn % 2],
                peer: ["", "10.0.0.1"][turn / 2 % 2],
                transport: "udp",
                received_at: Timestamp::from_millisecond(FIRST * 1_000 + i64::try_from(turn).unwrap()).unwrap(),
            };
            lake.append(&[Message { receipt, bytes }]).unwrap().wait().unwrap();
            if turn == events.len() / 2 {
                lake.flush().unwrap();
            }
        }
        let compare = |lake: &Lake| {
            let mut stored = all(lake);
            stored.sort_by_key(|event| event.sequence);
            assert_eq!(stored.len(), events.len());
            for ((stored, event), raw) in stored.iter().zip(&events).zip(&raw) {
                assert_eq!(stored.event.text, event.text);
                assert_eq!(stored.event.at, event.at);
                assert_eq!(stored.event.at_from, event.at_from);
                assert_eq!(plain(&stored.event), plain(event));
                assert_eq!(&stored.raw, raw);
                let turn = usize::try_from(stored.sequence - 1).unwrap();
                assert_eq!(stored.source, ["a", "b"][turn % 2]);
                assert_eq!(stored.peer, ["", "10.0.0.1"][turn / 2 % 2]);
            }
        };
        compare(&lake);
        lake.flush().unwrap();
        compare(&lake);
        lake.compact(later()).unwrap();
        prop_assert_eq!(lake.files().len(), 1);
        compare(&lake);
        prop_assert!(lake.verify().unwrap().flaws.is_empty());
    }
}

#[test]
fn words_say_which_pages_have_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        flush_bytes: 3 << 20,
        ..small()
    };
    let disk = Arc::new(xinglin_lake::disk::LocalDisk);
    let lake = Lake::open(folder.path(), settings, disk, Box::new(Pairs))
        .unwrap()
        .0;
    let mut acknowledged = Vec::new();
    let rare = 31_000;
    for first in (0..40_000).step_by(500) {
        let texts: Vec<_> = (first..first + 500)
            .map(|number| {
                let word = if number == rare {
                    " zx9q7rare 张三丰"
                } else {
                    ""
                };
                format!("{}{word}", line("fw-1", number))
            })
            .collect();
        let batch: Vec<_> = texts
            .iter()
            .map(|text| message("fw-1", text, i64::try_from(first / 100).unwrap()))
            .collect();
        lake.append(&batch).unwrap().wait().unwrap();
        acknowledged.extend(texts);
    }
    lake.flush().unwrap();
    for merged in [false, true] {
        if merged {
            lake.compact(later()).unwrap();
            assert_eq!(lake.files().len(), 1);
        }
        check(&lake, &acknowledged);
        for needle in ["zx9q7rare", "张三丰"] {
            let words = words_of(needle, Edges::Whole);
            let (mut may, mut pages) = (0, 0);
            for entry in lake.files() {
                let found = lake.pages_with(&entry, &words).unwrap();
                assert_eq!(
                    found.len(),
                    usize::try_from(entry.rows).unwrap().div_ceil(PAGE_ROWS)
                );
                may += found.iter().filter(|may| **may).count();
                pages += found.len();
            }
            assert!((1..=1 + pages / 4).contains(&may), "{may} of {pages} pages");
            let query = Query::parse(needle).unwrap();
            let search = Search {
                query: &query,
                from: None,
                to: None,
                order: Order::NewestFirst,
                most: 10,
                beyond: None,
                stop: &Stop::never(),
            };
            let found = lake.search(&search).unwrap();
            assert_eq!(found.looked.read, may as u64);
            assert_eq!(found.events.len(), 1);
            assert!(found.events[0].event.text.ends_with("zx9q7rare 张三丰"));
        }
        let mut counted = 0;
        let mut logins = 0;
        for entry in lake.files() {
            let counts = lake.counts(&entry).unwrap();
            counted += counts.events();
            let of_action = counts
                .minutes()
                .filter(|(_, kind, _)| kind.action == "login");
            logins += of_action.map(|(.., events)| events).sum::<u64>();
            assert_eq!(entry.sources.get("fw-1"), Some(&entry.rows));
        }
        assert_eq!((counted, logins), (40_000, 13_334));
    }
}

#[test]
fn sources_that_are_kept_differently_do_not_share_files() {
    let disk = Simulated::default();
    let permit = Permit::new("auditor", "a test bench").unwrap();
    let retention = Retention::default()
        .with("his-db", 400)
        .unwrap()
        .with_permit("bench", 7, &permit);
    let settings = Settings {
        retention,
        ..small()
    };
    let lake = Lake::open(
        Path::new("/lake"),
        settings,
        Arc::new(disk),
        Box::new(Pairs),
    )
    .unwrap()
    .0;
    for source in ["fw-1", "his-db", "bench", "ids-1"] {
        let text = line(source, 1);
        lake.append(&[message(source, &text, 1)])
            .unwrap()
            .wait()
            .unwrap();
    }
    lake.flush().unwrap();
    lake.compact(later()).unwrap();
    let sources: Vec<Vec<String>> = lake
        .files()
        .iter()
        .map(|entry| entry.sources.keys().cloned().collect())
        .collect();
    assert_eq!(
        sources,
        [
            vec!["bench".to_owned()],
            vec!["fw-1".to_owned(), "ids-1".to_owned()],
            vec!["his-db".to_owned()]
        ]
    );
    let in_a_month = Timestamp::from_second(FIRST + 30 * 86_400).unwrap();
    let gone = lake.retain(in_a_month).unwrap();
    assert_eq!(gone.len(), 1);

    // What is decided otherwise counts at once.
    let permit = Permit::new("auditor", "another test bench").unwrap();
    let other = Retention::default().with_permit("his-db", 7, &permit);
    lake.set_retention(other);
    let gone = lake.retain(in_a_month).unwrap();
    assert_eq!(gone.len(), 1);
    assert!(gone[0].sources.contains_key("his-db"));
}
