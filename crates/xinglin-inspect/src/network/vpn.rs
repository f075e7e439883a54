//! Proposals of IKE and `IPsec`.

use super::{
    block::{Node, Tree},
    draft::Draft,
    model::Vpn,
};

fn list(node: &Node, statements: &[&str]) -> Vec<String> {
    let found = statements.iter().flat_map(|statement| node.all(statement));
    found
        .flat_map(|(_, words)| words.iter().take(16))
        .map(|word| word.to_ascii_lowercase())
        .collect()
}

/// `group14`, `14`, `group 14 5` → numbers.
fn groups(node: &Node, statements: &[&str]) -> Vec<u32> {
    list(node, statements)
        .iter()
        .filter_map(|word| {
            word.trim_start_matches(|c: char| !c.is_ascii_digit())
                .parse()
                .ok()
        })
        .collect()
}

fn add(
    draft: &mut Draft,
    node: &Node,
    kind: &str,
    name: &str,
    encryption: Vec<String>,
    integrity: Vec<String>,
    groups: Vec<u32>,
) {
    draft.facts.vpn.push(Vpn {
        kind: kind.to_owned(),
        name: name.to_owned(),
        encryption,
        integrity,
        groups,
        line: node.line,
    });
}

/// Of Huawei and H3C.
pub(crate) fn read_vrp(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("ike proposal") {
        let name = rest.first().map_or("", String::as_str);
        let integrity = list(node, &["authentication-algorithm", "integrity-algorithm"]);
        add(
            draft,
            node,
            "ike",
            name,
            list(node, &["encryption-algorithm"]),
            integrity,
            groups(node, &["dh"]),
        );
    }
    for prefix in ["ipsec proposal", "ipsec transform-set"] {
        for (node, rest) in tree.all(prefix) {
            let name = rest.first().map_or("", String::as_str);
            add(
                draft,
                node,
                "ipsec",
                name,
                list(node, &["esp encryption-algorithm"]),
                list(
                    node,
                    &[
                        "esp authentication-algorithm",
                        "ah authentication-algorithm",
                    ],
                ),
                Vec::new(),
            );
        }
    }
}

/// Of Cisco and Ruijie.
pub(crate) fn read_ios(tree: &Tree, draft: &mut Draft) {
    for prefix in [
        "crypto isakmp policy",
        "crypto ikev1 policy",
        "crypto ikev2 policy",
        "crypto ikev2 proposal",
    ] {
        for (node, rest) in tree.all(prefix) {
            let name = rest.first().map_or("", String::as_str);
            let encryption = list(node, &["encr", "encryption"]);
            // `aes 256` is one cipher.
            let encryption = encryption
                .into_iter()
                .filter(|word| word.parse::<u32>().is_err())
                .collect();
            add(
                draft,
                node,
                "ike",
                name,
                encryption,
                list(node, &["hash", "integrity"]),
                groups(node, &["group"]),
            );
        }
    }
    for prefix in [
        "crypto ipsec transform-set",
        "crypto ipsec ikev1 transform-set",
    ] {
        for (node, rest) in tree.all(prefix) {
            let name = rest.first().map_or("", String::as_str);
            let words = rest
                .iter()
                .skip(1)
                .take(16)
                .map(|word| word.to_ascii_lowercase());
            let (integrity, encryption): (Vec<String>, Vec<String>) = words
                .filter(|word| word.starts_with("esp-") || word.starts_with("ah-"))
                .map(|word| word.replace("esp-", "").replace("ah-", ""))
                .partition(|word| word.contains("hmac"));
            let integrity = integrity
                .iter()
                .map(|word| word.replace("-hmac", ""))
                .collect();
            add(
                draft,
                node,
                "ipsec",
                name,
                encryption,
                integrity,
                Vec::new(),
            );
        }
    }
}

/// Of Hillstone.
pub(crate) fn read_hillstone(tree: &Tree, draft: &mut Draft) {
    for (prefix, kind) in [("isakmp proposal", "ike"), ("ipsec proposal", "ipsec")] {
        for (node, rest) in tree.all(prefix) {
            let name = rest.first().map_or("", String::as_str);
            add(
                draft,
                node,
                kind,
                name,
                list(node, &["encryption"]),
                list(node, &["hash"]),
                groups(node, &["group"]),
            );
        }
    }
}
