//! The checks that ship, on the recorded hosts beside them; and mistakes in content.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use xinglin_inspect::{CheckSet, Family, Power, Status, checks, load_tests, run_tests};

/// `(path, text)` of every file of `content/checks`.
pub(crate) fn shipped_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/checks");
    let mut files = Vec::new();
    read(&folder, &mut files);
    files.sort();
    files
}

fn read(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, files);
        } else {
            files.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

pub(crate) fn shipped_checks() -> CheckSet {
    let (set, errors) = checks::load(&shipped_files());
    assert_eq!(errors, []);
    set
}

#[test]
fn every_recorded_host_gets_the_results_it_must() {
    let set = shipped_checks();
    let (tests, errors) = load_tests(&shipped_files());
    assert_eq!(errors, []);
    for test in &tests {
        let ids: BTreeSet<&str> = set
            .checks_of(test.family())
            .map(|check| check.id.as_str())
            .collect();
        let listed: BTreeSet<&str> = test.expect.keys().map(String::as_str).collect();
        let missing: Vec<&&str> = ids.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "{} says nothing of {missing:?}",
            test.file
        );
    }
    let wrong: Vec<String> = run_tests(&set, &tests)
        .iter()
        .filter(|outcome| !outcome.passed())
        .map(|outcome| {
            format!(
                "{}: {}: expected {:?}, found {:?} {}",
                outcome.file, outcome.check, outcome.expected, outcome.found, outcome.detail
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_has_a_host_that_passes_and_one_that_fails() {
    let set = shipped_checks();
    let (tests, _) = load_tests(&shipped_files());
    let mut seen: BTreeMap<&str, BTreeSet<Status>> = BTreeMap::new();
    for test in &tests {
        for (check, status) in &test.expect {
            seen.entry(check).or_default().insert(*status);
        }
    }
    for check in set.checks() {
        let seen = seen.get(check.id.as_str()).unwrap();
        assert!(
            seen.contains(&Status::Pass),
            "{} passes on no recorded host",
            check.id
        );
        assert!(
            seen.contains(&Status::Fail),
            "{} fails on no recorded host",
            check.id
        );
    }
}

#[test]
fn the_checks_are_many_and_complete() {
    let set = shipped_checks();
    assert!(set.checks().len() >= 650, "{}", set.checks().len());
    for check in set.checks() {
        let prefix = format!("{}.", check.family.word().replace('_', "-"));
        assert!(check.id.starts_with(&prefix), "{}", check.id);
        for text in [&check.title, &check.expected, &check.remedy, &check.risk] {
            assert!(!text.zh.is_empty() && !text.en.is_empty(), "{}", check.id);
            assert!(!text.zh.contains("{policy"), "{}", check.id);
        }
        for requirement in &check.requirements {
            assert_eq!(requirement.level().number(), 3, "{}", check.id);
        }
        for partner in &check.partners {
            assert!(
                set.checks().iter().any(|other| other.id == *partner),
                "{}",
                check.id
            );
        }
    }
    let sufficient = set
        .checks()
        .iter()
        .filter(|check| check.power == Power::Sufficient)
        .count();
    assert!(sufficient >= 5, "{sufficient}");
}

fn one(check: &str) -> Vec<(String, String)> {
    vec![(
        "checks/linux/a.yaml".to_owned(),
        format!("checks:\n{check}{GOOD}"),
    )]
}

const GOOD: &str = r"
  - id: linux.good
    title: {zh: 好, en: good}
    requirements: [L3-CES1-01]
    power: partial
    severity: low
    needs: [a.b]
    expect: facts.a.b == 1
    observed: facts.a.b
    expected: {zh: 一, en: one}
    remedy: {zh: 无, en: none}
    risk: {zh: 无影响, en: no effect}
";

fn bad(change: (&str, &str)) -> String {
    let text = GOOD
        .replace("linux.good", "linux.bad")
        .replace(change.0, change.1);
    assert_ne!(text, GOOD.replace("linux.good", "linux.bad"), "{change:?}");
    text
}

#[test]
fn a_bad_check_is_named_and_the_others_work() {
    let cases = [
        (("facts.a.b == 1", "facts.a.b == "), "expect"),
        (("observed: facts.a.b", "observed: facts.a.("), "observed"),
        (("[L3-CES1-01]", "[L3-XXX1-01]"), "requirement"),
        (("[L3-CES1-01]", "[]"), "at least one"),
        (
            ("en: one", "en: 'one {policy.missing}'"),
            "no parameter 'missing'",
        ),
        (
            (
                "power: partial",
                "power: partial\n    partners: [linux.absent]",
            ),
            "no check 'linux.absent'",
        ),
        (("facts.a.b == 1", "fact.a == 1"), "'facts'"),
        (
            ("facts.a.b == 1", "facts.a.b == 1 && polcy.a == 2"),
            "'polcy' is not known",
        ),
        (("facts.a.b == 1", "1 == 1"), "an expression over"),
        (("    severity: low\n", ""), "severity"),
        (("    risk: {zh: 无影响, en: no effect}\n", ""), "risk"),
        (("en: no effect", "en: ''"), "risk: expected words"),
        (
            ("linux.bad", "windows.bad"),
            "expected to begin with 'linux.'",
        ),
    ];
    for (change, problem) in cases {
        let (set, errors) = checks::load(&one(&bad(change)));
        assert_eq!(set.checks().len(), 1, "{change:?}");
        assert!(!errors.is_empty(), "{change:?}");
        let error = errors[0].to_string();
        assert!(error.starts_with("checks/linux/a.yaml: "), "{error}");
        assert!(
            error.contains("inux.bad: ") || error.contains("windows.bad: "),
            "{error}"
        );
        assert!(error.contains(problem), "{error}");
    }
    let (set, errors) = checks::load(&one(GOOD));
    assert_eq!(
        (set.checks().len(), errors.len()),
        (1, 1),
        "the second of two is reported"
    );
    let (set, errors) =
        checks::load(&[("linux/a.yaml".to_owned(), "checks: [{id: x}]".to_owned())]);
    assert_eq!((set.checks().len(), errors.len()), (0, 1));
    let (set, errors) = checks::load(&one("  - severe\n"));
    assert_eq!((set.checks().len(), errors.len()), (1, 1));
}

#[test]
fn a_fact_that_is_missing_or_of_another_form_is_unknown() {
    let (set, _) = checks::load(&[("linux/a.yaml".to_owned(), format!("checks:{GOOD}"))]);
    let cases = [
        (serde_json::json!({"a": {"b": 1}}), Status::Pass),
        (serde_json::json!({"a": {"b": 2}}), Status::Fail),
        (serde_json::json!({"a": {"b": null}}), Status::Unknown),
        (serde_json::json!({"a": {}}), Status::Unknown),
        (serde_json::json!({}), Status::Unknown),
        (serde_json::json!(null), Status::Unknown),
    ];
    for (facts, expected) in cases {
        let results = xinglin_inspect::evaluate(&set, Family::Linux, &facts);
        assert_eq!(results[0].status, expected, "{facts}");
        assert_eq!(results[0].missing.is_empty(), expected != Status::Unknown);
    }
}

#[test]
fn a_pass_suffices_only_with_its_partners() {
    let set = shipped_checks();
    let (tests, _) = load_tests(&shipped_files());
    let result = |host: &str, check: &str| {
        let test = tests.iter().find(|test| test.file.contains(host)).unwrap();
        let results = test.inspect(&set).results;
        results
            .into_iter()
            .find(|result| result.check == check)
            .unwrap()
    };
    assert!(result("debian-12-hardened", "linux.login-lockout").sufficient);
    let antivirus = result("openeuler-22.03-rectified", "linux.antivirus");
    assert_eq!(
        (antivirus.status, antivirus.sufficient),
        (Status::Pass, false),
        "its signatures are unknown"
    );
    let lockout = result("centos-7-neglected", "linux.login-lockout");
    assert!(!lockout.sufficient);
    let empty = result("centos-7-neglected", "linux.no-empty-password");
    assert_eq!(empty.high_risk, ["6.4.1.1"]);
    assert_eq!(empty.observed, "guest");
}
