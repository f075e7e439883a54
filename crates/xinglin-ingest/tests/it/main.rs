//! Tests of parsing through its public interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod body;
mod content;
mod detection;
mod evtx;
mod evtx_sample;
mod listen;
mod properties;
#[path = "../../../xinglin-detect/tests/it/public.rs"]
mod public;
mod quiet;
mod rules;
mod shared;

use std::{fmt::Write as _, fs, path::Path, sync::LazyLock};

use jiff::Timestamp;
use xinglin_ingest::{Memory, Parsed, Parsers, Settings};

/// The parsers that are shipped.
static PARSERS: LazyLock<Parsers> = LazyLock::new(|| {
    let (parsers, errors) = Parsers::load(&files());
    assert_eq!(errors, []);
    parsers
});

/// The files of `content/parsers`, by path.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/parsers");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        files.push((name, fs::read_to_string(&path).unwrap()));
    }
    files.sort();
    files
}

/// 2 July 2026 at noon in Shanghai.
fn received_at() -> Timestamp {
    "2026-07-02T04:00:00Z".parse().unwrap()
}

fn settings() -> Settings {
    Settings {
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        ..Settings::default()
    }
}

fn parse<'a>(text: &'a str, settings: &'a Settings, memory: &mut Memory) -> Parsed<'a> {
    PARSERS.parse(text, received_at(), settings, memory)
}

/// What was read, a line each, with `=` where the value is a reference into the text and `~`
/// where it is not.
fn show(parsed: &Parsed<'_>) -> String {
    let event = &parsed.event;
    let mut shown = format!(
        "{}\n{} at {} by {:?}\n",
        event.text,
        parsed.parser.unwrap_or("unread"),
        event.at,
        event.at_from,
    );
    for field in &event.fields {
        let sign = if field.span.is_some() { '=' } else { '~' };
        writeln!(
            shown,
            "  {} {sign} {}",
            field.name.as_str(),
            field.value.to_text()
        )
        .unwrap();
    }
    for note in &parsed.notes {
        writeln!(shown, "  note: {}", note.kind.word()).unwrap();
    }
    shown
}
