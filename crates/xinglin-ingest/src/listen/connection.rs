//! One connection: what is read of it becomes messages, until it ends or takes too long.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::watch,
    time::{Instant, timeout, timeout_at},
};

use super::{RawRecord, Shared, SourceKey, StreamLimits};
use crate::{
    DecodeAs,
    framing::{Frame, Framer, Limits},
};

/// So much is read at once.
const READ_BYTES: usize = 16 << 10;
/// How long a sender may take to hear that we end too.
const FAREWELL: Duration = Duration::from_secs(1);

/// Whose messages come by a connection.
pub(super) struct Sender {
    pub(super) source: SourceKey,
    pub(super) peer: SocketAddr,
    pub(super) certificate: Option<Arc<[u8]>>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The sender ended it, or we stop.
    Regular,
    /// It broke off, or the sender was too slow.
    Rejected,
    /// Nobody takes messages any more.
    Unwanted,
}

/// Reads a connection to its end, and ends it from here too: by TLS a sender that says it ends
/// is owed the same word (RFC 5425 §4.4).
pub(super) async fn read(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    sender: Sender,
    limits: StreamLimits,
    shared: &Shared,
    stop: watch::Receiver<bool>,
) {
    let mut connection = Connection {
        framer: Framer::new(Limits {
            message_bytes: limits.message_bytes,
        }),
        limits,
        sender,
        shared,
        waits_since: Instant::now(),
        is_new: true,
    };
    let end = connection.read(&mut stream, stop).await;
    if end == End::Rejected {
        shared.sources.rejected(connection.sender.source);
    }
    if end != End::Unwanted {
        connection.finish().await;
    }
    // A sender that is gone needs no farewell.
    drop(timeout(FAREWELL, stream.shutdown()).await);
}

struct Connection<'s> {
    framer: Framer,
    limits: StreamLimits,
    sender: Sender,
    shared: &'s Shared,
    /// Since when the message that is under way, or else the next one, is waited for.
    waits_since: Instant,
    /// Whether no message was complete yet.
    is_new: bool,
}

impl Connection<'_> {
    async fn read(
        &mut self,
        mut stream: impl AsyncRead + Unpin,
        mut stop: watch::Receiver<bool>,
    ) -> End {
        let mut buffer = vec![0_u8; READ_BYTES];
        loop {
            let read = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return End::Regular,
                read = timeout_at(self.deadline(), stream.read(&mut buffer)) => read,
            };
            let length = match read {
                Ok(Ok(0)) => return End::Regular,
                Ok(Ok(length)) => length,
                Ok(Err(error)) => {
                    tracing::debug!(error = %error, peer = %self.sender.peer, "a sender of logs broke off");
                    return End::Rejected;
                }
                Err(_) => return self.too_late(),
            };
            if !self.push(buffer.get(..length).unwrap_or_default()).await {
                return End::Unwanted;
            }
        }
    }

    /// Until when the sender must have said something.
    fn deadline(&self) -> Instant {
        let is_under_way = self.is_new || self.framer.waiting_bytes() > 0;
        let patience = if is_under_way {
            self.limits.message
        } else {
            self.limits.silence
        };
        self.waits_since + patience
    }

    fn too_late(&self) -> End {
        if self.is_new || self.framer.waiting_bytes() > 0 {
            tracing::debug!(peer = %self.sender.peer, "a sender of logs was too slow");
            End::Rejected
        } else {
            End::Regular
        }
    }

    /// Takes what was read; whether anybody wants the messages.
    async fn push(&mut self, read: &[u8]) -> bool {
        let was_under_way = self.framer.waiting_bytes() > 0;
        let mut records = Vec::new();
        let received_at = self.shared.clock.now();
        let sender = &self.sender;
        self.framer.push(read, |frame| {
            records.extend(sender.record(frame, received_at));
        });
        if records.is_empty() {
            if !was_under_way && !self.is_new {
                self.waits_since = Instant::now();
            }
            return true;
        }
        self.is_new = false;
        self.shared.sources.received(&records);
        let is_wanted = self.shared.inlet.send(records).await;
        // How long there was no room is not the sender's fault.
        self.waits_since = Instant::now();
        is_wanted
    }

    /// What came after the last complete message.
    async fn finish(self) {
        let received_at = self.shared.clock.now();
        let mut records = Vec::new();
        let sender = self.sender;
        self.framer
            .finish(|frame| records.extend(sender.record(frame, received_at)));
        if !records.is_empty() {
            self.shared.sources.received(&records);
            self.shared.inlet.send(records).await;
        }
    }
}

impl Sender {
    fn record(&self, frame: Frame<'_>, received_at: jiff::Timestamp) -> Option<RawRecord> {
        if frame.bytes.is_empty() {
            return None;
        }
        Some(RawRecord {
            source: self.source,
            received_at,
            peer: Some(self.peer),
            certificate: self.certificate.clone(),
            path: None,
            bytes: frame.bytes.into(),
            decode_as: DecodeAs::Auto,
            is_cut: frame.is_cut,
        })
    }
}
