//! Firewalls: rules with what is wrong with them, who reaches what, what a change changes.

use serde_json::{Value, json};
use xinglin_testkit::TestUser;

use crate::ward::{Ward, asset, id};

fn range(first: &str, last: &str) -> Value {
    json!({"first": first, "last": last})
}

fn rule(name: &str, action: &str, source: &Value, port: Option<u16>) -> Value {
    let (first, last) = port.map_or((0, 65_535), |port| (port, port));
    let protocols = if port.is_some() { [6, 6] } else { [0, 255] };
    json!({
        "name": name, "lines": [10, 12], "action": action, "from": ["office"], "to": ["servers"],
        "sources": [source], "destinations": [range("10.1.0.0", "10.1.0.255")],
        "services": [{"protocols": protocols, "source_ports": {"first": 0, "last": 65_535},
            "destination_ports": {"first": first, "last": last}}],
        "is_enabled": true, "expires_on": null, "schedule": null, "is_logged": true,
        "profiles": [], "hits": null,
    })
}

/// The inspection of a firewall with these rules.
fn document(at: &str, rules: &[Value]) -> Value {
    let set = json!({"name": "policy", "bound_to": ["global"], "default": "deny", "rules": rules});
    json!({
        "format": "xinglin.inspection/1",
        "subject": {"kind": "device", "name": "FW-1", "platform": "huawei_vrp", "version": "V500"},
        "collected_at": at,
        "facts": {"format": "xinglin.facts/1", "family": "network", "complete": true,
            "policies": [{"kind": "security_policy", "rule_set": set, "findings": [],
                "unresolved": [], "narrowed": []}]},
        "unreadable": [], "results": [],
    })
}

async fn take(lead: &TestUser, asset: i64, document: Value) -> i64 {
    let path = format!("/api/v1/assets/{asset}/inspections");
    id(&lead.post(&path, document).await)
}

#[tokio::test]
async fn a_firewall_answers_by_which_rule() {
    let ward = Ward::new().await;
    let lead = &ward.lead;
    let device = asset(lead, ward.system, "FW-01", "security_device", false).await;
    let clinic = range("10.2.0.0", "10.2.0.255");
    let block = rule(
        "no-guests",
        "deny",
        &range("10.2.0.200", "10.2.0.255"),
        None,
    );
    let oracle = rule("his", "permit", &clinic, Some(1521));
    let twice = rule("his-again", "permit", &clinic, Some(1521));
    let rules = vec![block.clone(), oracle.clone(), twice];
    let first = take(lead, device, document("2026-11-22T01:00:00Z", &rules)).await;

    let path = |id: i64, rest: &str| format!("/api/v1/inspections/{id}/{rest}");
    let listed = lead.get(&path(first, "policies")).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let listed = listed.json();
    let set = &listed["items"][0];
    assert_eq!(set["rules"][1]["services"], json!(["tcp/1521"]));
    assert_eq!(set["rules"][1]["sources"], json!(["10.2.0.0/24"]));
    let redundant = set["findings"].as_array().unwrap().iter();
    let mut redundant = redundant.filter(|one| one["problem"] == "redundant");
    assert!(
        redundant.any(|one| one["rule"]["name"] == "his" || one["rule"]["name"] == "his-again"),
        "{}",
        set["findings"]
    );

    let ask = json!({"from": "10.2.0.0/24", "to": "10.1.0.10", "service": "tcp/1521",
        "from_zone": "office", "to_zone": "servers"});
    let answer = lead.post(&path(first, "reach"), ask.clone()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = answer.json();
    assert_eq!(answer["verdict"], "partly");
    assert_eq!(answer["policies"], json!(["policy"]));
    let parts = answer["parts"].as_array().unwrap();
    assert_eq!(parts[0]["rule"]["name"], "his");
    assert_eq!(parts[1]["rule"]["name"], "no-guests");
    assert_eq!(
        parts[1]["packets"]["sources"],
        json!(["10.2.0.200-10.2.0.255"])
    );
    let who = json!({"to": "10.1.0.10", "service": "tcp/1521"});
    let who = lead.post(&path(first, "who-can-reach"), who).await.json();
    assert_eq!(who["parts"].as_array().unwrap().len(), 1);
    assert_eq!(
        who["parts"][0]["packets"]["from_zones"]["names"],
        json!(["office"])
    );
    for (field, value) in [
        ("from", "everywhere"),
        ("service", "tcp/99999"),
        ("policy", "x"),
    ] {
        let mut wrong = ask.clone();
        wrong[field] = json!(value);
        let refused = lead.post(&path(first, "reach"), wrong).await;
        assert_eq!(refused.slug(), "invalid-input", "{field}");
        assert_eq!(refused.json()["fields"][0]["field"], field);
    }

    let rules = vec![block, oracle, rule("ssh", "permit", &clinic, Some(22))];
    let second = take(lead, device, document("2026-11-22T01:30:00Z", &rules)).await;
    let compared = lead.get(&path(second, "policies/compare")).await;
    assert_eq!(compared.status, 200, "{compared:?}");
    let compared = compared.json();
    assert_eq!(compared["before"]["id"], first);
    let difference = &compared["sets"][0]["differences"][0];
    assert_eq!(difference["now"], "permit");
    assert_eq!(difference["after"]["rule"]["name"], "ssh");
    assert_eq!(difference["packets"]["services"], json!(["tcp/22"]));
    let none = lead.get(&path(first, "policies/compare")).await;
    assert_eq!(none.slug(), "not-found", "there is none before the first");
}
