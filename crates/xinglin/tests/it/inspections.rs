//! Inspections of every family: files and bundles, exceptions, drift, remedies.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_inspect::{Bundle, Tested, load_tests};
use xinglin_testkit::{Answer, TestApp, TestUser, content_dir};

use crate::ward::{Ward, asset};

/// The bundle of a recorded thing.
fn recorded(family: &str, name: &str) -> Bundle {
    let file = format!("{family}/tests/{name}.yaml");
    let text = std::fs::read_to_string(content_dir().join("checks").join(&file)).unwrap();
    let (tests, errors) = load_tests(&[(file, text)]);
    assert!(errors.is_empty(), "{errors:?}");
    match &tests.first().unwrap().tested {
        Tested::Bundle(bundle) => bundle.clone(),
        Tested::Host(_) => panic!("{name} is no bundle"),
    }
}

async fn upload(user: &TestUser, asset: i64, fields: &[(&str, &str)], bundle: &Bundle) -> Answer {
    let files: Vec<(&str, &str, &[u8])> = bundle
        .files
        .iter()
        .map(|(name, bytes)| ("files", name.as_str(), bytes.as_slice()))
        .collect();
    let path = format!("/api/v1/assets/{asset}/inspections/files");
    user.upload_form(&path, fields, &files).await
}

fn result<'a>(inspection: &'a Value, check: &str) -> &'a Value {
    let results = inspection["results"].as_array().unwrap();
    results.iter().find(|one| one["check"] == check).unwrap()
}

/// The first check that failed and is evidence for the item.
fn failed_for(inspection: &Value, requirement: &str) -> String {
    let results = inspection["results"].as_array().unwrap();
    let found = results.iter().find(|one| {
        one["status"] == "fail"
            && one["requirements"]
                .as_array()
                .unwrap()
                .contains(&json!(requirement))
    });
    found.unwrap()["check"].as_str().unwrap().to_owned()
}

struct Database {
    ward: Ward,
    id: i64,
}

impl Database {
    async fn new() -> Self {
        let ward = Ward::new().await;
        let id = asset(&ward.lead, ward.system, "DB-01", "database", false).await;
        Self { ward, id }
    }

    async fn take(&self, family: &str, name: &str, minutes: i64) -> Value {
        let bundle = recorded(family, name);
        let at = self.ward.test.app.now() - jiff::SignedDuration::from_mins(minutes);
        let fields = [("family", family), ("collected_at", &at.to_string())];
        let taken = upload(&self.ward.lead, self.id, &fields, &bundle).await;
        assert_eq!(taken.status, 201, "{}", taken.slug());
        taken.json()
    }

    async fn cell(&self, requirement: &str) -> Value {
        let path = self.ward.path(&format!("/cells/{requirement}/{}", self.id));
        self.ward.lead.get(&path).await.json()
    }
}

#[tokio::test]
async fn files_are_inspected_as_what_they_are() {
    let database = Database::new().await;
    let taken = database.take("redis", "redis-5.0-neglected", 0).await;
    assert_eq!(taken["family"], "redis");
    assert_eq!(taken["source"], "files");
    assert_eq!(taken["subject"]["kind"], "database");
    assert_eq!(taken["trust"], Value::Null);
    assert_eq!(taken["changes"], Value::Null, "there is none before it");
    assert!(taken["fail"].as_i64().unwrap() > 3, "{taken}");
    let failed = failed_for(&taken, "L3-CES1-01");
    let failed = result(&taken, &failed);
    assert!(failed["risk"]["zh"].as_str().is_some(), "{failed}");
    assert!(failed["fixes"].is_array() && failed["severity"].is_string());
    assert_eq!(failed["exception"], Value::Null);
    // Without a word from anybody it is told from the files.
    let bundle = recorded("mysql", "mysql-5.7-neglected");
    let guessed = upload(&database.ward.lead, database.id, &[], &bundle).await;
    assert_eq!(guessed.status, 201, "{}", guessed.slug());
    assert_eq!(guessed.json()["family"], "mysql");
    // Both count: one thing may be seen from several sides.
    let cell = database.cell("L3-CES1-01").await;
    let families: Vec<bool> = cell["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"] == "current")
        .collect();
    assert_eq!(families, [true, true], "{}", cell["evidence"]);
    let path = format!("/api/v1/inspections?asset_id={}&family=redis", database.id);
    let listed = database.ward.lead.get(&path).await.json();
    assert_eq!(listed["total"], 1);
    let wrong = database.ward.lead.get("/api/v1/inspections?family=abacus");
    assert_eq!(wrong.await.slug(), "invalid-input");
}

#[tokio::test]
async fn what_nobody_understands_takes_no_ones_place() {
    let database = Database::new().await;
    let lead = &database.ward.lead;
    let path = format!("/api/v1/assets/{}/inspections/files", database.id);
    let nonsense: [(&str, &str, &[u8]); 1] = [("files", "notes.txt", b"nothing of interest")];
    let refused = lead.upload_form(&path, &[], &nonsense).await;
    assert_eq!(refused.slug(), "invalid-input", "{refused:?}");
    assert_eq!(refused.json()["fields"][0]["field"], "family");
    let named = lead
        .upload_form(&path, &[("family", "mysql")], &nonsense)
        .await;
    assert_eq!(named.slug(), "unreadable-file", "{named:?}");
    let none = lead.upload_form(&path, &[("family", "mysql")], &[]).await;
    assert_eq!(none.slug(), "invalid-input");
    let upwards: [(&str, &str, &[u8]); 1] = [("files", "a/../../b", b"x")];
    let upwards = lead.upload_form(&path, &[], &upwards).await;
    assert_eq!(upwards.slug(), "invalid-input");
    let bundle = recorded("redis", "redis-5.0-neglected");
    let future = [
        ("family", "redis"),
        ("collected_at", "2026-11-23T02:00:00Z"),
    ];
    let future = upload(lead, database.id, &future, &bundle).await;
    assert_eq!(future.slug(), "invalid-input");
    let nowhere = upload(lead, 999, &[], &bundle).await;
    assert_eq!(nowhere.slug(), "not-found");
    let listed = lead.get("/api/v1/inspections").await.json();
    assert_eq!(listed["total"], 0);
}

#[tokio::test]
async fn a_bundle_says_whether_it_is_signed() {
    let database = Database::new().await;
    let lead = &database.ward.lead;
    let path = format!("/api/v1/assets/{}/inspections/files", database.id);
    let mut bundle = recorded("redis", "redis-5.0-neglected");
    bundle.collected_at = database.ward.test.app.now();
    let signed = bundle.to_zip("redis-1", Some(b"a key of our own")).unwrap();
    let unsigned = bundle.to_zip("redis-1", None).unwrap();
    let post = |fields: Vec<(&'static str, &'static str)>, bytes: Vec<u8>| {
        let path = path.clone();
        async move {
            let files: [(&str, &str, &[u8]); 1] = [("files", "redis.zip", &bytes)];
            lead.upload_form(&path, &fields, &files).await
        }
    };
    let taken = post(vec![("key", "a key of our own")], signed.clone()).await;
    assert_eq!(taken.status, 201, "{}", taken.slug());
    let taken = taken.json();
    assert_eq!(
        (&taken["source"], &taken["trust"], &taken["family"]),
        (&json!("bundle"), &json!("signed"), &json!("redis"))
    );
    let other = post(vec![("key", "another key")], signed.clone()).await;
    assert_eq!(other.slug(), "unreadable-file");
    assert_eq!(other.json()["fields"][0]["field"], "key");
    let none = post(vec![("key", "a key of our own")], unsigned.clone()).await;
    assert_eq!(none.slug(), "unreadable-file", "{none:?}");
    let taken = post(vec![("key", "")], unsigned.clone()).await.json();
    assert_eq!(taken["trust"], "unsigned");
    let mistaken = post(vec![("family", "mysql")], unsigned.clone()).await;
    assert_eq!(mistaken.slug(), "invalid-input");
    let mut cut = unsigned;
    cut.truncate(cut.len() / 2);
    assert_eq!(post(vec![], cut).await.slug(), "unreadable-file");
}

#[tokio::test]
async fn an_exception_takes_a_failure_out_and_never_makes_a_pass() {
    let mut database = Database::new().await;
    let taken = database.take("mysql", "mysql-5.7-neglected", 0).await;
    let requirement = "L3-CES1-02";
    let check = failed_for(&taken, requirement);
    let before = database.cell(requirement).await["proposal"].clone();
    let path = format!("/api/v1/assets/{}/exceptions", database.id);
    let form = json!({"check": check, "reason": "厂商下月升级后整改", "until": "2026-12-20"});
    let lead = database.ward.lead.clone();
    for (field, value, slug) in [
        ("until", "2027-12-20", "invalid-input"),
        ("until", "2026-11-01", "invalid-input"),
        ("check", "mysql.no-such-thing", "invalid-input"),
        ("reason", " ", "reason-required"),
    ] {
        let mut wrong = form.clone();
        wrong[field] = json!(value);
        assert_eq!(lead.post(&path, wrong).await.slug(), slug, "{field}");
    }
    let engineer = database.ward.test.user(Role::Engineer).await;
    assert_eq!(engineer.post(&path, form.clone()).await.slug(), "forbidden");
    let created = lead.post(&path, form.clone()).await;
    assert_eq!(created.status, 201, "{}", created.slug());
    let created = created.json();
    assert_eq!(created["days_left"], 28);
    assert!(created["title"]["zh"].is_string(), "{created}");
    assert_eq!(lead.post(&path, form).await.slug(), "state-conflict");

    let cell = database.cell(requirement).await;
    let reasons = cell["proposal"]["reasons"].to_string();
    assert!(
        cell["proposal"].is_null() || reasons.contains("厂商下月升级后整改"),
        "{cell}"
    );
    assert_ne!(cell["proposal"], before, "the failure is left out");
    assert_ne!(cell["proposal"]["verdict"], "compliant");
    let checks = cell["checks"].as_array().unwrap();
    let shown = checks.iter().find(|one| one["check"] == check).unwrap();
    assert_eq!(shown["status"], "fail", "it is shown as what it is");
    assert_eq!(shown["exception"]["until"], "2026-12-20");
    let all = lead.get("/api/v1/exceptions").await.json();
    assert_eq!(all["items"][0]["asset_name"], "DB-01");

    // Its last day still counts, the day after does not.
    database.ward.test.clock.advance(28 * 86_400);
    assert_eq!(
        database.ward.test.app.reconcile_exceptions().await.unwrap(),
        0
    );
    database.ward.test.clock.advance(86_400);
    assert_eq!(
        database.ward.test.app.reconcile_exceptions().await.unwrap(),
        1
    );
    assert_eq!(
        database.ward.test.app.reconcile_exceptions().await.unwrap(),
        0
    );
    database.ward.lead = database
        .ward
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    assert_eq!(database.cell(requirement).await["proposal"], before);
    let all = database.ward.lead.get("/api/v1/exceptions").await.json();
    assert_eq!(all["items"][0]["days_left"], Value::Null);
    assert!(all["items"][0]["ended_at"].is_string());
}

#[tokio::test]
async fn an_exception_can_be_ended() {
    let database = Database::new().await;
    let lead = &database.ward.lead;
    let taken = database.take("mysql", "mysql-5.7-neglected", 0).await;
    let check = failed_for(&taken, "L3-CES1-02");
    let before = database.cell("L3-CES1-02").await["proposal"].clone();
    let path = format!("/api/v1/assets/{}/exceptions", database.id);
    let form = json!({"check": check, "reason": "等待窗口", "until": "2026-12-20"});
    let created = lead.post(&path, form).await.json();
    let one = format!("/api/v1/exceptions/{}", created["id"]);
    let ended = lead.delete_with(&one, json!({"reason": "已整改"})).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    assert_eq!(ended.json()["ended_reason"], "已整改");
    assert_eq!(database.cell("L3-CES1-02").await["proposal"], before);
    let again = lead.delete_with(&one, json!({"reason": "已整改"})).await;
    assert_eq!(again.slug(), "state-conflict");
}

#[tokio::test]
async fn drift_says_what_changed_and_who_answers_for_it() {
    let database = Database::new().await;
    let lead = &database.ward.lead;
    let first = database.take("mysql", "mysql-5.7-neglected", 60).await;
    let path = |id: &Value| format!("/api/v1/inspections/{id}/drift");
    let alone = lead.get(&path(&first["id"])).await.json();
    assert_eq!(alone["before"], Value::Null);
    assert_eq!(alone["facts"], json!([]));
    let approval = format!("{}/approval", path(&first["id"]));
    let early = lead.post(&approval, json!({"reason": "计划内变更"})).await;
    assert_eq!(early.slug(), "state-conflict", "nothing changed");

    let second = database.take("mysql", "mysql-8.4-hardened", 30).await;
    let drift = lead.get(&path(&second["id"])).await;
    assert_eq!(drift.status, 200, "{drift:?}");
    let drift = drift.json();
    assert_eq!(drift["before"]["id"], first["id"]);
    let results = drift["results"].as_array().unwrap();
    assert!(results.iter().any(|one| one["effect"] == "better"));
    let facts: u64 = drift["areas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|area| area["changes"].as_u64().unwrap())
        .sum();
    assert_eq!(second["changes"], facts + results.len() as u64);
    let cells = drift["cells"].as_array().unwrap();
    assert!(
        cells.iter().any(|cell| cell["before"] == "noncompliant"
            && cell["assessment_id"] == database.ward.assessment["id"]),
        "{cells:?}"
    );

    let approval = format!("{}/approval", path(&second["id"]));
    let engineer = database.ward.test.user(Role::Engineer).await;
    let body = json!({"reason": "按变更单 42 升级"});
    assert_eq!(
        engineer.post(&approval, body.clone()).await.slug(),
        "forbidden"
    );
    let approved = lead.post(&approval, body.clone()).await;
    assert_eq!(approved.status, 201, "{}", approved.slug());
    let again = lead.post(&approval, body).await;
    assert_eq!(again.slug(), "state-conflict");
    let drift = lead.get(&path(&second["id"])).await.json();
    assert_eq!(drift["approval"]["by"], "security_lead");

    // One that comes in late becomes the one before of the next.
    let between = database.take("mysql", "mysql-8.4-hardened", 45).await;
    let listed = lead.get("/api/v1/inspections").await.json();
    let changes: Vec<(&Value, &Value)> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["id"], &one["changes"]))
        .collect();
    assert_eq!(changes[0], (&second["id"], &json!(0)));
    assert_eq!(changes[1].0, &between["id"]);
    let other = database.take("redis", "redis-5.0-neglected", 10).await;
    let across = format!("{}?with={}", path(&second["id"]), other["id"]);
    assert_eq!(lead.get(&across).await.slug(), "invalid-input");
}

#[tokio::test]
async fn remedies_are_files_to_read_first() {
    let database = Database::new().await;
    let lead = &database.ward.lead;
    let taken = database.take("mysql", "mysql-5.7-neglected", 0).await;
    let path = |kind: &str| format!("/api/v1/inspections/{}/remedies/{kind}", taken["id"]);
    let order = lead.get(&path("docx")).await;
    assert_eq!(order.status, 200, "{order:?}");
    assert!(order.bytes.starts_with(b"PK"), "a Word file");
    let disposition = order.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let sql = lead.get(&path("sql")).await;
    assert_eq!(sql.status, 200, "{sql:?}");
    let text = String::from_utf8(sql.bytes).unwrap();
    assert!(text.contains("mysql."), "{text}");
    let one = failed_for(&taken, "L3-CES1-02");
    let narrow = lead.get(&format!("{}?checks={one}", path("docx"))).await;
    assert!(narrow.bytes.len() < order.bytes.len());
    let other = taken["results"].as_array().unwrap();
    let other = other.iter().find(|one| one["status"] != "fail").unwrap();
    let check = other["check"].as_str().unwrap();
    let wrong = lead.get(&format!("{}?checks={check}", path("docx"))).await;
    assert_eq!(wrong.slug(), "invalid-input");
    assert_eq!(lead.get(&path("powershell")).await.slug(), "no-remedy");
    assert_eq!(lead.get(&path("abacus")).await.slug(), "not-found");
}

#[tokio::test]
async fn an_asset_that_was_excepted_or_keyed_is_not_deleted() {
    let test = TestApp::new().await;
    let lead = test.user(Role::SecurityLead).await;
    let form =
        json!({"code": "S", "name": "S", "object_type": "server_os", "importance": "ordinary"});
    let id = lead.post("/api/v1/assets", form).await.json()["id"].clone();
    let path = format!("/api/v1/assets/{id}/exceptions");
    let check = "linux.password-min-length";
    let form = json!({"check": check, "reason": "等待窗口", "until": "2026-12-20"});
    let created = lead.post(&path, form).await;
    assert_eq!(created.status, 201, "{}", created.slug());
    let refused = lead.delete(&format!("/api/v1/assets/{id}")).await;
    assert_eq!(refused.slug(), "still-referenced");
}
