//! Logs through the real program: received by UDP and TCP, searched, and there after a kill.

use std::{
    io::Write as _,
    net::{TcpStream, UdpSocket},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use xinglin_app::{
    core::Role,
    logs::{BodyKind, Intake},
};
use xinglin_testkit::TestApp;

use crate::server::{Client, PASSWORD, Server};

const SAYS: [&str; 3] = [
    "listening on http://",
    "listening for syslog by UDP on ",
    "listening for syslog by TCP on ",
];
const FLAGS: [&str; 4] = ["--syslog-udp", "127.0.0.1:0", "--syslog-tcp", "127.0.0.1:0"];

/// The events of a search, once there are so many.
fn found(client: &Client, query: &str, expected: usize) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let page = client.get(&format!("/api/v1/logs/events?query={query}"));
        let events = page["events"].as_array().unwrap();
        if events.len() >= expected || Instant::now() > until {
            assert_eq!(events.len(), expected, "{page}");
            return page;
        }
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_is_sent_is_found_and_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Server::start_saying(folder.path(), &FLAGS, &SAYS);
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let line = "<38>Nov 22 10:00:00 his-db sshd[42]: Failed password for root from 10.9.8.7 port 4711 ssh2";
    socket.send_to(line.as_bytes(), said[1].as_str()).unwrap();
    let mut stream = TcpStream::connect(&said[2]).unwrap();
    stream
        .write_all(b"<38>Nov 22 10:00:01 his-db sshd[42]: Accepted password for amy from 10.9.8.7 port 4712 ssh2\n")
        .unwrap();
    let page = found(&lead, "10.9.8.7", 2);
    assert_eq!(page["events"][0]["source"], "127.0.0.1");
    found(
        &lead,
        "source.ip:10.9.8.0/24%20AND%20event.outcome:failure",
        1,
    );
    let sources = lead.get("/api/v1/logs/sources");
    assert_eq!(sources[0]["address"], "127.0.0.1", "{sources}");
    assert_eq!(sources[0]["events_total"], 2, "{sources}");
    let facets = lead.get("/api/v1/logs/facets?fields=source,event.outcome");
    assert_eq!(facets["examined"], 2, "{facets}");
    let histogram =
        lead.get("/api/v1/logs/histogram?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z");
    assert!(histogram["seconds"].as_i64().unwrap() > 0);
    assert_eq!(lead.get("/api/v1/logs/storage")["state"], "writing");
    let listeners = lead.get("/api/v1/logs/listeners");
    let expected = json!({"udp": said[1], "tcp": said[2], "tls": null});
    assert_eq!(listeners, expected);

    let (status, _, wrong) = lead.json("GET", "/api/v1/logs/events?query=(a", &Value::Null);
    assert_eq!((status, &wrong["slug"]), (400, &json!("log-query-wrong")));
    assert!(wrong["at"].is_u64(), "{wrong}");

    let export = json!({"query": "", "format": "csv", "mask": true, "reason": "取证"});
    let (status, _, _) = lead.json("POST", "/api/v1/logs/export", &export);
    assert_eq!(status, 200);
    let auditor = server.sign_in("audit-admin", PASSWORD);
    let ledger = auditor.get("/api/v1/ledger?limit=5");
    assert!(ledger.to_string().contains("logs.export"), "{ledger}");

    server.kill();
    let (server, _) = Server::start_saying(folder.path(), &FLAGS, &SAYS);
    let lead = server.sign_in("lead", PASSWORD);
    found(&lead, "10.9.8.7", 2);
}

#[tokio::test]
async fn a_token_sends_in_bulk_and_its_source_is_missed_when_silent() {
    let test = TestApp::new().await;
    test.app.open_logs().await.unwrap();
    let lead = test.user(Role::SecurityLead).await;
    let wanted = json!({"name": "集成平台", "source": "his-esb"});
    let made = lead.post("/api/v1/logs/tokens", wanted).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (id, token) = (made.json()["id"].clone(), made.json()["token"].clone());
    let token = token.as_str().unwrap();
    let body = b"{\"index\":{}}\n{\"message\":\"hello ward\"}\n{\"create\":{}}\nnothing\n";
    let send = |token: String| {
        let app = test.app.clone();
        async move {
            let kind = BodyKind::Bulk("logs".to_owned());
            app.receive_log_body(&token, "10.1.1.1", kind, ("", body.to_vec()))
                .await
        }
    };
    let Intake { answer } = send(token.to_owned()).await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["errors"], true, "{answer}");
    assert_eq!(answer["items"][0]["index"]["status"], 201, "{answer}");
    assert_eq!(answer["items"][1]["create"]["status"], 400, "{answer}");
    // Durable is what was answered; searchable it is within a second.
    test.app.settle_logs().await.unwrap();
    let page = lead.get("/api/v1/logs/events?query=ward").await.json();
    assert_eq!(page["events"][0]["source"], "his-esb", "{page}");

    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    assert_eq!(source["state"], "sending", "{source}");
    let path = format!("/api/v1/logs/sources/{}", source["id"]);
    let limit = json!({"silent_after_minutes": 5});
    let changed = lead.json("PATCH", &path, &limit).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    test.clock.advance(400);
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    assert_eq!(source["state"], "silent", "{source}");
    assert!(source["silent_since"].is_string(), "{source}");

    let path = format!("/api/v1/logs/tokens/{id}");
    let ended = lead.delete_with(&path, json!({"reason": "系统下线"})).await;
    assert_eq!(ended.status, 204, "{ended:?}");
    let refused = send(token.to_owned()).await.unwrap_err();
    assert_eq!(refused.code().slug(), "log-token-refused");
}
