//! Reading forms: a mistake is named by file, place and what is expected.

use xinglin_workflow::{ContentError, Forms, Posts};

pub(crate) const POSTS: &str = r#"
posts:
  - {code: lead, name: {zh: "主管", en: "Lead"}, words: ["主管"]}
  - {code: leader, name: {zh: "院领导", en: "Leader"}, words: ["院领导"]}
"#;

/// A form of two steps, a window and a closing.
pub(crate) const FORM: &str = r#"
id: entry
name: {zh: "进入", en: "Entry"}
purpose: {zh: "进入前申请", en: "Asked before entry"}
filled_by: [staff]
numbering: "JR-{year}-{number:3}"
retention_months: 12
requirements:
  - {item: L3-ORS1-07, sufficiency: partial}
sections:
  - title: {zh: "申请", en: "Application"}
    fields:
      - {id: reason, type: string, label: {zh: "事由", en: "Reason"}, required: true, at_least: 2}
      - id: risk
        type: choice
        label: {zh: "风险", en: "Risk"}
        required: true
        options:
          - {value: low, label: {zh: "低", en: "Low"}}
          - {value: high, label: {zh: "高", en: "High"}}
      - {id: measure, type: long_text, label: {zh: "措施", en: "Measure"}, required: true, when: [{field: risk, is: [high]}]}
      - {id: start_at, type: date_time, label: {zh: "开始", en: "From"}, required: true}
      - {id: end_at, type: date_time, label: {zh: "结束", en: "Until"}, required: true, not_before: start_at}
      - {id: escort, type: person, label: {zh: "陪同", en: "Escort"}}
      - id: items
        type: table
        label: {zh: "物品", en: "Items"}
        at_most: 3
        columns:
          - {id: name, type: string, label: {zh: "名称", en: "Name"}, required: true}
          - {id: count, type: integer, label: {zh: "数量", en: "Count"}, minimum: 1, maximum: 9}
  - title: {zh: "意见", en: "Opinion"}
    at: leader
    fields:
      - {id: opinion, type: string, label: {zh: "意见", en: "Opinion"}, required: true}
  - title: {zh: "离开", en: "Leaving"}
    at: closing
    fields:
      - {id: left_at, type: date_time, label: {zh: "离开时间", en: "Left at"}, required: true}
steps:
  - id: lead
    name: {zh: "主管", en: "Lead"}
    by: [{post: lead}]
    otherwise: [{post: leader}]
    within: {hours: 8}
  - id: leader
    name: {zh: "院领导", en: "Leader"}
    by: [{post: leader}]
    within: {working_days: 2}
    delegation: false
    may_return: false
    skip: [{field: risk, is: [low]}]
validity:
  from: start_at
  until: end_at
  max_days: 7
  expires: {zh: "到期", en: "Ends"}
  tell: [applicant]
  remind_hours_before: [2, 24]
closing:
  by: [applicant]
  within: {hours: 24}
samples:
  valid:
    reason: "更换电源"
    risk: high
    measure: "双人在场"
    start_at: "2026-03-09T09:00:00+08:00"
    end_at: "2026-03-09T18:00:00+08:00"
    items: [{name: "电源", count: 1}]
    opinion: "同意"
    left_at: "2026-03-09T12:00:00+08:00"
  invalid:
    - {without: [reason], field: reason, reason: missing}
"#;

pub(crate) fn posts() -> Posts {
    Posts::load("posts.yaml", POSTS).unwrap()
}

pub(crate) fn load(text: &str) -> (Forms, Vec<ContentError>) {
    Forms::load(
        &[("forms/test/entry.yaml".to_owned(), text.to_owned())],
        &posts(),
    )
}

#[test]
fn a_form_knows_its_area_and_version() {
    let (forms, errors) = load(FORM);
    assert_eq!(errors, []);
    let form = forms.get("entry").unwrap();
    assert_eq!(form.area, "test");
    let (other, _) = load(&FORM.replace("更换电源", "更换风扇"));
    assert_ne!(other.get("entry").unwrap().digest, form.digest);
}

/// What is replaced, by what, part of the place, part of the expectation.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("filled_by: [staff]", "filled_by: []", "filled_by", "staff"),
    ("id: entry", "id: Entry", "id", "name of the file"),
    ("id: entry", "id: exit", "id", "name of the file"),
    ("JR-{year}", "JR {year}", "numbering", "BG-{year}"),
    ("{number:3}", "", "numbering", "one number"),
    (
        "type: string, label: {zh: \"事由\"",
        "type: text, label: {zh: \"事由\"",
        "sections (line",
        "string",
    ),
    (
        "en: \"Reason\"}",
        "en: \"\"}",
        "field `reason`",
        "both languages",
    ),
    ("is: [high]", "is: [grave]", "field `measure`", "\"grave\""),
    (
        "field: risk, is: [high]",
        "field: hazard, is: [high]",
        "field `measure`",
        "`hazard`",
    ),
    (
        "is: [high]",
        "is: [high], filled: true",
        "field `measure`",
        "one of `is`",
    ),
    (
        "not_before: start_at",
        "not_before: reason",
        "field `end_at`",
        "not_before",
    ),
    (
        "id: escort, type: person",
        "id: reason, type: person",
        "field `reason`",
        "its own",
    ),
    (
        "minimum: 1, maximum: 9",
        "minimum: 10, maximum: 9",
        "column `count`",
        "minimum",
    ),
    (
        "at_least: 2",
        "minimum: 2",
        "field `reason`",
        "on numbers only",
    ),
    (
        "at_least: 2",
        "pattern: {regex: \"[\", words: {zh: 甲, en: a}}",
        "field `reason`",
        "regular expression",
    ),
    ("at: leader", "at: boss", "section `Opinion`", "a step"),
    (
        "by: [{post: lead}]",
        "by: [{post: chief}]",
        "step `lead`",
        "`chief`",
    ),
    (
        "by: [{post: lead}]",
        "by: [applicant]",
        "step `lead`",
        "somebody else",
    ),
    (
        "by: [{post: lead}]",
        "by: [{person: reason}]",
        "step `lead`",
        "`reason`",
    ),
    ("by: [{post: lead}]", "by: []", "step `lead`", "somebody"),
    (
        "skip: [{field: risk",
        "skip: [{field: opinion",
        "step `leader`",
        "`opinion`",
    ),
    ("until: end_at", "until: escort", "validity", "`escort`"),
    ("  until: end_at\n", "", "validity", "`months`"),
    (
        "filled_by: [staff]",
        "filled_by: [public]",
        "field `escort`",
        "public",
    ),
    (
        "closing:\n  by: [applicant]\n  within: {hours: 24}\n",
        "",
        "section `Leaving`",
        "`closing`",
    ),
    (
        "retention_months: 12",
        "retention_months: 12\nbatch: true",
        "batch",
        "no steps",
    ),
    ("risk: high", "risk: grave", "samples.valid.risk", "Low"),
    (
        "reason: missing",
        "reason: range",
        "samples.invalid[0]",
        "`reason` missing",
    ),
    (
        "field: reason, reason: missing",
        "field: risk, reason: missing",
        "samples.invalid[0]",
        "`risk`",
    ),
    ("purpose:", "aim: 1\npurpose:", "aim", "unknown field"),
];

#[test]
fn a_mistake_is_named_by_place_and_what_is_expected() {
    for (from, to, place, expected) in MISTAKES {
        assert!(FORM.contains(*from), "{from}");
        let (_, errors) = load(&FORM.replacen(from, to, 1));
        let error = errors.first().unwrap_or_else(|| panic!("{to} was taken"));
        let said = error.to_string();
        assert_eq!(error.file, "forms/test/entry.yaml");
        assert!(error.item.contains(*place), "{to}: {said}");
        assert!(error.expected.contains(*expected), "{to}: {said}");
    }
}

#[test]
fn one_broken_file_does_not_stop_the_others() {
    let other = FORM.replace("id: entry", "id: exit").replace("JR-", "LK-");
    let same = FORM.replace("id: entry", "id: again");
    let files = [
        ("forms/test/broken.yaml".to_owned(), "id: [".to_owned()),
        ("forms/test/entry.yaml".to_owned(), FORM.to_owned()),
        ("forms/test/exit.yaml".to_owned(), other),
        ("forms/test/again.yaml".to_owned(), same),
    ];
    let (forms, errors) = Forms::load(&files, &posts());
    assert_eq!(
        forms
            .iter()
            .map(|form| form.id.as_str())
            .collect::<Vec<_>>(),
        ["entry", "exit"]
    );
    assert_eq!(errors.len(), 2);
    assert!(
        errors[1].to_string().contains("`entry`"),
        "two series with one beginning"
    );
}

#[test]
fn posts_are_found_by_words_of_names() {
    let posts = posts();
    assert_eq!(posts.of_name("信息安全主管").unwrap().code, "lead");
    assert_eq!(posts.of_name("分管院领导").unwrap().code, "leader");
    assert!(posts.of_name("护士").is_none());
    for wrong in [
        POSTS.replace("leader", "lead"),
        POSTS.replace("[\"主管\"]", "[]"),
        POSTS.replace("en: \"Lead\"", "en: \"\""),
    ] {
        assert!(Posts::load("posts.yaml", &wrong).is_err());
    }
}
