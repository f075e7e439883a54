//! Every operation of the API must be listed in `coverage.yaml` with what a stranger and an
//! under-privileged user get, and whether it seals a ledger entry.

use std::collections::BTreeMap;

use serde_json::Value;
use xinglin_app::core::Role;
use xinglin_testkit::{Answer, TestApp, TestUser};

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    /// Anybody may call it.
    #[serde(default)]
    open: bool,
    /// Any signed-in user may call it.
    #[serde(default)]
    own: bool,
    /// A role that may not call it.
    outsider: Option<Role>,
    /// A body that is well formed.
    body: Option<Value>,
    /// Takes a file instead of a body.
    #[serde(default)]
    upload: bool,
    /// Changes something without sealing an entry, with the reason.
    unsealed: Option<String>,
}

fn listed() -> BTreeMap<String, Operation> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/coverage.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// `(operation id, method, path with the parameters filled in)`.
fn operations() -> Vec<(String, String, String)> {
    let document = serde_json::to_value(xinglin_api::document()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let filled = path
            .replace(
                "{kind}",
                if path.contains("/remedies/") {
                    "shell"
                } else {
                    "assets"
                },
            )
            .replace("{name}", "mysql.sql")
            .replace("{requirement}", "L3-CES1-01")
            .replace("{asset_id}", "1")
            .replace(
                "{id}",
                if path.contains("/catalogue/") {
                    "L3-CES1-01"
                } else {
                    "1"
                },
            );
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            operations.push((id, method.to_uppercase(), filled.clone()));
        }
    }
    operations
}

async fn call(user: &TestUser, method: &str, path: &str, operation: &Operation) -> Answer {
    if operation.upload {
        return user.upload(path, "file.xlsx", b"nothing").await;
    }
    match (&operation.body, method) {
        (Some(body), _) => user.json(method, path, body).await,
        (None, "GET") => user.get(path).await,
        (None, "DELETE") => user.delete(path).await,
        (None, _) => user.json(method, path, &serde_json::json!({})).await,
    }
}

#[test]
fn every_operation_is_listed_and_nothing_else() {
    let listed: Vec<String> = listed().into_keys().collect();
    let mut served: Vec<String> = operations().into_iter().map(|(id, _, _)| id).collect();
    served.sort();
    assert_eq!(served, listed);
}

#[test]
fn what_changes_something_is_sealed_or_says_why_not() {
    let listed = listed();
    for (id, method, _) in operations() {
        let operation = &listed[&id];
        if method == "GET" {
            assert!(
                operation.unsealed.is_none(),
                "{id} reads and has nothing to seal"
            );
        }
    }
    // This number may only go down. What asks by POST changes nothing.
    let unsealed = listed.values().filter(|one| {
        let why = one.unsealed.as_deref();
        why.is_some_and(|why| why != "it only reads")
    });
    let unsealed = unsealed.count();
    assert!(
        unsealed <= 1,
        "{unsealed} operations change something without a ledger entry"
    );
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_outsiders_refused() {
    let test = TestApp::new().await;
    let listed = listed();
    // Administrators sign in last: creating the others signs them in too, and the oldest of
    // an account's sessions gives way.
    let mut roles: Vec<Role> = listed.values().filter_map(|one| one.outsider).collect();
    roles.sort_by_key(|role| (role.is_administrator(), *role));
    roles.dedup();
    let mut users: BTreeMap<Role, TestUser> = BTreeMap::new();
    for role in roles {
        users.insert(role, test.user(role).await);
    }
    for (id, method, path) in operations() {
        let operation = &listed[&id];
        if operation.open {
            continue;
        }
        let stranger = call(&test.nobody(), &method, &path, operation).await;
        assert_eq!(stranger.status, 401, "{id} to a stranger: {stranger:?}");
        if operation.own {
            continue;
        }
        let role = operation
            .outsider
            .unwrap_or_else(|| panic!("{id} names no outsider"));
        let refused = call(&users[&role], &method, &path, operation).await;
        let status = refused.status.as_u16();
        let expected = if method == "GET" { 404 } else { 403 };
        assert!(
            status == expected || status == 404,
            "{id} to {role:?}: {status} {}",
            String::from_utf8_lossy(&refused.bytes)
        );
    }
}
