//! A system under assessment, and what its people do with it.

use serde_json::{Value, json};
use xinglin_app::core::Role;
use xinglin_inspect::{Tested, checks, inspect, load_tests};
use xinglin_testkit::{Answer, TestApp, TestUser, content_dir};

pub(crate) const REQUIREMENT: &str = "L3-CES1-01";

/// A system with a server, an application and its management, under assessment.
pub(crate) struct Ward {
    pub(crate) test: TestApp,
    pub(crate) lead: TestUser,
    pub(crate) system: i64,
    pub(crate) server: i64,
    pub(crate) management: i64,
    pub(crate) assessment: Value,
    passwords_used: usize,
}

const PASSWORDS: [&str; 4] = [
    "Kapok-7-Lantern",
    "Maple-4-Harbour",
    "Cedar-9-Bridge",
    "Lotus-3-Garden",
];

impl Ward {
    pub(crate) async fn new() -> Self {
        let test = TestApp::new().await;
        let lead = test.user(Role::SecurityLead).await;
        let system = json!({"code": "HIS", "name": "医院信息系统", "grade": {"s": 3, "a": 3}});
        let system = id(&lead.post("/api/v1/systems", system).await);
        let server = asset(&lead, system, "SRV-01", "server_os", false).await;
        let management = asset(&lead, system, "MGT-01", "organisation", false).await;
        asset(&lead, system, "APP-01", "application", false).await;
        let form = json!({"system_id": system, "name": "2026 年自查"});
        let created = lead.post("/api/v1/assessments", form).await;
        assert_eq!(created.status, 201, "{created:?}");
        Self {
            assessment: created.json(),
            test,
            lead,
            system,
            server,
            management,
            passwords_used: 0,
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/assessments/{}{rest}", self.assessment["id"])
    }

    pub(crate) async fn cell(&self, requirement: &str, asset: i64) -> Value {
        let path = self.path(&format!("/cells/{requirement}/{asset}"));
        let answer = self.lead.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn inspect(&self, host: &str) -> Answer {
        let path = format!("/api/v1/assets/{}/inspections", self.server);
        self.lead.post(&path, document(&self.test, host)).await
    }

    pub(crate) async fn decide(&self, asset: i64, body: Value) -> Answer {
        let mut body = body;
        body["cells"] = json!([{"requirement": REQUIREMENT, "asset_id": asset}]);
        self.lead.put(&self.path("/verdicts"), body).await
    }

    pub(crate) async fn result(&self) -> Value {
        self.lead.get(&self.path("")).await.json()["result"].clone()
    }

    /// Signs in again: sessions end while the clock is moved.
    pub(crate) async fn after_days(&mut self, days: i64) {
        self.test.clock.advance(days * 86_400);
        let password = PASSWORDS[self.passwords_used];
        self.passwords_used += 1;
        self.lead = self.test.sign_in("u-security-lead", password).await;
        // After ninety days a password is due; changing it earlier does no harm.
        let change = json!({"current": password, "next": PASSWORDS[self.passwords_used]});
        let changed = self.lead.post("/api/v1/session/password", change).await;
        assert_eq!(changed.status, 204, "{changed:?}");
    }
}

pub(crate) fn id(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_i64().unwrap()
}

pub(crate) async fn asset(
    lead: &TestUser,
    system: i64,
    code: &str,
    kind: &str,
    local: bool,
) -> i64 {
    let form = json!({"code": code, "name": code, "object_type": kind, "system_ids": [system],
        "importance": "important", "local_host": local});
    id(&lead.post("/api/v1/assets", form).await)
}

/// The inspection of a recorded host, as `xinglin inspect host --json` writes it.
pub(crate) fn document(test: &TestApp, host: &str) -> Value {
    let path = content_dir()
        .join("checks/linux/tests")
        .join(format!("{host}.yaml"));
    let text = std::fs::read_to_string(path).unwrap();
    let (tests, errors) = load_tests(&[(format!("linux/tests/{host}.yaml"), text)]);
    assert!(errors.is_empty(), "{errors:?}");
    let Tested::Host(host) = &tests.first().unwrap().tested else {
        panic!("{host} is no host");
    };
    let (none, _) = checks::load(&[]);
    // Without any checks: the server judges the facts itself.
    json!(inspect(host.as_ref(), &none, test.app.now()))
}
