//! Interfaces, VLANs and what guards access ports, of IOS and RGOS.

use super::{Dialect, Ios};
use crate::{
    network::{
        block::{Node, Tree, after},
        draft::Draft,
        model::Interface,
        ports::{address, is_physical},
    },
    policy::Action,
};

/// Reads interfaces and VLANs.
pub(super) fn read(tree: &Tree, draft: &mut Draft, ios: Ios) {
    for (node, rest) in tree.all("interface") {
        if rest.is_empty() || rest.first().is_some_and(|word| word == "range") {
            continue;
        }
        let interface = interface(node, &rest.join(""), draft, ios);
        draft.facts.interfaces.push(interface);
    }
    let mut seen = vec![false; 4095];
    for (_, rest) in tree.all("vlan") {
        for part in rest.iter().flat_map(|word| word.split(',')).take(256) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>())
                && let Some(marked) = seen.get_mut(first..=last)
            {
                marked.fill(true);
            }
        }
    }
    for interface in &draft.facts.interfaces {
        if let Some(mark) = interface
            .access_vlan
            .and_then(|vlan| seen.get_mut(usize::from(vlan)))
        {
            *mark = true;
        }
    }
    let found = (0..).zip(&seen).filter(|(_, seen)| **seen);
    draft.facts.vlans = found.map(|(number, _)| number).collect();
    let is_on = |statements: &[&str]| {
        let found = statements
            .iter()
            .find_map(|statement| tree.switch(statement));
        tree.found_or(found, Some(false))
    };
    let on_port = |statements: &[&str]| {
        tree.all("interface").any(|(node, _)| {
            statements
                .iter()
                .any(|statement| node.switch(statement) == Some(true))
        })
    };
    let protection = &mut draft.facts.protection;
    protection.dhcp_snooping = is_on(&["ip dhcp snooping"]);
    protection.arp = if on_port(&["arp-check", "anti-arp-spoofing ip"]) {
        Some(true)
    } else {
        is_on(&["ip arp inspection vlan", "ip arp inspection"])
    };
    protection.dot1x = if ios.dialect == Dialect::Rgos {
        tree.found_or(
            on_port(&["dot1x port-control auto"]).then_some(true),
            Some(false),
        )
    } else {
        is_on(&["dot1x system-auth-control"])
    };
    protection.mac_authentication = tree.found_or(
        on_port(&["mab", "dot1x mac-auth-bypass"]).then_some(true),
        Some(false),
    );
}

fn interface(node: &Node, name: &str, draft: &mut Draft, ios: Ios) -> Interface {
    let says_nothing = |child: &Node| {
        let text = child.text();
        text == "shutdown"
            || text.starts_with("no ")
            || text.starts_with("negotiation")
            || text.starts_with("duplex")
            || text.starts_with("speed")
            || text.starts_with("media-type")
    };
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
    let has_address = !found.addresses.is_empty();
    found.proxy_arp =
        node.switch("ip proxy-arp")
            .or(if has_address { ios.classic(true) } else { None });
    found
}

fn statement(node: &Node, found: &mut Interface, draft: &mut Draft) {
    let words = node.words.as_slice();
    let first = |rest: &[String]| rest.first().cloned();
    if let Some(rest) = after(words, "description") {
        found.description = Some(rest.join(" "));
    } else if let Some(rest) = after(words, "ip address") {
        found.addresses.extend(address(rest));
    } else if let Some(rest) = after(words, "switchport mode") {
        found.mode = first(rest);
    } else if let Some(rest) = after(words, "switchport access vlan") {
        found.access_vlan = first(rest).and_then(|vlan| vlan.parse().ok());
        found.mode.get_or_insert_with(|| "access".to_owned());
    } else if let Some(rest) = after(words, "switchport trunk allowed vlan") {
        found.trunk_vlans = Some(rest.join(" "));
    } else if words == ["no", "switchport"] {
        found.mode = Some("routed".to_owned());
    } else if let Some(rest) = after(words, "zone-member security") {
        found.zone = first(rest);
    } else if let Some([name, direction, ..]) =
        after(words, "ip access-group").or(after(words, "ipv6 traffic-filter"))
    {
        let list = if words.first().is_some_and(|word| word == "ipv6") {
            format!("ipv6 {name}")
        } else {
            name.clone()
        };
        let place = format!("interface {} {direction}", found.name);
        draft.bind(&list, &place, Action::Deny);
        found.filters.push(format!("{direction} {list}"));
    } else if after(words, "ip dhcp snooping trust").is_some() {
        found.dhcp_trusted = true;
    } else if let Some(guard) = guard(words)
        && !found.guards.iter().any(|known| known == guard)
    {
        found.guards.push(guard.to_owned());
    }
}

fn guard(words: &[String]) -> Option<&'static str> {
    const GUARDS: [(&str, &str); 10] = [
        ("dot1x port-control auto", "dot1x"),
        ("authentication port-control auto", "dot1x"),
        ("access-session port-control auto", "dot1x"),
        ("mab", "mac_authentication"),
        ("dot1x mac-auth-bypass", "mac_authentication"),
        ("switchport port-security mac-address sticky", "sticky_mac"),
        ("switchport port-security", "port_security"),
        ("ip verify source", "ip_source_guard"),
        ("web-auth enable", "dot1x"),
        ("arp-check", "arp_check"),
    ];
    let (_, guard) = GUARDS
        .iter()
        .find(|(statement, _)| after(words, statement).is_some())?;
    Some(guard)
}
