//! Streams protected by TLS, with certificates of both ends.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::AsyncReadExt as _;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName},
        server::WebPkiClientVerifier,
    },
};
use xinglin_ingest::listen::serve_tls;

use super::*;

/// An authority and a certificate of it for each end, as PEM files can be written of them.
pub(super) struct Certificates {
    pub(super) authority: CertifiedIssuer<'static, KeyPair>,
    pub(super) server: (rcgen::Certificate, KeyPair),
    pub(super) client: (rcgen::Certificate, KeyPair),
}

impl Certificates {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Its own name: OpenSSL takes a certificate whose issuer and subject are alike for one
        // that signed itself.
        params
            .distinguished_name
            .push(DnType::CommonName, "authority of the test");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let issue = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            (params.signed_by(&key, &authority).unwrap(), key)
        };
        Self {
            server: issue("localhost"),
            client: issue("client.example.org"),
            authority,
        }
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        Arc::new(roots)
    }

    pub(super) fn server_config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(self.roots(), Arc::clone(&provider))
                .build()
                .unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.server.0.der().clone()], key(&self.server.1))
            .unwrap();
        Arc::new(config)
    }

    fn connector(&self, shows: bool) -> TlsConnector {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots());
        let config = if shows {
            let chain = vec![self.client.0.der().clone()];
            config
                .with_client_auth_cert(chain, key(&self.client.1))
                .unwrap()
        } else {
            config.with_no_client_auth()
        };
        Arc::new(config).into()
    }
}

fn key(pair: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(pair.serialize_der()).into()
}

impl Receiver {
    pub(super) async fn tls(certificates: &Certificates, limits: StreamLimits) -> Self {
        let listener = TcpListener::bind(loopback()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = certificates.server_config();
        Self::of(address, 1 << 20, |shared, stop| {
            tokio::spawn(serve_tls(listener, config, limits, shared, stop))
        })
    }
}

#[tokio::test]
async fn senders_are_known_by_their_certificates() {
    let certificates = Certificates::new();
    let limits = StreamLimits {
        handshake: Duration::from_millis(500),
        ..StreamLimits::default()
    };
    let mut receiver = Receiver::tls(&certificates, limits).await;
    let stream = TcpStream::connect(receiver.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = certificates.connector(true);
    let mut sender = connector.connect(name.clone(), stream).await.unwrap();
    sender.write_all(b"8 <13>one\n9 <13>two\n\n").await.unwrap();
    sender.flush().await.unwrap();
    assert_eq!(receiver.take(2).await, ["<13>one", "<13>two"]);
    let shown = receiver.taken[0].certificate.clone();
    assert_eq!(shown.as_deref(), Some(certificates.client.0.der().as_ref()));

    // Without a certificate, without TLS, and without a word.
    let stream = TcpStream::connect(receiver.address).await.unwrap();
    if let Ok(mut stranger) = certificates.connector(false).connect(name, stream).await {
        let mut rest = Vec::new();
        assert!(stranger.read_to_end(&mut rest).await.is_err());
    }
    let mut plain = TcpStream::connect(receiver.address).await.unwrap();
    plain.write_all(b"<13>in the clear\n").await.unwrap();
    let _silent = TcpStream::connect(receiver.address).await.unwrap();
    receiver
        .until(Transport::Tls, |state| state.rejected == 3)
        .await;
    receiver
        .until(Transport::Tls, |state| state.connections == 1)
        .await;

    // Who says that it ends hears the same.
    sender.shutdown().await.unwrap();
    assert_eq!(sender.read_to_end(&mut Vec::new()).await.unwrap(), 0);
    assert_eq!(receiver.end().await.len(), 2);
}
