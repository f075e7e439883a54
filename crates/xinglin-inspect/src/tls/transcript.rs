//! What was asked and what came back, to be kept.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::hello::Offer;

/// The version of the file's form.
pub const TRANSCRIPT_FORMAT: &str = "xinglin.handshakes/1";
/// The file of a bundle.
pub const TRANSCRIPT_FILE: &str = "handshakes.json";

/// The endpoint that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The name that is asked for and that the certificate must have; `null` for that of the
    /// host, when it is a name.
    #[serde(default)]
    pub server_name: Option<String>,
    /// The protocol that is spoken before TLS begins, such as `smtp`; `null` for none.
    #[serde(default)]
    pub starttls: Option<String>,
}

impl Endpoint {
    /// The name that a certificate must have; `None` when only an address is known.
    pub fn name(&self) -> Option<&str> {
        let host = self.host.trim_matches(['[', ']']);
        match &self.server_name {
            Some(name) => Some(name),
            None => host.parse::<std::net::IpAddr>().is_err().then_some(host),
        }
    }
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Enough was read.
    Answered,
    /// The server closed the connection.
    Closed,
    /// The server reset the connection.
    Reset,
    /// Nothing more came in time.
    TimedOut,
    /// No connection was made.
    Unreachable,
}

/// A hello and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What was asked for.
    pub offer: Offer,
    /// What came back.
    #[serde(with = "hex")]
    pub received: Vec<u8>,
    /// How it ended.
    pub ended: Ended,
}

/// All exchanges with an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// [`TRANSCRIPT_FORMAT`].
    pub format: String,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The exchanges, in order.
    pub exchanges: Vec<Exchange>,
}

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TranscriptError {
    /// Not JSON, or not of this form.
    #[error("not a record of handshakes: {0}")]
    Malformed(String),
    /// A form of another version.
    #[error("format '{found}' is not known; expected {TRANSCRIPT_FORMAT}")]
    WrongFormat {
        /// The version found.
        found: String,
    },
}

impl Transcript {
    /// A record without exchanges.
    pub fn of(endpoint: Endpoint) -> Self {
        Self {
            format: TRANSCRIPT_FORMAT.to_owned(),
            endpoint,
            exchanges: Vec::new(),
        }
    }

    /// Reads `handshakes.json`.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TranscriptError> {
        let read: Self = serde_json::from_slice(bytes)
            .map_err(|error| TranscriptError::Malformed(error.to_string()))?;
        if read.format != TRANSCRIPT_FORMAT {
            return Err(TranscriptError::WrongFormat { found: read.format });
        }
        Ok(read)
    }

    /// `handshakes.json`.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain structures with string keys, which JSON can always hold.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}
