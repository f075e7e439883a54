//! Excel imports and exports through HTTP.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{TestApp, TestUser, eventually};

/// Starts an import and waits for its end.
async fn import(user: &TestUser, kind: &str, bytes: &[u8]) -> Value {
    let path = format!("/api/v1/imports/{kind}");
    let started = user.upload(&path, "file.csv", bytes).await;
    assert_eq!(started.status, 202, "{}", started.json());
    let job = format!("/api/v1/jobs/{}", started.json()["id"]);
    eventually("the end of an import", async || {
        let job = user.get(&job).await.json();
        (job["state"] != "running").then_some(job)
    })
    .await
}

async fn preview(user: &TestUser, kind: &str, bytes: &[u8]) -> Value {
    let path = format!("/api/v1/imports/{kind}/preview");
    let answer = user.upload(&path, "file.csv", bytes).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn fates(preview: &Value) -> Vec<&str> {
    preview["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["fate"].as_str().unwrap())
        .collect()
}

const DEPARTMENTS: &str =
    "部门编号,部门名称,上级部门\nD3,三科,二部（东院）\nD2,二部（东院）,D1\nD1,一院,\n";
const PEOPLE: &str =
    "工号,姓名,所属部门,岗位,状态\nP1,示例甲,三科,,在职\nP2,示例乙,D2,,\nP3,示例乙,D2,,离岗\n";
const SYSTEMS: &str = "系统编号,系统名称,业务信息安全等级 S,系统服务保证等级 A,扩展要求,定级日期,责任部门,责任人,状态\nHIS,医院信息系统,三级,3,云计算、物联网,2026/1/15,三科,P1,已备案\n";
const ASSETS: &str = "资产编号,资产名称,对象类型,所属系统,地址,责任人,责任部门,重要程度\nA1,核心数据库,数据库,HIS,192.0.2.1,示例甲,三科,关键\nA2,核心交换机,交换机,医院信息系统,192.0.2.2,P2,D2,高\n";

async fn import_all(user: &TestUser) {
    for (kind, file, rows) in [
        ("departments", DEPARTMENTS, 3),
        ("people", PEOPLE, 3),
        ("systems", SYSTEMS, 1),
        ("assets", ASSETS, 2),
    ] {
        let job = import(user, kind, file.as_bytes()).await;
        assert_eq!(job["state"], "done", "{job}");
        assert_eq!(
            job["result"],
            json!({"created": rows, "updated": 0, "unchanged": 0, "rejected": 0}),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn files_refer_to_earlier_files_and_to_their_own_later_rows() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    import_all(&lead).await;
    let departments = lead.get("/api/v1/departments").await.json();
    let of = |code: &str| {
        departments["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|department| department["code"] == code)
            .unwrap()
            .clone()
    };
    assert_eq!(of("D3")["parent_id"], of("D2")["id"]);
    assert_eq!(of("D2")["parent_id"], of("D1")["id"]);
    let assets = lead.get("/api/v1/assets").await.json();
    assert_eq!(assets["items"][0]["owner_name"], "示例甲");
    assert_eq!(assets["items"][1]["object_type"], "network_device");
    assert_eq!(assets["items"][1]["importance"], "critical");
    assert_eq!(assets["items"][1]["system_names"], json!(["医院信息系统"]));
    let system = &lead.get("/api/v1/systems").await.json()["items"][0];
    assert_eq!(system["grade"], json!({"s": 3, "a": 3}));
    assert_eq!(system["extensions"], json!(["cloud", "iot"]));
    let history = lead.get("/api/v1/history/asset/2").await.json();
    assert_eq!(history["items"][0]["action"], "asset.import");
    assert_eq!(history["items"][0]["payload"]["created"], 2);
    assert_eq!(
        history["items"][0]["subjects"],
        json!([{"kind": "asset", "id": "2"}])
    );
    let auditor = test.administrator(Role::AuditAdmin).await;
    let verified = auditor.post("/api/v1/ledger/verify", json!({})).await;
    assert_eq!(verified.json()["ok"], true);
}

#[tokio::test]
async fn what_was_imported_or_exported_is_unchanged_when_it_comes_again() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    import_all(&lead).await;
    let auditor = test.administrator(Role::AuditAdmin).await;
    let entries = auditor.get("/api/v1/ledger?limit=1").await.json()["total"].clone();
    for (kind, file) in [
        ("departments", DEPARTMENTS),
        ("people", PEOPLE),
        ("systems", SYSTEMS),
        ("assets", ASSETS),
    ] {
        let exported = lead.get(&format!("/api/v1/exports/{kind}")).await;
        assert_eq!(exported.status, 200);
        for bytes in [file.as_bytes(), &exported.bytes] {
            let before = preview(&lead, kind, bytes).await;
            assert_eq!(before["unchanged"], before["total"], "{kind}: {before}");
            assert!(before["total"].as_u64().unwrap() > 0);
            let job = import(&lead, kind, bytes).await;
            assert_eq!(job["result"]["unchanged"], before["total"], "{kind}: {job}");
        }
    }
    let after = auditor.get("/api/v1/ledger?limit=1").await.json()["total"].clone();
    // Sign-ins aside, nothing was sealed, since nothing changed.
    assert_eq!(entries, after);
}

#[tokio::test]
async fn bad_rows_are_told_apart_and_given_back() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    import_all(&lead).await;
    let file = "资产编号,资产名称,对象类型,责任人,责任部门,供应商\n\
        A1,核心数据库,数据库,示例甲,三科,新供应商\n\
        A3,新终端,终端,P2,D1,\n\
        A4,坏终端,飞船,示例乙,药剂科,\n\
        ,无编号,终端,,,\n\
        A3,重复,终端,,,\n";
    let shown = preview(&lead, "assets", file.as_bytes()).await;
    assert_eq!(
        fates(&shown),
        ["update", "create", "reject", "reject", "reject"]
    );
    assert_eq!(
        (&shown["create"], &shown["update"], &shown["reject"]),
        (&json!(1), &json!(1), &json!(3))
    );
    assert_eq!(
        shown["rows"][0]["changes"],
        json!([{"field": "supplier", "from": null, "to": "新供应商"}])
    );
    let problems = shown["rows"][2]["problems"].as_array().unwrap();
    let columns: Vec<_> = problems
        .iter()
        .map(|problem| problem["column"].as_str().unwrap())
        .collect();
    assert_eq!(columns, ["对象类型", "责任人", "责任部门"]);
    assert_eq!(problems[1]["found"], "示例乙");
    assert!(problems[1]["expected"].as_str().unwrap().contains("同名"));
    let job = import(&lead, "assets", file.as_bytes()).await;
    assert_eq!(
        job["result"],
        json!({"created": 1, "updated": 1, "unchanged": 0, "rejected": 3})
    );
    // The columns that the file does not have are as they were.
    let asset = lead.get("/api/v1/assets/1").await.json();
    assert_eq!(
        (&asset["supplier"], &asset["address"], &asset["importance"]),
        (&json!("新供应商"), &json!("192.0.2.1"), &json!("critical"))
    );
    let history = lead.get("/api/v1/history/asset/1").await.json();
    assert_eq!(
        history["items"][0]["payload"]["changes"],
        json!({"1": {"supplier": [null, "新供应商"]}})
    );
    let rejects = lead
        .upload("/api/v1/imports/assets/rejects", "a.csv", file.as_bytes())
        .await;
    assert_eq!(rejects.status, 200);
    let again = preview(&lead, "assets", &rejects.bytes).await;
    // Alone in its file, the second row of A3 is a change of that asset.
    assert_eq!(fates(&again), ["reject", "reject", "update"]);
}

#[tokio::test]
async fn departments_never_come_below_themselves() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    import(&lead, "departments", DEPARTMENTS.as_bytes()).await;
    let below_itself = "部门编号,部门名称,上级部门\nD1,一院,D3\n";
    let circle = "部门编号,部门名称,上级部门\nX,甲,Y\nY,乙,X\nZ,丙,\n";
    for (file, expected) in [
        (below_itself, vec!["reject"]),
        (circle, vec!["reject", "reject", "create"]),
    ] {
        let shown = preview(&lead, "departments", file.as_bytes()).await;
        assert_eq!(fates(&shown), expected);
        let job = import(&lead, "departments", file.as_bytes()).await;
        assert_eq!(job["state"], "done");
        assert_eq!(job["result"]["created"], shown["create"]);
        assert_eq!(job["result"]["rejected"], shown["reject"]);
    }
}

#[tokio::test]
async fn files_that_are_none_and_callers_who_may_not_are_refused() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    for (name, bytes, slug) in [
        ("empty.xlsx", &b""[..], "unreadable-file"),
        ("broken.xlsx", b"PK\x03\x04nothing", "unreadable-file"),
        ("other.csv", "甲,乙\n1,2\n".as_bytes(), "unreadable-file"),
        (
            "columns.csv",
            "资产编号,供应商\nA,B\n".as_bytes(),
            "unreadable-file",
        ),
    ] {
        for path in ["/api/v1/imports/assets/preview", "/api/v1/imports/assets"] {
            let answer = lead.upload(path, name, bytes).await;
            assert_eq!(
                (answer.status.as_u16(), answer.slug().as_str()),
                (422, slug),
                "{name}"
            );
        }
    }
    let unknown = lead
        .upload("/api/v1/imports/ships/preview", "a.csv", b"a")
        .await;
    assert_eq!(unknown.status, 404);
    let director = test.user(Role::Director).await;
    let refused = director
        .upload("/api/v1/imports/assets", "a.csv", ASSETS.as_bytes())
        .await;
    assert_eq!(refused.slug(), "forbidden");
    assert_eq!(director.get("/api/v1/exports/assets").await.status, 200);
    assert_eq!(director.get("/api/v1/jobs/1").await.status, 404);
    let job = lead
        .upload("/api/v1/imports/people", "a.csv", PEOPLE.as_bytes())
        .await
        .json();
    let path = format!("/api/v1/jobs/{}", job["id"]);
    let engineer = test.user(Role::Engineer).await;
    assert_eq!(engineer.get(&path).await.status, 404);
    assert_eq!(engineer.delete(&path).await.status, 404);
}

#[tokio::test]
async fn a_template_is_read_as_an_empty_file_of_its_kind() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    for kind in ["departments", "people", "systems", "assets"] {
        let template = lead.get(&format!("/api/v1/imports/{kind}/template")).await;
        assert_eq!(template.status, 200);
        let name = template.headers["content-disposition"].to_str().unwrap();
        assert!(name.contains(&format!("{kind}-template.xlsx")), "{name}");
        let shown = preview(&lead, kind, &template.bytes).await;
        assert_eq!(shown["total"], 0, "{kind}");
    }
}

#[tokio::test]
async fn the_demonstration_hospital_comes_in_by_its_files() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    for post in demonstration_posts() {
        lead.post("/api/v1/posts", post).await;
    }
    for (kind, file) in [
        ("departments", "departments"),
        ("people", "people"),
        ("departments", "department_heads"),
        ("systems", "systems"),
        ("assets", "assets"),
    ] {
        let path = xinglin_testkit::content_dir().join(format!("demo/{file}.csv"));
        let bytes = std::fs::read(path).unwrap();
        let job = import(&lead, kind, &bytes).await;
        assert_eq!(job["state"], "done", "{file}: {job}");
        let shown = preview(&lead, kind, &bytes).await;
        assert_eq!(job["result"]["rejected"], 0, "{file}: {shown}");
    }
}

fn demonstration_posts() -> Vec<Value> {
    let path = xinglin_testkit::content_dir().join("demo/people.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut names: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(3))
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| json!({"code": format!("G{at}"), "name": name}))
        .collect()
}
