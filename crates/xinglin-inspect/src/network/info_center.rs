//! Logs of Huawei and H3C: `info-center`.

use super::{
    block::{Tree, after, has, value_of},
    draft::{Draft, severity, source},
    model::LogHost,
};

/// What is sent to receivers unless something else is said, of both makers.
const DEFAULT_LEVEL: u32 = 6;

/// Reads `info-center …`.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    let logging = &mut draft.facts.logging;
    logging.is_enabled = tree.found_or(tree.switch("info-center enable"), Some(true));
    logging.buffer = tree.found_or(tree.switch("info-center logbuffer"), Some(true));
    let mut level = None;
    let mut stamps = None;
    for (node, rest) in tree.all("info-center") {
        if let Some(words) = after(rest, "loghost") {
            if let Some(address) = host(words) {
                let transport = if has(words, "ssl-policy") {
                    "tls"
                } else if has(words, "tcp") {
                    "tcp"
                } else {
                    "udp"
                };
                logging.hosts.push(LogHost {
                    address: address.to_owned(),
                    transport: transport.to_owned(),
                    source: source(tree, node),
                });
                level = value_of(words, "level").and_then(severity).or(level);
            }
        } else if after(rest, "source default").is_some() {
            level = host_level(rest).or(level);
        } else if let Some(words) =
            after(rest, "timestamp log").or(after(rest, "timestamp loghost"))
        {
            stamps = words
                .first()
                .map(|form| !matches!(form.as_str(), "none" | "boot" | "no-year-date"));
        }
    }
    // Firewalls of Huawei send what passed them by another statement.
    for (node, rest) in tree.all("firewall log host") {
        if let Some(address) = rest.get(1) {
            logging.hosts.push(LogHost {
                address: address.clone(),
                transport: "udp".to_owned(),
                source: source(tree, node),
            });
        }
    }
    logging.level = tree.found_or(level, Some(DEFAULT_LEVEL));
    logging.timestamps = tree.found_or(stamps, Some(true));
}

/// The address after `loghost`; a source interface is none.
fn host(words: &[String]) -> Option<&str> {
    match words.first()?.as_str() {
        "source" | "level" => None,
        "vpn-instance" | "ipv6" | "domain" | "domain-name" => {
            words.get(if words.first()? == "vpn-instance" {
                2
            } else {
                1
            })
        }
        _ => words.first(),
    }
    .map(String::as_str)
}

/// The level of `source default channel 2 log level informational`, `source default loghost
/// level informational`, when it speaks of receivers; 0 when nothing is sent.
fn host_level(words: &[String]) -> Option<u32> {
    let to_hosts =
        has(words, "loghost") || matches!(value_of(words, "channel"), Some("2" | "loghost"));
    if !to_hosts {
        return None;
    }
    if has(words, "deny")
        || (value_of(words, "log") == Some("state") && value_of(words, "state") == Some("off"))
    {
        return Some(0);
    }
    value_of(words, "level").and_then(severity)
}
