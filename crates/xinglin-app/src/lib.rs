//! The use cases of Xinglin: the only place where the boundaries meet.
//!
//! Every use case is a method of [`App`] that takes the [`Actor`] first, checks the
//! permission itself, changes records and seals a ledger entry in one transaction
//! ([`change`]). One file a noun, of the same name as in store and api.
//!
//! **Invariant:** nothing is written except through [`change::Change`].

mod actor;
pub mod agents;
pub mod alerts;
mod app;
pub mod assessments;
pub mod assets;
pub mod attachments;
pub mod catalogue;
pub mod change;
pub mod collectors;
mod content;
pub mod dashboard;
pub mod demo;
pub mod departments;
pub mod detection;
pub mod discoveries;
pub mod drift;
mod error;
pub mod evidence;
pub mod exceptions;
pub mod findings;
pub mod hazards;
pub mod identity;
pub mod imports;
pub mod inspections;
pub mod integrity;
pub mod interviews;
pub mod jobs;
pub mod ledger;
pub mod logs;
pub mod norms;
pub mod organisation;
pub mod people;
mod permission;
pub mod plans;
pub mod policies;
pub mod posts;
mod problems;
mod references;
pub mod remedies;
pub mod reports;
pub mod scan_ranges;
pub mod systems;
pub mod tasks;
pub mod verdicts;

pub use actor::Actor;
pub use app::{App, AppConfig};
pub use content::{Content, ContentError, ContentFile};
pub use error::{AppError, FieldProblem};
pub use permission::Permission;
pub use problems::Code;
pub use xinglin_core as core;
