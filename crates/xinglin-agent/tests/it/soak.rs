//! More than a day at the shortest interval, with the server away now and then: memory and
//! disk stay as they were.

use std::{fs, sync::Arc, sync::atomic::Ordering, time::Duration};

use xinglin_agent::{Agent, Runner, Spool, SpoolLimits, Wait, run};
use xinglin_core::{Clock, FixedClock};

use crate::{
    hospital::Nearby,
    lifecycle::{clock, host},
};

const MINUTES: i64 = 1_500;
/// What the allocator may keep back, not what the agent may gather.
const TOLERANCE_BYTES: u64 = 6 << 20;

fn resident_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4_096
}

#[test]
fn memory_and_disk_stay_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let clock: FixedClock = clock();
    let mut server = Nearby::new();
    let settings = server.hospital.settings;
    let away = Arc::clone(&server.away);
    let spool = Spool::open(folder.path(), SpoolLimits::default()).unwrap();
    let mut agent = Agent::new(&host, &mut server, spool);
    let start = clock.now().as_second();
    let mut early = 0;
    let mut random = 0_u64;
    let mut wait = |time: Duration| {
        clock.advance(i64::try_from(time.as_secs()).unwrap().max(1));
        let minute = (clock.now().as_second() - start) / 60;
        away.store(minute % 200 > 170, Ordering::SeqCst);
        if early == 0 && minute > MINUTES / 5 {
            early = resident_bytes();
        }
        if minute >= MINUTES {
            Wait::Stop
        } else {
            Wait::Over
        }
    };
    let mut runner = Runner {
        clock: &clock,
        chance: &mut || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            random >> 33
        },
        wait: &mut wait,
        note: &mut |_| {},
        updater: None,
        starts: &mut |_, _| Ok(()),
    };
    run(&mut agent, settings, &mut runner).unwrap();
    let waiting = agent.waiting();
    let grown = resident_bytes().saturating_sub(early);
    assert!(
        early > 0 && grown < TOLERANCE_BYTES,
        "grew by {grown} bytes"
    );
    let kept = &server.hospital.agents["agent-1"];
    let newest = *kept.numbers.last().unwrap();
    assert_eq!(kept.numbers.len() as u64, newest, "none is missing");
    assert_eq!(kept.lost, 0);
    assert!(newest + waiting as u64 > 1_440, "{newest}");
    assert!(kept.differences > kept.whole * 100, "{} whole", kept.whole);
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, waiting + 1, "the counters and what waits");
}
