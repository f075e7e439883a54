//! A server for tests: what it keeps, in memory; reached within the process or over HTTPS.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, IsCa, Issuer,
    KeyPair,
};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use serde_json::Value;
use xinglin_agent::{Server, ServerError};
use xinglin_inspect::integrity::Scope;
use xinglin_wire::{
    Enrol, Enrolled, FilesReply, FilesReport, PROTOCOL, Release, Reply, Report, Settings, digest,
    paths,
};

/// What the server keeps of one agent.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) facts: Option<Value>,
    pub(crate) numbers: BTreeSet<u64>,
    pub(crate) lost: u64,
    /// Bodies that came whole, and as differences.
    pub(crate) whole: usize,
    pub(crate) differences: usize,
    /// What it said of files, and what they were then.
    pub(crate) file_reports: Vec<FilesReport>,
    pub(crate) files: Vec<Value>,
}

/// The server.
pub(crate) struct Hospital {
    issuer: Issuer<'static, KeyPair>,
    authority: rcgen::Certificate,
    pub(crate) tokens: BTreeSet<String>,
    /// Certificate → agent.
    certificates: BTreeMap<Vec<u8>, String>,
    pub(crate) agents: BTreeMap<String, Kept>,
    pub(crate) settings: Settings,
    pub(crate) release: Option<(Release, Vec<u8>)>,
    /// The files it wants to know of.
    pub(crate) scope: Option<Scope>,
}

impl Hospital {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "test authority");
        let authority = params.self_signed(&key).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            authority,
            tokens: BTreeSet::from(["token-1".to_owned()]),
            certificates: BTreeMap::new(),
            agents: BTreeMap::new(),
            settings: Settings {
                interval_seconds: 60,
                jitter_seconds: 0,
            },
            release: None,
            scope: None,
        }
    }

    pub(crate) fn authority(&self) -> String {
        self.authority.pem()
    }

    fn enrol(&mut self, message: &Enrol) -> Option<Enrolled> {
        if !self.tokens.remove(&message.token) {
            return None;
        }
        let agent = format!("agent-{}", self.certificates.len() + 1);
        let mut request =
            CertificateSigningRequestParams::from_pem(&message.certificate_request).unwrap();
        // Whatever the agent would like to be called, the server decides.
        request.params = CertificateParams::new([]).unwrap();
        request
            .params
            .distinguished_name
            .push(DnType::CommonName, &agent);
        let certificate = request.signed_by(&self.issuer).unwrap();
        self.certificates
            .insert(certificate.der().to_vec(), agent.clone());
        Some(Enrolled {
            protocol: PROTOCOL.to_owned(),
            agent,
            certificate: certificate.pem(),
            settings: self.settings,
        })
    }

    /// Takes a report of `agent`.
    pub(crate) fn report(&mut self, agent: &str, report: &Report) -> Reply {
        assert!(report.is_understood());
        let kept = self.agents.entry(agent.to_owned()).or_default();
        let Ok(facts) = report.facts(kept.facts.as_ref()) else {
            return Reply::SendWhole;
        };
        match report.body {
            xinglin_wire::Body::Whole { .. } => kept.whole += 1,
            xinglin_wire::Body::Difference { .. } => kept.differences += 1,
        }
        kept.numbers.insert(report.number);
        kept.lost = report.lost;
        let held = digest(&facts);
        kept.facts = Some(facts);
        Reply::Kept {
            held,
            settings: self.settings,
            release: self.release.as_ref().map(|(release, _)| release.clone()),
            files: self.scope.clone(),
        }
    }

    /// Takes what `agent` says of files.
    pub(crate) fn files(&mut self, agent: &str, report: &FilesReport) -> FilesReply {
        assert!(report.is_understood());
        let kept = self.agents.entry(agent.to_owned()).or_default();
        let Ok(files) = report.files(kept.files.last()) else {
            return FilesReply::SendWhole;
        };
        let held = digest(&files);
        kept.files.push(files);
        kept.file_reports.push(report.clone());
        FilesReply::Kept {
            held,
            files: self.scope.clone(),
        }
    }
}

/// The server within the process; away when told so.
pub(crate) struct Nearby {
    pub(crate) hospital: Hospital,
    pub(crate) away: Arc<AtomicBool>,
    /// Keeps the next report and then does not say so, as when a connection breaks.
    pub(crate) break_off: Arc<AtomicBool>,
    /// Forgets the files it kept before the next report of them.
    pub(crate) forget_files: bool,
}

impl Nearby {
    pub(crate) fn new() -> Self {
        Self {
            hospital: Hospital::new(),
            away: Arc::default(),
            break_off: Arc::default(),
            forget_files: false,
        }
    }
}

fn away() -> ServerError {
    ServerError::Away {
        why: "away".to_owned(),
    }
}

impl Server for Nearby {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(away());
        }
        // As over a connection: what cannot be written and read again does not arrive.
        let text = serde_json::to_vec(report).unwrap();
        let reply = self
            .hospital
            .report("agent-1", &serde_json::from_slice(&text).unwrap());
        if self.break_off.swap(false, Ordering::SeqCst) {
            return Err(away());
        }
        Ok(reply)
    }

    fn files(&mut self, report: &FilesReport) -> Result<FilesReply, ServerError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(away());
        }
        let text = serde_json::to_vec(report).unwrap();
        let report: FilesReport = serde_json::from_slice(&text).unwrap();
        if self.forget_files && matches!(report.body, xinglin_wire::Body::Difference { .. }) {
            self.hospital.agents.clear();
        }
        Ok(self.hospital.files("agent-1", &report))
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        let (_, program) = self.hospital.release.as_ref().ok_or_else(away)?;
        let program = program.iter().take(usize::try_from(limit).unwrap());
        to.write_all(&program.copied().collect::<Vec<u8>>())
            .unwrap();
        Ok(())
    }
}

/// The server over HTTPS, on a port of its own.
pub(crate) struct Https {
    pub(crate) hospital: Arc<Mutex<Hospital>>,
    pub(crate) up: Arc<AtomicBool>,
    pub(crate) address: String,
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Https {
    pub(crate) fn start(hospital: Hospital) -> Self {
        let config = config(&hospital);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let hospital = Arc::new(Mutex::new(hospital));
        let (up, stop) = (
            Arc::new(AtomicBool::new(true)),
            Arc::new(AtomicBool::new(false)),
        );
        let shared = (Arc::clone(&hospital), Arc::clone(&up), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let (hospital, up, stop) = shared;
            while let Ok((stream, _)) = listener.accept() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                // Down: whoever calls is hung up on.
                if up.load(Ordering::SeqCst) {
                    // A client that does not accept the certificate breaks off.
                    drop(serve(&config, stream, &hospital));
                }
            }
        });
        Self {
            hospital,
            up,
            address: format!("https://localhost:{port}"),
            port,
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn config(hospital: &Hospital) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &hospital.issuer).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(hospital.authority.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .unwrap();
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// Answers one request.
fn serve(
    config: &Arc<ServerConfig>,
    stream: TcpStream,
    hospital: &Mutex<Hospital>,
) -> std::io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.trim().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let mut hospital = hospital.lock().unwrap();
    let certificate = stream.conn.peer_certificates().and_then(<[_]>::first);
    let agent = certificate
        .and_then(|certificate| hospital.certificates.get(certificate.as_ref()))
        .cloned();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let (status, answer) = answer(&mut hospital, &path, agent, &body);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    )?;
    stream.write_all(&answer)?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn answer(
    hospital: &mut Hospital,
    path: &str,
    agent: Option<String>,
    body: &[u8],
) -> (&'static str, Vec<u8>) {
    if path == paths::ENROL {
        return match hospital.enrol(&serde_json::from_slice(body).unwrap()) {
            Some(enrolled) => ("200 OK", serde_json::to_vec(&enrolled).unwrap()),
            None => ("403 Forbidden", b"token not known".to_vec()),
        };
    }
    let Some(agent) = agent else {
        return ("401 Unauthorized", b"no certificate".to_vec());
    };
    if path == paths::PROGRAM {
        let (_, program) = hospital.release.as_ref().unwrap();
        return ("200 OK", program.clone());
    }
    if path == paths::FILES {
        let reply = hospital.files(&agent, &serde_json::from_slice(body).unwrap());
        return ("200 OK", serde_json::to_vec(&reply).unwrap());
    }
    let report = serde_json::from_slice(body).unwrap();
    let reply = hospital.report(&agent, &report);
    ("200 OK", serde_json::to_vec(&reply).unwrap())
}
