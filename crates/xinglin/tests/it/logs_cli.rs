//! `xinglin logs`, as a program: without a server, and beside one that writes.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::server::Server;

const TCP: [&str; 2] = ["--syslog-tcp", "127.0.0.1:0"];
/// Messages that come while others read.
const MORE: u32 = 3_000;
const SAYS: [&str; 2] = ["listening on http://", "listening for syslog by TCP on "];

fn program(arguments: &[&str]) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.arg("logs").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs and reads its answer.
fn answer(arguments: &[&str]) -> Value {
    let done = run(arguments);
    assert_eq!(done.status.code(), Some(0), "{arguments:?} {done:?}");
    serde_json::from_slice(&done.stdout).unwrap()
}

/// Runs and reads an object from each line.
fn lines(arguments: &[&str]) -> Vec<Value> {
    let done = run(arguments);
    assert_eq!(done.status.code(), Some(0), "{arguments:?} {done:?}");
    let lines = done.stdout.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn sshd(second: u32, word: &str, port: u32) -> String {
    format!(
        "Nov 20 10:{:02}:{:02} his-db sshd[42]: {word} password for root from 10.9.8.7 port {port} ssh2",
        second / 60,
        second % 60
    )
}

#[test]
fn files_are_taken_searched_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = text(&data);
    let log = folder.path().join("auth.log");
    let mut all: Vec<String> = (0..1_200)
        .map(|second| sshd(second, "Failed", 4_000 + second))
        .collect();
    all.push(sshd(1_200, "Accepted", 9_999));
    fs::write(&log, all.join("\n")).unwrap();

    let taken = answer(&["ingest", text(&log), "--data", data]);
    assert_eq!(
        (&taken["received"], &taken["kept"]),
        (&1_201.into(), &1_201.into()),
        "{taken}"
    );
    assert_eq!(taken["rejected"], 0, "{taken}");
    assert_eq!(
        taken["bytes_in"],
        fs::metadata(&log).unwrap().len(),
        "{taken}"
    );
    assert!(taken["bytes_stored"].as_u64().unwrap() > 0, "{taken}");
    assert!(taken["seconds"].as_f64().unwrap() > 0.0, "{taken}");

    let search =
        |arguments: &[&str]| lines(&[&["search"], arguments, &["--json", "--data", data]].concat());
    let found = search(&["event.outcome:success"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["source"], "auth.log", "{}", found[0]);
    assert_eq!(found[0]["fields"]["source.ip"], "10.9.8.7", "{}", found[0]);
    assert_eq!(found[0]["text"], sshd(1_200, "Accepted", 9_999));
    // Pages one after another, each event once and in order.
    let found = search(&["failed", "--order", "asc"]);
    assert_eq!(found.len(), 1_200);
    assert!(found.is_sorted_by_key(|event| event["at"].as_str().unwrap().to_owned()));
    let latest = search(&["failed", "--limit", "2"]);
    assert_eq!(latest[0]["text"], sshd(1_199, "Failed", 5_199));
    assert_eq!(latest.len(), 2);
    assert_eq!(search(&["--from", "-1h"]).len(), 0);
    let shown = run(&["search", "accepted", "--data", data]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.ends_with(" ssh2\n") && shown.contains(" auth.log "),
        "{shown}"
    );

    for (format, least) in [("ndjson", 1_201), ("csv", 1_202)] {
        let out = folder.path().join(format);
        let done = run(&[
            "export",
            "--format",
            format,
            "-o",
            text(&out),
            "--data",
            data,
        ]);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), least);
    }
    let out = folder.path().join("parquet");
    let done = run(&[
        "export",
        "failed",
        "--format",
        "parquet",
        "-o",
        text(&out),
        "--data",
        data,
    ]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let bytes = fs::read(&out).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert!(!folder.path().join("parquet.partial").exists());
}

#[test]
fn whatever_a_file_is_it_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = text(&data);
    let wide: Vec<u8> = "\u{feff}患者登录 one\r\n患者登录 two\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let long = format!("short\n{}\nlast", "x".repeat(3 << 20));
    let audit =
        "type=SYSCALL msg=audit(1.0:7): a=1\ntype=PATH msg=audit(1.0:7): name=\"/etc/shadow\"\n";
    let list = r#"[{"message": "first"}, {"message": "second"}, 7]"#;
    let pretty = "{\n  \"message\": \"pretty\"\n}\n{\n  \"message\": \"prettier\"\n}\n";
    let cases: [(&str, &[u8], u64, u64, usize); 5] = [
        ("wide.txt", &wide, 2, 0, 2),
        ("long.txt", long.as_bytes(), 2, 1, 2),
        ("audit.log", audit.as_bytes(), 2, 0, 1),
        ("list.json", list.as_bytes(), 2, 1, 2),
        ("pretty.json", pretty.as_bytes(), 2, 0, 2),
    ];
    for (name, bytes, kept, rejected, events) in cases {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let taken = answer(&["ingest", text(&file), "--data", data]);
        assert_eq!(taken["kept"], kept, "{name} {taken}");
        assert_eq!(taken["rejected"], rejected, "{name} {taken}");
        assert_eq!(taken["received"], kept + rejected, "{name} {taken}");
        assert_eq!(
            taken["rejected_file"].is_string(),
            rejected > 0,
            "{name} {taken}"
        );
        if name == "long.txt" {
            let kept = fs::read_to_string(taken["rejected_file"].as_str().unwrap()).unwrap();
            assert!(kept.contains("2: too_long") && kept.ends_with(&"x".repeat(3 << 20)));
        }
        let query = format!("source:{name}");
        let found = lines(&["search", &query, "--json", "--data", data]);
        assert_eq!(found.len(), events, "{name}");
    }
    let found = lines(&[
        "search",
        "患者登录",
        "--json",
        "--order",
        "asc",
        "--data",
        data,
    ]);
    assert_eq!(found.len(), 2);
    assert!(
        found[0]["text"].as_str().unwrap().starts_with("患者登录 "),
        "{found:?}"
    );

    let mut child = program(&[
        "ingest",
        "-",
        "--source",
        "ward-7",
        "--format",
        "linux-sshd",
        "--data",
        data,
    ])
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(sshd(1, "Failed", 1).as_bytes()).unwrap();
    drop(input);
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let found = lines(&[
        "search",
        "source:ward-7 event.outcome:failure",
        "--json",
        "--data",
        data,
    ]);
    assert_eq!(found.len(), 1);
}

#[test]
fn packed_files_are_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let gzip = folder.path().join("auth.log.1.gz");
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(b"one packed\ntwo packed\n").unwrap();
    let mut packed = writer.finish().unwrap();
    // As rotation leaves them: members one behind the other.
    packed.extend_from_within(..);
    fs::write(&gzip, &packed).unwrap();
    let taken = answer(&["ingest", text(&gzip), "--data", text(&data)]);
    assert_eq!(
        (&taken["kept"], &taken["bytes_in"]),
        (&4.into(), &44.into()),
        "{taken}"
    );

    fs::write(&gzip, &packed[..packed.len() - 12]).unwrap();
    let torn = run(&["ingest", text(&gzip), "--data", text(&data)]);
    assert_eq!(torn.status.code(), Some(2), "{torn:?}");
    assert!(
        String::from_utf8(torn.stderr)
            .unwrap()
            .contains("auth.log.1.gz")
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, data) = (folder.path().join("empty"), folder.path().join("data"));
    fs::create_dir(&empty).unwrap();
    let log = folder.path().join("a.log");
    fs::write(&log, "hello\n").unwrap();
    let (empty, data, log) = (text(&empty), text(&data), text(&log));
    answer(&["ingest", log, "--data", data]);
    let out = folder.path().join("no/such/folder/out");
    for (arguments, says) in [
        (
            &["ingest", "/no/such/file", "--data", data][..],
            "/no/such/file",
        ),
        (&["ingest", empty, "--data", data], "folder"),
        (
            &["ingest", log, "--format", "cobol", "--data", data],
            "linux-sshd",
        ),
        (&["ingest", log, "--format", "evtx", "--data", data], "form"),
        (
            &["ingest", log, "--source", "two\nlines", "--data", data],
            "source",
        ),
        (
            &["search", "(a OR b", "--data", data],
            "\n  (a OR b\n         ^",
        ),
        (&["search", "患者 user.name:", "--data", data], "^"),
        (
            &["search", "a", "--from", "yesterday", "--data", data],
            "--from",
        ),
        (
            &[
                "search", "a", "--from", "now", "--to", "-1h", "--data", data,
            ],
            "--from",
        ),
        (&["search", "a", "--data", empty], "no logs"),
        (&["search", "a", "--data", "/no/such/folder"], "no logs"),
        (&["tail", "a", "--data", empty], "no logs"),
        (
            &["export", "--format", "xml", "-o", "x", "--data", data],
            "ndjson",
        ),
        (
            &[
                "export",
                "--format",
                "csv",
                "-o",
                text(&out),
                "--data",
                data,
            ],
            "out",
        ),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?} {refused:?}");
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains(says), "{arguments:?}: {told}");
        assert!(refused.stdout.is_empty(), "{arguments:?}");
    }
    assert!(
        fs::read_dir(empty).unwrap().next().is_none(),
        "nothing is made there"
    );
}

/// Killed when dropped.
struct Following(Child);

impl Drop for Following {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn logs_are_read_beside_a_server_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Server::start_saying(folder.path(), &TCP, &SAYS);
    let data = text(folder.path());
    let mut stream = TcpStream::connect(&said[1]).unwrap();
    stream
        .write_all(format!("<38>{}\n", sshd(0, "Failed", 40_000)).as_bytes())
        .unwrap();
    let search = || {
        lines(&[
            "search", "failed", "--json", "--order", "asc", "--data", data,
        ])
    };
    let until = Instant::now() + Duration::from_mins(5);
    while search().is_empty() {
        assert!(Instant::now() < until, "the first message is found");
    }
    let child = program(&["tail", "root", "--json", "--data", data])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = Following(child.unwrap());
    let mut notes = BufReader::new(child.0.stderr.take().unwrap()).lines();
    assert!(notes.next().unwrap().unwrap().contains("following"));
    let told = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let (sender, came) = mpsc::channel();
    thread::spawn(move || {
        for line in told.map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let writing = thread::spawn(move || {
        for second in 1..=MORE {
            let line = format!("<38>{}\n", sshd(second, "Failed", second));
            stream.write_all(line.as_bytes()).unwrap();
        }
        stream
    });
    let mut seen = 0;
    while seen <= usize::try_from(MORE).unwrap() {
        let found = search();
        let ports: std::collections::BTreeSet<i64> = found
            .iter()
            .map(|event| event["fields"]["source.port"].as_i64().unwrap())
            .collect();
        assert_eq!(ports.len(), found.len(), "each once");
        assert!(found.len() >= seen, "what was found is found again");
        seen = found.len();
        assert!(Instant::now() < until, "{seen} of {MORE}");
    }
    drop(writing.join().unwrap());
    for second in 1..=MORE {
        let line = came.recv_timeout(Duration::from_mins(1)).unwrap();
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            event["fields"]["source.port"], second,
            "in the order they came"
        );
    }
    // Another process must not write.
    let log = folder.path().join("a.log");
    fs::write(&log, "hello\n").unwrap();
    let refused = run(&["ingest", text(&log), "--data", data]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("/api/v1/logs/receive"), "{told}");
    server.kill();
    let taken = answer(&["ingest", text(&log), "--data", data]);
    assert_eq!(taken["kept"], 1, "{taken}");
    assert_eq!(search().len(), seen);
}
