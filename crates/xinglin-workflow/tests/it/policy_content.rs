//! The policies of the repository, and what a broken one is told.

use std::collections::BTreeSet;

use xinglin_core::RequirementId;
use xinglin_workflow::{
    Norms, PolicyLevel, PolicyReference, VariableSettings, VariableType, VariableValue, Variables,
};

use crate::support;

type Files = Vec<(String, String)>;

fn files() -> Files {
    ["organisation", "forms", "duties", "policies"]
        .iter()
        .flat_map(|folder| support::content_below(folder))
        .map(|(path, text)| (path.split("/content/").last().unwrap().to_owned(), text))
        .collect()
}

fn known() -> BTreeSet<RequirementId> {
    let ids = support::catalogue_ids();
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn load(files: &Files) -> (Norms, Vec<String>) {
    let (norms, errors) = Norms::load(files, &known());
    (norms, errors.iter().map(ToString::to_string).collect())
}

#[test]
fn every_policy_is_whole() {
    let (norms, errors) = load(&files());
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let count = |level| {
        norms
            .policies
            .iter()
            .filter(|one| one.level == level)
            .count()
    };
    assert_eq!(count(PolicyLevel::Strategy), 2);
    assert!(count(PolicyLevel::Rules) >= 34);
    assert!(count(PolicyLevel::Procedures) >= 8);
    for policy in norms.policies.iter() {
        let length = policy.markdown.chars().count();
        assert!(length >= 1500, "{}: only {length} characters", policy.id);
    }
}

/// 8.1.6 to 8.1.10 are what management documents are judged by.
#[test]
fn every_management_item_of_level_three_is_answered() {
    let (norms, _) = load(&files());
    let is_management = |id: &RequirementId| {
        let id = id.to_string();
        let classes = ["PSS", "ORS", "HRS", "CMS", "MMS"];
        classes
            .iter()
            .any(|class| id.starts_with(&format!("L3-{class}1-")))
    };
    let items: Vec<_> = known().into_iter().filter(is_management).collect();
    assert_eq!(items.len(), 115);
    for item in items {
        let answers = norms.policies.answers(item);
        assert!(!answers.is_empty(), "{item}");
        for answer in answers {
            let is_place = |place: &&str| place.starts_with('第') || place.ends_with('.');
            assert!(answer.places.iter().all(is_place), "{item} {answer:?}");
        }
    }
}

#[test]
fn every_variable_is_used_and_every_name_is_filled_in() {
    let (norms, _) = load(&files());
    let mut used = BTreeSet::new();
    for policy in norms.policies.iter() {
        for (_, reference) in policy.text.references() {
            if let PolicyReference::Variable(id) = reference {
                used.insert(id);
            }
        }
        let set = VariableSettings::new();
        let filled = policy.text.filled(|reference| match reference {
            PolicyReference::Variable(id) => norms.variables.value(id, &set),
            PolicyReference::Post(code) => Some(norms.posts.get(code)?.name.zh.clone()),
            PolicyReference::Form(id) => Some(norms.forms.get(id)?.name.zh.clone()),
            PolicyReference::Policy(id) => Some(norms.policies.get(id)?.head.name.zh.clone()),
            PolicyReference::Place(_) => None,
        });
        assert!(!format!("{filled:?}").contains("{{"), "{}", policy.id);
    }
    let unused: Vec<_> = norms
        .variables
        .iter()
        .filter(|variable| !used.contains(variable.id.as_str()))
        .map(|variable| &variable.id)
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// What inspection judges by and what a policy says is one figure.
#[test]
fn figures_of_checks_are_those_of_the_checks() {
    let (norms, _) = load(&files());
    let policy = support::text("content/checks/policy.yaml");
    for variable in norms.variables.iter() {
        let Some(parameter) = &variable.parameter else {
            continue;
        };
        let line = policy
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{parameter}:")));
        let figure = line.and_then(|rest| rest.split('#').next()).map(str::trim);
        assert_eq!(
            figure,
            Some(variable.default.shown().as_str()),
            "{parameter}"
        );
    }
}

const POLICY: &str = "\
---
number: 90
name: {zh: 示例制度, en: Example}
purpose: {zh: 示例。, en: An example.}
owner: security_lead
reviewed_by: [security_admin]
approved_by: leader
readers: [everybody]
review_months: 12
requirements:
  - {item: L3-PSS1-01, at: [first]}
records: [account-request]
duties: [approvals-reviewed]
---
## 总则

1. 适用于{{hospital}}。 {#first}
";

const EXAMPLE: &str = "policies/rules/example.md";

/// What is changed in a policy, into what, and what is said of it.
const BROKEN: [(&str, &str, &str); 16] = [
    ("---\nnumber", "number", "line 1: expected a head"),
    ("number: 90", "numbr: 90", "numbr"),
    (
        "en: Example",
        "en: ''",
        "name: expected `name` in both languages",
    ),
    (
        "owner: security_lead",
        "owner: nobody",
        "owner: expected a post",
    ),
    (
        "[security_admin]",
        "[]",
        "reviewed_by: expected at least one",
    ),
    ("months: 12", "months: 0", "review_months: expected 1 to 36"),
    ("L3-PSS1-01", "L3-PSS9-01", "L3-PSS9-01"),
    (
        "at: [first]",
        "at: [second]",
        "L3-PSS1-01: expected a mark of the text, not `second`",
    ),
    (
        "[account-request]",
        "[account]",
        "records: expected a form, not `account`",
    ),
    (
        "[approvals-reviewed]",
        "[never]",
        "duties: expected a duty, not `never`",
    ),
    (
        "{{hospital}}",
        "{{clinic}}",
        "line 17: expected a variable, not `clinic`",
    ),
    (
        "{{hospital}}",
        "{{post:king}}",
        "line 17: expected a post, not `king`",
    ),
    (
        "{{hospital}}",
        "{{form:none}}",
        "line 17: expected a form, not `none`",
    ),
    (
        "{{hospital}}",
        "{{policy:none}}",
        "line 17: expected a policy, not `none`",
    ),
    (
        "{{hospital}}",
        "[](#none)",
        "line 17: expected a mark of the text, not `none`",
    ),
    (
        "{#first}",
        "{#first}\n\n1. 又。 {#first}",
        "first: expected each mark once",
    ),
];

/// Just what [`POLICY`] speaks of, with a policy that is whole.
fn few_files() -> Files {
    let mut files = files();
    files.retain(|(path, _)| {
        let kept = [
            "organisation/posts.yaml",
            "forms/approvals/account-request.yaml",
            "forms/approvals/approval-review.yaml",
            "duties/governance.yaml",
            "policies/variables.yaml",
        ];
        kept.contains(&path.as_str())
    });
    files.push(("policies/rules/other.md".to_owned(), POLICY.to_owned()));
    files
}

#[test]
fn a_broken_policy_is_named_and_the_others_stay() {
    let mut with = few_files();
    with.push((EXAMPLE.to_owned(), POLICY.to_owned()));
    let of_example = |errors: &[String]| -> Vec<String> {
        let of_it = errors.iter().filter(|error| error.starts_with(EXAMPLE));
        of_it.cloned().collect()
    };
    let (norms, errors) = load(&with);
    assert_eq!(of_example(&errors), Vec::<String>::new());
    assert_eq!(norms.policies.len(), 2);
    for (old, new, expected) in BROKEN {
        assert!(POLICY.contains(old), "{old}");
        with.last_mut().unwrap().1 = POLICY.replacen(old, new, 1);
        let (norms, errors) = load(&with);
        let named = of_example(&errors);
        let is_named = named.iter().any(|error| error.contains(expected));
        assert!(is_named, "{expected}: {named:?}");
        assert!(norms.policies.get("other").is_some(), "{expected}");
    }
    with.last_mut().unwrap().0 = "policies/elsewhere/example.md".to_owned();
    let (_, errors) = load(&with);
    let expected = "strategy, rules, procedures";
    assert!(
        errors.iter().any(|error| error.contains(expected)),
        "{errors:?}"
    );
}

#[test]
fn variables_refuse_what_they_cannot_be() {
    let one = |fields: &str| {
        let text = format!("variables:\n  - {{id: days, name: {{zh: 天, en: Days}}, {fields}}}");
        Variables::load("variables.yaml", &text)
    };
    for (fields, expected) in [
        ("type: integer, default: 3, minimum: 4", "at least 4"),
        ("type: integer, default: three", "whole number"),
        ("type: text, default: 3", "a text"),
        ("type: text, default: '{{a}}'", "one line of text"),
        (
            "type: text, default: 三, minimum: 1",
            "`type: integer` only",
        ),
        ("type: date, default: 三", "variant"),
    ] {
        let error = one(fields).unwrap_err().to_string();
        assert!(error.contains(expected), "{fields}: {error}");
    }
    let days = one("type: integer, default: 3, minimum: 1, maximum: 9").unwrap();
    let days = days.get("days").unwrap();
    assert_eq!(days.kind, VariableType::Integer);
    assert_eq!(days.refuses(&VariableValue::Integer(9)), None);
    let refused = days.refuses(&VariableValue::Integer(10));
    assert_eq!(refused.as_deref(), Some("1 to 9"));
}
