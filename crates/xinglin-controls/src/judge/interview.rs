//! What a person answered.

use xinglin_core::Verdict;

use super::{Answer, Opinion, reasons};
use crate::Question;

pub(super) fn opinion(questions: &[Question], answers: &[Option<Answer>]) -> Opinion {
    // Answers to questions that the content no longer asks do not count.
    let answers: Vec<(&Question, Option<Answer>)> = questions
        .iter()
        .zip(answers.iter().copied().chain(std::iter::repeat(None)))
        .collect();
    let count = |wanted: Option<Answer>| {
        answers
            .iter()
            .filter(|(_, answer)| *answer == wanted)
            .count()
    };
    let yes = count(Some(Answer::Yes));
    let partly = count(Some(Answer::Partly));
    let no = count(Some(Answer::No));
    let not_applicable = count(Some(Answer::NotApplicable));
    let open = count(None);

    let verdict = match (yes + partly, no) {
        (0, 0) if open == 0 && not_applicable > 0 => Some(Verdict::NotApplicable),
        (0, 0) => None,
        (0, _) => Some(Verdict::Noncompliant),
        _ if no + partly == 0 && open == 0 => Some(Verdict::Compliant),
        _ => Some(Verdict::Partial),
    };
    let mut reasons = Vec::new();
    match verdict {
        Some(Verdict::Compliant) => reasons.push(reasons::all_yes(yes)),
        Some(Verdict::NotApplicable) => reasons.push(reasons::all_not_applicable()),
        _ => {
            let negative = |answer: Answer| matches!(answer, Answer::No | Answer::Partly);
            let answered = answers
                .iter()
                .filter_map(|(question, answer)| Some((question, (*answer)?)));
            reasons.extend(
                answered
                    .filter(|(_, answer)| negative(*answer))
                    .map(|(question, answer)| reasons::answered(question, answer)),
            );
        }
    }
    if verdict.is_some() && open > 0 {
        reasons.push(reasons::questions_open(open, answers.len()));
    }
    Opinion {
        verdict,
        is_bad: no + partly > 0,
        is_open: open > 0,
        reasons,
    }
}
