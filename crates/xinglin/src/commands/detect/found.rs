//! Matches and alerts, as lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufWriter, StdoutLock, Write},
    path::Path,
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use xinglin_detect::{
    Datum, Detector, Found, Record,
    baseline::{Departure, Learned},
    correlate::Alert,
    rule::{Level, Meta},
};

use super::event::AnyEvent;
use crate::commands::Failure;

/// Records of a file are numbered behind the number of the file.
const RECORD_BITS: u32 = 40;

/// A match of a rule.
#[derive(Serialize)]
struct MatchLine<'a> {
    rule: &'a str,
    title: &'a str,
    level: Option<&'static str>,
    file: &'a str,
    record: u64,
    time: Timestamp,
    /// What the rule asked for.
    fields: Map<String, Value>,
}

/// Matches that met.
#[derive(Serialize)]
struct AlertLine<'a> {
    rule: &'a str,
    title: &'a str,
    level: Option<&'static str>,
    /// The file of the last record.
    file: &'a str,
    records: Vec<u64>,
    /// The file of each record, where there is more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<&'a str>>,
    /// When the last of them happened.
    time: Timestamp,
    first: Timestamp,
    count: u64,
    /// What is the same in all.
    fields: Map<String, Value>,
}

/// Something unusual.
#[derive(Serialize)]
struct DepartureLine<'a> {
    rule: &'a str,
    title: &'a str,
    level: Option<&'static str>,
    file: &'a str,
    record: u64,
    time: Timestamp,
    /// Whom it is about.
    fields: BTreeMap<String, String>,
    /// What was learned before.
    learned: &'a Learned,
}

/// Writes lines to the standard output.
pub(super) struct Output {
    out: BufWriter<StdoutLock<'static>>,
    is_json: bool,
    /// Whoever reads has seen enough.
    is_closed: bool,
    files: Vec<String>,
    matches: u64,
}

impl Output {
    pub(super) fn new(out: BufWriter<StdoutLock<'static>>, is_json: bool) -> Self {
        Self {
            out,
            is_json,
            is_closed: false,
            files: Vec::new(),
            matches: 0,
        }
    }

    /// What follows is of this file.
    pub(super) fn begin(&mut self, path: &Path) {
        self.files.push(path.display().to_string());
    }

    /// The number of a record of the file at hand, among those of all.
    pub(super) fn number(&self, record: u64) -> u64 {
        let file = u64::try_from(self.files.len()).unwrap_or(0);
        file << RECORD_BITS | record
    }

    /// A record by that number: its file and its number there.
    fn place(&self, number: u64) -> (&str, u64) {
        let file = usize::try_from(number >> RECORD_BITS).ok();
        let file = file.and_then(|file| self.files.get(file.checked_sub(1)?));
        let record = number & ((1 << RECORD_BITS) - 1);
        (file.map_or("", String::as_str), record)
    }

    /// Writes what an event, or the end, brought about.
    pub(super) fn write(
        &mut self,
        event: Option<(&AnyEvent<'_>, u64)>,
        detector: &Detector,
        found: &Found,
    ) -> Result<(), Failure> {
        if let Some((event, record)) = event {
            for number in &found.rules {
                let Some(rule) = detector.rules().get(*number) else {
                    continue;
                };
                self.matches += 1;
                let file = self.files.last().map_or("", String::as_str);
                let line = MatchLine {
                    rule: rule.meta.key(),
                    title: &rule.meta.title,
                    level: rule.meta.level.map(Level::word),
                    file,
                    record,
                    time: event.at(),
                    fields: fields(event, detector, *number),
                };
                let written = if self.is_json {
                    json_line(&mut self.out, &line)
                } else {
                    let place = format!("{file}:{record}");
                    plain_line(&mut self.out, line.time, &rule.meta, &place)
                };
                self.is_closed |= ended(written)?;
            }
        }
        for alert in &found.alerts {
            self.matches += 1;
            self.alert(alert, detector)?;
        }
        for departure in &found.departures {
            self.matches += 1;
            self.departure(departure, detector)?;
        }
        Ok(())
    }

    fn departure(&mut self, departure: &Departure, detector: &Detector) -> Result<(), Failure> {
        let Some(baseline) = detector.baselines().list().nth(departure.baseline) else {
            return Ok(());
        };
        let meta = &baseline.meta;
        let last = departure.events.last();
        let (file, record) = last.map_or(("", 0), |event| self.place(*event));
        let line = DepartureLine {
            rule: meta.key(),
            title: &meta.title,
            level: meta.level.map(Level::word),
            file,
            record,
            time: departure.at,
            fields: departure.entity.iter().cloned().collect(),
            learned: &departure.learned,
        };
        let mut text = Vec::new();
        let written = if self.is_json {
            json_line(&mut text, &line)
        } else {
            let entity = departure.entity.iter();
            let entity: Vec<String> = entity
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let place = format!("{} {file}:{record}", entity.join(" "));
            plain_line(&mut text, line.time, meta, &place)
        };
        let written = written.and_then(|()| self.out.write_all(&text));
        self.is_closed |= ended(written)?;
        Ok(())
    }

    fn alert(&mut self, alert: &Alert, detector: &Detector) -> Result<(), Failure> {
        let Some(correlation) = detector.correlations().get(alert.correlation) else {
            return Ok(());
        };
        let meta = &correlation.meta;
        let places: Vec<(&str, u64)> = alert
            .events
            .iter()
            .map(|event| self.place(*event))
            .collect();
        let files: Vec<&str> = places.iter().map(|(file, _)| *file).collect();
        let different: BTreeSet<&str> = files.iter().copied().collect();
        let value = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
        let group = alert.group.iter();
        let line = AlertLine {
            rule: meta.key(),
            title: &meta.title,
            level: meta.level.map(Level::word),
            file: files.last().copied().unwrap_or_default(),
            records: places.iter().map(|(_, record)| *record).collect(),
            files: (different.len() > 1).then_some(files),
            time: alert.last,
            first: alert.first,
            count: alert.count,
            fields: group
                .map(|(name, text)| (name.clone(), value(text)))
                .collect(),
        };
        let mut text = Vec::new();
        let written = if self.is_json {
            json_line(&mut text, &line)
        } else {
            let group: Vec<String> = line
                .fields
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
                .collect();
            let place = format!("{} ({} records)", group.join(" "), line.records.len());
            plain_line(&mut text, line.time, meta, &place)
        };
        let written = written.and_then(|()| self.out.write_all(&text));
        self.is_closed |= ended(written)?;
        Ok(())
    }

    /// Whether nobody reads any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Writes what is left, and says how many matches there were.
    pub(super) fn finish(&mut self) -> Result<u64, Failure> {
        ended(self.out.flush())?;
        Ok(self.matches)
    }
}

fn json_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn plain_line(out: &mut impl Write, time: Timestamp, meta: &Meta, place: &str) -> io::Result<()> {
    let level = meta.level.map_or("-", Level::word);
    writeln!(out, "{time}  {level:<13}  {}  {place}", meta.title)
}

/// A reader that has seen enough is no failure: whether there is one.
fn ended(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(Failure::input(error)),
    }
}

/// The values that a rule asked for, by the names it has for them; of a rule that asks for words
/// alone, the values they stand in.
fn fields(event: &AnyEvent<'_>, detector: &Detector, rule: usize) -> Map<String, Value> {
    let mut fields = Map::new();
    detector.each_asked(event, rule, |name, datum| {
        add(&mut fields, name, value(&datum));
    });
    if fields.is_empty()
        && let Some(explanation) = detector.explain(event, rule)
    {
        let hits = explanation
            .selections
            .into_iter()
            .flat_map(|held| held.hits);
        for hit in hits {
            let name = hit.field.as_deref().unwrap_or("message");
            fields.insert(name.to_owned(), Value::String(hit.value));
        }
    }
    fields
}

fn value(datum: &Datum<'_>) -> Value {
    match datum {
        Datum::Null => Value::Null,
        Datum::Text(text) => Value::from(*text),
        Datum::Integer(number) => Value::from(*number),
        Datum::Number(number) => Value::from(*number),
        Datum::Bool(yes) => Value::from(*yes),
        Datum::Address(address) => Value::from(address.to_string()),
    }
}

/// A name that comes again has a list of values.
fn add(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match fields.get_mut(name) {
        None => {
            fields.insert(name.to_owned(), value);
        }
        Some(Value::Array(values)) => values.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
    }
}
