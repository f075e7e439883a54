//! Requests against the whole application.

mod departments;
mod identity;
