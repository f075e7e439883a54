//! Saved searches that run by themselves.

use std::sync::Arc;

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{TestApp, TestUser};

use crate::log_duty::{again, created, findings, hospital, send, sends};

const MINUTE: i64 = 60;

/// A saved search.
async fn saved(user: &TestUser, query: &str, span: &str) -> Value {
    let search = json!({"name": "登录失败", "query": query, "span": span, "shared": true});
    created(user, "logs/searches", search).await["id"].clone()
}

async fn schedule(user: &TestUser, search: &Value, body: Value) -> Value {
    let path = format!("/api/v1/logs/searches/{search}/schedule");
    let answer = user.put(&path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn runs(user: &TestUser, search: &Value) -> Vec<Value> {
    let path = format!("/api/v1/logs/searches/{search}/runs");
    user.get(&path).await.json().as_array().unwrap().clone()
}

async fn run(test: &TestApp) -> usize {
    // The clock of the test runs ahead of what makes events visible.
    test.app.settle_logs().await.unwrap();
    test.app.run_due_searches().await.unwrap()
}

#[tokio::test]
async fn a_search_that_finds_enough_is_a_finding_until_it_does_not() {
    let (test, lead, _) = hospital().await;
    let token = sends(&test, &lead, "fw-1").await;
    let search = saved(&lead, "failed", "15m").await;
    let every =
        json!({"every_minutes": 15, "condition": "at_least", "count": 2, "opens_finding": true});
    let made = schedule(&lead, &search, every).await;
    assert_eq!(made["next_at"], "2026-11-22T02:15:00Z", "{made}");
    assert_eq!(made["name"], "登录失败");
    assert_eq!(run(&test).await, 0, "not due");

    for _ in 0..3 {
        send(&test, &token, "login failed").await;
    }
    test.clock.advance(15 * MINUTE);
    assert_eq!(run(&test).await, 0, "what is under way is waited for");
    test.clock.advance(40);
    send(&test, &token, "login failed, after it was due").await;
    assert_eq!(run(&test).await, 1);
    assert_eq!(run(&test).await, 0, "once");
    let found = runs(&lead, &search).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["state"], &found[0]["hits"]),
        (&json!("alarm"), &json!(3))
    );
    assert_eq!(found[0]["from_at"], "2026-11-22T02:00:00Z");
    assert_eq!(found[0]["due_at"], "2026-11-22T02:15:00Z");
    let detail = lead
        .get(&format!("/api/v1/logs/runs/{}", found[0]["id"]))
        .await
        .json();
    assert_eq!(detail["events"].as_array().unwrap().len(), 3, "{detail}");
    assert_eq!(detail["query"], "failed");
    let finding = findings(&lead).await[0].clone();
    assert_eq!(
        (&finding["cause"], &finding["cause_id"]),
        (&json!("log_search"), &search)
    );
    assert_eq!(finding["requirement"], "L3-SMC1-12");
    assert!(
        finding["title"].to_string().contains("登录失败"),
        "{finding}"
    );
    assert!(finding["detail"].to_string().contains('3'), "{finding}");

    // One hit is too few: resolved by itself.
    test.clock.advance(15 * MINUTE);
    let lead = again(&test).await;
    assert_eq!(run(&test).await, 1);
    let found = runs(&lead, &search).await;
    assert_eq!(
        (&found[0]["state"], &found[0]["hits"]),
        (&json!("quiet"), &json!(1))
    );
    assert_eq!(findings(&lead).await[0]["state"], "closed");
    let auditor = test.administrator(Role::AuditAdmin).await;
    let ledger = auditor
        .get("/api/v1/ledger?limit=50")
        .await
        .json()
        .to_string();
    for action in ["log-search.schedule", "finding.open", "finding.resolve"] {
        assert!(ledger.contains(action), "{action}");
    }
}

#[tokio::test]
async fn what_was_missed_is_caught_up_once_and_nothing_runs_twice() {
    let (mut test, lead, _) = hospital().await;
    let token = sends(&test, &lead, "fw-1").await;
    let search = saved(&lead, "failed", "15m").await;
    let every =
        json!({"every_minutes": 15, "condition": "at_least", "count": 1, "opens_finding": false});
    schedule(&lead, &search, every).await;
    test.clock.advance(16 * MINUTE);
    assert_eq!(run(&test).await, 1);
    // The server is away for four hours, in the first of which something happened.
    test.clock.advance(20 * MINUTE);
    send(&test, &token, "login failed").await;
    drop(lead);
    test.reopen().await;
    test.app.open_logs().await.unwrap();
    test.clock.advance(220 * MINUTE);
    let lead = again(&test).await;
    let (one, other) = (Arc::clone(&test.app), Arc::clone(&test.app));
    let both = tokio::join!(one.run_due_searches(), other.run_due_searches());
    assert_eq!((both.0.unwrap(), both.1.unwrap()), (1, 0));
    let found = runs(&lead, &search).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (&found[0]["state"], &found[0]["hits"]),
        (&json!("alarm"), &json!(1))
    );
    assert_eq!(found[0]["from_at"], "2026-11-22T02:15:00Z");
    assert_eq!(found[0]["due_at"], "2026-11-22T06:15:00Z");
    // It keeps its result alone, and its beat.
    assert!(findings(&lead).await.is_empty());
    let listed = lead.get("/api/v1/logs/schedules").await.json();
    assert_eq!(listed[0]["next_at"], "2026-11-22T06:30:00Z", "{listed}");
    assert_eq!(listed[0]["last_state"], "alarm");
}

#[tokio::test]
async fn what_should_have_come_and_did_not_alarms_every_day() {
    let (test, lead, _) = hospital().await;
    let token = sends(&test, &lead, "backup").await;
    let search = saved(&lead, "\"backup finished\"", "24h").await;
    let daily =
        json!({"daily_at": "08:30", "condition": "fewer_than", "count": 1, "opens_finding": true});
    let made = schedule(&lead, &search, daily).await;
    // It is ten in China.
    assert_eq!(made["next_at"], "2026-11-23T00:30:00Z", "{made}");
    test.clock.advance(20 * 3_600);
    send(&test, &token, "backup finished").await;
    test.clock.advance(3 * 3_600);
    assert_eq!(run(&test).await, 1);
    let lead = again(&test).await;
    assert_eq!(runs(&lead, &search).await[0]["state"], "quiet");
    test.clock.advance(24 * 3_600);
    assert_eq!(run(&test).await, 1);
    let lead = again(&test).await;
    let found = runs(&lead, &search).await;
    assert_eq!(
        (&found[0]["state"], &found[0]["hits"]),
        (&json!("alarm"), &json!(0))
    );
    let finding = findings(&lead).await[0].clone();
    assert_eq!(finding["state"], "open");

    // Nobody wants to know any more: it is over, the search is free, and its runs stay.
    let path = format!("/api/v1/logs/searches/{search}");
    assert_eq!(lead.delete(&path).await.status, 409, "it runs by itself");
    let schedule = format!("{path}/schedule");
    assert_eq!(lead.delete(&schedule).await.status, 204);
    assert_eq!(lead.delete(&schedule).await.status, 404);
    assert_eq!(findings(&lead).await[0]["state"], "closed");
    assert_eq!(runs(&lead, &search).await.len(), 2);
    assert_eq!(lead.delete(&path).await.status, 204);
}

#[tokio::test]
async fn schedules_are_checked_and_for_those_who_manage_logs() {
    let (test, lead, _) = hospital().await;
    let search = saved(&lead, "failed", "15m").await;
    let path = format!("/api/v1/logs/searches/{search}/schedule");
    let good =
        json!({"every_minutes": 15, "condition": "at_least", "count": 1, "opens_finding": true});
    for (field, wrong) in [
        ("every_minutes", json!({"every_minutes": 4})),
        ("every_minutes", json!({"every_minutes": 10_081})),
        (
            "daily_at",
            json!({"every_minutes": null, "daily_at": "8:30"}),
        ),
        ("daily_at", json!({"daily_at": "08:30"})),
        ("daily_at", json!({"every_minutes": null})),
        ("count", json!({"count": 0})),
    ] {
        let mut body = good.clone();
        for (name, value) in wrong.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = lead.put(&path, body.clone()).await;
        assert_eq!(refused.status, 422, "{body} {refused:?}");
        assert_eq!(refused.json()["fields"][0]["field"], field, "{body}");
    }
    let engineer = test.user(Role::Engineer).await;
    assert_eq!(engineer.put(&path, good.clone()).await.status, 403);
    // What is somebody's own is nobody else's, until it runs by itself.
    let own = json!({"name": "个人", "query": "", "span": "1h", "shared": false});
    let own = created(&engineer, "logs/searches", own).await["id"].clone();
    let foreign = format!("/api/v1/logs/searches/{own}/schedule");
    assert_eq!(lead.put(&foreign, good.clone()).await.status, 404);
    assert_eq!(lead.put(&path, good).await.status, 200);
    let seen = engineer.get("/api/v1/logs/schedules").await.json();
    assert_eq!(seen[0]["search_id"], search, "{seen}");
}
