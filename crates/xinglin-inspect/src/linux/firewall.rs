//! The host's packet filter.

use serde::Serialize;

use super::{password::parse_pairs, services::Services, source::Source};
use crate::host::Program;

/// The host's packet filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Firewall {
    /// `firewalld`, `ufw`, `nftables`, `iptables`, or empty.
    pub manager: Option<String>,
    /// Whether packets are filtered.
    pub active: Option<bool>,
    /// Whether what no rule allows is refused.
    pub default_deny: Option<bool>,
    /// Whether SSH is open only to some sources.
    pub ssh_limited: Option<bool>,
}

/// What a set of rules does to incoming packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub struct Incoming {
    /// Whether there is any rule.
    pub rules: bool,
    /// Whether what no rule allows is refused.
    pub default_deny: bool,
    /// Whether a rule opens SSH to everyone.
    pub ssh_open: bool,
    /// Whether a rule opens SSH to some sources.
    pub ssh_from_sources: bool,
}

/// Reads the output of `iptables-save`.
pub fn parse_iptables(text: &str) -> Incoming {
    let mut incoming = Incoming::default();
    for line in text.lines().map(str::trim) {
        if line.starts_with(":INPUT DROP") || line.starts_with(":INPUT REJECT") {
            incoming.default_deny = true;
        }
        // Managers such as ufw put their rules into chains of their own.
        let of_port = line.starts_with("-A ") && line.contains("--dport");
        if !of_port && !line.starts_with("-A INPUT") {
            continue;
        }
        incoming.rules = true;
        let words: Vec<&str> = line.split_whitespace().collect();
        let target = words
            .iter()
            .skip_while(|word| **word != "-j")
            .nth(1)
            .copied()
            .unwrap_or_default();
        // A last rule that refuses everything does the work of a policy.
        if line.starts_with("-A INPUT -j") && matches!(target, "DROP" | "REJECT") {
            incoming.default_deny = true;
        }
        let ssh = words.windows(2).any(|pair| pair == ["--dport", "22"])
            || words.windows(2).any(|pair| {
                pair.first() == Some(&"--dports")
                    && pair
                        .last()
                        .is_some_and(|ports| ports.split(',').any(|port| port == "22"))
            });
        if ssh && target == "ACCEPT" {
            let limited = words.contains(&"-s") || line.contains("--match-set");
            incoming.ssh_open |= !limited;
            incoming.ssh_from_sources |= limited;
        }
    }
    incoming
}

/// Reads the output of `nft list ruleset`.
pub fn parse_nft(text: &str) -> Incoming {
    let mut incoming = Incoming::default();
    let mut in_input = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("chain ") {
            in_input = false;
        }
        if line.contains("hook input") {
            in_input = true;
            incoming.default_deny |= line.contains("policy drop");
            continue;
        }
        if line.is_empty()
            || line.starts_with(['#', '}'])
            || line.starts_with("table ")
            || line.starts_with("chain ")
        {
            continue;
        }
        incoming.rules = true;
        let refuses = matches!(line, "drop" | "reject") || line.starts_with("reject with");
        incoming.default_deny |= in_input && refuses;
        if (line.contains("dport 22 ")
            || line.contains("dport ssh ")
            || line.contains("dport { 22"))
            && line.contains("accept")
        {
            let limited = line.contains("saddr");
            incoming.ssh_open |= !limited;
            incoming.ssh_from_sources |= limited;
        }
    }
    incoming
}

/// What a zone of firewalld says of SSH: `(open, limited)`.
pub fn parse_zone(text: &str) -> (bool, bool) {
    let mut open = false;
    let mut limited = false;
    let sourced = text.contains("<source ");
    let mut in_rule = false;
    let mut rule = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("<rule") {
            in_rule = true;
            rule.clear();
        }
        if in_rule {
            rule.push_str(line);
            if line.contains("</rule>") {
                in_rule = false;
                limited |= rule.contains("<source ")
                    && rule.contains("<accept")
                    && (rule.contains("\"ssh\"") || rule.contains("port=\"22\""));
            }
            continue;
        }
        let ssh = line.contains("<service name=\"ssh\"")
            || (line.contains("<port") && line.contains("port=\"22\""));
        open |= ssh && !sourced;
        limited |= ssh && sourced;
    }
    (open, limited)
}

pub(super) fn collect(source: &Source<'_>, services: &Services) -> Firewall {
    let firewalld = services
        .runs(&["firewalld"])
        .or_else(|| services.starts(&["firewalld.service"]));
    if firewalld == Some(true) {
        return firewalld_state(source);
    }
    let ufw = source.text("/etc/ufw/ufw.conf").map(|text| {
        parse_pairs(&text)
            .get("ENABLED")
            .is_some_and(|word| word == "yes")
    });
    let nft = source.run(Program::NftRules).map(|text| parse_nft(&text));
    let iptables = source
        .run(Program::IptablesRules)
        .map(|text| parse_iptables(&text));
    // Both tools may show the same rules of one kernel; the one that has rules speaks.
    let incoming = match (nft, iptables) {
        (Some(nft), _) if nft.rules => Some(("nftables", nft)),
        (_, Some(iptables)) if iptables.rules => Some(("iptables", iptables)),
        (Some(nft), _) => Some(("", nft)),
        (None, iptables) => iptables.map(|iptables| ("", iptables)),
    };
    let Some((tool, incoming)) = incoming else {
        return without_rules(source, services, ufw);
    };
    let manager = if ufw == Some(true) { "ufw" } else { tool };
    Firewall {
        manager: Some(manager.to_owned()),
        active: Some(incoming.rules || incoming.default_deny),
        default_deny: Some(incoming.default_deny),
        ssh_limited: Some(incoming.default_deny && incoming.ssh_from_sources && !incoming.ssh_open),
    }
}

/// firewalld's zones refuse what they do not name; only the zone `trusted` does not.
fn firewalld_state(source: &Source<'_>) -> Firewall {
    let settings = source
        .text("/etc/firewalld/firewalld.conf")
        .map(|text| parse_pairs(&text));
    let zone = settings.map(|pairs| {
        pairs
            .get("DefaultZone")
            .cloned()
            .unwrap_or_else(|| "public".to_owned())
    });
    let zones = source.texts_in("/etc/firewalld/zones", ".xml");
    let (open, limited) = zones
        .iter()
        .flatten()
        .map(|(_, text)| parse_zone(text))
        .fold(
            (false, false),
            |(open, limited), (also_open, also_limited)| {
                (open || also_open, limited || also_limited)
            },
        );
    let is_open = |zone: &str| {
        // A zone nobody changed is the vendor's, which opens SSH.
        let own = format!("/etc/firewalld/zones/{zone}.xml");
        let changed = zones.iter().flatten().any(|(path, _)| *path == own);
        open || (!changed
            && matches!(
                zone,
                "public" | "home" | "internal" | "work" | "external" | "dmz"
            ))
    };
    Firewall {
        manager: Some("firewalld".to_owned()),
        active: Some(true),
        default_deny: zone.as_ref().map(|zone| zone != "trusted"),
        ssh_limited: zone
            .filter(|_| zones.is_some())
            .map(|zone| zone != "trusted" && limited && !is_open(&zone)),
    }
}

/// Nothing showed rules: the tools are missing, or this user may not ask them.
fn without_rules(source: &Source<'_>, services: &Services, ufw: Option<bool>) -> Firewall {
    const TOOLS: [&str; 6] = [
        "/usr/sbin/nft",
        "/sbin/nft",
        "/usr/bin/nft",
        "/usr/sbin/iptables",
        "/sbin/iptables",
        "/usr/sbin/iptables-save",
    ];
    if ufw == Some(true) {
        return Firewall {
            manager: Some("ufw".to_owned()),
            active: Some(true),
            default_deny: None,
            ssh_limited: None,
        };
    }
    let starts = services.starts(&[
        "nftables.service",
        "iptables.service",
        "netfilter-persistent.service",
    ]);
    let none = !source.any_exists(&TOOLS) && starts == Some(false);
    Firewall {
        manager: none.then(String::new),
        active: none.then_some(false),
        default_deny: none.then_some(false),
        ssh_limited: none.then_some(false),
    }
}
