//! States and transitions of findings, tasks, alerts and records, the composing of a plan,
//! and what is owed when.
//!
//! What is wrong ([`ProblemCell`]) is merged into findings by root cause ([`merge`]) and
//! compared with the findings already known ([`reconcile`]). [`Measures`] say how each
//! requirement is met; [`compose`] lays the measures of a system's findings out over the
//! phases and working days of a rectification plan (整改方案).
//!
//! [`Forms`] say what people fill in and who approves it; a [`Record`] lives by its form.
//! [`Duties`] say what is owed how often, and what satisfies it. [`Policies`] are the
//! hospital's documents that found both.
//!
//! Everything here is a plain function: no I/O, no clock, no permission. Who may do what
//! is decided by the use cases; what a state permits is decided here, in one table a noun.

mod words;

mod content;
mod measures;

mod alerts;
mod findings;
mod tasks;

mod calendar;
mod plan;

mod forms;
mod posts;

mod duties;

mod policies;

mod norms;

pub use alerts::{AlertAction, AlertKind, AlertSeverity, AlertState, AlertVerdict};
pub use calendar::{Calendar, CalendarYear, FixedHoliday, WorkingDays};
pub use content::ContentError;
pub use duties::due::{DutyState, DutyStatus};
pub use duties::proof::{DutyEvidence, Proof, ProofKind};
pub use duties::{Duties, Duty, DutyEvent, DutyScope, Owed};
pub use findings::cause::{AlarmKind, FindingCause};
pub use findings::merge::{CauseKey, DraftFinding, FindingObject, ProblemCell, merge};
pub use findings::reconcile::{FindingChange, KnownFinding, reconcile};
pub use findings::{FindingAction, FindingError, FindingState, Severity, severity};
pub use forms::condition::Condition;
pub use forms::due::{RecordDue, RecordDueKind};
pub use forms::field::{FieldOption, FormField, FormFieldType, Pattern};
pub use forms::number::{Numbering, NumberingError};
pub use forms::people::{Decider, Delegation, StepPeople};
pub use forms::record::{
    Approval, Record, RecordAction, RecordActor, RecordChange, RecordError, RecordState,
    StepDecision,
};
pub use forms::samples::{InvalidSample, Samples};
pub use forms::schema::FormSchema;
pub use forms::validate::{FieldError, FieldRefusal, Reference};
pub use forms::{
    Closing, Filler, Form, FormRequirement, Forms, Frequency, Party, RecordValues, Section, Stage,
    Step, Sufficiency, Validity, Within,
};
pub use measures::{Measure, MeasureKind, MeasureOwner, Measures};
pub use norms::Norms;
pub use plan::rules::{KindRule, PhaseBySeverity, PhaseCode, PhaseRule, PlanContent};
pub use plan::{PlanDraft, PlanError, PlanFinding, PlanInput, PlanPhase, PlanTask, compose};
pub use policies::text::{PolicyBlock, PolicyReference, PolicyText};
pub use policies::variables::{Variable, VariableSettings, VariableType, VariableValue, Variables};
pub use policies::{
    EVERYBODY, Policies, Policy, PolicyAnswer, PolicyHead, PolicyLevel, PolicyRequirement,
};
pub use posts::{PostRule, Posts};
pub use tasks::{TaskAction, TaskError, TaskState};
