//! Measures the lake: events per second of CPU, bytes per event, memory, looking for words.
//!
//! `cargo xtask bench lake` runs it. The last line of its output is one JSON object.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program whose output is its purpose, and which stops at the first problem"
)]

mod hospital;
mod plain;
mod questions;

use std::{
    collections::BTreeMap,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use hospital::{Hospital, RARE};
use jiff::Timestamp;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::json;
use xinglin_core::Event;
use xinglin_lake::{
    Edges, Lake, Message, ReadMessage, Receipt, Settings, disk::LocalDisk, words_of,
};

// As the product has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages that are appended at a time.
const BATCH: u64 = 512;
/// Tickets that are waited for later: as many as a receiver has under way.
const UNDER_WAY: usize = 64;
/// How often counts and filters are asked.
const TIMES: u32 = 100;

/// Knows what is read in the messages, as a parser that costs next to nothing.
struct Known {
    hospital: Hospital,
    next: u64,
}

impl ReadMessage for Known {
    fn read(&mut self, message: &Message<'_>, event: &mut dyn FnMut(&Event<'_>)) {
        self.hospital.with(self.next, |_, known, _| {
            debug_assert_eq!(known.text.as_bytes(), message.bytes);
            event(known);
        });
        self.next += 1;
    }
}

/// Seconds of CPU of this process so far.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

/// The most memory this process had, in megabytes.
fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1_024.0
}

struct Message0 {
    source: String,
    text: String,
    received_at: Timestamp,
}

fn batch(hospital: &mut Hospital, range: std::ops::Range<u64>) -> Vec<Message0> {
    let make = |number| {
        hospital.with(number, |source, event, received_at| Message0 {
            source: source.to_owned(),
            text: event.text.clone().into_owned(),
            received_at,
        })
    };
    range.map(make).collect()
}

/// What making all events takes, once.
fn generate(total: u64) -> (f64, u64) {
    let mut hospital = Hospital::new(total);
    let before = cpu();
    let mut bytes = 0;
    for first in (0..total).step_by(usize::try_from(BATCH).unwrap()) {
        for message in batch(&mut hospital, first..total.min(first + BATCH)) {
            bytes += black_box(&message.text).len() as u64;
        }
    }
    (cpu() - before, bytes)
}

fn ingest(lake: &Lake, total: u64) -> f64 {
    let mut hospital = Hospital::new(total);
    let mut tickets = std::collections::VecDeque::new();
    let started = Instant::now();
    for first in (0..total).step_by(usize::try_from(BATCH).unwrap()) {
        let made = batch(&mut hospital, first..total.min(first + BATCH));
        let messages: Vec<_> = made
            .iter()
            .map(|message| Message {
                receipt: Receipt {
                    source: &message.source,
                    peer: "",
                    transport: "tcp",
                    received_at: message.received_at,
                },
                bytes: message.text.as_bytes(),
            })
            .collect();
        tickets.push_back(lake.append(&messages).unwrap());
        if tickets.len() > UNDER_WAY {
            tickets.pop_front().unwrap().wait().unwrap();
        }
    }
    for ticket in tickets {
        ticket.wait().unwrap();
    }
    started.elapsed().as_secs_f64()
}

fn sizes(lake: &Lake) -> (u64, u64) {
    let files = lake.files();
    let sum = |place: usize| files.iter().map(|entry| entry.bytes[place]).sum();
    (sum(0), sum(1))
}

/// What each column takes, in bytes an event.
fn columns(lake: &Lake, total: u64) -> Vec<(String, f64, String)> {
    let mut columns: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for entry in lake.files() {
        let file = fs::File::open(lake.path_of(&entry)).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        for group in reader.metadata().row_groups() {
            for column in group.columns() {
                let of = columns.entry(column.column_path().string()).or_default();
                of.0 += column.compressed_size();
                of.1 = format!("{:?}", column.encodings().collect::<Vec<_>>());
            }
        }
    }
    let mut columns: Vec<_> = columns
        .into_iter()
        .map(|(name, (bytes, encodings))| (name, bytes as f64 / total as f64, encodings))
        .collect();
    columns.sort_by(|one, other| other.1.total_cmp(&one.1));
    columns
}

fn write(folder: &Path, total: u64) {
    let (making, raw) = generate(total);
    let open = || {
        let known = Known {
            hospital: Hospital::new(total),
            next: 0,
        };
        Lake::open(
            folder,
            Settings::default(),
            Arc::new(LocalDisk),
            Box::new(known),
        )
        .unwrap()
        .0
    };
    let lake = open();
    let before = cpu();
    let wall = ingest(&lake, total);
    std::thread::scope(|scope| {
        let flushing = scope.spawn(|| lake.flush().unwrap());
        while !flushing.is_finished() {
            if let Some(problem) = lake.problem() {
                println!("{problem}");
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    let ingesting = cpu() - before;
    let (first, first_index) = sizes(&lake);
    let first_files = lake.files().len();
    let ingest_memory = memory();
    let before = cpu();
    let started = Instant::now();
    let tomorrow = Timestamp::from_second(1_782_864_000 + 100 * 86_400).unwrap();
    lake.compact(tomorrow).unwrap();
    let (merging, merging_wall) = (cpu() - before, started.elapsed().as_secs_f64());
    let (merged, index) = sizes(&lake);
    for (name, bytes, encodings) in columns(&lake, total) {
        println!("{bytes:8.3}  {name:32} {encodings}");
    }
    let events = total as f64;
    // Events are made twice: once to be sent, once as what the parser says.
    let net = ingesting - 2.0 * making;
    println!(
        "{}",
        json!({
            "events": total,
            "raw_bytes": raw as f64 / events,
            "making_cpu": making,
            "ingest_cpu": ingesting,
            "ingest_wall": wall,
            "ingest_events_per_cpu_second": events / net,
            "ingest_memory_mb": ingest_memory,
            "first_files": first_files,
            "first_bytes": first as f64 / events,
            "first_index_bytes": first_index as f64 / events,
            "merge_cpu": merging,
            "merge_wall": merging_wall,
            "merge_events_per_cpu_second": events / merging,
            "merged_files": lake.files().len(),
            "merged_bytes": merged as f64 / events,
            "merged_index_bytes": index as f64 / events,
            "all_bytes": (merged + index) as f64 / events,
            "memory_mb": memory(),
        })
    );
}

/// Opens a lake that nothing is added to.
fn open_to_look(folder: &Path) -> Lake {
    let known = Known {
        hospital: Hospital::new(1),
        next: 0,
    };
    Lake::open(
        folder,
        Settings::default(),
        Arc::new(LocalDisk),
        Box::new(known),
    )
    .unwrap()
    .0
}

/// Asks one question again and again, to be looked at by a profiler.
fn ask(folder: &Path, question: &str) {
    let lake = open_to_look(folder);
    let taken = questions::ask(&lake, Some(question));
    println!("{}", json!(taken));
}

fn look(folder: &Path) {
    let lake = open_to_look(folder);
    let words = words_of(RARE, Edges::Whole);
    let before = cpu();
    let (mut pages, mut of) = (0, 0);
    for _ in 0..TIMES {
        (pages, of) = (0, 0);
        for entry in lake.files() {
            let found = lake.pages_with(&entry, &words).unwrap();
            pages += found.iter().filter(|may| **may).count();
            of += found.len();
        }
    }
    let filters = (cpu() - before) / f64::from(TIMES);
    let before = cpu();
    let mut events = 0;
    for _ in 0..TIMES {
        // What a dashboard shows: by source and hour.
        let mut by_source: BTreeMap<(String, i64), u64> = BTreeMap::new();
        for entry in lake.files() {
            for (hour, key, count) in lake.counts(&entry).unwrap().hours() {
                *by_source.entry((key.source.clone(), hour)).or_default() += count;
            }
        }
        events = by_source.values().sum();
    }
    let counts = (cpu() - before) / f64::from(TIMES);
    println!(
        "{}",
        json!({
            "pages": pages,
            "of": of,
            "filter_cpu_ms": filters * 1e3,
            "counted": events,
            "counts_cpu_ms": counts * 1e3,
            "questions": questions::ask(&lake, None),
            "memory_mb": memory(),
        })
    );
}

fn dump(path: &Path, total: u64) {
    use std::io::Write as _;
    let mut hospital = Hospital::new(total);
    let mut file = std::io::BufWriter::new(fs::File::create(path).unwrap());
    for number in 0..total {
        hospital.with(number, |_, event, _| {
            writeln!(file, "{}", event.text).unwrap();
        });
    }
    file.flush().unwrap();
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", folder, total] => write(&PathBuf::from(folder), total.parse().unwrap()),
        ["look", folder] => look(&PathBuf::from(folder)),
        ["ask", folder, question] => ask(&PathBuf::from(folder), question),
        ["text", file, total] => dump(&PathBuf::from(file), total.parse().unwrap()),
        ["plain", file, total] => plain::write(Path::new(file), total.parse().unwrap()),
        _ => println!(
            "write FOLDER EVENTS | look FOLDER | ask FOLDER QUESTION | text FILE EVENTS | plain FILE EVENTS"
        ),
    }
}
