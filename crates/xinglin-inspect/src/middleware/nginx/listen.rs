//! Addresses a server listens at, and which server is asked first at each.

use std::collections::HashMap;

use serde::Serialize;

use super::{super::Source, tree::Directive};

/// An address a server listens at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listen {
    /// The address; `*` for all.
    pub address: String,
    /// The port; 0 for a socket file.
    pub port: u16,
    /// Whether it speaks TLS from the first byte.
    pub tls: bool,
    /// Whether this server is asked where no name fits.
    pub default: bool,
    /// Whether only this host can reach it.
    pub loopback: bool,
    /// Where it is written.
    pub source: Source,
}

/// The addresses of a server; port 80 of all where none is written.
pub(super) fn of(server: &Directive) -> Vec<Listen> {
    let written: Vec<Listen> = server
        .block
        .iter()
        .filter(|one| one.name == "listen")
        .filter_map(parse)
        .collect();
    if written.is_empty() {
        return vec![Listen {
            address: "*".to_owned(),
            port: 80,
            tls: false,
            default: false,
            loopback: false,
            source: server.source.clone(),
        }];
    }
    written
}

fn parse(directive: &Directive) -> Option<Listen> {
    let (address, options) = directive.arguments.split_first()?;
    let has = |word: &str| options.iter().any(|option| option == word);
    let (address, port) = split(address);
    Some(Listen {
        loopback: address.starts_with("unix:")
            || address == "localhost"
            || address
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
        address,
        port,
        tls: has("ssl") || has("quic"),
        default: has("default_server") || has("default"),
        source: directive.source.clone(),
    })
}

/// `80`, `*:80`, `10.0.0.1`, `10.0.0.1:80`, `[::]:80`, `[::1]`, `unix:/run/a.sock`.
fn split(text: &str) -> (String, u16) {
    if text.starts_with("unix:") {
        return (text.to_owned(), 0);
    }
    if let Ok(port) = text.parse() {
        return ("*".to_owned(), port);
    }
    match text.rsplit_once(':') {
        Some((address, port)) if !address.contains(':') || address.ends_with(']') => {
            (address.to_owned(), port.parse().unwrap_or(0))
        }
        _ => (text.to_owned(), 80),
    }
}

/// The server that is asked first at each address: the marked one, else the first.
pub(super) fn default_servers(listens: &[Vec<Listen>]) -> HashMap<(String, u16), usize> {
    let mut defaults: HashMap<(String, u16), (usize, bool)> = HashMap::new();
    for (index, server) in listens.iter().enumerate() {
        for listen in server {
            let entry = defaults
                .entry((listen.address.clone(), listen.port))
                .or_insert((index, listen.default));
            if listen.default && !entry.1 {
                *entry = (index, true);
            }
        }
    }
    let pairs = defaults.into_iter();
    pairs
        .map(|(address, (index, _))| (address, index))
        .collect()
}
