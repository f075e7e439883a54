//! Fifty hosts at once: most answer, some do not in each way a host can fail.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use tokio::sync::watch;
use xinglin_reach::ssh::{HostKeyRule, Limits, Sudo, Target, inspect_many};

use super::{
    hosts::{Farm, Sshd, processes_with},
    now, script, word,
};

const HOSTS: usize = 50;
const PARALLEL: usize = 12;

/// A listener that takes connections and never says a word.
fn silent() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port where nothing listens.
fn vacant() -> u16 {
    silent().1
}

/// A listener that hangs up on the first caller.
fn hanging_up() -> (std::thread::JoinHandle<()>, u16) {
    let (listener, port) = silent();
    let thread = std::thread::spawn(move || drop(listener.accept().unwrap()));
    (thread, port)
}

fn target(farm: &Farm, port: u16) -> Target {
    Target {
        endpoint: farm.endpoint(port, HostKeyRule::FirstUse),
        jumps: Vec::new(),
        sudo: Sudo::None,
    }
}

#[test]
fn fifty_hosts_are_inspected_and_the_broken_ones_named() {
    let Some(farm) = Farm::new() else { return };
    let (_silent, silent_port) = silent();
    let (hung_up, hung_up_port) = hanging_up();
    let good: Vec<Sshd> = (0..HOSTS - 10)
        .map(|number| farm.host(&format!("host{number}"), ""))
        .collect();
    let sleeping = [
        farm.other_shell_host("sleeping0", "exec sleep 86391"),
        farm.other_shell_host("sleeping1", "cat >/dev/null & sleep 86391"),
    ];
    let strict = farm.host("strict", "AllowUsers nobody-else");
    let mut cases: Vec<(Target, &str)> = vec![
        (target(&farm, silent_port), "timed_out"),
        (target(&farm, silent_port), "timed_out"),
        (target(&farm, vacant()), "refused"),
        (target(&farm, hung_up_port), "closed"),
        (farm.target(&sleeping[0]), "hung"),
        (farm.target(&sleeping[1]), "hung"),
        (farm.target(&strict), "authentication_failed"),
    ];
    let mut replaced = farm.target(&good[0]);
    replaced.endpoint.host_key = HostKeyRule::Known(vec![good[1].key.clone()]);
    cases.push((replaced.clone(), "key_changed"));
    cases.push((replaced, "key_changed"));
    let mut unknown = farm.target(&good[2]);
    unknown.endpoint.host_key = HostKeyRule::Known(Vec::new());
    cases.push((unknown, "key_unknown"));
    cases.extend(good.iter().map(|host| (farm.target(host), "ok")));
    assert_eq!(cases.len(), HOSTS);

    let files = farm.files();
    let limits = Limits {
        parallel: PARALLEL,
        connect: Duration::from_secs(15),
        host: Duration::from_secs(40),
        ..Limits::default()
    };
    let (targets, expected): (Vec<Target>, Vec<&str>) = cases.into_iter().unzip();
    let mut outcomes = BTreeMap::new();
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_keep, cancelled) = watch::channel(false);
    runtime.block_on(inspect_many(
        targets,
        &script(),
        limits,
        now(),
        cancelled,
        &mut |place, outcome| {
            outcomes.insert(place, (word(&outcome), outcome.err()));
        },
    ));
    let took = started.elapsed();
    for (place, expected) in expected.iter().enumerate() {
        let (word, failure) = &outcomes[&place];
        assert_eq!(word, expected, "host {place}: {failure:?}");
    }
    assert_eq!(outcomes.len(), HOSTS);
    let most = farm.most.load(Ordering::SeqCst);
    assert!(most > 1, "one after another");
    assert_eq!(farm.files(), files, "files left behind");
    hung_up.join().unwrap();
    drop((good, sleeping, strict));
    assert_eq!(processes_with("sleep 86391"), 0, "processes left behind");
    assert!(took < Duration::from_mins(3), "{took:?}");
}

/// A listener counts connections that are open when the next one comes.
#[test]
fn no_more_than_the_limit_at_a_time() {
    const CALLS: usize = 24;
    let Some(farm) = Farm::new() else { return };
    let (listener, port) = silent();
    let counting = std::thread::spawn(move || {
        let mut open: Vec<TcpStream> = Vec::new();
        let mut most = 0;
        for _ in 0..CALLS {
            let (stream, _) = listener.accept().unwrap();
            stream.set_nonblocking(true).unwrap();
            open.push(stream);
            // Read to the end: what is left has not been closed by its caller.
            open.retain_mut(|stream| {
                let mut bytes = Vec::new();
                let read = stream.read_to_end(&mut bytes);
                read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
            });
            most = most.max(open.len());
        }
        (most, open)
    });
    let limits = Limits {
        parallel: 5,
        connect: Duration::from_millis(300),
        ..Limits::default()
    };
    let targets = vec![target(&farm, port); CALLS];
    let mut words = Vec::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_keep, cancelled) = watch::channel(false);
    let text = script();
    let mut sink = |_, outcome| words.push(word(&outcome));
    runtime.block_on(inspect_many(
        targets,
        &text,
        limits,
        now(),
        cancelled,
        &mut sink,
    ));
    assert_eq!(words, ["timed_out"; CALLS]);
    assert_eq!(counting.join().unwrap().0, 5);
}

#[test]
fn what_is_called_off_ends_at_once() {
    let Some(farm) = Farm::new() else { return };
    let (_silent, silent_port) = silent();
    let sleeping = farm.other_shell_host("sleeping", "exec sleep 86392");
    let targets = vec![
        farm.target(&sleeping),
        target(&farm, silent_port),
        target(&farm, silent_port),
    ];
    let limits = Limits {
        parallel: 2,
        connect: Duration::from_mins(10),
        host: Duration::from_mins(10),
        ..Limits::default()
    };
    let (cancel, cancelled) = watch::channel(false);
    let mut words = Vec::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let text = script();
        let mut sink = |_, outcome| words.push(word(&outcome));
        let work = inspect_many(targets, &text, limits, now(), cancelled, &mut sink);
        let call_off = async {
            while processes_with("sleep 86392") == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            cancel.send(true).unwrap();
        };
        tokio::join!(work, call_off);
    });
    assert_eq!(words, ["cancelled"; 3]);
    drop(sleeping);
    // The kernel takes a moment to end what was hung up on.
    let patience = Instant::now() + Duration::from_secs(30);
    while processes_with("sleep 86392") > 0 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(processes_with("sleep 86392"), 0);
}
