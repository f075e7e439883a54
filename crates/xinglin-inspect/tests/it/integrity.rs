//! File integrity: baselines, comparisons, events, and who did it.

use std::collections::BTreeMap;

use xinglin_core::Timestamp;
use xinglin_inspect::{
    RecordedHost,
    integrity::{
        Baseline, Cause, Certainty, ChangeKind, Scope, Watch, attribute, compare, parse_audit_log,
        parse_wtmp, scan,
    },
};

const STATUS: &str = "Package: sudo\nStatus: install ok installed\nVersion: 1.9.13\nConffiles:\n /etc/sudoers d41d8cd98f00b204e9800998ecf8427e\n";

/// A host with a package's program and its configuration file, and a file of nobody's.
fn host() -> RecordedHost {
    let mut host = RecordedHost::from_yaml("recorded_at: 2026-11-22T08:00:00Z").unwrap();
    for (path, text) in [
        ("/etc/sudoers", ""),
        ("/etc/hosts", "127.0.0.1 localhost\n"),
        ("/usr/bin/sudo", "program\n"),
        ("/var/lib/dpkg/status", STATUS),
        (
            "/var/lib/dpkg/info/sudo.list",
            "/.\n/etc/sudoers\n/usr/bin/sudo\n",
        ),
        // MD5 of "program\n".
        (
            "/var/lib/dpkg/info/sudo.md5sums",
            "014ad490257f1757f32f4c106284b1e1  usr/bin/sudo\n",
        ),
    ] {
        host.files.insert(path.to_owned(), text.to_owned());
    }
    host.modes
        .insert("/usr/bin/sudo".to_owned(), "4755".to_owned());
    host
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn baseline(host: &RecordedHost, time: &str) -> Baseline {
    scan(host, &Scope::of(["/etc", "/usr/bin"]), at(time))
}

const MORNING: &str = "2026-11-22T08:00:00Z";
const EVENING: &str = "2026-11-22T18:00:00Z";

#[test]
fn the_shipped_policy_names_what_is_covered() {
    let set = crate::content::shipped_checks();
    let scope = Scope::of_policy(set.policy(xinglin_inspect::Family::Linux)).unwrap();
    for (path, expected) in [
        ("/etc/passwd", true),
        ("/usr/bin/sudo", true),
        ("/etc/adjtime", false),
        ("/etc/ssh/sshd_config~", false),
        ("/var/log/messages", false),
    ] {
        assert_eq!(scope.covers(path), expected, "{path}");
    }
    assert_eq!(Scope::of_policy(&serde_json::json!({})), None);
}

#[test]
fn nothing_changes_between_two_scans_of_the_same() {
    let before = baseline(&host(), MORNING);
    let sudo = &before.entries["/usr/bin/sudo"];
    assert_eq!(
        (sudo.mode.as_str(), sudo.package.as_deref()),
        ("4755", Some("sudo"))
    );
    assert_eq!(before.entries["/etc/sudoers"].as_packaged, Some(true));
    let mut touched = host();
    // Saving the same content again moves the date and nothing else.
    touched
        .modified
        .insert("/etc/hosts".to_owned(), at(EVENING));
    let found = compare(&before, &baseline(&touched, EVENING));
    assert_eq!((found.changes.len(), found.not_compared.len()), (0, 0));
    let text = serde_json::to_string(&before).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), before);
}

#[test]
fn what_changed_is_named_field_by_field() {
    let before = baseline(&host(), MORNING);
    let mut later = host();
    later
        .files
        .insert("/etc/hosts".to_owned(), "127.0.0.1 localhosT\n".to_owned());
    later
        .modes
        .insert("/etc/sudoers".to_owned(), "0666".to_owned());
    later.files.remove("/usr/bin/sudo");
    later.modes.remove("/usr/bin/sudo");
    later
        .files
        .insert("/etc/cron.d/x".to_owned(), "* * * * * root x\n".to_owned());
    let found = compare(&before, &baseline(&later, EVENING));
    let named: Vec<(&str, ChangeKind, Vec<&str>)> = found
        .changes
        .iter()
        .map(|change| {
            let fields = change.what.iter().map(|what| what.field.as_str());
            (change.path.as_str(), change.kind, fields.collect())
        })
        .collect();
    let expected = [
        ("/etc/cron.d", ChangeKind::Added, vec![]),
        ("/etc/cron.d/x", ChangeKind::Added, vec![]),
        ("/etc/hosts", ChangeKind::Changed, vec!["content"]),
        ("/etc/sudoers", ChangeKind::Changed, vec!["mode"]),
        ("/usr/bin", ChangeKind::Removed, vec![]),
        ("/usr/bin/sudo", ChangeKind::Removed, vec![]),
    ];
    assert_eq!(named, expected);
    let sudoers = &found.changes[3];
    assert_eq!(
        sudoers.cause,
        Cause::DespitePackage {
            package: "sudo".to_owned()
        }
    );
    assert_eq!(found.changes[2].cause, Cause::Unknown);
}

#[test]
fn an_update_explains_only_what_the_package_brought() {
    let before = baseline(&host(), MORNING);
    let mut updated = host();
    updated
        .files
        .insert("/usr/bin/sudo".to_owned(), "newer\n".to_owned());
    updated.files.insert(
        "/var/lib/dpkg/status".to_owned(),
        STATUS.replace("1.9.13", "1.9.15"),
    );
    let found = compare(&before, &baseline(&updated, EVENING));
    let altered = Cause::DespitePackage {
        package: "sudo".to_owned(),
    };
    assert_eq!(
        found.changes[0].cause, altered,
        "the new version did not bring this content"
    );
    let info = "/var/lib/dpkg/info/sudo.md5sums".to_owned();
    // MD5 of "newer\n".
    let sums = "80a25cd970eeae1ceca845f4f31d8db3  usr/bin/sudo\n".to_owned();
    updated.files.insert(info, sums);
    let explained = compare(&before, &baseline(&updated, EVENING));
    let expected = Cause::Package {
        package: "sudo".to_owned(),
        before: Some("1.9.13".to_owned()),
        after: Some("1.9.15".to_owned()),
    };
    assert_eq!(explained.changes[0].cause, expected);
}

#[test]
fn what_could_not_be_read_is_neither_new_nor_gone() {
    let before = baseline(&host(), MORNING);
    let mut closed = host();
    closed.denied.insert("/usr/bin".to_owned());
    let found = compare(&before, &baseline(&closed, EVENING));
    assert!(found.changes.is_empty(), "{:?}", found.changes);
    assert_eq!(found.not_compared, ["/usr/bin", "/usr/bin/sudo"]);
    // The other way round: what shows up once a folder is open need not be new.
    let opened = compare(&baseline(&closed, MORNING), &baseline(&host(), EVENING));
    assert!(opened.changes.is_empty(), "{:?}", opened.changes);
    let mut few = Scope::of(["/etc"]);
    few.most_entries = 1;
    let short = scan(&host(), &few, at(EVENING));
    assert!(short.cut_short);
    let cut = compare(&scan(&host(), &Scope::of(["/etc"]), at(MORNING)), &short);
    assert!(cut.changes.is_empty(), "{:?}", cut.changes);
}

#[test]
fn events_are_folded_in_once_the_path_is_quiet() {
    let mut live = host();
    let mut watch = Watch::new(baseline(&live, MORNING));
    live.files.insert(
        "/etc/hosts".to_owned(),
        "1.2.3.4 update.invalid\n".to_owned(),
    );
    watch.touch("/etc/hosts", at("2026-11-22T09:00:00Z"));
    watch.touch("/tmp/x", at("2026-11-22T09:00:00Z"));
    assert!(
        watch
            .settle(&live, at("2026-11-22T09:00:01Z"))
            .changes
            .is_empty(),
        "not yet quiet"
    );
    let found = watch.settle(&live, at("2026-11-22T09:00:05Z")).changes;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].path.as_str(), found[0].kind),
        ("/etc/hosts", ChangeKind::Changed)
    );
    // The scan that follows finds nothing that was not reported already.
    let scanned = baseline(&live, EVENING);
    assert!(compare(watch.current(), &scanned).changes.is_empty());
    live.files.remove("/etc/hosts");
    watch.touch("/etc/hosts", at(EVENING));
    let found = watch.settle(&live, at("2026-11-22T18:01:00Z")).changes;
    assert_eq!(found[0].kind, ChangeKind::Removed);
    watch.overflow();
    assert!(watch.needs_scan());
    watch.replace(baseline(&live, "2026-11-22T19:00:00Z"));
    assert!(!watch.needs_scan());
}

/// 2026-11-22T12:00:00Z.
const NOON: i64 = 1_795_348_800;

fn audit_log() -> String {
    let syscall = |serial: u32, flags: &str, success: &str| {
        format!(
            "type=SYSCALL msg=audit({NOON}.100:{serial}): arch=c000003e syscall=257 success={success} exit=3 a0=ffffff9c a1=0 a2={flags} a3=0 ppid=1 pid=2 auid=1001 uid=0 comm=\"vi\" exe=\"/usr/bin/vim\" key=\"identity\"\n"
        )
    };
    let path = |serial: u32, name: &str, kind: &str| {
        format!(
            "type=PATH msg=audit({NOON}.100:{serial}): item=0 name={name} inode=1 nametype={kind}\n"
        )
    };
    let cwd = |serial: u32| format!("type=CWD msg=audit({NOON}.100:{serial}): cwd=\"/etc\"\n");
    [
        // A write, by a name relative to the working directory.
        syscall(1, "241", "yes"),
        cwd(1),
        path(1, "\"hosts\"", "NORMAL"),
        // A look at it, and a write that was refused.
        syscall(2, "0", "yes"),
        path(2, "\"/etc/passwd\"", "NORMAL"),
        syscall(3, "241", "no"),
        path(3, "\"/etc/shadow\"", "NORMAL"),
        // A name with a space stands in hexadecimal: "/etc/a b".
        syscall(4, "241", "yes"),
        path(4, "2F6574632F612062", "CREATE"),
        "not a record\n".to_owned(),
    ]
    .concat()
}

#[test]
fn audit_records_name_who_wrote() {
    let writes = parse_audit_log(&audit_log());
    let paths: Vec<&str> = writes.iter().map(|write| write.path.as_str()).collect();
    assert_eq!(paths, ["/etc/hosts", "/etc/a b"]);
    let before = baseline(&host(), MORNING);
    let mut later = host();
    later.files.insert("/etc/hosts".to_owned(), "x".to_owned());
    let mut found = compare(&before, &baseline(&later, EVENING));
    let names = BTreeMap::from([(0, "root".to_owned()), (1001, "sysadmin".to_owned())]);
    attribute(&mut found, &writes, &[], &names);
    let actor = &found.changes[0].actors[0];
    assert_eq!(actor.certainty, Certainty::Certain);
    assert_eq!(
        (actor.account.as_str(), actor.acted_as.as_deref()),
        ("sysadmin", Some("root"))
    );
    assert_eq!(actor.program.as_deref(), Some("/usr/bin/vim"));
}

fn record(kind: i32, terminal: &str, account: &str, host: &str, seconds: i64) -> Vec<u8> {
    let mut bytes = vec![0; 384];
    bytes[0..4].copy_from_slice(&kind.to_le_bytes());
    for (start, text) in [(8, terminal), (44, account), (76, host)] {
        bytes[start..start + text.len()].copy_from_slice(text.as_bytes());
    }
    bytes[340..344].copy_from_slice(&i32::try_from(seconds).unwrap().to_le_bytes());
    bytes
}

#[test]
fn sessions_make_someone_likely_or_possible() {
    let wtmp = [
        record(7, "pts/0", "alice", "10.0.0.5", NOON - 600),
        record(8, "pts/0", "", "", NOON + 600),
        record(7, "pts/1", "bob", "10.0.0.6", NOON + 1_200),
        vec![1, 2, 3],
    ]
    .concat();
    let sessions = parse_wtmp(&wtmp);
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0].until_seconds, Some(NOON + 600));
    let before = baseline(&host(), MORNING);
    let mut later = host();
    later.files.insert("/etc/hosts".to_owned(), "x".to_owned());
    later.modified.insert(
        "/etc/hosts".to_owned(),
        Timestamp::from_second(NOON).unwrap(),
    );
    later
        .modes
        .insert("/etc/sudoers".to_owned(), "0666".to_owned());
    let mut found = compare(&before, &baseline(&later, EVENING));
    attribute(&mut found, &[], &sessions, &BTreeMap::new());
    let told: Vec<(&str, Vec<(&str, Certainty)>)> = found
        .changes
        .iter()
        .map(|change| {
            let actors = change.actors.iter();
            (
                change.path.as_str(),
                actors
                    .map(|actor| (actor.account.as_str(), actor.certainty))
                    .collect(),
            )
        })
        .collect();
    let expected = [
        ("/etc/hosts", vec![("alice", Certainty::Likely)]),
        // A changed permission has no date: both were there that day.
        (
            "/etc/sudoers",
            vec![("alice", Certainty::Possible), ("bob", Certainty::Possible)],
        ),
    ];
    assert_eq!(told, expected);
}
