//! File integrity of hosts with an agent.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};
use tokio::task::block_in_place;
use xinglin_agent::{Agent, HttpsServer, Identity};
use xinglin_app::core::Role;
use xinglin_inspect::RecordedHost;

use crate::agents::{Hospital, spool};

const STATUS: &str = "Package: sudo\nStatus: install ok installed\nVersion: 1.9.13\n";

/// A host with a program of a package and a file of nobody's.
fn host() -> RecordedHost {
    let mut host = RecordedHost::from_yaml("recorded_at: 2026-11-22T08:00:00Z").unwrap();
    for (path, text) in [
        ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        ("/etc/hosts", "127.0.0.1 localhost\n"),
        ("/etc/resolv.conf", "nameserver 10.0.0.1\n"),
        ("/usr/bin/sudo", "program\n"),
        ("/var/lib/dpkg/status", STATUS),
        ("/var/lib/dpkg/info/sudo.list", "/.\n/usr/bin/sudo\n"),
        // MD5 of "program\n".
        (
            "/var/lib/dpkg/info/sudo.md5sums",
            "014ad490257f1757f32f4c106284b1e1  usr/bin/sudo\n",
        ),
    ] {
        host.files.insert(path.to_owned(), text.to_owned());
    }
    host
}

/// The same after an update of the package, and somebody's hand on another file.
fn updated() -> RecordedHost {
    let mut host = host();
    for (path, text) in [
        ("/etc/hosts", "10.6.6.6 update.invalid\n"),
        // Left out by the policy.
        ("/etc/resolv.conf", "nameserver 10.0.0.2\n"),
        ("/usr/bin/sudo", "newer\n"),
        // MD5 of "newer\n".
        (
            "/var/lib/dpkg/info/sudo.md5sums",
            "80a25cd970eeae1ceca845f4f31d8db3  usr/bin/sudo\n",
        ),
    ] {
        host.files.insert(path.to_owned(), text.to_owned());
    }
    let status = STATUS.replace("1.9.13", "1.9.15");
    host.files.insert("/var/lib/dpkg/status".to_owned(), status);
    host
}

/// Inspections of a host a minute apart, each with what its files are.
fn report(
    hospital: &Hospital,
    host: &RecordedHost,
    folder: &Path,
    identity: &Identity,
    times: usize,
) {
    block_in_place(|| {
        let mut server = HttpsServer::new(identity).unwrap();
        let mut agent = Agent::new(host, &mut server, spool(folder));
        for _ in 0..times {
            hospital.ward.test.clock.advance(60);
            let now = hospital.ward.test.app.now();
            agent.inspect(now).unwrap();
            let delivered = agent.deliver().unwrap();
            assert_eq!((delivered.kept, delivered.failure), (1, None));
            assert!(agent.report_files(now).is_ok());
        }
    });
}

async fn status(hospital: &Hospital) -> Value {
    let path = format!("/api/v1/assets/{}/integrity", hospital.ward.server);
    let answer = hospital.ward.lead.get(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_brings_the_baseline_and_what_changed_since() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let lead = &hospital.ward.lead;
    let url = format!("/api/v1/assets/{}/integrity", hospital.ward.server);
    assert_eq!(status(&hospital).await["source"], "agent");
    // Nobody asked: nothing is said of files.
    report(&hospital, &host(), folder.path(), &identity, 1);
    assert_eq!(status(&hospital).await["baseline"], Value::Null);

    let body = json!({"paths": ["/etc", "/usr/bin"], "reason": "上线验收"});
    let asked = lead.post(&format!("{url}/baseline"), body.clone()).await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let asked = asked.json();
    assert_eq!(
        (&asked["pending"], &asked["baseline"]),
        (&json!(true), &Value::Null)
    );
    let scan = lead.post(&format!("{url}/scan"), json!({})).await;
    assert_eq!(scan.slug(), "not-this-host");
    report(&hospital, &host(), folder.path(), &identity, 2);
    let there = status(&hospital).await;
    assert_eq!(there["pending"], false, "{there}");
    assert_eq!(there["baseline"]["by"], "security_lead");
    assert_eq!(there["baseline"]["reason"], "上线验收");
    assert_eq!(
        (&there["baseline"]["packages"], &there["open"]),
        (&json!(1), &json!(0))
    );

    report(&hospital, &updated(), folder.path(), &identity, 2);
    let changed = status(&hospital).await;
    assert_eq!(changed["open"], 2, "{changed}");
    let find = |path: &str| {
        let changes = changed["changes"].as_array().unwrap();
        changes
            .iter()
            .find(|one| one["path"] == path)
            .unwrap()
            .clone()
    };
    let sudo = find("/usr/bin/sudo");
    assert_eq!(
        (&sudo["cause"], &sudo["package"]),
        (&json!("package"), &json!("sudo"))
    );
    assert_eq!(
        (&sudo["version_before"], &sudo["version_after"]),
        (&json!("1.9.13"), &json!("1.9.15"))
    );
    assert_eq!(find("/etc/hosts")["cause"], "unknown");

    // Who may run inspections may not put a new baseline in place of one that is there.
    let engineer = hospital.ward.test.user(Role::Engineer).await;
    let refused = engineer.post(&format!("{url}/baseline"), body).await;
    assert_eq!(refused.status, 403);
    let body = json!({"ids": [sudo["id"]], "reason": "例行更新", "change_request": "BG-7"});
    let approved = lead.post("/api/v1/integrity-changes/approve", body).await;
    assert_eq!(approved.json(), json!({"approved": 1}));
    report(&hospital, &updated(), folder.path(), &identity, 1);
    let left = status(&hospital).await;
    assert_eq!(left["open"], 1, "{left}");
    assert_eq!(left["changes"][0]["path"], "/etc/hosts");
    // The file is as it was: nothing is left to approve.
    let mut mended = updated();
    let hosts = host().files["/etc/hosts"].clone();
    mended.files.insert("/etc/hosts".to_owned(), hosts);
    report(&hospital, &mended, folder.path(), &identity, 1);
    assert_eq!(status(&hospital).await["open"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_none_are_refused() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let url = format!("/api/v1/assets/{}/integrity", hospital.ward.server);
    let body = json!({"paths": ["/etc"], "reason": "上线验收"});
    hospital
        .ward
        .lead
        .post(&format!("{url}/baseline"), body)
        .await;
    let failure = block_in_place(|| {
        let files = json!({"format": "xinglin.integrity/1", "entries": []});
        let report = xinglin_wire::FilesReport::new("0.1.0", &files, None, BTreeMap::new());
        let mut server = HttpsServer::new(&identity).unwrap();
        xinglin_agent::Server::files(&mut server, &report).unwrap_err()
    });
    assert!(
        matches!(failure, xinglin_agent::ServerError::Rejected { .. }),
        "{failure}"
    );
    drop(folder);
    assert_eq!(status(&hospital).await["pending"], true);
}
