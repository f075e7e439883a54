//! From a message to an event that rules are asked of.

use std::cell::OnceCell;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{self, TimeZone},
};
use xinglin_app::ContentFile;
use xinglin_core::Event;
use xinglin_detect::{Datum, JsonReader, JsonRecord, Record};
use xinglin_ingest::{DecodeAs, Format, Memory, Parsers, Settings, decode};

use super::input::parsers;

/// Where events of JSON that no parser reads may tell their time, the best first.
const TIMES: [&str; 8] = [
    "@timestamp",
    "UtcTime",
    "TimeCreated",
    "EventTime",
    "SystemTime",
    "timestamp",
    "time",
    "date",
];

/// How messages are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// The parser that all are for.
    pub(super) parser: Option<String>,
    /// Whether all are objects of JSON.
    pub(super) is_json: bool,
    /// Whether pipelines say what log sources and fields mean; otherwise objects of JSON have
    /// their own names.
    pub(super) is_routed: bool,
}

/// Reads messages.
pub(super) struct Reader {
    content: Vec<ContentFile>,
    /// Made when the first message needs them: many files do not.
    parsers: OnceCell<Parsers>,
    reading: Reading,
    settings: Settings,
    memory: Memory,
    json: JsonReader,
}

impl Reader {
    pub(super) fn new(content: Vec<ContentFile>, reading: Reading) -> Self {
        let settings = Settings {
            decode_as: DecodeAs::Auto,
            // Clocks that do not say where they are, are China's, as everywhere in this program.
            zone: tz::offset(8).to_time_zone(),
            format: Format::from(reading.parser.as_deref()),
        };
        Self {
            content,
            parsers: OnceCell::new(),
            reading,
            settings,
            memory: Memory::default(),
            json: JsonReader::default(),
        }
    }

    /// Calls `each` with the event in a message; none where there is none. Events without a time
    /// have `now`.
    pub(super) fn read<T>(
        &mut self,
        bytes: &[u8],
        now: Timestamp,
        each: impl FnOnce(&AnyEvent<'_>) -> T,
    ) -> Option<T> {
        let decoded;
        let text = if let Ok(text) = std::str::from_utf8(bytes) {
            text
        } else {
            decoded = decode(bytes, DecodeAs::Auto);
            &decoded.text
        };
        let is_object = self.reading.parser.is_none() && text.trim_ascii_start().starts_with('{');
        if is_object {
            let record = self.json.read(text, now)?;
            if !self.reading.is_routed || is_plain(&record) {
                return Some(each(&AnyEvent::Plain(record)));
            }
        } else if self.reading.is_json {
            return None;
        }
        let parsers = self.parsers.get_or_init(|| parsers(&self.content));
        let parsed = parsers.parse(text, now, &self.settings, &mut self.memory);
        Some(each(&AnyEvent::Parsed(parsed.event)))
    }
}

/// Whether an object need not be parsed: it is an event of Windows by the names Windows has, which
/// are those of rules, or one that was read already and has our names.
fn is_plain(record: &JsonRecord<'_>) -> bool {
    let (mut has_channel, mut has_code, mut has_dataset) = (false, false, false);
    record.each_field(|name, _| match name {
        "Channel" => has_channel = true,
        "EventID" => has_code = true,
        "event.dataset" => has_dataset = true,
        _ => {}
    });
    has_dataset || has_channel && has_code
}

/// An event, as a parser or as JSON has it.
pub(super) enum AnyEvent<'a> {
    Plain(JsonRecord<'a>),
    Parsed(Event<'a>),
}

impl Record for AnyEvent<'_> {
    fn each_field<'r>(&'r self, each: impl FnMut(&'r str, Datum<'r>)) {
        match self {
            Self::Plain(record) => record.each_field(each),
            Self::Parsed(event) => event.each_field(each),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(record) => record.text(),
            Self::Parsed(event) => Record::text(event),
        }
    }

    /// Most objects are never asked for their time, so that it is read when they are.
    fn at(&self) -> Timestamp {
        let record = match self {
            Self::Parsed(event) => return event.at,
            Self::Plain(record) => record,
        };
        let mut best: Option<(usize, Timestamp)> = None;
        record.each_field(|name, datum| {
            let place = TIMES.iter().position(|known| *known == name);
            let is_better = |place: &usize| best.is_none_or(|(known, _)| *place < known);
            if let Some(place) = place.filter(is_better)
                && let Some(at) = time(&datum)
            {
                best = Some((place, at));
            }
        });
        best.map_or_else(|| record.at(), |(_, at)| at)
    }
}

/// A time as text, which is UTC where it names no zone, or in seconds or milliseconds.
fn time(datum: &Datum<'_>) -> Option<Timestamp> {
    match datum {
        Datum::Text(text) => {
            let text = text.trim();
            let at = text.parse::<Timestamp>().ok();
            at.or_else(|| {
                let local: DateTime = text.parse().ok()?;
                Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
            })
        }
        Datum::Integer(number) if *number > 100_000_000_000 => {
            Timestamp::from_millisecond(*number).ok()
        }
        Datum::Integer(number) => Timestamp::from_second(*number).ok(),
        Datum::Number(number) => {
            let since = jiff::SignedDuration::try_from_secs_f64(*number).ok()?;
            Timestamp::from_duration(since).ok()
        }
        _ => None,
    }
}
