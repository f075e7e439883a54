//! Hosts over SSH: OpenSSH's own server on loopback, one instance a host. Where it is not
//! installed these tests do nothing; `cargo xtask test` installs it.

mod hosts;
mod many;
mod one;
mod sign_in;

use std::{path::Path, time::Duration};

use tokio::sync::watch;
use xinglin_inspect::{Host, LiveHost, linux};
use xinglin_reach::ssh::{Failure, Gathered, Limits, Target, inspect_one};

fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/collect/linux.sh");
    std::fs::read_to_string(path).unwrap()
}

fn now() -> jiff::Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

/// Long enough for a machine that is busy with other tests.
fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(30),
        host: Duration::from_secs(90),
        ..Limits::default()
    }
}

fn inspect(target: &Target, limits: &Limits) -> Result<Gathered, Failure> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_keep, cancelled) = watch::channel(false);
    runtime.block_on(inspect_one(target, &script(), limits, now(), cancelled))
}

fn word(outcome: &Result<Gathered, Failure>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(failure) => failure.kind.word(),
    }
}

/// Facts without what changes from one moment to the next.
fn lasting(mut facts: serde_json::Value) -> serde_json::Value {
    for moving in ["/services/processes", "/ports", "/logging"] {
        if let Some(value) = facts.pointer_mut(moving) {
            *value = serde_json::Value::Null;
        }
    }
    facts
}

fn facts_here() -> serde_json::Value {
    let host: &dyn Host = &LiveHost;
    lasting(serde_json::to_value(linux::collect(host, now()).facts).unwrap())
}
