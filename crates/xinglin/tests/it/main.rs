//! Requests against the whole application.

mod assessments;
mod coverage;
mod departments;
mod identity;
mod judgement;
