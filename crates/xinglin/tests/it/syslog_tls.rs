//! Syslog by TLS into the real program (RFC 5425), with certificates of both ends.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName},
};
use xinglin_testkit::eventually_here;

use crate::{
    follow::events,
    server::{PASSWORD, Server},
};

const SAYS: [&str; 2] = ["listening on http://", "listening for syslog by TLS on "];

/// An authority, which has signed the certificates of both ends.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    /// A sender that trusts this authority, and what it shows of itself.
    fn sender(
        &self,
        address: &str,
        shown: Option<&(rcgen::Certificate, KeyPair)>,
    ) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match shown {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let key: PrivateKeyDer<'static> =
                    PrivatePkcs8KeyDer::from(key.serialize_der()).into();
                let chain = vec![certificate.der().clone()];
                config.with_client_auth_cert(chain, key).unwrap()
            }
        };
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let stream = TcpStream::connect(address).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        StreamOwned::new(connection, stream)
    }
}

fn framed(message: &str) -> Vec<u8> {
    format!("{} {message}", message.len()).into_bytes()
}

/// Sends one message; whether the other end took it until we ended.
fn send(mut sender: StreamOwned<ClientConnection, TcpStream>, message: &str) -> bool {
    let sent = sender.write_all(&framed(message)).and_then(|()| {
        sender.conn.send_close_notify();
        sender.flush()
    });
    // In TLS 1.3 a refused certificate shows only when the answer is read.
    sent.is_ok() && sender.read(&mut [0; 16]).is_ok_and(|read| read == 0)
}

#[test]
fn senders_with_a_certificate_are_heard_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let ours = Authority::new("authority of the hospital");
    let (certificate, key) = ours.issue("localhost");
    let write = |name: &str, text: String| fs::write(Path::new(&path(name)), text).unwrap();
    write("server.pem", certificate.pem());
    write("server.key", key.serialize_pem());
    write("authority.pem", ours.0.pem());
    let files = [
        path("server.pem"),
        path("server.key"),
        path("authority.pem"),
    ];
    let arguments = [
        "--syslog-tls",
        "127.0.0.1:0",
        "--syslog-certificate",
        &files[0],
        "--syslog-key",
        &files[1],
        "--syslog-authority",
        &files[2],
    ];
    let (server, said) = Server::start_saying(&folder.path().join("data"), &arguments, &SAYS);
    server.set_up();
    let address = said.last().unwrap();
    let line = |words: &str| format!("<86>1 2026-11-23T08:00:00Z his-db01 sshd 2211 - - {words}");

    let firewall = ours.issue("fw01.hospital.example");
    assert!(send(ours.sender(address, Some(&firewall)), &line("known")));
    assert!(!send(ours.sender(address, None), &line("nameless")));
    let forged = Authority::new("authority of nobody").issue("fw01.hospital.example");
    assert!(!send(ours.sender(address, Some(&forged)), &line("forged")));
    let mut plain = TcpStream::connect(address).unwrap();
    plain.write_all(&framed(&line("plain"))).unwrap();
    drop(plain);
    assert!(send(ours.sender(address, Some(&firewall)), &line("still")));

    let lead = server.sign_in("lead", PASSWORD);
    // Whoever was refused came before the last one, which is there.
    events(&lead, "still", 1);
    events(&lead, "known", 1);
    for refused in ["nameless", "forged", "plain"] {
        events(&lead, refused, 0);
    }
    let source = eventually_here("the source", || {
        let sources = lead.get("/api/v1/logs/sources");
        let found = sources[0].clone();
        (found["events_total"] == 2).then_some(found)
    });
    assert_eq!(source["transport"], "tls", "{source}");
}

#[test]
fn without_its_key_the_program_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let done = Command::new(env!("CARGO_BIN_EXE_xinglin"))
        .args(["serve", "--syslog-tls", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(!done.status.success(), "{said}");
    assert!(said.contains("needs a certificate and its key"), "{said}");
}
