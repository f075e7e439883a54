//! Becoming known to the server.

use std::{fs, path::Path};

use thiserror::Error;
use xinglin_wire::{Enrol, PROTOCOL};

use crate::{
    VERSION,
    https::HttpsServer,
    identity::{Identity, IdentityError},
    server::ServerError,
};

/// A host that could not be enrolled.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// It is enrolled already; remove its folder to do it anew.
    #[error("already enrolled as {agent}")]
    AlreadyEnrolled {
        /// What the server calls it.
        agent: String,
    },
    /// No key could be made.
    #[error("no key could be made: {0}")]
    Key(#[from] rcgen::Error),
    /// The server did not do it.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The server speaks another version.
    #[error("server speaks '{found}', expected {PROTOCOL}")]
    OtherProtocol {
        /// What it speaks.
        found: String,
    },
    /// The identity could not be kept.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// Enrols this host: makes a key, gets a certificate for it with a token that counts once,
/// and keeps both in `folder`. The server must show a certificate of `authority` (PEM),
/// which comes with the token; the key never leaves the host.
///
/// # Errors
/// See [`EnrolError`].
pub fn enrol(
    folder: &Path,
    server: &str,
    authority: &str,
    token: &str,
    host_name: &str,
) -> Result<Identity, EnrolError> {
    match Identity::load(folder) {
        Ok(identity) => {
            let agent = identity.agent;
            return Err(EnrolError::AlreadyEnrolled { agent });
        }
        Err(IdentityError::NotEnrolled { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    fs::create_dir_all(folder).map_err(|source| IdentityError::File {
        file: folder.display().to_string(),
        source,
    })?;
    let key = rcgen::KeyPair::generate()?;
    let request = rcgen::CertificateParams::new([])?.serialize_request(&key)?;
    let message = Enrol {
        protocol: PROTOCOL.to_owned(),
        token: token.trim().to_owned(),
        host_name: host_name.to_owned(),
        agent_version: VERSION.to_owned(),
        certificate_request: request.pem()?,
    };
    let enrolled = HttpsServer::unknown(server, authority)?.enrol(&message)?;
    if enrolled.protocol != PROTOCOL {
        let found = enrolled.protocol;
        return Err(EnrolError::OtherProtocol { found });
    }
    let identity = Identity {
        agent: enrolled.agent,
        server: server.trim_end_matches('/').to_owned(),
        settings: enrolled.settings,
        key: key.serialize_pem(),
        certificate: enrolled.certificate,
        authority: authority.to_owned(),
    };
    identity.save(folder)?;
    Ok(identity)
}
