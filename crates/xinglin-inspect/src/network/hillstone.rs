//! Hillstone `StoneOS`.
//!
//! Certain: rules, zones, address and service books, interfaces with what they let in,
//! administrators, logs and the clock of releases 5.0 and 5.5. Everything else is left as not
//! known.

use super::{
    address,
    block::{Node, Tree, has, value_of},
    draft::{Draft, Drafted, number, rule, source},
    model::{Access, Exposure, Interface, Line, LogHost, NtpServer, PolicyKind, Source, Zone},
    ports, service, vpn,
};
use crate::policy::{Action, AddressRange, PortRange, Rule, Service};

/// Statements that open a view, for files without indentation.
pub(crate) const VIEWS: &[&str] = &[
    "interface",
    "rule",
    "address",
    "service",
    "servgroup",
    "zone",
    "admin user",
    "policy-global",
];

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    if let Some(name) = tree.value("hostname") {
        draft.facts.device.hostname = Some(name.to_owned());
    }
    let version = tree.value("version").map(str::to_owned);
    let device = &mut draft.facts.device;
    device.os_version = device.os_version.take().or(version);
    objects(tree, draft);
    interfaces(tree, draft);
    policy(tree, draft);
    accounts(tree, draft);
    management(tree, draft);
    vpn::read_hillstone(tree, draft);
    draft.facts.content.is_stateful = Some(true);
}

fn objects(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("address") {
        let Some(name) = rest.first() else { continue };
        let object = draft.addresses.object(name, node.line);
        for child in &node.children {
            match child.word(0) {
                "ip" => match range(child) {
                    Some(range) => object.items.push(range),
                    None => object.opaque.push(child.text()),
                },
                "range" => object
                    .items
                    .extend(address::between(child.word(1), child.word(2))),
                "member" => object.members.push(child.word(1).to_owned()),
                "host" | "wildcard" | "country" | "exclude" => object.opaque.push(child.text()),
                _ => {}
            }
        }
    }
    for prefix in ["service", "servgroup"] {
        for (node, rest) in tree.all(prefix) {
            let Some(name) = rest.first() else { continue };
            let object = draft.services.object(name, node.line);
            for child in &node.children {
                match child.word(0) {
                    "service" => object.members.push(child.word(1).to_owned()),
                    "tcp" | "udp" | "sctp" => object.items.extend(service_line(child)),
                    "icmp" => object.items.push(service::protocol(1)),
                    "protocol" => object.items.extend(service::protocol_named(child.word(1))),
                    _ => {}
                }
            }
        }
    }
}

/// `ip 192.0.2.0/24`, `ip 192.0.2.0 255.255.255.0`.
fn range(node: &Node) -> Option<AddressRange> {
    match node.word(2) {
        "" => address::written(node.word(1)),
        mask => address::network(node.word(1), mask),
    }
}

/// `tcp dst-port 80 90 src-port 1 65535`.
fn service_line(node: &Node) -> Vec<Service> {
    let Some(base) = service::protocol_named(node.word(0)) else {
        return Vec::new();
    };
    let ports = |name: &str| -> Vec<PortRange> {
        let position = node.words.iter().position(|word| word == name);
        let found = position.and_then(|position| {
            let first = node.words.get(position + 1)?;
            let last = node
                .words
                .get(position + 2)
                .filter(|word| service::port(word).is_some());
            service::ports(first, last.unwrap_or(first))
        });
        found.map_or_else(|| vec![service::ANY_PORT], |range| vec![range])
    };
    service::combined(base, &ports("src-port"), &ports("dst-port"))
}

fn interfaces(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("interface") {
        let name = rest.join("");
        let zone = node.value("zone").map(str::to_owned);
        draft.facts.interfaces.push(Interface {
            is_physical: ports::is_physical(&name),
            description: node
                .all("description")
                .last()
                .map(|(_, words)| words.join(" ")),
            addresses: node
                .all("ip address")
                .filter_map(|(_, words)| ports::address(words))
                .collect(),
            mode: zone.as_ref().map(|_| "routed".to_owned()),
            is_shut: node.switch("shutdown") == Some(true),
            is_bare: node.children.is_empty(),
            zone,
            line: node.line,
            name,
            ..Interface::default()
        });
    }
    for (_, rest) in tree.all("zone") {
        let Some(name) = rest.first() else { continue };
        let members = draft
            .facts
            .interfaces
            .iter()
            .filter(|interface| interface.zone.as_ref() == Some(name));
        let interfaces = members.map(|interface| interface.name.clone()).collect();
        draft.facts.zones.push(Zone {
            name: name.clone(),
            priority: None,
            interfaces,
        });
        if draft.facts.zones.len() > 500 {
            break;
        }
    }
}

fn policy(tree: &Tree, draft: &mut Draft) {
    let mut drafted = Drafted::default();
    let mut default = Action::Deny;
    let inner = tree
        .all("policy-global")
        .flat_map(|(node, _)| node.all("rule"));
    let rules: Vec<(&Node, &[String])> = tree.all("rule").chain(inner).collect();
    for (node, rest) in rules {
        let name = value_of(rest, "id").unwrap_or_default();
        if let Some(found) = policy_rule(node, name, draft, &mut drafted) {
            drafted.rules.push(found);
        }
    }
    for (node, _) in tree.all("policy-global") {
        if node.value("default-action") == Some("permit") {
            default = Action::Permit;
        }
    }
    if !drafted.rules.is_empty() || tree.has("policy-global") {
        draft.add_policy(
            PolicyKind::SecurityPolicy,
            &["policy-global"],
            default,
            drafted,
        );
        draft.bind("policy-global", "global", default);
    }
    for (node, words) in tree
        .all("dnatrule")
        .chain(tree.all("nat").flat_map(|(nat, _)| nat.all("dnatrule")))
    {
        if let (Some(outside), Some(inside)) = (value_of(words, "to"), value_of(words, "trans-to"))
        {
            draft.facts.exposures.push(Exposure {
                outside: outside.to_owned(),
                inside: inside.to_owned(),
                protocol: None,
                port: value_of(words, "port").and_then(service::port),
                line: node.line,
            });
        }
    }
}

fn policy_rule(node: &Node, name: &str, draft: &mut Draft, drafted: &mut Drafted) -> Option<Rule> {
    let action = match node.value("action")? {
        "permit" | "tunnel" | "fromtunnel" | "webauth" => Action::Permit,
        _ => Action::Deny,
    };
    let mut found = rule(name, node, action);
    for child in &node.children {
        let value = child.word(1);
        match child.word(0) {
            "src-zone" if value != "Any" => found.from.push(value.to_owned()),
            "dst-zone" if value != "Any" => found.to.push(value.to_owned()),
            "src-addr" | "src-ip" | "src-range" | "src-host" => {
                found.sources.extend(side(child, draft, drafted));
            }
            "dst-addr" | "dst-ip" | "dst-range" | "dst-host" => {
                found.destinations.extend(side(child, draft, drafted));
            }
            "service" => {
                if !draft.services.has(value)
                    && let Some(known) = service::predefined(value)
                {
                    found.services.extend(known);
                    continue;
                }
                let resolved = draft.services.resolve(value);
                found.services.extend(resolved.items);
                drafted.miss(resolved.unresolved);
            }
            "application" if !value.eq_ignore_ascii_case("any") => {
                drafted.narrowed.push(name.to_owned());
            }
            "role" | "user" | "user-group" => drafted.narrowed.push(name.to_owned()),
            "disable" => found.is_enabled = false,
            "log" => found.is_logged = true,
            "schedule" => found.schedule = Some(value.to_owned()),
            "ips" => found.profiles.push(format!("ips {value}")),
            "av" => found.profiles.push(format!("av {value}")),
            "profile" | "url" | "sandbox" => found.profiles.push(child.text()),
            _ => {}
        }
    }
    Some(found)
}

fn side(node: &Node, draft: &mut Draft, drafted: &mut Drafted) -> Vec<AddressRange> {
    let value = node.word(1);
    if value.eq_ignore_ascii_case("any") {
        return address::any();
    }
    let found = match node.word(0).rsplit('-').next() {
        Some("ip") => range(node),
        Some("range") => address::between(value, node.word(2)),
        Some("addr") => {
            let resolved = draft.addresses.resolve(value);
            drafted.miss(resolved.unresolved);
            return resolved.items;
        }
        _ => None,
    };
    if found.is_none() {
        drafted.miss([node.text()]);
    }
    found.into_iter().collect()
}

fn accounts(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("admin user") {
        let Some(name) = rest.first() else { continue };
        let role = node.value("role").map(str::to_owned);
        let account = draft.account(tree, node, name);
        if node.value("password").is_some() {
            "hidden".clone_into(&mut account.password);
        }
        account.is_administrator = role.as_ref().map(|role| role == "admin");
        account.roles.extend(role);
        account.services = node
            .all("access")
            .flat_map(|(_, words)| words.to_vec())
            .collect();
    }
}

/// Whether any interface lets a service in.
fn lets_in(tree: &Tree, name: &str) -> Option<bool> {
    let found = tree
        .all("interface")
        .any(|(node, _)| node.all("manage").any(|(_, words)| has(words, name)));
    tree.found_or(found.then_some(true), Some(false))
}

fn management(tree: &Tree, draft: &mut Draft) {
    let services = &mut draft.facts.services;
    services.telnet = lets_in(tree, "telnet");
    services.ssh = lets_in(tree, "ssh");
    services.http = lets_in(tree, "http");
    services.https = lets_in(tree, "https");
    services.snmp = lets_in(tree, "snmp");
    let off = Some(false);
    services.ftp = off;
    services.tftp = off;
    services.small_servers = off;
    services.finger = off;
    services.bootp = off;
    services.pad = off;
    services.smart_install = off;
    services.remote_shell = off;
    services.cdp = off;
    services.cluster = off;
    lines(tree, draft);
    logs(tree, draft);
}

/// Where administrators may come from, and the ways in that are there.
fn lines(tree: &Tree, draft: &mut Draft) {
    // `admin host` lists where administrators may come from; without it they come from anywhere.
    let hosts: Vec<&[String]> = tree.all("admin host").map(|(_, words)| words).collect();
    let restricts = !hosts.is_empty()
        && !hosts.iter().any(|words| {
            words
                .first()
                .is_some_and(|word| word == "any" || word.starts_with("0.0.0.0"))
        });
    let access = Access {
        acl: (!hosts.is_empty()).then(|| "admin host".to_owned()),
        restricts,
    };
    draft.facts.ssh.access = access.clone();
    draft.facts.web.access = access.clone();
    for (kind, name) in [("con", "console"), ("vty", "ssh"), ("vty", "telnet")] {
        let is_on = match name {
            "ssh" => draft.facts.services.ssh,
            "telnet" => draft.facts.services.telnet,
            _ => Some(true),
        };
        let minutes = number(tree.value(&format!("{name} timeout")));
        if is_on == Some(true) {
            draft.facts.lines.push(Line {
                kind: kind.to_owned(),
                name: name.to_owned(),
                // Every way in asks for an administrator's account.
                authentication: Some("local".to_owned()),
                idle_seconds: minutes
                    .filter(|minutes| *minutes > 0)
                    .map(|minutes| minutes.saturating_mul(60)),
                idle_never: minutes == Some(0),
                transports: (kind == "vty").then(|| vec![name.to_owned()]),
                access: access.clone(),
                is_enabled: true,
                privilege: None,
                source: Source {
                    file: tree.file.clone(),
                    line: 0,
                },
            });
        }
    }
}

/// Logs and the clock.
fn logs(tree: &Tree, draft: &mut Draft) {
    let logging = &mut draft.facts.logging;
    for (node, words) in tree.all("logging syslog") {
        logging.hosts.extend(words.first().map(|address| {
            LogHost {
                address: address.clone(),
                transport: if has(words, "secure-tcp") {
                    "tls"
                } else if has(words, "tcp") {
                    "tcp"
                } else {
                    "udp"
                }
                .to_owned(),
                source: source(tree, node),
            }
        }));
    }
    let events = tree.all("logging event on").next().is_some()
        || tree.all("logging event to").next().is_some();
    logging.is_enabled = tree.found_or((events || !logging.hosts.is_empty()).then_some(true), None);
    let clock = &mut draft.facts.clock;
    for (_, words) in tree.all("ntp server") {
        clock.servers.extend(words.first().map(|address| NtpServer {
            address: address.clone(),
            is_authenticated: has(words, "key"),
        }));
    }
    clock.is_enabled = tree.found_or(tree.switch("ntp enable"), Some(false));
    clock.authenticates = tree.found_or(tree.switch("ntp authentication"), Some(false));
    clock.zone = tree
        .all("clock zone")
        .last()
        .map(|(_, words)| words.join(" "));
}
