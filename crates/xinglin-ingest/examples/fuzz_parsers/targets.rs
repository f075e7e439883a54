//! What is driven: each parser by the messages of its tests, and what stands before parsers.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use jiff::Timestamp;
use xinglin_ingest::{
    DecodeAs, Format, Joiner, Memory, Parsers, Settings,
    body::{self, Body},
    decode, evtx,
    framing::{Framer, Limits},
};

use crate::{
    drive::{Target, of_bytes, parsed},
    evtx_sample,
};

/// Stands between the messages of one input.
const BETWEEN: u8 = 0x1e;

/// All of them.
pub(crate) fn all() -> Vec<Target> {
    let files = content();
    let parsers = Arc::new(Parsers::load(&files).0);
    let mut samples: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (name, messages) in parsers.samples() {
        let bytes = messages.join("\u{1e}").into_bytes();
        samples.entry(name.to_owned()).or_default().push(bytes);
    }
    let everything: Vec<Vec<u8>> = samples.values().flatten().cloned().collect();
    let contents = files.into_iter().map(|(_, text)| text.into_bytes());
    let mut targets = vec![
        of_bytes("logs/before/decode", everything.clone(), decodes),
        of_bytes("logs/before/framing", everything.clone(), frames),
        of_bytes("logs/before/joiner", everything, joins),
        of_bytes("logs/before/content", contents, |bytes| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            parsed(Parsers::load(&[("a.yaml".to_owned(), text)]));
        }),
    ];
    // In one chunk, so that inputs stay small.
    let file = evtx_sample::file(&["zhou.na", "\u{674e}\u{654f}", ""]);
    targets.push(of_bytes("logs/before/evtx", [file], |bytes| {
        let is_file = evtx::each_record(bytes, |record| {
            assert!(record.as_ref().is_ok_and(|text| text.len() < 2 << 20) || record.is_err());
            parsed(record);
        });
        parsed(is_file);
    }));
    targets.extend(bodies());
    for (name, samples) in samples {
        targets.push(of_parser(&parsers, &name, samples));
    }
    targets
}

/// What requests bring: nothing is larger than what came, but for what is bounded.
fn bodies() -> [Target; 4] {
    let limits = body::Limits {
        message_bytes: 2_048,
        messages: 64,
        joined_bytes: 16 << 10,
        rejects: 8,
    };
    let holds = move |body: &Body<'_>| {
        assert!(body.messages.len() <= 64 && body.rejects.len() <= 8);
        assert!(body.messages.iter().all(|message| message.len() <= 2_048));
    };
    let objects = "{\"a\":1,\"b\":[true,{\"c\":\"\\u4e2d\\\"\"}]}";
    let json = [
        format!("{objects}\n{objects}\r\n{objects}"),
        format!(" [{objects} ,\n{objects},{{}}]"),
        "{\n \"a\" : [1, 2.5e3]\n}\n{\n}".to_owned(),
    ];
    let bulk = format!(
        "{{\"create\":{{\"_index\":\"his\",\"_id\":\"7\"}}}}\n{objects}\n{{\"delete\":{{}}}}\n\
         {{\"index\":{{}}}}\n{objects}\n{{\"update\":{{}}}}\n{{}}\n"
    );
    let otlp = format!(
        "{{\"resourceLogs\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"service.name\",\"value\":\
         {{\"stringValue\":\"his\"}}}}]}},\"scopeLogs\":[{{\"scope\":{{\"name\":\"s\"}},\
         \"logRecords\":[{objects},{{\"body\":{{\"stringValue\":\"x\"}}}}]}}]}}]}}"
    );
    let json = json.map(String::into_bytes);
    [
        of_bytes("logs/body-lines", json.clone(), move |bytes| {
            holds(&body::lines(bytes, limits));
        }),
        of_bytes("logs/body-json", json, move |bytes| {
            holds(&body::json(bytes, limits));
        }),
        of_bytes("logs/body-bulk", [bulk.into_bytes()], move |bytes| {
            if let Ok(bulk) = body::bulk(bytes, limits) {
                holds(&bulk.body);
                let kept = bulk.items.iter().filter(|item| item.rejected.is_none());
                assert_eq!(kept.count(), bulk.body.messages.len());
                parsed(bulk.answer(1, "logs"));
            }
        }),
        of_bytes("logs/body-otlp", [otlp.into_bytes()], move |bytes| {
            if let Ok(body) = body::otlp(bytes, limits) {
                holds(&body);
                parsed(body::otlp_answer(&body));
            }
        }),
    ]
}

/// The files of `content/parsers`.
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

fn decodes(bytes: &[u8]) {
    for decode_as in [
        DecodeAs::Auto,
        DecodeAs::Utf8,
        DecodeAs::Gb18030,
        DecodeAs::Utf16Le,
        DecodeAs::Utf16Be,
    ] {
        parsed(decode(bytes, decode_as));
    }
}

fn frames(bytes: &[u8]) {
    let limits = Limits {
        message_bytes: 1_024,
    };
    let mut framer = Framer::new(limits);
    for piece in bytes.chunks(700) {
        framer.push(piece, |frame| parsed(frame.bytes.len()));
        assert!(framer.waiting_bytes() <= 8_192);
    }
    framer.finish(|frame| parsed(frame.bytes.len()));
}

fn joins(bytes: &[u8]) {
    let mut joiner = Joiner::default();
    for line in String::from_utf8_lossy(bytes).lines() {
        joiner.push(line, Timestamp::UNIX_EPOCH, |event| parsed(event.records));
    }
    joiner.finish(|event| parsed(event.records));
}

/// Each input is read twice: recognised, and by the parser in question.
fn of_parser(parsers: &Arc<Parsers>, name: &str, samples: Vec<Vec<u8>>) -> Target {
    let parsers = Arc::clone(parsers);
    let named = Settings {
        format: Format::Named(name.to_owned()),
        ..Settings::default()
    };
    let settings = [Settings::default(), named];
    of_bytes(&format!("logs/{name}"), samples, move |bytes| {
        for settings in &settings {
            let mut memory = Memory::default();
            for message in bytes.split(|byte| *byte == BETWEEN) {
                read(&parsers, message, settings, &mut memory);
            }
        }
    })
}

/// Reads a message; what is said of where values stand must be true.
fn read(parsers: &Parsers, message: &[u8], settings: &Settings, memory: &mut Memory) {
    let decoded = decode(message, settings.decode_as);
    let read = parsers.parse(&decoded.text, Timestamp::UNIX_EPOCH, settings, memory);
    for field in &read.event.fields {
        let part = field.span.map(|span| decoded.text.get(span.range()));
        let rendered = field.value.to_text();
        assert!(part.is_none_or(|part| part == Some(rendered.as_ref())));
    }
    parsed(read);
}
