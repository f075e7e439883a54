//! Requests against the whole application.

mod coverage;
mod dashboard;
mod departments;
mod identity;
mod plan;
