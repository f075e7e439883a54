//! Organisation, posts, people, systems, assets and attachments through HTTP.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{TestApp, TestUser};

async fn created(user: &TestUser, path: &str, body: Value) -> Value {
    let answer = user.post(path, body).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn the_hospital_is_named_at_set_up_and_described_later() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let before = lead.get("/api/v1/organisation").await.json();
    assert_eq!(
        (&before["name"], &before["phone"]),
        (&json!("示例医院"), &Value::Null)
    );
    let wrong = json!({"name": "示例医院", "unified_code": "123"});
    assert_eq!(
        lead.put("/api/v1/organisation", wrong).await.slug(),
        "invalid-input"
    );
    let form = json!({"name": "示例市人民医院", "kind": "三级甲等", "unified_code": "12100000000000000x", "phone": " "});
    let after = lead.put("/api/v1/organisation", form).await.json();
    assert_eq!(after["unified_code"], "12100000000000000X");
    assert_eq!(after["phone"], Value::Null);
    assert_eq!(
        lead.get("/api/v1/session").await.json()["organisation"],
        "示例市人民医院"
    );
    let history = lead
        .get("/api/v1/history/organisation/organisation")
        .await
        .json();
    assert_eq!(
        history["items"][0]["payload"]["name"],
        json!(["示例医院", "示例市人民医院"])
    );
    let director = test.user(Role::Director).await;
    assert_eq!(
        director
            .put("/api/v1/organisation", json!({"name": "x"}))
            .await
            .slug(),
        "forbidden"
    );
}

#[tokio::test]
async fn posts_and_people_know_each_other() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let department = created(
        &lead,
        "/api/v1/departments",
        json!({"code": "D1", "name": "信息科"}),
    )
    .await;
    let post = created(&lead, "/api/v1/posts", json!({"code": "P1", "name": "安全管理员", "department_id": department["id"], "duty": "日常安全管理"})).await;
    let person = created(&lead, "/api/v1/people", json!({"code": "0001", "name": "示例甲", "department_id": department["id"], "post_id": post["id"], "email": "a@example.org"})).await;
    assert_eq!(
        (
            &person["department_name"],
            &person["post_name"],
            &person["state"]
        ),
        (&json!("信息科"), &json!("安全管理员"), &json!("active"))
    );
    assert_eq!(
        lead.get("/api/v1/posts").await.json()["items"][0]["people_count"],
        1
    );
    let path = format!("/api/v1/posts/{}", post["id"]);
    assert_eq!(lead.delete(&path).await.slug(), "still-referenced");
    let unknown = lead
        .post(
            "/api/v1/people",
            json!({"code": "0002", "name": "示例乙", "post_id": 99, "department_id": 98}),
        )
        .await;
    assert_eq!(unknown.slug(), "unknown-reference");
    let fields: Vec<_> = unknown.json()["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].clone())
        .collect();
    assert_eq!(fields, ["department_id", "post_id"]);
    let wrong = lead
        .post(
            "/api/v1/people",
            json!({"code": "0003", "name": "示例丙", "email": "nobody"}),
        )
        .await;
    assert_eq!(wrong.slug(), "invalid-input");
    for (query, total) in [
        ("q=示例甲", 1),
        ("q=000", 1),
        ("q=%25", 0),
        ("q=_", 0),
        ("department_id=77", 0),
    ] {
        let people = lead
            .get(
                &format!("/api/v1/people?{query}")
                    .replace('示', "%E7%A4%BA")
                    .replace('例', "%E4%BE%8B")
                    .replace('甲', "%E7%94%B2"),
            )
            .await
            .json();
        assert_eq!(people["total"], total, "{query}");
    }
    let left = json!({"code": "0001", "name": "示例甲", "state": "left"});
    let path = format!("/api/v1/people/{}", person["id"]);
    assert_eq!(lead.put(&path, left).await.json()["state"], "left");
    assert_eq!(lead.delete(&path).await.status, 204);
    assert_eq!(lead.delete(&path).await.slug(), "not-found");
}

#[tokio::test]
async fn a_system_has_a_grade_and_cannot_go_while_assets_need_it() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let form = json!({"code": "HIS", "name": "医院信息系统", "grade": {"s": 2, "a": 3}, "extensions": ["iot", "cloud", "iot"], "graded_on": "2026-01-15", "filed_on": "2026-02-10"});
    let system = created(&lead, "/api/v1/systems", form.clone()).await;
    assert_eq!(system["level"], 3);
    assert_eq!(system["extensions"], json!(["cloud", "iot"]));
    assert_eq!(system["assessment_id"], Value::Null);
    assert_eq!(
        lead.post("/api/v1/systems", form.clone()).await.slug(),
        "code-taken"
    );
    let mut wrong = form.clone();
    wrong["code"] = json!("B");
    wrong["filed_on"] = json!("2026-01-01");
    assert_eq!(
        lead.post("/api/v1/systems", wrong).await.slug(),
        "invalid-input"
    );
    let mut wrong = form.clone();
    wrong["grade"] = json!({"s": 5, "a": 3});
    assert_eq!(
        lead.post("/api/v1/systems", wrong).await.slug(),
        "invalid-input"
    );
    let asset = created(&lead, "/api/v1/assets", json!({"code": "A", "name": "数据库", "object_type": "database", "importance": "critical", "system_ids": [system["id"]]})).await;
    assert_eq!(asset["system_names"], json!(["医院信息系统"]));
    let path = format!("/api/v1/systems/{}", system["id"]);
    assert_eq!(lead.get(&path).await.json()["asset_count"], 1);
    assert_eq!(lead.delete(&path).await.slug(), "still-referenced");
    let asset_path = format!("/api/v1/assets/{}", asset["id"]);
    assert_eq!(lead.delete(&asset_path).await.status, 204);
    assert_eq!(lead.delete(&path).await.status, 204);
    assert_eq!(lead.get(&path).await.status, 404);
}

#[tokio::test]
async fn assets_are_filtered_sorted_and_paged_by_the_server() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let system = created(
        &lead,
        "/api/v1/systems",
        json!({"code": "HIS", "name": "HIS", "grade": {"s": 3, "a": 3}}),
    )
    .await;
    for (at, (kind, importance)) in [
        ("database", "critical"),
        ("server_os", "ordinary"),
        ("database", "important"),
        ("room", "critical"),
    ]
    .into_iter()
    .enumerate()
    {
        let systems = if at < 2 {
            json!([system["id"]])
        } else {
            json!([])
        };
        created(&lead, "/api/v1/assets", json!({"code": format!("A{at}"), "name": format!("N{}", 9 - at), "object_type": kind, "importance": importance, "address": format!("192.0.2.{at}"), "system_ids": systems})).await;
    }
    for (query, codes) in [
        ("", vec!["A0", "A1", "A2", "A3"]),
        ("sort=-code&limit=2", vec!["A3", "A2"]),
        ("sort=name&offset=1&limit=2", vec!["A2", "A1"]),
        ("sort=importance", vec!["A0", "A3", "A2", "A1"]),
        ("object_type=database", vec!["A0", "A2"]),
        ("importance=critical&object_type=room", vec!["A3"]),
        ("system_id=1", vec!["A0", "A1"]),
        ("q=192.0.2.3", vec!["A3"]),
        ("q=nothing", vec![]),
    ] {
        let page = lead.get(&format!("/api/v1/assets?{query}")).await.json();
        let found: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, codes, "{query}");
    }
    let total = lead.get("/api/v1/assets?limit=1").await.json()["total"].clone();
    assert_eq!(total, 4);
    for query in ["sort=colour", "object_type=spaceship", "colour=red"] {
        let refused = lead.get(&format!("/api/v1/assets?{query}")).await;
        assert_eq!(refused.slug(), "invalid-input", "{query}");
    }
    let administrator = test.administrator(Role::SystemAdmin).await;
    assert_eq!(administrator.get("/api/v1/assets").await.status, 404);
}

#[tokio::test]
async fn an_assets_change_names_the_fields_and_keeps_its_systems() {
    let test = TestApp::new().await;
    let engineer = test.user(Role::Engineer).await;
    let form = json!({"code": "A", "name": "甲", "object_type": "server_os", "importance": "ordinary", "local_host": true});
    let asset = created(&engineer, "/api/v1/assets", form.clone()).await;
    let path = format!("/api/v1/assets/{}", asset["id"]);
    let mut changed = form.clone();
    changed["importance"] = json!("critical");
    changed["supplier"] = json!("  示例供应商 ");
    let after = engineer.put(&path, changed).await.json();
    assert_eq!(after["supplier"], "示例供应商");
    assert_eq!(after["local_host"], true);
    let history = engineer
        .get(&format!("/api/v1/history/asset/{}", asset["id"]))
        .await
        .json();
    assert_eq!(
        history["items"][0]["payload"],
        json!({"importance": ["ordinary", "critical"], "supplier": [null, "示例供应商"]})
    );
    let mut unknown = form;
    unknown["system_ids"] = json!([5]);
    assert_eq!(
        engineer.put(&path, unknown).await.slug(),
        "unknown-reference"
    );
}

#[tokio::test]
async fn an_attachment_comes_back_as_a_download_and_nothing_else() {
    let test = TestApp::new().await;
    let liaison = test.user(Role::Liaison).await;
    let page = b"<html><script>alert(1)</script></html>";
    let kept = liaison
        .upload("/api/v1/attachments", "../证据.html", page)
        .await;
    assert_eq!(kept.status, 201, "{}", kept.json());
    let kept = kept.json();
    assert_eq!(kept["name"], "证据.html");
    assert_eq!(kept["media_type"], "application/octet-stream");
    let digest = kept["digest"].as_str().unwrap();
    let path = test
        .data_dir()
        .join("attachments")
        .join(digest.get(..2).unwrap())
        .join(digest);
    assert_eq!(std::fs::read(&path).unwrap(), page);
    let url = format!("/api/v1/attachments/{}", kept["id"]);
    let file = liaison.get(&url).await;
    assert_eq!(file.bytes, page);
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert_eq!(file.headers["content-type"], "application/octet-stream");
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; "), "{disposition}");
    assert_eq!(
        liaison
            .upload("/api/v1/attachments", "empty.txt", b"")
            .await
            .slug(),
        "invalid-input"
    );
    let director = test.user(Role::Director).await;
    assert_eq!(
        director
            .upload("/api/v1/attachments", "a.txt", b"a")
            .await
            .slug(),
        "forbidden"
    );
    std::fs::write(&path, b"forged").unwrap();
    assert_eq!(liaison.get(&url).await.slug(), "internal");
    let too_large = vec![0; 32 * 1024 * 1024 + 1];
    assert_eq!(
        liaison
            .upload("/api/v1/attachments", "large.bin", &too_large)
            .await
            .slug(),
        "too-large"
    );
}
