//! How a host becomes known to the server.

use serde::{Deserialize, Serialize};

use crate::report::Settings;

/// The first message of an agent, the only one without a client certificate.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// [`crate::PROTOCOL`].
    pub protocol: String,
    /// The token the hospital made for this host. It counts once.
    pub token: String,
    /// What the host calls itself.
    pub host_name: String,
    /// The agent's version.
    pub agent_version: String,
    /// A request for a certificate (PKCS #10, PEM). Its key never leaves the host.
    pub certificate_request: String,
}

impl std::fmt::Debug for Enrol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Enrol")
            .field("host_name", &self.host_name)
            .field("agent_version", &self.agent_version)
            .finish_non_exhaustive()
    }
}

/// What the server makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// [`crate::PROTOCOL`].
    pub protocol: String,
    /// What the server calls this agent; the certificate is made out to it.
    pub agent: String,
    /// The certificate (PEM).
    pub certificate: String,
    /// How to report.
    pub settings: Settings,
}
