//! Detection through the application: matches become alerts, people answer them, and what was
//! wrong keeps quiet.

use serde_json::{Value, json};
use xinglin_app::{core::Role, logs::BodyKind};
use xinglin_testkit::{TestApp, TestUser};

/// Finds failed logins; of medium gravity.
const FAILED: &str = "title: 登录失败\ntitle_en: Failed login\nid: 7d3c2f64-0000-4000-8000-000000000001\nlevel: medium\ntags: [attack.credential-access, attack.t1110.001]\nrequirements: [8.1.4.4 f]\nfalsepositives: [口令过期]\nfalsepositives_en: [An expired password]\nlogsource: {product: linux, service: sshd}\ndetection:\n  failed: {event.outcome: failure}\n  condition: failed\n";
const FAILED_ID: &str = "7d3c2f64-0000-4000-8000-000000000001";

/// Five of them from one address within ten minutes, of which the single ones say nothing.
const GUESSING: &str = "title: 口令猜测\ntitle_en: Guessing\nid: 7d3c2f64-0000-4000-8000-000000000002\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [7d3c2f64-0000-4000-8000-000000000001]\n  group-by: [source.ip]\n  timespan: 10m\n  condition: {gte: 5}\n";

struct Hospital {
    test: TestApp,
    lead: TestUser,
    token: String,
}

impl Hospital {
    /// A hospital whose critical server of a system of level 3 sends logs, with an assessment.
    async fn new() -> Self {
        let test = TestApp::new().await;
        test.app.open_logs().await.unwrap();
        let lead = test.user(Role::SecurityLead).await;
        let system = json!({"code": "HIS", "name": "示例信息系统", "grade": {"s": 3, "a": 3}});
        let system = created(&lead, "systems", system).await["id"].clone();
        let asset = json!({"code": "HIS-DB", "name": "数据库服务器", "object_type": "server_os",
            "system_ids": [system], "importance": "critical"});
        let asset = created(&lead, "assets", asset).await["id"].clone();
        let assessment = json!({"system_id": system, "name": "自查"});
        created(&lead, "assessments", assessment).await;
        let wanted = json!({"name": "his-db", "source": "his-db"});
        let made = created(&lead, "logs/tokens", wanted).await;
        let token = made["token"].as_str().unwrap().to_owned();
        let hospital = Self { test, lead, token };
        hospital.send(&["hello".to_owned()]).await;
        let sources = hospital.lead.get("/api/v1/logs/sources").await.json();
        let path = format!("/api/v1/logs/sources/{}", sources[0]["id"]);
        let of = hospital
            .lead
            .json("PATCH", &path, &json!({"asset_id": asset}))
            .await;
        assert_eq!(of.status, 200, "{of:?}");
        hospital
    }

    async fn send(&self, lines: &[String]) {
        let body = lines.join("\n").into_bytes();
        let sent =
            self.test
                .app
                .receive_log_body(&self.token, "10.1.1.1", BodyKind::Lines, ("", body));
        sent.await.unwrap();
        self.test.app.detect().await.unwrap();
    }

    async fn rule(&self, text: &str) {
        created(&self.lead, "detection/rules", json!({"text": text})).await;
    }

    /// Alerts of the rule for failed logins; rules of content may find something, too.
    async fn own(&self, query: &str) -> Value {
        self.alerts(&format!("&rule={FAILED_ID}{query}")).await
    }

    async fn alerts(&self, query: &str) -> Value {
        let path = format!("/api/v1/alerts?sort=first_at{query}");
        let answer = self.lead.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

async fn created(user: &TestUser, what: &str, body: Value) -> Value {
    let answer = user.post(&format!("/api/v1/{what}"), body).await;
    assert!(answer.status.is_success(), "{what}: {answer:?}");
    answer.json()
}

/// A failed login of a minute of nine o'clock.
fn failed(minute: u32, user: &str, address: &str) -> String {
    format!(
        "<38>Nov 22 09:{minute:02}:00 his-db sshd[42]: Failed password for {user} from {address} port 4711 ssh2"
    )
}

#[tokio::test]
async fn matches_become_one_alert_that_people_answer() {
    let hospital = Hospital::new().await;
    let lead = &hospital.lead;
    hospital.rule(FAILED).await;
    hospital
        .send(&[
            failed(0, "amy", "10.9.8.7"),
            failed(1, "bob", "10.9.8.7"),
            failed(2, "root", "10.9.8.8"),
            "<38>Nov 22 09:02:00 his-db sshd[42]: Accepted password for amy from 10.9.8.9 port 4712 ssh2".to_owned(),
        ])
        .await;
    hospital.send(&[failed(3, "amy", "10.9.8.7")]).await;

    let list = hospital.own("").await;
    assert_eq!(list["total"], 2, "{list}");
    assert_eq!(list["by_state"]["new"], 2, "{list}");
    let alert = &list["items"][0];
    assert_eq!(alert["events"], 3, "{alert}");
    assert_eq!(alert["title"]["en"], "Failed login");
    assert_eq!(
        (&alert["level"], &alert["severity"]),
        (&json!("medium"), &json!("high"))
    );
    let reason = alert["severity_reasons"][0]["zh"].as_str().unwrap();
    assert!(
        reason.contains("数据库服务器") && reason.contains('3'),
        "{reason}"
    );
    assert_eq!(alert["asset"]["system_level"], 3, "{alert}");
    assert_eq!(alert["attack"], json!(["T1110.001"]));
    assert_eq!(alert["tactics"], json!(["TA0006"]));
    for entity in [
        json!({"kind": "address", "value": "10.9.8.7"}),
        json!({"kind": "user", "value": "bob"}),
        json!({"kind": "host", "value": "his-db"}),
    ] {
        assert!(
            alert["entities"].as_array().unwrap().contains(&entity),
            "{alert}"
        );
    }
    assert_eq!(alert["due_at"], "2026-11-22T10:00:00Z", "{alert}");

    // What it is made of, and why.
    let path = format!("/api/v1/alerts/{}", alert["id"]);
    let detail = lead.get(&path).await.json();
    assert_eq!(
        detail["events_kept"].as_array().unwrap().len(),
        3,
        "{detail}"
    );
    let event = &detail["events_kept"][0];
    let expected = json!({"selection": "failed", "field": "event.outcome", "value": "failure"});
    assert_eq!(event["matched"][0], expected, "{event}");
    assert_eq!(event["fields"]["user.name"], "amy");
    assert_eq!(
        detail["false_positive_notes"][0]["en"],
        "An expired password"
    );
    assert_eq!(detail["condition"], "failed");
    assert_eq!(detail["timeline"][0]["kind"], "created");

    // Found by whom it is about, and by nobody else.
    assert_eq!(hospital.own("&entity=10.9.8.8").await["total"], 1);
    assert_eq!(hospital.own("&q=BOB").await["total"], 1);
    assert_eq!(hospital.own("&q=nobody").await["total"], 0);
    assert_eq!(hospital.own("&assigned_to=none").await["total"], 2);
    let histogram = lead
        .get("/api/v1/alerts/histogram?rule=7d3c2f64-0000-4000-8000-000000000001&from=2026-11-22T01:00:00Z&to=2026-11-22T03:00:00Z&buckets=2")
        .await;
    assert_eq!(histogram.json()["buckets"][0]["high"], 2, "{histogram:?}");

    // Answered.
    let ids = json!([alert["id"], list["items"][1]["id"], 999]);
    let triage = |body: Value| async { lead.post("/api/v1/alerts/triage", body).await };
    let seen = triage(json!({"ids": ids, "action": "acknowledge"}))
        .await
        .json();
    assert_eq!(seen, json!({"changed": 2, "skipped": 1}));
    let people = lead.get("/api/v1/alerts/assignees").await.json();
    let own = people["items"][0]["id"].clone();
    let given = triage(json!({"ids": [alert["id"]], "action": "assign", "assigned_to": own})).await;
    assert_eq!(given.json()["changed"], 1, "{given:?}");
    assert_eq!(hospital.own("&assigned_to=me").await["total"], 1);
    let unknown = json!({"ids": [alert["id"]], "action": "assign", "assigned_to": 1});
    assert_eq!(triage(unknown).await.json()["slug"], "unknown-reference");
    let without = json!({"ids": [alert["id"]], "action": "close", "reason": "已核实"});
    assert_eq!(triage(without).await.status, 422);
    let without = json!({"ids": [alert["id"]], "action": "close", "verdict": "benign"});
    assert_eq!(triage(without).await.json()["slug"], "reason-required");
    let raised = lead.post(&format!("{path}/finding"), json!({})).await;
    assert_eq!(raised.status, 201, "{raised:?}");
    assert_eq!(
        lead.post(&format!("{path}/finding"), json!({}))
            .await
            .status,
        409
    );
    let finding = lead
        .get(&format!("/api/v1/findings/{}", raised.json()["finding_id"]))
        .await
        .json();
    assert_eq!(
        (&finding["cause"], &finding["cause_id"]),
        (&json!("alert"), &alert["id"]),
        "{finding}"
    );
    assert_eq!(finding["severity"], "high", "{finding}");
    let close = json!({"ids": [alert["id"]], "action": "close", "verdict": "true_positive", "reason": "已核实"});
    assert_eq!(triage(close.clone()).await.json()["changed"], 1);
    assert_eq!(triage(close).await.json()["skipped"], 1);
    let said = lead
        .post(&format!("{path}/comments"), json!({"text": "已封堵来源"}))
        .await
        .json();
    assert_eq!(
        (&said["state"], &said["verdict"]),
        (&json!("closed"), &json!("true_positive"))
    );
    let kinds: Vec<&str> = said["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "created",
            "acknowledged",
            "assigned",
            "finding",
            "closed",
            "comment"
        ]
    );
    assert_eq!(said["comments"], 1);

    // What comes after it was closed is another alert, and is overdue when nobody answers.
    hospital.send(&[failed(4, "amy", "10.9.8.7")]).await;
    assert_eq!(hospital.own("&entity=10.9.8.7").await["total"], 2);
    hospital.test.clock.advance(9 * 3_600);
    let lead = hospital
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    let late = lead
        .get(&format!("/api/v1/alerts?overdue=true&rule={FAILED_ID}"))
        .await
        .json();
    assert_eq!(
        (&late["total"], &late["overdue"]),
        (&json!(2), &json!(2)),
        "{late}"
    );
    let rule = lead
        .get(&format!("/api/v1/detection/rules/{FAILED_ID}"))
        .await
        .json();
    assert_eq!(
        (&rule["hits_month"], &rule["precision"]),
        (&json!(5), &json!(1.0)),
        "{rule}"
    );
    let auditor = hospital.test.administrator(Role::AuditAdmin).await;
    let ledger = auditor
        .get("/api/v1/ledger?limit=50")
        .await
        .json()
        .to_string();
    for action in [
        "alert.raise",
        "alert.triage",
        "alert.assign",
        "alert.comment",
        "detection-rule.create",
    ] {
        assert!(ledger.contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_false_positive_keeps_quiet_until_its_exception_ends() {
    let hospital = Hospital::new().await;
    let lead = &hospital.lead;
    hospital.rule(FAILED).await;
    hospital
        .send(&[
            failed(0, "backup", "10.9.8.7"),
            failed(1, "amy", "10.9.8.8"),
        ])
        .await;
    let list = hospital.alerts("").await;
    let path = format!("/api/v1/alerts/{}/exceptions", list["items"][0]["id"]);
    let wanted = |value: &str, until: &str| {
        json!({"conditions": [{"field": "user.name", "value": value}], "reason": "备份口令过期",
            "until": until, "close_matching": true})
    };
    for (value, until) in [
        ("backup", "2027-12-01"),
        ("backup", "2026-11-01"),
        ("*", "2026-12-01"),
    ] {
        let refused = lead.post(&path, wanted(value, until)).await;
        assert_eq!(refused.status, 422, "{value} {until}: {refused:?}");
    }
    let made = lead.post(&path, wanted("backup", "2026-12-01")).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["days_left"], 9, "{made:?}");
    assert_eq!(
        hospital.alerts("&state=closed").await["items"][0]["verdict"],
        "false_positive"
    );
    hospital
        .send(&[
            failed(2, "backup", "10.9.8.7"),
            failed(3, "backup", "10.9.8.9"),
            failed(4, "amy", "10.9.8.8"),
        ])
        .await;
    assert_eq!(hospital.alerts("&state=new").await["total"], 1);
    let exceptions = lead.get("/api/v1/detection/exceptions").await.json();
    assert_eq!(exceptions[0]["quieted"], 2, "{exceptions}");
    let detail = lead
        .get(&format!("/api/v1/alerts/{}", list["items"][0]["id"]))
        .await
        .json();
    assert_eq!(detail["suppressed_by"], exceptions[0]["id"], "{detail}");

    // It ends by itself, and a person ends one before its time.
    hospital.test.clock.advance(10 * 86_400);
    assert_eq!(hospital.test.app.reconcile_detection().await.unwrap(), 1);
    let lead = hospital
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    let made = lead.post(&path, wanted("amy", "2026-12-20")).await.json();
    let own = format!("/api/v1/detection/exceptions/{}", made["id"]);
    let ended = lead
        .delete_with(&own, json!({"reason": "口令已更换"}))
        .await;
    assert_eq!(ended.status, 200, "{ended:?}");
    assert_eq!(
        lead.delete_with(&own, json!({"reason": "口令已更换"}))
            .await
            .status,
        409
    );
    hospital.send(&["<38>Dec  2 09:00:00 his-db sshd[42]: Failed password for backup from 10.9.8.7 port 1 ssh2".to_owned()]).await;
    let open = lead.get("/api/v1/alerts?state=new").await.json();
    assert_eq!(open["total"], 1, "{open}");
}

#[tokio::test]
async fn what_correlations_wait_for_survives_a_restart() {
    let mut hospital = Hospital::new().await;
    hospital.rule(FAILED).await;
    hospital.rule(GUESSING).await;
    let part = |minutes: std::ops::Range<u32>| -> Vec<String> {
        minutes
            .map(|minute| failed(minute, "amy", "10.9.8.7"))
            .collect()
    };
    hospital.send(&part(51..54)).await;
    assert_eq!(hospital.alerts("").await["total"], 0);
    hospital.test.reopen().await;
    // Whoever is signed in holds the application of before.
    hospital.lead = hospital.test.nobody();
    hospital.test.app.open_logs().await.unwrap();
    hospital.lead = hospital
        .test
        .sign_in("u-security-lead", "Kapok-7-Lantern")
        .await;
    hospital.send(&part(54..55)).await;
    assert_eq!(hospital.alerts("").await["total"], 0);
    hospital.send(&part(55..56)).await;
    let list = hospital.alerts("").await;
    assert_eq!(list["total"], 1, "{list}");
    let alert = &list["items"][0];
    assert_eq!(
        (&alert["kind"], &alert["events"]),
        (&json!("correlation"), &json!(5)),
        "{alert}"
    );
    let detail = hospital
        .lead
        .get(&format!("/api/v1/alerts/{}", alert["id"]))
        .await
        .json();
    assert_eq!(detail["events_kept"].as_array().unwrap().len(), 5);
    assert_eq!(
        detail["events_kept"][4]["matched"][0]["selection"],
        "failed"
    );
    // A rule that is switched off speaks no more, and one that needs another keeps it.
    let switch = format!("/api/v1/detection/rules/{FAILED_ID}/disable");
    let off = hospital
        .lead
        .post(&switch, json!({"reason": "只看关联"}))
        .await;
    assert_eq!(off.json()["enabled"], false, "{off:?}");
    assert_eq!(
        hospital
            .lead
            .post(&switch, json!({"reason": "只看关联"}))
            .await
            .status,
        409
    );
    let others: Vec<String> = (51..56)
        .map(|minute| failed(minute, "bob", "10.9.8.8"))
        .collect();
    hospital.send(&others).await;
    assert_eq!(hospital.alerts("&entity=10.9.8.8").await["total"], 1);
}

#[tokio::test]
async fn rules_are_tried_taken_in_and_refused_with_line_and_reason() {
    let hospital = Hospital::new().await;
    let lead = &hospital.lead;
    hospital
        .send(&[failed(0, "amy", "10.9.8.7"), failed(1, "amy", "10.9.8.7")])
        .await;
    let rules = "/api/v1/detection/rules";
    let tried = |text: &str, hours: i64| {
        let body = json!({"text": text, "hours": hours});
        async move { lead.post("/api/v1/detection/rules/test", body).await.json() }
    };
    let trial = tried(FAILED, 24).await;
    assert_eq!(
        (&trial["matched"], &trial["problems"]),
        (&json!(2), &json!([])),
        "{trial}"
    );
    assert_eq!(
        trial["examples"][0]["matched"][0]["value"], "failure",
        "{trial}"
    );
    assert_eq!(
        hospital.alerts("").await["total"],
        0,
        "a trial makes no alert"
    );
    let broken = FAILED.replace("condition: failed", "condition: missing");
    let trial = tried(&broken, 0).await;
    assert!(
        trial["problems"][0]["why"]
            .as_str()
            .unwrap()
            .contains("missing"),
        "{trial}"
    );
    assert!(
        trial["problems"][0]["line"].as_u64().unwrap() > 1,
        "{trial}"
    );
    for wrong in [
        broken.as_str(),
        "title: a\n",
        &FAILED.replace("id: 7d3c2f64", "status: test # "),
        &format!("{FAILED}---\n{GUESSING}"),
    ] {
        let refused = lead.post(rules, json!({"text": wrong})).await;
        assert_eq!(refused.status, 422, "{wrong}: {refused:?}");
    }
    hospital.rule(FAILED).await;
    assert_eq!(
        lead.post(rules, json!({"text": FAILED})).await.json()["slug"],
        "code-taken"
    );
    let own = format!("{rules}/{FAILED_ID}");
    let graver = FAILED.replace("level: medium", "level: critical");
    let changed = lead
        .put(&own, json!({"text": graver, "reason": "本院更严"}))
        .await;
    assert_eq!(changed.json()["level"], "critical", "{changed:?}");
    assert_eq!(changed.json()["origin"], "hospital");
    let coverage = lead.get("/api/v1/detection/coverage").await.json();
    let access = coverage["tactics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "TA0006")
        .unwrap();
    let guessing = access["techniques"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "T1110")
        .unwrap();
    assert!(guessing["rules"].as_u64().unwrap() >= 1, "{access}");
    let status = lead.get("/api/v1/detection/status").await.json();
    assert_eq!(
        (&status["running"], &status["behind_events"]),
        (&json!(false), &json!(0)),
        "{status}"
    );
    let gone = lead.delete_with(&own, json!({"reason": "不再需要"})).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    assert_eq!(lead.get(&own).await.status, 404);
}

#[tokio::test]
async fn indicators_are_seen_on_the_stream_and_looking_back() {
    let hospital = Hospital::new().await;
    let lead = &hospital.lead;
    hospital
        .send(&[
            failed(0, "amy", "203.0.113.9"),
            failed(1, "amy", "10.9.8.7"),
        ])
        .await;
    let list = "# 演练\n203.0.113.9,演练地址\nbad.example\nnonsense\n";
    let form = [("name", "演练清单"), ("expires_on", "2026-12-31")];
    let taken = lead
        .upload_form(
            "/api/v1/indicators/lists",
            &form,
            &[("file", "list.csv", list.as_bytes())],
        )
        .await;
    assert_eq!(taken.status, 201, "{taken:?}");
    let taken = taken.json();
    assert_eq!(
        (&taken["kept"], &taken["rejected"][0]["line"]),
        (&json!(2), &json!(4)),
        "{taken}"
    );
    hospital.send(&[failed(2, "amy", "203.0.113.9")]).await;
    let alerts = hospital.alerts("").await;
    assert_eq!(
        (&alerts["total"], &alerts["items"][0]["kind"]),
        (&json!(1), &json!("indicator")),
        "{alerts}"
    );
    let page = lead.get("/api/v1/indicators?kind=address").await.json();
    assert_eq!(
        (&page["total"], &page["items"][0]["hits"]),
        (&json!(1), &json!(1)),
        "{page}"
    );

    // Back in time: what came before is found, too, once.
    hospital.rule(FAILED).await;
    let wanted = json!({"rules": [FAILED_ID], "indicators": true, "from": "2026-11-22T00:30:00Z", "to": "2026-11-22T04:00:00Z"});
    for expected in [3, 3] {
        let job = lead
            .post("/api/v1/detection/look-back", wanted.clone())
            .await;
        assert_eq!(job.status, 202, "{job:?}");
        let path = format!("/api/v1/jobs/{}", job.json()["id"]);
        let mut state = json!("running");
        for _ in 0..200 {
            let job = lead.get(&path).await.json();
            state = job["state"].clone();
            if state != "running" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(state, "done");
        let found = hospital.alerts("").await;
        assert_eq!(found["total"], expected, "{found}");
    }
    assert_eq!(
        hospital.alerts("&q=failed").await["items"][0]["look_back"],
        true
    );
    let own = format!("/api/v1/indicators/lists/{}", taken["list"]["id"]);
    assert_eq!(
        lead.delete_with(&own, json!({"reason": "演练结束"}))
            .await
            .status,
        204
    );
    hospital.send(&[failed(9, "amy", "203.0.113.9")]).await;
    let page = lead.get("/api/v1/indicators").await.json();
    assert_eq!(page["total"], 0, "{page}");
}
