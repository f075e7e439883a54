//! Findings (问题): their life and how grave they are.

pub(crate) mod cause;
pub(crate) mod merge;
pub(crate) mod reconcile;

use jiff::civil::Date;
use thiserror::Error;
use xinglin_core::{Fault, Problem, Verdict};

use crate::tasks::TaskAction;
use crate::words::words;

words! {
    /// How grave a finding is. Ordered, the gravest last.
    Severity {
        /// 低
        Low = "low", "低", "Low";
        /// 中
        Medium = "medium", "中", "Medium";
        /// 高
        High = "high", "高", "High";
    }
}

words! {
    /// Where a finding stands.
    FindingState {
        /// Known, nothing decided.
        Open = "open", "待整改", "Open";
        /// A plan has a task for it.
        Planned = "planned", "已列入计划", "Planned";
        /// Someone works at it.
        InProgress = "in_progress", "整改中", "In progress";
        /// The work is done, another person has to look.
        Verifying = "verifying", "待复核", "Verifying";
        /// Gone, and someone confirmed it.
        Closed = "closed", "已关闭", "Closed";
        /// The risk is accepted for a time (接受).
        Accepted = "accepted", "已接受风险", "Accepted";
    }
}

words! {
    /// What can happen to a finding.
    FindingAction {
        /// A plan takes it up.
        Plan = "plan", "列入计划", "Plan";
        /// A plan made anew no longer has it.
        Unplan = "unplan", "移出计划", "Take out of the plan";
        /// Work begins.
        Start = "start", "开始整改", "Start";
        /// Work is reported done.
        Submit = "submit", "提交复核", "Submit";
        /// Another person finds it mended.
        VerifyPassed = "verify_passed", "复核通过", "Verification passed";
        /// Another person finds it not mended.
        VerifyFailed = "verify_failed", "复核不通过", "Verification failed";
        /// The risk is accepted until a day.
        Accept = "accept", "接受风险", "Accept";
        /// That day is over.
        ExpireAcceptance = "expire_acceptance", "接受到期", "Acceptance expires";
        /// A person takes a closed or accepted one up again.
        Reopen = "reopen", "重新打开", "Reopen";
        /// No verdict is wrong any more.
        Resolve = "resolve", "判定已符合", "Resolved";
        /// A closed one is seen again, or an accepted one is graver than what was accepted.
        Recur = "recur", "问题复现", "Recurred";
    }
}

impl FindingAction {
    /// Whether a person does it, rather than the program on a new verdict, plan or day.
    pub fn is_by_person(self) -> bool {
        !matches!(
            self,
            Self::Plan | Self::Unplan | Self::ExpireAcceptance | Self::Resolve | Self::Recur
        )
    }
}

/// Why a finding cannot be changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FindingError {
    /// The state does not permit the action.
    #[error("a finding that is '{state}' does not permit '{action}'")]
    NotAllowed {
        /// The present state.
        state: FindingState,
        /// What was asked.
        action: FindingAction,
    },
    /// The action needs a reason and got none.
    #[error("'{action}' needs a reason")]
    ReasonMissing {
        /// What was asked.
        action: FindingAction,
    },
    /// A risk is accepted until a day that is not in the future.
    #[error("a risk cannot be accepted until {until}, which is not after {today}")]
    UntilNotAfterToday {
        /// The day asked for.
        until: Date,
        /// The present day.
        today: Date,
    },
    /// The acceptance still holds.
    #[error("the risk is accepted until {until}")]
    StillAccepted {
        /// The last day of the acceptance.
        until: Date,
    },
}

impl Problem for FindingError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotAllowed { .. } | Self::StillAccepted { .. } => Fault::Conflict,
            Self::ReasonMissing { .. } | Self::UntilNotAfterToday { .. } => Fault::Invalid,
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "finding-action-not-allowed",
            Self::ReasonMissing { .. } => "reason-missing",
            Self::UntilNotAfterToday { .. } => "acceptance-not-in-future",
            Self::StillAccepted { .. } => "acceptance-still-holds",
        }
    }

    fn detail(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAllowed { state, action } => {
                vec![("state", state.to_string()), ("action", action.to_string())]
            }
            Self::ReasonMissing { action } => vec![("action", action.to_string())],
            Self::UntilNotAfterToday { until, today } => {
                vec![("until", until.to_string()), ("today", today.to_string())]
            }
            Self::StillAccepted { until } => vec![("until", until.to_string())],
        }
    }
}

impl FindingState {
    /// The actions of persons that this state permits. Whether a person may do one is for
    /// the use case to say.
    pub fn allowed_actions(self) -> Vec<FindingAction> {
        FindingAction::ALL
            .iter()
            .copied()
            .filter(|action| action.is_by_person() && self.next(*action).is_some())
            .collect()
    }

    /// A plan takes the finding up.
    pub fn plan(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Plan)
    }

    /// A plan made anew no longer has the finding.
    pub fn unplan(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Unplan)
    }

    /// Work begins.
    pub fn start(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Start)
    }

    /// Work is reported done.
    pub fn submit(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Submit)
    }

    /// Another person finds the matter mended.
    pub fn verify_passed(self) -> Result<Self, FindingError> {
        self.step(FindingAction::VerifyPassed)
    }

    /// Another person finds the matter not mended.
    pub fn verify_failed(self) -> Result<Self, FindingError> {
        self.step(FindingAction::VerifyFailed)
    }

    /// Accepts the risk through the day `until`, which must come after `today`.
    pub fn accept(self, reason: &str, until: Date, today: Date) -> Result<Self, FindingError> {
        let accepted = self.step(FindingAction::Accept)?;
        need_reason(FindingAction::Accept, reason)?;
        if until <= today {
            return Err(FindingError::UntilNotAfterToday { until, today });
        }
        Ok(accepted)
    }

    /// Ends an acceptance whose last day `until` is over.
    pub fn expire_acceptance(self, until: Date, today: Date) -> Result<Self, FindingError> {
        let open = self.step(FindingAction::ExpireAcceptance)?;
        if today <= until {
            return Err(FindingError::StillAccepted { until });
        }
        Ok(open)
    }

    /// A person takes a closed or accepted finding up again.
    pub fn reopen(self, reason: &str) -> Result<Self, FindingError> {
        let open = self.step(FindingAction::Reopen)?;
        need_reason(FindingAction::Reopen, reason)?;
        Ok(open)
    }

    /// No verdict is wrong any more. Where someone was to mend it, another person looks
    /// first; where nobody was, the new verdict is enough.
    pub fn resolve(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Resolve)
    }

    /// The matter is seen again, or is graver than what was accepted.
    pub fn recur(self) -> Result<Self, FindingError> {
        self.step(FindingAction::Recur)
    }

    /// The finding's state after `action` on its task. A finding that is already past that
    /// point (its verdicts were mended first, say) stays where it is, so a task can always
    /// be worked to its end.
    #[must_use]
    pub fn after_task(self, action: TaskAction) -> Self {
        match (action, self) {
            (TaskAction::Start, Self::Open | Self::Planned)
            | (TaskAction::Reject, Self::Verifying) => Self::InProgress,
            (TaskAction::Submit, Self::Open | Self::Planned | Self::InProgress) => Self::Verifying,
            (TaskAction::Verify, Self::Verifying) => Self::Closed,
            _ => self,
        }
    }

    fn step(self, action: FindingAction) -> Result<Self, FindingError> {
        self.next(action).ok_or(FindingError::NotAllowed {
            state: self,
            action,
        })
    }

    /// The whole life of a finding, after GB/T 33132-2016: treat or accept, verify, watch.
    /// The only place that knows it.
    fn next(self, action: FindingAction) -> Option<Self> {
        use FindingAction as Action;
        let next = match (self, action) {
            (Self::Open, Action::Plan) => Self::Planned,
            (Self::Planned, Action::Unplan)
            | (Self::Accepted, Action::ExpireAcceptance)
            | (Self::Closed | Self::Accepted, Action::Reopen | Action::Recur) => Self::Open,
            (Self::Planned, Action::Start) | (Self::Verifying, Action::VerifyFailed) => {
                Self::InProgress
            }
            (Self::InProgress, Action::Submit)
            | (Self::Planned | Self::InProgress, Action::Resolve) => Self::Verifying,
            (Self::Verifying, Action::VerifyPassed)
            | (Self::Open | Self::Accepted, Action::Resolve) => Self::Closed,
            (Self::Open | Self::Planned | Self::InProgress, Action::Accept) => Self::Accepted,
            _ => return None,
        };
        Some(next)
    }
}

/// How grave a wrong verdict is; `None` for 符合 and 不适用, which are no problem.
///
/// | | 不符合 | 部分符合 |
/// |---|---|---|
/// | a major hazard (重大风险隐患) stands behind it | high | high |
/// | the requirement has a high-risk case (高风险判定指引) | high | medium |
/// | weight 3 (关键) | medium | medium |
/// | weight 2 (重要) | medium | low |
/// | weight 1 (一般) or none | low | low |
///
/// A partly met requirement with a high-risk case is medium, since the guide lets what is
/// in place lower the risk. The weights are the assessor's or the suggested ones; the table
/// is this program's and not official.
pub fn severity(verdict: Verdict, high_risk: bool, hazard: bool, weight: u8) -> Option<Severity> {
    let partial = match verdict {
        Verdict::Compliant | Verdict::NotApplicable => return None,
        Verdict::Partial => true,
        Verdict::Noncompliant => false,
    };
    let severity = if hazard || (high_risk && !partial) {
        Severity::High
    } else if high_risk || weight >= 3 || (weight == 2 && !partial) {
        Severity::Medium
    } else {
        Severity::Low
    };
    Some(severity)
}

fn need_reason(action: FindingAction, reason: &str) -> Result<(), FindingError> {
    if reason.trim().is_empty() {
        return Err(FindingError::ReasonMissing { action });
    }
    Ok(())
}
