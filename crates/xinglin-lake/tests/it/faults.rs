//! Single failures, and what the lake says of them.

use jiff::Timestamp;
use xinglin_lake::{AppendError, Flaw, LogState};

use crate::{
    crash::open,
    lines::{FIRST, check, line, message},
    simulated::{Fault, Simulated},
};

fn texts(source: &str, numbers: std::ops::Range<u64>) -> Vec<String> {
    numbers.map(|number| line(source, number)).collect()
}

#[test]
fn a_full_disk_takes_nothing_and_says_so_until_there_is_room() {
    let disk = Simulated::default();
    let lake = open(&disk);
    let append = |texts: &[String]| {
        let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 1)).collect();
        lake.append(&batch).unwrap().wait()
    };
    let before = texts("fw-1", 0..10);
    assert_eq!(append(&before).unwrap(), 1..11);
    disk.break_in(Fault::Full, 0);
    let refused = append(&texts("fw-1", 10..20));
    assert!(
        matches!(refused, Err(AppendError::Disk(error)) if error.kind() == std::io::ErrorKind::StorageFull)
    );
    assert!(matches!(lake.log_state(), LogState::Failing { .. }));
    disk.mend();
    let after = texts("fw-1", 20..30);
    assert_eq!(append(&after).unwrap(), 11..21);
    assert_eq!(lake.log_state(), LogState::Writing);
    check(&lake, &[before.clone(), after.clone()].concat());
    drop(lake);
    check(&open(&disk), &[before, after].concat());
}

#[test]
fn a_failed_sync_is_written_again_elsewhere() {
    for fault in [Fault::Sync, Fault::Write, Fault::ShortWrite] {
        let disk = Simulated::default();
        let lake = open(&disk);
        let mut acknowledged = Vec::new();
        for turn in 0..20 {
            if turn % 3 == 1 {
                disk.break_in(fault, 0);
            }
            let texts = texts("fw-1", turn * 10..turn * 10 + 10);
            let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 1)).collect();
            lake.append(&batch).unwrap().wait().unwrap();
            acknowledged.extend(texts);
        }
        drop(lake);
        let again = disk.after_power_loss(&mut || 0);
        check(&open(&again), &acknowledged);
    }
}

#[test]
fn a_damaged_frame_is_set_aside_and_told_of() {
    let disk = Simulated::default();
    let settings = xinglin_lake::Settings {
        flush_after: std::time::Duration::from_mins(10),
        ..crate::crash::small()
    };
    let open = |disk: &Simulated| {
        let reader = Box::new(crate::lines::Pairs);
        xinglin_lake::Lake::open(
            std::path::Path::new("/lake"),
            settings.clone(),
            std::sync::Arc::new(disk.clone()),
            reader,
        )
        .unwrap()
    };
    let (lake, opened) = open(&disk);
    assert!(opened.damages.is_empty());
    let mut acknowledged = Vec::new();
    for turn in 0..5 {
        let texts = texts("fw-1", turn * 10..turn * 10 + 10);
        let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 1)).collect();
        lake.append(&batch).unwrap().wait().unwrap();
        acknowledged.extend(texts);
    }
    drop(lake);
    let segment = disk.ending(".wal").pop().unwrap();
    disk.change(&segment, |bytes| {
        let frames: Vec<_> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, of)| *of == b"XLf1")
            .collect();
        let second = frames[1].0;
        bytes[second + 40] ^= 1;
    });
    let (lake, opened) = open(&disk);
    assert_eq!(opened.replayed, 40);
    let [damage] = opened.damages.as_slice() else {
        panic!("{:?}", opened.damages);
    };
    assert_eq!(damage.missing, 11..21);
    assert!(damage.set_aside.is_some());
    assert_eq!(disk.ending(".bad").len(), 1);
    acknowledged.drain(10..20);
    check(&lake, &acknowledged);
}

#[test]
fn a_missing_and_an_altered_file_are_found() {
    let disk = Simulated::default();
    let lake = open(&disk);
    for turn in 0..3 {
        let texts = texts("fw-1", turn * 100..turn * 100 + 100);
        let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 1)).collect();
        lake.append(&batch).unwrap().wait().unwrap();
        lake.flush().unwrap();
    }
    let whole = lake.verify().unwrap();
    assert!(whole.flaws.is_empty());
    assert!(whole.whole >= 3);
    let files = disk.ending(".parquet");
    disk.change(&files[0], |bytes| bytes[50] ^= 1);
    let index = disk.ending(".index").pop().unwrap();
    xinglin_lake::disk::Disk::remove(&disk, &index).unwrap();
    let flaws: Vec<_> = lake
        .verify()
        .unwrap()
        .flaws
        .into_iter()
        .map(|(_, flaw)| flaw)
        .collect();
    assert_eq!(flaws, [Flaw::Altered, Flaw::Missing]);
}

#[test]
fn what_is_old_goes_and_nothing_else() {
    let disk = Simulated::default();
    let lake = open(&disk);
    let day = |day: i64| Timestamp::from_second(FIRST + day * 86_400).unwrap();
    let mut kept = Vec::new();
    for turn in 0..4 {
        let texts = texts("fw-1", turn * 10..turn * 10 + 10);
        let second = i64::try_from(turn).unwrap() * 86_400 * 60;
        let batch: Vec<_> = texts
            .iter()
            .map(|text| message("fw-1", text, second))
            .collect();
        lake.append(&batch).unwrap().wait().unwrap();
        lake.flush().unwrap();
        if turn > 0 {
            kept.extend(texts);
        }
    }
    assert!(lake.retain(day(183)).unwrap().is_empty());
    let gone = lake.retain(day(184)).unwrap();
    assert_eq!(gone.iter().map(|entry| entry.rows).sum::<u64>(), 10);
    check(&lake, &kept);
    assert_eq!(crate::lines::all(&lake).len(), kept.len());
    let forecast = lake.forecast(day(181));
    assert!(forecast.bytes_at_length > forecast.bytes_per_day * 180.0);
}
