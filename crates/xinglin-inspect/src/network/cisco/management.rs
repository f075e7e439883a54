//! Services, SSH, SNMP, logs and the clock of IOS and RGOS.

use super::{Dialect, Ios};
use crate::network::{
    block::{Node, Tree, after, has, value_of},
    draft::{Draft, is_default_community, number, severity, source},
    model::{CommunityKind, LogHost, NtpServer, Services, SnmpCommunity, SnmpUser},
};

/// Reads how the device is managed.
pub(super) fn read(tree: &Tree, draft: &mut Draft, ios: Ios) {
    services(tree, draft, ios);
    ssh(tree, draft, ios);
    let list = ["ip http access-class ipv4", "ip http access-class"]
        .iter()
        .find_map(|statement| tree.value(statement))
        .map(str::to_owned);
    draft.facts.web.access = draft.limit(list.as_deref(), "web");
    let tls = tree
        .value("ip http tls-version")
        .or(tree.value("ip http secure-tls-version"));
    draft.facts.web.old_tls = match tls {
        Some("TLSv1.2" | "TLSv1.3") => Some(Vec::new()),
        Some(version) => Some(vec![version.to_ascii_lowercase()]),
        None => None,
    };
    let (_, policy) = tree.all("ip http timeout-policy").last().unzip();
    draft.facts.web.idle_seconds = policy.and_then(|words| number(value_of(words, "idle")));
    snmp(tree, draft);
    logging(tree, draft, ios);
    clock(tree, draft);
}

fn services(tree: &Tree, draft: &mut Draft, ios: Ios) {
    let vty: Vec<_> = draft
        .facts
        .lines
        .iter()
        .filter(|line| line.kind == "vty" && line.is_enabled)
        .collect();
    let takes = |protocol: &str| {
        let mut answers = vty
            .iter()
            .map(|line| line.transports.as_ref().map(|found| has(found, protocol)));
        if answers.clone().any(|answer| answer == Some(true)) {
            Some(true)
        } else if !vty.is_empty() && answers.all(|answer| answer == Some(false)) && tree.complete {
            Some(false)
        } else {
            None
        }
    };
    let (telnet, ssh) = (takes("telnet"), takes("ssh"));
    let services = &mut draft.facts.services;
    match ios.dialect {
        Dialect::Ios => {
            services.telnet = telnet;
            services.ssh = ssh;
            services_of_ios(tree, services, ios);
        }
        Dialect::Rgos => services_of_rgos(tree, services, telnet),
    }
    services.cluster = Some(false);
}

fn services_of_ios(tree: &Tree, services: &mut Services, ios: Ios) {
    let known = |found: Option<bool>, default: Option<bool>| tree.found_or(found, default);
    let off = Some(false);

    services.http = tree.switch("ip http server");
    services.https = tree.switch("ip http secure-server");
    services.ftp = known(tree.switch("ftp-server enable"), off);
    services.tftp = known(tree.has("tftp-server").then_some(true), off);
    let small = tree
        .switch("service tcp-small-servers")
        .or(tree.switch("service udp-small-servers"));
    services.small_servers = known(small, ios.major.filter(|major| *major >= 12).map(|_| false));
    services.finger = known(
        tree.switch("ip finger").or(tree.switch("service finger")),
        ios.major.filter(|major| *major >= 12).map(|_| false),
    );
    services.bootp = known(tree.switch("ip bootp server"), ios.classic(true));
    services.pad = known(tree.switch("service pad"), ios.classic(true));
    services.source_route = known(tree.switch("ip source-route"), ios.classic(true));
    services.cdp = known(tree.switch("cdp run"), ios.classic(true));
    services.lldp = known(tree.switch("lldp run"), off);
    services.smart_install = tree.switch("vstack");
    services.remote_shell = known(
        tree.switch("ip rcmd rsh-enable")
            .or(tree.switch("ip rcmd rcp-enable")),
        off,
    );
}

fn services_of_rgos(tree: &Tree, services: &mut Services, telnet: Option<bool>) {
    let known = |found: Option<bool>, default: Option<bool>| tree.found_or(found, default);
    let off = Some(false);

    // Telnet answers and SSH does not until told otherwise.
    services.telnet = known(
        tree.switch("enable service telnet-server"),
        Some(telnet != Some(false)),
    );
    services.ssh = known(tree.switch("enable service ssh-server"), off);
    let web = tree.all("enable service web-server").last();
    services.http = match web {
        Some((_, words)) => Some(words.is_empty() || has(words, "http") || has(words, "all")),
        None => tree.switch("enable service web-server"),
    };
    services.https = match web {
        Some((_, words)) => Some(words.is_empty() || has(words, "https") || has(words, "all")),
        None => tree.switch("enable service web-server"),
    };
    services.ftp = known(tree.switch("ftp-server enable"), off);
    services.tftp = known(tree.switch("tftp-server enable"), off);
    services.lldp = known(tree.switch("lldp enable"), Some(true));
    services.cdp = off;
    services.source_route = tree.switch("ip source-route");
    // RGOS has none of these.
    services.small_servers = off;
    services.finger = off;
    services.bootp = off;
    services.pad = off;
    services.smart_install = off;
    services.remote_shell = off;
}

fn ssh(tree: &Tree, draft: &mut Draft, ios: Ios) {
    let version = tree.value("ip ssh version").map(|version| version != "2");
    let list = |name: &str| {
        let (_, words) = tree.all(name).last()?;
        Some(words.to_vec())
    };
    let ssh = &mut draft.facts.ssh;
    // Without the statement both versions are taken.
    ssh.allows_version_1 = tree.found_or(version, ios.classic(true).or(ios.rgos(true)));
    ssh.ciphers = list("ip ssh server algorithm encryption").or(list("ip ssh cipher-mode"));
    ssh.macs = list("ip ssh server algorithm mac").or(list("ip ssh hmac-algorithm"));
    ssh.key_exchanges = list("ip ssh server algorithm kex").or(list("ip ssh key-exchange"));
    ssh.retries = number(tree.value("ip ssh authentication-retries"));
    ssh.timeout_seconds = number(tree.value("ip ssh time-out"));
    if ios.dialect == Dialect::Rgos {
        let acl = tree.value("ip ssh access-class").map(str::to_owned);
        draft.facts.ssh.access = draft.limit(acl.as_deref(), "ssh server");
    }
}

fn snmp(tree: &Tree, draft: &mut Draft) {
    let mut versions: Vec<String> = Vec::new();
    for (node, words) in tree.all("snmp-server community") {
        // RGOS keeps names from view as `7 …`.
        let is_hidden = words.first().is_some_and(|word| word == "7") && words.len() > 2;
        let words = words.get(usize::from(is_hidden)..).unwrap_or_default();
        let Some((name, rest)) = words.split_first() else {
            continue;
        };
        let kind = if is_hidden {
            CommunityKind::Hidden
        } else if is_default_community(name) {
            CommunityKind::Default
        } else {
            CommunityKind::Set
        };
        let access = draft.limit(list_of(rest), "snmp");
        draft.facts.snmp.communities.push(SnmpCommunity {
            kind,
            writes: rest.iter().any(|word| word.eq_ignore_ascii_case("rw")),
            access,
            source: source(tree, node),
        });
        versions = vec!["v1".to_owned(), "v2c".to_owned()];
    }
    let has_v3 = tree
        .all("snmp-server group")
        .any(|(_, words)| has(words, "v3"))
        || tree
            .all("snmp-server user")
            .any(|(_, words)| has(words, "v3"));
    if has_v3 {
        versions.push("v3".to_owned());
    }
    for (_, words) in tree.all("snmp-server group") {
        if !has(words, "v3") {
            continue;
        }
        let access = draft.limit(value_of(words, "access"), "snmp");
        draft.facts.snmp.groups.push(SnmpUser {
            name: words.first().cloned().unwrap_or_default(),
            level: match value_of(words, "v3") {
                Some("priv") => "privacy",
                Some("auth") => "authentication",
                _ => "none",
            }
            .to_owned(),
            access,
        });
    }
    for (_, words) in tree.all("snmp-server user") {
        let Some(rest) = value_of(words, "v3").and(words.get(1..)) else {
            continue;
        };
        let level = match (has(rest, "priv"), has(rest, "auth")) {
            (true, _) => "privacy",
            (false, true) => "authentication",
            (false, false) => "none",
        };
        let access = draft.limit(value_of(rest, "access"), "snmp");
        draft.facts.snmp.users.push(SnmpUser {
            name: words.first().cloned().unwrap_or_default(),
            level: level.to_owned(),
            access,
        });
    }
    let is_on = tree.has("snmp-server community") || has_v3;
    let is_off = tree.switch("snmp-server") == Some(false) && !is_on;
    draft.facts.services.snmp = if is_off {
        Some(false)
    } else {
        tree.found_or(is_on.then_some(true), Some(false))
    };
    draft.facts.snmp.versions = tree.found_or(is_on.then_some(versions), Some(Vec::new()));
}

/// The list that ends `RO 10`, `view V RW MGMT`, `RO ipv6 X MGMT`.
fn list_of(words: &[String]) -> Option<&str> {
    let position = words
        .iter()
        .position(|word| word.eq_ignore_ascii_case("ro") || word.eq_ignore_ascii_case("rw"))?;
    let rest = words.get(position + 1..)?;
    let rest = after(rest, "ipv6").map_or(rest, |words| words.get(1..).unwrap_or_default());
    rest.first().map(String::as_str)
}

fn logging(tree: &Tree, draft: &mut Draft, ios: Ios) {
    let logging = &mut draft.facts.logging;
    logging.is_enabled = tree.found_or(tree.switch("logging on"), Some(true));
    for (node, words) in tree.all("logging") {
        let address = match words.first().map_or("", String::as_str) {
            "host" | "server" => words
                .iter()
                .skip(1)
                .find(|word| word.contains(['.', ':']))
                .or(words.get(1)),
            first if first.parse::<std::net::IpAddr>().is_ok() => words.first(),
            _ => None,
        };
        if let Some(address) = address {
            let transport = if has(words, "tls") {
                "tls"
            } else if has(words, "tcp") {
                "tcp"
            } else {
                "udp"
            };
            logging.hosts.push(LogHost {
                address: address.clone(),
                transport: transport.to_owned(),
                source: source(tree, node),
            });
        }
    }
    let trap = tree.value("logging trap").and_then(severity);
    let is_off = tree.switch("logging trap") == Some(false);
    logging.level = if is_off {
        Some(0)
    } else {
        tree.found_or(trap, Some(6))
    };
    logging.buffer = tree.found_or(tree.switch("logging buffered"), ios.rgos(true));
    let stamp = tree
        .all("service timestamps log")
        .last()
        .map(|(_, words)| !has(words, "uptime"));
    let stamp = stamp.or(tree.switch("service timestamps log"));
    logging.timestamps = tree.found_or(stamp, Some(ios.dialect == Dialect::Rgos));
    let archived = tree.all("archive").any(|(node, _)| {
        node.all("log config")
            .any(|(log, _)| log.switch("logging enable") == Some(true))
    });
    let logged = archived || tree.has("logging userinfo command-log");
    logging.commands = tree.found_or(logged.then_some(true), Some(false));
}

fn clock(tree: &Tree, draft: &mut Draft) {
    let clock = &mut draft.facts.clock;
    for prefix in ["ntp server", "ntp peer", "sntp server"] {
        for (_, words) in tree.all(prefix) {
            let words = match words.first().map_or("", String::as_str) {
                "vrf" | "oob" => words.get(2..).unwrap_or_default(),
                "ip" | "ipv6" => words.get(1..).unwrap_or_default(),
                _ => words,
            };
            if let Some(address) = words.first() {
                clock.servers.push(NtpServer {
                    address: address.clone(),
                    is_authenticated: has(words, "key"),
                });
            }
        }
    }
    clock.authenticates = tree.found_or(tree.switch("ntp authenticate"), Some(false));
    clock.is_enabled = tree.found_or(tree.switch("ntp disable").map(|is_off| !is_off), Some(true));
    let zone: Option<(&Node, &[String])> = tree.all("clock timezone").last();
    clock.zone = zone.map(|(_, words)| words.join(" "));
}
