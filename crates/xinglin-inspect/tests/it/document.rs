//! The document of an inspection: its form, reading it back, and judging it again.

use xinglin_core::{Clock, SystemClock, Timestamp};
use xinglin_inspect::{Inspection, InspectionError, LiveHost, RecordedHost, Status, inspect};

use crate::content::shipped_checks;

fn recorded() -> RecordedHost {
    RecordedHost::from_yaml(
        "recorded_at: 2026-11-22T08:00:00Z\n\
         files:\n  /etc/os-release: \"ID=debian\\nVERSION_ID=12\\n\"\n  /etc/passwd: \"root:x:0:0::/root:/bin/bash\\n\"\n\
         denied: [/etc/shadow]\n",
    )
    .unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

#[test]
fn the_document_has_the_fields_of_the_contract() {
    let inspection = inspect(&recorded(), &shipped_checks(), now());
    let json = serde_json::to_value(&inspection).unwrap();
    assert_eq!(json["format"], "xinglin.inspection/1");
    assert_eq!(json["collected_at"], "2026-11-22T08:00:00Z");
    assert_eq!(json["facts"]["format"], "xinglin.facts/1");
    assert_eq!(json["subject"]["kind"], "host");
    assert_eq!(json["subject"]["platform"], "debian");
    assert_eq!(json["subject"]["version"], "12");
    let shadow = serde_json::json!({"what": "/etc/shadow", "why": "permission denied"});
    assert!(json["unreadable"].as_array().unwrap().contains(&shadow));
    let results = json["results"].as_array().unwrap();
    assert!(results.len() >= 50);
    for result in results {
        for field in [
            "check",
            "title",
            "status",
            "requirements",
            "sufficient",
            "high_risk",
            "observed",
            "expected",
            "remedy",
        ] {
            assert!(result.get(field).is_some(), "{field} in {result}");
        }
        assert!(result["remedy"]["zh"].is_string() && result["remedy"]["en"].is_string());
    }
}

#[test]
fn workers_of_the_kernel_are_no_processes() {
    let host = RecordedHost::from_yaml(
        "recorded_at: 2026-11-22T08:00:00Z\nprocesses: [kworker/0:0-events, sshd, \"kworker/u4:2\"]\n",
    );
    let inspection = inspect(&host.unwrap(), &shipped_checks(), now());
    let json = serde_json::to_value(&inspection).unwrap();
    let expected = serde_json::json!(["sshd", "systemd"]);
    assert_eq!(json["facts"]["services"]["processes"], expected);
}

#[test]
fn a_document_is_read_back_and_judged_again_alike() {
    let set = shipped_checks();
    let inspection = inspect(&recorded(), &set, now());
    let text = serde_json::to_vec(&inspection).unwrap();
    let read = Inspection::from_json(&text).unwrap();
    assert_eq!(read, inspection);
    assert_eq!(read.judged_by(&set), inspection);
}

/// Documents of the first version must stay readable, whatever is added later.
#[test]
fn a_document_of_the_first_version_is_read() {
    let sample = include_bytes!("../formats/v1/inspection.json");
    let inspection = Inspection::from_json(sample).unwrap();
    assert_eq!(inspection.subject.name, "his-app01");
    assert_eq!(inspection.results.len(), 3);
    let judged = inspection.judged_by(&shipped_checks());
    let known = judged
        .results
        .iter()
        .filter(|result| result.status != Status::Unknown)
        .count();
    assert!(known >= 40, "{known}");
}

#[test]
fn another_format_is_refused_by_name() {
    let mut json = serde_json::to_value(inspect(&recorded(), &shipped_checks(), now())).unwrap();
    json["facts"]["format"] = "xinglin.facts/9".into();
    let read = |json: &serde_json::Value| Inspection::from_json(json.to_string().as_bytes());
    assert_eq!(
        read(&json),
        Err(InspectionError::WrongFacts {
            found: "xinglin.facts/9".to_owned()
        })
    );
    json["format"] = "xinglin.inspection/2".into();
    assert_eq!(
        read(&json),
        Err(InspectionError::WrongFormat {
            found: "xinglin.inspection/2".to_owned()
        })
    );
    assert!(matches!(
        Inspection::from_json(b"{"),
        Err(InspectionError::Malformed(_))
    ));
}

/// Runs as root and as an ordinary user alike: what only root may read is unknown to the other.
#[test]
fn the_live_machine_is_inspected() {
    let inspection = inspect(&LiveHost, &shipped_checks(), SystemClock.now());
    assert!(!inspection.subject.platform.is_empty());
    let known = inspection
        .results
        .iter()
        .filter(|result| result.status != Status::Unknown)
        .count();
    assert!(known >= 20, "{known} of {}", inspection.results.len());
    assert_eq!(inspection.facts["accounts"]["local"][0]["name"], "root");
    let secrets = &inspection.facts["accounts"]["secrets"];
    let noted = inspection
        .unreadable
        .iter()
        .any(|unreadable| unreadable.what == "/etc/shadow");
    assert!(
        !noted || secrets.is_null(),
        "what is unreadable is not known"
    );
    // No hash may leave the host, in any of the forms that crypt(5) has.
    let text = serde_json::to_string(&inspection).unwrap();
    for prefix in ["$1$", "$2b$", "$5$", "$6$", "$y$", "$sm3$"] {
        assert!(!text.contains(prefix), "{prefix}");
    }
}
