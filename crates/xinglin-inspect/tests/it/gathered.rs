//! The script that gathers a host, and reading what it wrote.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use proptest::prelude::*;
use xinglin_inspect::{
    Bundle, Family, GatheredHost, Host, LiveHost,
    host::{Kind, Program, ReadError, RunError, Wanted},
    linux,
};

fn script() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/collect/linux.sh")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the script under test is run as a person would run it"
)]
fn run_by(shell: &[&str]) -> Option<Output> {
    let (program, arguments) = shell.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).arg(script()).stdin(Stdio::null());
    command.output().ok()
}

/// Asks a shell as it is asked over SSH.
#[expect(
    clippy::disallowed_methods,
    reason = "the script under test is run as a server would run it"
)]
fn ask(shell: &[&str], requests: &[String]) -> Vec<u8> {
    let (program, arguments) = shell.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg("-s");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = std::fs::read_to_string(script()).unwrap();
    let lines = requests.join("\n");
    let text = format!("xinglin_asked=yes\n{text}\n{lines}\nfinish\n");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap().stdout
}

fn now() -> jiff::Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

/// Facts without what changes from one moment to the next.
fn lasting(host: &dyn Host) -> serde_json::Value {
    let inspected = linux::collect(host, now());
    let mut facts = serde_json::to_value(inspected.facts).unwrap();
    for moving in ["/services/processes", "/ports", "/logging"] {
        if let Some(value) = facts.pointer_mut(moving) {
            *value = serde_json::Value::Null;
        }
    }
    serde_json::json!({"facts": facts, "unreadable": inspected.unreadable})
}

/// One pass of the script shows what the collectors read here, but for what a host's own
/// settings lead to; asked for that, too, they conclude the same from it as from the machine.
/// Who adds a path to a collector adds it to the script.
#[test]
fn the_script_sees_what_the_collectors_read() {
    let mut shells = 0;
    for shell in [&["dash"][..], &["bash"], &["busybox", "ash"], &["sh"]] {
        let Some(output) = run_by(shell) else {
            continue;
        };
        shells += 1;
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(complaints, "", "{shell:?}");
        let mut host = GatheredHost::from_text(&output.stdout);
        assert!(host.has_ended(), "{shell:?}");
        assert_eq!(host.stray_lines(), 0, "{shell:?}");
        let mut gathered = lasting(&host);
        let missed = host.wanted();
        assert!(missed.len() < 8, "{shell:?} does not read {missed:?}");
        let mut requests: Vec<String> = missed.iter().filter_map(Wanted::request).collect();
        while !requests.is_empty() {
            host.add(&ask(shell, &requests));
            gathered = lasting(&host);
            requests = host.wanted().iter().filter_map(Wanted::request).collect();
        }
        let live = lasting(&LiveHost);
        for (area, facts) in live["facts"].as_object().unwrap() {
            assert_eq!(&gathered["facts"][area], facts, "{shell:?}: {area}");
        }
        assert_eq!(gathered["unreadable"], live["unreadable"], "{shell:?}");
    }
    assert!(shells > 0, "no shell to run the script by");
}

/// A hash never leaves the host, whatever it is, and what is said of it stays true.
#[test]
fn no_hash_is_written() {
    let output = run_by(&["sh"]).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let shadow = text.split("\nt /etc/shadow\n").nth(1).unwrap_or_default();
    for line in shadow.lines().take_while(|line| line.starts_with(' ')) {
        let field = line.split(':').nth(1).unwrap_or_default();
        assert!(
            field.len() <= 16,
            "more than a scheme: {} bytes",
            field.len()
        );
    }
}

const GATHERED: &str = "\
xinglin.gathered/1
@ 1795334400
t /etc/passwd
 root:x:0:0:root:/root:/bin/bash
t /etc/empty
p 8 4 /var/log/lastlog
 01 ff
l /etc
 passwd
 empty
 to-nowhere
 shadow
s 81a4 0 0 120 1795000000 /etc/passwd
s a1ff 0 0 9 1795000000 /etc/to-nowhere
k /etc/to-nowhere
 /nowhere
S 41ed 0 0 4096 1795000000 /root
- t denied /etc/shadow
- l absent /opt
- t large /var/lib/big
l /proc
 1
r sshd -T
 port 22
= 0
!
r auditctl -s
= 1
! you must be root
r nft list ruleset
 half
= 124
!
- r absent auditctl -l
";

#[test]
fn absence_and_ignorance_do_not_mix() {
    let host = GatheredHost::from_text(GATHERED.as_bytes());
    let read = |path: &str| host.read_range(path, 0, 8 << 20);
    assert_eq!(read("/etc/empty"), Ok(Vec::new()));
    assert_eq!(host.read_range("/etc/passwd", 5, 3), Ok(b"x:0".to_vec()));
    assert_eq!(read("/etc/shadow"), Err(ReadError::Denied));
    assert_eq!(
        read("/opt/x"),
        Err(ReadError::Failed("not gathered".into()))
    );
    assert_eq!(read("/opt"), Err(ReadError::NotFound));
    assert_eq!(read("/etc/unlisted"), Err(ReadError::NotFound));
    assert_eq!(read("/etc"), Err(ReadError::WrongKind));
    assert!(matches!(
        read("/var/lib/big"),
        Err(ReadError::TooLarge { .. })
    ));
    assert_eq!(
        host.read_range("/var/log/lastlog", 8, 4),
        Ok(vec![1, 255]),
        "a short part is the end of the file"
    );
    assert_eq!(host.link("/etc/to-nowhere").as_deref(), Ok("/nowhere"));
    assert_eq!(host.link("/etc/passwd"), Err(ReadError::WrongKind));
    assert_eq!(host.metadata("/etc/passwd").unwrap().mode, 0o644);
    assert_eq!(host.metadata("/root").unwrap().kind, Kind::Directory);
    assert_eq!(host.run(Program::SshdEffective).as_deref(), Ok("port 22\n"));
    assert_eq!(
        host.run(Program::AuditStatus),
        Err(RunError::Failed {
            code: 1,
            message: "you must be root".into()
        })
    );
    assert_eq!(
        host.run(Program::NftRules),
        Err(RunError::TimedOut { milliseconds: 1000 })
    );
    assert_eq!(host.run(Program::AuditRules), Err(RunError::NotFound));
    assert!(host.is_running() && !host.has_ended());
    assert_eq!(host.stray_lines(), 0);
    let wanted: Vec<Wanted> = host.wanted().into_iter().collect();
    assert_eq!(
        wanted,
        [Wanted::Text {
            path: "/opt/x".into(),
            limit: 8 << 20
        }]
    );
    assert!(host.wanted().is_empty(), "asked for once");
}

#[test]
fn a_bundle_that_is_cut_says_so() {
    let bundle = Bundle::of_texts(Family::Linux, now(), [("gathered.txt", GATHERED)]);
    let collected = bundle.collect();
    let why = |what: &str| {
        let found = collected.unreadable.iter().find(|gap| gap.what == what);
        found.map(|gap| gap.why.as_str())
    };
    assert_eq!(why("gathered.txt"), Some("ends before its end"));
    assert_eq!(why("/etc/login.defs"), None, "not listed, so not there");
    assert_eq!(why("/usr/bin"), Some("not gathered"));
    assert_eq!(collected.facts["accounts"]["local"][0]["name"], "root");
}

fn record() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("/etc/passwd".to_owned()),
        Just("/etc/shadow".to_owned()),
        Just("/etc/ssh/sshd_config".to_owned()),
        Just("/etc".to_owned()),
        "/[a-z/]{0,8}",
    ];
    let head = prop_oneof![
        Just("t "),
        Just("l "),
        Just("k "),
        Just("s "),
        Just("S 81a4 0 0 1 1 "),
        Just("p 0 4 "),
        Just("p 9 99999999999 "),
        Just("r sshd -T"),
        Just("- t absent "),
        Just("- l denied "),
        Just("= "),
        Just("! "),
    ];
    (head, path, "[ -~\u{0}\u{e9}\n]{0,40}")
        .prop_map(|(head, path, rest)| format!("{head}{path}\n {rest}\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_of_any_kind_are_read(records in prop::collection::vec(record(), 0..20)) {
        let bundle = Bundle::of_texts(Family::Linux, now(), [("gathered.txt", records.concat().as_str())]);
        prop_assert_eq!(&bundle.collect(), &bundle.collect());
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let host = GatheredHost::from_text(&bytes);
        linux::collect(&host, now());
        for wanted in host.wanted() {
            if let Some(request) = wanted.request() {
                prop_assert!(!request.contains('\n'));
            }
        }
    }
}
