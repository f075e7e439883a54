//! Interfaces, VLANs and what guards access ports, of Huawei and H3C.

use std::net::Ipv4Addr;

use super::{
    acl,
    block::{Node, Tree, after, has},
    draft::Draft,
    model::Interface,
};
use crate::policy::Action;

/// One more than the highest number of a VLAN.
const VLANS: usize = 4095;

/// Reads interfaces and VLANs.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("interface") {
        let Some(name) = rest.first() else { continue };
        let name = rest
            .get(1)
            .map_or(name.clone(), |number| format!("{name}{number}"));
        let interface = interface(node, &name, draft);
        draft.facts.interfaces.push(interface);
    }
    let mut seen = vec![false; VLANS];
    for (_, rest) in tree.all("vlan") {
        let words = if rest.first().is_some_and(|word| word == "batch") {
            rest.get(1..).unwrap_or_default()
        } else {
            rest
        };
        numbers(words, &mut seen);
    }
    let found = (0..).zip(&seen).filter(|(_, seen)| **seen);
    draft.facts.vlans = found.map(|(number, _)| number).collect();
    let is_on = |statements: &[&str]| {
        let found = statements
            .iter()
            .find_map(|statement| tree.switch(statement));
        tree.found_or(found, Some(false))
    };
    let snooping = is_on(&[
        "dhcp snooping enable",
        "dhcp-snooping",
        "dhcp-snooping enable",
    ]);
    let on_vlan = ["vlan", "interface"].iter().any(|view| {
        tree.all(view).any(|(node, _)| {
            node.children.iter().any(|child| {
                matches!(child.text().as_str(), text if text.starts_with("dhcp snooping binding record") || text.starts_with("arp detection enable") || text.starts_with("arp anti-attack check"))
            })
        })
    });
    let protection = &mut draft.facts.protection;
    protection.dhcp_snooping = snooping;
    let arp = is_on(&[
        "arp anti-attack entry-check",
        "arp detection enable",
        "arp gateway-duplicate anti-attack enable",
        "arp anti-attack gateway-duplicate enable",
        "arp valid-check enable",
        "arp active-ack enable",
        "arp source-mac",
        "arp source-suppression enable",
    ]);
    protection.arp = if on_vlan { Some(true) } else { arp };
    protection.dot1x = is_on(&["dot1x enable", "dot1x"]);
    protection.mac_authentication = is_on(&["mac-authen", "mac-authentication"]);
}

/// Whether cables go into an interface of this name.
pub(crate) fn is_physical(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_logical = [
        "vlan",
        "loop",
        "null",
        "tunnel",
        "eth-trunk",
        "bridge-agg",
        "route-agg",
        "port-channel",
        "dialer",
        "virtual",
        "meth",
        "nve",
        "bvi",
        "cellular",
        "wlan",
        "aggregateport",
        "inloop",
        "register",
        "async",
        "console",
        "aux",
        "mgmt",
        "m-giga",
        "m-eth",
        "management",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix));
    !is_logical && !name.contains('.')
}

fn interface(node: &Node, name: &str, draft: &mut Draft) -> Interface {
    let mut found = Interface {
        name: name.to_owned(),
        is_physical: is_physical(name),
        is_shut: node.switch("shutdown") == Some(true),
        is_bare: node.children.iter().all(says_nothing),
        line: node.line,
        ..Interface::default()
    };
    for child in &node.children {
        statement(child, &mut found, draft);
    }
    let by_arp_proxy = ["arp-proxy enable", "proxy-arp enable", "arp proxy enable"]
        .iter()
        .find_map(|statement| node.switch(statement));
    found.proxy_arp = by_arp_proxy;
    found
}

/// A statement that is there without anybody using the port.
fn says_nothing(node: &Node) -> bool {
    let text = node.text();
    text == "shutdown"
        || text == "undo shutdown"
        || text == "port link-mode bridge"
        || text == "port link-mode route"
        || text == "combo enable fiber"
        || text == "combo enable copper"
        || text.starts_with("undo ")
        || text.starts_with("no ")
}

fn statement(node: &Node, found: &mut Interface, draft: &mut Draft) {
    let words = node.words.as_slice();
    let first = |rest: &[String]| rest.first().cloned();
    if let Some(rest) = after(words, "description") {
        found.description = Some(rest.join(" "));
    } else if let Some(rest) = after(words, "ip address") {
        found.addresses.extend(address(rest));
    } else if let Some(rest) = after(words, "port link-type") {
        found.mode = first(rest);
    } else if let Some(rest) =
        after(words, "port default vlan").or(after(words, "port access vlan"))
    {
        found.access_vlan = first(rest).and_then(|vlan| vlan.parse().ok());
    } else if let Some(rest) =
        after(words, "port trunk allow-pass vlan").or(after(words, "port trunk permit vlan"))
    {
        found.trunk_vlans = Some(rest.join(" "));
    } else if after(words, "undo portswitch").is_some()
        || after(words, "port link-mode route").is_some()
    {
        found.mode = Some("routed".to_owned());
    } else if let Some(rest) = after(words, "traffic-filter").or(after(words, "packet-filter")) {
        filtered(rest, found, draft);
    } else if after(words, "dhcp snooping trusted").is_some()
        || after(words, "dhcp snooping trust").is_some()
        || after(words, "dhcp-snooping trust").is_some()
    {
        found.dhcp_trusted = true;
    } else if let Some(guard) = guard(words)
        && !found.guards.iter().any(|known| known == guard)
    {
        found.guards.push(guard.to_owned());
    }
}

fn guard(words: &[String]) -> Option<&'static str> {
    const GUARDS: [(&str, &str); 13] = [
        ("dot1x enable", "dot1x"),
        ("dot1x", "dot1x"),
        ("authentication dot1x", "dot1x"),
        ("authentication-profile", "dot1x"),
        ("mac-authen", "mac_authentication"),
        ("mac-authentication", "mac_authentication"),
        ("port-security mac-address sticky", "sticky_mac"),
        ("port-security enable", "port_security"),
        ("port-security port-mode", "port_security"),
        ("port-security max-mac-count", "port_security"),
        ("ip source check user-bind enable", "ip_source_guard"),
        ("ip verify source", "ip_source_guard"),
        ("mac-address max-mac-count", "port_security"),
    ];
    let (_, guard) = GUARDS
        .iter()
        .find(|(statement, _)| after(words, statement).is_some())?;
    Some(guard)
}

/// `inbound acl 3000`, `3000 inbound`, `name X inbound`, `ipv6 3000 inbound`.
fn filtered(words: &[String], found: &mut Interface, draft: &mut Draft) {
    let direction = if has(words, "outbound") { "out" } else { "in" };
    let rest: Vec<String> = words
        .iter()
        .filter(|word| !matches!(word.as_str(), "inbound" | "outbound" | "acl"))
        .cloned()
        .collect();
    if let Some(name) = acl::named(&rest) {
        let place = format!("interface {} {direction}", found.name);
        draft.bind(&name, &place, Action::Permit);
        found.filters.push(format!("{direction} {name}"));
    }
}

/// `192.0.2.1 255.255.255.0`, `192.0.2.1 24`, `dhcp-alloc` → with prefix length.
pub(crate) fn address(words: &[String]) -> Option<String> {
    let first = words.first()?;
    if first.contains('/') {
        return Some(first.clone());
    }
    let address: Ipv4Addr = first.parse().ok()?;
    let mask = words.get(1)?;
    let length = match mask.parse::<Ipv4Addr>() {
        Ok(mask) => mask.to_bits().leading_ones(),
        Err(_) => mask.parse().ok().filter(|length| *length <= 32)?,
    };
    Some(format!("{address}/{length}"))
}

/// `10 20 to 30` → numbers, marked in `seen`.
fn numbers(words: &[String], seen: &mut [bool]) {
    let mut last: Option<usize> = None;
    let mut is_range = false;
    for word in words {
        if word == "to" {
            is_range = true;
            continue;
        }
        let Ok(number) = word.parse::<usize>() else {
            break;
        };
        let first = last.filter(|_| is_range).unwrap_or(number);
        if let Some(marked) = seen.get_mut(first..=number) {
            marked.fill(true);
        }
        last = Some(number);
        is_range = false;
    }
}
