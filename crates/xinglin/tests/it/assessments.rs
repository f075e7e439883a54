//! Assessments: their rules, hazards, end, and who may do what.

use serde_json::{Value, json};
use xinglin_app::core::Role;

use crate::ward::{Ward, asset, id};

fn settings() -> Value {
    json!({"multi_object": "tri_state", "partial_credit": 0.0, "attention": 0.5,
        "over_90_with_hazards": "basically_compliant", "at_90": "basically_compliant",
        "at_60": "basically_compliant"})
}

#[tokio::test]
async fn a_weighted_template_needs_weights_and_suggested_ones_are_not_official() {
    let ward = Ward::new().await;
    let path = ward.path("/settings");
    let bare = json!({"template": "2021", "settings": settings()});
    let refused = ward.lead.put(&path, bare.clone()).await;
    assert_eq!(refused.slug(), "weights-missing");
    assert_eq!(refused.json()["fields"].as_array().unwrap().len(), 211);
    let mut body = bare.clone();
    body["weights"] = json!({"L3-CES1-01": 3, "L3-CES1-02": 7});
    assert_eq!(ward.lead.put(&path, body).await.slug(), "invalid-input");
    let mut body = bare.clone();
    body["weights"] = json!({"L3-CES1-01": 3});
    body["suggested_weights"] = json!(true);
    let set = ward.lead.put(&path, body).await.json();
    assert_eq!(set["result"]["template"], "2021");
    assert_eq!(set["result"]["weights_official"], false);
    assert!(set["result"]["score"].is_number());
    let result = ward.lead.get(&ward.path("/result")).await.json();
    assert_eq!(result["weights_official"], false);
    let all: serde_json::Map<String, Value> = result["result"]["unanswered"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| (id.as_str().unwrap().to_owned(), json!(2)))
        .collect();
    let mut body = bare.clone();
    body["weights"] = json!(all);
    let set = ward.lead.put(&path, body).await.json();
    assert_eq!(set["result"]["weights_official"], true);
    let mut wrong = bare;
    wrong["template"] = json!("2025");
    wrong["settings"]["attention"] = json!(2.0);
    let refused = ward.lead.put(&path, wrong).await;
    assert_eq!(refused.json()["fields"][0]["field"], "settings.attention");
    let other = json!({"code": "LIS", "name": "检验系统", "grade": {"s": 2, "a": 2}});
    let other = id(&ward.lead.post("/api/v1/systems", other).await);
    let form = json!({"system_id": other, "name": "一", "template": "2019"});
    assert_eq!(
        ward.lead.post("/api/v1/assessments", form).await.slug(),
        "weights-missing"
    );
}

#[tokio::test]
async fn a_result_explains_itself() {
    let ward = Ward::new().await;
    let body = json!({"action": "overrule", "verdict": "not_applicable", "reason": "本系统没有"});
    for object in ward.assessment["objects"].as_array().unwrap() {
        let asset = object["id"].as_i64().unwrap();
        if asset == ward.management {
            continue;
        }
        let set = ward.decide(asset, body.clone()).await;
        assert_eq!(set.status, 200, "{set:?}");
    }
    let detail = ward.lead.get(&ward.path("/result")).await.json();
    assert_eq!(detail["result"]["format"], "xinglin.result/1");
    assert_eq!(
        (
            &detail["result"]["applicable"],
            &detail["result"]["not_applicable"]
        ),
        (&json!(210), &json!(1))
    );
    assert_eq!(detail["costs"].as_array().unwrap().len(), 210);
    let first = &detail["thresholds"][0];
    assert_eq!(
        (&first["at"], &first["items_needed"], &first["reached"]),
        (&json!(0.6), &json!(126), &json!(false))
    );
    let [low, high]: [i64; 2] = serde_json::from_value(first["effort_days"].clone()).unwrap();
    assert!(0 < low && low < high, "{low} {high}");
    assert_eq!(first["cheapest"].as_array().unwrap().len(), 126);
    assert_eq!(detail["as_proposed"], Value::Null);
}

#[tokio::test]
async fn a_hazard_counts_as_found_even_when_it_is_resolved() {
    let ward = Ward::new().await;
    let form = json!({"system_id": ward.system, "code": "A-18", "note": "共用管理员口令", "found_on": "2026-11-20"});
    let mut wrong = form.clone();
    wrong["code"] = json!("A-99");
    wrong["found_on"] = json!("2027-01-01");
    let refused = ward.lead.post("/api/v1/hazards", wrong).await.json();
    assert_eq!(refused["fields"].as_array().unwrap().len(), 2, "{refused}");
    let hazard = ward.lead.post("/api/v1/hazards", form.clone()).await;
    assert_eq!(
        hazard.json()["title"]["zh"].as_str().map(str::is_empty),
        Some(false)
    );
    let found = |result: &Value| {
        (
            result["hazards_found"].clone(),
            result["hazards_resolved"].clone(),
        )
    };
    let result = ward.lead.get(&ward.path("")).await.json()["result"].clone();
    assert_eq!(found(&result), (json!(1), json!(0)));
    let resolve = format!("/api/v1/hazards/{}/resolve", id(&hazard));
    let early = json!({"reason": "已改为个人账户", "resolved_on": "2026-11-19"});
    assert_eq!(
        ward.lead.post(&resolve, early).await.slug(),
        "invalid-input"
    );
    let body = json!({"reason": "已改为个人账户", "resolved_on": "2026-11-21"});
    assert_eq!(
        ward.lead.post(&resolve, body.clone()).await.json()["resolved_on"],
        "2026-11-21"
    );
    assert_eq!(
        ward.lead.post(&resolve, body).await.slug(),
        "state-conflict"
    );
    let result = ward.lead.get(&ward.path("")).await.json()["result"].clone();
    // It was gone before this round began on the 22nd, so the round does not count it.
    assert_eq!(found(&result), (json!(0), json!(0)));
    let now = json!({"system_id": ward.system, "code": "A-01", "note": "机房未上锁", "found_on": "2026-11-22"});
    let resolve = format!(
        "/api/v1/hazards/{}/resolve",
        id(&ward.lead.post("/api/v1/hazards", now).await)
    );
    ward.lead
        .post(
            &resolve,
            json!({"reason": "已装门禁", "resolved_on": "2026-11-22"}),
        )
        .await;
    let result = ward.lead.get(&ward.path("/result")).await.json();
    assert_eq!(
        result["result"]["hazards"],
        json!({"found": 1, "resolved": 1})
    );
    assert_eq!(
        ward.lead
            .get(&format!("/api/v1/hazards?system_id={}", ward.system))
            .await
            .json()["total"],
        2
    );
    let director = ward.test.user(Role::Director).await;
    assert_eq!(
        director.post("/api/v1/hazards", form).await.slug(),
        "forbidden"
    );
}

#[tokio::test]
async fn a_closed_assessment_stays_as_it_is() {
    let ward = Ward::new().await;
    let overrule = json!({"action": "overrule", "verdict": "compliant", "reason": "现场核对"});
    ward.decide(ward.server, overrule.clone()).await;
    let close = ward.path("/close");
    assert_eq!(
        ward.lead.post(&close, json!({"reason": ""})).await.slug(),
        "reason-required"
    );
    let closed = ward
        .lead
        .post(&close, json!({"reason": "本轮结束"}))
        .await
        .json();
    assert_eq!(
        (&closed["state"], &closed["closed_on"]),
        (&json!("closed"), &json!("2026-11-22"))
    );
    assert_eq!(
        ward.lead
            .post(&close, json!({"reason": "本轮结束"}))
            .await
            .slug(),
        "assessment-closed"
    );
    assert_eq!(
        ward.decide(ward.server, overrule).await.slug(),
        "assessment-closed"
    );
    let body = json!({"template": "2025", "settings": settings()});
    assert_eq!(
        ward.lead.put(&ward.path("/settings"), body).await.slug(),
        "assessment-closed"
    );
    let body = json!({"requirement": "L3-PSS1-01", "asset_ids": [ward.management], "answers": [{"question": 0, "answer": "yes"}]});
    assert_eq!(
        ward.lead.put(&ward.path("/interview"), body).await.slug(),
        "assessment-closed"
    );
    asset(&ward.lead, ward.system, "SRV-02", "server_os", false).await;
    ward.test.app.reconcile_evidence().await.unwrap();
    assert_eq!(ward.lead.get(&ward.path("")).await.json(), closed);
    let cell = ward
        .lead
        .get(&ward.path(&format!("/cells/L3-CES1-01/{}", ward.server)))
        .await
        .json();
    assert_eq!(
        (&cell["verdict"], &cell["allowed_actions"]),
        (&json!("compliant"), &json!([]))
    );
    let next = json!({"system_id": ward.system, "name": "2027 年自查"});
    let next = ward.lead.post("/api/v1/assessments", next).await.json();
    assert_eq!(next["objects"].as_array().unwrap().len(), 4);
    let list = ward
        .lead
        .get(&format!("/api/v1/assessments?system_id={}", ward.system))
        .await
        .json();
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][1]),
        (&next["id"], &closed)
    );
}

#[tokio::test]
async fn an_open_assessment_follows_the_objects_of_its_system() {
    let ward = Ward::new().await;
    let before = ward.lead.get(&ward.path("")).await.json();
    let room = asset(&ward.lead, ward.system, "ROOM-01", "room", false).await;
    let matrix = ward.lead.get(&ward.path("/matrix")).await.json();
    assert_eq!(matrix["objects"].as_array().unwrap().len(), 4);
    let after = ward.lead.get(&ward.path("")).await.json();
    assert_eq!(after["revision"], before["revision"].as_i64().unwrap() + 1);
    // Nothing is left for the timer.
    let done = ward.test.app.reconcile_evidence().await.unwrap();
    assert_eq!((done.expired, done.cells), (0, 0));
    assert_eq!(ward.lead.get(&ward.path("")).await.json(), after);
    // The room now carries the items that the common object stood in for.
    let stood_in = ward.path(&format!("/cells/L3-PES1-03/{}", ward.management));
    assert_eq!(ward.lead.get(&stood_in).await.status, 404);
    let own = ward.path(&format!("/cells/L3-PES1-03/{room}"));
    assert_eq!(ward.lead.get(&own).await.status, 200);
    let body = json!({"cells": [{"requirement": "L3-PES1-03", "asset_id": ward.management}], "action": "confirm"});
    assert_eq!(
        ward.lead.put(&ward.path("/verdicts"), body).await.slug(),
        "invalid-input"
    );
}

#[tokio::test]
async fn an_object_that_is_something_else_by_now_is_scored_as_that() {
    let ward = Ward::new().await;
    let objects = ward.assessment["objects"].as_array().unwrap();
    let application = objects[0]["id"].as_i64().unwrap();
    let body =
        |verdict: &str| json!({"action": "overrule", "verdict": verdict, "reason": "现场核对"});
    ward.decide(application, body("compliant")).await;
    ward.decide(ward.server, body("noncompliant")).await;
    let before = ward.lead.get(&ward.path("")).await.json();
    assert_eq!(before["result"]["compliant"], 0);
    // No item of a server is assessed on a room: what was said of it counts no more.
    let path = format!("/api/v1/assets/{}", ward.server);
    let form = |kind: &str, name: &str| {
        json!({"code": "SRV-01", "name": name, "object_type": kind,
            "system_ids": [ward.system], "importance": "important"})
    };
    let changed = ward.lead.put(&path, form("room", "SRV-01")).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let after = ward.lead.get(&ward.path("")).await.json();
    assert_eq!(after["result"]["compliant"], 1);
    let detail = ward.lead.get(&ward.path("/result")).await.json();
    assert_eq!(
        detail["result"]["compliant"], after["result"]["compliant"],
        "the stored result is the computed one"
    );
    // A new name moves nothing.
    ward.lead.put(&path, form("room", "一号机房")).await;
    let named = ward.lead.get(&ward.path("")).await.json();
    assert_eq!(named["revision"], after["revision"]);
}

#[tokio::test]
async fn what_happens_after_the_end_changes_no_closed_result() {
    let ward = Ward::new().await;
    let suggested = json!({"template": "2021", "settings": settings(), "suggested_weights": true});
    let set = ward.lead.put(&ward.path("/settings"), suggested).await;
    assert_eq!(set.status, 200, "{set:?}");
    let wrong = json!({"action": "overrule", "verdict": "noncompliant", "reason": "现场核查"});
    ward.decide(ward.server, wrong).await;
    let hazard = json!({"system_id": ward.system, "code": "A-01", "note": "机房未上锁", "found_on": "2026-11-22"});
    let hazard = id(&ward.lead.post("/api/v1/hazards", hazard).await);
    let reason = json!({"reason": "本轮结束"});
    assert_eq!(
        ward.lead.post(&ward.path("/close"), reason).await.status,
        200
    );
    let closed = ward.lead.get(&ward.path("")).await.json();
    let detail = ward.lead.get(&ward.path("/result")).await.json();
    let matrix = ward.lead.get(&ward.path("/matrix")).await.json();
    assert_eq!(
        detail["result"]["hazards"],
        json!({"found": 1, "resolved": 0})
    );

    ward.test.clock.advance(60);
    let resolve = json!({"reason": "已装门禁", "resolved_on": "2026-11-22"});
    let path = format!("/api/v1/hazards/{hazard}/resolve");
    assert_eq!(ward.lead.post(&path, resolve).await.status, 200);
    let later = json!({"system_id": ward.system, "code": "A-18", "note": "弱口令", "found_on": "2026-11-22"});
    id(&ward.lead.post("/api/v1/hazards", later).await);
    let next = json!({"system_id": ward.system, "name": "2027 年自查"});
    let next = id(&ward.lead.post("/api/v1/assessments", next).await);
    let right = json!({"cells": [{"requirement": "L3-CES1-01", "asset_id": ward.server}],
        "action": "overrule", "verdict": "compliant", "reason": "现场核对"});
    let path = format!("/api/v1/assessments/{next}/verdicts");
    assert_eq!(ward.lead.put(&path, right).await.status, 200);
    let findings = ward.lead.get("/api/v1/findings").await.json();
    assert_eq!(findings["items"][0]["state"], "closed");
    let path = format!("/api/v1/assets/{}", ward.server);
    let other = json!({"code": "SRV-01", "name": "SRV-01", "object_type": "room",
        "system_ids": [ward.system], "importance": "important"});
    assert_eq!(ward.lead.put(&path, other).await.status, 200);

    assert_eq!(ward.lead.get(&ward.path("")).await.json(), closed);
    assert_eq!(ward.lead.get(&ward.path("/result")).await.json(), detail);
    assert_eq!(ward.lead.get(&ward.path("/matrix")).await.json(), matrix);
    let list = ward.lead.get("/api/v1/assessments").await.json();
    assert_eq!(list["items"][1], closed);
}

#[tokio::test]
async fn the_catalogue_is_read_by_grade() {
    let ward = Ward::new().await;
    let total = async |query: &str| {
        ward.lead
            .get(&format!("/api/v1/catalogue{query}"))
            .await
            .json()["total"]
            .clone()
    };
    assert_eq!(total("").await, 714);
    assert_eq!(total("?s=3&a=3").await, 211);
    assert_eq!(total("?s=2&a=2").await, 135);
    assert!(total("?s=3&a=3&ext=cloud,iot").await.as_i64().unwrap() > 211);
    assert_eq!(
        ward.lead
            .get("/api/v1/catalogue?s=2&a=2&ext=cloud")
            .await
            .slug(),
        "invalid-input"
    );
    assert_eq!(
        ward.lead.get("/api/v1/catalogue?s=9").await.slug(),
        "invalid-input"
    );
    let one = ward.lead.get("/api/v1/catalogue/L3-CES1-01").await.json();
    assert!(one["measure"]["text"]["zh"].is_string());
    assert!(!one["checks"].as_array().unwrap().is_empty());
    assert!(!one["interview"].as_array().unwrap().is_empty());
    // A level-2 item is served by what belongs to its level-3 kin.
    let kin = ward.lead.get("/api/v1/catalogue/L2-CES1-01").await.json();
    assert_eq!(kin["checks"], one["checks"]);
    assert_eq!(
        ward.lead.get("/api/v1/catalogue/L9-CES1-01").await.status,
        404
    );
    let engineer = ward.test.user(Role::Engineer).await;
    let form = json!({"system_id": ward.system, "name": "一"});
    assert_eq!(
        engineer.post("/api/v1/assessments", form).await.slug(),
        "forbidden"
    );
    let administrator = ward.test.administrator(Role::SystemAdmin).await;
    assert_eq!(administrator.get("/api/v1/catalogue").await.status, 404);
    assert_eq!(administrator.get(&ward.path("/matrix")).await.status, 404);
}
