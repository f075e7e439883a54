//! The life of a finding, and severity.

use xinglin_core::{Fault, Problem, Verdict};
use xinglin_workflow::{FindingAction, FindingError, FindingState, Severity, TaskAction, severity};

use crate::support::date;

/// Every step there is; all others are refused.
const STEPS: &[(&str, &str, &str)] = &[
    ("open", "plan", "planned"),
    ("open", "accept", "accepted"),
    ("open", "resolve", "closed"),
    ("planned", "unplan", "open"),
    ("planned", "start", "in_progress"),
    ("planned", "accept", "accepted"),
    ("planned", "resolve", "verifying"),
    ("in_progress", "submit", "verifying"),
    ("in_progress", "accept", "accepted"),
    ("in_progress", "resolve", "verifying"),
    ("verifying", "verify_passed", "closed"),
    ("verifying", "verify_failed", "in_progress"),
    ("closed", "reopen", "open"),
    ("closed", "recur", "open"),
    ("accepted", "expire_acceptance", "open"),
    ("accepted", "reopen", "open"),
    ("accepted", "resolve", "closed"),
    ("accepted", "recur", "open"),
];

fn act(state: FindingState, action: FindingAction) -> Result<FindingState, FindingError> {
    match action {
        FindingAction::Plan => state.plan(),
        FindingAction::Unplan => state.unplan(),
        FindingAction::Start => state.start(),
        FindingAction::Submit => state.submit(),
        FindingAction::VerifyPassed => state.verify_passed(),
        FindingAction::VerifyFailed => state.verify_failed(),
        FindingAction::Accept => state.accept("院长办公会", date("2026-12-31"), date("2026-11-01")),
        FindingAction::ExpireAcceptance => {
            state.expire_acceptance(date("2026-10-31"), date("2026-11-01"))
        }
        FindingAction::Reopen => state.reopen("复查发现"),
        FindingAction::Resolve => state.resolve(),
        FindingAction::Recur => state.recur(),
    }
}

#[test]
fn only_the_steps_of_the_table_are_permitted() {
    for state in FindingState::ALL {
        for action in FindingAction::ALL {
            let expected = STEPS
                .iter()
                .find(|(from, by, _)| *from == state.word() && *by == action.word());
            match (expected, act(*state, *action)) {
                (Some((_, _, to)), Ok(next)) => assert_eq!(next.word(), *to),
                (None, Err(error)) => {
                    assert_eq!(
                        error,
                        FindingError::NotAllowed {
                            state: *state,
                            action: *action
                        }
                    );
                    assert_eq!(error.fault(), Fault::Conflict);
                    let message = error.to_string();
                    assert!(message.contains(state.word()) && message.contains(action.word()));
                }
                (expected, got) => panic!("{state} {action}: {expected:?}, {got:?}"),
            }
        }
    }
}

#[test]
fn a_state_offers_what_persons_can_do() {
    let cases = [
        ("open", "accept"),
        ("planned", "start accept"),
        ("in_progress", "submit accept"),
        ("verifying", "verify_passed verify_failed"),
        ("closed", "reopen"),
        ("accepted", "reopen"),
    ];
    for (state, expected) in cases {
        let offered: Vec<&str> = FindingState::from_word(state)
            .unwrap()
            .allowed_actions()
            .into_iter()
            .map(FindingAction::word)
            .collect();
        assert_eq!(offered.join(" "), expected, "{state}");
    }
}

#[test]
fn an_acceptance_needs_a_reason_and_a_day_to_come() {
    let today = date("2026-11-01");
    let open = FindingState::Open;
    assert_eq!(
        open.accept("  ", date("2026-12-01"), today),
        Err(FindingError::ReasonMissing {
            action: FindingAction::Accept
        })
    );
    for until in ["2026-11-01", "2026-10-31"] {
        let error = open.accept("预算未批", date(until), today).unwrap_err();
        assert_eq!(error.fault(), Fault::Invalid);
        assert_eq!(error.slug(), "acceptance-not-in-future");
    }
    assert_eq!(
        open.accept("预算未批", date("2026-11-02"), today),
        Ok(FindingState::Accepted)
    );
}

#[test]
fn an_acceptance_holds_through_its_last_day() {
    let until = date("2026-11-30");
    let accepted = FindingState::Accepted;
    assert_eq!(
        accepted.expire_acceptance(until, until),
        Err(FindingError::StillAccepted { until })
    );
    assert_eq!(
        accepted.expire_acceptance(until, date("2026-12-01")),
        Ok(FindingState::Open)
    );
}

#[test]
fn reopening_needs_a_reason() {
    assert_eq!(
        FindingState::Closed.reopen("\t").map_err(|e| e.slug()),
        Err("reason-missing")
    );
}

#[test]
fn a_finding_follows_its_task_and_never_blocks_it() {
    let cases = [
        ("open", "start", "in_progress"),
        ("planned", "start", "in_progress"),
        ("in_progress", "submit", "verifying"),
        ("planned", "submit", "verifying"),
        ("verifying", "verify", "closed"),
        ("verifying", "reject", "in_progress"),
        // The verdicts were mended before the task began.
        ("verifying", "start", "verifying"),
        ("verifying", "submit", "verifying"),
        ("closed", "start", "closed"),
        ("closed", "verify", "closed"),
        ("accepted", "start", "accepted"),
        ("open", "verify", "open"),
        ("in_progress", "reject", "in_progress"),
    ];
    for (state, action, expected) in cases {
        let after = FindingState::from_word(state)
            .unwrap()
            .after_task(TaskAction::from_word(action).unwrap());
        assert_eq!(after.word(), expected, "{state} {action}");
    }
}

#[test]
fn severity_is_the_documented_table() {
    use Severity::{High, Low, Medium};
    use Verdict::{Noncompliant, Partial};
    // verdict, high risk, hazard, weight
    let cases = [
        (Noncompliant, false, true, 1, High),
        (Partial, false, true, 1, High),
        (Noncompliant, true, false, 1, High),
        (Partial, true, false, 1, Medium),
        (Noncompliant, false, false, 3, Medium),
        (Partial, false, false, 3, Medium),
        (Noncompliant, false, false, 2, Medium),
        (Partial, false, false, 2, Low),
        (Noncompliant, false, false, 1, Low),
        (Partial, false, false, 0, Low),
    ];
    for (verdict, high_risk, hazard, weight, expected) in cases {
        assert_eq!(
            severity(verdict, high_risk, hazard, weight),
            Some(expected),
            "{verdict:?} {high_risk} {hazard} {weight}"
        );
    }
    for verdict in [Verdict::Compliant, Verdict::NotApplicable] {
        assert_eq!(severity(verdict, true, true, 3), None);
    }
}

#[test]
fn words_are_stable_and_read_back() {
    for state in FindingState::ALL {
        assert_eq!(FindingState::from_word(state.word()), Some(*state));
    }
    assert_eq!(FindingState::from_word("mended"), None);
    assert!(Severity::Low < Severity::Medium && Severity::Medium < Severity::High);
}
