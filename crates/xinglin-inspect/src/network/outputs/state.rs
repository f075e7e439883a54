//! Servers, the clock, communities, logs and signatures, as they are now.

use super::{days_since, value};
use crate::network::{
    acl,
    draft::{Draft, is_default_community, severity},
    model::{Access, CommunityKind, Exposure, LogHost, SnmpCommunity, Source},
    session::Section,
};

/// More communities than any device has.
const MAX_COMMUNITIES: usize = 256;

/// Reads states; whether there was any.
pub(super) fn read(section: &Section, draft: &mut Draft) -> bool {
    let mut is_understood = servers(section, draft);
    is_understood |= ssh(section, draft);
    is_understood |= clock(section, draft);
    is_understood |= communities(section, draft);
    is_understood |= logging(section, draft);
    is_understood |= translations(section, draft);
    is_understood | signatures(section, draft)
}

/// `Inside IP/Port : 192.168.1.24/80(www)` of `display nat server`, where the configuration
/// does not say it.
fn translations(section: &Section, draft: &mut Draft) -> bool {
    if !section.has("Inside IP/Port") || !draft.facts.exposures.is_empty() {
        return false;
    }
    let mut outside = String::new();
    for line in &section.lines {
        let Some((key, text)) = line.text.trim().split_once(':') else {
            continue;
        };
        let (key, text) = (key.trim(), text.trim());
        let address = text.split(['/', ' ']).next().unwrap_or_default();
        match key {
            "Global IP/Port" => address.clone_into(&mut outside),
            "Inside IP/Port" => {
                let port = text
                    .split('/')
                    .nth(1)
                    .and_then(|port| port.split('(').next());
                draft.facts.exposures.push(Exposure {
                    outside: outside.clone(),
                    inside: address.to_owned(),
                    protocol: None,
                    port: port.and_then(|port| port.trim().parse().ok()),
                    line: line.number,
                });
            }
            "Protocol" => {
                if let Some(exposure) = draft.facts.exposures.last_mut() {
                    let name = text.split(['(', ')']).nth(1).unwrap_or(text);
                    exposure.protocol = Some(name.to_owned());
                }
            }
            _ => {}
        }
    }
    true
}

fn is_on(text: &str) -> bool {
    text.to_ascii_lowercase().starts_with("enable")
}

fn servers(section: &Section, draft: &mut Draft) -> bool {
    let services = &mut draft.facts.services;
    let telnet = [
        value(section, "TELNET IPv4 server"),
        value(section, "TELNET IPv6 server"),
    ];
    let mut is_understood = false;
    if telnet.iter().any(Option::is_some) {
        services.telnet = Some(telnet.into_iter().flatten().any(is_on));
        is_understood = true;
    }
    let http = [
        value(section, "HTTP Server Status"),
        value(section, "HTTP IPv6 Server Status"),
    ];
    if http.iter().any(Option::is_some) {
        services.http = Some(http.into_iter().flatten().any(is_on));
        let secure = [
            value(section, "HTTP Secure-server Status"),
            value(section, "HTTP IPv6 Secure-server Status"),
        ];
        if secure.iter().any(Option::is_some) {
            services.https = Some(secure.into_iter().flatten().any(is_on));
        }
        is_understood = true;
    }
    is_understood
}

fn ssh(section: &Section, draft: &mut Draft) -> bool {
    let mut is_understood = false;
    for line in &section.lines {
        let text = line.text.trim();
        // `SSH Enabled - version 1.99`
        if let Some(version) = text.strip_prefix("SSH Enabled - version ") {
            draft.facts.services.ssh = Some(true);
            draft.facts.ssh.allows_version_1 = Some(!version.starts_with("2.0"));
            is_understood = true;
        } else if text.starts_with("SSH Disabled") {
            draft.facts.services.ssh = Some(false);
            is_understood = true;
        }
    }
    if let Some(bits) = value(section, "Modulus Size") {
        draft.facts.ssh.key_bits = bits.split(' ').next().and_then(|bits| bits.parse().ok());
        is_understood = true;
    }
    if let Some(version) = value(section, "SSH version") {
        draft.facts.ssh.allows_version_1 = Some(!version.starts_with('2'));
        is_understood = true;
    }
    for name in ["Stelnet server", "STELNET IPv4 server", "STELNET server"] {
        if let Some(state) = value(section, name) {
            draft.facts.services.ssh = Some(is_on(state));
            is_understood = true;
        }
    }
    is_understood
}

fn clock(section: &Section, draft: &mut Draft) -> bool {
    let stated = value(section, "clock status");
    let said = section
        .lines
        .iter()
        .find_map(|line| line.text.trim().strip_prefix("Clock is "));
    let Some(state) = stated.or(said) else {
        return false;
    };
    draft.facts.clock.is_synchronised =
        Some(state.starts_with("synchronized") || state.starts_with("synchronised"));
    true
}

fn communities(section: &Section, draft: &mut Draft) -> bool {
    let is_asked = section
        .command
        .as_deref()
        .is_some_and(|command| command.contains("communit"));
    if !is_asked && !section.has("torage") {
        return false;
    }
    // The configuration says more, where there is one.
    let is_new = draft.facts.snmp.communities.is_empty();
    let mut found: Vec<SnmpCommunity> = Vec::new();
    for line in &section.lines {
        let Some((key, text)) = line.text.trim().split_once(':') else {
            continue;
        };
        let text = text.trim();
        match key {
            // Every device of Cisco has this one by itself.
            "Community name" if text != "ILMI" && found.len() < MAX_COMMUNITIES => {
                found.push(SnmpCommunity {
                    kind: if is_default_community(text) {
                        CommunityKind::Default
                    } else if text.starts_with('%') || text.starts_with('$') {
                        CommunityKind::Hidden
                    } else {
                        CommunityKind::Set
                    },
                    writes: section
                        .command
                        .as_deref()
                        .is_some_and(|command| command.contains("write"))
                        || section.file.contains("write"),
                    access: Access::default(),
                    source: Source {
                        file: section.file.clone(),
                        line: line.number,
                    },
                });
            }
            "Acl" => {
                if let Some(community) = found.last_mut() {
                    let words = [text.to_owned()];
                    community.access = draft.limit(acl::named(&words).as_deref(), "snmp");
                }
            }
            _ => {}
        }
    }
    let is_understood = !found.is_empty();
    if is_new {
        draft.facts.snmp.communities = found;
    }
    is_understood
}

fn logging(section: &Section, draft: &mut Draft) -> bool {
    if !section.has("Syslog logging:") {
        return false;
    }
    let logging = &mut draft.facts.logging;
    let has_hosts = !logging.hosts.is_empty();
    for line in &section.lines {
        let text = line.text.trim();
        if let Some(state) = text.strip_prefix("Syslog logging:") {
            logging.is_enabled = Some(is_on(state.trim()));
        } else if let Some(level) = text.strip_prefix("Trap logging: level ") {
            logging.level = level
                .split([',', ' '])
                .next()
                .and_then(severity)
                .or(logging.level);
        } else if let Some(state) = text.strip_prefix("Buffer logging:") {
            logging.buffer = Some(!state.trim().starts_with("disabled"));
        } else if let Some(rest) = text.strip_prefix("Logging to ") {
            let address = rest.split([' ', ',']).next().unwrap_or_default();
            if !has_hosts && address.contains(['.', ':']) && logging.hosts.len() < 100 {
                logging.hosts.push(LogHost {
                    address: address.to_owned(),
                    transport: if rest.contains("tcp") { "tcp" } else { "udp" }.to_owned(),
                    source: Source {
                        file: section.file.clone(),
                        line: line.number,
                    },
                });
            }
        }
    }
    true
}

/// Ages of signatures: `Issue Time of the Update File : 10:01:01 2026/11/10` of Huawei, and
/// the line `Current 1.0.107 Mon Sep 13 02:05:10 2026` of H3C.
fn signatures(section: &Section, draft: &mut Draft) -> bool {
    let command = section
        .command
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let text_has = |marks: &[&str]| {
        marks
            .iter()
            .any(|mark| command.contains(mark) || section.has(&mark.to_ascii_uppercase()))
    };
    let is_ips = text_has(&["ips-sdb", "ips signature", "ips"]);
    let is_av = command.contains("av-sdb")
        || command.contains("anti-virus")
        || section.has("AV SDB")
        || section.has("Anti-virus signature");
    let date = section.lines.iter().find_map(|line| {
        let text = line.text.trim();
        let is_stamp = text.contains("Issue Time") || text.starts_with("Current ");
        is_stamp.then(|| date_in(text)).flatten()
    });
    let Some(days) = date.and_then(|date| days_since(date, draft.today)) else {
        return false;
    };
    if is_av {
        draft.facts.content.av_signature_days = Some(days);
    } else if is_ips {
        draft.facts.content.ips_signature_days = Some(days);
    }
    is_av || is_ips
}

/// A day written in figures, or as `Mon Sep 13 02:05:10 2026`.
fn date_in(text: &str) -> Option<jiff::civil::Date> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    if let Some(date) = words.iter().find_map(|word| acl::date(word)) {
        return Some(date);
    }
    let position = words.iter().position(|word| MONTHS.contains(word))?;
    let month = (1..)
        .zip(MONTHS)
        .find(|(_, name)| words.get(position) == Some(name))?
        .0;
    let day = words.get(position + 1)?.parse().ok()?;
    let year = words
        .iter()
        .skip(position)
        .find_map(|word| word.parse::<i16>().ok().filter(|year| *year > 1999))?;
    jiff::civil::Date::new(year, month, day).ok()
}
