//! Receives messages over the network: syslog by UDP, TCP and TLS.
//!
//! Receivers put what they read into one channel of bounded size. When that is full, senders
//! by TCP and TLS are not read from until there is room, so they keep what they have; datagrams
//! are dropped and counted, here by source, and by the kernel where it had to drop them before.

mod channel;
mod connection;
mod sources;
mod stream;
mod udp;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use xinglin_core::Clock;

pub use channel::{Batch, Inlet, Outlet, channel};
pub use sources::{SourceState, Sources};
pub use stream::{serve_tcp, serve_tls};
pub use udp::{UdpError, UdpListener};

/// How a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// A datagram.
    Udp,
    /// A plain stream.
    Tcp,
    /// A protected stream.
    Tls,
}

/// Who sends: an address, by a transport. Its ports change and tell nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceKey {
    /// How it sends.
    pub transport: Transport,
    /// From where; addresses of IPv4 as such, also where they came by IPv6.
    pub address: IpAddr,
}

impl SourceKey {
    pub(crate) fn of(transport: Transport, peer: SocketAddr) -> Self {
        let address = peer.ip().to_canonical();
        Self { transport, address }
    }
}

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// Who sent it.
    pub source: SourceKey,
    /// When it was received.
    pub received_at: Timestamp,
    /// The other end.
    pub peer: SocketAddr,
    /// The certificate that a sender by TLS has shown, in DER.
    pub certificate: Option<Arc<[u8]>>,
    /// The message without its frame.
    pub bytes: Box<[u8]>,
    /// Whether it was longer than messages may be, and the rest was thrown away.
    pub is_cut: bool,
}

/// What senders by TCP and TLS may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Bytes of a message; what is longer is cut.
    pub message_bytes: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address.
    pub connections_of_one: usize,
    /// How long a handshake may take.
    pub handshake: Duration,
    /// How long a message may take from its first byte to its last, and a connection until its
    /// first message is complete.
    pub message: Duration,
    /// How long a connection may be silent between messages.
    pub silence: Duration,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self {
            message_bytes: 256 << 10,
            connections: 512,
            connections_of_one: 64,
            handshake: Duration::from_secs(10),
            message: Duration::from_secs(30),
            silence: Duration::from_hours(2),
        }
    }
}

/// What all receivers share.
#[derive(Clone)]
pub struct Shared {
    /// Where messages go.
    pub inlet: Inlet,
    /// What is known of each source.
    pub sources: Arc<Sources>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}
