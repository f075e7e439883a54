//! Live databases: a hardened and a weak instance of each, really started.

mod mariadb;
mod postgresql;
mod redis;
mod server;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use xinglin_inspect::{
    Bundle, CheckSet, Family, Inspection, Status, checks, database::Queries, inspect_bundle,
};
use xinglin_reach::{
    Secret,
    database::{DatabaseError, Target, Tls, gather},
};

/// The password of every account of these tests.
pub(crate) const PASSWORD: &str = "Bright-Apricot-7";

fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

fn queries() -> Queries {
    let text = fs::read_to_string(content().join("collect/databases.yaml")).unwrap();
    Queries::from_yaml(&text).unwrap()
}

/// The checks of a family.
fn shipped(family: Family) -> CheckSet {
    let mut files = Vec::new();
    for folder in [
        content().join("checks"),
        content().join("checks").join(family.word()),
    ] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path.display().to_string(), text));
            }
        }
    }
    let (set, errors) = checks::load(&files);
    assert_eq!(errors, []);
    set
}

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn target(family: Family, port: u16, user: &str, tls: Tls) -> Target {
    Target {
        port: Some(port),
        tls,
        ..Target::new(family, "localhost", user)
    }
}

async fn ask(target: &Target, password: &str) -> Result<Bundle, DatabaseError> {
    gather(target, &Secret::new(password), &queries(), now()).await
}

/// Asks and judges; no password may be in what comes back.
async fn inspect(target: &Target) -> Inspection {
    let bundle = ask(target, PASSWORD).await.unwrap();
    let text = String::from_utf8(bundle.files["queries.json"].clone()).unwrap();
    for secret in [
        PASSWORD,
        "SCRAM-SHA-256$",
        "md5c",
        "$A$",
        "*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29",
    ] {
        assert!(!text.contains(secret), "{secret} is in the answers");
    }
    inspect_bundle(&bundle, &shipped(target.family))
}

/// Compares the status of the checks named, and shows what was found where they differ.
fn expect(inspection: &Inspection, passes: &[&str], fails: &[&str]) {
    let mut wanted: BTreeMap<&str, Status> = BTreeMap::new();
    wanted.extend(passes.iter().map(|check| (*check, Status::Pass)));
    wanted.extend(fails.iter().map(|check| (*check, Status::Fail)));
    let mut wrong = Vec::new();
    for (check, status) in wanted {
        let result = inspection
            .results
            .iter()
            .find(|result| result.check == check)
            .unwrap_or_else(|| panic!("no check {check}"));
        if result.status != status {
            wrong.push(format!(
                "{check}: expected {status:?}, found {:?}: {} {}",
                result.status,
                result.observed,
                result.missing.join(", ")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nunreadable: {:?}",
        wrong.join("\n"),
        inspection.unreadable
    );
}

#[tokio::test]
async fn families_without_live_connections_are_told_so() {
    for family in [
        Family::Oracle,
        Family::SqlServer,
        Family::Dm,
        Family::Mongodb,
    ] {
        let error = ask(&target(family, 1, "reader", Tls::Off), "")
            .await
            .unwrap_err();
        assert!(error.to_string().contains("content/collect"), "{error}");
    }
}

#[tokio::test]
async fn a_port_nobody_listens_on_is_named() {
    let port = server::free_port();
    for family in [Family::Postgresql, Family::Mysql, Family::Redis] {
        let error = ask(&target(family, port, "reader", Tls::Off), "x")
            .await
            .unwrap_err();
        assert!(
            matches!(&error, DatabaseError::Unreachable { address, .. } if *address == format!("localhost:{port}")),
            "{error}"
        );
    }
}

/// A listener that accepts and says nothing.
#[tokio::test]
async fn a_server_that_hangs_is_left_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for family in [Family::Postgresql, Family::Mysql, Family::Redis] {
        let target = Target {
            connect_timeout: std::time::Duration::from_millis(300),
            ..target(family, port, "reader", Tls::Encrypt)
        };
        let error = ask(&target, "x").await.unwrap_err();
        let is_named = matches!(error, DatabaseError::TimedOut { .. })
            || error.to_string().to_ascii_lowercase().contains("timed out");
        assert!(is_named, "{error}");
    }
}
