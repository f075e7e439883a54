//! Requests against the whole application.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test tells its story in one piece and panics where it does not hold"
)]

mod agent_files;
mod agent_logs;
mod agent_program;
mod agents;
mod agents_hostile;
mod assessments;
mod baselines;
mod content_cli;
mod coverage;
mod dashboard;
mod departments;
mod detect_cli;
mod detection;
mod detection_kill;
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
mod log_evidence;
mod log_schedules;
mod log_sql;
mod logs;
mod logs_cli;
mod plan;
mod planning;
mod policies_cli;
mod records;
mod server;
mod syslog_tls;
mod tampering;
mod verification;
mod ward;
