//! Collected logs are evidence by themselves.

use serde_json::{Value, json};
use xinglin_testkit::{TestApp, TestUser};

use crate::log_duty::{again, created, hospital, send, sends};

async fn assign(lead: &TestUser, source: &Value, decided: Value) {
    let path = format!("/api/v1/logs/sources/{}", source["id"]);
    let answer = lead.json("PATCH", &path, &decided).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What is proposed for a requirement of an asset, and whether the reasons name something.
async fn cell(lead: &TestUser, requirement: &str, asset: &Value) -> Value {
    let assessments = lead.get("/api/v1/assessments").await.json();
    let assessment = &assessments["items"][0]["id"];
    let path = format!("/api/v1/assessments/{assessment}/cells/{requirement}/{asset}");
    lead.get(&path).await.json()
}

async fn take(test: &TestApp) -> usize {
    test.app.take_log_evidence().await.unwrap()
}

#[tokio::test]
async fn collected_logs_prove_themselves_and_their_end_takes_decisions_back() {
    let (test, lead, asset) = hospital().await;
    let token = sends(&test, &lead, "fw-1").await;
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    let decided = json!({"silent_after_minutes": 90, "asset_id": asset});
    assign(&lead, &source, decided).await;
    // Five hours, of which two in the middle say nothing.
    for hour in 1..=4 {
        test.clock.advance(3_600);
        if hour != 2 && hour != 3 {
            send(&test, &token, "hello").await;
        }
        test.app.tend_log_sources(true).await.unwrap();
    }
    let lead = again(&test).await;
    assert_eq!(take(&test).await, 0, "silence took it already");
    let coverage = lead.get("/api/v1/logs/coverage").await.json();
    assert_eq!(coverage["sending"], 1, "{coverage}");
    let own = &coverage["assets"][0];
    assert_eq!(
        (&own["asset_id"], &own["collected"]),
        (&json!(asset), &json!("sending"))
    );
    let row = &own["sources"][0];
    assert_eq!(row["hours"], json!([1, 1, 0, 0]), "{row}");
    assert_eq!(row["gaps"], json!([false, false, true, true]), "{row}");
    assert_eq!(
        (&row["gap_hours"], &row["keep_days"]),
        (&json!(2), &json!(183))
    );
    let one = lead
        .get(&format!("/api/v1/assets/{asset}/logs"))
        .await
        .json();
    assert_eq!(one["sources"][0]["search"], "source:\"fw-1\"");

    // It is evidence of the asset like any other.
    let list = format!("/api/v1/inspections?asset_id={asset}&family=logs");
    let inspections = lead.get(&list).await.json();
    let newest = &inspections["items"][0];
    assert_eq!(newest["family"], "logs", "{inspections}");
    let detail = lead
        .get(&format!("/api/v1/inspections/{}", newest["id"]))
        .await
        .json();
    let collected = detail["results"].as_array().unwrap().iter();
    let collected = collected
        .clone()
        .find(|one| one["check"] == "logs.collected");
    assert_eq!(collected.unwrap()["status"], "pass", "{detail}");
    let asset = json!(asset);
    let shown = cell(&lead, "L3-ABS1-16", &asset).await;
    assert_eq!(shown["proposal"]["verdict"], "partial", "{shown}");
    assert!(shown["proposal"].to_string().contains("fw-1"), "{shown}");
    assert_eq!(shown["evidence"][0]["kind"], "inspection", "{shown}");
    // Two hours are missing: four are allowed, so nothing is said against it.
    let shown = cell(&lead, "L3-ABS1-18", &asset).await;
    assert_eq!(shown["proposal"]["verdict"], "partial", "{shown}");
    // That logs arrive is no look at the thing itself.
    let record = lead.get(&format!("/api/v1/assets/{asset}")).await.json();
    assert_eq!(record["last_inspected_at"], Value::Null, "{record}");
    let assessment = lead.get("/api/v1/assessments").await.json()["items"][0]["id"].clone();
    let verdicts = format!("/api/v1/assessments/{assessment}/verdicts");
    let body = json!({"cells": [{"requirement": "L3-ABS1-16", "asset_id": asset}],
        "action": "overrule", "verdict": "compliant", "reason": "核查"});
    assert_eq!(lead.put(&verdicts, body).await.json()["changed"], 1);

    // It stops: the decision is taken back, and the finding says why.
    test.clock.advance(6_000);
    test.app.tend_log_sources(true).await.unwrap();
    let lead = again(&test).await;
    let shown = cell(&lead, "L3-ABS1-16", &asset).await;
    assert_eq!(shown["state"], "reopened", "{shown}");
    assert_eq!(shown["proposal"]["verdict"], "noncompliant", "{shown}");
    let coverage = lead.get("/api/v1/logs/coverage").await.json();
    assert_eq!(coverage["assets"][0]["collected"], "silent");

    // It is no source of this asset after all: nothing is said of it any more.
    assign(&lead, &source, json!({"asset_id": null})).await;
    assert_eq!(take(&test).await, 1);
    assert_eq!(take(&test).await, 0, "nothing new");
    let shown = cell(&lead, "L3-ABS1-16", &asset).await;
    assert!(!shown["proposal"].to_string().contains("fw-1"), "{shown}");
    let coverage = lead.get("/api/v1/logs/coverage").await.json();
    assert_eq!(coverage["assets"][0]["collected"], "missing");
    assert_eq!(coverage["unassigned"][0]["name"], "fw-1");
}

#[tokio::test]
async fn the_platform_answers_for_all_that_is_in_scope() {
    let (test, lead, firewall) = hospital().await;
    let systems = lead.get("/api/v1/systems").await.json();
    let system = &systems["items"][0]["id"];
    let object = |code: &str, name: &str, kind: &str| json!({"code": code, "name": name, "object_type": kind, "system_ids": [system], "importance": "important"});
    let platform = object("SOC", "日志审计平台", "management_platform");
    let platform = created(&lead, "assets", platform).await["id"].clone();
    let database = object("DB", "HIS 数据库", "database");
    let database = created(&lead, "assets", database).await["id"].clone();
    // Nothing is received: that says nothing of the platform, which may not be this program.
    assert_eq!(take(&test).await, 0);
    sends(&test, &lead, "fw-1").await;
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    let decided = json!({"asset_id": firewall, "silent_after_minutes": 120});
    assign(&lead, &source, decided).await;

    assert_eq!(take(&test).await, 2, "the firewall and the platform");
    let coverage = lead.get("/api/v1/logs/coverage").await.json();
    assert_eq!(coverage["platform"]["asset_id"], platform, "{coverage}");
    let first = &coverage["assets"][0];
    assert_eq!(
        (&first["asset_id"], &first["collected"]),
        (&database, &json!("missing"))
    );
    // 8.1.5.4 c: one of two is watched. d: one of two sends, and all is kept long enough.
    let watched = cell(&lead, "L3-SMC1-09", &platform).await;
    assert_eq!(watched["proposal"]["verdict"], "partial", "{watched}");
    assert!(watched["proposal"].to_string().contains("1/2"), "{watched}");
    let collected = cell(&lead, "L3-SMC1-10", &platform).await;
    assert_eq!(collected["proposal"]["verdict"], "partial", "{collected}");
    let said = collected["proposal"].to_string();
    assert!(
        said.contains("HIS 数据库") && said.contains("183"),
        "{said}"
    );

    // The other sends, too: what is said follows, without waiting for a week.
    sends(&test, &lead, "db-1").await;
    let sources = lead.get("/api/v1/logs/sources").await.json();
    let second = sources.as_array().unwrap().iter();
    let second = second.clone().find(|one| one["name"] == "db-1").unwrap();
    let decided = json!({"asset_id": database, "silent_after_minutes": 120});
    assign(&lead, second, decided).await;
    assert_eq!(take(&test).await, 2, "the database and the platform");
    let collected = cell(&lead, "L3-SMC1-10", &platform).await;
    let said = collected["proposal"].to_string();
    assert!(
        !said.contains("HIS 数据库") && said.contains("2/2"),
        "{said}"
    );
    assert_eq!(take(&test).await, 0);
}

#[tokio::test]
async fn evidence_that_says_the_same_is_taken_again_after_a_week() {
    let (test, lead, asset) = hospital().await;
    let token = sends(&test, &lead, "fw-1").await;
    let source = lead.get("/api/v1/logs/sources").await.json()[0].clone();
    assign(
        &lead,
        &source,
        json!({"asset_id": asset, "silent_after_minutes": null}),
    )
    .await;
    assert_eq!(take(&test).await, 1);
    for day in 1..=7 {
        test.clock.advance(86_400);
        send(&test, &token, "hello").await;
        test.app.tend_log_sources(true).await.unwrap();
        assert_eq!(take(&test).await, usize::from(day == 7), "day {day}");
    }
    let lead = again(&test).await;
    let list = format!("/api/v1/inspections?asset_id={asset}&family=logs");
    let inspections = lead.get(&list).await.json();
    let items = inspections["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{inspections}");
    assert_eq!(items[0]["changes"], 0, "days and hours alone are no drift");
}
