//! The rules that are shipped, tried on the samples beside them; and what is said of bad ones.

use std::{collections::BTreeSet, fs, path::Path};

use xinglin_controls::Catalogue;
use xinglin_ingest::rules::{RuleReport, check_rules, rules_page};

use super::PARSERS;

/// All content files in these folders, by path.
pub(super) fn content(folders: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut files = Vec::new();
    let mut open: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(&root).unwrap().to_string_lossy();
            files.push((
                inside.replace('\\', "/"),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    files.sort();
    files
}

fn clauses() -> BTreeSet<String> {
    let files = content(&["catalogue", "interview"]);
    let catalogue = Catalogue::load(&files).unwrap();
    let items = catalogue.items().iter();
    items
        .flat_map(|item| [item.cited(), item.clause.clone()])
        .collect()
}

#[test]
fn every_rule_finds_its_samples() {
    let files = content(&["rules", "detection", "pipelines"]);
    let report = check_rules(&files, &PARSERS, &clauses());
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(report.rules + report.correlations >= 150, "{report:?}");
}

/// `cargo xtask gen` writes it.
#[test]
fn the_page_of_rules_is_up_to_date() {
    let files = content(&["rules", "detection"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rules.md");
    let present = fs::read_to_string(page).unwrap_or_default();
    let made = rules_page(&files);
    let differs = made
        .lines()
        .zip(present.lines())
        .find(|(made, present)| made != present);
    assert_eq!(differs, None);
    assert_eq!(made.len(), present.len());
}

const GOOD: &str = "title: 甲
title_en: A
id: 0b2c7f5e-3c6d-4f0a-9a5e-1d2e3f4a5b6c
status: test
description: 乙
description_en: B
tags: [attack.credential-access, attack.t1110]
logsource: {product: linux, service: sshd}
detection:
  failed: {event.outcome: failure}
  condition: failed
falsepositives: [丙]
falsepositives_en: [C]
level: low
requirements: [8.1.4.4 f]
playbook: brute-force
samples:
  hit:
    - 'Jul  2 11:59:58 emr01 sshd[71]: Failed password for root from 203.0.113.9 port 4711 ssh2'
  miss:
    - 'Jul  2 11:59:58 emr01 sshd[71]: Accepted password for root from 203.0.113.9 port 4711 ssh2'
";

fn report_of(rule: &str) -> RuleReport {
    let mut files = content(&["detection", "pipelines"]);
    files.push(("rules/a/one.yml".to_owned(), rule.to_owned()));
    check_rules(&files, &PARSERS, &clauses())
}

/// What is changed in a good rule, and what is then said of it.
const MISTAKES: [(&str, &str, &str); 21] = [
    ("title_en: A\n", "", "no `title_en`"),
    ("id: 0b2c", "id: x", "no UUID"),
    (
        "level: low",
        "level: lower",
        "rules/a/one.yml:14: 甲: `lower` is no level",
    ),
    ("level: low\n", "", "no `level`"),
    ("description: 乙\n", "", "no `description`"),
    (", attack.t1110", "", "names a technique"),
    ("attack.credential-access, ", "", "names a tactic"),
    ("credential-access", "credential-acces", "is no tactic"),
    ("[丙]", "[丙, 丁]", "not as long"),
    ("8.1.4.4 f", "8.1.4.4 z", "`8.1.4.4 z` is no clause"),
    (
        "playbook: brute-force",
        "playbook: brute",
        "`brute` is no playbook",
    ),
    ("playbook:", "playbok:", "`playbok` is no key"),
    ("  miss:", "  mis:", "samples cannot be read"),
    ("samples:", "generate:", "no `samples`"),
    (
        "outcome: failure",
        "outcome: success",
        "hit sample 1: the rule does not match; what",
    ),
    (
        "{event.outcome: failure}",
        "{event.action: ssh_login}",
        "miss sample 1: the rule matches",
    ),
    (
        "service: sshd",
        "service: sudo",
        "the event is not of its log source",
    ),
    ("service: sshd", "service: nothing", "no pipeline lists"),
    (
        "{event.outcome: failure}\n  condition: failed",
        "{event.outcome: failure}\n  condition: not failed",
        "nothing that must be there",
    ),
    (
        "{event.outcome: failure}",
        "{source.ip|cidr|expand: '%nowhere%'}",
        "%nowhere% has no value",
    ),
    (
        "'Jul  2 11:59:58 emr01 sshd[71]: Failed password for root from 203.0.113.9 port 4711 ssh2'",
        "nothing of anybody",
        "no parser reads it",
    ),
];

/// The rule that the guide shows.
#[test]
fn the_guide_is_right() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/add-a-rule.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, behind) = guide.split_once("   ```yaml\n").unwrap();
    let (rule, _) = behind.split_once("   ```").unwrap();
    let rule: Vec<&str> = rule
        .lines()
        .map(|line| line.get(3..).unwrap_or(""))
        .collect();
    let report = report_of(&rule.join("\n"));
    assert_eq!(report.problems, []);
    assert_eq!(report.samples, 3);
}

#[test]
fn mistakes_are_named() {
    let good = report_of(GOOD);
    assert_eq!(good.problems, []);
    assert_eq!((good.rules, good.samples), (1, 2));
    for (from, to, expected) in MISTAKES {
        assert!(GOOD.contains(from), "{from}");
        let report = report_of(&GOOD.replacen(from, to, 1));
        let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        let is_said = problems.iter().any(|problem| problem.contains(expected));
        assert!(is_said, "{expected}: {problems:#?}");
    }
}

#[test]
fn doubles_and_strange_files_are_named() {
    let mut files = content(&["detection", "pipelines"]);
    files.push(("rules/a/one.yml".to_owned(), GOOD.to_owned()));
    files.push(("rules/a/two.yml".to_owned(), GOOD.to_owned()));
    files.push(("rules/a/readme.txt".to_owned(), "hello".to_owned()));
    let bare = "title: of others\nlogsource: {product: linux, service: sshd}\ndetection: {a: {b: c}, condition: a}\n";
    files.push(("rules/imported/three.yml".to_owned(), bare.to_owned()));
    let report = check_rules(&files, &PARSERS, &clauses());
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "rules/a/readme.txt: a file of rules ends in `.yml`",
            "rules/a/two.yml:1: 甲: `0b2c7f5e-3c6d-4f0a-9a5e-1d2e3f4a5b6c` is already another rule",
        ]
    );
    assert_eq!(report.rules, 2);
}

/// A correlation, its rule, and sequences beside it.
const CORRELATION: &str = "title: 失败
id: 1b2c7f5e-3c6d-4f0a-9a5e-1d2e3f4a5b6c
name: one_failure
logsource: {product: linux, service: sshd}
detection:
  failed: {event.outcome: failure}
  condition: failed
---
title: 甲
title_en: A
id: 2b2c7f5e-3c6d-4f0a-9a5e-1d2e3f4a5b6c
status: test
description: 乙
description_en: B
tags: [attack.credential-access, attack.t1110]
correlation:
  type: event_count
  rules: [one_failure]
  group-by: [source.ip]
  timespan: 1m
  condition: {gte: 3}
falsepositives: [丙]
falsepositives_en: [C]
level: low
requirements: [8.1.4.4]
playbook: brute-force
samples:
  hit:
    - steps: [{line: '{syslog} emr01 sshd[7{n}]: Failed password for root from 203.0.113.9 port 4711 ssh2', times: 3, every: 30s}]
  miss:
    - steps: [{line: '{syslog} emr01 sshd[7{n}]: Failed password for root from 203.0.113.9 port 4711 ssh2', times: 3, every: 31s}]
";

#[test]
fn sequences_are_tried() {
    assert_eq!(report_of(CORRELATION).problems, []);
    for (from, to, expected) in [
        (
            "every: 31s",
            "every: 20s",
            "miss sample 1: the rule matches",
        ),
        (
            "every: 30s",
            "every: 40s",
            "hit sample 1: the rule does not match",
        ),
        ("every: 31s", "every: soon", "no stretch of time"),
        ("rules: [one_failure]", "rules: [other]", "is no rule here"),
        (
            "Failed password for root from 203.0.113.9 port 4711 ssh2', times: 3, every: 31s",
            "Accepted password for root from 203.0.113.9 port 4711 ssh2'",
            "no rule it is about matches",
        ),
    ] {
        assert!(CORRELATION.contains(from), "{from}");
        let report = report_of(&CORRELATION.replacen(from, to, 1));
        let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        let is_said = problems.iter().any(|problem| problem.contains(expected));
        assert!(is_said, "{expected}: {problems:#?}");
    }
}
