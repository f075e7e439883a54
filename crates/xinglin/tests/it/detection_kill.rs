//! The real program is killed while it detects: no match is lost, and none counted twice.

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xinglin_app::core::{Clock as _, SystemClock};
use xinglin_testkit::{content, eventually_here};

use crate::server::{Client, PASSWORD, Server};

const SAYS: [&str; 2] = ["listening on http://", "listening for syslog by TCP on "];
const FLAGS: [&str; 2] = ["--syslog-tcp", "127.0.0.1:0"];
/// More than a rule may make alerts of within an hour: the others are joined.
const ADDRESSES: u32 = 260;
/// How often to kill, where more than the few times of an ordinary run are wanted.
const TIMES: &str = "XINGLIN_DETECTION_KILLS";

const RULE: &str = "title: 登录失败\nid: 7d3c2f64-0000-4000-8000-00000000000a\nlevel: medium\nlogsource: {product: linux, service: sshd}\ndetection:\n  failed: {event.outcome: failure}\n  condition: failed\n";
const RULE_ID: &str = "7d3c2f64-0000-4000-8000-00000000000a";
const MANY: &str = "title: 口令猜测\nid: 7d3c2f64-0000-4000-8000-00000000000b\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [7d3c2f64-0000-4000-8000-00000000000a]\n  group-by: [source.ip]\n  timespan: 10m\n  generate: true\n  condition: {gte: 3}\n";
const MANY_ID: &str = "7d3c2f64-0000-4000-8000-00000000000b";

/// Sends logins, most of which succeed, to wherever the server listens, until it is told to
/// stop.
fn send(to: &Mutex<String>, stop: &AtomicBool) {
    let mut number = 0_u32;
    let mut stream: Option<(String, TcpStream)> = None;
    while !stop.load(Ordering::Relaxed) {
        let address = to.lock().unwrap().clone();
        if stream.as_ref().is_none_or(|(known, _)| *known != address) {
            stream = TcpStream::connect(&address)
                .ok()
                .map(|one| (address.clone(), one));
        }
        let Some((_, open)) = &mut stream else {
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let mut lines = String::new();
        // Matches that come too late would not meet.
        let now = SystemClock.now();
        for _ in 0..20 {
            number += 1;
            let word = if number.is_multiple_of(3) {
                "Failed"
            } else {
                "Accepted"
            };
            let from = number / 3 % ADDRESSES;
            let line = format!(
                "<38>1 {now} his-db sshd {number} - - {word} password for amy from 10.8.{}.{} port 4711 ssh2\n",
                from / 200,
                from % 200 + 1
            );
            lines.push_str(&line);
        }
        if open.write_all(lines.as_bytes()).is_err() {
            stream = None;
        }
        thread::sleep(Duration::from_millis(15));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how often is a matter of who runs it"
)]
fn times() -> u32 {
    let times = std::env::var(TIMES).ok();
    times.and_then(|times| times.parse().ok()).unwrap_or(8)
}

#[test]
fn a_program_that_is_killed_has_each_match_once() {
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Server::start_saying(folder.path(), &FLAGS, &SAYS);
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    for text in [RULE, MANY] {
        let (status, _, made) =
            lead.json("POST", "/api/v1/detection/rules", &json!({"text": text}));
        assert_eq!(status, 201, "{made}");
    }
    let to = Arc::new(Mutex::new(said[1].clone()));
    let stop = Arc::new(AtomicBool::new(false));
    let sender = {
        let (to, stop) = (Arc::clone(&to), Arc::clone(&stop));
        thread::spawn(move || send(&to, &stop))
    };
    let mut server = server;
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..times() {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        thread::sleep(Duration::from_millis(200 + (chance >> 33) % 1_500));
        server.kill();
        let (again, said) = Server::start_saying(folder.path(), &FLAGS, &SAYS);
        to.lock().unwrap().clone_from(&said[1]);
        server = again;
    }
    stop.store(true, Ordering::Relaxed);
    sender.join().unwrap();
    let lead = server.sign_in("lead", PASSWORD);
    // What is on its way is looked at; a busy machine may pause for a second.
    let mut before = (0, 0);
    let mut still = 0;
    let (alone, met) = eventually_here("all is looked at", || {
        thread::sleep(Duration::from_secs(1));
        let status = lead.get("/api/v1/detection/status");
        let now = (events(&lead, RULE_ID), events(&lead, MANY_ID));
        let is_still = now == before && status["behind_events"] == 0 && now.0 > 0;
        still = if is_still { still + 1 } else { 0 };
        before = now;
        (still >= 4).then_some(now)
    });
    server.kill();
    let seen = matches(folder.path());
    let expected: u64 = seen.values().sum();
    assert!(expected > 500, "{expected} matches are too few to tell");
    assert_eq!(
        alone, expected,
        "matches in alerts, against those in the logs"
    );
    // Three make an alert, and the group is quiet for ten minutes then: one alert an address.
    let groups = seen.values().filter(|count| **count >= 3).count();
    assert_eq!(met, u64::try_from(groups).unwrap() * 3, "groups that met");
}

/// The events in all alerts of a rule.
fn events(lead: &Client, rule: &str) -> u64 {
    let list = lead.get(&format!("/api/v1/alerts?rule={rule}&limit=1000"));
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|alert: &Value| alert["events"].as_u64().unwrap())
        .sum()
}

/// Failed logins in the logs, by address, counted one by one.
fn matches(data: &std::path::Path) -> BTreeMap<String, u64> {
    let until = Instant::now() + Duration::from_secs(10);
    let lake = loop {
        match xinglin_app::logs::open(data, &content()) {
            Ok((lake, _)) => break lake,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
    };
    let mut seen = BTreeMap::new();
    lake.scan(&mut |found| {
        if let Some((_, behind)) = found.event.text.split_once("Failed password for amy from ") {
            let address = behind.split(' ').next().unwrap();
            *seen.entry(address.to_owned()).or_default() += 1;
        }
    })
    .unwrap();
    seen
}
