//! What is asked of a lake, and what the answers take.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use xinglin_lake::{Lake, Order, Query, Search, Spread, Stop};

use super::{
    cpu,
    hospital::{FIRST, RARE},
};

/// Asks, and says what the answer comes down to.
type Question<'l> = Box<dyn Fn() -> u64 + 'l>;

/// How often each question is asked.
const TIMES: u32 = 20;

/// Asks each question, or only one, until it is warm and then twenty times: its name, the CPU of an answer
/// in milliseconds, and the number that the answer comes down to.
pub(super) fn ask(lake: &Lake, only: Option<&str>) -> Vec<Value> {
    let first = Timestamp::from_millisecond(FIRST).unwrap();
    let hour = |hour: i64| first + SignedDuration::from_hours(hour);
    let day = (first, hour(24));
    let of_one_address = "source.ip:10.1.7.100 OR destination.ip:10.1.7.100";
    let questions: [(&str, Question<'_>); 7] = [
        ("rare", Box::new(|| found(lake, RARE, None, 100))),
        (
            "failed",
            Box::new(|| {
                let query = "event.dataset:linux.sshd event.outcome:failure";
                top(lake, query, "source.ip")
            }),
        ),
        (
            "user",
            Box::new(|| counted(lake, "user.name:wang.fang", (hour(8), hour(9)))),
        ),
        ("address", Box::new(|| counted(lake, of_one_address, day))),
        (
            "newest",
            Box::new(|| found(lake, "user.name:wang.fang", None, 100)),
        ),
        (
            "phrase",
            Box::new(|| found(lake, "\"failed password for root\"", Some(day), 100)),
        ),
        (
            "nothing",
            Box::new(|| found(lake, "zzqq9nowhere", None, 100)),
        ),
    ];
    let ask = |(name, question): &(&str, Question<'_>)| {
        let answer = question();
        let before = cpu();
        for _ in 0..TIMES {
            assert_eq!(question(), answer);
        }
        let taken = (cpu() - before) / f64::from(TIMES);
        json!({"name": name, "cpu_ms": taken * 1e3, "answer": answer})
    };
    let asked = questions
        .iter()
        .filter(|(name, _)| only.is_none_or(|only| only == *name));
    asked.map(ask).collect()
}

/// How many are found, at most so many, the newest first.
fn found(lake: &Lake, query: &str, time: Option<(Timestamp, Timestamp)>, most: usize) -> u64 {
    let search = Search {
        query: &Query::parse(query).unwrap(),
        from: time.map(|(from, _)| from),
        to: time.map(|(_, to)| to),
        order: Order::NewestFirst,
        most,
        beyond: None,
        stop: &Stop::never(),
    };
    lake.search(&search).unwrap().events.len() as u64
}

/// How many there are in a time, by a histogram of it.
fn counted(lake: &Lake, query: &str, (from, to): (Timestamp, Timestamp)) -> u64 {
    let query = Query::parse(query).unwrap();
    let histogram = lake
        .histogram(&query, from, to, 60, &Stop::never())
        .unwrap();
    assert!(histogram.exact);
    histogram.buckets.iter().map(|bucket| bucket.events).sum()
}

/// How many the twenty most frequent values of a field have together.
fn top(lake: &Lake, query: &str, field: &str) -> u64 {
    let spread = Spread {
        fields: &[field],
        values: 20,
        events: u64::MAX,
    };
    let query = Query::parse(query).unwrap();
    let facets = lake
        .facets(&query, None, None, spread, &Stop::never())
        .unwrap();
    let values = facets.facets.iter().flat_map(|facet| &facet.values);
    values.map(|(_, events)| events).sum()
}
