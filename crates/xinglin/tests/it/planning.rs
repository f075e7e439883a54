//! Numbers of plans, and the days on which this hospital works.

use serde_json::{Value, json};
use xinglin_app::core::Role;

use crate::plan::{Hospital, PASSWORDS, act, get, part, refusal, refused};

const SETTINGS: &str = "/api/v1/plans/settings";

async fn set_prefix(hospital: &Hospital, prefix: &str) {
    let body = json!({"number_prefix": prefix, "holidays": [], "worked": []});
    let set = hospital.lead.put(SETTINGS, body).await;
    assert_eq!(set.status, 200, "{set:?}");
}

async fn number(hospital: &Hospital, plan: &Value, number: &str) -> xinglin_testkit::Answer {
    let path = format!("/api/v1/plans/{}/number", plan["id"]);
    hospital.lead.put(&path, json!({"number": number})).await
}

#[tokio::test]
async fn plans_are_numbered_by_year_and_no_number_comes_twice() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let bare = hospital.plan().await;
    assert_eq!(bare["number"], Value::Null);
    let delete = format!("/api/v1/plans/{}", bare["id"]);
    hospital.lead.delete(&delete).await;

    set_prefix(&hospital, " XXYY ").await;
    let first = hospital.plan().await;
    assert_eq!(first["number"], "XXYY-2026-001");
    let delete = format!("/api/v1/plans/{}", first["id"]);
    assert_eq!(hospital.lead.delete(&delete).await.status, 204);
    let second = hospital.plan().await;
    assert_eq!(second["number"], "XXYY-2026-002");
    let path = format!("/api/v1/plans/{}/plan.docx", second["id"]);
    let document = hospital.lead.get(&path).await;
    assert!(part(&document, "word/document.xml").contains("XXYY-2026-002"));

    let own = number(&hospital, &second, "医信〔2026〕7 号").await.json();
    assert_eq!(own["number"], "医信〔2026〕7 号");
    assert_eq!(
        refused(&number(&hospital, &second, " ").await),
        refusal(422, "invalid-input")
    );
    let history = get(&hospital.lead, &format!("history/plan/{}", second["id"])).await;
    assert_eq!(
        history["items"][0]["payload"],
        json!({"number": ["XXYY-2026-002", "医信〔2026〕7 号"]})
    );
    let director = hospital.test.user(Role::Director).await;
    let approved = act(&director, &format!("plans/{}/approve", second["id"])).await;
    assert_eq!(approved.json()["number"], "医信〔2026〕7 号");
    assert_eq!(
        refused(&number(&hospital, &second, "XXYY-2026-009").await),
        refusal(409, "state-conflict")
    );
}

#[tokio::test]
async fn a_number_taken_by_hand_is_left_out() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let first = hospital.plan().await;
    assert_eq!(number(&hospital, &first, "XXYY-2026-001").await.status, 200);
    set_prefix(&hospital, "XXYY").await;
    hospital
        .judge("L3-CES1-02", hospital.server, "partial")
        .await;
    let second = hospital.plan().await;
    assert_eq!(second["number"], "XXYY-2026-002");
    let taken = number(&hospital, &second, "XXYY-2026-001").await;
    assert_eq!(refused(&taken), refusal(409, "code-taken"));
    assert_eq!(taken.json()["fields"][0]["found"], "XXYY-2026-001");
}

#[tokio::test]
async fn the_hospitals_own_days_move_the_plan() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let settings = hospital.lead.get(SETTINGS).await.json();
    assert_eq!(settings["holidays"], json!([]));
    let years = settings["years"].as_array().unwrap();
    let year = years.iter().find(|year| year["year"] == 2026).unwrap();
    assert_eq!(year["announced"], true);
    assert!(
        year["worked"]
            .as_array()
            .unwrap()
            .contains(&json!("2026-10-10"))
    );

    let before = hospital.plan().await;
    let due = before["tasks"][0]["due_on"].clone();
    let off = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"];
    let body = json!({"number_prefix": null, "holidays": off, "worked": ["2026-12-05"]});
    assert_eq!(hospital.lead.put(SETTINGS, body.clone()).await.status, 200);
    let path = format!("/api/v1/plans/{}/refresh", before["id"]);
    let after = hospital.lead.post(&path, json!({})).await.json();
    assert_eq!(after["tasks"][0]["starts_on"], "2026-12-05");
    assert!(after["tasks"][0]["due_on"].as_str() > due.as_str());

    let mut wrong = body.clone();
    wrong["worked"] = json!(["2026-12-01"]);
    let refused_days = hospital.lead.put(SETTINGS, wrong).await;
    assert_eq!(refused(&refused_days), refusal(422, "invalid-input"));
    assert_eq!(refused_days.json()["fields"][0]["found"], "2026-12-01");
    let mut wrong = body;
    wrong["holidays"] = json!(["soon"]);
    assert_eq!(
        refused(&hospital.lead.put(SETTINGS, wrong).await),
        refusal(422, "invalid-input")
    );
    let history = get(&hospital.lead, "history/planning/planning").await;
    assert_eq!(history["items"][0]["action"], "planning.update");
}
