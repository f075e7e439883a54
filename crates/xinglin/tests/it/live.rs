//! Inspections made from here: what is refused, what a failure is called, and that no secret
//! stays anywhere.

use std::net::TcpListener;

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{TestApp, TestUser};

const SECRET: &str = "Zither-8-Orchard";

async fn server(lead: &TestUser) -> Value {
    let form =
        json!({"code": "S", "name": "S", "object_type": "server_os", "importance": "ordinary"});
    lead.post("/api/v1/assets", form).await.json()["id"].clone()
}

/// A port on which nothing listens.
fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_way_that_leads_nowhere_is_told_by_name() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let id = server(&lead).await;
    let path = |way: &str| format!("/api/v1/assets/{id}/inspections/{way}");
    let port = closed_port();
    let tls = json!({"host": "127.0.0.1", "port": port});
    let refused = lead.post(&path("tls"), tls.clone()).await;
    assert_eq!(refused.slug(), "target-refused", "{refused:?}");
    assert_eq!(refused.json()["fields"][0]["field"], "target");
    let ssh = json!({"host": "127.0.0.1", "port": port, "username": "root", "password": SECRET});
    let refused = lead.post(&path("ssh"), ssh.clone()).await;
    assert_eq!(refused.slug(), "target-refused", "{refused:?}");
    let database = json!({"family": "redis", "host": "127.0.0.1", "port": port, "username": "",
        "password": SECRET, "tls": "off"});
    let refused = lead.post(&path("database"), database.clone()).await;
    assert_eq!(refused.slug(), "target-unreachable", "{refused:?}");
    assert!(!String::from_utf8_lossy(&refused.bytes).contains(SECRET));

    for (way, good, field, value) in [
        ("tls", &tls, "host", json!("a host; rm")),
        ("tls", &tls, "start_tls", json!("gopher")),
        ("ssh", &ssh, "host", json!("-oProxyCommand=x y")),
        ("ssh", &ssh, "host_key", json!("MD5:00")),
        ("ssh", &ssh, "password", Value::Null),
        ("database", &database, "family", json!("oracle")),
        ("database", &database, "tls", json!("perhaps")),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let refused = lead.post(&path(way), wrong).await;
        assert_eq!(
            refused.slug(),
            "invalid-input",
            "{way} {field}: {refused:?}"
        );
    }
    let nowhere = lead.post("/api/v1/assets/999/inspections/tls", tls).await;
    assert_eq!(nowhere.slug(), "not-found");

    // Nothing of a failed attempt stays: no inspection, no key, no secret.
    let listed = lead.get("/api/v1/inspections").await.json();
    assert_eq!(listed["total"], 0);
    let keys = format!("/api/v1/assets/{id}/host-key");
    assert_eq!(lead.get(&keys).await.json()["total"], 0);
    let none = lead.delete_with(&keys, json!({"reason": "重装"})).await;
    assert_eq!(none.slug(), "not-found");
    for file in std::fs::read_dir(test.data_dir()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let needle = SECRET.as_bytes();
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }
}

#[tokio::test]
async fn collector_scripts_are_to_be_had() {
    let test = TestApp::new().await;
    let engineer = test.user(Role::Engineer).await;
    let listed = engineer.get("/api/v1/collectors").await.json();
    let items = listed["items"].as_array().unwrap();
    let windows = items.iter().find(|one| one["family"] == "windows").unwrap();
    let path = format!("/api/v1/collectors/{}", windows["name"].as_str().unwrap());
    let script = engineer.get(&path).await;
    assert_eq!(script.status, 200);
    let disposition = script.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    for wrong in ["databases.yaml", "no-such.sql", "..%2Fplan%2Fphases.yaml"] {
        let path = format!("/api/v1/collectors/{wrong}");
        assert_eq!(engineer.get(&path).await.slug(), "not-found", "{wrong}");
    }
}
