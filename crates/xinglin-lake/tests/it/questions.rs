//! Questions and answers that stand in files: `tests/sql/*.slt`.
//!
//! Each block is a question behind `ask` or `refuse`, and behind `----` what is answered: the
//! columns with their kinds and the rows, or the place of the mistake and what is said of it.
//! Blank lines part blocks, `#` begins a remark. All is asked of the same events twice: once
//! when all are in memory, and once when some are in merged files, some in a file, and some in
//! memory.

use std::{fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;
use xinglin_lake::{Lake, Settings, SqlError, SqlLimits, Stop};

use crate::{
    lines::{FIRST, Pairs, message},
    simulated::Simulated,
};

const LIMITS: SqlLimits = SqlLimits {
    memory_bytes: 64 << 20,
    rows: 1_000,
};
/// Source, seconds after the first, and text.
const EVENTS: [(&str, i64, &str); 10] = [
    ("fw-1", 0, "action=denied ip=10.1.2.3 port=1521 user=root"),
    ("fw-1", 1, "action=denied ip=10.1.2.4 port=1521"),
    ("fw-1", 60, "action=allowed ip=10.1.2.3 port=443"),
    (
        "his-db",
        61,
        "action=login user=ys0217 ip=10.20.3.14 ok=true",
    ),
    (
        "his-db",
        62,
        "action=login user=root ip=10.20.3.14 ok=false",
    ),
    (
        "his-db",
        120,
        "action=query user=ys0217 rows=9007199254740993 cost=1.5",
    ),
    (
        "his-db",
        3_600,
        "action=query user=ys0217 rows=12 患者张三丰 13800138000",
    ),
    ("nginx", 3_601, "action=get user=guest status=200"),
    (
        "nginx",
        3_602,
        "action=get user=guest status=404 \"quoted\" 100%",
    ),
    ("nginx", 86_400, "nothing to read here"),
];

fn lake(flushes: bool) -> Lake {
    let settings = Settings {
        flush_after: Duration::from_hours(1),
        ..Settings::default()
    };
    let disk = Arc::new(Simulated::default());
    let lake = Lake::open(Path::new("/lake"), settings, disk, Box::new(Pairs));
    let lake = lake.unwrap().0;
    for (place, (source, second, text)) in EVENTS.into_iter().enumerate() {
        let ticket = lake.append(&[message(source, text, second)]).unwrap();
        ticket.wait().unwrap();
        lake.settle().unwrap();
        if flushes && matches!(place, 1 | 4 | 7) {
            lake.flush().unwrap();
        }
        if flushes && place == 4 {
            let later = Timestamp::from_second(FIRST + 400 * 86_400).unwrap();
            lake.compact(later).unwrap();
        }
    }
    lake
}

/// An answer as it stands in the files.
fn answered(lake: &Lake, question: &str) -> (&'static str, String) {
    let stop = Stop::after(Duration::from_mins(1));
    let answer = lake.sql(question, LIMITS, &stop).and_then(|mut answer| {
        let mut text = String::new();
        let columns = answer.columns().iter();
        let columns = columns.map(|column| format!("{}:{}", column.name, column.kind.word()));
        writeln!(text, "{}", columns.collect::<Vec<_>>().join(" | ")).unwrap();
        for part in answer.by_ref() {
            for row in part? {
                let cells = row.iter().map(|cell| match cell {
                    Value::String(text) => text.clone(),
                    Value::Null => "NULL".to_owned(),
                    other => other.to_string(),
                });
                writeln!(text, "{}", cells.collect::<Vec<_>>().join(" | ")).unwrap();
            }
        }
        Ok(text)
    });
    match answer {
        Ok(text) => ("ask", text),
        Err(SqlError::Wrong(mistake)) => {
            let at = mistake.at.map_or("-".to_owned(), |at| at.to_string());
            ("refuse", format!("{at} {mistake}\n"))
        }
        Err(error) => ("fail", format!("{error}\n")),
    }
}

#[test]
fn answers_are_those_that_stand_in_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "slt"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let lakes = [("in memory", lake(false)), ("in files", lake(true))];
    assert_eq!(lakes[1].1.files().len(), 2);
    let mut wrong = String::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let text = lines.collect::<Vec<_>>().join("\n");
        for block in text
            .split("\n\n")
            .map(str::trim)
            .filter(|block| !block.is_empty())
        {
            let (kind, rest) = block.split_once('\n').expect(block);
            let (question, expected) = rest.split_once("\n----\n").expect(block);
            for (place, lake) in &lakes {
                let (found, answer) = answered(lake, question);
                if found != kind || answer.trim() != expected.trim() {
                    writeln!(
                        wrong,
                        "{} ({place})\n{found}\n{question}\n----\n{answer}",
                        file.display()
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "answered otherwise:\n{wrong}");
}
