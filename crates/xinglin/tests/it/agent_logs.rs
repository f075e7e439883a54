//! Logs that agents read on their hosts: set up by people, each line there once whichever of
//! the two programs is killed.

use std::{
    fs,
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use xinglin_testkit::eventually_here;

use crate::{
    agent_program::{Host, made},
    follow::{INPUTS, Place, add, assert_each_once, events, input, times, write},
    server::{Client, PASSWORD, Server},
};

/// An agent that runs, until it is dropped.
struct Running(Child);

impl Running {
    fn start(place: &Place) -> Self {
        let folder = place.path("agent");
        let host = Host { folder: &folder };
        let mut command = host.command(&["run", "--log-root", &place.text("logs")]);
        let programs = place.path("programs");
        command.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// A server, and an agent on this host that it accepts.
fn enrolled(place: &Place) -> (Server, String) {
    let (server, url) = Server::start_with_agents(&place.path("data"), "127.0.0.1:0");
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let made = made(&lead);
    let authority = place.path("authority.pem");
    fs::write(&authority, made["authority"].as_str().unwrap()).unwrap();
    let folder = place.path("agent");
    let host = Host { folder: &folder };
    let enrol = [
        "enrol",
        "--server",
        &url,
        "--authority",
        authority.to_str().unwrap(),
    ];
    let (code, said) = host.run(&enrol, made["token"].as_str().unwrap());
    assert_eq!(code, 0, "{said}");
    (server, url)
}

fn wanted(kind: &str, paths: &Value) -> Value {
    json!({"agent_id": 1, "kind": kind, "paths": paths, "source": "srv-01", "from_start": true})
}

fn set_up(lead: &Client, kind: &str, paths: &Value) -> Value {
    let (status, _, made) = lead.json("POST", INPUTS, &wanted(kind, paths));
    assert_eq!(status, 201, "{made}");
    made
}

#[test]
fn what_people_want_of_a_host_its_agent_sends() {
    let place = Place::new();
    let (server, _) = enrolled(&place);
    let lead = server.sign_in("lead", PASSWORD);
    let made = set_up(&lead, "file", &json!([place.text("logs/*.log")]));
    let known = |one: &Value| (one["state"].clone(), one["host"].clone());
    assert_eq!(known(&made), (json!("away"), json!("SRV-01")), "{made}");
    let mut nobody = wanted("file", &json!(["/var/log/a.log"]));
    nobody["agent_id"] = json!(9);
    let (status, _, refused) = lead.json("POST", INPUTS, &nobody);
    assert_eq!(
        (status, &refused["fields"][0]["field"]),
        (422, &json!("agent_id")),
        "{refused}"
    );

    let running = Running::start(&place);
    // Bytes that are no UTF-8 come as they are.
    add(&place.path("logs/a.log"), "门诊 ward-utf8\n".as_bytes());
    add(&place.path("logs/b.log"), b"\xc3\xc5\xd5\xef ward-gbk\n");
    for word in ["ward-utf8", "ward-gbk"] {
        let page = events(&lead, &format!("%22{word}%22"), 1);
        let event = &page["events"][0];
        assert_eq!(event["text"], format!("门诊 {word}"), "{page}");
        assert_eq!(
            (&event["source"], &event["transport"]),
            (&json!("srv-01"), &json!("file"))
        );
    }
    let sources = lead.get("/api/v1/logs/sources");
    assert_eq!(sources[0]["asset_name"], "SRV-01", "{sources}");
    input(&lead, "the agent says how it goes", |one| {
        one["state"] == "following" && one["files_total"] == 2 && one["received"] == 2
    });

    // What the agent was not started for it does not read, whatever the server wants.
    let one = format!("{INPUTS}/{}", made["id"]);
    let (status, _, _) = lead.json("PATCH", &one, &json!({"paths": ["/etc/hostname"]}));
    assert_eq!(status, 200);
    let told = input(&lead, "it is refused", |one| one["state"] == "failing");
    assert_eq!(told["problems"][0]["problem"], "outside", "{told}");
    let (status, _, _) = lead.json("PATCH", &one, &json!({"enabled": false}));
    assert_eq!(status, 200);
    running.kill();
}

/// Both programs are killed at any moment, by turns.
#[test]
fn whichever_is_killed_each_line_is_there_once() {
    let place = Place::new();
    let (mut server, url) = enrolled(&place);
    let address = url.trim_start_matches("https://").to_owned();
    let lead = server.sign_in("lead", PASSWORD);
    for (kind, paths) in [
        ("file", json!([place.text("logs/his.log*")])),
        ("file", json!([place.text("logs/audit.log")])),
        ("journal", json!([])),
    ] {
        set_up(&lead, kind, &paths);
    }
    let mut running = Running::start(&place);
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (folder, stop) = (place.folder.path().to_owned(), Arc::clone(&stop));
        thread::spawn(move || write(&folder, &stop))
    };
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for turn in 0..times() {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        thread::sleep(Duration::from_millis(300 + (chance >> 33) % 1_500));
        if turn % 2 == 0 {
            running.kill();
            running = Running::start(&place);
        } else {
            server.kill();
            (server, _) = Server::start_with_agents(&place.path("data"), &address);
        }
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
    // How it goes was said a while ago: the last lines of files may still be on their way.
    let last = format!("F{:07}", written.orders);
    events(&lead, &format!("%22{last}%22"), 1);
    running.kill();
    thread::sleep(Duration::from_secs(3));
    server.kill();
    assert_each_once(&place.path("data"), &written);
}
