//! Objects, zones, policies, address translation and content profiles of Comware 7.

use std::collections::BTreeMap;

use crate::{
    network::{
        address,
        block::{Node, Tree, has, value_of},
        draft::{Draft, Drafted, rule},
        model::{PolicyKind, Zone},
        objects::Services,
        service,
    },
    policy::{Action, AddressRange, PortRange, Rule, Service},
};

/// What an application profile holds: `ips`, `av`, with the policy named.
type Profiles = BTreeMap<String, Vec<String>>;

/// Reads named addresses and services, which access lists use, too.
pub(super) fn read_objects(tree: &Tree, draft: &mut Draft) {
    for prefix in ["object-group ip address", "object-group ipv6 address"] {
        for (node, rest) in tree.all(prefix) {
            let Some(name) = rest.first() else { continue };
            let object = draft.addresses.object(name, node.line);
            for child in &node.children {
                let Some(words) = entry(child, "network") else {
                    continue;
                };
                let word = |index: usize| words.get(index).map_or("", String::as_str);
                let range = match word(0) {
                    "host" => address::host(word(2)).filter(|_| word(1) == "address"),
                    "subnet" => address::written(word(1))
                        .filter(|_| word(1).contains('/'))
                        .or_else(|| address::network(word(1), word(2)))
                        .or_else(|| {
                            address::wildcard(word(1), word(3)).filter(|_| word(2) == "wildcard")
                        }),
                    "range" => address::between(word(1), word(2)),
                    _ => None,
                };
                match range {
                    Some(range) => object.items.push(range),
                    None if word(0) == "group-object" => object.members.push(word(1).to_owned()),
                    None => object.opaque.push(words.join(" ")),
                }
            }
        }
    }
    for (node, rest) in tree.all("object-group service") {
        let Some(name) = rest.first() else { continue };
        let object = draft.services.object(name, node.line);
        for child in &node.children {
            let Some(words) = entry(child, "service") else {
                continue;
            };
            match value_of(words, "group-object") {
                Some(member) => object.members.push(member.to_owned()),
                None => object.items.extend(service_of(words)),
            }
        }
    }
}

/// What follows `network` or `service` in `0 network host address 192.0.2.1`.
fn entry<'a>(node: &'a Node, kind: &str) -> Option<&'a [String]> {
    let position = node.words.iter().take(2).position(|word| word == kind)?;
    node.words.get(position + 1..)
}

/// `tcp destination eq 80`, `udp source range 1 9 destination gt 1023`, `icmp`, `47`.
fn service_of(words: &[String]) -> Vec<Service> {
    let Some(base) = words.first().and_then(|word| service::protocol_named(word)) else {
        return Vec::new();
    };
    let ports = |name: &str| -> Vec<PortRange> {
        let position = words.iter().position(|word| word == name);
        let rest = position.and_then(|position| words.get(position + 1..));
        rest.and_then(service::port_operator)
            .map_or_else(|| vec![service::ANY_PORT], |(ranges, _)| ranges)
    };
    service::combined(base, &ports("source"), &ports("destination"))
}

/// Reads zones, policies and translation.
pub(super) fn read(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("security-zone name") {
        let Some(name) = rest.first() else { continue };
        let imported = node
            .all("import interface")
            .map(|(_, words)| words.join(""));
        draft.facts.zones.push(Zone {
            name: name.clone(),
            priority: None,
            interfaces: imported.collect(),
        });
    }
    let profiles = profiles(tree, draft);
    let is_on = tree.switch("security-policy disable") != Some(true);
    for prefix in ["security-policy ip", "security-policy ipv6"] {
        for (node, _) in tree.all(prefix).filter(|_| is_on) {
            security_policy(node, prefix, &profiles, draft);
        }
    }
    for prefix in ["object-policy ip", "object-policy ipv6"] {
        for (node, rest) in tree.all(prefix) {
            if let Some(name) = rest.first().filter(|name| *name != "apply") {
                object_policy(node, name, &profiles, draft);
            }
        }
    }
    zone_pairs(tree, draft);
    let on_interfaces = tree
        .all("interface")
        .flat_map(|(node, _)| node.all("nat server"));
    for (node, _) in on_interfaces {
        draft.expose(node);
    }
    let is_filtering = draft
        .facts
        .policies
        .iter()
        .any(|policy| policy.kind == PolicyKind::SecurityPolicy)
        || tree.has("zone-pair security");
    if is_filtering || tree.has("aspf policy") {
        draft.facts.content.is_stateful = Some(true);
    }
}

/// Application profiles; those against intrusion say whether they block.
fn profiles(tree: &Tree, draft: &mut Draft) -> Profiles {
    let mut profiles = Profiles::new();
    let mut blocks: Option<bool> = None;
    for (node, rest) in tree.all("app-profile") {
        let Some(name) = rest.first() else { continue };
        let mut kinds = Vec::new();
        for child in &node.children {
            let kind = match child.word(0) {
                "anti-virus" => "av",
                kind => kind,
            };
            if child.word(1) == "apply" {
                kinds.push(format!("{kind} {}", child.word(3)));
                if kind == "ips" {
                    let is_protecting = value_of(&child.words, "mode") == Some("protect");
                    blocks = Some(blocks.unwrap_or(true) && is_protecting);
                }
            }
        }
        profiles.insert(name.clone(), kinds);
    }
    draft.facts.content.ips_blocks = blocks;
    profiles
}

fn profile_words(name: &str, profiles: &Profiles) -> Vec<String> {
    profiles
        .get(name)
        .cloned()
        .unwrap_or_else(|| vec![name.to_owned()])
}

fn security_policy(node: &Node, name: &str, profiles: &Profiles, draft: &mut Draft) {
    let mut drafted = Drafted::default();
    for (child, words) in node.all("rule") {
        let number = words.first().cloned().unwrap_or_default();
        let name = value_of(words, "name").unwrap_or(&number).to_owned();
        let found = policy_rule(child, &name, profiles, draft, &mut drafted);
        drafted.rules.push(found);
    }
    draft.add_policy(PolicyKind::SecurityPolicy, &[name], Action::Deny, drafted);
    draft.bind(name, "global", Action::Deny);
}

fn policy_rule(
    node: &Node,
    name: &str,
    profiles: &Profiles,
    draft: &mut Draft,
    drafted: &mut Drafted,
) -> Rule {
    let action = match node.value("action") {
        Some("pass") => Action::Permit,
        _ => Action::Deny,
    };
    let mut found = rule(name, node, action);
    let (mut has_source, mut has_destination, mut has_service) = (false, false, false);
    for child in &node.children {
        let Some((first, words)) = child.words.split_first() else {
            continue;
        };
        let value = words.first().map_or("", String::as_str);
        match first.as_str() {
            "source-zone" => found.from.push(value.to_owned()),
            "destination-zone" => found.to.push(value.to_owned()),
            "service" => {
                has_service = true;
                found
                    .services
                    .extend(named_service(value, &mut draft.services, drafted));
            }
            "service-port" => {
                has_service = true;
                found.services.extend(service_of(words));
            }
            "profile" => found.profiles.extend(profile_words(value, profiles)),
            "logging" => found.is_logged = true,
            "disable" => found.is_enabled = false,
            "time-range" => found.schedule = Some(value.to_owned()),
            "user" | "user-group" | "application" | "app-group" | "terminal" | "url-category" => {
                drafted.narrowed.push(name.to_owned());
            }
            _ => {
                if let Some(rest) = first.strip_prefix("source-ip") {
                    has_source = true;
                    found.sources.extend(side(rest, words, draft, drafted));
                } else if let Some(rest) = first.strip_prefix("destination-ip") {
                    has_destination = true;
                    found.destinations.extend(side(rest, words, draft, drafted));
                }
            }
        }
    }
    if !has_source {
        found.sources = address::any();
    }
    if !has_destination {
        found.destinations = address::any();
    }
    if !has_service {
        found.services = vec![service::ANY];
    }
    found
}

/// `source-ip X`, `source-ip-host a`, `source-ip-subnet a m`, `source-ip-range a b`.
fn side(
    suffix: &str,
    words: &[String],
    draft: &mut Draft,
    drafted: &mut Drafted,
) -> Vec<AddressRange> {
    let word = |index: usize| words.get(index).map_or("", String::as_str);
    let found = match suffix.trim_end_matches("v6").trim_start_matches('-') {
        "host" => address::host(word(0)),
        "subnet" => address::network(word(0), word(1)).or_else(|| address::written(word(0))),
        "range" => address::between(word(0), word(1)),
        _ if word(0) == "any" => return address::any(),
        _ => {
            let found = draft.addresses.resolve(word(0));
            drafted.miss(found.unresolved);
            return found.items;
        }
    };
    if found.is_none() {
        drafted.miss([words.join(" ")]);
    }
    found.into_iter().collect()
}

fn named_service(name: &str, services: &mut Services, drafted: &mut Drafted) -> Vec<Service> {
    if !services.has(name)
        && let Some(known) = service::predefined(name)
    {
        return known;
    }
    let found = services.resolve(name);
    drafted.miss(found.unresolved);
    found.items
}

/// `rule 0 pass source-ip A destination-ip B service C`; `append` adds to a rule before.
fn object_policy(node: &Node, name: &str, profiles: &Profiles, draft: &mut Draft) {
    let mut drafted = Drafted::default();
    for (child, words) in node.all("rule") {
        let [number, verb, rest @ ..] = words else {
            continue;
        };
        let mut inspected = Vec::new();
        let action = match verb.as_str() {
            "pass" => Action::Permit,
            "drop" => Action::Deny,
            "inspect" => {
                inspected = profile_words(rest.first().map_or("", String::as_str), profiles);
                Action::Permit
            }
            "append" => {
                append(number, rest, draft, &mut drafted);
                continue;
            }
            _ => continue,
        };
        let mut found = rule(number, child, action);
        let mut named = |kind: &str, drafted: &mut Drafted| match value_of(rest, kind) {
            None | Some("any") => address::any(),
            Some(object) => {
                let found = draft.addresses.resolve(object);
                drafted.miss(found.unresolved);
                found.items
            }
        };
        found.sources = named("source-ip", &mut drafted);
        found.destinations = named("destination-ip", &mut drafted);
        found.services = match value_of(rest, "service") {
            None | Some("any") => vec![service::ANY],
            Some(object) => named_service(object, &mut draft.services, &mut drafted),
        };
        if has(rest, "app-group") || has(rest, "application") {
            drafted.narrowed.push(number.clone());
        }
        found.profiles = inspected;
        found.is_logged = has(rest, "logging");
        found.is_enabled = !has(rest, "disable");
        found.schedule = value_of(rest, "time-range").map(str::to_owned);
        drafted.rules.push(found);
    }
    draft.add_policy(
        PolicyKind::SecurityPolicy,
        &[&format!("object-policy {name}")],
        Action::Deny,
        drafted,
    );
}

fn append(number: &str, words: &[String], draft: &mut Draft, drafted: &mut Drafted) {
    let source = value_of(words, "source-ip").map(|name| draft.addresses.resolve(name));
    let destination = value_of(words, "destination-ip").map(|name| draft.addresses.resolve(name));
    let services =
        value_of(words, "service").map(|name| named_service(name, &mut draft.services, drafted));
    // It follows the rule it adds to.
    if let Some(rule) = drafted.rules.last_mut().filter(|rule| rule.name == number) {
        rule.sources
            .extend(source.into_iter().flat_map(|found| found.items));
        rule.destinations
            .extend(destination.into_iter().flat_map(|found| found.items));
        rule.services.extend(services.into_iter().flatten());
    }
}

fn zone_pairs(tree: &Tree, draft: &mut Draft) {
    for (node, words) in tree.all("zone-pair security") {
        let from = value_of(words, "source").unwrap_or("any");
        let to = value_of(words, "destination").unwrap_or("any");
        let place = format!("zone {from} {to}");
        for (_, words) in node.all("packet-filter") {
            if let Some(name) = crate::network::acl::named(words) {
                draft.bind(&name, &place, Action::Deny);
            }
        }
        for prefix in ["object-policy apply ip", "object-policy apply ipv6"] {
            for (_, words) in node.all(prefix) {
                if let Some(name) = words.first() {
                    draft.bind(&format!("object-policy {name}"), &place, Action::Deny);
                }
            }
        }
    }
}
