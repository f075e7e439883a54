//! The server over HTTPS, with certificates on both sides.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use ureq::{
    Agent, Body,
    http::Response,
    tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig},
};
use xinglin_wire::{
    Enrol, Enrolled, FilesReply, FilesReport, Lines, LinesReply, LogsAsk, LogsBegin, LogsBegun,
    LogsReply, Reply, Report, paths,
};

use crate::{
    forward::LogServer,
    identity::Identity,
    server::{Server, ServerError},
};

/// The longest any one exchange may take; programs get [`PROGRAM_LIMIT`].
const TIME_LIMIT: Duration = Duration::from_mins(1);
const PROGRAM_LIMIT: Duration = Duration::from_mins(30);
/// The most that is read of an answer.
const ANSWER_LIMIT: u64 = 1 << 20;

/// The server over HTTPS. It must show a certificate of the authority that came with the
/// token; no authority of the system is trusted.
#[derive(Debug, Clone)]
pub struct HttpsServer {
    base: String,
    agent: Agent,
}

impl HttpsServer {
    /// The server to an agent it knows.
    ///
    /// # Errors
    /// When key or certificate cannot be used.
    pub fn new(identity: &Identity) -> Result<Self, ServerError> {
        let certificates = certificates(&identity.certificate)?;
        let key = PrivateKey::from_pem(identity.key.as_bytes()).map_err(unusable)?;
        let client = ClientCert::new_with_certs(&certificates, key);
        Self::with(&identity.server, &identity.authority, Some(client))
    }

    /// The server to an agent it does not know yet.
    pub(crate) fn unknown(server: &str, authority: &str) -> Result<Self, ServerError> {
        Self::with(server, authority, None)
    }

    fn with(
        server: &str,
        authority: &str,
        client: Option<ClientCert>,
    ) -> Result<Self, ServerError> {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&certificates(authority)?))
            .client_cert(client)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            // A hospital's proxy for browsing is no way to its own server.
            .proxy(None)
            .timeout_global(Some(TIME_LIMIT))
            .build();
        Ok(Self {
            base: server.trim_end_matches('/').to_owned(),
            agent: config.new_agent(),
        })
    }

    pub(crate) fn enrol(&self, message: &Enrol) -> Result<Enrolled, ServerError> {
        self.post(paths::ENROL, message)
    }

    fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
    ) -> Result<T, ServerError> {
        let text = serde_json::to_vec(message).map_err(unusable)?;
        self.post_bytes(path, "application/json", &text)
    }

    fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        bytes: &[u8],
    ) -> Result<T, ServerError> {
        let response = self
            .agent
            .post(format!("{}{path}", self.base))
            .content_type(kind)
            .send(bytes);
        let mut response = judged(response)?;
        let answer = response
            .body_mut()
            .with_config()
            .limit(ANSWER_LIMIT)
            .read_to_vec()
            .map_err(away)?;
        serde_json::from_slice(&answer).map_err(away)
    }
}

impl Server for HttpsServer {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        self.post(paths::REPORT, report)
    }

    fn files(&mut self, report: &FilesReport) -> Result<FilesReply, ServerError> {
        self.post(paths::FILES, report)
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        let request = self
            .agent
            .get(format!("{}{}", self.base, paths::PROGRAM))
            .config()
            .timeout_global(Some(PROGRAM_LIMIT))
            .build();
        let mut response = judged(request.call())?;
        let mut body = response.body_mut().as_reader().take(limit);
        io::copy(&mut body, to).map_err(away)?;
        Ok(())
    }
}

impl LogServer for HttpsServer {
    fn wanted(&self, ask: &LogsAsk) -> Result<LogsReply, ServerError> {
        self.post(paths::LOGS, ask)
    }

    fn begin(&self, begin: &LogsBegin) -> Result<LogsBegun, ServerError> {
        self.post(paths::LOGS_BEGIN, begin)
    }

    fn lines(&self, lines: &Lines) -> Result<LinesReply, ServerError> {
        let bytes = lines.to_bytes();
        self.post_bytes(paths::LOG_LINES, "application/octet-stream", &bytes)
    }
}

fn certificates(pem: &str) -> Result<Vec<Certificate<'static>>, ServerError> {
    let certificates: Vec<_> = ureq::tls::parse_pem(pem.as_bytes())
        .filter_map(|item| match item {
            Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(unusable("no certificate in PEM form"));
    }
    Ok(certificates)
}

/// Tells apart what may be better later, what a person has to look at, and what never will.
fn judged(response: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, ServerError> {
    let mut response = response.map_err(away)?;
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return Ok(response);
    }
    let text = response.body_mut().with_config().limit(512);
    let text = text.lossy_utf8(true).read_to_string().unwrap_or_default();
    let why = format!("{status} {}", text.lines().next().unwrap_or_default());
    let why = why.trim().to_owned();
    Err(match status {
        401 | 403 => ServerError::NotAllowed { why },
        400 | 413 | 415 | 422 => ServerError::Rejected { why },
        _ => ServerError::Away { why },
    })
}

fn away(error: impl std::fmt::Display) -> ServerError {
    ServerError::Away {
        why: error.to_string(),
    }
}

fn unusable(error: impl std::fmt::Display) -> ServerError {
    ServerError::NotAllowed {
        why: error.to_string(),
    }
}
