//! Requests against the whole application.

mod coverage;
mod departments;
mod identity;
