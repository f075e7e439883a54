//! Cisco ASA, whose configuration looks like IOS and often means something else.
//!
//! Certain: the statements below of releases 8.3 to 9. Modules in it (`FirePOWER`) are
//! configured elsewhere; only that traffic is sent to one is seen.

mod watch;

use super::{
    block::{Node, Tree, has, value_of},
    cisco::acl::{self, Masks},
    draft::{Draft, Drafted, number, source},
    model::{
        AaaServer, Access, Exposure, Interface, Line, NtpServer, PasswordRules, PolicyKind, Zone,
    },
    ports, routing, service, vpn,
};
use crate::policy::Action;

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    let device = &mut draft.facts.device;
    if let Some(name) = tree.value("hostname") {
        device.hostname = Some(name.to_owned());
    }
    let version = tree.value("ASA Version").map(str::to_owned);
    device.os_version = device.os_version.take().or(version);
    acl::read_objects(tree, draft);
    interfaces(tree, draft);
    lists(tree, draft);
    translations(tree, draft);
    password(tree, draft);
    accounts(tree, draft);
    aaa(tree, draft);
    management(tree, draft);
    watch::snmp(tree, draft);
    watch::logging(tree, draft);
    routing::read_ios(tree, draft);
    vpn::read_ios(tree, draft);
    draft.facts.content.is_stateful = Some(true);
    draft.facts.banner = Some(!tree.banners.is_empty());
}

fn interfaces(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("interface") {
        let name = rest.join("");
        let zone = node.value("nameif").map(str::to_owned);
        if let Some(zone) = &zone {
            draft.facts.zones.push(Zone {
                name: zone.clone(),
                priority: number(node.value("security-level")),
                interfaces: vec![name.clone()],
            });
        }
        draft.facts.interfaces.push(Interface {
            is_physical: ports::is_physical(&name),
            name,
            description: node
                .all("description")
                .last()
                .map(|(_, words)| words.join(" ")),
            addresses: node
                .all("ip address")
                .filter_map(|(_, words)| ports::address(words))
                .collect(),
            mode: Some("routed".to_owned()),
            is_shut: node.switch("shutdown") == Some(true),
            is_bare: node
                .children
                .iter()
                .all(|child| child.word(0) == "no" || child.word(0) == "shutdown"),
            zone,
            line: node.line,
            ..Interface::default()
        });
    }
}

fn lists(tree: &Tree, draft: &mut Draft) {
    let mut found: Vec<(String, Drafted)> = Vec::new();
    for (node, rest) in tree.all("access-list") {
        let [name, kind, words @ ..] = rest else {
            continue;
        };
        let is_standard = match kind.as_str() {
            "extended" => false,
            "standard" => true,
            _ => continue,
        };
        let position = found.iter().rposition(|(known, _)| known == name);
        let position = position.unwrap_or_else(|| {
            found.push((name.clone(), Drafted::default()));
            found.len() - 1
        });
        if let Some((_, drafted)) = found.get_mut(position) {
            acl::entry(node, words, is_standard, Masks::Network, draft, drafted);
            if has(words, "user") || has(words, "security-group") || has(words, "user-group") {
                let last = drafted.rules.last().map(|rule| rule.name.clone());
                drafted.narrowed.extend(last);
            }
        }
    }
    let watched = is_watched(tree);
    let is_bound = |name: &str| {
        tree.all("access-group")
            .any(|(_, words)| words.first().is_some_and(|word| word == name))
    };
    for (name, mut drafted) in found {
        let kind = if is_bound(&name) {
            PolicyKind::SecurityPolicy
        } else {
            PolicyKind::AccessList
        };
        if watched {
            for rule in &mut drafted.rules {
                rule.profiles.push("ips module".to_owned());
            }
        }
        draft.add_policy(kind, &[&name], Action::Deny, drafted);
    }
    for (_, words) in tree.all("access-group") {
        let Some((name, rest)) = words.split_first() else {
            continue;
        };
        let place = match value_of(rest, "interface") {
            Some(interface) => format!(
                "interface {interface} {}",
                rest.first().map_or("in", String::as_str)
            ),
            None => "global".to_owned(),
        };
        draft.bind(name, &place, Action::Deny);
    }
}

/// Whether a policy map sends traffic to a module against intrusion.
fn is_watched(tree: &Tree) -> bool {
    tree.all("policy-map").any(|(node, _)| {
        node.children.iter().any(|class| {
            class
                .children
                .iter()
                .any(|child| matches!(child.word(0), "sfr" | "ips" | "cxsc"))
        })
    })
}

fn translations(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("object network") {
        for (nat, words) in node.all("nat") {
            let Some(outside) = value_of(words, "static") else {
                continue;
            };
            let service = words.iter().position(|word| word == "service");
            let service = service.and_then(|position| words.get(position + 1..));
            draft.facts.exposures.push(Exposure {
                outside: outside.to_owned(),
                inside: node
                    .value("host")
                    .map_or_else(|| rest.join(" "), str::to_owned),
                protocol: service.and_then(<[String]>::first).cloned(),
                port: service.and_then(|words| service::port(words.get(1)?)),
                line: nat.line,
            });
        }
    }
    for (node, words) in tree.all("static") {
        // `static (inside,outside) tcp 203.0.113.5 443 192.0.2.8 443`
        if let [_, protocol, outside, _, inside, port, ..] = words
            && (protocol == "tcp" || protocol == "udp")
        {
            draft.facts.exposures.push(Exposure {
                outside: outside.clone(),
                inside: inside.clone(),
                protocol: Some(protocol.clone()),
                port: service::port(port),
                line: node.line,
            });
        }
    }
}

fn password(tree: &Tree, draft: &mut Draft) {
    let figure = |name: &str| number(tree.value(&format!("password-policy {name}")));
    let kinds = [
        "minimum-uppercase",
        "minimum-lowercase",
        "minimum-numeric",
        "minimum-special",
    ];
    let classes = kinds
        .iter()
        .filter(|kind| figure(kind).is_some_and(|count| count > 0))
        .count();
    let policy = &mut draft.facts.password;
    policy.is_enforced = tree.found_or(tree.has("password-policy").then_some(true), Some(false));
    policy.rules = PasswordRules {
        min_length: tree.found_or(figure("minimum-length"), Some(3)),
        classes: tree.found_or(
            u32::try_from(classes).ok().filter(|count| *count > 0),
            Some(0),
        ),
        max_days: tree.found_or(figure("lifetime"), Some(0)),
        history: tree.found_or(figure("reuse-interval"), Some(0)),
    };
    let lockout = &mut draft.facts.lockout;
    "account".clone_into(&mut lockout.scope);
    let attempts = number(tree.value("aaa local authentication attempts max-fail"));
    lockout.until_unlocked = attempts.is_some();
    lockout.attempts = tree.found_or(attempts, Some(0));
    lockout.seconds = if attempts.is_some() {
        None
    } else {
        tree.found_or(None, Some(0))
    };
}

/// How a password is kept, by the word behind it.
fn kept(words: &[String]) -> &'static str {
    if has(words, "pbkdf2") {
        "hash"
    } else if has(words, "encrypted") || has(words, "nt-encrypted") {
        "md5"
    } else {
        "hidden"
    }
}

fn accounts(tree: &Tree, draft: &mut Draft) {
    let rules = draft.facts.password.rules;
    for (node, rest) in tree.all("username") {
        let Some((name, words)) = rest.split_first() else {
            continue;
        };
        let account = draft.account(tree, node, name);
        account.rules = rules;
        if has(words, "attributes") {
            if let Some(kind) = node.value("service-type") {
                account.services.push(kind.to_owned());
                if kind == "remote-access" {
                    account.is_administrator = Some(false);
                }
            }
            continue;
        }
        if has(words, "nopassword") {
            "none".clone_into(&mut account.password);
        } else {
            kept(words).clone_into(&mut account.password);
        }
        account.privilege = number(value_of(words, "privilege")).or(Some(2));
        account.is_administrator = account.privilege.map(|level| level >= 15);
    }
    for prefix in ["enable password", "passwd"] {
        for (_, words) in tree.all(prefix) {
            if prefix == "enable password" {
                draft
                    .facts
                    .enable_password
                    .kept
                    .push(kept(words).to_owned());
            }
        }
    }
}

fn aaa(tree: &Tree, draft: &mut Draft) {
    let kind_of = |group: &str| {
        if group == "LOCAL" {
            return "local".to_owned();
        }
        let found = tree.all("aaa-server").find(|(_, words)| {
            words.first().is_some_and(|name| name == group) && has(words, "protocol")
        });
        let kind = found.and_then(|(_, words)| value_of(words, "protocol"));
        kind.map_or_else(
            || "group".to_owned(),
            |kind| kind.trim_end_matches('+').to_owned(),
        )
    };
    let methods = |service: &str| {
        let statement = format!("aaa authentication {service} console");
        let (_, words) = tree.all(&statement).last()?;
        Some(
            words
                .iter()
                .take(4)
                .map(|group| kind_of(group))
                .collect::<Vec<_>>(),
        )
    };
    let aaa = &mut draft.facts.aaa;
    aaa.is_enabled = Some(true);
    aaa.methods = tree.found_or(methods("ssh").or(methods("http")), Some(Vec::new()));
    for (_, words) in tree.all("aaa-server") {
        if let (Some(group), Some(address)) = (words.first(), value_of(words, "host")) {
            aaa.servers.push(AaaServer {
                kind: kind_of(group),
                address: address.to_owned(),
            });
        }
        if aaa.servers.len() > 100 {
            break;
        }
    }
    let has_list =
        |statement: &str| tree.found_or(tree.has(statement).then_some(true), Some(false));
    aaa.authorizes_commands = has_list("aaa authorization command");
    aaa.accounts_commands = has_list("aaa accounting command");
    aaa.accounts_sessions = has_list("aaa accounting ssh console");
    let first = |found: Option<Vec<String>>| {
        found
            .and_then(|methods| methods.first().cloned())
            .map(|method| match method.as_str() {
                "local" => method,
                _ => "aaa".to_owned(),
            })
    };
    let (serial, ssh, telnet) = (
        first(methods("serial")),
        first(methods("ssh")),
        first(methods("telnet")),
    );
    // A console without it asks for nothing but the password to configure.
    let serial = tree.found_or(serial, Some("none".to_owned()));
    line(tree, draft, "con", "console", serial, 0);
    // Without it, sign-in by telnet takes the one password of all.
    let telnet = tree.found_or(telnet, Some("password".to_owned()));
    for (name, authentication) in [("ssh", ssh), ("telnet", telnet)] {
        if sources(tree, name).next().is_some() {
            line(tree, draft, "vty", name, authentication, 5);
        }
    }
}

/// Statements such as `ssh 192.0.2.0 255.255.255.0 inside`.
fn sources<'a>(tree: &'a Tree, name: &'a str) -> impl Iterator<Item = (&'a Node, &'a [String])> {
    tree.all(name).filter(|(_, words)| {
        words.len() >= 3 && words.first().is_some_and(|word| word.contains(['.', ':']))
    })
}

fn access(tree: &Tree, name: &str) -> Access {
    let mut found = sources(tree, name).peekable();
    let is_any = |words: &[String]| {
        words
            .first()
            .is_some_and(|word| word == "0.0.0.0" || word == "::/0")
    };
    Access {
        acl: found.peek().map(|_| name.to_owned()),
        restricts: found.peek().is_some() && !found.any(|(_, words)| is_any(words)),
    }
}

fn line(
    tree: &Tree,
    draft: &mut Draft,
    kind: &str,
    name: &str,
    authentication: Option<String>,
    default: u32,
) {
    let minutes = tree.found_or(
        number(tree.value(&format!("{name} timeout"))),
        Some(default),
    );
    let first = sources(tree, name)
        .next()
        .map(|(node, _)| source(tree, node));
    draft.facts.lines.push(Line {
        kind: kind.to_owned(),
        name: name.to_owned(),
        authentication,
        idle_seconds: minutes
            .filter(|minutes| *minutes > 0)
            .map(|minutes| minutes.saturating_mul(60)),
        idle_never: minutes == Some(0),
        transports: (kind == "vty").then(|| vec![name.to_owned()]),
        access: access(tree, name),
        is_enabled: true,
        privilege: None,
        source: first.unwrap_or_else(|| super::model::Source {
            file: tree.file.clone(),
            line: 0,
        }),
    });
}

fn management(tree: &Tree, draft: &mut Draft) {
    let off = Some(false);
    let has_source =
        |name: &str| tree.found_or(sources(tree, name).next().map(|_| true), Some(false));
    let services = &mut draft.facts.services;
    services.telnet = has_source("telnet");
    services.ssh = has_source("ssh");
    services.https = tree.found_or(tree.switch("http server enable"), off);
    // The page is served by TLS only, and there are none of the others.
    services.http = off;
    services.ftp = off;
    services.tftp = off;
    services.small_servers = off;
    services.finger = off;
    services.bootp = off;
    services.pad = off;
    services.source_route = off;
    services.cdp = off;
    services.lldp = off;
    services.cluster = off;
    services.smart_install = off;
    services.remote_shell = off;
    draft.facts.web.access = access(tree, "http");
    draft.facts.web.old_tls = match tree.value("ssl server-version") {
        Some("tlsv1.2" | "tlsv1.3") => Some(Vec::new()),
        Some(version) => Some(vec![version.to_owned()]),
        None => None,
    };
    let list = |name: &str| {
        let (_, words) = tree.all(name).last()?;
        Some(words.to_vec())
    };
    let major = number(
        draft
            .facts
            .device
            .os_version
            .as_deref()
            .and_then(|version| version.split('.').next()),
    );
    let ssh = &mut draft.facts.ssh;
    ssh.allows_version_1 = tree.found_or(
        tree.value("ssh version").map(|version| version != "2"),
        major.filter(|major| *major < 9).map(|_| true),
    );
    ssh.ciphers = list("ssh cipher encryption");
    ssh.macs = list("ssh cipher integrity");
    ssh.key_exchanges = list("ssh key-exchange group");
    ssh.access = access(tree, "ssh");
    let clock = &mut draft.facts.clock;
    for (_, words) in tree.all("ntp server") {
        clock.servers.extend(words.first().map(|address| NtpServer {
            address: address.clone(),
            is_authenticated: has(words, "key"),
        }));
    }
    clock.authenticates = tree.found_or(tree.switch("ntp authenticate"), off);
    clock.is_enabled = tree.found_or(None, Some(true));
    clock.zone = tree
        .all("clock timezone")
        .last()
        .map(|(_, words)| words.join(" "));
}
