//! Sockets that listen.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use serde::Serialize;

use super::source::Source;

/// Sockets that listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ports {
    /// Each socket once; `null` for a tree of files.
    pub listening: Option<Vec<Socket>>,
}

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Socket {
    /// The port.
    pub port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The address it is bound to; `::` takes IPv4, too.
    pub address: String,
    /// Whether only this host can reach it.
    pub loopback: bool,
}

/// Reads a table of `/proc/net`.
pub fn parse(protocol: &str, text: &str) -> Vec<Socket> {
    text.lines()
        .skip(1)
        .filter_map(|line| parse_line(protocol, line))
        .collect()
}

fn parse_line(protocol: &str, line: &str) -> Option<Socket> {
    let mut words = line.split_whitespace().skip(1);
    let local = words.next()?;
    let remote = words.next()?;
    let state = words.next()?;
    // 0A is LISTEN; an unconnected UDP socket (07) has no peer.
    let listens = match protocol {
        "tcp" => state == "0A",
        _ => state == "07" && remote.ends_with(":0000"),
    };
    let (address, port) = local.split_once(':')?;
    let address = parse_address(address)?;
    listens.then_some(())?;
    Some(Socket {
        port: u16::from_str_radix(port, 16).ok()?,
        protocol: protocol.to_owned(),
        address: address.to_string(),
        loopback: address.to_canonical().is_loopback(),
    })
}

/// An address as the kernel prints it: 32-bit words in the byte order of the machine.
fn parse_address(hex: &str) -> Option<IpAddr> {
    let mut octets = Vec::new();
    for word in hex.as_bytes().chunks(8) {
        let word = u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?;
        octets.extend(word.to_ne_bytes());
    }
    match octets.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?).into()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).into()),
        _ => None,
    }
}

pub(super) fn collect(source: &Source<'_>) -> Ports {
    if !source.is_running() {
        return Ports { listening: None };
    }
    let mut sockets = BTreeSet::new();
    let mut known = false;
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        // Without IPv6 its tables do not exist.
        let Some(text) = source.text(&format!("/proc/net/{table}")) else {
            return Ports { listening: None };
        };
        known |= !text.is_empty();
        sockets.extend(parse(table.trim_end_matches('6'), &text));
    }
    Ports {
        listening: known.then(|| sockets.into_iter().collect()),
    }
}
