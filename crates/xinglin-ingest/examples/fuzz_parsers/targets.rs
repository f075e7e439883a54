//! What is driven: each parser by the messages of its tests, and what stands before parsers.

use std::{collections::BTreeMap, fs, hint::black_box, path::Path, sync::Arc};

use xinglin_ingest::{
    DecodeAs, Format, Joiner, Memory, Parsers, Settings, decode,
    framing::{Framer, Limits},
};

use crate::drive::{Files, Target, of_bytes, parsed};

fn content() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/parsers");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        files.push((path.display().to_string(), text));
    }
    files.sort();
    files
}

/// All of them.
pub(crate) fn all() -> Vec<Target> {
    let files = content();
    let parsers = Arc::new(Parsers::load(&files).0);
    let mut samples: BTreeMap<String, Vec<Files>> = BTreeMap::new();
    for (name, messages) in parsers.samples() {
        let text = messages.join("\u{1e}");
        samples.entry(name.to_owned()).or_default().push(file(text));
    }
    let everything: Vec<Files> = samples.values().flatten().cloned().collect();
    let mut targets: Vec<Target> = samples
        .into_iter()
        .map(|(name, samples)| of_parser(&parsers, name, samples))
        .collect();
    targets.push(of_bytes("logs/decode", everything.clone(), |bytes| {
        for decode_as in [
            DecodeAs::Auto,
            DecodeAs::Gb18030,
            DecodeAs::Utf16Le,
            DecodeAs::Utf16Be,
        ] {
            black_box(decode(bytes, decode_as));
        }
    }));
    targets.push(of_bytes("logs/framing", everything.clone(), |bytes| {
        let mut framer = Framer::new(Limits {
            message_bytes: 1_024,
        });
        for piece in bytes.chunks(700) {
            framer.push(piece, |frame| {
                black_box(frame.bytes.len());
            });
        }
        framer.finish(|frame| {
            black_box(frame.bytes.len());
        });
    }));
    targets.push(of_bytes("logs/joiner", everything, |bytes| {
        let mut joiner = Joiner::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            joiner.push(line, jiff::Timestamp::UNIX_EPOCH, |event| {
                black_box(event.records);
            });
        }
        joiner.finish(|event| {
            black_box(event.records);
        });
    }));
    let contents = files.into_iter().map(|(_, text)| file(text)).collect();
    targets.push(of_bytes("logs/content", contents, |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        black_box(Parsers::load(&[("a.yaml".to_owned(), text)]));
    }));
    targets
}

fn file(text: String) -> Files {
    Files::from([("input".to_owned(), text.into_bytes())])
}

/// Each input is read twice: recognised, and by the parser in question.
fn of_parser(parsers: &Arc<Parsers>, name: String, samples: Vec<Files>) -> Target {
    let parsers = Arc::clone(parsers);
    let settings = [
        Settings::default(),
        Settings {
            format: Format::Named(name.clone()),
            ..Settings::default()
        },
    ];
    of_bytes(&format!("logs/{name}"), samples, move |bytes| {
        for settings in &settings {
            let mut memory = Memory::default();
            for message in bytes.split(|byte| *byte == 0x1e) {
                let decoded = decode(message, settings.decode_as);
                let now = jiff::Timestamp::UNIX_EPOCH;
                let parsed = parsers.parse(&decoded.text, now, settings, &mut memory);
                for field in &parsed.event.fields {
                    let part = field.span.map(|span| decoded.text.get(span.range()));
                    let rendered = field.value.to_text();
                    assert!(part.is_none_or(|part| part == Some(rendered.as_ref())));
                }
            }
        }
    })
}
