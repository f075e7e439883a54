//! Tasks (整改任务): one measure for one finding, with the second look by another person.

use jiff::civil::Date;
use thiserror::Error;
use xinglin_core::{AccountId, Fault, Problem};

use crate::words::words;

words! {
    /// Where a task stands.
    TaskState {
        /// Not begun.
        Todo = "todo", "未开始", "To do";
        /// Someone works at it.
        Doing = "doing", "进行中", "Doing";
        /// Reported done, another person has to look.
        Verifying = "verifying", "待复核", "Verifying";
        /// Done and looked at.
        Done = "done", "已完成", "Done";
    }
}

words! {
    /// What a person can do with a task.
    TaskAction {
        /// Begins.
        Start = "start", "开始", "Start";
        /// Reports it done.
        Submit = "submit", "提交复核", "Submit";
        /// Finds it done well. Not the person who reported it.
        Verify = "verify", "复核通过", "Verify";
        /// Finds it not done.
        Reject = "reject", "退回", "Reject";
    }
}

/// Why a task cannot be changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaskError {
    /// The state does not permit the action.
    #[error("a task that is '{state}' does not permit '{action}'")]
    NotAllowed {
        /// The present state.
        state: TaskState,
        /// What was asked.
        action: TaskAction,
    },
    /// The one who reported it done cannot be the one who finds it done.
    #[error("a task is verified by another person than the one who submitted it")]
    SamePerson,
    /// The action needs a reason and got none.
    #[error("'{action}' needs a reason")]
    ReasonMissing {
        /// What was asked.
        action: TaskAction,
    },
}

impl Problem for TaskError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotAllowed { .. } => Fault::Conflict,
            Self::SamePerson => Fault::Forbidden,
            Self::ReasonMissing { .. } => Fault::Invalid,
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "task-action-not-allowed",
            Self::SamePerson => "task-verified-by-submitter",
            Self::ReasonMissing { .. } => "reason-missing",
        }
    }

    fn detail(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAllowed { state, action } => {
                vec![("state", state.to_string()), ("action", action.to_string())]
            }
            Self::SamePerson => Vec::new(),
            Self::ReasonMissing { action } => vec![("action", action.to_string())],
        }
    }
}

impl TaskState {
    /// The actions this state permits; who may do them is for the use case to say.
    pub fn allowed_actions(self) -> Vec<TaskAction> {
        TaskAction::ALL
            .iter()
            .copied()
            .filter(|action| self.next(*action).is_some())
            .collect()
    }

    /// Work begins.
    pub fn start(self) -> Result<Self, TaskError> {
        self.step(TaskAction::Start)
    }

    /// Work is reported done.
    pub fn submit(self) -> Result<Self, TaskError> {
        self.step(TaskAction::Submit)
    }

    /// `verified_by` finds done what `submitted_by` reported done; they must be two.
    pub fn verify(
        self,
        submitted_by: AccountId,
        verified_by: AccountId,
    ) -> Result<Self, TaskError> {
        let done = self.step(TaskAction::Verify)?;
        if submitted_by == verified_by {
            return Err(TaskError::SamePerson);
        }
        Ok(done)
    }

    /// Sends the task back. Whoever submitted it may do so too, to take it back.
    pub fn reject(self, reason: &str) -> Result<Self, TaskError> {
        let doing = self.step(TaskAction::Reject)?;
        if reason.trim().is_empty() {
            return Err(TaskError::ReasonMissing {
                action: TaskAction::Reject,
            });
        }
        Ok(doing)
    }

    /// Whether a task in this state that was due on `due_on` is late on `today`. It is
    /// still in time on the due day itself, and late until someone has verified it.
    pub fn is_overdue(self, due_on: Date, today: Date) -> bool {
        self != Self::Done && today > due_on
    }

    fn step(self, action: TaskAction) -> Result<Self, TaskError> {
        self.next(action).ok_or(TaskError::NotAllowed {
            state: self,
            action,
        })
    }

    fn next(self, action: TaskAction) -> Option<Self> {
        match (self, action) {
            (Self::Todo, TaskAction::Start) | (Self::Verifying, TaskAction::Reject) => {
                Some(Self::Doing)
            }
            (Self::Doing, TaskAction::Submit) => Some(Self::Verifying),
            (Self::Verifying, TaskAction::Verify) => Some(Self::Done),
            _ => None,
        }
    }
}
