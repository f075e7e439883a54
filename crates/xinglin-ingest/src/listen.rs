//! Receives messages: syslog by UDP, TCP and TLS, and what is written to files and to the
//! system's journal.
//!
//! Receivers put what they read into one channel of bounded size. When that is full, senders
//! by TCP and TLS are not read from until there is room, so they keep what they have; datagrams
//! are dropped and counted, here by source, and by the kernel where it had to drop them before.
//! Files and the journal are read no further, and how far they were read is known again after a
//! restart, by the [`Checkpoint`]s that come with a [`Batch`].

mod channel;
mod checkpoint;
mod connection;
mod files;
mod journal;
mod progress;
mod sources;
mod stream;
mod udp;

use std::{
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use xinglin_core::Clock;

use crate::DecodeAs;

pub use channel::{Batch, Inlet, Outlet, channel};
pub use checkpoint::Checkpoint;
pub use files::{Existing, Follow, FollowError, Follower, Look, follow_files};
pub use journal::{Journal, journal_is_readable, read_journal};
pub use progress::{FileProgress, Problem, Progress, Trouble};
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
    /// A request.
    Http,
    /// A file that is followed.
    File,
    /// The system's journal.
    Journal,
}

impl Transport {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::File => "file",
            Self::Journal => "journal",
        }
    }
}

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// An address. Its ports change and tell nothing.
    Address(IpAddr),
    /// What is set up as a source under this number: files, a journal, a token of requests.
    Configured(u32),
}

/// Who sends, by a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceKey {
    /// How it sends.
    pub transport: Transport,
    /// From where; addresses of IPv4 as such, also where they came by IPv6.
    pub origin: Origin,
}

impl SourceKey {
    pub(crate) fn of(transport: Transport, peer: SocketAddr) -> Self {
        let origin = Origin::Address(peer.ip().to_canonical());
        Self { transport, origin }
    }
}

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// Who sent it.
    pub source: SourceKey,
    /// When it was received.
    pub received_at: Timestamp,
    /// The other end; none where there is no network.
    pub peer: Option<SocketAddr>,
    /// The certificate that a sender by TLS has shown, in DER.
    pub certificate: Option<Arc<[u8]>>,
    /// The file it was read from.
    pub path: Option<Arc<Path>>,
    /// The message without its frame.
    pub bytes: Box<[u8]>,
    /// How the bytes are to be read, where that is known better than from them alone;
    /// `Auto` leaves it to the settings of the source.
    pub decode_as: DecodeAs,
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
