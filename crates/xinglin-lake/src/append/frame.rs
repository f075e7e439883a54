//! Frames: messages written together, checked by CRC-32C.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use jiff::Timestamp;

use crate::{
    binary::{Reading, put_bytes, put_number, put_signed},
    rows::Receipt,
};

/// A message as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// How it came. The time is kept to the microsecond.
    pub receipt: Receipt<'a>,
    /// The message itself, as its framing gave it.
    pub bytes: &'a [u8],
}

/// How far something outside was read of which messages are in the log. It is durable together
/// with the messages it is appended with: after a crash both are there or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// What was read; a later position of the same key replaces this one.
    pub key: String,
    /// How far, for whoever reads it; none when the key is to be forgotten.
    pub state: Option<String>,
}

/// What no message came by: a position, of which the source is the key.
const POSITION: &str = "\0position";
/// In place of the other end: the position is forgotten.
const FORGOTTEN: &str = "\0forgotten";

impl Message<'_> {
    /// The position that stands in place of a message, if this is one.
    pub(crate) fn position(&self) -> Option<Position> {
        if self.receipt.transport != POSITION {
            return None;
        }
        let is_kept = self.receipt.peer != FORGOTTEN;
        Some(Position {
            key: self.receipt.source.to_owned(),
            state: is_kept.then(|| String::from_utf8_lossy(self.bytes).into_owned()),
        })
    }
}

const MAGIC: &[u8; 4] = b"XLf1";
/// Magic, CRC, lengths packed and unpacked, count, codec, first number.
pub(super) const HEAD: usize = 32;
/// What a frame may hold, unpacked. Far more than is ever written.
pub(super) const MOST_PAYLOAD: usize = 64 << 20;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
const LEVEL: i32 = 1;

/// Messages on their way into a frame.
#[derive(Default)]
pub(crate) struct FrameBuilder {
    payload: Vec<u8>,
    count: u32,
    /// Sources, peers and transports of the messages; the payload refers to them by number.
    contexts: Vec<Context>,
    known: HashTable<u32>,
    last: u32,
    received: i64,
}

struct Context {
    hash: u64,
    words: [Box<str>; 3],
}

impl FrameBuilder {
    pub(crate) fn bytes(&self) -> usize {
        self.payload.len()
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The messages, to be written.
    pub(super) fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// Adds a message.
    pub(crate) fn push(&mut self, message: &Message<'_>) {
        let Receipt {
            source,
            peer,
            transport,
            received_at,
        } = message.receipt;
        let words = [source, peer, transport];
        if let Some(number) = self.context(words) {
            put_number(&mut self.payload, u64::from(number));
        } else {
            put_number(&mut self.payload, 0);
            for word in words {
                put_bytes(&mut self.payload, word.as_bytes());
            }
        }
        let received = received_at.as_microsecond();
        put_signed(&mut self.payload, received.wrapping_sub(self.received));
        self.received = received;
        put_bytes(&mut self.payload, message.bytes);
        self.count += 1;
    }

    /// Adds a position, which takes the number of a message.
    pub(crate) fn push_position(&mut self, position: &Position) {
        let is_kept = position.state.is_some();
        self.push(&Message {
            receipt: Receipt {
                source: &position.key,
                peer: if is_kept { "" } else { FORGOTTEN },
                transport: POSITION,
                received_at: Timestamp::from_microsecond(self.received).unwrap_or_default(),
            },
            bytes: position.state.as_deref().unwrap_or_default().as_bytes(),
        });
    }

    /// The number of a context; none when it is new, and then it has one.
    fn context(&mut self, words: [&str; 3]) -> Option<u32> {
        let contexts = &self.contexts;
        let is = |number: u32| {
            let place = usize::try_from(number)
                .ok()
                .and_then(|number| number.checked_sub(1));
            let context = place.and_then(|place| contexts.get(place));
            context.is_some_and(|context| context.words.iter().map(AsRef::as_ref).eq(words))
        };
        if is(self.last) {
            return Some(self.last);
        }
        let hash = FixedState::with_seed(3).hash_one(words);
        if let Some(number) = self.known.find(hash, |number| is(*number)) {
            self.last = *number;
            return Some(*number);
        }
        self.contexts.push(Context {
            hash,
            words: words.map(Into::into),
        });
        self.last = u32::try_from(self.contexts.len()).unwrap_or(u32::MAX);
        let contexts = &self.contexts;
        self.known.insert_unique(hash, self.last, |number| {
            let place = usize::try_from(*number)
                .ok()
                .and_then(|number| number.checked_sub(1));
            place
                .and_then(|place| contexts.get(place))
                .map_or(0, |context| context.hash)
        });
        None
    }
}

/// Reads the messages of a payload.
pub(crate) struct Messages<'a> {
    reading: Reading<'a>,
    contexts: Vec<[&'a str; 3]>,
    received: i64,
}

impl<'a> Messages<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Self {
        Self {
            reading: Reading::new(payload),
            contexts: Vec::new(),
            received: 0,
        }
    }

    fn read(&mut self) -> Option<Message<'a>> {
        let number = usize::try_from(self.reading.number()?).ok()?;
        let [source, peer, transport] = if let Some(place) = number.checked_sub(1) {
            *self.contexts.get(place)?
        } else {
            let mut text = || self.reading.text();
            let context = [text()?, text()?, text()?];
            self.contexts.push(context);
            context
        };
        self.received = self.received.wrapping_add(self.reading.signed()?);
        Some(Message {
            receipt: Receipt {
                source,
                peer,
                transport,
                received_at: Timestamp::from_microsecond(self.received).ok()?,
            },
            bytes: self.reading.bytes()?,
        })
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reading.is_at_end() {
            return None;
        }
        self.read()
    }
}

/// The head of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    crc: u32,
    /// The length of the packed messages.
    pub(super) packed: usize,
    payload: usize,
    pub(super) count: u32,
    codec: u8,
    pub(super) first: u64,
}

/// Writes a frame.
pub(super) fn encode(
    payload: &[u8],
    count: u32,
    first: u64,
    into: &mut Vec<u8>,
) -> std::io::Result<()> {
    into.clear();
    let packed = zstd::bulk::compress(payload, LEVEL)?;
    let (codec, body) = if packed.len() < payload.len() {
        (ZSTD, packed.as_slice())
    } else {
        (PLAIN, payload)
    };
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(std::io::Error::other);
    into.extend_from_slice(MAGIC);
    into.extend_from_slice(&[0; 4]);
    into.extend_from_slice(&length(body)?.to_le_bytes());
    into.extend_from_slice(&length(payload)?.to_le_bytes());
    into.extend_from_slice(&count.to_le_bytes());
    into.extend_from_slice(&[codec, 0, 0, 0]);
    into.extend_from_slice(&first.to_le_bytes());
    into.extend_from_slice(body);
    let crc = crc32c::crc32c(into.get(8..).unwrap_or_default());
    if let Some(place) = into.get_mut(4..8) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
    Ok(())
}

impl Head {
    /// Reads the head of a frame; nothing when it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEAD] = bytes.get(..HEAD)?.try_into().ok()?;
        let word = |place: usize| -> Option<u32> {
            Some(u32::from_le_bytes(
                bytes.get(place..place + 4)?.try_into().ok()?,
            ))
        };
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let head = Self {
            crc: word(4)?,
            packed: usize::try_from(word(8)?).ok()?,
            payload: usize::try_from(word(12)?).ok()?,
            count: word(16)?,
            codec: *bytes.get(20)?,
            first: u64::from(word(24)?) | u64::from(word(28)?) << 32,
        };
        let fits =
            head.payload <= MOST_PAYLOAD && head.packed <= head.payload && head.codec <= ZSTD;
        fits.then_some(head)
    }

    /// The messages of a frame of which `frame` is all; nothing when it is damaged.
    pub(super) fn payload(&self, frame: &[u8]) -> Option<Vec<u8>> {
        if crc32c::crc32c(frame.get(8..)?) != self.crc {
            return None;
        }
        let body = frame.get(HEAD..)?;
        let payload = match self.codec {
            ZSTD => crate::unpack::unpack(body, self.payload)?,
            _ => body.to_vec(),
        };
        (payload.len() == self.payload).then_some(payload)
    }

    /// Where a frame may begin in these bytes.
    pub(super) fn find(bytes: &[u8]) -> Option<usize> {
        memchr::memmem::find(bytes, MAGIC)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_are_read_as_they_came() {
        let mut builder = FrameBuilder::default();
        let sources = ["fw-1", "his-db", "fw-1"];
        let messages: Vec<_> = (0..100_i64)
            .zip(sources.into_iter().cycle())
            .map(|(turn, source)| Message {
                receipt: Receipt {
                    source,
                    peer: "10.0.0.1",
                    transport: "udp",
                    received_at: Timestamp::from_microsecond(1_782_864_000_000_000 - turn * 7)
                        .unwrap(),
                },
                bytes: b"a\0message of which many come again and again",
            })
            .collect();
        for message in &messages {
            builder.push(message);
        }
        let payload = builder.into_payload();
        let mut frame = Vec::new();
        encode(&payload, 100, 7, &mut frame).unwrap();
        assert!(frame.len() < payload.len() / 4);
        let head = Head::read(&frame).unwrap();
        assert_eq!(
            (head.count, head.first, head.packed),
            (100, 7, frame.len() - HEAD)
        );
        let again = head.payload(&frame).unwrap();
        assert_eq!(Messages::new(&again).collect::<Vec<_>>(), messages);
    }

    #[test]
    fn positions_are_read_as_they_were_written() {
        let position = |key: &str, state: Option<&str>| Position {
            key: key.to_owned(),
            state: state.map(str::to_owned),
        };
        let positions = [
            position("input/1/66:7", Some("1 4711 /var/log/his.log")),
            position("input/1/begun", Some("")),
            position("input/1/66:8", None),
        ];
        let mut builder = FrameBuilder::default();
        for one in &positions {
            builder.push_position(one);
        }
        assert_eq!(builder.count(), 3);
        let payload = builder.into_payload();
        let read = Messages::new(&payload).map(|message| message.position().unwrap());
        assert_eq!(read.collect::<Vec<_>>(), positions);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_found(place in any::<prop::sample::Index>(), change in 1_u8..) {
            let mut frame = Vec::new();
            encode(b"some messages, some messages, some messages", 3, 9, &mut frame).unwrap();
            let whole = Head::read(&frame).unwrap();
            let at = place.index(frame.len());
            frame[at] ^= change;
            let read = Head::read(&frame).and_then(|head| {
                (head.packed == whole.packed).then(|| head.payload(&frame))?
            });
            prop_assert_eq!(read, None);
        }

        #[test]
        fn no_payload_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            for message in Messages::new(&bytes) {
                prop_assert!(message.bytes.len() <= bytes.len());
            }
        }
    }
}
