//! A server that is killed in the middle of an import loses nothing that it acknowledged.

use std::fmt::Write as _;

use serde_json::{Value, json};
use xinglin_testkit::eventually_here;

use crate::server::{Client, PASSWORD, Server};

const ASSETS: u64 = 50_000;
// Some batches are durable then, and most are still to come.
const ACKNOWLEDGED: u64 = 5_000;

fn file() -> String {
    let mut file = String::from("资产编号,资产名称,对象类型,地址,位置,重要程度,供应商\n");
    for at in 0..ASSETS {
        writeln!(
            file,
            "A{at:05},示例终端 {at},终端,10.{}.{}.{},门诊楼 {} 层,一般,示例供应商",
            at / 65_536,
            at / 256 % 256,
            at % 256,
            at % 12
        )
        .unwrap();
    }
    file
}

fn start(lead: &Client, file: &str) -> String {
    let (status, job) = lead.upload("/api/v1/imports/assets", file.as_bytes());
    assert_eq!(status, 202, "{job}");
    format!("/api/v1/jobs/{}", job["id"])
}

fn wait(lead: &Client, job: &str, until: impl Fn(&Value) -> bool) -> Value {
    eventually_here("the progress of an import", || {
        let now = lead.get(job);
        if until(&now) {
            return Some(now);
        }
        assert_eq!(now["state"], "running", "{now}");
        None
    })
}

fn assert_first_assets(lead: &Client, many: u64) {
    let mut at = 0;
    while at < many {
        let page = lead.get(&format!("/api/v1/assets?sort=code&offset={at}&limit=1000"));
        let codes: Vec<&str> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["code"].as_str().unwrap())
            .collect();
        assert!(!codes.is_empty(), "no asset at {at} of {many}");
        for code in codes.iter().take(usize::try_from(many - at).unwrap()) {
            assert_eq!(*code, format!("A{at:05}"));
            at += 1;
        }
    }
}

#[test]
fn what_was_acknowledged_survives_kill_and_the_import_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let file = file();
    let server = Server::start(folder.path());
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let job = start(&lead, &file);
    let seen = wait(&lead, &job, |now| {
        now["done"].as_u64() >= Some(ACKNOWLEDGED)
    });
    let acknowledged = seen["done"].as_u64().unwrap();
    assert!(acknowledged < ASSETS, "the kill would come too late");
    server.kill();

    let server = Server::start(folder.path());
    let lead = server.sign_in("lead", PASSWORD);
    let present = lead.get("/api/v1/assets?limit=1")["total"]
        .as_u64()
        .unwrap();
    assert!(
        (acknowledged..ASSETS).contains(&present),
        "{present} of {acknowledged} acknowledged"
    );
    assert_first_assets(&lead, present);
    assert_verified(&server);

    let job = start(&lead, &file);
    let ended = wait(&lead, &job, |now| now["state"] == "done");
    assert_eq!(
        ended["result"],
        json!({"created": ASSETS - present, "updated": 0, "unchanged": present, "rejected": 0})
    );
    assert_eq!(lead.get("/api/v1/assets?limit=1")["total"], ASSETS);
    assert_first_assets(&lead, ASSETS);
    assert_verified(&server);
}

fn assert_verified(server: &Server) {
    let auditor = server.sign_in("audit-admin", PASSWORD);
    let (status, _, verified) = auditor.json("POST", "/api/v1/ledger/verify", &json!({}));
    assert_eq!((status, &verified["ok"]), (200, &json!(true)), "{verified}");
}
