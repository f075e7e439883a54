//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bundle;
mod content;
mod database;
mod document;
mod host;
mod hypervisor;
mod integrity;
mod linux_checks;
mod linux_facts;
mod network;
mod parsers;
mod robustness;
mod windows;
