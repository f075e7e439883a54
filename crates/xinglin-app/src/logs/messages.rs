//! Messages on their way into the lake.

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use xinglin_ingest::{DecodeAs, Joiner, WrittenIn, decode};
use xinglin_lake::{AppendError, Lake, Message, Position, Receipt, Ticket};

/// So many bytes are handed to the lake at once.
const AT_ONCE_BYTES: usize = 4 << 20;

/// A message with how it came.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) source: Arc<str>,
    pub(crate) peer: Arc<str>,
    pub(crate) transport: &'static str,
    pub(crate) received_at: Timestamp,
    pub(crate) bytes: Box<[u8]>,
}

impl Arrived {
    fn message(&self) -> Message<'_> {
        self.message_of(&self.bytes)
    }

    /// Another message that came as this one did.
    pub(crate) fn message_of<'a>(&'a self, bytes: &'a [u8]) -> Message<'a> {
        Message {
            receipt: Receipt {
                source: &self.source,
                peer: &self.peer,
                transport: self.transport,
                received_at: self.received_at,
            },
            bytes,
        }
    }

    /// The text, when it is a record that may belong to an event with others.
    pub(crate) fn joined_text(&self) -> Option<Cow<'_, str>> {
        let decoded = decode(&self.bytes, DecodeAs::Auto);
        let is_record = decoded.written_in == WrittenIn::Utf8 && Joiner::takes(&decoded.text);
        is_record.then_some(decoded.text)
    }
}

/// Hands messages to the lake; the tickets say when they are durable.
pub(crate) fn append(lake: &Lake, arrived: &[Arrived]) -> Result<Vec<Ticket>, AppendError> {
    let mut tickets = Vec::new();
    let mut at_once: Vec<Message<'_>> = Vec::new();
    let mut bytes = 0;
    for one in arrived {
        if bytes > 0 && bytes + one.bytes.len() > AT_ONCE_BYTES {
            tickets.push(lake.append(&at_once)?);
            at_once.clear();
            bytes = 0;
        }
        bytes += one.bytes.len();
        at_once.push(one.message());
    }
    if !at_once.is_empty() {
        tickets.push(lake.append(&at_once)?);
    }
    Ok(tickets)
}

/// Keeps messages and how far their input was read, both or neither: returns when they are
/// durable.
pub(crate) fn keep_with(
    lake: &Lake,
    arrived: &[Arrived],
    positions: &[Position],
) -> Result<(), AppendError> {
    let messages: Vec<Message<'_>> = arrived.iter().map(Arrived::message).collect();
    lake.append_with(&messages, positions)?.wait().map(drop)
}

/// Keeps messages: returns when they are durable.
pub(crate) fn keep(lake: &Lake, arrived: &[Arrived]) -> Result<(), AppendError> {
    for ticket in append(lake, arrived)? {
        ticket.wait()?;
    }
    Ok(())
}

/// Puts records of one event together, in messages that came together of one source.
pub(crate) fn joined(arrived: Vec<Arrived>) -> Vec<Arrived> {
    let mut joiner = Joiner::default();
    let mut whole = Vec::with_capacity(arrived.len());
    let mut like = None;
    for one in arrived {
        let Some(text) = one.joined_text().map(Cow::into_owned) else {
            whole.push(one);
            continue;
        };
        joiner.push(&text, one.received_at, |event| {
            whole.push(Arrived {
                bytes: event.text.into_bytes().into(),
                ..one.clone()
            });
        });
        like = Some(one);
    }
    if let Some(like) = like {
        joiner.finish(|event| {
            whole.push(Arrived {
                bytes: event.text.into_bytes().into(),
                ..like.clone()
            });
        });
    }
    whole
}
