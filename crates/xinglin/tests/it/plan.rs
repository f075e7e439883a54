//! From a verdict to findings, a plan, its tasks and the documents.

use std::io::Read as _;

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_testkit::{Answer, TestApp, TestUser};

pub(crate) const PASSWORDS: &str = "L3-CES1-01";
const LOCK: &str = "L3-CES1-02";
const POLICY: &str = "L3-PSS1-01";

/// A hospital with one system under assessment.
pub(crate) struct Hospital {
    pub(crate) test: TestApp,
    pub(crate) lead: TestUser,
    pub(crate) system: i64,
    pub(crate) server: i64,
    office: i64,
    pub(crate) assessment: i64,
    person: i64,
}

impl Hospital {
    pub(crate) async fn new() -> Self {
        let test = TestApp::new().await;
        let lead = test.user(Role::SecurityLead).await;
        let department = json!({"code": "XX", "name": "信息科"});
        let department = created(&lead, "departments", department).await;
        let post = json!({"code": "P1", "name": "系统运维工程师", "department_id": department});
        let post = created(&lead, "posts", post).await;
        let person =
            json!({"code": "E1", "name": "示例甲", "department_id": department, "post_id": post});
        let person = created(&lead, "people", person).await;
        let system = json!({"code": "HIS", "name": "示例信息系统", "grade": {"s": 3, "a": 3},
            "department_id": department, "owner_id": person});
        let system = created(&lead, "systems", system).await;
        let server = asset(&lead, system, "SRV-01", "server_os").await;
        let office = asset(&lead, system, "MGT-01", "organisation").await;
        let form = json!({"system_id": system, "name": "2026 年自查"});
        let assessment = created(&lead, "assessments", form).await;
        Self {
            test,
            lead,
            system,
            server,
            office,
            assessment,
            person,
        }
    }

    pub(crate) async fn judge(&self, requirement: &str, asset: i64, verdict: &str) -> Value {
        let path = format!("/api/v1/assessments/{}/verdicts", self.assessment);
        let body = json!({"cells": [{"requirement": requirement, "asset_id": asset}],
            "action": "overrule", "verdict": verdict, "reason": "现场核查 3 个账户为弱口令"});
        let answer = self.lead.put(&path, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["changed"], 1, "{answer:?}");
        answer.json()
    }

    async fn findings(&self, query: &str) -> Vec<Value> {
        let list = get(&self.lead, &format!("findings{query}")).await;
        let items = list["items"].as_array().unwrap().clone();
        assert_eq!(list["total"], items.len());
        items
    }

    pub(crate) async fn finding(&self, requirement: &str) -> Value {
        let found = self.findings(&format!("?q={requirement}")).await;
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    pub(crate) async fn plan(&self) -> Value {
        let form = json!({"assessment_id": self.assessment, "title": "2027 年整改方案",
            "starts_on": "2026-12-01", "target": "all"});
        let answer = self.lead.post("/api/v1/plans", form).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }
}

pub(crate) async fn created(user: &TestUser, what: &str, body: Value) -> i64 {
    let answer = user.post(&format!("/api/v1/{what}"), body).await;
    assert_eq!(answer.status, 201, "{what}: {answer:?}");
    answer.json()["id"].as_i64().unwrap()
}

async fn asset(user: &TestUser, system: i64, code: &str, kind: &str) -> i64 {
    let body = json!({"code": code, "name": format!("对象 {code}"), "object_type": kind,
        "system_ids": [system], "importance": "critical", "address": "192.0.2.7"});
    created(user, "assets", body).await
}

pub(crate) async fn get(user: &TestUser, path: &str) -> Value {
    let answer = user.get(&format!("/api/v1/{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

pub(crate) async fn act(user: &TestUser, path: &str) -> Answer {
    user.post(&format!("/api/v1/{path}"), json!({"reason": "测试理由"}))
        .await
}

pub(crate) fn refused(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.slug())
}

pub(crate) fn refusal(status: u16, slug: &str) -> (u16, String) {
    (status, slug.to_owned())
}

/// The text of a part of an Office file.
pub(crate) fn part(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&answer.bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn a_finding_is_born_from_a_verdict_and_follows_it() {
    let hospital = Hospital::new().await;
    assert!(hospital.findings("").await.is_empty());
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    hospital.judge(POLICY, hospital.office, "partial").await;

    let all = hospital.findings("").await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["requirement"], PASSWORDS, "the gravest comes first");
    assert_eq!(all[0]["severity"], "high");
    assert_eq!(all[0]["system_name"], "示例信息系统");
    assert_eq!(all[0]["control"]["zh"], "身份鉴别");
    assert!(
        all[0]["title"]["zh"]
            .as_str()
            .unwrap()
            .starts_with("不符合：")
    );
    assert_eq!(all[0]["objects"][0]["detail"], "现场核查 3 个账户为弱口令");
    assert_eq!(all[0]["allowed_actions"], json!(["accept"]));
    for (query, count) in [
        ("?state=open,planned", 2),
        ("?state=closed", 0),
        ("?severity=high", 1),
        ("?domain=PSS", 1),
        ("?system_id=99", 0),
        ("?q=L3-PSS", 1),
        ("?q=没有这样的字", 0),
        // Neither the syntax of a stored title nor a pattern is looked for.
        ("?q=zh", 0),
        ("?q=%25", 0),
        ("?q=L3_PSS", 0),
    ] {
        assert_eq!(hospital.findings(query).await.len(), count, "{query}");
    }
    let wrong = hospital.lead.get("/api/v1/findings?state=lost").await;
    assert_eq!(refused(&wrong), refusal(422, "invalid-input"));

    // A major hazard makes it one, until the hazard is resolved.
    let hazard = json!({"system_id": hospital.system, "code": "A-18", "note": "弱口令", "found_on": "2026-11-20"});
    created(&hospital.lead, "hazards", hazard).await;
    assert_eq!(hospital.finding(PASSWORDS).await["major_hazard"], true);
    assert_eq!(hospital.finding(POLICY).await["major_hazard"], false);

    hospital
        .judge(PASSWORDS, hospital.server, "compliant")
        .await;
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "closed");
    hospital.test.clock.advance(60);
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let again = hospital.finding(PASSWORDS).await;
    assert_eq!(again["state"], "open");
    assert_eq!(again["id"], all[0]["id"], "the same finding, seen again");

    let history = get(&hospital.lead, &format!("history/finding/{}", again["id"])).await;
    let actions: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "finding.recur",
            "finding.resolve",
            "finding.update",
            "finding.open"
        ]
    );
}

#[tokio::test]
async fn a_reopened_cell_leaves_its_finding_alone() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let path = format!("/api/v1/assessments/{}/verdicts", hospital.assessment);
    let body = json!({"cells": [{"requirement": PASSWORDS, "asset_id": hospital.server}],
        "action": "reopen", "reason": "需要复查"});
    let answer = hospital.lead.put(&path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let finding = hospital.finding(PASSWORDS).await;
    assert_eq!(finding["state"], "open");
    assert_eq!(finding["objects"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_risk_is_accepted_until_a_day_with_a_reason() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let id = hospital.finding(PASSWORDS).await["id"].clone();
    let path = format!("/api/v1/findings/{id}/accept");
    let engineer = hospital.test.user(Role::Engineer).await;
    let form = |reason: &str, until: &str| json!({"reason": reason, "until": until});
    let good = form("等待系统更换", "2026-12-31");
    assert_eq!(
        refused(&engineer.post(&path, good.clone()).await),
        refusal(403, "forbidden")
    );
    for (body, slug) in [
        (form("", "2026-12-31"), "reason-required"),
        (form("等待", "2026-11-22"), "invalid-input"),
        (form("等待", "年底"), "invalid-input"),
    ] {
        assert_eq!(
            refused(&hospital.lead.post(&path, body).await),
            refusal(422, slug)
        );
    }
    let director = hospital.test.user(Role::Director).await;
    let accepted = director.post(&path, good.clone()).await.json();
    assert_eq!(accepted["state"], "accepted");
    assert_eq!(accepted["accepted_until"], "2026-12-31");
    assert_eq!(accepted["allowed_actions"], json!(["reopen"]));
    assert_eq!(
        refused(&director.post(&path, good).await),
        refusal(409, "state-conflict")
    );

    let app = &hospital.test.app;
    assert_eq!(app.expire_acceptances().await.unwrap(), 0);
    hospital.test.clock.advance(40 * 86_400);
    assert_eq!(app.expire_acceptances().await.unwrap(), 1);
    let lead = hospital
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    let expired = get(&lead, &format!("findings/{id}")).await;
    assert_eq!(expired["state"], "open");
    let unknown = act(&lead, "findings/99/reopen").await;
    assert_eq!(refused(&unknown), refusal(404, "not-found"));
}

#[tokio::test]
async fn a_plan_has_owners_dates_and_a_computed_result() {
    let hospital = Hospital::new().await;
    let form = json!({"assessment_id": hospital.assessment, "title": "整改方案",
        "starts_on": "2026-12-01", "target": "all"});
    let empty = hospital.lead.post("/api/v1/plans", form.clone()).await;
    assert_eq!(refused(&empty), refusal(409, "state-conflict"));
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    hospital.judge(POLICY, hospital.office, "partial").await;
    for (field, value) in [
        ("target", "excellent"),
        ("starts_on", "2036-12-01"),
        ("starts_on", "soon"),
        ("title", " "),
    ] {
        let mut wrong = form.clone();
        wrong[field] = json!(value);
        let answer = hospital.lead.post("/api/v1/plans", wrong).await;
        assert_eq!(refused(&answer), refusal(422, "invalid-input"), "{field}");
        assert_eq!(answer.json()["fields"][0]["field"], field);
    }
    let plan = hospital.plan().await;
    assert_eq!(plan["state"], "draft");
    assert_eq!(plan["system_name"], "示例信息系统");
    let tasks = plan["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks[0]["requirement"], PASSWORDS, "the graver comes first");
    assert_eq!(tasks[0]["owner_name"], "示例甲");
    assert_eq!(tasks[0]["department_name"], "信息科");
    assert_eq!(tasks[0]["title"]["zh"], "身份鉴别 8.1.4.1 a");
    assert!(tasks[0]["starts_on"].as_str().unwrap() >= "2026-12-01");
    assert!(tasks[0]["due_on"].as_str() > tasks[0]["starts_on"].as_str());
    assert!(tasks[0]["rollback"]["en"].as_str().unwrap().len() > 10);
    let compliant = |result: &str| plan[result]["compliant"].as_u64().unwrap();
    assert_eq!(compliant("expected"), compliant("current") + 2);
    assert_eq!(hospital.finding(PASSWORDS).await["task_id"], tasks[0]["id"]);
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "planned");
    let counted: u64 = plan["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phase| phase["tasks"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, 2);

    let twice = hospital.lead.post("/api/v1/plans", form).await;
    assert_eq!(refused(&twice), refusal(409, "state-conflict"));
    let list = get(&hospital.lead, "plans").await;
    assert_eq!(list["total"], 1);
    assert!(list["items"][0].get("tasks").is_none());
    let path = format!("/api/v1/plans/{}", plan["id"]);
    assert_eq!(hospital.lead.delete(&path).await.status, 204);
    assert_eq!(hospital.finding(PASSWORDS).await["state"], "open");
    hospital.plan().await;
}

#[tokio::test]
async fn a_refresh_adds_tasks_and_keeps_what_a_person_changed() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    let plan = hospital.plan().await;
    let task = format!("/api/v1/tasks/{}", plan["tasks"][0]["id"]);
    let mut edit = json!({"owner_id": hospital.person, "department_id": null,
        "starts_on": "2027-01-04", "due_on": "2027-01-03", "title": "清理弱口令", "note": "先测试"});
    let backwards = hospital.lead.put(&task, edit.clone()).await;
    assert_eq!(refused(&backwards), refusal(422, "invalid-input"));
    edit["due_on"] = json!("2027-01-29");
    edit["owner_id"] = json!(999);
    let nobody = hospital.lead.put(&task, edit.clone()).await;
    assert_eq!(refused(&nobody), refusal(422, "unknown-reference"));
    let named = json!({"field": "owner_id", "found": "999", "expected": "an existing person"});
    assert_eq!(nobody.json()["fields"], json!([named]));
    edit["owner_id"] = json!(hospital.person);
    let edited = hospital.lead.put(&task, edit).await.json();
    assert_eq!(edited["title"]["en"], "清理弱口令");

    hospital.judge(LOCK, hospital.server, "partial").await;
    let path = format!("plans/{}", plan["id"]);
    let fresh = act_empty(&hospital.lead, &format!("{path}/refresh")).await;
    let tasks = fresh["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    let kept = tasks
        .iter()
        .find(|task| task["requirement"] == PASSWORDS)
        .unwrap();
    assert_eq!(kept["due_on"], "2027-01-29");
    assert_eq!(kept["note"], "先测试");

    assert_eq!(
        refused(&act(&hospital.lead, &format!("{path}/approve")).await),
        refusal(403, "forbidden")
    );
    let director = hospital.test.user(Role::Director).await;
    let approved = act(&director, &format!("{path}/approve")).await.json();
    assert_eq!(approved["state"], "approved");
    assert_eq!(
        refused(&act(&director, &format!("{path}/approve")).await),
        refusal(409, "state-conflict")
    );
    let delete = hospital.lead.delete(&format!("/api/v1/{path}")).await;
    assert_eq!(refused(&delete), refusal(409, "state-conflict"));
}

async fn act_empty(user: &TestUser, path: &str) -> Value {
    let answer = user.post(&format!("/api/v1/{path}"), json!({})).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[tokio::test]
async fn documents_carry_the_hospitals_own_data() {
    let hospital = Hospital::new().await;
    hospital
        .judge(PASSWORDS, hospital.server, "noncompliant")
        .await;
    hospital.judge(POLICY, hospital.office, "partial").await;
    let plan = hospital.plan().await;
    let path = format!("/api/v1/plans/{}/plan.docx", plan["id"]);
    let document = hospital.lead.get(&path).await;
    let disposition = document.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.ends_with("filename*=UTF-8''%E7%A4%BA%E4%BE%8B%E4%BF%A1%E6%81%AF%E7%B3%BB%E7%BB%9F-%E6%95%B4%E6%94%B9%E6%96%B9%E6%A1%88.docx"),
        "{disposition}"
    );
    let text = part(&document, "word/document.xml");
    for expected in [
        "示例医院",
        "示例信息系统",
        "S3A3G3",
        "示例甲",
        "信息科",
        "身份鉴别",
        "8.1.4.1 a）",
        "九、总结",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert!(!text.contains("{hospital}"));
    let english = hospital.lead.get(&format!("{path}?lang=en-US")).await;
    assert!(part(&english, "word/document.xml").contains("Background"));
    let wrong = hospital.lead.get(&format!("{path}?lang=fr")).await;
    assert_eq!(refused(&wrong), refusal(422, "invalid-input"));

    let assessment = format!("/api/v1/assessments/{}", hospital.assessment);
    let gap = hospital.lead.get(&format!("{assessment}/gap.docx")).await;
    let text = part(&gap, "word/document.xml");
    for expected in ["现场核查 3 个账户为弱口令", "对象 SRV-01", "192.0.2.7"] {
        assert!(text.contains(expected), "{expected}");
    }
    let items = hospital.lead.get(&format!("{assessment}/items.xlsx")).await;
    let strings = part(&items, "xl/sharedStrings.xml");
    for expected in [PASSWORDS, "SRV-01", "不符合", "现场核查 3 个账户为弱口令"] {
        assert!(strings.contains(expected), "{expected}");
    }

    let liaison = hospital.test.user(Role::Liaison).await;
    assert_eq!(liaison.get(&path).await.status, 404);
    let missing = hospital.lead.get("/api/v1/plans/99/plan.docx").await;
    assert_eq!(refused(&missing), refusal(404, "not-found"));
}
