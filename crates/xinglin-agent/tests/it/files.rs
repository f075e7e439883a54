//! Files that the server wants to know of.

use std::sync::atomic::Ordering;

use xinglin_agent::{Agent, ServerError};
use xinglin_core::Clock as _;
use xinglin_inspect::integrity::{Baseline, Certainty, ChangeKind, Scope, compare};
use xinglin_wire::Body;

use crate::{
    hospital::{Hospital, Nearby},
    lifecycle::{clock, host, spool},
};

/// 2026-11-22T09:00:00Z, when somebody wrote to a file.
const NINE: i64 = 1_795_338_000;

fn baselines(hospital: &Hospital) -> Vec<Baseline> {
    let kept = &hospital.agents["agent-1"];
    let files = kept.files.iter();
    files
        .map(|files| serde_json::from_value(files.clone()).unwrap())
        .collect()
}

#[test]
fn nothing_is_said_of_files_that_nobody_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (host, clock) = (host(), clock());
    let mut server = Nearby::new();
    let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
    agent.inspect(clock.now()).unwrap();
    agent.deliver().unwrap();
    assert_eq!(agent.report_files(clock.now()), Ok(false));
    drop(agent);
    assert!(server.hospital.agents["agent-1"].files.is_empty());
}

#[test]
fn files_are_reported_by_difference_with_who_changed_them() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut host = host();
    for number in 0..200 {
        let path = format!("/etc/conf.d/{number}");
        host.files.insert(path, format!("setting {number}\n"));
    }
    let mut changed = host.clone();
    changed
        .files
        .insert("/etc/conf.d/7".to_owned(), "another\n".to_owned());
    let record = |kind: &str, rest: &str| format!("type={kind} msg=audit({NINE}.100:1): {rest}\n");
    let log = [
        record(
            "SYSCALL",
            "arch=c000003e syscall=257 success=yes exit=3 a2=241 auid=0 uid=0 exe=\"/usr/bin/vim\"",
        ),
        record("PATH", "item=0 name=\"/etc/conf.d/7\" nametype=NORMAL"),
    ];
    changed
        .files
        .insert("/var/log/audit/audit.log".to_owned(), log.concat());
    let mut server = Nearby::new();
    server.hospital.scope = Some(Scope::of(["/etc"]));
    let away = server.away.clone();
    // The host of one run does not change under it; what it was told of stays with the agent.
    let switching = Switching::new(host, changed);
    let mut agent = Agent::new(&switching, &mut server, spool(folder.path()));
    agent.inspect(clock.now()).unwrap();
    agent.deliver().unwrap();
    assert_eq!(agent.report_files(clock.now()), Ok(true));
    assert_eq!(agent.report_files(clock.now()), Ok(false), "not due again");
    clock.advance(7_200);
    switching.switch();
    agent.inspect(clock.now()).unwrap();
    agent.deliver().unwrap();
    // The server goes away in between: files are said again as they are then.
    away.store(true, Ordering::SeqCst);
    let failure = agent.report_files(clock.now()).unwrap_err();
    assert!(matches!(failure, ServerError::Away { .. }));
    away.store(false, Ordering::SeqCst);
    assert_eq!(agent.report_files(clock.now()), Ok(true));
    drop(agent);
    let reports = &server.hospital.agents["agent-1"].file_reports;
    assert_eq!(reports.len(), 2);
    assert!(matches!(reports[0].body, Body::Whole { .. }));
    let Body::Difference { changes, .. } = &reports[1].body else {
        panic!("whole again");
    };
    let length = serde_json::to_string(changes).unwrap().len();
    assert!(length < 1_000, "{length} bytes for one file");
    let actor = &reports[1].actors["/etc/conf.d/7"][0];
    assert_eq!(
        (actor.account.as_str(), actor.certainty),
        ("root", Certainty::Certain)
    );
    let found = baselines(&server.hospital);
    let comparison = compare(&found[0], &found[1]);
    let named: Vec<_> = comparison
        .changes
        .iter()
        .map(|change| (change.path.as_str(), change.kind))
        .collect();
    assert_eq!(named, [("/etc/conf.d/7", ChangeKind::Changed)]);
}

#[test]
fn a_server_that_forgot_asks_for_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let (host, clock) = (host(), clock());
    let mut server = Nearby::new();
    server.hospital.scope = Some(Scope::of(["/etc"]));
    server.forget_files = true;
    let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
    for _ in 0..2 {
        clock.advance(86_400);
        agent.inspect(clock.now()).unwrap();
        agent.deliver().unwrap();
        assert_eq!(agent.report_files(clock.now()), Ok(true));
    }
    drop(agent);
    let kept = &server.hospital.agents["agent-1"];
    assert!(
        kept.file_reports
            .iter()
            .all(|report| matches!(report.body, Body::Whole { .. }))
    );
    assert_eq!(kept.files.len(), 1, "the first was forgotten");
}

/// A host that becomes another.
struct Switching {
    hosts: [xinglin_inspect::RecordedHost; 2],
    at: std::cell::Cell<usize>,
}

impl Switching {
    fn new(first: xinglin_inspect::RecordedHost, second: xinglin_inspect::RecordedHost) -> Self {
        Self {
            hosts: [first, second],
            at: std::cell::Cell::new(0),
        }
    }

    fn switch(&self) {
        self.at.set(1);
    }

    fn now(&self) -> &xinglin_inspect::RecordedHost {
        &self.hosts[self.at.get()]
    }
}

impl xinglin_inspect::Host for Switching {
    fn read_range(
        &self,
        path: &str,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<u8>, xinglin_inspect::host::ReadError> {
        self.now().read_range(path, offset, limit)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, xinglin_inspect::host::ReadError> {
        self.now().list(path)
    }

    fn metadata(
        &self,
        path: &str,
    ) -> Result<xinglin_inspect::host::Metadata, xinglin_inspect::host::ReadError> {
        self.now().metadata(path)
    }

    fn link(&self, path: &str) -> Result<String, xinglin_inspect::host::ReadError> {
        self.now().link(path)
    }

    fn run(
        &self,
        program: xinglin_inspect::host::Program,
    ) -> Result<String, xinglin_inspect::host::RunError> {
        self.now().run(program)
    }

    fn is_running(&self) -> bool {
        self.now().is_running()
    }
}
