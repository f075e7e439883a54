//! The reasons in words.

use xinglin_core::Text;

use super::{Answer, CheckOutcome};
use crate::Question;

pub(super) fn failed(outcome: &CheckOutcome) -> Text {
    let mut follows = Text::default();
    if outcome.partial {
        follows.zh.push_str("，但要求的内容已具备一部分");
        follows.en.push_str("; part of what is asked is there");
    }
    if outcome.high_risk {
        follows.zh.push_str("，属高风险情形");
        follows.en.push_str("; this is a high-risk case");
    }
    with_observed(outcome, "检查未通过", "check failed", &follows)
}

pub(super) fn settled(outcome: &CheckOutcome) -> Text {
    let enough = Text::new(
        "，连同配套检查足以证明该项符合",
        "; with its partner checks this shows that the item is met",
    );
    with_observed(outcome, "检查通过", "check passed", &enough)
}

pub(super) fn passed_in_part(outcome: &CheckOutcome) -> Text {
    let part = Text::new("，仅证明其中一点", "; this shows one point of several");
    with_observed(outcome, "检查通过", "check passed", &part)
}

pub(super) fn passed_but_proves_little(outcome: &CheckOutcome) -> Text {
    let little = Text::new(
        "，但通过本身证明力有限，不能据此判定",
        "; a pass proves little and decides nothing",
    );
    with_observed(outcome, "检查通过", "check passed", &little)
}

pub(super) fn unknown(outcome: &CheckOutcome) -> Text {
    let open = Text::new(
        "，既不算通过也不算未通过，待补充核查",
        "; it counts neither as a pass nor as a fail and is still open",
    );
    with_observed(outcome, "检查未能得出结果", "check gave no answer", &open)
}

pub(super) fn partners_open(outcome: &CheckOutcome, open: &[&str]) -> Text {
    let check = &outcome.check;
    Text::new(
        format!(
            "{check} 需与下列检查同时通过才能判定符合，尚缺：{}。",
            open.join("、")
        ),
        format!(
            "{check} settles the item only together with other checks; still open: {}.",
            open.join(", ")
        ),
    )
}

pub(super) fn all_yes(questions: usize) -> Text {
    Text::new(
        format!("访谈 {questions} 个问题均答“是”。"),
        format!("All {questions} applicable interview questions were answered yes."),
    )
}

pub(super) fn all_not_applicable() -> Text {
    Text::new(
        "访谈认定该项对此对象不适用。",
        "The interview says that the item does not apply to this object.",
    )
}

pub(super) fn answered(question: &Question, answer: Answer) -> Text {
    let (zh, en) = match answer {
        Answer::Yes => ("是", "yes"),
        Answer::Partly => ("部分是", "partly"),
        Answer::No => ("否", "no"),
        Answer::NotApplicable => ("不适用", "not applicable"),
    };
    Text::new(
        format!("访谈答“{zh}”：{}", question.ask.zh),
        format!("Interview answer \"{en}\": {}", question.ask.en),
    )
}

pub(super) fn questions_open(open: usize, questions: usize) -> Text {
    Text::new(
        format!("访谈共 {questions} 个问题，尚有 {open} 个未回答。"),
        format!("{open} of {questions} interview questions are not answered yet."),
    )
}

pub(super) fn machine_contradicts() -> Text {
    Text::new(
        "检查结果与访谈回答不一致：访谈未反映问题，而检查未通过，按较低者提出。",
        "Checks and interview contradict each other: the interview reports no problem, a check failed. The lower verdict is proposed.",
    )
}

pub(super) fn interview_contradicts() -> Text {
    Text::new(
        "检查结果与访谈回答不一致：检查未发现问题，而访谈反映存在不足，按较低者提出。",
        "Checks and interview contradict each other: no check failed, the interview reports a shortcoming. The lower verdict is proposed.",
    )
}

pub(super) fn fails_but_not_applicable() -> Text {
    Text::new(
        "访谈认为不适用，但检查在此对象上发现了问题，请核实。",
        "The interview says that the item does not apply, but a check found it broken on this object. Please verify.",
    )
}

pub(super) fn passes_but_not_applicable() -> Text {
    Text::new(
        "访谈认为不适用，但检查在此对象上得到了结果，请核实。",
        "The interview says that the item does not apply, but checks gave a result on this object. Please verify.",
    )
}

/// One sentence: what was checked, what came out, what was seen, what follows.
fn with_observed(outcome: &CheckOutcome, zh: &str, en: &str, follows: &Text) -> Text {
    let CheckOutcome {
        check,
        title,
        observed,
        ..
    } = outcome;
    let (seen_zh, seen_en) = if observed.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!("（实际：{observed}）"),
            format!(" (found: {observed})"),
        )
    };
    Text::new(
        format!("{check} {}：{zh}{seen_zh}{}。", title.zh, follows.zh),
        format!("{check} {}: {en}{seen_en}{}.", title.en, follows.en),
    )
}
