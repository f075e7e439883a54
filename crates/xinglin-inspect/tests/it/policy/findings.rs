//! Findings on written rule sets.

use jiff::civil::date;
use xinglin_inspect::policy::{
    Action, ExposedGroup, Limits, PolicyFinding, Problem, Rule, RuleSet, addresses, analyse,
    analyse_within, services,
};

use super::universe::TODAY;

/// A rule from one line: `permit SOURCE DESTINATION SERVICE`.
pub(crate) fn rule(line: &str) -> Rule {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [action, source, destination, service] = words.try_into().unwrap();
    Rule {
        name: line.to_owned(),
        lines: None,
        action: serde_json::from_value(action.into()).unwrap(),
        from: Vec::new(),
        to: Vec::new(),
        sources: addresses(source).unwrap(),
        destinations: addresses(destination).unwrap(),
        services: services(service).unwrap(),
        is_enabled: true,
        expires_on: None,
        schedule: None,
        is_logged: true,
        profiles: Vec::new(),
        is_narrowed: false,
        hits: None,
    }
}

pub(crate) fn rule_set(lines: &[&str]) -> RuleSet {
    RuleSet {
        name: "dc".to_owned(),
        bound_to: vec!["global".to_owned()],
        rules: lines.iter().map(|line| rule(line)).collect(),
        default: Action::Deny,
    }
}

fn word(problem: &Problem) -> String {
    let json = serde_json::to_value(problem).unwrap();
    json["kind"].as_str().unwrap().to_owned()
}

/// `rule:kind`, or `kind` of the whole.
fn said(findings: &[PolicyFinding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| match &finding.rule {
            Some(rule) => format!("{}:{}", rule.index, word(&finding.problem)),
            None => word(&finding.problem),
        })
        .collect()
}

#[test]
fn each_problem_is_found_and_nothing_else() {
    for (lines, expected) in RULES_AND_PROBLEMS {
        assert_eq!(
            said(&analyse(&rule_set(lines), TODAY)),
            *expected,
            "{lines:?}"
        );
    }
}

/// Rules, and what is said of them.
const RULES_AND_PROBLEMS: &[(&[&str], &[&str])] = &[
    (&[], &[]),
    (
        &["permit 10.1.0.0/24 10.2.0.1 tcp/443", "deny any any any"],
        &[],
    ),
    (
        &[
            "deny 10.0.0.0/8 10.2.0.1 any",
            "permit 10.1.0.0/24 10.2.0.1 tcp/443",
        ],
        &["0:redundant", "1:shadowed"],
    ),
    (
        &[
            "permit 10.0.0.0/24 10.2.0.1 tcp/443",
            "permit 10.0.0.8 10.2.0.1 tcp/443",
        ],
        &["1:redundant"],
    ),
    // Two halves together hide the whole, though neither does.
    (
        &[
            "permit 10.0.0.0/25 10.2.0.1 tcp/443",
            "permit 10.0.0.128/25 10.2.0.1 tcp/443",
            "deny 10.0.0.0/24 10.2.0.1 tcp/443",
        ],
        &["2:shadowed"],
    ),
    (
        &[
            "permit 10.0.0.0/24 10.2.0.1 tcp/400-450",
            "permit 10.0.0.0/24 10.2.0.1 tcp/451-500",
            "permit 10.0.0.7 10.2.0.1 tcp/430-470",
        ],
        &["2:redundant"],
    ),
    // The first could go because of the second; not both.
    (
        &[
            "permit 10.0.0.8 10.2.0.1 tcp/443",
            "permit 10.0.0.0/24 10.2.0.1 tcp/443",
        ],
        &["0:redundant"],
    ),
    // An exception before its rule is meant; a partial overlap is worth a look.
    (
        &[
            "deny 10.0.0.8 10.2.0.1 tcp/443",
            "permit 10.0.0.0/24 10.2.0.1 tcp/443",
        ],
        &[],
    ),
    (
        &[
            "deny 10.0.0.0/24 10.2.0.1 any",
            "permit 10.0.0.0/23 10.2.0.1 tcp/443",
        ],
        &["1:overlapping"],
    ),
    (
        &["permit any any any"],
        &["0:any_permit", "0:exposed", "0:exposed"],
    ),
    (
        &["permit 10.0.0.0/24 10.2.0.1 any"],
        &["0:any_service_permit"],
    ),
    (
        &["permit 10.0.0.0/24 10.2.0.1 tcp"],
        &["0:any_service_permit"],
    ),
    (
        &["permit 10.0.0.0/16 10.2.0.0/16 udp/5000-6000"],
        &["0:too_wide"],
    ),
    (
        &["permit 10.0.0.0/16 10.2.0.9 tcp/1521,tcp/22"],
        &["0:exposed", "0:exposed"],
    ),
];

#[test]
fn states_of_a_rule_are_found() {
    let mut set = rule_set(&[
        "permit 10.0.0.1 10.2.0.1 tcp/443",
        "permit 10.0.0.2 10.2.0.1 tcp/443",
        "permit 10.0.0.3 10.2.0.1 tcp/443",
        "permit 10.0.0.4 10.2.0.1 tcp/443",
        "permit 10.0.0.5 10.2.0.1 tcp/443",
    ]);
    set.bound_to.clear();
    set.default = Action::Permit;
    set.rules[0].is_enabled = false;
    set.rules[0].hits = Some(0);
    set.rules[1].expires_on = Some(date(2026, 11, 21));
    set.rules[2].hits = Some(0);
    set.rules[3].is_logged = false;
    set.rules[4].sources.clear();
    for rule in &mut set.rules[2..] {
        rule.action = Action::Deny;
    }
    set.rules[3].action = Action::Permit;
    let expected = [
        "unbound",
        "no_default_deny",
        "0:disabled",
        "1:expired",
        "2:unused",
        "3:redundant",
        "3:not_logged",
        "4:matches_nothing",
    ];
    assert_eq!(said(&analyse(&set, TODAY)), expected);
}

#[test]
fn a_port_that_an_earlier_rule_closes_is_not_exposed() {
    let set = rule_set(&[
        "deny any 10.2.0.9 tcp/1521",
        "permit 10.0.0.0/16 10.2.0.9 tcp/1433,tcp/1521",
    ]);
    let findings = analyse(&set, TODAY);
    let exposed: Vec<_> = findings
        .iter()
        .filter_map(|finding| match &finding.problem {
            Problem::Exposed {
                group,
                ports,
                sources,
                example,
            } => Some((*group, ports.clone(), *sources, example.destination_port)),
            _ => None,
        })
        .collect();
    assert_eq!(
        exposed,
        [(ExposedGroup::Database, vec![1433], 65_536, 1433)]
    );
}

#[test]
fn a_time_range_neither_hides_nor_replaces_what_acts_always() {
    let mut set = rule_set(&[
        "deny 10.0.0.0/24 10.2.0.1 tcp/443",
        "permit 10.0.0.8 10.2.0.1 tcp/443",
    ]);
    set.rules[0].schedule = Some("night".to_owned());
    assert_eq!(said(&analyse(&set, TODAY)), [] as [&str; 0]);
    set.rules[1].schedule = Some("night".to_owned());
    assert_eq!(said(&analyse(&set, TODAY)), ["0:redundant", "1:shadowed"]);
}

#[test]
fn what_narrows_a_rule_neither_hides_nor_widens() {
    let mut set = rule_set(&[
        "deny 10.0.0.0/24 10.2.0.1 tcp/443",
        "permit 10.0.0.8 10.2.0.1 tcp/443",
        "permit any 10.2.0.0/16 any",
    ]);
    set.rules[0].is_narrowed = true;
    set.rules[2].is_narrowed = true;
    assert_eq!(said(&analyse(&set, TODAY)), [] as [&str; 0]);
}

/// What passes is the same without the first rule; what is looked into or recorded is not.
#[test]
fn a_rule_that_inspects_or_logs_is_not_replaced_by_one_that_does_not() {
    let lines = [
        "permit 10.0.0.8 10.2.0.1 tcp/443",
        "permit 10.0.0.0/24 10.2.0.1 tcp/443",
    ];
    let alike = rule_set(&lines);
    assert_eq!(said(&analyse(&alike, TODAY)), ["0:redundant"]);
    let mut watched = alike.clone();
    watched.rules[0].profiles = vec!["ips strict".to_owned()];
    assert_eq!(said(&analyse(&watched, TODAY)), [] as [&str; 0]);
    let mut silent = alike;
    silent.rules[1].is_logged = false;
    assert_eq!(said(&analyse(&silent, TODAY)), ["1:not_logged"]);
}

/// Publishing a port to everybody is no width; a network of it is.
#[test]
fn a_side_that_is_any_does_not_make_a_rule_wide() {
    for (line, expected) in [
        ("permit any 10.2.0.1 tcp/443", &[][..]),
        ("permit 10.1.0.0/23 any tcp/443", &[]),
        ("permit any 10.2.0.0/16 tcp/443", &["0:too_wide"]),
        ("permit 10.0.0.0/8 any tcp/443", &["0:too_wide"]),
    ] {
        assert_eq!(
            said(&analyse(&rule_set(&[line]), TODAY)),
            expected,
            "{line}"
        );
    }
}

#[test]
fn an_analysis_that_may_not_look_says_so() {
    let set = rule_set(&["permit any any any", "deny 10.0.0.8 10.2.0.1 tcp/443"]);
    let limits = Limits {
        steps: 0,
        ..Limits::default()
    };
    // What a rule shows by itself is still said.
    let expected = ["not_analysed", "0:any_permit", "0:exposed", "0:exposed"];
    assert_eq!(said(&analyse_within(&set, TODAY, &limits)), expected);
}

#[test]
fn limits_are_the_hospitals() {
    let set = rule_set(&["permit 10.0.0.0/24 10.2.0.9 tcp/8080"]);
    let limits: Limits = serde_json::from_str(
        r#"{"combinations": 100, "exposed_sources": 10, "require_logging": false,
            "sensitive_ports": [{"protocol": 6, "port": 8080, "group": "other"}]}"#,
    )
    .unwrap();
    assert_eq!(
        said(&analyse_within(&set, TODAY, &limits)),
        ["0:too_wide", "0:exposed"]
    );
    assert!(serde_json::from_str::<Limits>(r#"{"combination": 1}"#).is_err());
}

#[test]
fn findings_are_read_back() {
    let set = rule_set(&["permit any any any", "deny 10.0.0.1 any tcp/22"]);
    let findings = analyse(&set, TODAY);
    let text = serde_json::to_string(&findings).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<PolicyFinding>>(&text).unwrap(),
        findings
    );
    assert!(text.contains(r#""kind":"shadowed""#), "{text}");
}
