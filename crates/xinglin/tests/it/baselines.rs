//! Baselines through the application: they learn, tell what is unusual with their figures, take
//! back what people accept, survive a restart, and learn from the past.

use serde_json::{Value, json};
use xinglin_app::{
    core::{Clock as _, Role},
    logs::BodyKind,
};
use xinglin_testkit::{TestApp, TestUser};

/// Service accounts from new hosts, as content has it.
const RULE: &str = "790ca032-ba6a-5a39-9b5a-d2252a69dc10";
const DAY: i64 = 86_400;

struct Hospital {
    test: TestApp,
    token: String,
}

impl Hospital {
    async fn new() -> Self {
        let test = TestApp::new().await;
        test.app.open_logs().await.unwrap();
        let lead = test.user(Role::SecurityLead).await;
        let wanted = json!({"name": "emr01", "source": "emr01"});
        let made = lead.post("/api/v1/logs/tokens", wanted).await;
        assert!(made.status.is_success(), "{made:?}");
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let hospital = Self { test, token };
        // What was there before the stream began is for looking back.
        hospital.test.app.detect().await.unwrap();
        hospital
    }

    /// Days pass, and sessions end.
    async fn lead(&self) -> TestUser {
        self.test
            .sign_in("u-security-lead", "Kapok-7-Lantern")
            .await
    }

    fn login(&self, address: &str) -> String {
        let zone = jiff::tz::offset(8).to_time_zone();
        let now = self.test.clock.now().to_zoned(zone);
        let at = now.strftime("%b %e %H:%M:%S");
        format!(
            "<38>{at} emr01 sshd[79]: Accepted password for oracle from {address} port 52114 ssh2"
        )
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

    /// The account logs in from its own host, once a day.
    async fn pass(&self, days: u32) {
        for _ in 0..days {
            self.send(&[self.login("10.0.1.21")]).await;
            self.test.clock.advance(DAY);
        }
    }

    async fn alerts(&self, lead: &TestUser) -> Value {
        let path = format!("/api/v1/alerts?sort=first_at&rule={RULE}");
        let answer = lead.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

#[tokio::test]
async fn what_is_unusual_is_told_with_figures_and_learned_when_accepted() {
    let mut hospital = Hospital::new().await;
    hospital.pass(10).await;
    // A restart forgets nothing.
    hospital.test.reopen().await;
    hospital.test.app.open_logs().await.unwrap();
    hospital.pass(10).await;
    let lead = hospital.lead().await;
    assert_eq!(hospital.alerts(&lead).await["total"], 0);
    let rule = lead
        .get(&format!("/api/v1/detection/rules/{RULE}"))
        .await
        .json();
    assert_eq!(rule["kind"], "baseline", "{rule}");
    assert_eq!(
        (&rule["learned"]["entities"], &rule["learned"]["known"]),
        (&json!(1), &json!(1)),
        "{rule}"
    );

    hospital.send(&[hospital.login("10.0.33.77")]).await;
    let list = hospital.alerts(&lead).await;
    assert_eq!(list["total"], 1, "{list}");
    let alert = &list["items"][0];
    assert_eq!(alert["kind"], "baseline", "{alert}");
    let path = format!("/api/v1/alerts/{}", alert["id"]);
    let detail = lead.get(&path).await.json();
    let learned = &detail["learned"];
    assert_eq!(
        (&learned["active_days"], &learned["value"]["value"]),
        (&json!(20), &json!("10.0.33.77")),
        "{detail}"
    );
    assert_eq!(
        learned["value"]["known"],
        json!([{"value": "10.0.1.21", "days": 20}])
    );
    assert!(
        learned["why"]["zh"]
            .as_str()
            .unwrap()
            .starts_with("第一次出现 10.0.33.77"),
        "{learned}"
    );

    let closed = lead
        .post(
            "/api/v1/alerts/triage",
            json!({"ids": [alert["id"]], "action": "close", "verdict": "benign", "reason": "新的应用服务器"}),
        )
        .await;
    assert_eq!(closed.status, 200, "{closed:?}");
    hospital.send(&[hospital.login("10.0.33.77")]).await;
    assert_eq!(hospital.alerts(&lead).await["total"], 1);
    let accepted = lead.get("/api/v1/detection/accepted").await.json();
    assert_eq!(
        (&accepted[0]["entity"], &accepted[0]["value"]),
        (&json!(["oracle"]), &json!("10.0.33.77")),
        "{accepted}"
    );
    let own = format!("/api/v1/detection/accepted/{}", accepted[0]["id"]);
    let withdrawn = lead.delete_with(&own, json!({"reason": "并未审批"})).await;
    assert_eq!(withdrawn.status, 204, "{withdrawn:?}");
    hospital.send(&[hospital.login("10.0.33.77")]).await;
    assert_eq!(hospital.alerts(&lead).await["total"], 2);
}

#[tokio::test]
async fn a_baseline_learns_from_logs_that_were_kept() {
    let hospital = Hospital::new().await;
    let lead = hospital.lead().await;
    let switch = format!("/api/v1/detection/rules/{RULE}/disable");
    let off = lead.post(&switch, json!({"reason": "先不用"})).await;
    assert_eq!(off.status, 200, "{off:?}");
    let begun = hospital.test.clock.now();
    hospital.pass(20).await;
    let lead = hospital.lead().await;
    let switch = format!("/api/v1/detection/rules/{RULE}/enable");
    let on = lead.post(&switch, json!({"reason": "启用"})).await;
    assert_eq!(on.status, 200, "{on:?}");
    hospital.send(&[hospital.login("10.0.33.77")]).await;
    assert_eq!(hospital.alerts(&lead).await["total"], 0);
    let wanted = json!({"rules": [RULE], "indicators": false,
        "from": begun.to_string(), "to": hospital.test.clock.now().to_string()});
    let job = lead.post("/api/v1/detection/look-back", wanted).await;
    assert_eq!(job.status, 202, "{job:?}");
    let path = format!("/api/v1/jobs/{}", job.json()["id"]);
    let mut state = json!("running");
    for _ in 0..200 {
        state = lead.get(&path).await.json()["state"].clone();
        if state != "running" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(state, "done");
    hospital.send(&[hospital.login("10.0.33.78")]).await;
    // Looking back may have found the first one; the stream knows those days as well.
    let list = hospital.alerts(&lead).await;
    let items = list["items"].as_array().unwrap();
    let live: Vec<&Value> = items
        .iter()
        .filter(|one| one["look_back"] == false)
        .collect();
    assert_eq!(live.len(), 1, "{list}");
}

#[tokio::test]
async fn ranges_of_countries_come_from_the_hospital() {
    let hospital = Hospital::new().await;
    let lead = hospital.lead().await;
    let none = lead.get("/api/v1/detection/countries").await.json();
    assert_eq!(none["list"], Value::Null);
    let list = "network,country\n203.0.113.0/24,CN\nnonsense\n";
    let form = [("name", "演示地址段")];
    let file = [("file", "ranges.csv", list.as_bytes())];
    let taken = lead
        .upload_form("/api/v1/detection/countries", &form, &file)
        .await;
    assert_eq!(taken.status, 201, "{taken:?}");
    let taken = taken.json();
    assert_eq!(
        (&taken["kept"], &taken["problems"][0]["line"]),
        (&json!(1), &json!(3)),
        "{taken}"
    );
    let known = lead.get("/api/v1/detection/countries").await.json();
    assert_eq!(known["list"]["ranges"], 1, "{known}");
    let gone = lead
        .delete_with("/api/v1/detection/countries", json!({"reason": "过期"}))
        .await;
    assert_eq!(gone.status, 204, "{gone:?}");
}
