//! What agents call: a listener of its own, with TLS on both sides.
//!
//! Agents speak `xinglin-wire` here and nothing else; people and the page have no business on
//! this port. Whoever has no certificate yet may only enrol. Bytes from outside are bounded
//! in number and in time before anything reads them.

mod connections;
mod messages;
mod names;
mod tls;

use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{Arc, RwLock},
};

use thiserror::Error;
use tokio::net::TcpListener;
use tokio_rustls::rustls::ServerConfig;
use xinglin_app::{App, AppError};

pub use names::AgentNames;

/// A listener for agents that cannot be started.
#[derive(Debug, Error)]
pub enum AgentListenError {
    /// The address cannot be bound.
    #[error("cannot listen for agents on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Keys or certificates cannot be made or read.
    #[error("no certificate for agents")]
    Certificates(#[from] AppError),
    /// Keys and certificates do not fit together.
    #[error("the certificate for agents cannot be used")]
    Unusable(#[source] tls::TlsError),
}

/// A bound listener for agents.
pub struct AgentListener {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    names: AgentNames,
    tls: RwLock<Arc<ServerConfig>>,
}

impl AgentListener {
    /// Binds `address`, and makes what it takes to prove there who this server is.
    ///
    /// # Errors
    /// See [`AgentListenError`].
    pub async fn bind(
        app: Arc<App>,
        address: SocketAddr,
        names: AgentNames,
    ) -> Result<Self, AgentListenError> {
        let bound = TcpListener::bind(address).await;
        let bound = bound.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) =
            bound.map_err(|source| AgentListenError::Bind { address, source })?;
        let tls = prepare(&app, address, &names).await?;
        Ok(Self {
            app,
            listener,
            address,
            names,
            tls: RwLock::new(tls),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where agents reach it: `https://host:port`.
    pub fn url(&self) -> String {
        self.names.url(self.address)
    }

    /// Serves agents until `stop`; then no more are accepted, and what is under way ends.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) {
        connections::serve(&self, stop).await;
        self.app.expect_no_agents();
    }

    /// The configuration of new connections.
    fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.tls.read().ok().map(|tls| Arc::clone(&tls))
    }

    /// Makes the certificate anew where its end is near.
    async fn renew(&self) {
        match prepare(&self.app, self.address, &self.names).await {
            Ok(fresh) => {
                if let Ok(mut tls) = self.tls.write() {
                    *tls = fresh;
                }
            }
            Err(error) => {
                tracing::error!(error = %error, "the certificate for agents was not renewed");
            }
        }
    }
}

async fn prepare(
    app: &App,
    address: SocketAddr,
    names: &AgentNames,
) -> Result<Arc<ServerConfig>, AgentListenError> {
    let certificates = app
        .expect_agents(names.url(address), names.covered(address))
        .await?;
    tls::config(&certificates).map_err(AgentListenError::Unusable)
}
