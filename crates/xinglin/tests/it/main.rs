//! Requests against the whole application.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test tells its story in one piece and panics where it does not hold"
)]

mod agent_files;
mod agent_program;
mod agents;
mod agents_hostile;
mod assessments;
mod coverage;
mod dashboard;
mod departments;
mod discovery;
mod firewall;
mod follow;
mod identity;
mod imports;
mod inspect_database;
mod inspections;
mod integrity;
mod integrity_cli;
mod judgement;
mod kill_during_import;
mod live;
mod log_duty;
mod logs;
mod logs_cli;
mod plan;
mod planning;
mod records;
mod server;
mod tampering;
mod verification;
mod ward;
