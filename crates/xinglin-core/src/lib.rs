//! The words that all crates of Xinglin share.
//!
//! Typed ids, the levels and domains of GB/T 22239-2019, verdicts, roles, neutral
//! faults and the clock. Nothing here does I/O, and nothing here decides anything:
//! rules live in the engines (row 1), use cases in `xinglin-app`.

mod clock;
mod event;
mod fault;
mod field;
mod id;
mod record;
mod role;
mod standard;
mod text;
mod verdict;

pub use clock::{Clock, FixedClock, SystemClock};
pub use event::{Event, EventField, FieldName, Span, TimeSource, Value};
pub use fault::{Fault, Problem};
pub use field::{Field, FieldType};
pub use id::{
    AccountId, AgentId, AgentTokenId, AlertId, AssessmentId, AssetId, AttachmentId, DepartmentId,
    DetectionExceptionId, DiscoveryId, EvidenceId, ExceptionId, FindingId, HazardId, IndicatorId,
    IndicatorListId, InspectionId, IntegrityChangeId, LogInputId, LogRetentionId, LogRunId,
    LogSearchId, LogSourceId, LogTokenId, PersonId, PlanId, PostId, ScanRangeId, SystemId, TaskId,
};
pub use jiff::Timestamp;
pub use record::{AssetState, PersonState, SystemState};
pub use role::Role;
pub use standard::{
    Domain, Extension, Grade, Importance, Level, ObjectType, ParseWordError, ProtectionClass,
    RequirementId,
};
pub use text::{Lang, Text};
pub use verdict::Verdict;
