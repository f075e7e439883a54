//! `xinglin detect run`, as a program.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

const RULES: &str = r"
title: Shadow copies deleted
id: 5f0e6f0a-6c2b-4d3e-9b1f-0c1d2e3f4a5b
level: high
logsource: {product: windows, category: process_creation}
detection:
  image: {Image|endswith: '\vssadmin.exe'}
  words: {CommandLine|contains|all: [delete, shadows]}
  condition: image and words
---
title: Failed logon by SSH
name: failed
logsource: {product: linux, service: sshd}
detection: {words: [Failed password], condition: words}
---
title: Passwords are guessed
id: 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d
level: medium
correlation:
  type: event_count
  rules: [failed]
  group-by: [source.ip]
  timespan: 10m
  condition: {gte: 5}
---
title: broken
logsource: {product: linux}
detection: {s: {A|nothing: x}, condition: s}
";

const SYSMON: [&str; 4] = [
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":1,"@timestamp":"2026-07-02T03:15:00.500Z","Image":"C:\\Windows\\System32\\vssadmin.exe","CommandLine":"vssadmin Delete Shadows /all","User":"HIS\\wang"}"#,
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":3,"@timestamp":"2026-07-02T03:15:01Z","Image":"C:\\Windows\\System32\\vssadmin.exe","CommandLine":"delete shadows"}"#,
    r#"{"Channel":"Security","EventID":1"#,
    r#"{"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","event_id":"1","event_data":{"Image":"C:\\x\\VSSADMIN.EXE","CommandLine":"delete shadows"}},"@timestamp":"2026-07-02T03:16:00Z"}"#,
];

fn run(arguments: &[&str], input: &str) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.args(["detect", "run"]).args(arguments);
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    // A program that refuses its arguments does not read.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

/// Runs and reads an object from each line.
fn lines(arguments: &[&str], input: &str) -> Vec<Value> {
    let done = run(arguments, input);
    assert_eq!(done.status.code(), Some(0), "{arguments:?} {done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn sshd(second: u32, address: &str) -> String {
    format!(
        "<86>Jul  2 11:59:{second:02} emr01 sshd[71]: Failed password for root from {address} port 4711 ssh2"
    )
}

#[test]
fn files_are_matched_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir_all(rules.join("below")).unwrap();
    fs::write(rules.join("below/all.yml"), RULES).unwrap();
    let rules = text(&rules);
    let events = folder.path().join("events");
    fs::create_dir_all(events.join("more")).unwrap();
    let sysmon = events.join("a.ndjson");
    fs::write(&sysmon, SYSMON.join("\n")).unwrap();
    let guesses: Vec<String> = (0..12)
        .map(|second| {
            sshd(
                second,
                if second % 2 == 0 {
                    "203.0.113.9"
                } else {
                    "10.1.1.7"
                },
            )
        })
        .collect();
    let log = events.join("more/b.log.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(guesses.join("\n").as_bytes()).unwrap();
    fs::write(&log, packed.finish().unwrap()).unwrap();

    let summary = folder.path().join("summary.json");
    let found = lines(
        &[
            "--rules",
            rules,
            "--summary",
            text(&summary),
            "--json",
            text(&events),
        ],
        "",
    );
    let expected = json!({
        "rule": "5f0e6f0a-6c2b-4d3e-9b1f-0c1d2e3f4a5b",
        "title": "Shadow copies deleted",
        "level": "high",
        "file": text(&sysmon),
        "record": 1,
        "time": "2026-07-02T03:15:00.5Z",
        "fields": {
            "Image": "C:\\Windows\\System32\\vssadmin.exe",
            "CommandLine": "vssadmin Delete Shadows /all",
        },
    });
    assert_eq!(found[0], expected);
    // The same as a collector ships it, read by a parser.
    assert_eq!(
        (&found[1]["record"], &found[1]["time"]),
        (&json!(4), &json!("2026-07-02T03:16:00Z"))
    );
    assert_eq!(
        found[1]["fields"]["Image"], "C:\\x\\VSSADMIN.EXE",
        "{}",
        found[1]
    );
    let alerts: Vec<_> = found[2..]
        .iter()
        .map(|alert| (&alert["fields"]["source.ip"], &alert["records"]))
        .collect();
    assert_eq!(
        alerts,
        [
            (&json!("203.0.113.9"), &json!([1, 3, 5, 7, 9])),
            (&json!("10.1.1.7"), &json!([2, 4, 6, 8, 10])),
        ]
    );
    assert_eq!(found[2]["file"], text(&log));

    let summary: Value = serde_json::from_slice(&fs::read(&summary).unwrap()).unwrap();
    for (key, value) in [
        ("rules", json!(3)),
        ("events", json!(15)),
        ("events_rejected", json!(1)),
        ("matches", json!(4)),
    ] {
        assert_eq!(summary[key], value, "{key} {summary}");
    }
    let rejected = &summary["rules_rejected"][0];
    assert!(
        rejected["file"]
            .as_str()
            .unwrap()
            .ends_with("below/all.yml")
    );
    assert!(
        rejected["why"].as_str().unwrap().contains("nothing"),
        "{rejected}"
    );
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
    assert!(summary["events_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn events_come_by_standard_input_and_by_their_own_names() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rule.yml");
    fs::write(
        &rules,
        "title: any\nlogsource: {product: nobody}\ndetection: {s: {a.b: 7}, condition: s}\n",
    )
    .unwrap();
    let events = "{\"a\":{\"b\":7}}\n\n{\"a\":{\"b\":8}}\n{\"a.b\":[\"6\",\"7\"]}\n";
    let rules = text(&rules);
    let found = lines(
        &["--rules", rules, "--pipeline", "none", "--json", "-"],
        events,
    );
    let found: Vec<_> = found
        .iter()
        .map(|found| (&found["record"], &found["fields"]["a.b"]))
        .collect();
    assert_eq!(
        found,
        [(&json!(1), &json!(7)), (&json!(4), &json!(["6", "7"]))]
    );

    // With pipelines, the rule is for events that are none of these.
    assert_eq!(
        lines(&["--rules", rules, "--json", "-"], events),
        [] as [Value; 0]
    );
    let own = folder.path().join("own.yaml");
    fs::write(
        &own,
        "title: {zh: 自, en: own}\nsources:\n  - {product: nobody, when: {a.b: '*'}}\n",
    )
    .unwrap();
    let own = text(&own);
    let list = "[{\"a\": {\"b\": 7}},\n {\"a\": {\"b\": 1}}]";
    let found = lines(&["--rules", rules, "--pipeline", own, "--json", "-"], list);
    assert_eq!(found.len(), 1);

    let shown = run(&["--rules", rules, "--pipeline", "none", "-"], events);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.lines().all(|line| line.contains("  any  -:")),
        "{shown}"
    );

    for wrong in [
        vec!["--rules", "/nowhere", "-"],
        vec!["--rules", text(folder.path()), "/nowhere"],
        vec!["--rules", rules, "--format", "nothing", "-"],
        vec!["--rules", rules, "--pipeline", "/nowhere", "-"],
        vec!["--rules", own, "--pipeline", "none", "-"],
    ] {
        let done = run(&wrong, events);
        assert_eq!(done.status.code(), Some(2), "{wrong:?} {done:?}");
        assert!(!done.stderr.is_empty());
    }
}
