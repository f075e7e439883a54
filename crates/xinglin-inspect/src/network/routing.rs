//! Routing and redundancy protocols, and whether neighbours must prove themselves.

use super::{
    block::{Node, Tree, after, has},
    draft::{Draft, source},
    model::Routing,
};

/// Takes up one.
fn add(
    tree: &Tree,
    draft: &mut Draft,
    node: &Node,
    protocol: &str,
    name: &str,
    is_authenticated: bool,
) {
    draft.facts.routing.push(Routing {
        protocol: protocol.to_owned(),
        name: name.to_owned(),
        is_authenticated,
        source: source(tree, node),
    });
}

/// Whether any interface has a statement that begins with `prefix`, other than for nothing.
fn on_interface(tree: &Tree, prefix: &str) -> bool {
    tree.all("interface").any(|(node, _)| {
        node.all(prefix)
            .any(|(_, words)| !has(words, "null") && !has(words, "none"))
    })
}

/// Of Huawei and H3C.
pub(crate) fn read_vrp(tree: &Tree, draft: &mut Draft) {
    let by_interface = on_interface(tree, "ospf authentication-mode");
    for (node, rest) in tree.all("ospf") {
        let Some(process) = rest.first().filter(|word| word.parse::<u32>().is_ok()) else {
            continue;
        };
        let by_area = node
            .all("area")
            .any(|(area, _)| area.all("authentication-mode").next().is_some());
        add(tree, draft, node, "ospf", process, by_area || by_interface);
    }
    let by_interface = on_interface(tree, "rip authentication-mode");
    for (node, rest) in tree.all("rip") {
        if rest.len() <= 1 {
            add(
                tree,
                draft,
                node,
                "rip",
                rest.first().map_or("1", String::as_str),
                by_interface,
            );
        }
    }
    let by_interface = on_interface(tree, "isis authentication-mode");
    for (node, rest) in tree.all("isis") {
        let by_area = node.all("area-authentication-mode").next().is_some()
            || node.all("domain-authentication-mode").next().is_some();
        if rest.len() <= 1 {
            add(
                tree,
                draft,
                node,
                "isis",
                rest.first().map_or("1", String::as_str),
                by_area || by_interface,
            );
        }
    }
    for (node, _) in tree.all("bgp") {
        let peers: Vec<&Node> = node
            .all("peer")
            .filter(|(_, words)| has(words, "as-number"))
            .map(|(peer, _)| peer)
            .take(1000)
            .collect();
        for peer in peers {
            let name = peer.word(1);
            let is_proven = node.all("peer").any(|(_, words)| {
                words.first().is_some_and(|word| word == name)
                    && words
                        .get(1)
                        .is_some_and(|word| word == "password" || word == "keychain")
            });
            add(tree, draft, node, "bgp", name, is_proven);
        }
    }
    vrrp(tree, draft, "vrrp vrid", "authentication-mode");
}

fn vrrp(tree: &Tree, draft: &mut Draft, prefix: &str, proof: &str) {
    for (interface, rest) in tree.all("interface") {
        let mut groups: Vec<&str> = interface
            .all(prefix)
            .filter_map(|(_, words)| words.first().map(String::as_str))
            .filter(|word| word.parse::<u32>().is_ok())
            .collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups.into_iter().take(256) {
            let is_proven = interface.all(prefix).any(|(_, words)| {
                words.first().is_some_and(|word| word == group) && has(words, proof)
            });
            let name = format!("{} {group}", rest.join(""));
            let protocol = prefix.split(' ').next().unwrap_or_default();
            let protocol = if protocol == "standby" {
                "hsrp"
            } else {
                protocol
            };
            add(tree, draft, interface, protocol, &name, is_proven);
        }
    }
}

/// Of Cisco and Ruijie.
pub(crate) fn read_ios(tree: &Tree, draft: &mut Draft) {
    let ospf_interface = on_interface(tree, "ip ospf authentication")
        || on_interface(tree, "ip ospf message-digest-key");
    let rip_interface = on_interface(tree, "ip rip authentication");
    let eigrp_interface = on_interface(tree, "ip authentication mode eigrp");
    for (node, rest) in tree.all("router") {
        let Some((protocol, words)) = rest.split_first() else {
            continue;
        };
        let name = words.first().map_or("", String::as_str);
        match protocol.as_str() {
            "ospf" => {
                let by_area = node
                    .all("area")
                    .any(|(_, words)| has(words, "authentication"));
                add(tree, draft, node, "ospf", name, by_area || ospf_interface);
            }
            "rip" => add(tree, draft, node, "rip", name, rip_interface),
            "eigrp" => {
                let by_family = node
                    .children
                    .iter()
                    .flat_map(|family| family.children.iter().chain(std::iter::once(family)))
                    .any(|inner| inner.all("authentication mode").next().is_some());
                add(
                    tree,
                    draft,
                    node,
                    "eigrp",
                    name,
                    eigrp_interface || by_family,
                );
            }
            "isis" => {
                let is_proven = node.all("authentication mode").next().is_some()
                    || node.all("area-password").next().is_some();
                add(tree, draft, node, "isis", name, is_proven);
            }
            "bgp" => bgp(tree, node, draft),
            _ => {}
        }
    }
    vrrp(tree, draft, "standby", "authentication");
    vrrp(tree, draft, "vrrp", "authentication");
}

fn bgp(tree: &Tree, node: &Node, draft: &mut Draft) {
    // `neighbor X password`, of the neighbour itself or of the group it belongs to.
    let proven: Vec<&str> = node
        .all("neighbor")
        .filter(|(_, words)| words.get(1).is_some_and(|word| word == "password"))
        .filter_map(|(_, words)| words.first().map(String::as_str))
        .collect();
    let mut groups: Vec<(&str, &str)> = Vec::new();
    for (_, words) in node.all("neighbor") {
        if let [name, word, group, ..] = words
            && word == "peer-group"
            && groups.len() < 1000
        {
            groups.push((name, group));
        }
    }
    for (neighbor, words) in node.all("neighbor").take(1000) {
        if after(words.get(1..).unwrap_or_default(), "remote-as").is_some() {
            let name = words.first().map_or("", String::as_str);
            let by_group = groups
                .iter()
                .any(|(member, group)| *member == name && proven.contains(group));
            add(
                tree,
                draft,
                neighbor,
                "bgp",
                name,
                proven.contains(&name) || by_group,
            );
        }
    }
}
