//! What agents and servers send each other under millions of mutated inputs;
//! `cargo xtask fuzz wire` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;

use std::{fs, path::Path, process::ExitCode};

use drive::{Target, of_bytes, parsed};
use serde_json::Value;
use xinglin_wire::{Change, Enrol, Enrolled, Manifest, Reply, Report, apply, difference};

const MANIFEST: &[u8] = br#"{"format":"xinglin.release/1","number":8,"version":"0.2.0","platform":"x86_64-linux","size_bytes":12345678,"digest":"fb0abc46078447541ec5a17c6738b1ecec852fc7fa7cc567c55f225a1623d3d6"}"#;

fn main() -> ExitCode {
    let (enrol, report) = (samples("enrol"), samples("report"));
    let held: Vec<Value> = report
        .iter()
        .filter_map(|bytes| serde_json::from_slice::<Value>(bytes).ok())
        .filter_map(|report| report.pointer("/body/facts").cloned())
        .collect();
    let held = held.into_iter().next().unwrap_or_default();
    let facts = held.clone();
    let differences = samples("report").into_iter().filter_map(|bytes| {
        let report: Value = serde_json::from_slice(&bytes).ok()?;
        serde_json::to_vec(report.pointer("/body/changes")?).ok()
    });
    let targets: Vec<Target> = vec![
        of_bytes("wire/enrol", enrol, |bytes| {
            parsed(serde_json::from_slice::<Enrol>(bytes));
            parsed(serde_json::from_slice::<Enrolled>(bytes));
        }),
        of_bytes("wire/report", report, move |bytes| {
            if let Ok(report) = serde_json::from_slice::<Report>(bytes) {
                let facts = report.facts(Some(&held));
                parsed(facts.map(|facts| report.collected(facts)));
            }
        }),
        of_bytes("wire/reply", samples("reply"), |bytes| {
            parsed(serde_json::from_slice::<Reply>(bytes));
        }),
        of_bytes("wire/manifest", [MANIFEST.to_vec()], |bytes| {
            parsed(serde_json::from_slice::<Manifest>(bytes));
        }),
        of_bytes("wire/difference", differences, move |bytes| {
            if let Ok(changes) = serde_json::from_slice::<Vec<Change>>(bytes)
                && let Ok(changed) = apply(facts.clone(), changes)
            {
                parsed(difference(&facts, &changed));
            }
        }),
    ];
    drive::main(targets)
}

/// The kept messages whose names begin so.
fn samples(kind: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/v1");
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(kind)
        })
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}
