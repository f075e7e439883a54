//! Power that goes away at any point, and disks that fail before it does.

use std::{path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use xinglin_lake::{Lake, Settings, Ticket};

use crate::{
    lines::{FIRST, Pairs, check, line, message},
    simulated::{Fault, Simulated},
};

/// Numbers that depend on nothing but the seed.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

pub(crate) fn small() -> Settings {
    Settings {
        segment_bytes: 16 << 10,
        gather: Duration::from_micros(200),
        flush_bytes: 200 << 10,
        flush_after: Duration::from_millis(20),
        ..Settings::default()
    }
}

pub(crate) fn open(disk: &Simulated) -> Lake {
    Lake::open(
        Path::new("/lake"),
        small(),
        Arc::new(disk.clone()),
        Box::new(Pairs),
    )
    .unwrap()
    .0
}

/// Appends messages until the disk fails or there are enough; those that were acknowledged.
///
/// Where the power is off nobody gets an answer any more.
fn load(
    lake: &Lake,
    disk: &Simulated,
    chance: &mut Chance,
    next: &mut u64,
    messages: u64,
) -> Vec<String> {
    let mut waiting: Vec<(Ticket, Vec<String>)> = Vec::new();
    let mut acknowledged = Vec::new();
    let end = *next + messages;
    while *next < end {
        let source = ["fw-1", "his-db"][usize::try_from(chance.below(2)).unwrap()];
        let count = 1 + chance.below(40);
        let texts: Vec<_> = (*next..*next + count)
            .map(|number| line(source, number))
            .collect();
        *next += count;
        let batch: Vec<_> = texts.iter().map(|text| message(source, text, 5)).collect();
        let Ok(ticket) = lake.append(&batch) else {
            break;
        };
        waiting.push((ticket, texts));
        if chance.below(4) == 0 {
            for (ticket, texts) in waiting.drain(..) {
                if is_acknowledged(ticket, disk) {
                    acknowledged.extend(texts);
                }
            }
        }
        if chance.below(60) == 0 {
            // Whether it can be done does not matter here.
            drop(lake.compact(Timestamp::from_second(FIRST + 1_000_000).unwrap()));
        }
    }
    for (ticket, texts) in waiting {
        if is_acknowledged(ticket, disk) {
            acknowledged.extend(texts);
        }
    }
    acknowledged
}

fn is_acknowledged(mut ticket: Ticket, disk: &Simulated) -> bool {
    loop {
        match ticket.wait_at_most(Duration::from_millis(20)) {
            Ok(outcome) => return outcome.is_ok(),
            Err(_) if disk.is_off() => return false,
            Err(waiting) => ticket = waiting,
        }
    }
}

/// The same lake through several losses of power, with failures of the disk before each.
fn storm(seed: u64) {
    let mut chance = Chance(seed);
    let mut disk = Simulated::default();
    let mut acknowledged = Vec::new();
    let mut next = 0;
    for _ in 0..4 {
        let lake = open(&disk);
        check(&lake, &acknowledged);
        for _ in 0..chance.below(3) {
            let kinds = [Fault::Write, Fault::ShortWrite, Fault::Sync];
            let kind = kinds[usize::try_from(chance.below(3)).unwrap()];
            disk.break_in(kind, chance.below(60));
        }
        if chance.below(2) == 0 {
            acknowledged.extend(load(&lake, &disk, &mut chance, &mut next, 400));
        }
        disk.break_in(Fault::Off, chance.below(150));
        acknowledged.extend(load(&lake, &disk, &mut chance, &mut next, 1_000));
        disk.break_in(Fault::Off, 0);
        drop(lake);
        disk = disk.after_power_loss(&mut || chance.next());
    }
    let lake = open(&disk);
    check(&lake, &acknowledged);
    lake.flush().unwrap();
    check(&lake, &acknowledged);
    let verified = lake.verify().unwrap();
    assert!(verified.flaws.is_empty(), "{:?}", verified.flaws);
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_goes() {
    for seed in 0..8 {
        storm(seed);
    }
}
