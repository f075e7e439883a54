//! What checks of Linux hosts have: severities of all kinds, and mostly a remedy as code.

use xinglin_inspect::{Family, Severity};

use crate::content::shipped_checks;

#[test]
fn checks_are_many_and_their_remedies_are_code() {
    let set = shipped_checks();
    let checks: Vec<_> = set.checks_of(Family::Linux).collect();
    assert!(checks.len() >= 170, "{}", checks.len());
    for check in &checks {
        for code in [&check.fix.shell, &check.fix.ansible].into_iter().flatten() {
            assert!(!code.contains("{policy"), "{}", check.id);
        }
    }
    for severity in [Severity::Low, Severity::Medium, Severity::High] {
        assert!(
            checks.iter().any(|check| check.severity == severity),
            "{severity:?}"
        );
    }
    let both = checks
        .iter()
        .filter(|check| check.fix.shell.is_some() && check.fix.ansible.is_some());
    assert!(both.count() >= 95);
}

/// A play that cannot be read would be found on the day it is needed.
#[test]
fn tasks_are_lists_of_named_tasks() {
    for check in shipped_checks().checks_of(Family::Linux) {
        let Some(tasks) = &check.fix.ansible else {
            continue;
        };
        let read: Vec<serde_json::Value> =
            serde_saphyr::from_str(tasks).unwrap_or_else(|error| panic!("{}: {error}", check.id));
        for task in &read {
            assert!(task["name"].is_string(), "{}", check.id);
            let module = task
                .as_object()
                .unwrap()
                .keys()
                .any(|key| key.starts_with("ansible.builtin."));
            assert!(module, "{}: {task}", check.id);
        }
    }
}
