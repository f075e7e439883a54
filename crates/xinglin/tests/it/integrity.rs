//! File integrity of the machine the server runs on, with real files.

use std::{fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use xinglin_app::core::Role;
use xinglin_testkit::{Answer, TestUser};

use crate::ward::{Ward, asset};

/// A ward whose server is this machine, and a folder of files on it.
struct Watched {
    ward: Ward,
    id: i64,
    folder: TempDir,
}

impl Watched {
    async fn new() -> Self {
        let ward = Ward::new().await;
        let id = asset(&ward.lead, ward.system, "SRV-02", "server_os", true).await;
        let folder = tempfile::tempdir().unwrap();
        for name in ["hosts", "passwd", "sudoers"] {
            fs::write(folder.path().join(name), "as it was\n").unwrap();
        }
        Self { ward, id, folder }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.place(name).to_str().unwrap().to_owned()
    }

    fn url(&self, rest: &str) -> String {
        format!("/api/v1/assets/{}/integrity{rest}", self.id)
    }

    async fn baseline(&self, user: &TestUser) -> Answer {
        let body = json!({"paths": [self.folder.path()], "reason": "新装系统"});
        user.post(&self.url("/baseline"), body).await
    }

    async fn status(&self) -> Value {
        let answer = self.ward.lead.get(&self.url("")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    async fn scan(&self) -> Value {
        let answer = self.ward.lead.post(&self.url("/scan"), json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Turns of the watch until so many changes are open.
    async fn until_open(&self, count: u64) -> Value {
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.ward.test.app.tend_integrity().await.unwrap();
            self.ward.test.clock.advance(3);
            let status = self.status().await;
            if status["open"] == count {
                return status;
            }
        }
        panic!("never {count} open: {}", self.status().await);
    }

    async fn changes(&self, query: &str) -> Value {
        let path = format!("/api/v1/integrity-changes?asset_id={}{query}", self.id);
        self.ward.lead.get(&path).await.json()
    }

    async fn approve(&self, user: &TestUser, ids: &[&Value]) -> Answer {
        let body = json!({"ids": ids, "reason": "按变更单修改", "change_request": "BG-2026-017"});
        user.post("/api/v1/integrity-changes/approve", body).await
    }
}

fn named(status: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let changes = status["changes"].as_array().unwrap().iter();
    let mut named: Vec<_> = changes
        .map(|change| (word(&change["path"]), word(&change["kind"])))
        .collect();
    named.sort();
    named
}

#[tokio::test]
async fn a_change_is_seen_once_and_approved_with_its_request() {
    let watched = Watched::new().await;
    let lead = &watched.ward.lead;
    let before = watched.status().await;
    assert_eq!(before["baseline"], Value::Null);
    assert_eq!(before["source"], "local");
    let taken = watched.baseline(lead).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let taken = taken.json();
    assert_eq!(taken["baseline"]["files"], 4);
    assert_eq!(taken["baseline"]["by"], "security_lead");
    assert_eq!(taken["watching"], true, "{taken}");
    let paths = json!([watched.folder.path()]);
    assert_eq!(taken["baseline"]["scope"]["paths"], paths);
    let excludes = taken["baseline"]["scope"]["excludes"].as_array().unwrap();
    assert!(excludes.contains(&json!("/etc/adjtime")));

    fs::write(watched.place("hosts"), "first\n").unwrap();
    let status = watched.until_open(1).await;
    let first = &status["changes"][0];
    assert_eq!(first["path"], watched.path("hosts"));
    assert_eq!(
        (&first["kind"], &first["cause"]),
        (&json!("changed"), &json!("unknown"))
    );
    assert_eq!(first["fields"], json!(["size", "content"]));
    assert_ne!(first["before"]["sha256"], first["after"]["sha256"]);
    assert_eq!(first["after"]["size_bytes"], 6);
    assert_eq!(first["allowed_actions"], json!(["approve"]));
    // Once more: it is the same change, as it is now.
    fs::write(watched.place("hosts"), "second time\n").unwrap();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        watched.ward.test.app.tend_integrity().await.unwrap();
        watched.ward.test.clock.advance(3);
    }
    let all = watched.changes("").await;
    assert_eq!(all["total"], 1, "{all}");
    let again = &all["items"][0];
    assert_eq!(again["id"], first["id"]);
    assert_eq!(again["after"]["size_bytes"], 12);
    assert_eq!(again["first_seen_at"], first["first_seen_at"]);

    let approved = watched.approve(lead, &[&first["id"]]).await;
    assert_eq!(approved.json(), json!({"approved": 1}));
    let twice = watched.approve(lead, &[&first["id"]]).await;
    assert_eq!(
        (twice.status.as_u16(), twice.slug()),
        (409, "state-conflict".to_owned())
    );
    let kept = watched.changes("&state=approved").await;
    let approval = &kept["items"][0]["approval"];
    assert_eq!(approval["change_request"], "BG-2026-017");
    assert_eq!(approval["by"], "security_lead");
    assert_eq!(kept["items"][0]["allowed_actions"], json!([]));
    // The baseline has moved on: nothing differs any more, by events or by a scan.
    assert_eq!(watched.scan().await["open"], 0);
    // And what was is another change now.
    fs::write(watched.place("hosts"), "as it was\n").unwrap();
    let back = watched.until_open(1).await;
    assert_ne!(back["changes"][0]["id"], first["id"]);
}

#[tokio::test]
async fn what_is_undone_closes_by_itself() {
    let watched = Watched::new().await;
    watched.baseline(&watched.ward.lead).await;
    fs::write(watched.place("passwd"), "root::0:0\n").unwrap();
    fs::write(watched.place("backdoor"), "#!/bin/sh\n").unwrap();
    fs::remove_file(watched.place("sudoers")).unwrap();
    let status = watched.until_open(3).await;
    let expected = [
        (watched.path("backdoor"), "added".to_owned()),
        (watched.path("passwd"), "changed".to_owned()),
        (watched.path("sudoers"), "removed".to_owned()),
    ];
    assert_eq!(named(&status), expected);
    fs::write(watched.place("passwd"), "as it was\n").unwrap();
    fs::remove_file(watched.place("backdoor")).unwrap();
    let status = watched.until_open(1).await;
    assert_eq!(named(&status)[0].0, watched.path("sudoers"));
    assert_eq!(watched.changes("&state=undone").await["total"], 2);
    let path = format!("/api/v1/history/asset/{}", watched.id);
    let history = watched.ward.lead.get(&path).await.json();
    let actions: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .filter(|action| action.starts_with("integrity."))
        .collect();
    assert!(actions.contains(&"integrity.baseline"), "{actions:?}");
    assert!(actions.contains(&"integrity.change"), "{actions:?}");
}

#[tokio::test]
async fn a_change_while_the_server_is_down_is_found_at_its_start() {
    let mut watched = Watched::new().await;
    watched.baseline(&watched.ward.lead).await;
    watched.ward.test.app.stop(Duration::from_secs(5)).await;
    fs::write(watched.place("hosts"), "while nobody watched\n").unwrap();
    watched.ward.test.reopen().await;
    watched.ward.lead = watched
        .ward
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    assert_eq!(watched.status().await["watching"], false);
    watched.ward.test.app.tend_integrity().await.unwrap();
    let status = watched.status().await;
    assert_eq!(status["open"], 1, "{status}");
    assert_eq!(status["changes"][0]["path"], watched.path("hosts"));
    assert_eq!(status["watching"], true);
    // The watch goes on as before.
    fs::write(watched.place("passwd"), "and now\n").unwrap();
    watched.until_open(2).await;
}

#[tokio::test]
async fn every_hour_all_files_are_compared() {
    let watched = Watched::new().await;
    watched.baseline(&watched.ward.lead).await;
    watched.ward.test.app.tend_integrity().await.unwrap();
    // A folder in place of the one that is watched.
    let aside = tempfile::tempdir().unwrap();
    let moved = aside.path().join("moved");
    fs::rename(watched.folder.path(), &moved).unwrap();
    fs::create_dir(watched.folder.path()).unwrap();
    for name in ["hosts", "passwd"] {
        fs::copy(moved.join(name), watched.place(name)).unwrap();
    }
    watched.ward.test.clock.advance(3_601);
    watched.ward.test.app.tend_integrity().await.unwrap();
    let lead = watched
        .ward
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    let status = lead.get(&watched.url("")).await.json();
    assert_eq!(
        named(&status),
        [(watched.path("sudoers"), "removed".to_owned())]
    );
}

#[tokio::test]
async fn who_may_not_and_what_cannot_be_is_refused() {
    let watched = Watched::new().await;
    let lead = &watched.ward.lead;
    let engineer = watched.ward.test.user(Role::Engineer).await;
    let scan = lead.post(&watched.url("/scan"), json!({})).await;
    assert_eq!(
        (scan.status.as_u16(), scan.slug()),
        (409, "no-baseline".to_owned())
    );
    let other = format!("/api/v1/assets/{}/integrity", watched.ward.server);
    for rest in ["/scan", "/baseline"] {
        let body = if rest == "/scan" {
            json!({})
        } else {
            json!({"reason": "测试"})
        };
        let refused = lead.post(&format!("{other}{rest}"), body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.slug()),
            (409, "not-this-host".to_owned())
        );
    }
    assert_eq!(lead.get(&other).await.json()["source"], "none");
    assert_eq!(lead.get("/api/v1/assets/999/integrity").await.status, 404);
    let wrong = [
        json!({"paths": [], "reason": "测试"}),
        json!({"paths": ["etc"], "reason": "测试"}),
        json!({"paths": ["/"], "reason": "测试"}),
        json!({"paths": ["/etc/../root"], "reason": "测试"}),
        json!({"paths": ["/proc/1"], "reason": "测试"}),
    ];
    for body in wrong {
        let refused = lead.post(&watched.url("/baseline"), body.clone()).await;
        assert_eq!(refused.slug(), "invalid-input", "{body}");
    }
    let hasty = lead
        .post(&watched.url("/baseline"), json!({"reason": " "}))
        .await;
    assert_eq!(hasty.slug(), "reason-required");

    assert_eq!(watched.baseline(&engineer).await.status, 200);
    fs::write(watched.place("hosts"), "x").unwrap();
    let status = watched.scan().await;
    let id = &status["changes"][0]["id"];
    assert_eq!(watched.approve(&engineer, &[id]).await.status, 403);
    // A new baseline would approve it all the same, even before anybody saw the change.
    fs::write(watched.place("passwd"), "x").unwrap();
    assert_eq!(watched.baseline(&engineer).await.status, 403);
    let found = engineer.get(&watched.url("")).await.json();
    assert_eq!(found["open"], 2, "{found}");
    assert_eq!(found["changes"][0]["allowed_actions"], json!([]));
    let none = watched.approve(lead, &[]).await;
    assert_eq!(none.slug(), "invalid-input");
    let unknown = watched.approve(lead, &[id, &json!(999)]).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(
        watched.status().await["open"],
        2,
        "none of them was approved"
    );
    let state = lead.get("/api/v1/integrity-changes?state=lost").await;
    assert_eq!(state.slug(), "invalid-input");
    // Who may approve may also take a new one, and that is on record with each change.
    assert_eq!(watched.baseline(lead).await.json()["open"], 0);
    let kept = watched.changes("&state=approved").await;
    assert_eq!(kept["total"], 2);
    assert_eq!(kept["items"][0]["approval"]["reason"], "新装系统");
}

#[tokio::test]
async fn a_watch_counts_for_what_it_proves() {
    let watched = Watched::new().await;
    let lead = &watched.ward.lead;
    let inspections = format!("/api/v1/assets/{}/inspections", watched.id);
    let result = async || {
        let inspection = lead.post(&inspections, json!({})).await.json();
        let results = inspection["results"].as_array().unwrap().clone();
        let check = "linux.integrity-tool";
        let found = results.into_iter().find(|one| one["check"] == check);
        found.unwrap()
    };
    // A folder that is not what matters is no proof.
    watched.baseline(lead).await;
    let some = result().await;
    assert_ne!(some["status"], "pass", "{some}");
    assert!(
        some["observed"].as_str().unwrap().contains("Xinglin"),
        "{some}"
    );
    let all = lead
        .post(&watched.url("/baseline"), json!({"reason": "全部"}))
        .await;
    assert_eq!(all.status, 200, "{all:?}");
    let covered = result().await;
    assert_eq!(covered["status"], "pass", "{covered}");
    assert_eq!(covered["requirements"], json!(["L3-CES1-26"]));
    assert_eq!(covered["sufficient"], false, "one point of several");
}
