//! TLS for agents: the server's own certificate, and those of its own authority for clients.

use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::rustls::{
    self, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
    server::{VerifierBuilderError, WebPkiClientVerifier},
};
use xinglin_app::agents::AgentCertificates;

/// Keys or certificates that cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// Not PEM, or not what it should hold.
    #[error("not a key or certificate in PEM form")]
    Pem(#[from] pem::Error),
    /// The authority cannot be trusted.
    #[error("not an authority")]
    Authority(#[from] VerifierBuilderError),
    /// They do not fit together.
    #[error("key and certificate do not fit")]
    Unfit(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3. A client may come without a certificate; one it shows must be of the
/// authority.
pub(super) fn config(certificates: &AgentCertificates) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let authority = CertificateDer::from_pem_slice(certificates.authority.as_bytes())?;
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()?;
    let certificate = CertificateDer::from_pem_slice(certificates.certificate.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(certificates.key.as_bytes())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A certificate is to be judged anew at every connection: resumed sessions skip that.
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
