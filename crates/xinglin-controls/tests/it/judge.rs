//! Evidence to proposal, by table.

use xinglin_controls::{
    Answer::{self, No, NotApplicable, Partly, Yes},
    CheckOutcome,
    CheckStatus::{self, Fail, Pass, Unknown},
    Evidence, ItemIndex,
    Power::{self, FailOnly, Partial, Sufficient},
    Proposal, propose,
};
use xinglin_core::{Text, Verdict};

use crate::common::{CATALOGUE, id};

const NA: CheckStatus = CheckStatus::NotApplicable;

/// An item of three questions.
fn item() -> ItemIndex {
    let index = CATALOGUE.index_of(id("L3-CES1-02")).unwrap();
    assert_eq!(CATALOGUE.interview_of(index).len(), 3);
    index
}

fn check(name: &str, status: CheckStatus, power: Power, partners: &[&str]) -> CheckOutcome {
    CheckOutcome {
        check: name.to_owned(),
        status,
        power,
        partners: partners.iter().map(|&partner| partner.to_owned()).collect(),
        title: Text::new("登录失败锁定", "Lock-out after failures"),
        observed: "deny=5".to_owned(),
        partial: false,
        high_risk: false,
    }
}

/// A failed check that found part of what is asked.
fn failed_in_part(power: Power) -> CheckOutcome {
    CheckOutcome {
        partial: true,
        ..check("a", Fail, power, &[])
    }
}

fn judge(checks: Vec<CheckOutcome>, answers: &[Answer]) -> Option<Proposal> {
    let answers = answers.iter().copied().map(Some).collect();
    propose(&CATALOGUE, item(), &Evidence { checks, answers })
}

/// Verdict and whether it is provisional.
type Expected = Option<(Verdict, bool)>;

const COMPLIANT: Expected = Some((Verdict::Compliant, false));
const PARTIAL: Expected = Some((Verdict::Partial, false));
const NONCOMPLIANT: Expected = Some((Verdict::Noncompliant, false));
const PARTIAL_OPEN: Expected = Some((Verdict::Partial, true));
const NONCOMPLIANT_OPEN: Expected = Some((Verdict::Noncompliant, true));

fn outline(proposal: Option<&Proposal>) -> Expected {
    proposal.map(|proposal| (proposal.verdict, proposal.provisional))
}

#[test]
fn checks_alone() {
    let a = |status, power| check("a", status, power, &[]);
    let b = |status, power| check("b", status, power, &[]);
    let with_b = |status| check("a", status, Sufficient, &["b"]);
    for (number, (checks, expected)) in [
        (vec![], None),
        // Unknown and not applicable never become pass or fail.
        (vec![a(Unknown, Sufficient)], None),
        (vec![a(NA, Sufficient)], None),
        (vec![a(NA, FailOnly), b(NA, Partial)], None),
        (vec![a(Unknown, Partial), b(NA, Partial)], None),
        // A sufficient pass settles the item once all partners hold.
        (vec![a(Pass, Sufficient)], COMPLIANT),
        (vec![with_b(Pass), b(Pass, Partial)], COMPLIANT),
        (vec![with_b(Pass), b(Pass, FailOnly)], COMPLIANT),
        (vec![with_b(Pass), b(NA, Partial)], COMPLIANT),
        (vec![a(Pass, Sufficient), b(Unknown, Partial)], COMPLIANT),
        (vec![with_b(Pass)], PARTIAL_OPEN),
        (vec![with_b(Pass), b(Unknown, Partial)], PARTIAL_OPEN),
        (vec![with_b(Pass), b(Fail, Partial)], PARTIAL),
        // Parts are parts, however many.
        (vec![a(Pass, Partial)], PARTIAL_OPEN),
        (vec![a(Pass, Partial), b(Pass, Partial)], PARTIAL_OPEN),
        // A pass that proves little decides nothing.
        (vec![a(Pass, FailOnly)], None),
        (vec![a(Pass, FailOnly), b(Pass, Partial)], PARTIAL_OPEN),
        // A fail counts against it, in full when nothing passes.
        (vec![a(Fail, FailOnly)], NONCOMPLIANT),
        (vec![a(Fail, Partial)], NONCOMPLIANT),
        (vec![a(Fail, Sufficient), b(Fail, Partial)], NONCOMPLIANT),
        (vec![a(Fail, FailOnly), b(Pass, Partial)], PARTIAL),
        (vec![a(Fail, Partial), b(Pass, Sufficient)], PARTIAL),
        (vec![a(Fail, Partial), b(Pass, FailOnly)], NONCOMPLIANT),
        (
            vec![a(Fail, Partial), b(Unknown, Partial)],
            NONCOMPLIANT_OPEN,
        ),
        (vec![a(Fail, Partial), b(NA, Partial)], NONCOMPLIANT),
        // A fail that found a part of it.
        (vec![failed_in_part(FailOnly)], PARTIAL),
        (vec![failed_in_part(Sufficient), b(Fail, Partial)], PARTIAL),
        (
            vec![failed_in_part(Partial), b(Unknown, Partial)],
            PARTIAL_OPEN,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let proposal = judge(checks, &[]);
        assert_eq!(outline(proposal.as_ref()), expected, "row {number}");
    }
}

#[test]
fn interview_alone() {
    let not_applicable = Some((Verdict::NotApplicable, false));
    for (answers, expected) in [
        ([Yes, Yes, Yes].as_slice(), COMPLIANT),
        (&[Yes, Yes, NotApplicable], COMPLIANT),
        (&[No, No, No], NONCOMPLIANT),
        (&[No, NotApplicable, NotApplicable], NONCOMPLIANT),
        (&[Yes, No, Yes], PARTIAL),
        (&[Yes, Partly, Yes], PARTIAL),
        (&[Partly, Partly, Partly], PARTIAL),
        (&[Partly, No, No], PARTIAL),
        (
            &[NotApplicable, NotApplicable, NotApplicable],
            not_applicable,
        ),
        // Not all answered.
        (&[], None),
        (&[NotApplicable], None),
        (&[Yes], PARTIAL_OPEN),
        (&[Yes, Yes], PARTIAL_OPEN),
        (&[No], NONCOMPLIANT_OPEN),
        (&[Yes, No], PARTIAL_OPEN),
        // Answers to questions that are no longer asked.
        (&[Yes, Yes, Yes, No], COMPLIANT),
    ] {
        let proposal = judge(Vec::new(), answers);
        assert_eq!(outline(proposal.as_ref()), expected, "{answers:?}");
    }
}

#[test]
fn checks_and_interview_together() {
    let settled = || vec![check("a", Pass, Sufficient, &[])];
    let part = || vec![check("a", Pass, Partial, &[])];
    let failed = || vec![check("a", Fail, Partial, &[])];
    let mixed = || {
        vec![
            check("a", Fail, Partial, &[]),
            check("b", Pass, Partial, &[]),
        ]
    };
    let little = || vec![check("a", Pass, FailOnly, &[])];
    let contradicts = Some("不一致");
    for (number, (checks, answers, expected, note)) in [
        (settled(), [Yes, Yes, Yes].as_slice(), COMPLIANT, None),
        (settled(), &[Yes], COMPLIANT, None),
        (part(), &[Yes, Yes, Yes], COMPLIANT, None),
        (part(), &[Yes], PARTIAL_OPEN, None),
        (little(), &[Yes, Yes, Yes], COMPLIANT, None),
        (little(), &[No, No, No], NONCOMPLIANT, None),
        // The lower one, and it says so.
        (failed(), &[Yes, Yes, Yes], NONCOMPLIANT, contradicts),
        (failed(), &[Yes], NONCOMPLIANT_OPEN, contradicts),
        (mixed(), &[Yes, Yes, Yes], PARTIAL, contradicts),
        (settled(), &[No, No, No], NONCOMPLIANT, contradicts),
        (settled(), &[Yes, Partly, Yes], PARTIAL, contradicts),
        (part(), &[Yes, No, Yes], PARTIAL_OPEN, contradicts),
        // Both against it: no contradiction.
        (failed(), &[No, No, No], NONCOMPLIANT, None),
        (mixed(), &[No, No, No], NONCOMPLIANT, None),
        (failed(), &[Yes, No, Yes], NONCOMPLIANT, None),
        // "Does not apply" against the machine.
        (
            failed(),
            &[NotApplicable; 3],
            NONCOMPLIANT_OPEN,
            Some("不适用，但检查在此对象上发现了问题"),
        ),
        (
            part(),
            &[NotApplicable; 3],
            Some((Verdict::NotApplicable, true)),
            Some("不适用，但检查在此对象上得到了结果"),
        ),
        (
            little(),
            &[NotApplicable; 3],
            Some((Verdict::NotApplicable, false)),
            None,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let proposal = judge(checks, answers).unwrap();
        assert_eq!(outline(Some(&proposal)), expected, "row {number}");
        let first = &proposal.reasons[0].zh;
        match note {
            Some(note) => assert!(first.contains(note), "row {number}: {first}"),
            None => assert!(
                !first.contains("不一致") && !first.contains("请核实"),
                "row {number}: {first}"
            ),
        }
    }
}

#[test]
fn reasons_say_what_was_seen_and_what_is_open_in_both_languages() {
    let checks = vec![
        check("a", Pass, Sufficient, &["b", "c"]),
        check("b", Unknown, Partial, &[]),
        check("d", Pass, FailOnly, &[]),
    ];
    let proposal = judge(checks, &[Yes, Partly]).unwrap();
    let all = |pick: fn(&Text) -> &String| {
        proposal
            .reasons
            .iter()
            .map(pick)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    };
    let question = &CATALOGUE.interview_of(item())[1].ask;
    for part in [
        "a 登录失败锁定",
        "实际：deny=5",
        "尚缺：b、c",
        "b 登录失败锁定：检查未能得出结果",
        "d 登录失败锁定：检查通过",
        "证明力有限",
        "访谈答“部分是”",
        question.zh.as_str(),
        "尚有 1 个未回答",
    ] {
        assert!(
            all(|text| &text.zh).contains(part),
            "{part} in {}",
            all(|text| &text.zh)
        );
    }
    for part in [
        "a Lock-out after failures",
        "found: deny=5",
        "still open: b, c",
        "gave no answer",
        "proves little",
        "Interview answer \"partly\"",
        question.en.as_str(),
        "1 of 3 interview questions",
    ] {
        assert!(
            all(|text| &text.en).contains(part),
            "{part} in {}",
            all(|text| &text.en)
        );
    }
    assert!(
        proposal
            .reasons
            .iter()
            .all(|text| !text.zh.is_empty() && !text.en.is_empty())
    );
}

#[test]
fn only_a_failed_high_risk_check_makes_it_high_risk() {
    let risky = |status| CheckOutcome {
        high_risk: true,
        ..check("a", status, Partial, &[])
    };
    assert!(!judge(vec![risky(Pass)], &[]).unwrap().high_risk);
    assert!(
        !judge(vec![risky(Unknown)], &[Yes, Yes, Yes])
            .unwrap()
            .high_risk
    );
    let proposal = judge(vec![risky(Fail)], &[]).unwrap();
    assert!(proposal.high_risk);
    let part = judge(vec![failed_in_part(Partial)], &[]).unwrap();
    assert!(part.reasons[0].zh.contains("已具备一部分") && !part.high_risk);
    assert!(
        proposal.reasons[0].zh.contains("高风险") && proposal.reasons[0].en.contains("high-risk")
    );
}

#[test]
fn an_item_without_questions_is_judged_by_checks_alone() {
    let index = CATALOGUE.index_of(id("L1-CES1-01")).unwrap();
    let evidence = Evidence {
        checks: Vec::new(),
        answers: vec![Some(Yes)],
    };
    assert_eq!(propose(&CATALOGUE, index, &evidence), None);
    let evidence = Evidence {
        checks: vec![check("a", Fail, Partial, &[])],
        answers: Vec::new(),
    };
    assert_eq!(
        outline(propose(&CATALOGUE, index, &evidence).as_ref()),
        NONCOMPLIANT
    );
}
