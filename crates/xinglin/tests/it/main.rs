//! Requests against the whole application.

mod coverage;
mod departments;
mod identity;
mod imports;
mod kill_during_import;
mod records;
mod server;
