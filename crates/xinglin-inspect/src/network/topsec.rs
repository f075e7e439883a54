//! `TopSec` TOS, as exported in text.
//!
//! Certain: `define host|range|subnet|group_address|area|service|group_service|schedule`,
//! `firewall policy add`, `pf service add`, and addresses of interfaces. Everything else is
//! left as not known.

use super::{
    address,
    block::{Node, Tree, value_of},
    draft::{Draft, Drafted, rule},
    model::{Interface, PolicyKind, Zone},
    ports, service,
};
use crate::policy::{Action, AddressRange, PortRange};

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    objects(tree, draft);
    let mut drafted = Drafted::default();
    for (node, words) in statements(tree, "firewall policy add") {
        let ordinal = (drafted.rules.len() + 1).to_string();
        let name = prefix_id(node).unwrap_or(&ordinal).to_owned();
        policy_rule(node, &words, &name, draft, &mut drafted);
    }
    if !drafted.rules.is_empty() {
        draft.add_policy(
            PolicyKind::SecurityPolicy,
            &["firewall policy"],
            Action::Deny,
            drafted,
        );
        draft.bind("firewall policy", "global", Action::Deny);
        draft.facts.content.is_stateful = Some(true);
    }
    management(tree, draft);
    interfaces(tree, draft);
}

/// Statements, with what is quoted by `'` as one word; `ID 8002` may stand before.
fn statements<'a>(
    tree: &'a Tree,
    prefix: &'a str,
) -> impl Iterator<Item = (&'a Node, Vec<String>)> {
    tree.nodes.iter().filter_map(move |node| {
        let rest = node.after(prefix).or_else(|| {
            let words = node.words.get(2..).filter(|_| node.word(0) == "ID")?;
            super::block::after(words, prefix)
        })?;
        Some((node, joined(rest)))
    })
}

fn prefix_id(node: &Node) -> Option<&str> {
    (node.word(0) == "ID").then(|| node.word(1))
}

/// Puts words between single quotes together again.
fn joined(words: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    for word in words {
        let (begins, ends) = (
            word.starts_with('\''),
            word.ends_with('\'') && word.len() > 1,
        );
        match open.take() {
            Some(mut text) => {
                text.push(' ');
                text.push_str(word.trim_end_matches('\''));
                if word.ends_with('\'') {
                    found.push(text.trim().to_owned());
                } else {
                    open = Some(text);
                }
            }
            None if begins && !ends => open = Some(word.trim_start_matches('\'').to_owned()),
            None => found.push(word.trim_matches('\'').to_owned()),
        }
    }
    found.extend(open);
    found
}

/// Names within one quoted word.
fn names(words: &[String], name: &str) -> Vec<String> {
    let found = value_of(words, name).unwrap_or_default();
    found.split_whitespace().map(str::to_owned).collect()
}

fn objects(tree: &Tree, draft: &mut Draft) {
    for kind in ["host", "range", "subnet", "group_address"] {
        for (node, words) in statements(tree, &format!("define {kind} add")) {
            let Some(name) = value_of(&words, "name") else {
                continue;
            };
            let value = |name: &str| value_of(&words, name).unwrap_or_default();
            let object = draft.addresses.object(name, node.line);
            match kind {
                "host" => {
                    let addresses = names(&words, "ipaddr");
                    object
                        .items
                        .extend(addresses.iter().filter_map(|text| address::host(text)));
                }
                "range" => object
                    .items
                    .extend(address::between(value("ip1"), value("ip2"))),
                "subnet" => object
                    .items
                    .extend(address::network(value("ipaddr"), value("mask"))),
                _ => object.members.extend(names(&words, "member")),
            }
        }
    }
    for (node, words) in statements(tree, "define service add") {
        let value = |name: &str| value_of(&words, name);
        let (Some(name), Some(base)) = (
            value("name"),
            value("protocol").and_then(service::protocol_named),
        ) else {
            continue;
        };
        let first = value("port").or(value("port1")).and_then(service::port);
        let range = first.map_or(service::ANY_PORT, |first| PortRange {
            first,
            last: value("port2")
                .and_then(service::port)
                .unwrap_or(first)
                .max(first),
        });
        let found = service::combined(base, &[service::ANY_PORT], &[range]);
        draft.services.object(name, node.line).items.extend(found);
    }
    for (node, words) in statements(tree, "define group_service add") {
        if let Some(name) = value_of(&words, "name") {
            draft
                .services
                .object(name, node.line)
                .members
                .extend(names(&words, "member"));
        }
    }
    for (_, words) in statements(tree, "define area add") {
        if let Some(name) = value_of(&words, "name") {
            draft.facts.zones.push(Zone {
                name: name.to_owned(),
                priority: None,
                interfaces: names(&words, "attribute"),
            });
        }
    }
}

fn policy_rule(
    node: &Node,
    words: &[String],
    name: &str,
    draft: &mut Draft,
    drafted: &mut Drafted,
) {
    let action = match value_of(words, "action") {
        Some("accept" | "permit") => Action::Permit,
        Some(_) => Action::Deny,
        None => return,
    };
    let mut found = rule(name, node, action);
    found.from = names(words, "srcarea");
    found.to = names(words, "dstarea");
    let mut side = |kind: &str, drafted: &mut Drafted| -> Vec<AddressRange> {
        let objects = names(words, kind);
        if objects.is_empty() || objects.iter().any(|name| name == "any") {
            return address::any();
        }
        let mut ranges = Vec::new();
        for object in objects {
            let resolved = draft.addresses.resolve(&object);
            ranges.extend(resolved.items);
            drafted.miss(resolved.unresolved);
        }
        ranges
    };
    found.sources = side("src", drafted);
    found.destinations = side("dst", drafted);
    let services = names(words, "service");
    if services.is_empty() {
        found.services = vec![service::ANY];
    }
    for name in services {
        if let Some(known) = service::predefined(&name).filter(|_| !draft.services.has(&name)) {
            found.services.extend(known);
        } else {
            let resolved = draft.services.resolve(&name);
            found.services.extend(resolved.items);
            drafted.miss(resolved.unresolved);
        }
    }
    found.is_logged = value_of(words, "log") == Some("on");
    found.is_enabled = value_of(words, "enable") != Some("no");
    found.schedule = value_of(words, "schedule").map(str::to_owned);
    drafted.rules.push(found);
}

fn management(tree: &Tree, draft: &mut Draft) {
    let offered = |name: &str| {
        let found = statements(tree, "pf service add")
            .any(|(_, words)| value_of(&words, "name") == Some(name));
        // Without any such statement the export does not hold this part.
        found
            .then_some(true)
            .or(tree.has("pf service add").then_some(false))
    };
    let services = &mut draft.facts.services;
    services.telnet = offered("telnet");
    services.ssh = offered("ssh");
    services.http = offered("http");
    services.https = offered("gui").or(offered("webui"));
}

fn interfaces(tree: &Tree, draft: &mut Draft) {
    for (node, words) in statements(tree, "network interface") {
        let Some(name) = words.first() else { continue };
        let Some(position) = words.iter().position(|word| word == "add") else {
            continue;
        };
        let address: Vec<String> = words
            .iter()
            .skip(position + 1)
            .filter(|word| *word != "mask")
            .cloned()
            .collect();
        draft.facts.interfaces.push(Interface {
            is_physical: ports::is_physical(name),
            name: name.clone(),
            addresses: ports::address(&address).into_iter().collect(),
            mode: Some("routed".to_owned()),
            line: node.line,
            ..Interface::default()
        });
    }
}
