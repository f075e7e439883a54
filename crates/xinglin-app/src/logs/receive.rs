//! Listening for syslog, and from the channel into the lake. What is followed has channels of its
//! own, see [`super::inputs`].

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};
use tokio_rustls::rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use xinglin_ingest::{
    Joiner,
    listen::{
        Batch, Outlet, RawRecord, Shared, StreamLimits, UdpListener, channel, serve_tcp, serve_tls,
    },
};
use xinglin_lake::{AppendError, Ticket};

use super::{
    Logs,
    messages::{Arrived, append},
};
use crate::{Actor, App, AppError, Permission, tasks::blocking};

/// What waits between receivers and the lake may take so much.
const CHANNEL_BYTES: u32 = 32 << 20;
/// So many batches are on their way to the disk at once.
const UNDER_WAY: usize = 64;
/// A disk that cannot be written is tried again after this time.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// Records of one event that wait for others are looked at so often.
const EXPIRE_EVERY: Duration = Duration::from_secs(1);

/// Where to listen for syslog.
#[derive(Debug, Default)]
pub struct Listen {
    /// Datagrams.
    pub udp: Option<SocketAddr>,
    /// Plain streams.
    pub tcp: Option<SocketAddr>,
    /// Streams protected by TLS.
    pub tls: Option<(SocketAddr, SyslogTls)>,
    /// Folders of which files may be followed.
    pub roots: Vec<PathBuf>,
}

/// Where it listens now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listening {
    /// Datagrams.
    pub udp: Option<SocketAddr>,
    /// Plain streams.
    pub tcp: Option<SocketAddr>,
    /// Streams protected by TLS.
    pub tls: Option<SocketAddr>,
}

/// How streams are protected.
#[derive(Debug, Clone)]
pub struct SyslogTls(Arc<ServerConfig>);

impl SyslogTls {
    /// Reads the certificate (with its chain) and the key of this server, both PEM, and the
    /// authority of senders where they must show a certificate.
    ///
    /// # Errors
    /// [`crate::Code::UnreadableFile`] with the file that cannot be used.
    pub fn load(
        certificate: &Path,
        key: &Path,
        authority: Option<&Path>,
    ) -> Result<Self, AppError> {
        let unreadable = |path: &Path, problem: String| {
            AppError::new(crate::Code::UnreadableFile).field(
                "file",
                path.to_string_lossy(),
                problem,
            )
        };
        let chain = |path: &Path| {
            let read: Result<Vec<_>, _> =
                CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
            let read = read.map_err(|error| unreadable(path, error.to_string()))?;
            if read.is_empty() {
                return Err(unreadable(path, "a certificate in PEM".to_owned()));
            }
            Ok(read)
        };
        let own = chain(certificate)?;
        let secret = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| unreadable(key, error.to_string()))?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(AppError::internal)?;
        let builder = match authority {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for authority in chain(path)? {
                    roots
                        .add(authority)
                        .map_err(|error| unreadable(path, error.to_string()))?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                        .build()
                        .map_err(|error| unreadable(path, error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder
            .with_single_cert(own, secret)
            .map_err(|error| unreadable(certificate, error.to_string()))?;
        Ok(Self(Arc::new(config)))
    }
}

impl App {
    /// Listens for syslog and follows what is to be followed from now on; where it listens.
    ///
    /// # Errors
    /// [`crate::Code::Unavailable`] while the logs are not open, [`crate::Code::Internal`]
    /// for an address that cannot be had.
    pub async fn receive_logs(&self, listen: Listen) -> Result<Listening, AppError> {
        let logs = self.logs()?;
        let (inlet, outlet) = channel(CHANNEL_BYTES);
        let shared = Shared {
            inlet,
            sources: Arc::clone(&logs.heard),
            clock: self.clock(),
        };
        let mut listening = Listening::default();
        let stop = || self.tasks().stopping();
        if let Some(address) = listen.udp {
            let listener = UdpListener::bind(address)
                .await
                .map_err(AppError::internal)?;
            listening.udp = Some(listener.local_addr().map_err(AppError::internal)?);
            let task = listener.serve(shared.clone(), stop());
            self.tasks().spawn("syslog by UDP", task);
        }
        let limits = StreamLimits::default();
        if let Some(address) = listen.tcp {
            let (listener, at) = bind(address).await?;
            listening.tcp = Some(at);
            let task = serve_tcp(listener, limits, shared.clone(), stop());
            self.tasks().spawn("syslog by TCP", task);
        }
        if let Some((address, SyslogTls(tls))) = listen.tls {
            let (listener, at) = bind(address).await?;
            listening.tls = Some(at);
            let task = serve_tls(listener, tls, limits, shared.clone(), stop());
            self.tasks().spawn("syslog by TLS", task);
        }
        let (sender, receiver) = mpsc::channel(UNDER_WAY);
        let taking = take(Arc::clone(&logs), outlet, sender);
        self.tasks().spawn("logs received", taking);
        // Who receives twice goes on telling the first.
        logs.listening.get_or_init(|| listening.clone());
        self.tasks()
            .spawn("logs kept", wait(Arc::clone(&logs), receiver, stop()));
        self.start_log_inputs(listen.roots).await?;
        Ok(listening)
    }

    /// Where it listens for syslog.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission, [`crate::Code::Unavailable`] while the
    /// logs are not open.
    pub fn log_listeners(&self, actor: &Actor) -> Result<Listening, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require_sight(Permission::LogsRead)?;
        }
        let listening = self.logs()?.listening.get().cloned();
        Ok(listening.unwrap_or_default())
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), AppError> {
    let bound = TcpListener::bind(address).await;
    let listener = bound
        .map_err(|error| AppError::internal(format!("cannot listen on {address}: {error}")))?;
    let at = listener.local_addr().map_err(AppError::internal)?;
    Ok((listener, at))
}

/// Messages on their way to the disk. The batch they came in is held until they are there: what
/// it takes counts as waiting.
struct UnderWay {
    arrived: Arc<Vec<Arrived>>,
    tickets: Result<Vec<Ticket>, AppendError>,
    _batch: Option<Batch>,
}

/// Takes messages out of the channel until all receivers have ended.
async fn take(logs: Arc<Logs>, mut outlet: Outlet, sender: mpsc::Sender<UnderWay>) {
    let mut joining = Joining::default();
    let mut expire = interval(EXPIRE_EVERY);
    expire.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let (arrived, batch) = tokio::select! {
            batch = outlet.next() => match batch {
                Some(mut batch) => {
                    let records = std::mem::take(&mut batch.records);
                    (joining.take(&logs, records), Some(batch))
                }
                None => break,
            },
            _ = expire.tick() => (joining.expire(), None),
        };
        if !hand_over(&logs, arrived, batch, &sender).await {
            return;
        }
    }
    let last = joining.finish();
    hand_over(&logs, last, None, &sender).await;
}

/// Hands messages to the lake; whether anybody waits for them.
async fn hand_over(
    logs: &Arc<Logs>,
    arrived: Vec<Arrived>,
    batch: Option<Batch>,
    sender: &mpsc::Sender<UnderWay>,
) -> bool {
    if arrived.is_empty() {
        return true;
    }
    let arrived = Arc::new(arrived);
    let (shared, these) = (Arc::clone(logs), Arc::clone(&arrived));
    let Ok(tickets) = blocking(move || append(&shared.lake, &these)).await else {
        return false;
    };
    let under_way = UnderWay {
        arrived,
        tickets,
        _batch: batch,
    };
    sender.send(under_way).await.is_ok()
}

/// Waits for messages to be durable, in their order. Those that cannot be written are tried
/// again until they can, or the server stops.
async fn wait(
    logs: Arc<Logs>,
    mut under_way: mpsc::Receiver<UnderWay>,
    mut stop: watch::Receiver<bool>,
) {
    while let Some(mut one) = under_way.recv().await {
        let mut tickets = std::mem::replace(&mut one.tickets, Ok(Vec::new()));
        loop {
            let waited = match tickets {
                Ok(tickets) => {
                    let all = || tickets.into_iter().try_for_each(|one| one.wait().map(drop));
                    blocking(all).await.unwrap_or(Ok(()))
                }
                Err(error) => Err(error),
            };
            let Err(error) = waited else { break };
            tracing::error!(%error, "messages could not be written and are tried again");
            if matches!(error, AppendError::Closed) {
                return;
            }
            let stopping = async { stop.wait_for(|stop| *stop).await.is_ok() };
            if tokio::time::timeout(TRY_AGAIN, stopping).await.is_ok() {
                return;
            }
            let (logs, arrived) = (Arc::clone(&logs), Arc::clone(&one.arrived));
            tickets = match blocking(move || append(&logs.lake, &arrived)).await {
                Ok(tickets) => tickets,
                Err(_) => return,
            };
        }
    }
}

/// Records of events that come as messages of their own, by source.
#[derive(Default)]
struct Joining {
    by_source: HashMap<Arc<str>, (Joiner, Arrived)>,
    last: Option<Timestamp>,
}

impl Joining {
    fn take(&mut self, logs: &Logs, records: Vec<RawRecord>) -> Vec<Arrived> {
        let mut arrived = Vec::with_capacity(records.len());
        for record in records {
            let one = of_record(logs, record);
            self.last = Some(one.received_at);
            let Some(text) = one.joined_text() else {
                arrived.push(one);
                continue;
            };
            let source = Arc::clone(&one.source);
            let (joiner, like) = self
                .by_source
                .entry(source)
                .or_insert_with(|| (Joiner::default(), one.clone()));
            joiner.push(&text, one.received_at, |event| {
                arrived.push(with(like, event.received_at, event.text));
            });
        }
        arrived
    }

    fn expire(&mut self) -> Vec<Arrived> {
        let mut arrived = Vec::new();
        let Some(now) = self.last.as_mut() else {
            return arrived;
        };
        // A second has passed since the last time, whatever else came.
        *now += EXPIRE_EVERY;
        for (joiner, like) in self.by_source.values_mut() {
            joiner.expire(*now, |event| {
                arrived.push(with(like, event.received_at, event.text));
            });
        }
        arrived
    }

    fn finish(self) -> Vec<Arrived> {
        let mut arrived = VecDeque::new();
        for (joiner, like) in self.by_source.into_values() {
            joiner.finish(|event| arrived.push_back(with(&like, event.received_at, event.text)));
        }
        arrived.into()
    }
}

fn with(like: &Arrived, received_at: Timestamp, text: String) -> Arrived {
    Arrived {
        received_at,
        bytes: text.into_bytes().into(),
        ..like.clone()
    }
}

fn of_record(logs: &Logs, record: RawRecord) -> Arrived {
    let peer = record.peer.map(|peer| peer.ip().to_canonical());
    let (source, peer) = match peer {
        Some(address) => (logs.registry.name_of(address), address.to_string()),
        None => (record.source.transport.word().into(), String::new()),
    };
    Arrived {
        source,
        peer: peer.into(),
        transport: record.source.transport.word(),
        received_at: record.received_at,
        bytes: record.bytes,
    }
}
