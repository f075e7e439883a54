//! Sockets that listen, and whether the firewall lets the network reach them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    firewall::{Admission, Firewall},
    gathered::Gathered,
};

/// A socket that listens, as `netstat -ano` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    protocol: &'static str,
    address: String,
    port: u16,
    process: Option<i64>,
}

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Socket {
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// Its address, without brackets.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// Whether only the machine itself reaches it.
    pub loopback: bool,
    /// The program that holds it.
    pub process: Option<String>,
    /// What the firewall does to connections from outside; `null` when not known.
    pub firewall: Option<Admission>,
}

/// The collector's section `processes`.
#[derive(Debug, Deserialize)]
struct Process {
    id: i64,
    name: String,
}

/// Reads `netstat -ano`; `None` when it is something else. Its words are translated, so a TCP
/// socket that listens is one whose other end has port 0.
pub fn parse_netstat(text: &str) -> Option<Vec<Listening>> {
    let mut sockets = Vec::new();
    let mut lines_of_sockets = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [protocol @ ("TCP" | "UDP"), local, other, rest @ ..] = words.as_slice() else {
            continue;
        };
        lines_of_sockets += 1;
        let listens = match *protocol {
            "TCP" => other.ends_with(":0"),
            _ => *other == "*:*",
        };
        let Some((address, port)) = local.rsplit_once(':') else {
            continue;
        };
        let (true, Ok(port)) = (listens, port.parse()) else {
            continue;
        };
        sockets.push(Listening {
            protocol: if *protocol == "TCP" { "tcp" } else { "udp" },
            address: address.trim_matches(['[', ']']).to_owned(),
            port,
            process: rest.last().and_then(|id| id.parse().ok()),
        });
    }
    (lines_of_sockets > 0).then_some(sockets)
}

pub(super) fn collect(gathered: &Gathered<'_>, firewall: &Firewall) -> Option<Vec<Socket>> {
    let processes: Vec<Process> = gathered.items("processes").unwrap_or_default();
    let names: BTreeMap<i64, &str> = processes
        .iter()
        .map(|process| (process.id, process.name.as_str()))
        .collect();
    let listening = gathered.listening.as_ref()?;
    // The same port on several addresses is asked once.
    let mut admitted = BTreeMap::new();
    let mut socket = |socket: &Listening| {
        let process = socket.process.and_then(|id| names.get(&id).copied());
        let key = (socket.protocol, socket.port, process);
        let firewall = admitted
            .entry(key)
            .or_insert_with(|| firewall.admits(socket.protocol, socket.port, process));
        Socket {
            protocol: socket.protocol,
            address: socket.address.clone(),
            port: socket.port,
            loopback: socket.address.starts_with("127.") || socket.address == "::1",
            firewall: *firewall,
            process: process.map(str::to_owned),
        }
    };
    Some(listening.iter().map(&mut socket).collect())
}
