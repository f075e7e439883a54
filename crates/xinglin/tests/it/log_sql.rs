//! Asking the logs in SQL: by the program, and of a server, which outlives every question.

use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::server::{Client, PASSWORD, Server};

const TCP: [&str; 2] = ["--syslog-tcp", "127.0.0.1:0"];
const SAYS: [&str; 2] = ["listening on http://", "listening for syslog by TCP on "];
const ASK: &str = "/api/v1/logs/sql";
/// It goes on for longer than anybody waits, and takes no memory.
const ENDLESS: &str = "SELECT sum(value % 7) FROM generate_series(1, 1000000000000)";

fn program(arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.args(["logs"]).args(arguments).stdin(Stdio::null());
    command.output().unwrap()
}

fn asked(data: &Path, question: &str, flags: &[&str]) -> Output {
    let data = data.to_str().unwrap();
    program(&[&["sql", question, "--data", data], flags].concat())
}

/// Runs and reads an object from each line.
fn rows(data: &Path, question: &str) -> Vec<Value> {
    let done = asked(data, question, &["--json"]);
    assert_eq!(done.status.code(), Some(0), "{question} {done:?}");
    let lines = String::from_utf8(done.stdout).unwrap();
    let lines = lines.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

fn sshd(second: u32, word: &str, who: &str) -> String {
    format!(
        "Nov 20 10:{:02}:{:02} his-db sshd[42]: {word} password for {who} from 10.9.8.7 port {} ssh2",
        second / 60,
        second % 60,
        4_000 + second
    )
}

#[test]
fn the_program_answers_in_objects_and_tables() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let log = folder.path().join("auth.log");
    let mut all: Vec<String> = (0..1_200)
        .map(|second| {
            sshd(
                second,
                "Failed",
                if second % 3 == 0 { "root" } else { "amy" },
            )
        })
        .collect();
    all.push(sshd(1_200, "Accepted", "root"));
    fs::write(&log, all.join("\n")).unwrap();
    let (data_text, log) = (data.to_str().unwrap(), log.to_str().unwrap());
    let taken = program(&["ingest", log, "--source", "his-db", "--data", data_text]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");

    let question = "SELECT user.name AS who, event.outcome AS outcome, count(*) AS n FROM events \
                    GROUP BY who, outcome ORDER BY n DESC";
    let expected = [
        json!({"who": "amy", "outcome": "failure", "n": 800}),
        json!({"who": "root", "outcome": "failure", "n": 400}),
        json!({"who": "root", "outcome": "success", "n": 1}),
    ];
    assert_eq!(rows(&data, question), expected);
    let table = asked(&data, question, &[]);
    let expected = "\
who   outcome    n
----  -------  ---
amy   failure  800
root  failure  400
root  success    1
";
    assert_eq!(String::from_utf8(table.stdout).unwrap(), expected);
    let few = asked(
        &data,
        "SELECT sequence FROM events",
        &["--limit", "5", "--json"],
    );
    assert_eq!(String::from_utf8_lossy(&few.stdout).lines().count(), 5);
    let told = String::from_utf8(few.stderr).unwrap();
    assert!(told.contains("--limit 5"), "{told}");
    let columns = rows(&data, "DESCRIBE events");
    let of = |name: &str| columns.iter().find(|row| row["column_name"] == name);
    assert_eq!(
        of("source.port").unwrap()["data_type"],
        "Int64",
        "{columns:?}"
    );
    assert!(rows(&data, "EXPLAIN SELECT text FROM events").len() >= 2);

    for (question, flags, says) in [
        (
            "SELECT '张',\n user.nmae FROM events",
            &[][..],
            "such as user.name, found user.nmae, in line 2\n   user.nmae FROM events\n   ^",
        ),
        (
            "SELECT '张三' FORM events e",
            &[],
            "\n  SELECT '张三' FORM events e\n",
        ),
        (
            "DROP TABLE events",
            &[],
            "one SELECT, EXPLAIN or DESCRIBE, found DROP",
        ),
        (
            "COPY events TO 'x.csv'",
            &[],
            "one SELECT, EXPLAIN or DESCRIBE",
        ),
        (ENDLESS, &["--timeout", "1"], "--timeout"),
        (
            "SELECT a.text, b.text FROM events a, events b ORDER BY 1",
            &["--memory", "16"],
            "--memory",
        ),
    ] {
        let refused = asked(&data, question, flags);
        assert_eq!(refused.status.code(), Some(2), "{question} {refused:?}");
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains(says), "{question}: {told}");
        assert!(refused.stdout.is_empty(), "{question}");
    }
    let nowhere = asked(folder.path(), "SELECT 1", &[]);
    assert!(
        String::from_utf8(nowhere.stderr)
            .unwrap()
            .contains("no logs")
    );
}

/// A server with logs of so many messages in memory, and somebody who may ask.
fn served(folder: &Path, messages: u32) -> (Server, Client) {
    let (server, said) = Server::start_saying(folder, &TCP, &SAYS);
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let mut stream = TcpStream::connect(&said[1]).unwrap();
    for second in 0..messages {
        let line = format!("<38>{}\n", sshd(second, "Failed", "13800138000"));
        stream.write_all(line.as_bytes()).unwrap();
    }
    let until = Instant::now() + Duration::from_mins(2);
    let count = json!({"sql": "SELECT count(*) FROM events", "mask": false});
    loop {
        let (status, _, answer) = lead.json("POST", ASK, &count);
        assert_eq!(status, 200, "{answer}");
        if answer["rows"] == json!([[messages]]) {
            return (server, lead);
        }
        assert!(Instant::now() < until, "{answer}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_server_answers_masks_and_seals() {
    let folder = tempfile::tempdir().unwrap();
    let (server, lead) = served(folder.path(), 20);
    // What is in no file yet is read beside the server, too.
    let beside = rows(folder.path(), "SELECT count(*) AS n FROM events");
    assert_eq!(beside, [json!({"n": 20})]);

    let question =
        "SELECT user.name, sequence, time, source.port FROM events ORDER BY time LIMIT 1";
    let ask = |mask: bool| {
        let (status, _, answer) = lead.json("POST", ASK, &json!({"sql": question, "mask": mask}));
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let answer = ask(false);
    let columns = json!([
        {"name": "user.name", "kind": "text"},
        {"name": "sequence", "kind": "integer"},
        {"name": "time", "kind": "time"},
        {"name": "source.port", "kind": "integer"},
    ]);
    assert_eq!(answer["columns"], columns, "{answer}");
    assert_eq!(answer["rows"][0][0], "13800138000", "{answer}");
    assert_eq!(answer["rows"][0][3], 4_000, "{answer}");
    assert_eq!(answer["truncated"], false, "{answer}");
    assert_eq!(ask(true)["rows"][0][0], "138****8000");
    let known = lead.get("/api/v1/logs/sql/columns");
    let known = known.as_array().unwrap();
    assert!(known.contains(&json!({"name": "user.name", "kind": "text"})));
    assert!(known.contains(&json!({"name": "time", "kind": "time"})));

    for (sql, slug, at) in [
        ("SELECT nothing FROM events", "log-sql-wrong", json!(7)),
        ("SELECT 1; SELECT 2", "log-sql-wrong", json!(10)),
        ("DELETE FROM events", "log-sql-wrong", json!(0)),
        ("", "log-sql-wrong", Value::Null),
    ] {
        let (status, _, wrong) = lead.json("POST", ASK, &json!({"sql": sql, "mask": true}));
        let found = (status, &wrong["slug"], &wrong["at"]);
        assert_eq!(found, (400, &json!(slug), &at), "{sql} {wrong}");
        assert_eq!(wrong["fields"][0]["field"], "sql", "{wrong}");
    }

    let export = json!({"sql": question, "mask": true, "reason": ""});
    let (status, _, refused) = lead.json("POST", "/api/v1/logs/sql/export", &export);
    assert_eq!((status, &refused["slug"]), (422, &json!("reason-required")));
    let export = json!({"sql": question, "mask": true, "reason": "取证"});
    let (status, head, _) = lead.json("POST", "/api/v1/logs/sql/export", &export);
    assert_eq!(status, 200);
    assert!(head.to_lowercase().contains("text/csv"), "{head}");
    let auditor = server.sign_in("audit-admin", PASSWORD);
    let sealed = |action: &str| {
        let path = format!("/api/v1/ledger?limit=5&action={action}");
        auditor.get(&path)["items"][0]["payload"].clone()
    };
    let asked = sealed("logs.sql");
    assert_eq!(asked["sql"], question, "{asked}");
    assert_eq!(
        (&asked["rows"], &asked["masked"]),
        (&json!(1), &json!(true))
    );
    let exported = sealed("logs.export");
    assert_eq!(
        (&exported["sql"], &exported["reason"]),
        (&json!(question), &json!("取证"))
    );
}

#[test]
fn a_server_outlives_what_explodes_and_who_goes_away() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, lead) = served(folder.path(), 3_000);
    let ask = |sql: &str| lead.json("POST", ASK, &json!({"sql": sql, "mask": false}));
    for sql in [
        "SELECT a.text, b.text FROM events a, events b, events c ORDER BY 1",
        "SELECT a.text, b.text, count(*) FROM events a, events b GROUP BY 1, 2",
    ] {
        let (status, _, stopped) = ask(sql);
        assert_eq!(
            (status, &stopped["slug"]),
            (422, &json!("log-sql-too-much")),
            "{sql} {stopped}"
        );
    }
    // Those who go away leave their turns to others. Had they not, the next would be refused,
    // or wait for half a minute.
    for _ in 0..3 {
        let body = json!({"sql": ENDLESS, "mask": false});
        let waiting = [lead.begin(ASK, &body), lead.begin(ASK, &body)];
        sleep(Duration::from_millis(700));
        let (status, _, busy) = ask("SELECT 1");
        assert_eq!(
            (status, &busy["slug"]),
            (429, &json!("log-sql-busy")),
            "{busy}"
        );
        drop(waiting);
        let start = Instant::now();
        while ask("SELECT 1").0 == 429 {
            assert!(start.elapsed() < Duration::from_secs(15), "turns come back");
            sleep(Duration::from_millis(50));
        }
    }
    let (status, _, answer) =
        ask("SELECT text FROM events a CROSS JOIN (SELECT 1 UNION ALL SELECT 2) b");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["truncated"], true);
    assert_eq!(answer["rows"].as_array().unwrap().len(), 5_000);
    // Time is bounded, too.
    let start = Instant::now();
    let (status, _, stopped) = ask(ENDLESS);
    assert_eq!(
        (status, &stopped["slug"]),
        (422, &json!("log-sql-too-much"))
    );
    assert!(start.elapsed() < Duration::from_mins(1));
    assert_eq!(
        ask("SELECT count(*) FROM events").2["rows"],
        json!([[3_000]])
    );
}
