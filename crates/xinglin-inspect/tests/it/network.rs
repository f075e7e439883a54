//! Network devices: every sample of the shared data, and what is said of the synthetic ones.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::Value as Json;
use xinglin_inspect::{Bundle, Collected, Family, Inspection, Status, inspect_bundle};

use crate::content::shipped_checks;

fn at() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn bundle(name: &str, bytes: &[u8]) -> Bundle {
    Bundle {
        family: Family::Network,
        collected_at: at(),
        files: [(name.to_owned(), bytes.to_vec())].into(),
    }
}

/// The folder of shared samples, where there is one above this checkout.
fn samples() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/inspection/network"))
        .find(|folder| folder.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn collect(path: &Path) -> Collected {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    bundle(&name, &fs::read(path).unwrap()).collect()
}

#[test]
fn every_shared_sample_is_read() {
    let Some(folder) = samples() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.retain(|path| {
        let extension = path.extension().unwrap_or_default();
        extension != "yml" && extension != "md" && !path.ends_with("LICENSE")
    });
    assert!(paths.len() > 200, "{}", paths.len());
    let mut understood = 0;
    for path in &paths {
        let collected = collect(path);
        println!(
            "{} {} {:?}",
            path.display(),
            collected.subject.platform,
            collected.unreadable.first()
        );
        understood += usize::from(!collected.subject.platform.is_empty());
    }
    println!("{understood} of {}", paths.len());
}

fn inspect_sample(name: &str) -> Option<Inspection> {
    let path = samples()?.join("synthetic").join(name);
    let bundle = bundle(name, &fs::read(path).unwrap());
    Some(inspect_bundle(&bundle, &shipped_checks()))
}

#[test]
fn show() {
    for name in ["huawei_vrp8_good.cfg", "h3c_comware7_mixed.cfg"] {
        if let Some(i) = inspect_sample(name) {
            println!("{}", serde_json::to_string_pretty(&i.facts).unwrap());
        }
    }
    let _: (Json, Status) = (Json::Null, Status::Pass);
}
