//! Questions in SQL have the answers that a plain look at all events has.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};
use xinglin_lake::{Lake, Settings, SqlError, SqlLimits, Stop, StoredEvent};

use crate::{
    crash::Chance,
    lines::{FIRST, Pairs, all, line, message},
    simulated::Simulated,
};

const LIMITS: SqlLimits = SqlLimits {
    memory_bytes: 64 << 20,
    rows: 100_000,
};

/// Events in merged files, in files, and in memory, some with fields that few have.
fn lake(events: u64) -> Lake {
    let settings = Settings {
        flush_after: Duration::from_hours(1),
        ..Settings::default()
    };
    let disk = Arc::new(Simulated::default());
    let lake = Lake::open(Path::new("/lake"), settings, disk, Box::new(Pairs))
        .unwrap()
        .0;
    let mut chance = Chance(7);
    let part = events / 5;
    for number in 0..events {
        let source = ["fw-1", "his-db", "nginx"][usize::try_from(chance.below(3)).unwrap()];
        let mut text = line(source, number);
        // So few that in some files they have no column.
        if chance.below(if number / part == 3 { 40 } else { 900 }) == 0 {
            text.push_str(" rare=zx9q7rare 患者张三丰");
        }
        // Of different kinds in different files.
        match number / part {
            0 => text = format!("{text} mixed={}", number % 7),
            1 | 4 => text = format!("{text} mixed=m{}", number % 7),
            _ => {}
        }
        let second = i64::try_from(number / 3).unwrap();
        let ticket = lake.append(&[message(source, &text, second)]).unwrap();
        if (number + 1).is_multiple_of(part) && number + 1 < events {
            ticket.wait().unwrap();
            lake.settle().unwrap();
            lake.flush().unwrap();
        }
        if number + 1 == part * 3 {
            lake.compact(Timestamp::from_second(FIRST + 400 * 86_400).unwrap())
                .unwrap();
        }
    }
    lake.settle().unwrap();
    while all(&lake).len() < usize::try_from(events).unwrap() {
        thread::yield_now();
    }
    lake
}

fn patient() -> Stop {
    Stop::after(Duration::from_mins(1))
}

fn ask(lake: &Lake, question: &str) -> Result<Vec<Vec<Value>>, SqlError> {
    let mut rows = Vec::new();
    for part in lake.sql(question, LIMITS, &patient())? {
        rows.extend(part?);
    }
    Ok(rows)
}

/// The first value of this name.
fn field(event: &StoredEvent, name: &str) -> Option<String> {
    let mut fields = event.event.fields.iter();
    let found = fields.find(|field| field.name.as_str() == name)?;
    Some(found.value.to_text().into_owned())
}

type Holds = Box<dyn Fn(&StoredEvent) -> bool>;

/// A condition in SQL, and what it says.
fn condition(chance: &mut Chance, events: u64) -> (String, Holds) {
    let number = chance.below(events);
    let of = |name: &'static str, value: String| -> (String, Holds) {
        let sql = format!("\"{name}\" = '{value}'");
        (
            sql,
            Box::new(move |event| field(event, name).as_deref() == Some(&value)),
        )
    };
    match chance.below(11) {
        0 => of("user.name", format!("u{}", number % 19)),
        1 => of("source.ip", format!("10.0.{}.{}", number % 5, number % 250)),
        2 => of(
            "event.action",
            ["login", "logout", "nothing"][usize::try_from(number % 3).unwrap()].to_owned(),
        ),
        3 => {
            let port = i64::try_from(1_024 + number * 7_919 % 60_000).unwrap();
            let holds = move |event: &StoredEvent| {
                field(event, "source.port").is_some_and(|of| of.parse::<i64>().unwrap() > port)
            };
            (format!("\"source.port\" > {port}"), Box::new(holds))
        }
        4 => {
            let at = Timestamp::from_second(FIRST + i64::try_from(number / 3).unwrap()).unwrap();
            (
                format!("time >= TIMESTAMP '{at}'"),
                Box::new(move |event| event.event.at >= at),
            )
        }
        5 => {
            let at = Timestamp::from_second(FIRST + i64::try_from(number / 3).unwrap()).unwrap();
            (
                format!("time < '{at}'"),
                Box::new(move |event| event.event.at < at),
            )
        }
        6 => {
            let part = [
                "%zx9q7rare%",
                "%张三丰",
                "%action=login user=u3 %",
                "his-db%",
            ];
            let place = usize::try_from(number % 4).unwrap();
            let inner = part[place].trim_matches('%');
            let holds: Holds = match place {
                1 => Box::new(move |event| event.event.text.ends_with(inner)),
                3 => Box::new(move |event| event.event.text.starts_with(inner)),
                _ => Box::new(move |event| event.event.text.contains(inner)),
            };
            (format!("text LIKE '{}'", part[place]), holds)
        }
        7 => {
            let part = format!("ip=10.0.{}.{} port", number % 5, number % 250);
            let sql = format!("contains(text, '{part}')");
            (sql, Box::new(move |event| event.event.text.contains(&part)))
        }
        8 => {
            let holds = |event: &StoredEvent| event.source == "his-db";
            ("source = 'his-db'".to_owned(), Box::new(holds))
        }
        9 => (
            "rare IS NOT NULL".to_owned(),
            Box::new(|event| field(event, "rare").is_some()),
        ),
        _ => {
            let sql = format!("sequence BETWEEN {number} AND {}", number + 40);
            (
                sql,
                Box::new(move |event| (number..=number + 40).contains(&event.sequence)),
            )
        }
    }
}

#[test]
fn answers_are_those_of_a_plain_look() {
    const EVENTS: u64 = 12_000;
    let lake = lake(EVENTS);
    assert_eq!(lake.files().len(), 2);
    assert!(lake.hot_events() > 0);
    let mut events = all(&lake);
    events.sort_by_key(|event| event.sequence);
    let mut chance = Chance(99);
    for _ in 0..80 {
        let (one, holds) = condition(&mut chance, EVENTS);
        let (other, also) = condition(&mut chance, EVENTS);
        let (join, both) =
            [("AND", true), ("OR", false)][usize::try_from(chance.below(2)).unwrap()];
        let question = format!(
            "SELECT sequence, text, \"user.name\", \"source.port\", received FROM events \
             WHERE {one} {join} NOT ({other}) ORDER BY sequence"
        );
        let expected: Vec<Vec<Value>> = events
            .iter()
            .filter(|event| {
                if both {
                    holds(event) && !also(event)
                } else {
                    holds(event) || !also(event)
                }
            })
            .map(|event| {
                vec![
                    json!(event.sequence),
                    json!(event.event.text),
                    json!(field(event, "user.name")),
                    json!(field(event, "source.port").map(|port| port.parse::<i64>().unwrap())),
                    json!(event.received_at.to_string()),
                ]
            })
            .collect();
        let rows = ask(&lake, &question).unwrap();
        assert_eq!(rows.len(), expected.len(), "{question}");
        assert_eq!(rows, expected, "{question}");
    }
    let by_action = ask(
        &lake,
        "SELECT \"event.action\", count(*), min(time), count(mixed) FROM events GROUP BY 1 ORDER BY 1",
    );
    let count = |action: &str| {
        events
            .iter()
            .filter(|event| field(event, "event.action").as_deref() == Some(action))
            .count()
    };
    let actions: Vec<(Value, Value)> = by_action
        .unwrap()
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let expected = ["login", "logout", "query"].map(|action| (json!(action), json!(count(action))));
    assert_eq!(actions, expected);
    assert_eq!(
        ask(&lake, "SELECT count(*) FROM events").unwrap(),
        [[json!(EVENTS)]]
    );
}

#[test]
fn only_what_reads_is_answered() {
    let lake = lake(100);
    for question in [
        "DROP TABLE events",
        "INSERT INTO events (source) VALUES ('x')",
        "DELETE FROM events",
        "UPDATE events SET source = 'x'",
        "CREATE TABLE t AS SELECT * FROM events",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "COPY events TO '/tmp/out.csv'",
        "SET datafusion.execution.batch_size = 1",
        "SHOW TABLES",
        "EXPLAIN DROP TABLE events",
        "EXPLAIN COPY events TO '/tmp/out.csv'",
        "EXPLAIN ANALYZE INSERT INTO events (source) VALUES ('x')",
        "WITH x AS (SELECT 1) DELETE FROM events",
        "SELECT * FROM events; DROP TABLE events",
        "SELECT * INTO copied FROM events",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM events",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM information_schema.tables",
        "WITH RECURSIVE n AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM n) SELECT * FROM n",
        "SELECT repeat(text, 1000000) FROM events",
        "SELECT t, unnest(a) FROM (SELECT max(text) AS t, array_agg(sequence) AS a FROM events)",
        "SELEC 1",
        "SELECT 1 / 0",
        "",
        ";;",
    ] {
        let outcome = ask(&lake, question);
        assert!(
            matches!(outcome, Err(SqlError::Wrong(_))),
            "{question}: {outcome:?}"
        );
    }
    assert_eq!(
        ask(&lake, "SELECT count(*) FROM events;").unwrap(),
        [[json!(100)]]
    );
}

fn with(lake: &Lake, limits: SqlLimits, question: &str) -> Result<(usize, bool), SqlError> {
    let mut answer = lake.sql(question, limits, &patient())?;
    let mut rows = 0;
    for part in answer.by_ref() {
        rows += part?.len();
    }
    Ok((rows, answer.is_cut()))
}

#[test]
fn a_question_keeps_to_its_limits() {
    let lake = lake(4_000);
    let small = SqlLimits {
        memory_bytes: 50_000,
        ..LIMITS
    };
    let grouped = "SELECT text, count(*) FROM events GROUP BY text";
    let outcome = with(&lake, small, grouped);
    assert!(
        matches!(outcome, Err(SqlError::TooMuchMemory)),
        "{outcome:?}"
    );
    assert_eq!(with(&lake, LIMITS, grouped).unwrap(), (4_000, false));
    let few = SqlLimits { rows: 10, ..LIMITS };
    let all = "SELECT text FROM events";
    assert_eq!(with(&lake, few, all).unwrap(), (10, true));
    let ten = "SELECT text FROM events LIMIT 10";
    assert_eq!(with(&lake, few, ten).unwrap(), (10, false));
    let unlimited = SqlLimits {
        rows: usize::MAX,
        ..LIMITS
    };
    assert_eq!(with(&lake, unlimited, all).unwrap(), (4_000, false));
}

#[test]
fn whatever_explodes_is_stopped_in_time() {
    let lake = lake(4_000);
    for question in [
        "SELECT sum(value % 7) FROM generate_series(1, 1000000000000)",
        // 4,000⁴ rows, of which none is kept.
        "SELECT count(*) FROM events a, events b, events c, events d WHERE a.text || b.text = c.text || d.text || 'x'",
        "SELECT count(a.sequence + b.sequence) FROM events a CROSS JOIN events b CROSS JOIN events c",
        "SELECT count(*) FROM events a JOIN events b ON a.sequence < b.sequence - 100000000 JOIN events c ON b.text <> c.text",
        "SELECT count(*) FROM (SELECT 1 AS k, a.value FROM generate_series(1, 300000) a) x \
         JOIN (SELECT 1 AS k, b.value FROM generate_series(1, 300000) b) y ON x.k = y.k AND x.value > y.value + 1000000",
        "SELECT count(*) FROM generate_series(1, 300000) a JOIN generate_series(1, 300000) b ON a.value > b.value + 1000000",
    ] {
        let start = Instant::now();
        let stop = Stop::after(Duration::from_millis(300));
        let outcome = lake
            .sql(question, LIMITS, &stop)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>);
        assert!(
            matches!(outcome, Err(SqlError::TimedOut | SqlError::TooMuchMemory)),
            "{question}: {outcome:?}"
        );
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{question}: {took:?}");
    }
    for question in [
        "SELECT a.text FROM events a, events b, events c ORDER BY a.text",
        "SELECT a.text, b.text, count(*) FROM events a, events b GROUP BY 1, 2",
        "SELECT array_agg(a.text), string_agg(b.text, ',') FROM events a, events b",
        "SELECT count(*) OVER () FROM events a, events b",
    ] {
        let outcome = with(&lake, LIMITS, question);
        assert!(
            matches!(outcome, Err(SqlError::TooMuchMemory)),
            "{question}: {outcome:?}"
        );
    }
    // Texts that grow by themselves.
    let mut question = "SELECT text || text AS a FROM events".to_owned();
    for _ in 0..24 {
        question = format!("SELECT a || a AS a FROM ({question})");
    }
    let outcome = with(
        &lake,
        LIMITS,
        &format!("SELECT length(a) FROM ({question})"),
    );
    assert!(outcome.is_err(), "{outcome:?}");
    // Whoever asks next is answered.
    let count = ask(&lake, "SELECT count(*) FROM events");
    assert_eq!(count.unwrap(), [[json!(4_000)]]);
}

#[test]
fn what_is_nested_or_long_is_answered_or_refused() {
    let lake = lake(100);
    let sum = vec!["1"; 300].join("+");
    let rows = ask(&lake, &format!("SELECT {sum}")).unwrap();
    assert_eq!(rows, [[json!(300)]]);
    let any = vec!["sequence = 1"; 100].join(" OR ");
    ask(&lake, &format!("SELECT count(*) FROM events WHERE {any}")).unwrap();
    for question in [
        format!("SELECT {}1{}", "(".repeat(3_000), ")".repeat(900)),
        format!("SELECT {}1", "- ".repeat(1_900)),
        format!("SELECT {}true", "NOT ".repeat(1_900)),
        format!("SELECT {}", vec!["1"; 4_000].join("+")),
        format!("SELECT '{}'", "x".repeat(30_000)),
    ] {
        let outcome = ask(&lake, &question);
        let start: String = question.chars().take(40).collect();
        assert!(
            matches!(outcome, Err(SqlError::Wrong(_))),
            "{start}: {outcome:?}"
        );
    }
}

#[test]
fn a_question_is_called_off() {
    let lake = lake(1_000);
    let endless = "SELECT sum(value % 7) FROM generate_series(1, 1000000000000)";
    let stop = patient();
    let mut answer = lake.sql(endless, LIMITS, &stop).unwrap();
    stop.cancel();
    let last = answer.next();
    assert!(matches!(last, Some(Err(SqlError::Cancelled))), "{last:?}");
    assert!(answer.next().is_none());
    // One that nobody listens to ends by itself, or this would not.
    drop(lake.sql(endless, LIMITS, &patient()).unwrap());
}
