//! What the logs owe: that their silence is noticed, and that they are kept as long as the law
//! asks.

use std::{io::Write as _, net::TcpStream, time::Duration};

use serde_json::{Value, json};
use xinglin_app::{
    core::Role,
    logs::{BodyKind, Listen},
};
use xinglin_testkit::{TestApp, TestUser};

pub(crate) async fn created(user: &TestUser, what: &str, body: Value) -> Value {
    let answer = user.post(&format!("/api/v1/{what}"), body).await;
    assert_eq!(answer.status, 201, "{what}: {answer:?}");
    answer.json()
}

/// A hospital with a graded system, its firewall and an assessment, whose logs are open.
pub(crate) async fn hospital() -> (TestApp, TestUser, i64) {
    let test = TestApp::new().await;
    test.app.open_logs().await.unwrap();
    let lead = test.user(Role::SecurityLead).await;
    let system = json!({"code": "HIS", "name": "示例信息系统", "grade": {"s": 3, "a": 3}});
    let system = created(&lead, "systems", system).await["id"].clone();
    let asset = json!({"code": "FW", "name": "边界防火墙", "object_type": "security_device",
        "system_ids": [system], "importance": "important"});
    let asset = created(&lead, "assets", asset).await["id"]
        .as_i64()
        .unwrap();
    let assessment = json!({"system_id": system, "name": "自查"});
    created(&lead, "assessments", assessment).await;
    (test, lead, asset)
}

/// Makes a token for a source and sends with it.
pub(crate) async fn sends(test: &TestApp, lead: &TestUser, source: &str) -> String {
    let wanted = json!({"name": source, "source": source});
    let made = created(lead, "logs/tokens", wanted).await;
    let token = made["token"].as_str().unwrap().to_owned();
    send(test, &token, "hello").await;
    token
}

pub(crate) async fn send(test: &TestApp, token: &str, body: &str) {
    let kind = BodyKind::Lines;
    let bytes = body.as_bytes().to_vec();
    let sent = test
        .app
        .receive_log_body(token, "10.1.1.1", kind, ("", bytes));
    sent.await.unwrap();
}

/// The lead, signed in again: sessions end while the clock is moved on.
pub(crate) async fn again(test: &TestApp) -> TestUser {
    test.sign_in("u-security-lead", "Kapok-7-Lantern").await
}

pub(crate) async fn findings(lead: &TestUser) -> Vec<Value> {
    let list = lead.get("/api/v1/findings").await.json();
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_source_that_falls_silent_is_a_finding_until_it_speaks() {
    let (test, lead, asset) = hospital().await;
    let token = sends(&test, &lead, "fw-1").await;
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    let path = format!("/api/v1/logs/sources/{}", source["id"]);
    let decided = json!({"silent_after_minutes": 5, "asset_id": asset});
    assert_eq!(lead.json("PATCH", &path, &decided).await.status, 200);
    test.app.tend_log_sources(true).await.unwrap();
    assert!(findings(&lead).await.is_empty());

    test.clock.advance(400);
    test.app.tend_log_sources(true).await.unwrap();
    test.app.tend_log_sources(true).await.unwrap();
    let found = findings(&lead).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let finding = &found[0];
    assert_eq!(finding["cause"], "log_silent");
    assert_eq!(finding["cause_id"], source["id"]);
    assert_eq!(finding["requirement"], "L3-ABS1-16");
    assert_eq!(finding["state"], "open");
    assert_eq!(finding["objects"][0]["asset_id"], asset);
    let title = finding["title"]["zh"].as_str().unwrap();
    assert!(title.contains("fw-1"), "{title}");
    let detail = finding["detail"]["en"].as_str().unwrap();
    assert!(detail.contains("2026-11-22 10:00"), "{detail}");
    let overview = lead.get("/api/v1/dashboard").await.json();
    let first = &overview["first"][0];
    assert_eq!(first["kind"], "log_alarm", "{overview}");
    assert_eq!(first["title"], finding["title"]);

    // It speaks: resolved by itself; whether it is so is not for a person to say.
    send(&test, &token, "again").await;
    lead.get("/api/v1/logs/sources").await;
    let found = findings(&lead).await;
    assert_eq!(found[0]["state"], "closed");
    assert_eq!(found[0]["allowed_actions"], json!([]));
    let reopen = format!("/api/v1/findings/{}/reopen", found[0]["id"]);
    let refused = lead.post(&reopen, json!({"reason": "再查"})).await;
    assert_eq!(refused.status, 409, "{refused:?}");

    // Silent again: the same finding.
    test.clock.advance(400);
    test.app.tend_log_sources(true).await.unwrap();
    let found = findings(&lead).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["id"], finding["id"]);
    assert_eq!(found[0]["state"], "open");
    assert_eq!(found[0]["first_seen_at"], finding["first_seen_at"]);

    // What is lived with is not taken up before its day.
    let accept = format!("/api/v1/findings/{}/accept", finding["id"]);
    let until = json!({"reason": "设备检修", "until": "2026-11-30"});
    assert_eq!(lead.post(&accept, until).await.status, 200);
    test.app.tend_log_sources(true).await.unwrap();
    assert_eq!(findings(&lead).await[0]["state"], "accepted");
    let auditor = test.administrator(Role::AuditAdmin).await;
    let ledger = auditor.get("/api/v1/ledger?limit=50").await.json();
    for action in ["finding.open", "finding.resolve", "finding.recur"] {
        assert!(ledger.to_string().contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_verdict_on_the_same_requirement_leaves_an_alarm_alone() {
    let (test, lead, asset) = hospital().await;
    sends(&test, &lead, "fw-1").await;
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    let path = format!("/api/v1/logs/sources/{}", source["id"]);
    let decided = json!({"silent_after_minutes": 5, "asset_id": asset});
    lead.json("PATCH", &path, &decided).await;
    test.clock.advance(400);
    test.app.tend_log_sources(true).await.unwrap();
    let assessment = lead.get("/api/v1/assessments").await.json()["items"][0]["id"].clone();
    let verdicts = format!("/api/v1/assessments/{assessment}/verdicts");
    for (verdict, expected) in [("noncompliant", 2), ("compliant", 1)] {
        let body = json!({"cells": [{"requirement": "L3-ABS1-16", "asset_id": asset}],
            "action": "overrule", "verdict": verdict, "reason": "核查"});
        let answer = lead.put(&verdicts, body).await;
        assert_eq!(answer.json()["changed"], 1, "{answer:?}");
        let found = findings(&lead).await;
        let open = found.iter().filter(|one| one["state"] == "open").count();
        assert_eq!(open, expected, "{found:?}");
    }
}

#[tokio::test]
async fn a_clock_that_is_off_and_lines_that_are_rejected_are_findings() {
    let (test, lead, _) = hospital().await;
    let listen = Listen {
        tcp: Some("127.0.0.1:0".parse().unwrap()),
        ..Listen::default()
    };
    let at = test.app.receive_logs(listen).await.unwrap().tcp.unwrap();
    let mut stream = TcpStream::connect(at).unwrap();
    // 09:40 in China, while it is 10:00.
    let line = b"<38>1 2026-11-22T09:40:00+08:00 his-db sshd 42 - - Accepted password for amy\n";
    stream.write_all(line).unwrap();
    for _ in 0..100 {
        let sources = lead.get("/api/v1/logs/sources").await.json();
        if sources[0]["clock_skew_seconds"] == 1200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let token = created(&lead, "logs/tokens", json!({"name": "b", "source": "esb"})).await;
    let token = token["token"].as_str().unwrap();
    let kind = BodyKind::Bulk("logs".to_owned());
    let body = b"{\"index\":{}}\n{\"message\":\"kept\"}\n{\"create\":{}}\nnothing\n".to_vec();
    let sent = test
        .app
        .receive_log_body(token, "10.1.1.1", kind, ("", body));
    sent.await.unwrap();
    lead.get("/api/v1/logs/sources").await;
    test.clock.advance(310);
    test.app.tend_log_sources(true).await.unwrap();
    let found = findings(&lead).await;
    let mut causes: Vec<(&str, &str)> = found
        .iter()
        .map(|one| {
            let requirement = one["requirement"].as_str().unwrap();
            (one["cause"].as_str().unwrap(), requirement)
        })
        .collect();
    causes.sort_unstable();
    let expected = [("log_clock", "L3-CES1-13"), ("log_rejects", "L3-SMC1-10")];
    assert_eq!(causes, expected, "{found:?}");
    // An hour without another is quiet. Who does nothing that long is signed out.
    for _ in 0..5 {
        test.clock.advance(740);
        lead.get("/api/v1/logs/sources").await;
    }
    test.app.tend_log_sources(true).await.unwrap();
    let found = findings(&lead).await;
    let rejects = found.iter().find(|one| one["cause"] == "log_rejects");
    assert_eq!(rejects.unwrap()["state"], "closed");
}

#[tokio::test]
async fn logs_are_kept_as_long_as_somebody_says_and_never_less_than_the_law_without_the_auditor() {
    let (mut test, lead, _) = hospital().await;
    sends(&test, &lead, "bench").await;
    let auditor = test.administrator(Role::AuditAdmin).await;
    let kept = async |user: &TestUser| user.get("/api/v1/logs/storage").await.json();
    let path = "/api/v1/logs/retention";
    assert_eq!(kept(&lead).await["keep_days"], 183);

    // Above the floor it counts at once, for all and for one.
    created(
        &lead,
        "logs/retention",
        json!({"days": 200, "reason": "院内制度"}),
    )
    .await;
    let longer = json!({"source": "his-db", "days": 400, "reason": "卫健委要求"});
    created(&lead, "logs/retention", longer).await;
    let storage = kept(&lead).await;
    assert_eq!(storage["keep_days"], 200, "{storage}");
    let expected = json!([{"source": "his-db", "keep_days": 400}]);
    assert_eq!(storage["per_source"], expected);

    // Below it, not for all, not without an end, and not without the auditor.
    for wrong in [
        json!({"days": 90, "reason": "省空间"}),
        json!({"source": "bench", "days": 7, "reason": "测试台"}),
        json!({"source": "bench", "days": 0, "reason": "测试台", "until": "2026-12-01"}),
        json!({"source": "bench", "days": 7, "reason": "测试台", "until": "2028-12-01"}),
        json!({"source": "bench", "days": 365, "reason": "测试台", "until": "2026-12-01"}),
    ] {
        let refused = lead.post(path, wrong).await;
        assert_eq!(refused.status, 422, "{refused:?}");
    }
    let short = json!({"source": "bench", "days": 7, "reason": "测试台", "until": "2026-12-01"});
    let rule = created(&lead, "logs/retention", short.clone()).await;
    assert_eq!(rule["state"], "proposed");
    assert_eq!(rule["allowed_actions"], json!(["end"]));
    assert_eq!(lead.post(path, short).await.status, 409);
    assert_eq!(kept(&lead).await["per_source"], expected);
    let approve = format!("{path}/{}/approve", rule["id"]);
    let reason = json!({"reason": "同意，测试台无患者数据"});
    assert_eq!(lead.post(&approve, reason.clone()).await.status, 403);
    let approved = auditor.post(&approve, reason.clone()).await;
    assert_eq!(approved.status, 200, "{approved:?}");
    assert_eq!(approved.json()["state"], "in_force");
    assert_eq!(auditor.post(&approve, reason).await.status, 409);
    let both = json!([{"source": "bench", "keep_days": 7}, {"source": "his-db", "keep_days": 400}]);
    assert_eq!(kept(&lead).await["per_source"], both);

    // Nobody takes the permit to another source by its name.
    let sources = lead.get("/api/v1/logs/sources").await.json();
    let source = format!("/api/v1/logs/sources/{}", sources[0]["id"]);
    let renamed = lead.json("PATCH", &source, &json!({"name": "emr"})).await;
    assert_eq!(renamed.status, 409, "{renamed:?}");

    // It counts after a restart, and ends with its day.
    drop((lead, auditor));
    test.reopen().await;
    test.app.open_logs().await.unwrap();
    let lead = test.sign_in("u-security-lead", "Kapok-7-Lantern").await;
    assert_eq!(kept(&lead).await["per_source"], both);
    test.clock.advance(10 * 86_400);
    test.app.tend_log_files().await.unwrap();
    let lead = test.sign_in("u-security-lead", "Kapok-7-Lantern").await;
    assert_eq!(kept(&lead).await["per_source"], expected);
    let rules = lead.get(path).await.json();
    let ended = rules.as_array().unwrap().iter();
    let ended = ended.clone().find(|one| one["id"] == rule["id"]).unwrap();
    assert_eq!(ended["state"], "ended", "{ended}");
    assert!(ended["decision"].is_string());
}

#[tokio::test]
async fn the_auditor_refuses_and_a_manager_takes_back() {
    let (test, lead, _) = hospital().await;
    let auditor = test.administrator(Role::AuditAdmin).await;
    let path = "/api/v1/logs/retention";
    let short = json!({"source": "bench", "days": 30, "reason": "测试台", "until": "2026-12-01"});
    let rule = created(&lead, "logs/retention", short.clone()).await;
    let refuse = format!("{path}/{}/refuse", rule["id"]);
    assert_eq!(
        auditor.post(&refuse, json!({"reason": ""})).await.status,
        422
    );
    let refused = auditor.post(&refuse, json!({"reason": "含患者数据"})).await;
    assert_eq!(refused.json()["state"], "refused", "{refused:?}");
    let rule = created(&lead, "logs/retention", short).await;
    let own = format!("{path}/{}", rule["id"]);
    let ended = lead.delete_with(&own, json!({"reason": "不再需要"})).await;
    assert_eq!(ended.json()["state"], "ended", "{ended:?}");
    let again = lead.delete_with(&own, json!({"reason": "不再需要"})).await;
    assert_eq!(again.status, 409);
    assert_eq!(
        lead.get("/api/v1/logs/storage").await.json()["per_source"],
        json!([])
    );
}
