//! Requests against the whole application.

mod assessments;
mod coverage;
mod dashboard;
mod departments;
mod identity;
mod judgement;
mod plan;
