//! Files and a journal that the real program follows: set up by people, there once whatever
//! happens to the program.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xinglin_testkit::{content, eventually_here};

use crate::server::{Client, PASSWORD, Server};

const SAYS: [&str; 1] = ["listening on http://"];
pub(crate) const INPUTS: &str = "/api/v1/logs/inputs";
/// How often to kill, where more than the few times of an ordinary run are wanted.
const TIMES: &str = "XINGLIN_FOLLOW_KILLS";

/// A data folder, a folder of logs beside it, and programs.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["logs", "programs"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let place = Self { folder };
        let journal = place.path("journal.json");
        fs::write(&journal, "").unwrap();
        // What `journalctl` does with a cursor, where that is the number of a line.
        let script = format!(
            "#!/bin/sh\nafter=0\nfor word; do case \"$word\" in --after-cursor=*) after=${{word#*=}};; esac; done\nexec tail --pid=$PPID -n +$((after + 1)) -f {}\n",
            journal.display()
        );
        let program = place.path("programs/journalctl");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn start(&self) -> Server {
        let root = self.text("logs");
        let arguments = ["--log-root", root.as_str()];
        let programs = self.path("programs");
        Server::start_finding(&self.path("data"), &arguments, &SAYS, Some(&programs)).0
    }
}

pub(crate) fn add(path: &Path, text: &[u8]) {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.unwrap().write_all(text).unwrap();
}

/// The only input, once it is as wanted.
pub(crate) fn input(client: &Client, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    eventually_here(what, || {
        let inputs = client.get(INPUTS);
        let found = inputs[0].clone();
        is_so(&found).then_some(found)
    })
}

pub(crate) fn events(client: &Client, query: &str, expected: usize) -> Value {
    eventually_here(query, || {
        let page = client.get(&format!("/api/v1/logs/events?query={query}"));
        let found = page["events"].as_array().unwrap().len();
        (found == expected).then_some(page)
    })
}

fn form(paths: &Value) -> Value {
    json!({"kind": "file", "paths": paths, "source": "his-app", "from_start": true})
}

#[test]
fn what_must_not_be_read_is_refused() {
    let place = Place::new();
    let server = place.start();
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let logs = place.text("logs");
    for (paths, expected) in [
        (json!([]), "1 to 16 paths"),
        (json!(["logs/a.log"]), "an absolute path without `..`"),
        (json!(["/etc/shadow"]), "a path below"),
        (
            json!([format!("{logs}/../data/xinglin.db")]),
            "without `..`",
        ),
        (
            json!([place.text("data/xinglin.db")]),
            "outside of the data folder",
        ),
        (json!([place.text("**/*.db")]), "a path below"),
    ] {
        let (status, _, refused) = lead.json("POST", INPUTS, &form(&paths));
        assert_eq!(status, 422, "{refused}");
        assert_eq!(refused["slug"], "invalid-input", "{refused}");
        assert!(
            refused["fields"].to_string().contains(expected),
            "{refused}"
        );
    }
    // A link in a folder that may be followed leads out of it.
    fs::write(place.path("secret"), "root:secret\n").unwrap();
    symlink(place.path("secret"), place.path("logs/link.log")).unwrap();
    let wanted = form(&json!([format!("{logs}/*.log")]));
    let (status, _, made) = lead.json("POST", INPUTS, &wanted);
    assert_eq!((status, &made["enabled"]), (201, &json!(true)), "{made}");
    let told = input(&lead, "the link is refused", |one| {
        one["state"] == "failing"
    });
    assert_eq!(told["problems"][0]["problem"], "outside", "{told}");
    let (status, _, twice) = lead.json("POST", INPUTS, &wanted);
    assert_eq!(status, 422, "{twice}");
    let expected = "paths that are not followed already";
    assert_eq!(twice["fields"][0]["expected"], expected, "{twice}");
    fs::remove_file(place.path("logs/link.log")).unwrap();
    let told = input(&lead, "nothing is there", |one| one["state"] == "waiting");
    assert_eq!(told["problems"][0]["problem"], "missing", "{told}");
}

#[test]
fn people_set_up_what_is_followed() {
    let place = Place::new();
    let server = place.start();
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let wanted = form(&json!([place.text("logs/*.log")]));
    let (status, _, made) = lead.json("POST", INPUTS, &wanted);
    assert_eq!(status, 201, "{made}");

    // Three encodings, told by the bytes themselves.
    add(&place.path("logs/a.log"), "门诊 ward-utf8\n".as_bytes());
    add(&place.path("logs/b.log"), b"\xc3\xc5\xd5\xef ward-gbk\n");
    let wide = "\u{feff}门诊 ward-wide\r\n".encode_utf16();
    let wide: Vec<u8> = wide.flat_map(u16::to_le_bytes).collect();
    add(&place.path("logs/c.log"), &wide);
    let read = |one: &Value| one["received"] == 3 && one["behind_bytes"] == 0;
    let told = input(&lead, "three lines are read", read);
    assert_eq!(
        (&told["state"], &told["files_total"]),
        (&json!("following"), &json!(3)),
        "{told}"
    );
    for word in ["ward-utf8", "ward-gbk", "ward-wide"] {
        let page = events(&lead, &format!("%22{word}%22"), 1);
        let event = &page["events"][0];
        assert_eq!(event["text"], format!("门诊 {word}"), "{page}");
        assert_eq!(
            (&event["source"], &event["transport"]),
            (&json!("his-app"), &json!("file"))
        );
    }
    let sources = lead.get("/api/v1/logs/sources");
    assert_eq!(
        (&sources[0]["name"], &sources[0]["events_total"]),
        (&json!("his-app"), &json!(3)),
        "{sources}"
    );

    // What comes while it is halted is read when it goes on.
    let one = format!("{INPUTS}/{}", made["id"]);
    let (status, _, halted) = lead.json("PATCH", &one, &json!({"enabled": false}));
    assert_eq!(
        (status, &halted["state"]),
        (200, &json!("paused")),
        "{halted}"
    );
    add(&place.path("logs/a.log"), b"ward-later\n");
    let source = format!("/api/v1/logs/sources/{}", sources[0]["id"]);
    let (status, _, _) = lead.json("PATCH", &source, &json!({"name": "his-web"}));
    assert_eq!(status, 200);
    lead.json("PATCH", &one, &json!({"enabled": true}));
    let page = events(&lead, "%22ward-later%22", 1);
    assert_eq!(page["events"][0]["source"], "his-web", "{page}");
    assert_eq!(
        lead.get("/api/v1/logs/sources").as_array().unwrap().len(),
        1
    );

    let (status, _, _) = lead.json("DELETE", &one, &json!({}));
    assert_eq!((status, lead.get(INPUTS)), (204, json!([])));
    let ledger = server
        .sign_in("audit-admin", PASSWORD)
        .get("/api/v1/ledger?limit=20");
    for action in ["log-input.create", "log-input.update", "log-input.delete"] {
        assert!(ledger.to_string().contains(action), "{action} {ledger}");
    }
}

#[test]
fn the_journal_is_followed() {
    let place = Place::new();
    let server = place.start();
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let wanted = json!({"kind": "journal", "source": "server", "from_start": true});
    let (status, _, made) = lead.json("POST", INPUTS, &wanted);
    assert_eq!(status, 201, "{made}");
    add(&place.path("journal.json"), &entries(1..3));
    input(&lead, "entries are read", |one| one["received"] == 2);
    let page = events(&lead, "order", 2);
    assert_eq!(page["events"][0]["transport"], "journal", "{page}");
    server.kill();
    add(&place.path("journal.json"), &entries(3..4));
    let server = place.start();
    let lead = server.sign_in("lead", PASSWORD);
    events(&lead, "order", 3);
    server.kill();
    fs::remove_file(place.path("programs/journalctl")).unwrap();
    fs::write(place.path("programs/journalctl"), "#!/bin/sh\nexit 1\n").unwrap();
    let all = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place.path("programs/journalctl"), all).unwrap();
    let server = place.start();
    let lead = server.sign_in("lead", PASSWORD);
    let told = input(&lead, "the program ended", |one| one["state"] == "failing");
    assert_eq!(told["problems"][0]["problem"], "ended", "{told}");
}

fn entries(numbers: std::ops::Range<u64>) -> Vec<u8> {
    let entry = |number: u64| json!({"__CURSOR": number.to_string(), "__REALTIME_TIMESTAMP": "1795438800000000", "_HOSTNAME": "server", "SYSLOG_IDENTIFIER": "his", "MESSAGE": format!("order J{number:07}")});
    let lines = numbers.map(|number| format!("{}\n", entry(number)));
    lines.collect::<String>().into_bytes()
}

/// What the writer has written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) orders: u64,
    audits: u64,
}

/// Writes a file that is rotated, an audit log whose events have two records, and a journal,
/// until it is told to stop.
pub(crate) fn write(place: &Path, stop: &AtomicBool) -> Written {
    let mut written = Written::default();
    let log = place.join("logs/his.log");
    let mut rotated = 0;
    while !stop.load(Ordering::Relaxed) {
        for _ in 0..40 {
            written.orders += 1;
            let number = written.orders;
            add(
                &log,
                format!("order F{number:07} of ward {}\n", number % 37).as_bytes(),
            );
            add(&place.join("journal.json"), &entries(number..number + 1));
            if number.is_multiple_of(1_000) {
                rotated += 1;
                fs::rename(&log, place.join(format!("logs/his.log.{rotated}"))).unwrap();
            }
        }
        written.audits += 1;
        let serial = written.audits;
        let record = |kind: &str| format!("type={kind} msg=audit(1795438800.000:{serial}): ");
        let audit = place.join("logs/audit.log");
        add(
            &audit,
            format!("{}arch=c000003e\n", record("SYSCALL")).as_bytes(),
        );
        thread::sleep(Duration::from_millis(3));
        let rest = format!("{}name=x\n{}\n", record("PATH"), record("EOE"));
        add(&audit, rest.as_bytes());
    }
    written
}

/// A program that is killed at any moment while it follows has each line once.
#[test]
fn a_program_that_is_killed_has_each_line_once() {
    let place = Place::new();
    let server = place.start();
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    for (kind, paths) in [
        ("file", json!([place.text("logs/his.log*")])),
        ("file", json!([place.text("logs/audit.log")])),
        ("journal", json!([])),
    ] {
        let wanted = json!({"kind": kind, "paths": paths, "source": "his", "from_start": true});
        let (status, _, made) = lead.json("POST", INPUTS, &wanted);
        assert_eq!(status, 201, "{made}");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (folder, stop) = (place.folder.path().to_owned(), Arc::clone(&stop));
        thread::spawn(move || write(&folder, &stop))
    };
    let mut server = server;
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..times() {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        thread::sleep(Duration::from_millis(100 + (chance >> 33) % 900));
        server.kill();
        server = place.start();
    }
    stop.store(true, Ordering::Relaxed);
    let written = writer.join().unwrap();
    let lead = server.sign_in("lead", PASSWORD);
    let last = format!("J{:07}", written.orders);
    events(&lead, &format!("%22{last}%22"), 1);
    let is_read = |one: &Value| {
        one["kind"] == "journal" || one["behind_bytes"] == 0 && one["state"] == "following"
    };
    eventually_here("all is read", || {
        let inputs = lead.get(INPUTS);
        inputs.as_array().unwrap().iter().all(is_read).then_some(())
    });
    // Once more, right after: what is searchable is durable.
    thread::sleep(Duration::from_secs(3));
    server.kill();
    assert_each_once(&place.path("data"), &written);
}

#[expect(
    clippy::disallowed_methods,
    reason = "how often is a matter of who runs it"
)]
pub(crate) fn times() -> u32 {
    let times = std::env::var(TIMES).ok();
    times.and_then(|times| times.parse().ok()).unwrap_or(12)
}

pub(crate) fn assert_each_once(data: &Path, written: &Written) {
    let until = Instant::now() + Duration::from_secs(10);
    let lake = loop {
        match xinglin_app::logs::open(data, &content()) {
            Ok((lake, _)) => break lake,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
    };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut whole = 0;
    lake.scan(&mut |found| {
        let text = &found.event.text;
        if text.starts_with("type=") {
            whole += u64::from(text.lines().count() == 2);
            for line in text.lines() {
                *seen.entry(line.to_owned()).or_default() += 1;
            }
        } else if let Some(at) = text.find("order ") {
            let name = text.get(at + 6..at + 14).unwrap();
            *seen.entry(name.to_owned()).or_default() += 1;
        }
    })
    .unwrap();
    let record =
        |kind, serial, rest| format!("type={kind} msg=audit(1795438800.000:{serial}): {rest}");
    let orders =
        (1..=written.orders).flat_map(|number| [format!("F{number:07}"), format!("J{number:07}")]);
    let audits = (1..=written.audits).flat_map(|serial| {
        [
            record("SYSCALL", serial, "arch=c000003e"),
            record("PATH", serial, "name=x"),
        ]
    });
    let all: Vec<String> = orders.chain(audits).collect();
    let missing: Vec<_> = all
        .iter()
        .filter(|name| !seen.contains_key(*name))
        .collect();
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(
        missing.is_empty() && twice.is_empty(),
        "missing {missing:?}, more than once {twice:?}"
    );
    assert_eq!(seen.len(), all.len());
    // Those that a busy machine kept waiting are in two parts.
    assert!(
        whole * 10 >= written.audits * 9,
        "{whole} of {} came whole",
        written.audits
    );
}
