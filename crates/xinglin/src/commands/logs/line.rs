//! Events as lines: objects for programs, text for people.

use std::io::{self, Write};

use jiff::tz;
use xinglin_app::logs::{EventSink as _, ExportFormat, StoredEvent, TextSink};

/// Writes an event a line.
pub(super) enum Lines<W> {
    Json(TextSink<W>),
    Text(W),
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W, is_json: bool) -> io::Result<Self> {
        if is_json {
            TextSink::new(out, ExportFormat::Ndjson, false).map(Self::Json)
        } else {
            Ok(Self::Text(out))
        }
    }

    pub(super) fn push(&mut self, event: &StoredEvent) -> io::Result<()> {
        match self {
            Self::Json(sink) => sink.push(event),
            Self::Text(out) => {
                let zone = tz::offset(8).to_time_zone();
                let at = event.event.at.to_zoned(zone);
                let at = at.strftime("%Y-%m-%d %H:%M:%S%.3f");
                let (source, text) = (shown(&event.source), shown(&event.event.text));
                writeln!(out, "{at} {source} {text}")
            }
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Json(sink) => sink.flush(),
            Self::Text(out) => out.flush(),
        }
    }
}

/// A text on one line that tells a terminal nothing: logs have what attackers write.
pub(super) fn shown(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => line.push('⏎'),
            '\t' => line.push(' '),
            letter if letter.is_control() => line.extend(letter.escape_default()),
            letter => line.push(letter),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(shown("a\u{1b}[2J\nb\tc"), "a\\u{1b}[2J⏎b c");
    }
}
