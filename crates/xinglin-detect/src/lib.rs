//! Detection by rules of Sigma: reading rules, matching events, correlating matches, and telling
//! what is not usual.
//!
//! [`RuleSet`] reads rule files and says of each document that cannot be used why, with its
//! line. [`Pipelines`] say which events a rule's log source means and what its fields are called
//! here. [`Detector`] runs both over events. Nothing in this crate does I/O or reads a clock: the time of an event is the
//! event's own.

mod address;
pub mod baseline;
pub mod correlate;
mod detector;
mod digest;
mod engine;
mod fold;
mod json;
mod matching;
mod moment;
pub mod naive;
mod pattern;
mod pipeline;
mod record;
pub mod rule;
mod variables;
mod yaml;

pub use address::Cidr;
pub use detector::{Detector, Found};
pub use engine::{Engine, Settings, Size};
pub use json::{JsonReader, JsonRecord};
pub use pattern::{Pattern, Piece};
pub use pipeline::{PipelineProblem, Pipelines, View};
pub use record::{Datum, Record};
pub use rule::{Level, Problem, Rule, RuleSet};
pub use variables::{Variable, VariablesProblem, variables};
