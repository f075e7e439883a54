//! Connections of agents: accepted, protected, answered, ended.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use super::{
    AgentListener,
    messages::{self, Shown},
};

/// So many connections at a time; whoever comes next waits in the system's queue.
const MOST_CONNECTIONS: usize = 256;
/// A handshake takes no longer.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Nor does the head of a request, or the pause before the next.
const HEAD: Duration = Duration::from_secs(20);
/// Whoever has no certificate has one thing to say.
const STRANGER_LIFE: Duration = Duration::from_secs(30);
/// An agent may fetch a program over a slow line.
const AGENT_LIFE: Duration = Duration::from_mins(35);
/// As long may what is under way take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(8);
/// The largest head of a request.
const MAX_HEAD_BYTES: usize = 64 << 10;
const DAY: Duration = Duration::from_hours(24);

pub(super) async fn serve(agents: &AgentListener, stop: impl Future<Output = ()>) {
    let router = messages::router(Arc::clone(&agents.app));
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let stopping = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    let mut days = interval(DAY);
    days.tick().await;
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = days.tick() => agents.renew().await,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(error = %error, "a connection of an agent broke down");
                }
            }
            accepted = accept(agents, &slots) => {
                if let (Some((slot, stream)), Some(tls)) = (accepted, agents.tls()) {
                    let stopping = stopping.subscribe();
                    connections.spawn(connection(slot, stream, tls, router.clone(), stopping));
                }
            }
        }
    }
    stopping.send_replace(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("connections of agents did not end in time and were cut");
    }
}

/// The next connection, once there is room for it.
async fn accept(
    agents: &AgentListener,
    slots: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, TcpStream)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match agents.listener.accept().await {
        Ok((stream, _)) => Some((slot, stream)),
        Err(error) => {
            // No descriptors left, or the like: it is no use to try at once.
            tracing::warn!(error = %error, "a connection of an agent was not accepted");
            sleep(Duration::from_secs(1)).await;
            None
        }
    }
}

async fn connection(
    slot: OwnedSemaphorePermit,
    stream: TcpStream,
    tls: Arc<ServerConfig>,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    let handshake = timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream));
    let stream = match handshake.await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            tracing::debug!(error = %error, "a handshake with an agent failed");
            return;
        }
        Err(_) => return,
    };
    let shown = stream.get_ref().1.peer_certificates();
    let shown = shown.and_then(<[_]>::first);
    let shown = Shown(shown.map(|certificate| certificate.to_vec()));
    let life = if shown.0.is_some() {
        AGENT_LIFE
    } else {
        STRANGER_LIFE
    };
    let service = TowerToHyperService::new(router.layer(Extension(shown)));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    );
    let served = async {
        tokio::select! {
            ended = connection.as_mut() => return ended,
            _ = stopping.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Ok(Err(error)) = timeout(life, served).await {
        tracing::debug!(error = %error, "a connection of an agent broke off");
    }
    drop(slot);
}
