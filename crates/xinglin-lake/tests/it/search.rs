//! Searches say what a plain loop over all events says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use tempfile::tempdir;
use xinglin_lake::{
    Lake, Order, Query, Search, Settings, Spread, Stop, StoredEvent, disk::LocalDisk,
};

use crate::lines::{FIRST, Pairs, all, line, message};

/// How many messages there are: more than a page of a file.
const COUNT: u64 = 12_000;

/// A lake of two files and of some events in memory; one event each two seconds.
fn filled(folder: &std::path::Path) -> Lake {
    let settings = Settings::default();
    let disk = Arc::new(LocalDisk);
    let (lake, _) = Lake::open(folder, settings, disk, Box::new(Pairs)).unwrap();
    for number in 0..COUNT {
        let source = if number % 3 == 0 { "his" } else { "fw-01" };
        let mut text = line(source, number);
        if number % 1_000 == 7 {
            text.push_str(" 患者张三丰 NeedleWord");
        }
        let second = i64::try_from(number * 2).unwrap();
        let ticket = lake.append(&[message(source, &text, second)]).unwrap();
        if number + 1 == COUNT {
            ticket.wait().unwrap();
        }
        if number == 4_000 || number == 11_500 {
            lake.flush().unwrap();
        }
    }
    lake.settle().unwrap();
    lake
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_second(FIRST + i64::try_from(second).unwrap()).unwrap()
}

fn found(lake: &Lake, typed: &str, order: Order, most: usize) -> (Vec<StoredEvent>, bool) {
    let stop = Stop::never();
    let search = Search {
        query: &Query::parse(typed).unwrap(),
        from: None,
        to: None,
        order,
        most,
        beyond: None,
        stop: &stop,
    };
    let found = lake.search(&search).unwrap();
    (found.events, found.more)
}

fn value<'a>(event: &'a StoredEvent, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    event.event.get_named(name).map(|value| value.to_text())
}

/// What was searched for, and how a plain loop says it.
type Case = (&'static str, fn(&StoredEvent) -> bool);

#[test]
fn a_search_finds_what_a_loop_finds() {
    let folder = tempdir().unwrap();
    let lake = filled(folder.path());
    let events = all(&lake);
    assert_eq!(events.len(), usize::try_from(COUNT).unwrap());
    let cases: &[Case] = &[
        ("", |_| true),
        ("needleword", |event| {
            event.event.text.contains("NeedleWord")
        }),
        ("张三", |event| event.event.text.contains("张三")),
        ("NEEDLE", |_| false),
        ("needle*", |event| event.event.text.contains("NeedleWord")),
        ("user.name:u3", |event| {
            value(event, "user.name").as_deref() == Some("u3")
        }),
        ("NOT user.name:u*", |_| false),
        ("source:HIS -event.action:login", |event| {
            event.source == "his" && value(event, "event.action").as_deref() != Some("login")
        }),
        ("source.ip:10.0.3.0/24", |event| {
            value(event, "source.ip").is_some_and(|ip| ip.starts_with("10.0.3."))
        }),
        ("source.port:<2000 OR n:[11990 TO *]", |event| {
            let number = |name| value(event, name).unwrap().parse::<u64>().unwrap();
            number("source.port") < 2_000 || number("n") >= 11_990
        }),
        ("\"user=u5 ip\"", |event| {
            value(event, "user.name").as_deref() == Some("u5")
        }),
        ("missing:*", |_| false),
        ("(u3 OR u4) AND \"done\" AND user.name:u4", |event| {
            value(event, "user.name").as_deref() == Some("u4")
        }),
    ];
    for (typed, passes) in cases {
        let wanted: Vec<u64> = events
            .iter()
            .filter(|event| passes(event))
            .map(|event| event.sequence)
            .collect();
        let (mut some, more) = found(&lake, typed, Order::OldestFirst, 20_000);
        assert!(!more);
        let mut sorted = wanted.clone();
        sorted.sort_unstable();
        let numbers: Vec<u64> = some.iter().map(|event| event.sequence).collect();
        assert_eq!(numbers, sorted, "{typed}");
        // Events are whole.
        if let Some(event) = some.pop() {
            let same = events.iter().find(|of| of.sequence == event.sequence);
            assert_eq!(Some(&event), same, "{typed}");
        }
        let (newest, more) = found(&lake, typed, Order::NewestFirst, 10);
        let numbers: Vec<u64> = newest.iter().map(|event| event.sequence).collect();
        let last: Vec<u64> = sorted.iter().rev().take(10).copied().collect();
        assert_eq!(numbers, last, "{typed}");
        assert_eq!(more, sorted.len() > 10, "{typed}");
    }
}

#[test]
fn one_search_goes_on_where_another_ended() {
    let folder = tempdir().unwrap();
    let lake = filled(folder.path());
    let query = Query::parse("event.action:query").unwrap();
    let stop = Stop::never();
    let mut beyond = None;
    let mut numbers = Vec::new();
    loop {
        let search = Search {
            query: &query,
            from: Some(at(1_000)),
            to: Some(at(21_000)),
            order: Order::NewestFirst,
            most: 777,
            beyond,
            stop: &stop,
        };
        let found = lake.search(&search).unwrap();
        numbers.extend(found.events.iter().map(|event| event.sequence));
        beyond = found
            .events
            .last()
            .map(|event| (event.event.at, event.sequence));
        if !found.more {
            break;
        }
    }
    let events = all(&lake);
    let mut wanted: Vec<u64> = events
        .iter()
        .filter(|event| value(event, "event.action").as_deref() == Some("query"))
        .filter(|event| event.event.at >= at(1_000) && event.event.at < at(21_000))
        .map(|event| event.sequence)
        .collect();
    wanted.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(numbers, wanted);
}

#[test]
fn spreads_are_counted() {
    let folder = tempdir().unwrap();
    let lake = filled(folder.path());
    let stop = Stop::never();
    for (typed, total) in [("", 9_000), ("user.name:u*", 9_000), ("needleword", 9)] {
        let query = Query::parse(typed).unwrap();
        // By whole minutes: what asks for everything is answered from counts.
        let histogram = lake
            .histogram(&query, at(0), at(18_000), 60, &stop)
            .unwrap();
        let counted: u64 = histogram.buckets.iter().map(|bucket| bucket.events).sum();
        assert_eq!((counted, histogram.seconds), (total, 300), "{typed}");
        assert!(histogram.exact);
        let odd = lake
            .histogram(&query, at(1), at(18_001), 60, &stop)
            .unwrap();
        let counted: u64 = odd.buckets.iter().map(|bucket| bucket.events).sum();
        assert_eq!(counted, total, "{typed}");
    }
    let query = Query::parse("source:his").unwrap();
    let fields = ["user.name", "source", "event.action"];
    let spread = Spread {
        fields: &fields,
        values: 3,
        events: u64::MAX,
    };
    let facets = lake.facets(&query, None, None, spread, &stop).unwrap();
    assert_eq!(facets.examined, COUNT / 3);
    let by_name: BTreeMap<_, _> = facets
        .facets
        .iter()
        .map(|facet| (facet.name.as_str(), facet))
        .collect();
    assert_eq!(by_name["source"].values, [("his".to_owned(), COUNT / 3)]);
    assert_eq!(
        by_name["event.action"].values,
        [("login".to_owned(), COUNT / 3)]
    );
    assert_eq!(by_name["user.name"].values.len(), 3);
    assert_eq!(by_name["user.name"].filled, COUNT / 3);
}

#[test]
fn what_comes_is_followed_and_seen_among_its_neighbours() {
    let folder = tempdir().unwrap();
    let lake = filled(folder.path());
    let last = lake.last_sequence().unwrap();
    assert_eq!(last, COUNT);
    let query = Query::parse("source:his").unwrap();
    let after = lake.after(last - 30, &query, 5).unwrap();
    assert_eq!((after.last, after.skipped), (last, 5));
    assert!(after.events.is_sorted_by_key(|event| event.sequence));
    assert_eq!(after.events.len(), 5);
    assert!(lake.after(last, &query, 5).unwrap().events.is_empty());
    for middle in [1, 4_002, COUNT] {
        let around = lake.around(middle, 3, 4).unwrap();
        let its = around
            .iter()
            .find(|event| event.sequence == middle)
            .unwrap();
        assert!(around.iter().all(|event| event.source == its.source));
        let before = around
            .iter()
            .filter(|event| event.sequence < middle)
            .count();
        let behind = around
            .iter()
            .filter(|event| event.sequence > middle)
            .count();
        assert_eq!(before, if middle == 1 { 0 } else { 3 });
        assert_eq!(behind, if middle == COUNT { 0 } else { 4 });
    }
    assert!(lake.around(COUNT + 9, 3, 3).unwrap().is_empty());
}

#[test]
fn all_events_come_once_whoever_reads_onward_and_while_more_are_written() {
    let folder = tempdir().unwrap();
    let lake = filled(folder.path());
    let mut cursor = 0;
    let mut seen = Vec::new();
    loop {
        let came = lake.onward(cursor, 700).unwrap();
        assert!(came.events.len() <= 700, "{}", came.events.len());
        assert_eq!(came.last, COUNT);
        seen.extend(came.events.iter().map(|event| event.sequence));
        if came.through == cursor {
            break;
        }
        cursor = came.through;
        if cursor > COUNT / 2 {
            // Where an event stands does not matter.
            lake.flush().unwrap();
        }
    }
    assert_eq!(cursor, COUNT);
    assert_eq!(seen, (1..=COUNT).collect::<Vec<u64>>());
    let numbers = BTreeSet::from([1, 2, 4_002, COUNT, COUNT + 9]);
    let found = lake.events_of(&numbers).unwrap();
    let found: Vec<u64> = found.iter().map(|event| event.sequence).collect();
    assert_eq!(found, [1, 2, 4_002, COUNT]);
}
