//! The cases that are kept beside the public rules: event logs of Windows, and how often a rule must
//! match them at least.

use std::{collections::HashMap, fs, sync::LazyLock};

use jiff::Timestamp;
use xinglin_detect::{Engine, Settings};
use xinglin_ingest::{Memory, Parsers, evtx};

use super::{files_below, pipelines, public_rules, shared};

static PARSERS: LazyLock<Parsers> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/parsers");
    let files: Vec<(String, String)> = files_below(&folder, ".yaml")
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    let (parsers, errors) = Parsers::load(&files);
    assert_eq!(errors, []);
    parsers
});

/// How often each rule matches the records of a file.
fn matches(engine: &mut Engine, file: &[u8]) -> HashMap<String, usize> {
    let received_at: Timestamp = "2026-07-02T04:00:00Z".parse().unwrap();
    let settings = xinglin_ingest::Settings::default();
    let mut memory = Memory::default();
    let mut counts = HashMap::new();
    let mut matched = Vec::new();
    evtx::each_record(file, |record| {
        let text = record.unwrap();
        let parsed = PARSERS.parse(&text, received_at, &settings, &mut memory);
        engine.push(&parsed.event, &mut matched);
        for number in &matched {
            assert!(engine.explain(&parsed.event, *number).is_some());
            let id = engine.rules()[*number].meta.id.clone().unwrap();
            *counts.entry(id).or_default() += 1;
        }
    })
    .unwrap();
    counts
}

#[test]
fn cases_beside_rules_agree() {
    let (Some(folder), Some(rules)) = (shared("regression"), public_rules()) else {
        return;
    };
    let mut engine = Engine::new(rules.rules, pipelines(), Settings::default());
    let mut cases = 0;
    let mut wrong = Vec::new();
    for path in files_below(&folder, "info.yml") {
        let info = fs::read_to_string(&path).unwrap();
        let field = |key: &str| {
            let mut lines = info.lines();
            let line =
                lines.find_map(|line| line.trim().trim_start_matches("- ").strip_prefix(key));
            line.map(|line| line.trim().to_owned())
        };
        let rule = info.split_once("rule_metadata").unwrap().1;
        let rule = rule
            .lines()
            .find_map(|line| line.trim().trim_start_matches("- ").strip_prefix("id:"));
        let rule = rule.unwrap().trim();
        let least: usize = field("match_count:").map_or(1, |count| count.parse().unwrap());
        let file = path.with_file_name(format!("{rule}.evtx"));
        // One case is a line of a switch, and switched off.
        let Ok(bytes) = fs::read(&file) else {
            assert!(
                info.contains("# regression_tests_info"),
                "{}",
                path.display()
            );
            continue;
        };
        cases += 1;
        let counts = matches(&mut engine, &bytes);
        let found = counts.get(rule).copied().unwrap_or_default();
        // Files may hold more of the same than the case was kept for.
        if found < least {
            wrong.push(format!("{}: {found} and not {least}", path.display()));
        }
    }
    assert!(cases >= 109, "{cases}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
