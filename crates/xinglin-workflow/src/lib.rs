//! States and transitions of findings and tasks, and the composing of a plan.
//!
//! What is wrong ([`ProblemCell`]) is merged into findings by root cause ([`merge`]) and
//! compared with the findings already known ([`reconcile`]). [`Measures`] say how each
//! requirement is met; [`compose`] lays the measures of a system's findings out over the
//! phases and working days of a rectification plan (整改方案).
//!
//! Everything here is a plain function: no I/O, no clock, no permission. Who may do what
//! is decided by the use cases; what a state permits is decided here, in one table a noun.

mod words;

mod content;
mod measures;

mod findings;
mod tasks;

mod calendar;
mod plan;

pub use calendar::{Calendar, CalendarYear, FixedHoliday, WorkingDays};
pub use content::ContentError;
pub use findings::cause::{AlarmKind, FindingCause};
pub use findings::merge::{CauseKey, DraftFinding, FindingObject, ProblemCell, merge};
pub use findings::reconcile::{FindingChange, KnownFinding, reconcile};
pub use findings::{FindingAction, FindingError, FindingState, Severity, severity};
pub use measures::{Measure, MeasureKind, MeasureOwner, Measures};
pub use plan::rules::{KindRule, PhaseBySeverity, PhaseCode, PhaseRule, PlanContent};
pub use plan::{PlanDraft, PlanError, PlanFinding, PlanInput, PlanPhase, PlanTask, compose};
pub use tasks::{TaskAction, TaskError, TaskState};
