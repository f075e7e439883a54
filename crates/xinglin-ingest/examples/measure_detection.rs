//! How many events a second of processor time are matched against a folder of rules.
//!
//! `measure_detection --rules FOLDER --pipelines FOLDER [--parsers FOLDER] FILE…`: files have an
//! object of JSON in each line. With parsers, events are read by them first, and that time is told
//! by itself; without, the time is from the line to its matches.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::expect_used,
    reason = "a program whose output is its purpose, and which needs what it is given"
)]

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use xinglin_detect::{Engine, JsonReader, Pipelines, RuleSet, Settings};
use xinglin_ingest::{Memory, Parsers};

#[derive(Default)]
struct Arguments {
    rules: PathBuf,
    pipelines: Option<PathBuf>,
    parsers: Option<PathBuf>,
    list: bool,
    files: Vec<PathBuf>,
}

fn arguments() -> Arguments {
    let mut arguments = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut path = || PathBuf::from(words.next().expect("a path behind the flag"));
        match word.as_str() {
            "--rules" => arguments.rules = path(),
            "--pipelines" => arguments.pipelines = Some(path()),
            "--parsers" => arguments.parsers = Some(path()),
            "--list" => arguments.list = true,
            file => arguments.files.push(PathBuf::from(file)),
        }
    }
    arguments
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or_default(),
        time.tv_nsec.try_into().unwrap_or_default(),
    )
}

fn files_below(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path
            .extension()
            .is_some_and(|end| end == "yml" || end == "yaml")
        {
            let text = fs::read_to_string(&path).unwrap_or_default();
            found.push((path.display().to_string(), text));
        }
    }
}

fn all_below(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files_below(folder, &mut found);
    found.sort();
    found
}

fn engine(arguments: &Arguments) -> Engine {
    let started = processor_time();
    let mut rules = RuleSet::default();
    for (name, text) in all_below(&arguments.rules) {
        rules.read(&name, &text);
    }
    rules.finish();
    let mut pipelines = Pipelines::default();
    for (name, text) in arguments
        .pipelines
        .iter()
        .flat_map(|folder| all_below(folder))
    {
        pipelines.read(&name, &text).expect("a pipeline");
    }
    let refused = rules.problems.len();
    let engine = Engine::new(rules.rules, pipelines, Settings::default());
    let took = processor_time().saturating_sub(started);
    println!("rules {} refused {refused}", engine.rules().len());
    println!("unrouted {}", engine.unrouted().count());
    println!("always_evaluated {}", engine.always_evaluated().count());
    println!("load_milliseconds {}", took.as_millis());
    engine
}

fn memory(key: &str) -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_default()
        .trim_matches([':', ' ', '\t'])
        .to_owned()
}

fn main() {
    let arguments = arguments();
    let mut engine = engine(&arguments);
    let texts: Vec<String> = arguments
        .files
        .iter()
        .map(|path| fs::read_to_string(path).expect("a file of events"))
        .collect();
    println!("memory_before_kilobytes {}", memory("VmRSS"));
    let now: Timestamp = "2026-07-02T04:00:00Z".parse().expect("a time");
    let parsers = arguments.parsers.as_ref().map(|folder| {
        let (parsers, errors) = Parsers::load(&all_below(folder));
        assert!(errors.is_empty(), "{errors:?}");
        parsers
    });
    let settings = xinglin_ingest::Settings::default();
    let mut recent = Memory::default();
    let mut by_rule: HashMap<usize, u64> = HashMap::new();
    let (mut events, mut bytes) = (0_u64, 0);
    let (mut parsing, mut matching) = (Duration::ZERO, Duration::ZERO);
    let mut matched = Vec::new();
    let mut reader = JsonReader::default();
    for line in texts.iter().flat_map(|text| text.lines()) {
        events += 1;
        bytes += line.len();
        let started = processor_time();
        if let Some(parsers) = &parsers {
            let parsed = parsers.parse(line, now, &settings, &mut recent);
            let read = processor_time();
            parsing += read.saturating_sub(started);
            engine.push(&parsed.event, &mut matched);
            matching += processor_time().saturating_sub(read);
        } else if let Some(record) = reader.read(line, now) {
            engine.push(&record, &mut matched);
            matching += processor_time().saturating_sub(started);
        }
        for rule in &matched {
            *by_rule.entry(*rule).or_default() += 1;
        }
    }
    let per_second = |time: Duration| events as f64 / time.as_secs_f64().max(1e-9);
    println!(
        "events {events} bytes_each {}",
        bytes as f64 / events.max(1) as f64
    );
    println!("matches {}", by_rule.values().sum::<u64>());
    println!("rules_that_matched {}", by_rule.len());
    if parsers.is_some() {
        println!("parsed_per_second {:.0}", per_second(parsing));
    }
    println!("matched_per_second {:.0}", per_second(matching));
    println!("size {:?}", engine.size());
    println!("memory_peak_kilobytes {}", memory("VmHWM"));
    if arguments.list {
        let mut counts: Vec<_> = by_rule.into_iter().collect();
        counts.sort_unstable();
        for (rule, count) in counts {
            let meta = engine
                .rules()
                .get(rule)
                .map(|rule| rule.meta.key().to_owned());
            println!("matched {} {count}", meta.unwrap_or_default());
        }
    }
}
