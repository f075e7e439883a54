//! From an inspection to a verdict: proposals, a person's word, what reopens it.

use serde_json::{Value, json};
use xinglin_app::core::Role;

use crate::ward::{REQUIREMENT, Ward, asset, document, id};

#[tokio::test]
async fn an_assessment_reaches_every_item_of_its_grade() {
    let ward = Ward::new().await;
    assert_eq!(ward.assessment["state"], "open");
    assert_eq!(ward.assessment["result"]["unanswered"], 211);
    assert_eq!(ward.assessment["result"]["conclusion"], "noncompliant");
    let codes: Vec<_> = ward.assessment["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| &o["code"])
        .collect();
    assert_eq!(codes, ["APP-01", "MGT-01", "SRV-01"]);
    let matrix = ward.lead.get(&ward.path("/matrix")).await.json();
    let strings =
        |field: &str| -> Vec<String> { serde_json::from_value(matrix[field].clone()).unwrap() };
    let verdicts = strings("verdicts");
    assert_eq!(verdicts.len(), 3);
    assert!(
        verdicts
            .iter()
            .chain(&strings("states"))
            .all(|run| run.chars().count() == 211)
    );
    for (number, requirement) in strings("requirements").iter().enumerate() {
        let is_cell = |run: &String| run.as_bytes()[number] == b'?';
        assert!(
            verdicts.iter().any(is_cell),
            "{requirement} is on no object"
        );
    }
    let clauses = ward.lead.get(&ward.path("/clauses")).await;
    assert_eq!(clauses.json().as_array().unwrap().len(), 211);
    assert!(clauses.bytes.len() < 300_000);
    // A second one of the same system would share its findings.
    let twice = json!({"system_id": ward.system, "name": "另一次"});
    assert_eq!(
        ward.lead.post("/api/v1/assessments", twice).await.slug(),
        "state-conflict"
    );
    let nowhere = json!({"system_id": 99, "name": "无"});
    assert_eq!(
        ward.lead.post("/api/v1/assessments", nowhere).await.slug(),
        "unknown-reference"
    );
}

#[tokio::test]
async fn what_was_judged_is_not_deleted() {
    let ward = Ward::new().await;
    let verdict = json!({"action": "overrule", "verdict": "partial", "reason": "现场核查"});
    let decided = ward.decide(ward.server, verdict).await;
    assert_eq!(decided.status, 200, "{decided:?}");
    for path in [
        format!("assets/{}", ward.server),
        format!("systems/{}", ward.system),
    ] {
        let path = format!("/api/v1/{path}");
        let refused = ward.lead.delete(&path).await;
        assert_eq!(refused.slug(), "still-referenced", "{path}");
        assert_eq!(ward.lead.get(&path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_inspection_proposes_and_a_person_decides() {
    let ward = Ward::new().await;
    let taken = ward.inspect("centos-7-neglected").await;
    assert_eq!(taken.status, 201, "{taken:?}");
    let taken = taken.json();
    assert_eq!(taken["source"], "upload");
    assert!(taken["fail"].as_i64().unwrap() > 20, "{}", taken["fail"]);
    let cell = ward.cell(REQUIREMENT, ward.server).await;
    assert_eq!(
        (&cell["state"], &cell["verdict"]),
        (&json!("proposed"), &json!("unanswered"))
    );
    assert_eq!(
        cell["allowed_actions"],
        json!(["confirm", "overrule", "answer"])
    );
    assert!(
        cell["proposal"]["reasons"][0]["zh"]
            .as_str()
            .unwrap()
            .contains("linux.")
    );
    assert_eq!(cell["evidence"][0]["kind"], "inspection");
    assert!(cell["checks"].as_array().unwrap().len() > 3);
    // A proposal is shown and does not count.
    assert_eq!(ward.result().await["unanswered"], 211);
    let proposals = ward.result().await["proposals"].as_i64().unwrap();
    assert!(proposals > 20, "{proposals}");

    let proposed = cell["proposal"]["verdict"].clone();
    // What somebody saw before the inspection is not what would be confirmed now.
    let confirm = async |seen: &Value| {
        let body = json!({"action": "confirm", "cells": [{"requirement": REQUIREMENT,
            "asset_id": ward.server, "proposed": seen}]});
        ward.lead.put(&ward.path("/verdicts"), body).await.json()
    };
    assert_ne!(proposed, "compliant");
    let stale = confirm(&json!("compliant")).await;
    assert_eq!(
        (&stale["changed"], &stale["skipped"]),
        (&json!(0), &json!(1))
    );
    let confirmed = confirm(&proposed).await;
    assert_eq!(
        (&confirmed["changed"], &confirmed["skipped"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(confirmed["result"]["unanswered"], 210);
    assert_eq!(confirmed["result"]["proposals"], proposals - 1);
    let cell = ward.cell(REQUIREMENT, ward.server).await;
    assert_eq!(
        (&cell["state"], &cell["verdict"]),
        (&json!("confirmed"), &proposed)
    );
    assert_eq!(cell["decided_by"], "security_lead");
    assert!(
        cell["valid_until"]
            .as_str()
            .unwrap()
            .starts_with("2027-02-20")
    );
    let again = ward
        .decide(ward.server, json!({"action": "confirm"}))
        .await
        .json();
    assert_eq!(
        (&again["changed"], &again["skipped"]),
        (&json!(0), &json!(1))
    );

    let overrule = json!({"action": "overrule", "verdict": "compliant"});
    assert_eq!(
        ward.decide(ward.server, overrule.clone()).await.slug(),
        "reason-required"
    );
    let silent = json!({"action": "overrule", "reason": "堡垒机统一登录"});
    assert_eq!(
        ward.decide(ward.server, silent).await.slug(),
        "invalid-input"
    );
    let mut overrule = overrule;
    overrule["reason"] = json!("堡垒机统一登录，本机口令不用");
    let overruled = ward.decide(ward.server, overrule).await.json();
    assert_eq!(overruled["changed"], 1);
    let cell = ward.cell(REQUIREMENT, ward.server).await;
    assert_eq!(
        (&cell["state"], &cell["verdict"]),
        (&json!("overruled"), &json!("compliant"))
    );
    let kinds: Vec<_> = cell["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["kind"].as_str().unwrap(), e["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("attestation", "current"),
            ("attestation", "superseded"),
            ("inspection", "current")
        ]
    );
    let actions: Vec<_> = cell["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["verdict.overrule", "verdict.confirm"]);
    // Two objects of three are still open, so the item is met in part.
    let clauses = ward.lead.get(&ward.path("/clauses")).await.json();
    let clause = clauses
        .as_array()
        .unwrap()
        .iter()
        .find(|clause| clause["id"] == REQUIREMENT)
        .unwrap()
        .clone();
    assert_eq!(
        (&clause["verdict"], &clause["compliant"]),
        (&json!("partial"), &json!(1))
    );

    let reopened = ward
        .decide(ward.server, json!({"action": "reopen"}))
        .await
        .json();
    assert_eq!(reopened["result"]["unanswered"], 211);
    let trend = ward.lead.get(&ward.path("/trend")).await.json();
    assert_eq!(trend.as_array().unwrap().len(), 1, "one point a day");
    let audit = ward.test.administrator(Role::AuditAdmin).await;
    assert_eq!(
        audit.post("/api/v1/ledger/verify", json!({})).await.json()["ok"],
        true
    );
}

#[tokio::test]
async fn a_new_inspection_reopens_what_it_contradicts() {
    let ward = Ward::new().await;
    ward.inspect("centos-7-neglected").await;
    let matrix = ward.lead.get(&ward.path("/matrix")).await.json();
    let column = matrix["objects"]
        .as_array()
        .unwrap()
        .iter()
        .position(|id| *id == json!(ward.server))
        .unwrap();
    let states = matrix["states"][column].as_str().unwrap().to_owned();
    let cells: Vec<Value> = states
        .chars()
        .zip(matrix["requirements"].as_array().unwrap())
        .filter(|(state, _)| *state == 'p')
        .map(|(_, id)| json!({"requirement": id, "asset_id": ward.server}))
        .collect();
    let body = json!({"cells": cells, "action": "confirm"});
    let confirmed = ward.lead.put(&ward.path("/verdicts"), body).await.json();
    assert_eq!(confirmed["changed"], json!(cells.len()));
    let body = json!({"action": "overrule", "verdict": "partial", "reason": "已有部分措施"});
    ward.decide(ward.server, body).await;
    // The same facts again change nothing.
    ward.test.clock.advance(60);
    ward.inspect("centos-7-neglected").await;
    assert_eq!(
        ward.cell(REQUIREMENT, ward.server).await["state"],
        "overruled"
    );
    assert_eq!(ward.result().await["proposals"], 0);

    ward.test.clock.advance(60);
    ward.inspect("debian-12-hardened").await;
    let result = ward.result().await;
    assert!(result["proposals"].as_i64().unwrap() > 5, "{result}");
    let matrix = ward.lead.get(&ward.path("/matrix")).await.json();
    assert!(matrix["states"][column].as_str().unwrap().contains('r'));
    let reopened = matrix["states"][column]
        .as_str()
        .unwrap()
        .find('r')
        .unwrap();
    let reopened = matrix["requirements"][reopened]
        .as_str()
        .unwrap()
        .to_owned();
    let cell = ward.cell(&reopened, ward.server).await;
    assert_eq!(cell["verdict"], "unanswered");
    assert!(cell["reason"].as_str().unwrap().contains("证据已更新"));
    assert_eq!(cell["history"][0]["action"], "verdict.propose");
    // An older one is kept and proves nothing.
    let mut old = document(&ward.test, "centos-7-neglected");
    old["collected_at"] = json!("2026-11-01T00:00:00Z");
    let path = format!("/api/v1/assets/{}/inspections", ward.server);
    assert_eq!(ward.lead.post(&path, old).await.status, 201);
    assert_eq!(ward.result().await, result);
    let list = ward
        .lead
        .get(&format!("/api/v1/inspections?asset_id={}", ward.server))
        .await
        .json();
    assert_eq!(list["total"], 4);
    assert!(list["items"][0].get("facts").is_none());
    let one = ward
        .lead
        .get(&format!("/api/v1/inspections/{}", list["items"][0]["id"]))
        .await
        .json();
    assert_eq!(one["facts"]["format"], "xinglin.facts/1");
}

#[tokio::test]
async fn evidence_that_expires_reopens_what_rested_on_it() {
    let mut ward = Ward::new().await;
    ward.inspect("centos-7-neglected").await;
    ward.decide(ward.server, json!({"action": "confirm"})).await;
    assert_eq!(ward.test.app.reconcile_evidence().await.unwrap().cells, 0);
    ward.after_days(91).await;
    let done = ward.test.app.reconcile_evidence().await.unwrap();
    assert_eq!(done.expired, 1);
    assert!(done.cells > 20, "{done:?}");
    let cell = ward.cell(REQUIREMENT, ward.server).await;
    assert_eq!(
        (&cell["state"], &cell["proposal"]),
        (&json!("reopened"), &Value::Null)
    );
    assert!(cell["reason"].as_str().unwrap().contains("过期"), "{cell}");
    assert_eq!(cell["history"][0]["actor"], Value::Null);
    assert_eq!(ward.result().await["unanswered"], 211);
    let again = ward.test.app.reconcile_evidence().await.unwrap();
    assert_eq!((again.expired, again.cells), (0, 0));
}

#[tokio::test]
async fn the_interview_settles_what_no_machine_sees() {
    let mut ward = Ward::new().await;
    let liaison = ward.test.user(Role::Liaison).await;
    let policy = "L3-PSS1-01";
    let questions = ward.cell(policy, ward.management).await["interview"]
        .as_array()
        .unwrap()
        .len();
    assert!(questions > 0);
    let file = liaison
        .upload("/api/v1/attachments", "制度.pdf", b"%PDF-1.4 test")
        .await;
    let file = id(&file);
    let answers = |answer: &str| -> Vec<Value> {
        (0..questions)
            .map(|number| json!({"question": number, "answer": answer, "note": "见附件"}))
            .collect()
    };
    let body = |answers: Vec<Value>, files: Vec<i64>| json!({"requirement": policy, "asset_ids": [ward.management], "answers": answers, "attachment_ids": files});
    let path = ward.path("/interview");
    let wrong = body(vec![json!({"question": 99, "answer": "yes"})], vec![]);
    assert_eq!(liaison.put(&path, wrong).await.slug(), "invalid-input");
    let missing = liaison
        .put(&path, body(answers("yes"), vec![file, 999]))
        .await;
    assert_eq!(missing.slug(), "unknown-reference");
    assert_eq!(missing.json()["fields"][0]["found"], "999");
    let twice = body(answers("yes"), vec![file, file]);
    let answered = liaison.put(&path, twice).await;
    assert_eq!(answered.json()["changed"], 1, "{answered:?}");
    let cell = ward.cell(policy, ward.management).await;
    assert_eq!(cell["proposal"]["verdict"], "compliant");
    assert_eq!(cell["evidence"][0]["attachments"][0]["name"], "制度.pdf");
    assert_eq!(cell["interview"][0]["note"], "见附件");
    let confirm = json!({"cells": [{"requirement": policy, "asset_id": ward.management}], "action": "confirm"});
    assert_eq!(
        liaison
            .put(&ward.path("/verdicts"), confirm.clone())
            .await
            .slug(),
        "forbidden"
    );
    let confirmed = ward.lead.put(&ward.path("/verdicts"), confirm).await.json();
    assert_eq!(
        (
            &confirmed["result"]["compliant"],
            &confirmed["result"]["unanswered"]
        ),
        (&json!(1), &json!(210))
    );
    // Another answer contradicts the verdict.
    liaison
        .put(
            &path,
            body(vec![json!({"question": 0, "answer": "no"})], vec![]),
        )
        .await;
    let cell = ward.cell(policy, ward.management).await;
    assert_eq!(cell["state"], "reopened");
    assert_ne!(cell["proposal"]["verdict"], "compliant");
    // After a year an interview is no evidence any more.
    ward.after_days(366).await;
    ward.test.app.reconcile_evidence().await.unwrap();
    let cell = ward.cell(policy, ward.management).await;
    assert_eq!(
        (&cell["proposal"], &cell["interview"][0]["answer"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_is_no_inspection_and_what_is_not_this_machine_is_refused() {
    let ward = Ward::new().await;
    let path = format!("/api/v1/assets/{}/inspections", ward.server);
    assert_eq!(
        ward.lead.post(&path, json!({})).await.slug(),
        "not-this-host"
    );
    assert_eq!(
        ward.lead.post(&path, json!({"format": "x/1"})).await.slug(),
        "unreadable-file"
    );
    let mut future = document(&ward.test, "debian-12-hardened");
    future["collected_at"] = json!("2030-01-01T00:00:00Z");
    assert_eq!(ward.lead.post(&path, future).await.slug(), "invalid-input");
    let nowhere = ward
        .lead
        .post("/api/v1/assets/99/inspections", json!({}))
        .await;
    assert_eq!(nowhere.status, 404);
    let director = ward.test.user(Role::Director).await;
    assert_eq!(director.post(&path, json!({})).await.slug(), "forbidden");
    // Facts before judgement: what the document claims of its checks is ignored.
    let mut document = document(&ward.test, "centos-7-neglected");
    document["results"] = json!([{"check": "linux.account-unique", "title": {"zh": "", "en": ""}, "status": "pass",
        "requirements": ["L3-CES1-01"], "sufficient": true, "power": "sufficient", "observed": null,
        "expected": {"zh": "", "en": ""}, "remedy": {"zh": "", "en": ""}}]);
    let taken = ward.lead.post(&path, document).await.json();
    assert!(taken["fail"].as_i64().unwrap() > 20);
    assert_ne!(
        ward.cell(REQUIREMENT, ward.server).await["proposal"]["verdict"],
        "compliant"
    );

    let here = asset(&ward.lead, ward.system, "HERE", "server_os", true).await;
    let taken = ward
        .lead
        .post(&format!("/api/v1/assets/{here}/inspections"), json!({}))
        .await;
    assert_eq!(taken.status, 201, "{taken:?}");
    assert_eq!(taken.json()["source"], "local");
    let asset = ward
        .lead
        .get(&format!("/api/v1/assets/{here}"))
        .await
        .json();
    assert_eq!(asset["last_inspected_at"], "2026-11-22T02:00:00Z");
}
