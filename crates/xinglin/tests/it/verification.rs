//! The second look at a task, and what it does to the cells its finding was about.

use serde_json::{Value, json};
use xinglin_app::core::Role;

use crate::plan::{Hospital, PASSWORDS, act, created, get, refusal, refused};

async fn result(hospital: &Hospital) -> Value {
    let path = format!("assessments/{}", hospital.assessment);
    get(&hospital.lead, &path).await["result"].clone()
}

#[tokio::test]
async fn another_person_looks_before_a_finding_is_closed() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let plan = hospital.plan().await;
    let task = format!("tasks/{}", plan["tasks"][0]["id"]);
    let engineer = hospital.test.user(Role::Engineer).await;
    assert_eq!(
        refused(&act(&engineer, &format!("{task}/submit")).await),
        refusal(409, "state-conflict")
    );
    let assessor = hospital.test.user(Role::Assessor).await;
    assert_eq!(
        refused(&act(&assessor, &format!("{task}/start")).await),
        refusal(403, "forbidden")
    );
    let doing = act(&engineer, &format!("{task}/start")).await.json();
    assert_eq!(doing["state"], "doing");
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "in_progress");
    let waiting = act(&engineer, &format!("{task}/submit")).await.json();
    assert_eq!(waiting["allowed_actions"], json!(["edit", "reject"]));
    assert_eq!(
        refused(&act(&engineer, &format!("{task}/verify")).await),
        refusal(409, "same-person")
    );
    act(&hospital.lead, &format!("{task}/reject")).await;
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "in_progress");
    act(&engineer, &format!("{task}/submit")).await;
    hospital.test.clock.advance(60);
    let before = result(&hospital).await;
    let done = act(&hospital.lead, &format!("{task}/verify")).await.json();
    assert_eq!(done["state"], "done");
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "closed");

    // What was wrong is open again: nobody has said yet that it is right, so the result is
    // not better for it.
    let cell = format!(
        "assessments/{}/cells/{PASSWORDS}/{}",
        hospital.assessment, hospital.server
    );
    let cell = get(&hospital.lead, &cell).await;
    assert_eq!(
        (&cell["state"], &cell["verdict"]),
        (&json!("reopened"), &json!("unanswered"))
    );
    assert!(
        cell["reason"].as_str().unwrap().contains("已整改"),
        "{cell}"
    );
    assert_eq!(cell["history"][0]["action"], "verdict.reopen");
    let attested = cell["evidence"].as_array().unwrap().iter();
    let attested: Vec<&Value> = attested.map(|evidence| &evidence["state"]).collect();
    assert_eq!(attested, [&json!("superseded")]);
    let after = result(&hospital).await;
    assert_eq!(after["compliant"], before["compliant"]);
    assert_eq!(after["noncompliant"], before["noncompliant"]);
    assert_eq!(
        after["unanswered"].as_u64(),
        before["unanswered"].as_u64().map(|many| many + 1)
    );

    // A new look at the hazards does not bring the finding back; a new verdict that is still
    // wrong does.
    created(
        &hospital.lead,
        "hazards",
        json!({"system_id": hospital.system, "code": "A-18", "note": "弱口令", "found_on": "2026-11-20"}),
    )
    .await;
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "closed");
    hospital.test.clock.advance(60);
    hospital.judge(PASSWORDS, hospital.server, "partial").await;
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "open");
}
