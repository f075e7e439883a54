//! Discovery: what scans saw, within what the hospital allowed, against the register.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::TestApp;

/// Three hosts: a known server, an unknown one with Telnet, and one outside of the range.
const SCAN: &str = r#"<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV -oX - 10.1.0.0/24 10.9.0.1" start="1795310000" version="7.95">
<host><status state="up"/><address addr="10.1.0.5" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="9.6" method="probed"/></port>
<port protocol="tcp" portid="3306"><state state="open"/><service name="mysql" method="probed"/></port></ports></host>
<host><status state="up"/><address addr="10.1.0.77" addrtype="ipv4"/><address addr="00:11:22:33:44:55" addrtype="mac" vendor="Some Maker"/>
<ports><port protocol="tcp" portid="23"><state state="open"/><service name="telnet" method="probed"/></port></ports></host>
<host><status state="up"/><address addr="10.9.0.1" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="80"><state state="open"/><service name="http" method="probed"/></port></ports></host>
<runstats><finished time="1795310300"/></runstats>
</nmaprun>"#;

fn problems(discovery: &Value) -> Vec<(String, String, Value)> {
    let findings = discovery["findings"].as_array().unwrap();
    let told = findings.iter().map(|one| {
        let text = |field: &str| one[field].as_str().unwrap().to_owned();
        (text("address"), text("problem"), one["port"].clone())
    });
    told.collect()
}

fn found(address: &str, problem: &str, port: Value) -> (String, String, Value) {
    (address.to_owned(), problem.to_owned(), port)
}

#[tokio::test]
async fn a_scan_is_confined_and_compared() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let engineer = test.user(Role::Engineer).await;
    let form = json!({"code": "S", "name": "HIS 服务器", "object_type": "server_os",
        "importance": "important", "address": "10.1.0.5:8080"});
    let server = lead.post("/api/v1/assets", form).await.json();

    let scans = "/api/v1/discoveries";
    let early = engineer.upload(scans, "scan.xml", SCAN.as_bytes()).await;
    assert_eq!(early.slug(), "no-scan-range", "{early:?}");
    let ranges = "/api/v1/scan-ranges";
    let range =
        json!({"range": "10.1.0.7/24", "reason": "信息科例会同意每月扫描", "until": "2026-12-31"});
    assert_eq!(
        engineer.post(ranges, range.clone()).await.slug(),
        "forbidden"
    );
    for (field, value) in [("range", "every.thing"), ("until", "2028-01-01")] {
        let mut wrong = range.clone();
        wrong[field] = json!(value);
        assert_eq!(lead.post(ranges, wrong).await.slug(), "invalid-input");
    }
    let range = lead.post(ranges, range).await;
    assert_eq!(range.status, 201, "{range:?}");
    let range = range.json();
    assert_eq!(range["range"], "10.1.0.0/24");
    assert_eq!(range["in_force"], true);

    let broken = engineer.upload(scans, "scan.xml", b"<html/>").await;
    assert_eq!(broken.slug(), "unreadable-file");
    let taken = engineer.upload(scans, "scan.xml", SCAN.as_bytes()).await;
    assert_eq!(taken.status, 201, "{taken:?}");
    let taken = taken.json();
    assert_eq!(
        (&taken["hosts"], &taken["rejected"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(taken["found"][0]["assets"][0]["id"], server["id"]);
    assert_eq!(taken["found"][1]["assets"], json!([]));
    assert_eq!(
        taken["found"][1]["ports"][0]["weaknesses"],
        json!(["telnet"])
    );
    assert_eq!(
        problems(&taken),
        [
            found("10.1.0.5", "unknown_port", json!(22)),
            found("10.1.0.5", "unknown_port", json!(3306)),
            found("10.1.0.77", "unknown_host", Value::Null),
            found("10.1.0.77", "weak_protocol", json!(23)),
        ]
    );

    let accept = format!("{scans}/{}/accept", taken["id"]);
    let ssh = json!({"address": "10.1.0.5", "port": 22, "reason": "运维"});
    assert_eq!(
        engineer.post(&accept, ssh.clone()).await.slug(),
        "forbidden"
    );
    let accepted = lead.post(&accept, ssh.clone()).await;
    assert_eq!(accepted.status, 200, "{accepted:?}");
    assert!(!problems(&accepted.json()).contains(&found("10.1.0.5", "unknown_port", json!(22))));
    assert_eq!(lead.post(&accept, ssh).await.slug(), "state-conflict");
    let unseen = json!({"address": "10.1.0.5", "port": 443, "reason": "运维"});
    assert_eq!(lead.post(&accept, unseen).await.slug(), "invalid-input");
    let outside = json!({"address": "10.9.0.1", "reason": "运维"});
    assert_eq!(lead.post(&accept, outside).await.slug(), "invalid-input");

    let assets = format!("{scans}/{}/assets", taken["id"]);
    let known =
        json!({"address": "10.1.0.5", "code": "X", "name": "X", "object_type": "server_os"});
    assert_eq!(engineer.post(&assets, known).await.slug(), "state-conflict");
    let new = json!({"address": "10.1.0.77", "code": "SW-9", "name": "旧交换机", "object_type": "network_device"});
    let made = engineer.post(&assets, new).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["address"], "10.1.0.77");
    let now = lead.get(&format!("{scans}/{}", taken["id"])).await.json();
    assert!(!problems(&now).contains(&found("10.1.0.77", "unknown_host", Value::Null)));
    assert!(problems(&now).contains(&found("10.1.0.77", "weak_protocol", json!(23))));
    let listed = lead.get(scans).await.json();
    assert_eq!(listed["items"][0]["by"], "engineer");

    let one = format!("{ranges}/{}", range["id"]);
    let ended = lead
        .delete_with(&one, json!({"reason": "改为人工登记"}))
        .await;
    assert_eq!(ended.json()["in_force"], false);
    let run = json!({"range_id": range["id"], "ports": "top1000"});
    let late = engineer.post("/api/v1/discoveries/run", run).await;
    assert_eq!(late.slug(), "no-scan-range");
    let ports = json!({"range_id": range["id"], "ports": "most"});
    let wrong = engineer.post("/api/v1/discoveries/run", ports).await;
    assert_eq!(wrong.slug(), "invalid-input");
    let audit = test.administrator(Role::AuditAdmin).await;
    let verified = audit.post("/api/v1/ledger/verify", json!({})).await;
    assert_eq!(verified.json()["ok"], true);
}
