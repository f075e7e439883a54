//! The life of a task.

use xinglin_core::{AccountId, Fault, Problem};
use xinglin_workflow::{TaskAction, TaskError, TaskState};

use crate::support::date;

const STEPS: &[(&str, &str, &str)] = &[
    ("todo", "start", "doing"),
    ("doing", "submit", "verifying"),
    ("verifying", "verify", "done"),
    ("verifying", "reject", "doing"),
];

fn act(state: TaskState, action: TaskAction) -> Result<TaskState, TaskError> {
    match action {
        TaskAction::Start => state.start(),
        TaskAction::Submit => state.submit(),
        TaskAction::Verify => state.verify(AccountId(1), AccountId(2)),
        TaskAction::Reject => state.reject("截图不清"),
    }
}

#[test]
fn only_the_steps_of_the_table_are_permitted_and_offered() {
    for state in TaskState::ALL {
        for action in TaskAction::ALL {
            let expected = STEPS
                .iter()
                .find(|(from, by, _)| *from == state.word() && *by == action.word());
            assert_eq!(state.allowed_actions().contains(action), expected.is_some());
            match (expected, act(*state, *action)) {
                (Some((_, _, to)), Ok(next)) => assert_eq!(next.word(), *to),
                (None, Err(error)) => {
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
fn nobody_verifies_their_own_work() {
    let error = TaskState::Verifying
        .verify(AccountId(7), AccountId(7))
        .unwrap_err();
    assert_eq!(error, TaskError::SamePerson);
    assert_eq!(error.fault(), Fault::Forbidden);
}

#[test]
fn sending_back_needs_a_reason() {
    assert_eq!(
        TaskState::Verifying.reject(" "),
        Err(TaskError::ReasonMissing {
            action: TaskAction::Reject
        })
    );
}

#[test]
fn a_task_is_late_from_the_day_after_it_is_due_until_it_is_verified() {
    let due = date("2026-11-20");
    let cases = [
        ("todo", "2026-11-20", false),
        ("todo", "2026-11-21", true),
        ("doing", "2026-11-21", true),
        ("verifying", "2026-11-21", true),
        ("done", "2027-01-01", false),
    ];
    for (state, today, late) in cases {
        let state = TaskState::from_word(state).unwrap();
        assert_eq!(state.is_overdue(due, date(today)), late, "{state} {today}");
    }
}
