//! From messages of the lake to events, by the parsers of the content.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use jiff::tz::{self, TimeZone};
use xinglin_core::{Event, TimeSource};
use xinglin_ingest::{DecodeAs, Format, Memory, Parsers, Settings, decode};
use xinglin_lake::{Message, ReadMessage};

/// So many sources have a memory of their own between messages.
const MOST_MEMORIES: usize = 4_096;
/// Messages that are received as they are written: their times say how right a clock is.
const LIVE: [&str; 3] = ["udp", "tcp", "tls"];

/// What readers are told of sources, and what they tell of them.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The parser that all messages of a source are for.
    formats: RwLock<HashMap<String, String>>,
    /// How many seconds the clock of a source is behind.
    skews: Mutex<HashMap<String, i64>>,
}

impl Reading {
    /// Sets which parser the messages of a source are for.
    pub(crate) fn set_format(&self, source: &str, parser: Option<&str>) {
        let mut formats = self.formats.write().unwrap_or_else(PoisonError::into_inner);
        match parser {
            Some(parser) => formats.insert(source.to_owned(), parser.to_owned()),
            None => formats.remove(source),
        };
    }

    fn format_of(&self, source: &str) -> Format {
        let formats = self.formats.read().unwrap_or_else(PoisonError::into_inner);
        Format::from(formats.get(source).map(String::as_str))
    }

    /// How far clocks are behind, since this was last asked.
    pub(crate) fn take_skews(&self) -> HashMap<String, i64> {
        std::mem::take(&mut *self.skews())
    }

    fn skews(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.skews.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads messages by the parsers of the content.
pub(crate) struct EventReader {
    parsers: Arc<Parsers>,
    reading: Arc<Reading>,
    memories: HashMap<Box<str>, Memory>,
    /// What has memories that were let go.
    forgotten: Memory,
}

impl EventReader {
    pub(crate) fn new(parsers: Arc<Parsers>, reading: Arc<Reading>) -> Self {
        Self {
            parsers,
            reading,
            memories: HashMap::new(),
            forgotten: Memory::default(),
        }
    }
}

/// The settings of a source: clocks that do not say where they are, are China's.
pub(crate) fn settings(format: Format) -> Settings {
    Settings {
        decode_as: DecodeAs::Auto,
        zone: china(),
        format,
    }
}

fn china() -> TimeZone {
    tz::offset(8).to_time_zone()
}

impl ReadMessage for EventReader {
    fn read(&mut self, message: &Message<'_>, event: &mut dyn FnMut(&Event<'_>)) {
        let source = message.receipt.source;
        let decoded = decode(message.bytes, DecodeAs::Auto);
        let settings = settings(self.reading.format_of(source));
        let memory = if self.memories.len() < MOST_MEMORIES || self.memories.contains_key(source) {
            self.memories.entry(source.into()).or_default()
        } else {
            &mut self.forgotten
        };
        let received_at = message.receipt.received_at;
        let parsed = self
            .parsers
            .parse(&decoded.text, received_at, &settings, memory);
        if parsed.event.at_from != TimeSource::Receipt && LIVE.contains(&message.receipt.transport)
        {
            let skew = received_at.as_second() - parsed.event.at.as_second();
            let mut skews = self.reading.skews();
            match skews.get_mut(source) {
                // A message that waited on its way makes a clock look late: the least counts.
                Some(known) if known.abs() <= skew.abs() => {}
                Some(known) => *known = skew,
                None => {
                    skews.insert(source.to_owned(), skew);
                }
            }
        }
        event(&parsed.event);
    }
}

/// Words of parsers' notes, each once.
pub(crate) fn note_words(notes: &[xinglin_ingest::ParseNote]) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let words = notes.iter().map(|note| note.kind.word());
    words.filter(|word| seen.insert(*word)).collect()
}
