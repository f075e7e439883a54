//! Requests against the whole application.

mod assessments;
mod coverage;
mod dashboard;
mod departments;
mod identity;
mod imports;
mod judgement;
mod kill_during_import;
mod plan;
mod records;
mod server;
