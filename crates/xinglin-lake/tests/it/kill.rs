//! A real process, killed at any point under load.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use xinglin_lake::{Lake, disk::LocalDisk};

use crate::{
    crash::{Chance, small},
    lines::{FIRST, Pairs, check, line, message},
};

/// The folder of the lake and the first number, in the environment of the child.
const CHILD: &str = "XINGLIN_LAKE_CHILD";
/// How often to kill, where more than the few times of an ordinary run are wanted.
const TIMES: &str = "XINGLIN_LAKE_KILLS";
/// A lake begins anew after so many.
const ROUNDS: u64 = 25;

fn open(folder: &Path) -> Lake {
    Lake::open(folder, small(), Arc::new(LocalDisk), Box::new(Pairs))
        .unwrap()
        .0
}

#[expect(clippy::disallowed_methods, reason = "the child is this program again")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Appends without end and says what was acknowledged.
fn append_without_end(folder: &Path, first: u64) {
    let lake = Arc::new(open(folder));
    let stop = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = ["fw-1", "his-db"]
        .into_iter()
        .map(|source| {
            let lake = Arc::clone(&lake);
            thread::spawn(move || {
                let mut next = first;
                loop {
                    let count = 1 + next % 37;
                    let texts: Vec<_> = (next..next + count)
                        .map(|number| line(source, number))
                        .collect();
                    let batch: Vec<_> = texts.iter().map(|text| message(source, text, 5)).collect();
                    lake.append(&batch).unwrap().wait().unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "acknowledged {source} {next} {}", next + count).unwrap();
                    out.flush().unwrap();
                    next += count;
                }
            })
        })
        .collect();
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(15));
        lake.compact(Timestamp::from_second(FIRST + 1_000_000).unwrap())
            .unwrap();
    }
    drop(threads);
}

/// Not a test of its own: what the child does.
#[test]
fn child() {
    if let Some(told) = variable(CHILD) {
        let (folder, first) = told.rsplit_once(' ').unwrap();
        append_without_end(&PathBuf::from(folder), first.parse().unwrap());
    }
}

/// Starts the child, kills it; what it said was acknowledged, and the highest number.
#[expect(clippy::disallowed_methods, reason = "the child is this program again")]
fn kill_once(folder: &Path, first: u64, chance: &mut Chance) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::child",
            "--nocapture",
            "--test-threads",
            "1",
        ])
        .env(CHILD, format!("{} {first}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut take = |text: &str| {
        // The runner's own words come before the first of them, on the same line.
        let Some((_, told)) = text.split_once("acknowledged ") else {
            return;
        };
        let words: Vec<_> = told.split(' ').collect();
        if let [source, from, to] = words.as_slice()
            && let (Ok(from), Ok(to)) = (from.parse::<u64>(), to.parse::<u64>())
        {
            acknowledged.extend((from..to).map(|number| line(source, number)));
        }
    };
    for _ in 0..chance.below(200) {
        take(&lines.next().unwrap().unwrap());
    }
    thread::sleep(Duration::from_micros(chance.below(40_000)));
    child.kill().unwrap();
    for text in lines.map_while(Result::ok) {
        // A line that was cut off says nothing, and nobody relies on it.
        take(&text);
    }
    child.wait().unwrap();
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let times = variable(TIMES).map_or(8, |times| times.parse().unwrap());
    let mut chance = Chance(20_261_123);
    let mut folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..times {
        if round % ROUNDS == 0 {
            folder = tempfile::tempdir().unwrap();
            acknowledged.clear();
        }
        let first = round % ROUNDS * 1_000_000;
        acknowledged.extend(kill_once(folder.path(), first, &mut chance));
        let lake = open(folder.path());
        check(&lake, &acknowledged);
        assert!(lake.verify().unwrap().flaws.is_empty());
    }
    assert!(!acknowledged.is_empty());
    // Everything is in files at last, and nothing else is there.
    let lake = open(folder.path());
    lake.flush().unwrap();
    lake.compact(Timestamp::from_second(FIRST + 1_000_000).unwrap())
        .unwrap();
    check(&lake, &acknowledged);
    let names = fs::read_dir(folder.path().join("files")).unwrap().count();
    assert_eq!(names, lake.files().len() * 2);
}
