//! Tests of inspection through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bundle;
mod content;
mod database;
mod discovery;
mod document;
mod drift;
mod gathered;
mod host;
mod hypervisor;
mod integrity;
mod linux_checks;
mod linux_facts;
mod middleware;
mod network;
mod parsers;
mod policy;
mod remedy;
mod robustness;
mod robustness_middleware;
mod tls;
mod windows;
mod windows_registry;
