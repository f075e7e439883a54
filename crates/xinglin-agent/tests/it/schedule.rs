//! When an agent acts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use xinglin_agent::Schedule;
use xinglin_wire::Settings;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_334_400 + seconds).unwrap()
}

const HOURLY: Settings = Settings {
    interval_seconds: 3_600,
    jitter_seconds: 600,
};

#[test]
fn inspections_are_late_at_random_and_never_early() {
    for (chance, late) in [(0, 0), (600, 600), (601, 0), (u64::MAX, 156)] {
        let mut schedule = Schedule::new(HOURLY, at(0), 0);
        assert!(schedule.inspects(at(0)));
        schedule.inspected(at(0), chance);
        assert!(!schedule.inspects(at(3_599 + late)), "{chance}");
        assert!(schedule.inspects(at(3_600 + late)), "{chance}");
        let idle = Duration::from_secs(3_600 + late.unsigned_abs());
        assert_eq!(schedule.idle(at(0), false), idle);
    }
}

#[test]
fn a_server_that_is_away_is_tried_less_and_less_often() {
    let mut schedule = Schedule::new(HOURLY, at(0), 0);
    schedule.inspected(at(0), 0);
    let mut waits = Vec::new();
    for _ in 0..12 {
        schedule.not_answered(at(0), u64::MAX);
        waits.push(schedule.idle(at(0), true).as_secs());
    }
    assert!(waits.is_sorted() || waits.windows(2).all(|pair| pair[1] * 2 >= pair[0]));
    assert!(waits[0] >= 7 && waits[0] <= 15);
    assert!(waits.iter().all(|wait| *wait <= 1_800), "{waits:?}");
    assert!(*waits.last().unwrap() >= 900, "{waits:?}");
    schedule.answered(HOURLY, at(1));
    assert!(schedule.delivers(at(1)));
}

#[test]
fn mistakes_of_server_and_clock_are_survived() {
    // Never or always: taken for a minute and a week.
    let never = Settings {
        interval_seconds: u64::MAX,
        jitter_seconds: u64::MAX,
    };
    let mut schedule = Schedule::new(never, at(0), 0);
    schedule.inspected(at(0), 0);
    assert!(schedule.inspects(at(7 * 86_400)));
    let always = Settings {
        interval_seconds: 0,
        jitter_seconds: 0,
    };
    schedule.answered(always, at(0));
    schedule.inspected(at(0), 0);
    assert!(!schedule.inspects(at(59)) && schedule.inspects(at(60)));
    // A clock that was a year ahead and is put right.
    let mut schedule = Schedule::new(HOURLY, at(0), 0);
    let ahead = at(0)
        .checked_add(SignedDuration::from_hours(24 * 365))
        .unwrap();
    schedule.inspected(ahead, 0);
    schedule.not_answered(ahead, 0);
    assert!(schedule.inspects(at(60)) && schedule.delivers(at(60)));
}
