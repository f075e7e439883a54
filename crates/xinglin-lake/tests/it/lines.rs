//! Messages that say where they are from and which they are, and what is read in them.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use xinglin_core::{Event, EventField, Field, FieldName, Span, TimeSource, Value};
use xinglin_lake::{Lake, Message, ReadMessage, Receipt, StoredEvent};

/// 2026-07-01 00:00:00 UTC.
pub(crate) const FIRST: i64 = 1_782_864_000;

/// Reads `key=value` pairs, and what it is told by the first word.
pub(crate) struct Pairs;

impl ReadMessage for Pairs {
    fn read(&mut self, message: &Message<'_>, event: &mut dyn FnMut(&Event<'_>)) {
        let text = String::from_utf8_lossy(message.bytes);
        event(&read(&text, message.receipt.received_at));
    }
}

/// What is read in a text of pairs.
pub(crate) fn read(text: &str, at: Timestamp) -> Event<'_> {
    let mut fields = vec![EventField {
        name: Field::EVENT_DATASET.into(),
        value: Value::Text(Cow::Borrowed("test.pairs")),
        span: None,
    }];
    for part in text.split(' ') {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let name = match key {
            "user" => FieldName::Common(Field::USER_NAME),
            "ip" => FieldName::Common(Field::SOURCE_IP),
            "port" => FieldName::Common(Field::SOURCE_PORT),
            "action" => FieldName::Common(Field::EVENT_ACTION),
            other => FieldName::Other(Cow::Owned(other.to_owned())),
        };
        let value_of = |text: &str| -> Value<'static> {
            let integer = text.parse().map(Value::Integer);
            integer
                .or_else(|_| text.parse().map(Value::Address))
                .or_else(|_| text.parse().map(Value::Number))
                .or_else(|_| text.parse().map(Value::Bool))
                .unwrap_or_else(|_| Value::Text(Cow::Owned(text.to_owned())))
        };
        fields.push(EventField {
            name,
            value: value_of(value),
            span: Span::of(value, text),
        });
    }
    Event {
        at,
        at_from: TimeSource::Receipt,
        text: Cow::Borrowed(text),
        fields,
    }
}

/// The message with this number of a source.
pub(crate) fn line(source: &str, number: u64) -> String {
    let actions = ["login", "logout", "query"];
    let action = actions[usize::try_from(number % 3).unwrap()];
    format!(
        "{source} n={number} action={action} user=u{} ip=10.0.{}.{} port={} done",
        number % 17,
        number % 5,
        number % 250,
        1_024 + number * 7_919 % 60_000
    )
}

/// A message of a source.
pub(crate) fn message<'a>(source: &'a str, text: &'a str, second: i64) -> Message<'a> {
    Message {
        receipt: Receipt {
            source,
            peer: "10.9.9.9",
            transport: "tcp",
            received_at: Timestamp::from_second(FIRST + second).unwrap(),
        },
        bytes: text.as_bytes(),
    }
}

/// All events of a lake.
pub(crate) fn all(lake: &Lake) -> Vec<StoredEvent> {
    let mut events = Vec::new();
    lake.settle().unwrap();
    lake.scan(&mut |event| events.push(event)).unwrap();
    events
}

/// Checks that each acknowledged message is there once, no message twice, and that those of a
/// source are in the order they were sent. Texts are those of [`line`].
pub(crate) fn check(lake: &Lake, acknowledged: &[String]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut order: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
    for event in all(lake) {
        let text = event.event.text.into_owned();
        assert_eq!(event.raw, text.as_bytes());
        let mut words = text.split(' ');
        let source = words.next().unwrap().to_owned();
        let number = words
            .next()
            .unwrap()
            .strip_prefix("n=")
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(source, event.source);
        order
            .entry(source)
            .or_default()
            .push((event.sequence, number));
        *times.entry(text).or_default() += 1;
    }
    for text in acknowledged {
        assert_eq!(times.get(text), Some(&1), "acknowledged: {text}");
    }
    let twice: Vec<_> = times.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    for (source, mut list) in order {
        list.sort_unstable();
        assert!(list.is_sorted_by_key(|(_, number)| *number), "{source}");
        assert!(list.windows(2).all(|pair| pair[0].0 != pair[1].0));
    }
}
