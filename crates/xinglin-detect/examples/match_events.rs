//! Rules and correlations over lines of JSON: what `xinglin detect run` does, without the parsers
//! and all else of that program, so that the engine is built and measured by itself.
//!
//! `match_events --rules FOLDER [--pipelines FOLDER] [--kept FILE] FILE…`: a match a line; what
//! correlations keep at the end goes into the file behind `--kept`.
#![expect(clippy::expect_used, reason = "a program that needs what it is given")]

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use xinglin_detect::{
    Datum, Detector, Found, JsonReader, JsonRecord, Pipelines, Record, RuleSet, Settings,
    correlate::CorrelationSettings,
};

fn main() {
    let (mut rules, mut pipelines) = (RuleSet::default(), Pipelines::default());
    let mut files = Vec::new();
    let mut kept = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rules" => {
                for (name, text) in texts_below(words.next()) {
                    rules.read(&name, &text);
                }
            }
            "--pipelines" => {
                for (name, text) in texts_below(words.next()) {
                    pipelines.read(&name, &text).expect("a pipeline");
                }
            }
            "--kept" => kept = words.next(),
            file => files.push(PathBuf::from(file)),
        }
    }
    rules.finish();
    let correlations = CorrelationSettings::default();
    let mut detector = Detector::new(rules, pipelines, Settings::default(), correlations);
    let mut out = BufWriter::new(io::stdout().lock());
    for file in files {
        match_file(&file, &mut detector, &mut out).expect("a file of lines");
    }
    out.flush().expect("an output");
    if let Some(file) = kept {
        let correlator = detector.correlator();
        let said = json!({"hits": correlator.kept(), "bytes": correlator.bytes()});
        fs::write(file, said.to_string()).expect("a file for what is kept");
    }
}

/// The files of rules below a folder, or the file itself.
fn texts_below(path: Option<String>) -> Vec<(String, String)> {
    texts(Path::new(&path.expect("a path behind the flag")))
}

fn texts(path: &Path) -> Vec<(String, String)> {
    if !path.is_dir() {
        let name = path.display().to_string();
        return vec![(name, fs::read_to_string(path).expect("a file of rules"))];
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let is_rule = |path: &PathBuf| {
        let end = path.extension().unwrap_or_default();
        path.is_dir() || end == "yml" || end == "yaml"
    };
    let paths = paths.iter().filter(|path| is_rule(path));
    paths.flat_map(|path| texts(path)).collect()
}

/// What matches the lines of a file.
struct Lines<'d, W> {
    detector: &'d mut Detector,
    out: &'d mut W,
    reader: JsonReader,
    found: Found,
    latest: Timestamp,
    number: u64,
}

fn match_file(path: &Path, detector: &mut Detector, out: &mut impl Write) -> io::Result<()> {
    // So little that it stays in the caches between being read and being looked at.
    let mut file = BufReader::with_capacity(128 << 10, File::open(path)?);
    let mut lines = Lines {
        detector,
        out,
        reader: JsonReader::default(),
        found: Found::default(),
        latest: Timestamp::UNIX_EPOCH,
        number: 0,
    };
    let mut begun = Vec::new();
    loop {
        let room = file.fill_buf()?;
        if room.is_empty() {
            break;
        }
        let used = if let Some(end) = memchr::memchr(b'\n', room) {
            let (line, _) = room.split_at(end);
            if begun.is_empty() {
                lines.take(line)?;
            } else {
                begun.extend_from_slice(line);
                lines.take(&begun)?;
                begun.clear();
            }
            end + 1
        } else {
            begun.extend_from_slice(room);
            room.len()
        };
        file.consume(used);
    }
    if begun.is_empty() {
        return Ok(());
    }
    lines.take(&begun)
}

impl<W: Write> Lines<'_, W> {
    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        self.number += 1;
        let text = std::str::from_utf8(line).ok();
        let read = text.and_then(|text| self.reader.read(text, Timestamp::UNIX_EPOCH));
        let Some(mut event) = read else {
            return Ok(());
        };
        if self.detector.has_correlations() {
            event = event.at_time(time(&event).unwrap_or(self.latest));
            self.latest = event.at().max(self.latest);
        }
        let found = &mut self.found;
        self.detector.push(&event, self.number, self.latest, found);
        write(self.detector, &event, self.number, found, self.out)
    }
}

fn time(event: &JsonRecord<'_>) -> Option<Timestamp> {
    let mut at = None;
    event.each_field(|name, datum| {
        if let (None, "@timestamp", Datum::Text(text)) = (at, name, datum) {
            at = text.parse().ok();
        }
    });
    at
}

fn write(
    detector: &Detector,
    event: &JsonRecord<'_>,
    number: u64,
    found: &Found,
    out: &mut impl Write,
) -> io::Result<()> {
    for rule in &found.rules {
        let mut fields = Map::new();
        detector.each_asked(event, *rule, |name, datum| {
            let mut buffer = String::new();
            let text = datum.as_text(&mut buffer).map(Value::from);
            fields.insert(name.to_owned(), text.unwrap_or_default());
        });
        let meta = detector.rules().get(*rule).map(|rule| &rule.meta);
        let key = meta.map_or("", |meta| meta.key());
        let title = meta.map_or("", |meta| &meta.title);
        let line = json!({"rule": key, "title": title, "record": number, "fields": fields});
        writeln!(out, "{line}")?;
    }
    for alert in &found.alerts {
        let correlation = detector.correlations().get(alert.correlation);
        let key = correlation.map_or("", |correlation| correlation.meta.key());
        let line = json!({"rule": key, "records": alert.events, "time": alert.last.to_string()});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
