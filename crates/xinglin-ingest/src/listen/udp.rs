//! Datagrams, many with one call; what the kernel had to drop is counted.

use std::{
    io::{self, IoSliceMut},
    net::{IpAddr, SocketAddr},
    os::fd::AsRawFd as _,
};

use nix::{
    cmsg_space,
    sys::socket::{
        ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, setsockopt,
        sockopt::{RcvBuf, RcvBufForce, RxqOvfl},
    },
};
use thiserror::Error;
use tokio::{io::Interest, net::UdpSocket, sync::watch};

use super::{RawRecord, Shared, SourceKey, Transport};
use crate::{DecodeAs, framing};

/// So many datagrams are read with one call.
const AT_ONCE: usize = 32;
/// No datagram is longer.
const LONGEST: usize = 65_536;
/// The kernel keeps so much for us while we do something else, if its own limit allows it.
const KERNEL_BYTES: usize = 8 << 20;

/// Why datagrams cannot be received.
#[derive(Debug, Error)]
pub enum UdpError {
    /// The address is taken, not of this machine, or not permitted.
    #[error("cannot listen for datagrams at {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The kernel does not count what it drops.
    #[error("the kernel does not tell how many datagrams it drops")]
    Count {
        /// What the system says.
        source: io::Error,
    },
}

/// An address at which datagrams are received.
#[derive(Debug)]
pub struct UdpListener {
    socket: UdpSocket,
}

/// A datagram, in its buffer.
struct Datagram {
    buffer: usize,
    length: usize,
    peer: SocketAddr,
}

/// What one call brought.
struct Received {
    datagrams: Vec<Datagram>,
    /// How many the kernel has dropped since the socket was opened, modulo 2³².
    dropped: Option<u32>,
}

impl UdpListener {
    /// Listens at an address.
    pub async fn bind(address: SocketAddr) -> Result<Self, UdpError> {
        let bound = UdpSocket::bind(address).await;
        let socket = bound.map_err(|source| UdpError::Bind { address, source })?;
        setsockopt(&socket, RxqOvfl, &1).map_err(|errno| UdpError::Count {
            source: errno.into(),
        })?;
        // With the right to it beyond the kernel's own limit, else up to that.
        let forced = setsockopt(&socket, RcvBufForce, &KERNEL_BYTES);
        if let Err(errno) = forced.or_else(|_| setsockopt(&socket, RcvBuf, &KERNEL_BYTES)) {
            tracing::warn!(error = %errno, "the kernel keeps its usual amount of datagrams");
        }
        Ok(Self { socket })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Receives until it is told to stop, or nobody takes messages any more.
    pub async fn serve(self, shared: Shared, mut stop: watch::Receiver<bool>) {
        let mut buffers = vec![vec![0_u8; LONGEST]; AT_ONCE];
        let mut dropped_before = 0_u32;
        while !shared.inlet.is_closed() {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                ready = self.socket.readable() => {
                    if let Err(error) = ready {
                        tracing::error!(error = %error, "datagrams cannot be received any more");
                        return;
                    }
                }
            }
            let read = self
                .socket
                .try_io(Interest::READABLE, || receive(&self.socket, &mut buffers));
            match read {
                Ok(received) => {
                    if let Some(dropped) = received.dropped {
                        let more = dropped.wrapping_sub(dropped_before);
                        dropped_before = dropped;
                        shared.sources.dropped_before(u64::from(more));
                    }
                    take(&shared, &buffers, &received.datagrams);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // An answer by ICMP to something this socket never sent.
                Err(error) => tracing::debug!(error = %error, "a datagram was not received"),
            }
            // Others have their turn even when there is always something to read.
            tokio::task::yield_now().await;
        }
    }
}

fn receive(socket: &UdpSocket, buffers: &mut [Vec<u8>]) -> io::Result<Received> {
    let mut headers =
        MultiHeaders::<SockaddrStorage>::preallocate(buffers.len(), Some(cmsg_space!(u32)));
    let mut slices: Vec<[IoSliceMut<'_>; 1]> = buffers
        .iter_mut()
        .map(|buffer| [IoSliceMut::new(buffer)])
        .collect();
    let mut received = Received {
        datagrams: Vec::with_capacity(AT_ONCE),
        dropped: None,
    };
    let results = recvmmsg(
        socket.as_raw_fd(),
        &mut headers,
        slices.iter_mut(),
        MsgFlags::MSG_DONTWAIT,
        None,
    )?;
    for (buffer, result) in results.enumerate() {
        for message in result.cmsgs().into_iter().flatten() {
            if let ControlMessageOwned::RxqOvfl(count) = message {
                received.dropped = Some(count);
            }
        }
        if let Some(peer) = result.address.as_ref().and_then(peer) {
            received.datagrams.push(Datagram {
                buffer,
                length: result.bytes,
                peer,
            });
        }
    }
    Ok(received)
}

fn peer(address: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(address) = address.as_sockaddr_in() {
        return Some((IpAddr::V4(address.ip()), address.port()).into());
    }
    let address = address.as_sockaddr_in6()?;
    Some((IpAddr::V6(address.ip()), address.port()).into())
}

fn take(shared: &Shared, buffers: &[Vec<u8>], datagrams: &[Datagram]) {
    let received_at = shared.clock.now();
    let mut records = Vec::with_capacity(datagrams.len());
    for datagram in datagrams {
        let source = SourceKey::of(Transport::Udp, datagram.peer);
        let bytes = buffers
            .get(datagram.buffer)
            .and_then(|buffer| buffer.get(..datagram.length));
        let bytes = framing::trimmed(bytes.unwrap_or_default());
        if bytes.is_empty() {
            shared.sources.rejected(source);
            continue;
        }
        records.push(RawRecord {
            source,
            received_at,
            peer: Some(datagram.peer),
            certificate: None,
            path: None,
            bytes: bytes.into(),
            decode_as: DecodeAs::Auto,
            is_cut: false,
        });
    }
    if records.is_empty() {
        return;
    }
    shared.sources.received(&records);
    if let Err(records) = shared.inlet.offer(records) {
        shared.sources.dropped(&records);
    }
}
