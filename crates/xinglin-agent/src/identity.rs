//! Who this agent is, and whom it trusts: five files in its folder.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_wire::Settings;

use crate::file::write_whole;

/// The agent's own key; it never leaves the host.
const KEY: &str = "agent.key";
/// The certificate the server made out to the agent.
const CERTIFICATE: &str = "agent.pem";
/// The authority the server's own certificate must come from.
const AUTHORITY: &str = "authority.pem";
/// Everything else.
const AGENT: &str = "agent.json";

/// Who this agent is, and whom it trusts.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// What the server calls this agent.
    pub agent: String,
    /// The server's address, `https://…`.
    pub server: String,
    /// How to report, until the server says otherwise.
    pub settings: Settings,
    /// The private key (PEM).
    pub key: String,
    /// The certificate (PEM).
    pub certificate: String,
    /// The server's authority (PEM).
    pub authority: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("agent", &self.agent)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentFile {
    agent: String,
    server: String,
    settings: Settings,
}

/// An identity that cannot be read or kept.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// This host is not enrolled.
    #[error("not enrolled: {folder} holds no identity")]
    NotEnrolled {
        /// The agent's folder.
        folder: String,
    },
    /// A file cannot be read or written.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{file} is not of its form: {why}")]
    Malformed {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
}

impl Identity {
    /// Reads what [`crate::enrol`] kept in `folder`.
    ///
    /// # Errors
    /// See [`IdentityError`].
    pub fn load(folder: &Path) -> Result<Self, IdentityError> {
        if !folder.join(AGENT).exists() {
            let folder = folder.display().to_string();
            return Err(IdentityError::NotEnrolled { folder });
        }
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|source| IdentityError::File {
                file: path.display().to_string(),
                source,
            })
        };
        let text = read(AGENT)?;
        let file: AgentFile =
            serde_json::from_str(&text).map_err(|error| IdentityError::Malformed {
                file: folder.join(AGENT).display().to_string(),
                why: error.to_string(),
            })?;
        Ok(Self {
            agent: file.agent,
            server: file.server,
            settings: file.settings,
            key: read(KEY)?,
            certificate: read(CERTIFICATE)?,
            authority: read(AUTHORITY)?,
        })
    }

    /// Keeps it in `folder`, readable by this account only. What says that the host is
    /// enrolled is written last.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), IdentityError> {
        let file = AgentFile {
            agent: self.agent.clone(),
            server: self.server.clone(),
            settings: self.settings,
        };
        let text =
            serde_json::to_string_pretty(&file).map_err(|error| IdentityError::Malformed {
                file: AGENT.to_owned(),
                why: error.to_string(),
            })?;
        for (name, text) in [
            (KEY, &self.key),
            (CERTIFICATE, &self.certificate),
            (AUTHORITY, &self.authority),
            (AGENT, &text),
        ] {
            let path = folder.join(name);
            write_whole(&path, text.as_bytes()).map_err(|source| IdentityError::File {
                file: path.display().to_string(),
                source,
            })?;
        }
        Ok(())
    }
}
