//! Set-up, sign-in, the two-step rule, lock-out and session limits.

use serde_json::json;
use xinglin_app::core::Role;
use xinglin_testkit::TestApp;

#[tokio::test]
async fn the_wizard_runs_once_and_wants_three_separate_administrators() {
    let test = TestApp::bare().await;
    assert_eq!(
        test.nobody().get("/api/v1/setup").await.json()["needed"],
        true
    );
    let one = |role: &str, name: &str| json!({"role": role, "username": name, "display_name": name, "password": "Kapok-7-Lantern"});
    let twice = json!({"organisation": {"name": "示例医院"}, "administrators": [
        one("system_admin", "first"), one("system_admin", "second"), one("audit_admin", "third")]});
    let refused = test.nobody().post("/api/v1/setup", twice).await;
    assert_eq!(refused.slug(), "roles-not-separated");
    let weak = json!({"organisation": {"name": "示例医院"}, "administrators": [
        {"role": "system_admin", "username": "first", "display_name": "x", "password": "123456"},
        one("security_admin", "second"), one("audit_admin", "third")]});
    assert_eq!(
        test.nobody().post("/api/v1/setup", weak).await.slug(),
        "password-too-weak"
    );
    let good = json!({"organisation": {"name": "示例医院"}, "administrators": [
        one("system_admin", "first"), one("security_admin", "second"), one("audit_admin", "third")]});
    assert_eq!(
        test.nobody()
            .post("/api/v1/setup", good.clone())
            .await
            .status,
        204
    );
    assert_eq!(
        test.nobody().post("/api/v1/setup", good).await.slug(),
        "set-up-done"
    );
}

#[tokio::test]
async fn an_account_is_created_by_one_and_authorised_by_another() {
    let test = TestApp::new().await;
    let system = test.administrator(Role::SystemAdmin).await;
    let security = test.administrator(Role::SecurityAdmin).await;
    let form =
        json!({"username": "li.ming", "display_name": "示例甲", "password": "Bamboo-3-Window"});
    assert_eq!(
        security.post("/api/v1/accounts", form.clone()).await.slug(),
        "forbidden"
    );
    let account = system.post("/api/v1/accounts", form).await.json();
    assert_eq!(account["state"], "inactive");
    let sign_in = json!({"username": "li.ming", "password": "Bamboo-3-Window"});
    assert_eq!(
        test.nobody()
            .post("/api/v1/session", sign_in.clone())
            .await
            .slug(),
        "account-inactive"
    );
    let roles = format!("/api/v1/accounts/{}/roles", account["id"]);
    let grant = json!({"roles": ["engineer"], "reason": "入职"});
    assert_eq!(system.put(&roles, grant.clone()).await.slug(), "forbidden");
    let mixed = json!({"roles": ["engineer", "audit_admin"], "reason": "试"});
    assert_eq!(security.put(&roles, mixed).await.slug(), "reason-required");
    let mixed = json!({"roles": ["engineer", "audit_admin"], "reason": "试试"});
    assert_eq!(
        security.put(&roles, mixed).await.slug(),
        "roles-not-separated"
    );
    assert_eq!(security.put(&roles, grant).await.json()["state"], "active");
    assert_eq!(
        test.nobody().post("/api/v1/session", sign_in).await.status,
        200
    );
    let user = test.sign_in("li.ming", "Bamboo-3-Window").await;
    assert_eq!(
        user.get("/api/v1/departments").await.slug(),
        "password-change-required"
    );
}

#[tokio::test]
async fn nobody_authorises_himself_and_no_administrator_sees_anothers_part() {
    let test = TestApp::new().await;
    let security = test.administrator(Role::SecurityAdmin).await;
    let accounts = security.get("/api/v1/accounts").await.json();
    let own = accounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["username"] == "secadmin")
        .unwrap()["id"]
        .clone();
    let answer = security
        .put(
            &format!("/api/v1/accounts/{own}/roles"),
            json!({"roles": ["system_admin"], "reason": "更多权力"}),
        )
        .await;
    assert_eq!(answer.slug(), "own-account");
    assert_eq!(security.get("/api/v1/ledger").await.status, 404);
    let audit = test.administrator(Role::AuditAdmin).await;
    assert_eq!(audit.get("/api/v1/accounts").await.status, 404);
    assert_eq!(
        audit.post("/api/v1/ledger/verify", json!({})).await.json()["ok"],
        true
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_until_it_is_unlocked() {
    let test = TestApp::new().await;
    let wrong = json!({"username": "auditadmin", "password": "wrong"});
    for _ in 0..4 {
        assert_eq!(
            test.nobody()
                .post("/api/v1/session", wrong.clone())
                .await
                .slug(),
            "sign-in-failed"
        );
    }
    assert_eq!(
        test.nobody().post("/api/v1/session", wrong).await.slug(),
        "account-locked"
    );
    let right = json!({"username": "auditadmin", "password": "Kapok-7-Lantern"});
    assert_eq!(
        test.nobody()
            .post("/api/v1/session", right.clone())
            .await
            .status,
        429
    );
    test.clock.advance(30 * 60 + 1);
    assert_eq!(
        test.nobody().post("/api/v1/session", right).await.status,
        200
    );
}

#[tokio::test]
async fn a_sign_in_undoes_nothing_that_an_administrator_does_meanwhile() {
    let test = TestApp::new().await;
    test.user(Role::Engineer).await;
    let system = test.administrator(Role::SystemAdmin).await;
    let account = async |username: &str| {
        let accounts = system.get("/api/v1/accounts").await.json();
        let mut accounts = accounts["items"].as_array().unwrap().iter();
        accounts
            .find(|account| account["username"] == username)
            .unwrap()
            .clone()
    };
    let engineer = account("u-engineer").await;
    let disable = format!("/api/v1/accounts/{}/disable", engineer["id"]);
    let nobody = test.nobody();
    let sign_in = json!({"username": "u-engineer", "password": "Kapok-7-Lantern"});
    // The password is checked while the account is switched off.
    let (signed_in, disabled) = tokio::join!(
        nobody.post("/api/v1/session", sign_in),
        system.post(&disable, json!({"reason": "离岗停用"})),
    );
    assert_eq!(disabled.status, 200, "{disabled:?}");
    assert_eq!(account("u-engineer").await["state"], "disabled");
    let came_first = signed_in.status == 200;
    assert!(came_first || signed_in.slug() == "account-inactive");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let test = TestApp::new().await;
    let here = test.user(Role::Engineer).await;
    let there = test.sign_in("u-engineer", "Kapok-7-Lantern").await;
    let change = json!({"current": "Kapok-7-Lantern", "next": "Maple-4-Harbour"});
    let changed = here.post("/api/v1/session/password", change).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    assert_eq!(here.get("/api/v1/session").await.status, 200);
    assert_eq!(there.get("/api/v1/session").await.slug(), "not-signed-in");
}

#[tokio::test]
async fn somebody_who_can_grant_roles_is_always_left() {
    let test = TestApp::new().await;
    let system = test.administrator(Role::SystemAdmin).await;
    let security = test.administrator(Role::SecurityAdmin).await;
    let form =
        json!({"username": "second", "display_name": "示例乙", "password": "Bamboo-3-Window"});
    let second = system.post("/api/v1/accounts", form).await.json()["id"].clone();
    let first = system.get("/api/v1/accounts").await.json();
    let mut accounts = first["items"].as_array().unwrap().iter();
    let first = accounts.find(|a| a["username"] == "secadmin").unwrap()["id"].clone();
    let disable = async |id: &serde_json::Value| {
        let path = format!("/api/v1/accounts/{id}/disable");
        system.post(&path, json!({"reason": "离岗停用"})).await
    };
    let refused = disable(&first).await;
    assert_eq!(refused.slug(), "state-conflict");
    assert_eq!(refused.json()["fields"][0]["field"], "roles");
    let grant = json!({"roles": ["security_admin"], "reason": "接任"});
    let roles = format!("/api/v1/accounts/{second}/roles");
    assert_eq!(security.put(&roles, grant).await.status, 200);
    assert_eq!(disable(&first).await.status, 200);
    assert_eq!(disable(&second).await.slug(), "state-conflict");
}

#[tokio::test]
async fn sessions_end_by_idleness_and_by_age() {
    let test = TestApp::new().await;
    let user = test.administrator(Role::AuditAdmin).await;
    assert_eq!(user.get("/api/v1/session").await.status, 200);
    test.clock.advance(30 * 60 + 1);
    assert_eq!(user.get("/api/v1/session").await.slug(), "not-signed-in");
    let user = test.administrator(Role::AuditAdmin).await;
    for _ in 0..21 {
        test.clock.advance(29 * 60);
        user.get("/api/v1/session").await;
    }
    assert_eq!(user.get("/api/v1/session").await.slug(), "not-signed-in");
}

#[tokio::test]
async fn a_change_without_the_sessions_token_is_refused() {
    let test = TestApp::new().await;
    let user = test.administrator(Role::AuditAdmin).await;
    let answer = user
        .without_csrf()
        .post("/api/v1/ledger/verify", json!({}))
        .await;
    assert_eq!(answer.slug(), "csrf-missing");
    assert_eq!(user.delete("/api/v1/session").await.status, 204);
    assert_eq!(user.get("/api/v1/session").await.status, 401);
}
