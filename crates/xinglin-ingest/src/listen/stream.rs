//! Streams: connections are accepted, protected where that is wanted, and read.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use super::{
    Shared, SourceKey, StreamLimits, Transport,
    connection::{self, Sender},
};

/// What is under way may take so long to end when the receiver stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// Receives plain streams until it is told to stop.
pub async fn serve_tcp(
    listener: TcpListener,
    limits: StreamLimits,
    shared: Shared,
    stop: watch::Receiver<bool>,
) {
    serve(listener, None, limits, shared, stop).await;
}

/// Receives streams protected by TLS until it is told to stop. Whether senders must show a
/// certificate, and whose, is in `tls`.
pub async fn serve_tls(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    limits: StreamLimits,
    shared: Shared,
    stop: watch::Receiver<bool>,
) {
    serve(listener, Some(tls.into()), limits, shared, stop).await;
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: StreamLimits,
    shared: Shared,
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let stopping = stop.clone();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(error = %error, "a connection of a sender of logs broke down");
                }
            }
            accepted = accept(&listener, &slots) => {
                let Some((slot, stream, peer)) = accepted else { continue };
                let transport = if tls.is_some() { Transport::Tls } else { Transport::Tcp };
                let source = SourceKey::of(transport, peer);
                if !shared.sources.connected(source, limits.connections_of_one) {
                    continue;
                }
                let sender = Sender { source, peer, certificate: None };
                let (tls, shared, stop) = (tls.clone(), shared.clone(), stopping.clone());
                connections.spawn(async move {
                    receive(stream, tls, sender, limits, &shared, stop).await;
                    shared.sources.disconnected(source);
                    drop(slot);
                });
            }
        }
    }
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("connections of senders of logs did not end in time and were cut");
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((slot, stream, peer)),
        Err(error) => {
            // No descriptors left, or the like: it is no use to try at once.
            tracing::warn!(error = %error, "a connection of a sender of logs was not accepted");
            sleep(Duration::from_secs(1)).await;
            None
        }
    }
}

async fn receive(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    mut sender: Sender,
    limits: StreamLimits,
    shared: &Shared,
    stop: watch::Receiver<bool>,
) {
    let Some(tls) = tls else {
        connection::read(stream, sender, limits, shared, stop).await;
        return;
    };
    match timeout(limits.handshake, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let shown = stream.get_ref().1.peer_certificates();
            let shown = shown.and_then(<[_]>::first);
            sender.certificate = shown.map(|certificate| certificate.as_ref().into());
            connection::read(stream, sender, limits, shared, stop).await;
        }
        Ok(Err(error)) => {
            tracing::debug!(error = %error, peer = %sender.peer, "a handshake with a sender of logs failed");
            shared.sources.rejected(sender.source);
        }
        Err(_) => shared.sources.rejected(sender.source),
    }
}
