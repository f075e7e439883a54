//! Enrol, run, lose the server, recover: over HTTPS, with certificates on both sides.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use xinglin_agent::{
    Agent, Ended, EnrolError, HttpsServer, Identity, IdentityError, Runner, Server, ServerError,
    Spool, SpoolLimits, Wait, enrol, run,
};
use xinglin_core::{Clock, FixedClock};
use xinglin_inspect::{RecordedHost, linux};
use xinglin_wire::{Body, Enrol, Reply, digest};

use crate::hospital::{Hospital, Https, Nearby};

pub(crate) fn host() -> RecordedHost {
    RecordedHost::from_yaml(
        "recorded_at: 2026-11-22T08:00:00Z
files:
  /etc/os-release: 'ID=debian'
  /etc/hostname: 'his-db01'
  /etc/passwd: \"root:x:0:0:root:/root:/bin/bash\\n\"
  /etc/shadow: \"root:$y$x:20000:0:90:7:::\\n\"
processes: [sshd, cron]
listening: ['tcp 0.0.0.0:22']
",
    )
    .unwrap()
}

pub(crate) fn clock() -> FixedClock {
    FixedClock::new("2026-11-22T08:00:00Z".parse().unwrap())
}

pub(crate) fn spool(folder: &Path) -> Spool {
    Spool::open(&folder.join("spool"), SpoolLimits::default()).unwrap()
}

#[test]
fn a_token_counts_once_and_only_for_the_right_server() {
    let server = Https::start(Hospital::new());
    let authority = server.hospital.lock().unwrap().authority();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("agent");
    let again = |folder: &Path, authority: &str, token: &str| {
        enrol(folder, &server.address, authority, token, "his-db01")
    };

    // Somebody else's server does not even see the token.
    let other = Hospital::new().authority();
    let error = again(&here, &other, "token-1").unwrap_err();
    assert!(
        matches!(error, EnrolError::Server(ServerError::Away { .. })),
        "{error}"
    );
    assert_eq!(server.hospital.lock().unwrap().tokens.len(), 1);

    let error = again(&here, &authority, "wrong").unwrap_err();
    assert!(
        matches!(error, EnrolError::Server(ServerError::NotAllowed { .. })),
        "{error}"
    );
    assert!(matches!(
        Identity::load(&here),
        Err(IdentityError::NotEnrolled { .. })
    ));

    let identity = again(&here, &authority, "token-1").unwrap();
    assert_eq!(identity.agent, "agent-1");
    assert_eq!(Identity::load(&here).unwrap(), identity);
    assert!(!format!("{identity:?}").contains("PRIVATE"));
    for entry in std::fs::read_dir(&here).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "readable by this account only");
    }

    let error = again(&here, &authority, "token-1").unwrap_err();
    assert!(matches!(error, EnrolError::AlreadyEnrolled { .. }));
    let error = again(&folder.path().join("second"), &authority, "token-1").unwrap_err();
    assert!(matches!(
        error,
        EnrolError::Server(ServerError::NotAllowed { .. })
    ));
}

#[test]
fn a_request_for_a_certificate_does_not_hold_the_token_in_its_debug_form() {
    let message = Enrol {
        protocol: String::new(),
        token: "token-1".to_owned(),
        host_name: String::new(),
        agent_version: String::new(),
        certificate_request: String::new(),
    };
    assert!(!format!("{message:?}").contains("token-1"));
}

/// An hour without the server, shortened by the clock: every inspection arrives, in order,
/// once it is back.
#[test]
fn the_server_is_lost_for_an_hour_and_nothing_else_is() {
    let server = Https::start(Hospital::new());
    let authority = server.hospital.lock().unwrap().authority();
    let folder = tempfile::tempdir().unwrap();
    let identity = enrol(
        folder.path(),
        &server.address,
        &authority,
        "token-1",
        "his-db01",
    )
    .unwrap();
    let (host, clock) = (host(), clock());
    let mut https = HttpsServer::new(&identity).unwrap();
    let mut agent = Agent::new(&host, &mut https, spool(folder.path()));
    let start = clock.now().as_second();
    let mut notes = Vec::new();
    let up = Arc::clone(&server.up);
    let mut wait = |time: Duration| {
        clock.advance(i64::try_from(time.as_secs()).unwrap().max(1));
        let minute = (clock.now().as_second() - start) / 60;
        up.store(!(10..70).contains(&minute), Ordering::SeqCst);
        if minute >= 110 {
            Wait::Stop
        } else {
            Wait::Over
        }
    };
    let mut runner = Runner {
        clock: &clock,
        chance: &mut || 7,
        wait: &mut wait,
        note: &mut |text| notes.push(text.to_owned()),
        updater: None,
        starts: &mut |_, _| Ok(()),
    };
    assert_eq!(
        run(&mut agent, identity.settings, &mut runner).unwrap(),
        Ended::Stopped
    );
    assert_eq!(agent.waiting(), 0);
    let hospital = server.hospital.lock().unwrap();
    let kept = &hospital.agents["agent-1"];
    let newest = *kept.numbers.last().unwrap();
    assert!(newest >= 105, "one a minute: {newest}");
    assert_eq!(
        kept.numbers,
        (1..=newest).collect::<BTreeSet<u64>>(),
        "none is missing"
    );
    assert_eq!(kept.lost, 0);
    assert_eq!(kept.whole, 1, "the first; all others are differences");
    // Said when it began, not at every try.
    assert_eq!(notes.len(), 1, "{notes:?}");
    let facts = linux::collect(&host, clock.now()).facts;
    assert_eq!(
        kept.facts.as_ref().unwrap()["accounts"],
        serde_json::to_value(facts.accounts).unwrap()
    );
}

#[test]
fn a_restart_or_a_broken_connection_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (host, clock) = (host(), clock());
    let mut server = Nearby::new();
    server.away.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        // Each time as after a loss of power: only what is on disk is known.
        let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
        agent.inspect(clock.now()).unwrap();
        assert!(agent.deliver().unwrap().failure.is_some());
        clock.advance(86_400);
    }
    let (away, break_off) = (Arc::clone(&server.away), Arc::clone(&server.break_off));
    away.store(false, Ordering::SeqCst);
    break_off.store(true, Ordering::SeqCst);
    let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
    let delivered = agent.deliver().unwrap();
    assert_eq!(
        (delivered.kept, agent.waiting()),
        (0, 3),
        "kept, but nobody was told"
    );
    let delivered = agent.deliver().unwrap();
    assert_eq!((delivered.kept, agent.waiting()), (3, 0));
    let kept = &server.hospital.agents["agent-1"];
    assert_eq!(kept.numbers, BTreeSet::from([1, 2, 3]));
}

/// A server that was restored from an old backup: it holds something else.
struct Forgetful(Nearby);
impl Server for Forgetful {
    fn report(&mut self, report: &xinglin_wire::Report) -> Result<Reply, ServerError> {
        if matches!(report.body, Body::Difference { .. }) {
            self.0.hospital.agents.clear();
        }
        self.0.report(report)
    }
    fn program(&mut self, limit: u64, to: &mut dyn std::io::Write) -> Result<(), ServerError> {
        self.0.program(limit, to)
    }
}

#[test]
fn a_server_that_forgot_asks_for_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (host, clock) = (host(), clock());
    let mut server = Nearby::new();
    let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
    agent.inspect(clock.now()).unwrap();
    agent.deliver().unwrap();
    clock.advance(86_400);
    agent.inspect(clock.now()).unwrap();
    let delivered = agent.deliver().unwrap();
    assert_eq!(delivered.kept, 1);
    drop(agent);
    let kept = server.hospital.agents.get_mut("agent-1").unwrap();
    assert_eq!((kept.whole, kept.differences), (1, 1));

    let mut server = Forgetful(server);
    let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
    for _ in 0..2 {
        clock.advance(86_400);
        agent.inspect(clock.now()).unwrap();
        assert_eq!(agent.deliver().unwrap().kept, 1);
    }
    drop(agent);
    let kept = &server.0.hospital.agents["agent-1"];
    let expected = linux::collect(&host, clock.now()).facts;
    let expected = digest(&serde_json::to_value(expected).unwrap());
    assert_eq!(digest(kept.facts.as_ref().unwrap()), expected);
}
