//! The readers, with samples.

use std::{path::Path, sync::Arc, time::Duration};

use xinglin_lake::{Edges, Lake, Settings, readers, words_of};

use crate::{
    drive::{Target, of_bytes, parsed},
    lines::{Pairs, line, message},
    memory::{Bytes, Memory},
};

const SEGMENT: &str = "/log/0000000000000001.wal";

/// A small lake's disk; with `flush`, its events are in files.
fn lake(flush: bool) -> Option<Memory> {
    let memory = Memory::default();
    let settings = Settings {
        segment_bytes: 4 << 10,
        gather: Duration::ZERO,
        ..Settings::default()
    };
    let disk = Arc::new(memory.clone());
    let (lake, _) = Lake::open(Path::new("/"), settings, disk, Box::new(Pairs)).ok()?;
    for first in (0..60).step_by(6) {
        let texts: Vec<_> = (first..first + 6)
            .map(|number| line("fw-1", number))
            .collect();
        let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 3)).collect();
        lake.append(&batch).ok()?.wait().ok()?;
    }
    if flush {
        lake.flush().ok()?;
    }
    Some(memory)
}

/// All of them.
pub(crate) fn all() -> Vec<Target> {
    let hot = lake(false).unwrap_or_default();
    let cold = lake(true).unwrap_or_default();
    let patterns = [
        "{@%b %d %H:%M:%S|+08:00} sshd[{#0}]: from {source.ip} {$0}",
        "{{\"t\":\"{@%Y-%m-%dT%H:%M:%S.%3f}Z\",\"id\":{#0:x8},\"n\":{#1:X1},\"m\":{#2:03}}}",
        "{#3@%s.%3f} {#4@%d/%b/%Y:%H:%M:%S} {user.name} {$32}",
    ];
    vec![
        of_bytes("lake/log", hot.ending(".wal"), |bytes| {
            let disk = Memory::of(Path::new(SEGMENT), bytes);
            parsed(readers::log(&disk, Path::new("/log"), &mut |message| {
                parsed(message.bytes.len());
            }));
        }),
        of_bytes("lake/manifest", cold.ending(".manifest"), |bytes| {
            parsed(readers::manifest(bytes));
        }),
        of_bytes("lake/index", cold.ending(".index"), |bytes| {
            let words = words_of("10.0.1.7 action", Edges::Whole);
            parsed(readers::index(Arc::new(Bytes(bytes.to_vec())), &words));
        }),
        of_bytes("lake/file", cold.ending(".parquet"), |bytes| {
            parsed(readers::file(Arc::new(Bytes(bytes.to_vec()))));
        }),
        of_bytes(
            "lake/pattern",
            patterns.map(|of| of.as_bytes().to_vec()),
            |bytes| {
                let text = String::from_utf8_lossy(bytes);
                let length = i64::try_from(bytes.len()).unwrap_or_default();
                for integer in [length, -length, i64::MAX, i64::MIN] {
                    if let Some((again, _)) = readers::pattern(&text, integer, "x") {
                        assert!(readers::pattern(&again, integer, "x").is_some(), "{again}");
                    }
                }
            },
        ),
        of_bytes(
            "lake/words",
            [b"Failed wang.fang@corp 10.1.2.3 2001:db8::1 \xe5\xbc\xa0\xe4\xb8\x89".to_vec()],
            |bytes| {
                let text = String::from_utf8_lossy(bytes);
                parsed((words_of(&text, Edges::Whole), words_of(&text, Edges::Cut)));
            },
        ),
    ]
}
