//! TLS endpoints, by their handshakes.
//!
//! [`gather`] carries the bytes of a [`Probe`]: one short connection after another, never two
//! at a time to the same endpoint, each closed as soon as the server has answered.

mod starttls;

use std::{io, time::Duration};

use jiff::Timestamp;
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};
use xinglin_inspect::{
    Bundle, Family,
    tls::{Ended, Endpoint, Probe, transcript::TRANSCRIPT_FILE},
};

pub use starttls::StartTls;

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// For the answer to one hello.
    pub answer: Duration,
    /// For everything; what is known by then is kept.
    pub overall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(5),
            overall: Duration::from_mins(2),
        }
    }
}

/// An endpoint that could not be asked.
#[derive(Debug, Error)]
pub enum TlsError {
    /// No connection could be made.
    #[error("{host}:{port} could not be reached")]
    Unreachable {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The server did not go on to TLS in the protocol that was named.
    #[error("{host}:{port} does not begin TLS by {protocol}")]
    NotBegun {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
        /// The protocol.
        protocol: &'static str,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// A protocol that is not known.
    #[error("'{name}' is not one of smtp, imap, ldap, postgresql, mysql")]
    UnknownProtocol {
        /// Its name.
        name: String,
    },
}

/// Asks an endpoint everything, with the usual [`Limits`]; `now` is what ages are counted from.
///
/// # Errors
/// See [`TlsError`]. An endpoint that answers, but not in TLS, is no error.
pub async fn gather(endpoint: &Endpoint, now: Timestamp) -> Result<Bundle, TlsError> {
    gather_within(endpoint, &Limits::default(), now).await
}

/// Asks an endpoint everything within `limits`.
///
/// # Errors
/// See [`TlsError`].
pub async fn gather_within(
    endpoint: &Endpoint,
    limits: &Limits,
    now: Timestamp,
) -> Result<Bundle, TlsError> {
    let starttls = endpoint
        .starttls
        .as_deref()
        .map(|name| {
            StartTls::of_name(name).ok_or_else(|| TlsError::UnknownProtocol {
                name: name.to_owned(),
            })
        })
        .transpose()?;
    let until = Instant::now() + limits.overall;
    let mut probe = Probe::new(endpoint.clone());
    let mut reached = false;
    while let Some(hello) = probe.next_hello() {
        if Instant::now() >= until {
            break;
        }
        match connect(endpoint, starttls, limits).await {
            Ok(mut stream) => {
                reached = true;
                let (received, ended) = exchange(&mut stream, &hello, &probe, limits).await;
                probe.received(received, ended);
            }
            Err(error) if !reached => return Err(error),
            // Devices limit connections; what is known by now counts.
            Err(_) => probe.received(Vec::new(), Ended::Unreachable),
        }
    }
    let transcript = probe.into_transcript().to_json();
    Ok(Bundle {
        family: Family::Tls,
        collected_at: now,
        files: [(TRANSCRIPT_FILE.to_owned(), transcript)].into(),
    })
}

/// Asks many endpoints, `at_once` of them at a time; the answers are in the order asked.
pub async fn gather_all(
    endpoints: &[Endpoint],
    at_once: usize,
    limits: Limits,
    now: Timestamp,
) -> Vec<Result<Bundle, TlsError>> {
    let mut answers: Vec<Option<Result<Bundle, TlsError>>> =
        endpoints.iter().map(|_| None).collect();
    let mut waiting = endpoints.iter().cloned().enumerate();
    let mut running = JoinSet::new();
    loop {
        while running.len() < at_once.max(1) {
            let Some((index, endpoint)) = waiting.next() else {
                break;
            };
            running.spawn(async move { (index, gather_within(&endpoint, &limits, now).await) });
        }
        let Some(joined) = running.join_next().await else {
            break;
        };
        if let Ok((index, answer)) = joined
            && let Some(place) = answers.get_mut(index)
        {
            *place = Some(answer);
        }
    }
    let lost = |endpoint: &Endpoint| {
        Err(TlsError::Unreachable {
            host: endpoint.host.clone(),
            port: endpoint.port,
            source: io::Error::other("the task that asked was stopped"),
        })
    };
    let pairs = endpoints.iter().zip(answers);
    pairs
        .map(|(endpoint, answer)| answer.unwrap_or_else(|| lost(endpoint)))
        .collect()
}

async fn connect(
    endpoint: &Endpoint,
    starttls: Option<StartTls>,
    limits: &Limits,
) -> Result<TcpStream, TlsError> {
    let host = endpoint.host.trim_matches(['[', ']']);
    let connected = timeout(limits.connect, TcpStream::connect((host, endpoint.port))).await;
    let mut stream = connected
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))
        .flatten()
        .map_err(|source| TlsError::Unreachable {
            host: endpoint.host.clone(),
            port: endpoint.port,
            source,
        })?;
    if let Some(protocol) = starttls {
        timeout(limits.answer, protocol.begin(&mut stream))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))
            .flatten()
            .map_err(|source| TlsError::NotBegun {
                host: endpoint.host.clone(),
                port: endpoint.port,
                protocol: protocol.name(),
                source,
            })?;
    }
    Ok(stream)
}

/// Sends a hello and reads until the probe has enough.
async fn exchange(
    stream: &mut TcpStream,
    hello: &[u8],
    probe: &Probe,
    limits: &Limits,
) -> (Vec<u8>, Ended) {
    let until = Instant::now() + limits.answer;
    let mut received = Vec::new();
    if stream.write_all(hello).await.is_err() {
        return (received, Ended::Reset);
    }
    let mut buffer = vec![0; 16 << 10];
    loop {
        match timeout_at(until, stream.read(&mut buffer)).await {
            Err(_) => return (received, Ended::TimedOut),
            Ok(Err(_)) => return (received, Ended::Reset),
            Ok(Ok(0)) => return (received, Ended::Closed),
            Ok(Ok(length)) => received.extend(buffer.iter().take(length)),
        }
        if probe.is_enough(&received) {
            return (received, Ended::Answered);
        }
    }
}
