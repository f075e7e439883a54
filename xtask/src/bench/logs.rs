//! Logs from end to end: sent to a running server on loopback, read, durable and searchable; by
//! as much as it takes, at a steady rate, and by more than it can take.

mod collectors;
mod send;

use std::{
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    lake,
    table::{Row, Table},
};
use crate::{
    debian,
    drive::{Client, Hospital, Server},
    page,
    say::line,
    shell,
    workspace::{Profile, Workspace},
};

/// Messages sent to see how much it takes.
const MESSAGES: u64 = 1_000_000;
/// Different messages that are sent again and again.
const DIFFERENT: u64 = 200_000;
/// Messages a second at the steady rate.
const RATE: f64 = 20_000.0;
/// A flood is so many times what it takes.
const FLOOD: f64 = 3.0;
const CONNECTIONS: u32 = 4;
const PROCESSORS: f64 = 2.0;
/// What was sent is searchable within this time, or never.
const PATIENCE: Duration = Duration::from_mins(10);
/// Datagrams may be lost; when none came for this time, no more come.
const STILL: Duration = Duration::from_secs(5);
const PROBE: &str = "afterflood7probe";

/// A server that is sent to.
struct Under {
    server: Server,
    lead: Client,
    tcp: SocketAddr,
    udp: SocketAddr,
}

pub(super) fn run(workspace: &Workspace, minutes: u32) -> anyhow::Result<Table> {
    let time = Duration::from_mins(minutes.into());
    let senders = workspace.target()?.join("debian");
    debian::unpack_log_senders(&senders)?;
    page::install(workspace)?;
    page::build(workspace)?;
    let binary = workspace.build(Profile::Release)?;
    let generator = lake::build(workspace)?;
    let folder = super::fresh_folder(workspace)?;
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("messages.txt");
    let mut dump = shell::command(&generator, &folder);
    dump.arg("text").arg(&file).arg(DIFFERENT.to_string());
    shell::run(&mut dump)?;
    let messages = send::Messages::read(&file)?;
    let under = start(&binary, &folder.join("data"))?;
    let mut table = Table::new(format!(
        "Sent on loopback over {CONNECTIONS} connections, {DIFFERENT} different messages again and again, to `xinglin serve`: read, written durably, searchable. The steady rate and the flood last {minutes} min each; the flood is TCP without limit together with datagrams at {FLOOD:.0} times what TCP took."
    ));
    let capacity = capacity(&under, &messages, &mut table)?;
    for (name, cost) in collectors::measure(&senders, &folder, &messages, MESSAGES)? {
        table.note(format!("CPU of {name}, into a text file"), cost, "µs/event");
    }
    steady(&under, &messages, time, &mut table)?;
    flood(&under, &messages, time, capacity, &mut table)?;
    Ok(table)
}

fn start(binary: &Path, data: &Path) -> anyhow::Result<Under> {
    let server = Server::start_with_syslog(binary, data)?;
    let lead = Hospital::found(server.address())?.lead;
    let at = |way: &str| -> anyhow::Result<SocketAddr> {
        let words = format!("listening for syslog by {way} on ");
        let said = server.said_behind(&words);
        Ok(said
            .with_context(|| format!("no {way} receiver"))?
            .parse()?)
    };
    let (tcp, udp) = (at("TCP")?, at("UDP")?);
    Ok(Under {
        server,
        lead,
        tcp,
        udp,
    })
}

impl Under {
    /// Events that are searchable.
    fn events(&self) -> anyhow::Result<u64> {
        let storage = self.lead.get_json("/api/v1/logs/storage")?;
        storage["events"]
            .as_u64()
            .context("no events in the storage")
    }

    /// Waits until so many are searchable; how long that took.
    fn until(&self, events: u64) -> anyhow::Result<Duration> {
        let begin = Instant::now();
        loop {
            match self.events()? {
                there if there == events => return Ok(begin.elapsed()),
                there if there > events => bail!("{there} events, of {events} messages"),
                there if begin.elapsed() > PATIENCE => {
                    bail!("{there} of {events} messages came within {PATIENCE:?}")
                }
                _ => thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Messages that were dropped, and counted.
    fn dropped(&self) -> anyhow::Result<u64> {
        let sources = self.lead.get_json("/api/v1/logs/sources")?;
        let sources = sources.as_array().context("no list of sources")?;
        let of = |source: &Value| source["dropped"].as_u64().unwrap_or_default();
        Ok(sources.iter().map(of).sum())
    }
}

/// As much as it takes; messages a second.
fn capacity(under: &Under, messages: &send::Messages, table: &mut Table) -> anyhow::Result<f64> {
    line("    as much as it takes");
    let (before, begin) = (under.server.cpu_seconds()?, Instant::now());
    let much = send::Much::Count(MESSAGES);
    let sent = messages.by_tcp(under.tcp, CONNECTIONS, much, None)?;
    under.until(sent)?;
    let taken = under.server.cpu_seconds()? - before;
    let a_second = float(sent) / begin.elapsed().as_secs_f64();
    table.push(Row {
        name: "CPU of ours, read, durable, searchable, in files".to_owned(),
        figure: taken * 1e6 / float(sent),
        unit: "µs/event",
        target: Some(1e6 / 150_000.0),
        peer: None,
    });
    table.note("messages a second of wall time, at most", a_second, "");
    Ok(a_second)
}

/// A rate that it takes for long.
fn steady(
    under: &Under,
    messages: &send::Messages,
    time: Duration,
    table: &mut Table,
) -> anyhow::Result<()> {
    line("    at a steady rate");
    let events = under.events()?;
    let (before, begin) = (under.server.cpu_seconds()?, Instant::now());
    let much = send::Much::Time(time);
    let sent = messages.by_tcp(under.tcp, CONNECTIONS, much, Some(RATE))?;
    let a_second = float(sent) / begin.elapsed().as_secs_f64();
    let behind = under.until(events + sent)?;
    let taken = under.server.cpu_seconds()? - before;
    let share = taken / begin.elapsed().as_secs_f64() / PROCESSORS * 100.0;
    table.note("steady: messages a second", a_second, "");
    for (name, figure, unit, target) in [
        ("steady: CPU of two processors", share, "%", 60.0),
        (
            "steady: until the last message is searchable",
            behind.as_secs_f64(),
            "s",
            1.0,
        ),
        (
            "steady: memory at most",
            under.server.memory_mb("VmHWM")?,
            "MB",
            400.0,
        ),
    ] {
        push(table, name, figure, unit, target);
    }
    Ok(())
}

/// More than it can take, by streams and by datagrams at once.
fn flood(
    under: &Under,
    messages: &send::Messages,
    time: Duration,
    capacity: f64,
    table: &mut Table,
) -> anyhow::Result<()> {
    line("    a flood");
    let (events, dropped) = (under.events()?, under.dropped()?);
    let datagrams = {
        let (messages, to) = (messages.clone(), under.udp);
        thread::spawn(move || messages.by_udp(to, time, capacity * FLOOD))
    };
    let streamed = messages.by_tcp(under.tcp, CONNECTIONS, send::Much::Time(time), None)?;
    let sent = datagrams
        .join()
        .map_err(|_| anyhow::anyhow!("the sender of datagrams failed"))??;
    let probe = std::env::temp_dir().join(format!("xinglin-probe-{}", std::process::id()));
    std::fs::write(&probe, format!("<13>his: {PROBE}\n"))?;
    let probing = send::Messages::read(&probe)?;
    std::fs::remove_file(&probe)?;
    let begin = Instant::now();
    probing.by_tcp(under.tcp, 1, send::Much::Count(1), None)?;
    while under
        .lead
        .get_json(&format!("/api/v1/logs/events?query={PROBE}"))?["events"]
        .as_array()
        .is_none_or(Vec::is_empty)
    {
        if begin.elapsed() > PATIENCE {
            bail!("nothing is received any more after the flood");
        }
        thread::sleep(Duration::from_millis(100));
    }
    let recovered = begin.elapsed();
    let kept = still(under)? - events - 1;
    // What receivers counted is stored now and then.
    thread::sleep(STILL);
    let counted = under.dropped()? - dropped;
    let lost = float(streamed + sent) - float(kept + counted);
    table.note("flood: sent by streams, all kept", float(streamed), "");
    table.note("flood: datagrams sent", float(sent), "");
    table.note("flood: datagrams dropped and counted", float(counted), "");
    push(
        table,
        "flood: messages nobody knows of",
        lost.abs(),
        "",
        0.0,
    );
    push(
        table,
        "flood: memory at most",
        under.server.memory_mb("VmHWM")?,
        "MB",
        400.0,
    );
    push(
        table,
        "flood: until a message sent behind it is found",
        recovered.as_secs_f64(),
        "s",
        30.0,
    );
    Ok(())
}

/// Events, when no more come.
fn still(under: &Under) -> anyhow::Result<u64> {
    let (mut events, mut since) = (under.events()?, Instant::now());
    while since.elapsed() < STILL {
        thread::sleep(Duration::from_millis(500));
        let now = under.events()?;
        if now != events {
            (events, since) = (now, Instant::now());
        }
    }
    Ok(events)
}

fn push(table: &mut Table, name: &str, figure: f64, unit: &'static str, target: f64) {
    table.push(Row {
        name: name.to_owned(),
        figure,
        unit,
        target: Some(target),
        peer: None,
    });
}

#[expect(clippy::cast_precision_loss, reason = "far below what a double holds")]
fn float(count: u64) -> f64 {
    count as f64
}
