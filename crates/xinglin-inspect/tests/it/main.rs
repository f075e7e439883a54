//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bundle;
mod content;
mod database;
mod document;
mod gathered;
mod host;
mod hypervisor;
mod linux_checks;
mod linux_facts;
mod parsers;
mod robustness;
mod windows;
