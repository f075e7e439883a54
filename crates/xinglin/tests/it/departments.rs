//! Departments through HTTP.

use serde_json::json;
use xinglin_app::core::Role;
use xinglin_testkit::TestApp;

#[tokio::test]
async fn a_department_is_created_changed_and_removed_with_its_history() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let created = lead
        .post(
            "/api/v1/departments",
            json!({"code": "XX", "name": "信息科"}),
        )
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    let path = format!("/api/v1/departments/{}", created.json()["id"]);
    let twice = lead
        .post("/api/v1/departments", json!({"code": "XX", "name": "别的"}))
        .await;
    assert_eq!(
        (twice.status.as_u16(), twice.slug().as_str()),
        (409, "code-taken")
    );
    let changed = lead
        .put(&path, json!({"code": "XX", "name": "信息安全科"}))
        .await;
    assert_eq!(changed.json()["name"], "信息安全科");
    let history = lead
        .get(&format!(
            "/api/v1/history/department/{}",
            created.json()["id"]
        ))
        .await
        .json();
    assert_eq!(history["total"], 2);
    assert_eq!(
        history["items"][0]["payload"]["name"],
        json!(["信息科", "信息安全科"])
    );
    assert_eq!(lead.delete(&path).await.status, 204);
    assert_eq!(lead.get("/api/v1/departments").await.json()["total"], 0);
}

#[tokio::test]
async fn wrong_input_names_every_field() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let answer = lead
        .post("/api/v1/departments", json!({"code": " ", "name": ""}))
        .await;
    assert_eq!(answer.status, 422);
    let fields: Vec<_> = answer.json()["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["code", "name"]);
    let unknown = lead
        .post(
            "/api/v1/departments",
            json!({"code": "A", "name": "B", "boss": 1}),
        )
        .await;
    assert_eq!(unknown.slug(), "invalid-input");
    let reader = test.user(Role::Director).await;
    let refused = reader
        .post("/api/v1/departments", json!({"code": "A", "name": "B"}))
        .await;
    assert_eq!(refused.slug(), "forbidden");
    let administrator = test.administrator(Role::SystemAdmin).await;
    assert_eq!(administrator.get("/api/v1/departments").await.status, 404);
}

#[tokio::test]
async fn a_department_stands_below_others_and_never_below_itself() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let mut above = serde_json::Value::Null;
    let mut ids = Vec::new();
    for code in ["A", "B", "C"] {
        let form = json!({"code": code, "name": code, "parent_id": above});
        above = lead.post("/api/v1/departments", form).await.json()["id"].clone();
        ids.push(above.clone());
    }
    let path = format!("/api/v1/departments/{}", ids[0]);
    for (parent, slug) in [
        (&ids[0], "invalid-input"),
        (&ids[2], "invalid-input"),
        (&json!(99), "unknown-reference"),
    ] {
        let form = json!({"code": "A", "name": "A", "parent_id": parent});
        let refused = lead.put(&path, form).await;
        assert_eq!(refused.slug(), slug, "{parent}");
        assert_eq!(refused.json()["fields"][0]["field"], "parent_id");
    }
    assert_eq!(lead.delete(&path).await.slug(), "still-referenced");
}
