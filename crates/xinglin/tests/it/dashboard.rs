//! The overview through HTTP.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{TestApp, TestUser};

async fn created(user: &TestUser, what: &str, body: Value) -> i64 {
    let answer = user.post(&format!("/api/v1/{what}"), body).await;
    assert_eq!(answer.status, 201, "{what}: {answer:?}");
    answer.json()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn an_empty_hospital_has_an_empty_overview() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let overview = lead.get("/api/v1/dashboard").await.json();
    assert_eq!(overview["systems"], json!([]));
    assert_eq!(overview["first"], json!([]));
    assert_eq!(overview["totals"]["systems"], 0);
    let outsider = test.administrator(Role::AuditAdmin).await;
    assert_eq!(outsider.get("/api/v1/dashboard").await.status, 404);
}

#[tokio::test]
async fn the_overview_counts_and_orders_what_to_do_first() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let system = json!({"code": "HIS", "name": "示例信息系统", "grade": {"s": 2, "a": 3}});
    let system = created(&lead, "systems", system).await;
    let graded = json!({"code": "OA", "name": "办公系统", "grade": {"s": 2, "a": 2}});
    created(&lead, "systems", graded).await;
    let asset = json!({"code": "SRV", "name": "服务器", "object_type": "server_os",
        "system_ids": [system], "importance": "important"});
    let server = created(&lead, "assets", asset).await;
    let assessment = json!({"system_id": system, "name": "自查"});
    let assessment = created(&lead, "assessments", assessment).await;
    let judge = async |requirement: &str, verdict: &str| {
        let path = format!("/api/v1/assessments/{assessment}/verdicts");
        let body = json!({"cells": [{"requirement": requirement, "asset_id": server}],
            "action": "overrule", "verdict": verdict, "reason": "核查"});
        let answer = lead.put(&path, body).await;
        assert_eq!(answer.json()["changed"], 1, "{answer:?}");
    };
    judge("L2-CES1-01", "noncompliant").await;
    judge("L2-CES1-02", "compliant").await;
    let hazard =
        json!({"system_id": system, "code": "A-22", "note": "漏洞", "found_on": "2026-11-20"});
    created(&lead, "hazards", hazard).await;

    let overview = lead.get("/api/v1/dashboard").await.json();
    let totals = &overview["totals"];
    for (name, count) in [
        ("systems", 2),
        ("assets", 1),
        ("people", 0),
        ("findings_open", 1),
        ("hazards_open", 1),
        ("tasks_open", 0),
        ("tasks_overdue", 0),
    ] {
        assert_eq!(totals[name], count, "{name}");
    }
    let systems = overview["systems"].as_array().unwrap();
    let graded = systems.iter().find(|one| one["id"] == system).unwrap();
    assert_eq!(graded["level"], 3);
    assert_eq!(graded["result"]["compliant"], 1);
    assert_eq!(graded["trend"].as_array().unwrap().len(), 1);
    assert_eq!(graded["trend"][0]["on"], "2026-11-22");
    let other = systems.iter().find(|one| one["id"] != system).unwrap();
    assert_eq!(other["result"], Value::Null);
    let kinds: Vec<&str> = overview["first"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.first(), Some(&"hazard"));
    assert!(kinds.contains(&"unanswered"), "{kinds:?}");
    let coverage = overview["coverage"].as_array().unwrap();
    let computing = coverage.iter().find(|one| one["domain"] == "CES").unwrap();
    assert_eq!(computing["compliant"], 1);

    let plan = json!({"assessment_id": assessment, "title": "方案", "starts_on": "2026-11-23", "target": "all"});
    created(&lead, "plans", plan).await;
    // High findings are due within the first weeks, before the next change of password.
    test.clock.advance(80 * 86_400);
    let lead = test.sign_in("u-security-lead", "Kapok-7-Lantern").await;
    let later = lead.get("/api/v1/dashboard").await.json();
    assert_eq!(later["totals"]["tasks_overdue"], 1);
    assert_eq!(later["first"][1]["kind"], "overdue_task");
}
