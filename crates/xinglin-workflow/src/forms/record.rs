//! Records (记录): what was filled in by a form, and how it came to be valid and ended.
//!
//! Every change is one [`RecordChange`]: who, when, why, from which state to which. The
//! use case stores the record and seals the change. This module has what a record is and
//! which action each state permits; `life` has the actions.

mod life;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_core::{Fault, PersonId, Problem};

use super::{RecordValues, people::StepPeople, validate::FieldError};
use crate::words::words;

words! {
    /// Where a record stands.
    RecordState {
        /// Being written.
        Draft = "draft", "草稿", "Draft";
        /// Waits for a step of approval.
        Pending = "pending", "审批中", "In approval";
        /// Sent back to be changed.
        Returned = "returned", "已退回", "Returned";
        /// Taken back by the applicant.
        Withdrawn = "withdrawn", "已撤回", "Withdrawn";
        /// Refused for good.
        Refused = "refused", "不同意", "Refused";
        /// Approved, its time has not begun.
        Approved = "approved", "已批准待生效", "Approved, not yet begun";
        /// In force, or recorded.
        Valid = "valid", "有效", "Valid";
        /// Its time is over.
        Expired = "expired", "已到期", "Expired";
        /// Ended before its time.
        Revoked = "revoked", "已撤销", "Revoked";
        /// What was done is written down.
        Closed = "closed", "已办结", "Closed";
    }
}

words! {
    /// What happens to a record.
    RecordAction {
        /// The applicant hands it in.
        Submit = "submit", "提交", "Submit";
        /// The applicant takes it back.
        Withdraw = "withdraw", "撤回", "Withdraw";
        /// A step is decided with yes.
        Approve = "approve", "同意", "Approve";
        /// It is sent back to be changed.
        Return = "return", "退回修改", "Return";
        /// A step is decided with no.
        Refuse = "refuse", "不同意", "Refuse";
        /// Its time begins.
        Begin = "begin", "生效", "Begin";
        /// Its time ends.
        Expire = "expire", "到期", "Expire";
        /// It is ended before its time.
        Revoke = "revoke", "撤销", "Revoke";
        /// What was done is written down.
        Close = "close", "办结", "Close";
    }
}

impl RecordState {
    /// Whether `action` is possible in this state; the form says more.
    pub fn permits(self, action: RecordAction) -> bool {
        use RecordAction as Do;
        match self {
            Self::Draft | Self::Returned => matches!(action, Do::Submit | Do::Withdraw),
            Self::Pending => {
                matches!(action, Do::Approve | Do::Return | Do::Refuse | Do::Withdraw)
            }
            Self::Approved => matches!(action, Do::Begin | Do::Revoke),
            Self::Valid => matches!(action, Do::Expire | Do::Revoke | Do::Close),
            Self::Expired | Self::Revoked => action == Do::Close,
            Self::Withdrawn | Self::Refused | Self::Closed => false,
        }
    }
}

/// Who did something to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordActor {
    /// A person of the hospital.
    Person(PersonId),
    /// Somebody without an account, by the form's code.
    Public,
    /// This program, when a time had come.
    Program,
}

/// One step that was decided with yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The step.
    pub step: String,
    /// Who decided.
    pub by: PersonId,
    /// For whom, where it was delegated.
    pub on_behalf_of: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// One change of a record, for its history and the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordChange {
    /// What happened.
    pub action: RecordAction,
    /// The state before.
    pub from: RecordState,
    /// The state after.
    pub to: RecordState,
    /// The step that was decided.
    pub step: Option<String>,
    /// Who did it.
    pub by: RecordActor,
    /// For whom, where it was delegated.
    pub on_behalf_of: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// Why, in their words. Empty where none is needed.
    pub reason: String,
    /// The fields that were filled in or changed.
    pub fields: Vec<String>,
}

/// A record with what its life depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The form.
    pub form: String,
    /// The digest of the form's file when the record was begun: it lives by that version.
    pub version: String,
    /// Where it stands.
    pub state: RecordState,
    /// Who applied.
    pub applicant: RecordActor,
    /// The step it waits for, while pending.
    pub step: Option<String>,
    /// Since when it is as it is: waits for its step, is valid, or ended.
    pub since: Timestamp,
    /// The steps decided with yes since it was last submitted.
    pub approvals: Vec<Approval>,
    /// What was filled in.
    pub values: RecordValues,
    /// When its time begins, once approved.
    pub valid_from: Option<Timestamp>,
    /// When its time ends. `None` for never.
    pub valid_until: Option<Timestamp>,
}

/// Why a record cannot be changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The state does not permit the action.
    #[error("a record that is '{state}' does not permit '{action}'")]
    NotAllowed {
        /// The present state.
        state: RecordState,
        /// What was asked.
        action: RecordAction,
    },
    /// The record was begun by another version of the form.
    #[error("the record was begun by another version of its form")]
    OtherForm,
    /// The person may not do it: not named, the applicant, or decided before.
    #[error("'{action}' is not for this person")]
    NotPermitted {
        /// What was asked.
        action: RecordAction,
    },
    /// The step cannot be sent back.
    #[error("step '{step}' cannot send an application back")]
    NoReturn {
        /// The step.
        step: String,
    },
    /// The action needs a reason and got none.
    #[error("'{action}' needs a reason")]
    ReasonMissing {
        /// What was asked.
        action: RecordAction,
    },
    /// What was filled in is wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// The time applied for is over before it was approved.
    #[error("the time applied for is over")]
    WindowPassed,
}

impl Problem for RecordError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotAllowed { .. } | Self::OtherForm | Self::WindowPassed => Fault::Conflict,
            Self::NotPermitted { .. } | Self::NoReturn { .. } => Fault::Forbidden,
            Self::ReasonMissing { .. } | Self::Fields(_) => Fault::Invalid,
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "record-action-not-allowed",
            Self::OtherForm => "record-of-other-form-version",
            Self::NotPermitted { .. } => "record-action-not-permitted",
            Self::NoReturn { .. } => "record-step-without-return",
            Self::ReasonMissing { .. } => "reason-missing",
            Self::Fields(_) => "record-fields-refused",
            Self::WindowPassed => "record-window-passed",
        }
    }

    fn detail(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAllowed { state, action } => {
                vec![("state", state.to_string()), ("action", action.to_string())]
            }
            Self::NotPermitted { action } | Self::ReasonMissing { action } => {
                vec![("action", action.to_string())]
            }
            Self::NoReturn { step } => vec![("step", step.clone())],
            Self::OtherForm | Self::Fields(_) | Self::WindowPassed => Vec::new(),
        }
    }
}

/// A person's yes or no to the step that a record waits for.
#[derive(Debug, Clone)]
pub struct StepDecision<'a> {
    /// Who decides.
    pub by: PersonId,
    /// The people of the step, as the register has them now.
    pub people: &'a StepPeople,
    /// When.
    pub at: Timestamp,
    /// Why; needed for a no and for sending back.
    pub reason: &'a str,
}
