//! Reading a lake beside the process that writes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use tempfile::tempdir;
use xinglin_lake::{
    Lake, LakeError, Order, Query, Search, Settings, Stop, StoredEvent, disk::LocalDisk,
};

use crate::lines::{FIRST, Pairs, line, message};

fn small() -> Settings {
    Settings {
        segment_bytes: 1 << 20,
        flush_bytes: 256 << 10,
        ..Settings::default()
    }
}

/// Nothing becomes a file by itself.
fn quiet() -> Settings {
    Settings {
        flush_after: Duration::from_hours(1),
        ..Settings::default()
    }
}

fn write(folder: &Path, settings: Settings) -> Result<Lake, LakeError> {
    Lake::open(folder, settings, Arc::new(LocalDisk), Box::new(Pairs)).map(|(lake, _)| lake)
}

fn read(folder: &Path) -> Lake {
    Lake::open_to_read(folder, small(), Arc::new(LocalDisk), Box::new(Pairs)).unwrap()
}

/// All events, a page after the other.
fn pages(lake: &Lake, order: Order, most: usize) -> Vec<StoredEvent> {
    let (query, stop) = (Query::everything(), Stop::never());
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let found = lake
            .search(&Search {
                query: &query,
                from: None,
                to: None,
                order,
                most,
                beyond: events.last().map(|last| (last.event.at, last.sequence)),
                stop: &stop,
            })
            .unwrap();
        events.extend(found.events);
        if !found.more {
            return events;
        }
    }
}

/// Names and bytes of all files.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let name = path.to_str().unwrap().to_owned();
            all.insert(name, fs::read(&path).unwrap());
        }
    }
    all
}

/// The same, once the process that writes has nothing left to do.
fn still(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut last = files(folder);
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = files(folder);
        if now == last {
            return now;
        }
        last = now;
    }
}

#[test]
fn one_process_writes_and_others_read_without_a_trace() {
    let folder = tempdir().unwrap();
    let mut lake = write(folder.path(), quiet()).unwrap();
    for number in 0..6_000 {
        let text = line("his", number);
        let ticket = lake.append(&[message("his", &text, 1)]).unwrap();
        if number == 3_000 || number == 5_999 {
            ticket.wait().unwrap();
            lake.settle().unwrap();
        }
        if number == 3_000 {
            lake.flush().unwrap();
        }
    }
    assert!(matches!(
        write(folder.path(), quiet()),
        Err(LakeError::InUse)
    ));
    assert!(Lake::is_in_use(folder.path(), &LocalDisk).unwrap());
    let before = still(folder.path());
    let reader = read(folder.path());
    assert_eq!(reader.hot_events() + 3_001, 6_000);
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let mut numbers: Vec<u64> = pages(&reader, order, 700)
            .iter()
            .map(|event| event.sequence)
            .collect();
        if order == Order::NewestFirst {
            numbers.reverse();
        }
        assert_eq!(numbers, (1..=6_000).collect::<Vec<_>>());
    }
    assert!(reader.append(&[]).is_err());
    assert!(matches!(reader.flush(), Err(LakeError::Closed)));
    let now = Timestamp::from_second(FIRST + 1_000_000_000).unwrap();
    assert!(matches!(reader.compact(now), Err(LakeError::Closed)));
    assert!(matches!(reader.retain(now), Err(LakeError::Closed)));
    drop(reader);
    assert!(files(folder.path()) == before, "reading leaves no trace");
    lake.close();
    drop(lake);
    assert!(!Lake::is_in_use(folder.path(), &LocalDisk).unwrap());
    drop(write(folder.path(), quiet()).unwrap());
}

#[test]
fn what_came_is_followed() {
    let folder = tempdir().unwrap();
    let lake = write(folder.path(), small()).unwrap();
    let append = |from: u64, to: u64| {
        for number in from..to {
            let text = line("his", number);
            let ticket = lake.append(&[message("his", &text, 1)]).unwrap();
            if number + 1 == to {
                ticket.wait().unwrap();
            }
        }
    };
    append(0, 100);
    let reader = read(folder.path());
    let mut last = reader.last_sequence().unwrap();
    assert_eq!(last, 100);
    let query = Query::parse("event.action:login").unwrap();
    for turn in 1..6_u64 {
        append(turn * 100, turn * 100 + 100);
        if turn == 2 {
            lake.flush().unwrap();
        }
        reader.look_again(last).unwrap();
        let came = reader.after(last, &query, 1_000).unwrap();
        assert_eq!(came.last, turn * 100 + 100);
        let numbers = turn * 100..turn * 100 + 100;
        let expected = numbers.filter(|number| number % 3 == 0).count();
        assert_eq!(came.events.len(), expected, "{turn}");
        last = came.last;
    }
}

#[test]
fn a_reader_is_right_while_files_are_made_and_merged() {
    let folder = tempdir().unwrap();
    let lake = write(folder.path(), small()).unwrap();
    let (acknowledged, done) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            for batch in 0..150_u64 {
                let texts: Vec<String> = (batch * 200..batch * 200 + 200)
                    .map(|number| line("his", number))
                    .collect();
                let second = i64::try_from(batch * 60).unwrap();
                let messages: Vec<_> = texts
                    .iter()
                    .map(|text| message("his", text, second))
                    .collect();
                lake.append(&messages).unwrap().wait().unwrap();
                acknowledged.store(batch * 200 + 200, Ordering::Release);
                if batch % 10 == 9 {
                    lake.flush().unwrap();
                    let hour = Timestamp::from_second(FIRST + second + 3_600).unwrap();
                    lake.compact(hour).unwrap();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut looks = 0;
        while !done.load(Ordering::Acquire) || looks < 3 {
            looks += 1;
            let least = acknowledged.load(Ordering::Acquire);
            let reader = read(folder.path());
            let events = pages(&reader, Order::OldestFirst, 2_500);
            let numbers: BTreeSet<u64> = events.iter().map(|event| event.sequence).collect();
            assert_eq!(numbers.len(), events.len(), "each once");
            let all = numbers.range(..=least).count();
            assert_eq!(
                u64::try_from(all).unwrap(),
                least,
                "all that was acknowledged"
            );
        }
    });
}
