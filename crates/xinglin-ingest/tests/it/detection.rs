//! Rules of Sigma on what is read here: the pipelines that are shipped know the names that
//! parsers give.

use std::{collections::HashMap, fs, path::Path};

use xinglin_detect::{Engine, Pipelines, RuleSet, Settings};
use xinglin_ingest::{Memory, evtx};

use super::{
    parse,
    public::{public_rules, shared},
    settings,
    shared::files_below,
};

/// The pipelines that are shipped.
fn pipelines() -> Pipelines {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/pipelines");
    let mut pipelines = Pipelines::default();
    for path in files_below(&folder, ".yaml") {
        let name = path.to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        pipelines.read(&name, &text).unwrap();
    }
    pipelines
}

/// A message, the log source and the selection that find it, and one that does not.
const SAMPLES: [(&str, &str, &str, &str); 8] = [
    (
        "<86>Jul  2 11:59:58 emr01 sshd[71]: Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2",
        "product: linux, service: sshd",
        "[Failed password]",
        "{User: root}",
    ),
    (
        r#"203.0.113.5 - - [02/Jul/2026:11:59:58 +0800] "GET /his/a.php?id=1%27+union+select HTTP/1.1" 200 512 "-" "sqlmap/1.8""#,
        "category: webserver",
        "{cs-uri-query|contains: union, sc-status: 200, cs-user-agent|startswith: sqlmap}",
        "{cs-method: POST}",
    ),
    (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2026-07-02T03:15:00Z'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>DC1</Computer></System><EventData><Data Name='Image'>C:\\Windows\\System32\\vssadmin.exe</Data><Data Name='CommandLine'>vssadmin delete shadows /all</Data><Data Name='ParentImage'>C:\\x\\y.exe</Data><Data Name='User'>HOSPITAL\\wang.fang</Data></EventData></Event>",
        "product: windows, category: process_creation",
        r"{Image|endswith: \\vssadmin.exe, CommandLine|contains|all: [delete, shadows], User|contains: wang}",
        "{OriginalFileName: x}",
    ),
    (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4720</EventID><TimeCreated SystemTime='2026-07-02T03:15:00Z'/><Channel>Security</Channel><Computer>DC1</Computer></System><EventData><Data Name='TargetUserName'>support$</Data><Data Name='SubjectUserName'>zhou.na</Data></EventData></Event>",
        "product: windows, service: security",
        "{EventID: 4720, TargetUserName|endswith: $, SubjectUserName: zhou.na}",
        "{TargetUserName: zhou.na}",
    ),
    (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service Control Manager'/><EventID Qualifiers='16384'>7045</EventID><TimeCreated SystemTime='2026-07-02T03:15:00Z'/><Channel>System</Channel><Computer>DC1</Computer></System><EventData><Data Name='ServiceName'>upd</Data><Data Name='ImagePath'>C:\\Temp\\upd.exe</Data></EventData></Event>",
        "product: windows, service: system",
        r"{Provider_Name: Service Control Manager, EventID: 7045, ImagePath|contains: \\Temp\\, ServiceName: UPD}",
        "{EventID: 7036}",
    ),
    (
        r#"type=SYSCALL msg=audit(1782962100.123:77): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=0 comm="nc" exe="/usr/bin/nc" key="exec""#,
        "product: linux, service: auditd",
        "{type: SYSCALL, exe|endswith: /nc, key: exec}",
        "{type: EXECVE}",
    ),
    (
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n2026-07-02 11:59:58 10.1.2.3 GET /x.aspx cmd=whoami 443 - 203.0.113.5 curl/8 - 200 0 0 15",
        "category: webserver",
        "[whoami]",
        "[ipconfig]",
    ),
    (
        r#"{"ts":1782962100.5,"id.orig_h":"10.1.7.20","id.resp_h":"10.1.1.1","id.resp_p":53,"proto":"udp","query":"a.example.org","qtype_name":"TXT","_path":"dns"}"#,
        "category: dns",
        "{query|endswith: example.org, record_type: TXT}",
        "{query|startswith: b}",
    ),
];

#[test]
fn own_samples_are_found() {
    let mut memory = Memory::default();
    let settings = settings();
    for (number, (message, source, hit, miss)) in SAMPLES.into_iter().enumerate() {
        let mut rules = RuleSet::default();
        for selection in [hit, miss] {
            let rule = format!(
                "title: sample\nlogsource: {{{source}}}\ndetection:\n  s: {selection}\n  condition: s\n"
            );
            rules.read("sample", &rule);
        }
        rules.finish();
        assert_eq!(rules.problems, []);
        let mut engine = Engine::new(rules.rules, pipelines(), Settings::default());
        assert_eq!(engine.unrouted().count(), 0, "{source}");
        // Lines before the last one say what stands in it.
        let message = match message.rsplit_once('\n') {
            Some((before, message)) => {
                parse(before, &settings, &mut memory);
                message
            }
            None => message,
        };
        let parsed = parse(message, &settings, &mut memory);
        let mut matched = Vec::new();
        engine.push(&parsed.event, &mut matched);
        assert_eq!(matched, [0], "{number}: {:#?}", parsed.event);
        assert!(engine.explain(&parsed.event, 0).is_some());
        assert_eq!(engine.explain(&parsed.event, 1), None);
    }
}

/// How often each rule matches the records of a file.
fn matches(engine: &mut Engine, file: &[u8]) -> HashMap<String, usize> {
    let settings = settings();
    let mut memory = Memory::default();
    let mut counts = HashMap::new();
    let mut matched = Vec::new();
    evtx::each_record(file, |record| {
        let text = record.unwrap();
        let parsed = parse(&text, &settings, &mut memory);
        engine.push(&parsed.event, &mut matched);
        for number in &matched {
            assert!(engine.explain(&parsed.event, *number).is_some());
            let id = engine.rules()[*number].meta.id.clone().unwrap();
            *counts.entry(id).or_default() += 1;
        }
    })
    .unwrap();
    counts
}

#[test]
fn cases_beside_rules_agree() {
    let (Some(folder), Some(rules)) = (shared("regression"), public_rules()) else {
        return;
    };
    let mut engine = Engine::new(rules.rules, pipelines(), Settings::default());
    let mut cases = 0;
    let mut wrong = Vec::new();
    for path in files_below(&folder, "info.yml") {
        let info = fs::read_to_string(&path).unwrap();
        let field = |key: &str| {
            let mut lines = info.lines();
            let line =
                lines.find_map(|line| line.trim().trim_start_matches("- ").strip_prefix(key));
            line.map(|line| line.trim().to_owned())
        };
        let rule = info.split_once("rule_metadata").unwrap().1;
        let rule = rule
            .lines()
            .find_map(|line| line.trim().trim_start_matches("- ").strip_prefix("id:"));
        let rule = rule.unwrap().trim();
        let least: usize = field("match_count:").map_or(1, |count| count.parse().unwrap());
        let file = path.with_file_name(format!("{rule}.evtx"));
        // One case is a line of a switch, and switched off.
        let Ok(bytes) = fs::read(&file) else {
            assert!(
                info.contains("# regression_tests_info"),
                "{}",
                path.display()
            );
            continue;
        };
        cases += 1;
        let counts = matches(&mut engine, &bytes);
        let found = counts.get(rule).copied().unwrap_or_default();
        // Files may hold more of the same than the case was kept for.
        if found < least {
            wrong.push(format!("{}: {found} and not {least}", path.display()));
        }
    }
    assert!(cases >= 109, "{cases}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
