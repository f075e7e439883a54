//! How an ASA is watched: SNMP and logs.

use crate::network::{
    block::{Node, Tree, value_of},
    draft::{Draft, is_default_community, severity, source},
    model::{Access, CommunityKind, LogHost, SnmpCommunity, SnmpUser},
};

/// Reads SNMP.
pub(super) fn snmp(tree: &Tree, draft: &mut Draft) {
    let mut versions: Vec<String> = Vec::new();
    let mut communities: Vec<(&Node, &str)> = tree
        .all("snmp-server community")
        .filter_map(|(node, words)| Some((node, words.first()?.as_str())))
        .collect();
    for (node, words) in tree.all("snmp-server host") {
        communities.extend(value_of(words, "community").map(|name| (node, name)));
        if let Some(version) = value_of(words, "version") {
            versions.push(format!("v{version}"));
        }
    }
    for (node, name) in communities {
        let kind = if name.chars().all(|c| c == '*') {
            CommunityKind::Hidden
        } else if is_default_community(name) {
            CommunityKind::Default
        } else {
            CommunityKind::Set
        };
        draft.facts.snmp.communities.push(SnmpCommunity {
            kind,
            writes: false,
            // Only hosts that are listed are answered.
            access: Access {
                acl: Some("snmp-server host".to_owned()),
                restricts: true,
            },
            source: source(tree, node),
        });
    }
    for (_, words) in tree.all("snmp-server group") {
        draft.facts.snmp.groups.push(SnmpUser {
            name: words.first().cloned().unwrap_or_default(),
            level: match value_of(words, "v3") {
                Some("priv") => "privacy",
                Some("auth") => "authentication",
                _ => "none",
            }
            .to_owned(),
            access: Access::default(),
        });
    }
    versions.sort();
    versions.dedup();
    let is_on = tree.has("snmp-server host");
    draft.facts.services.snmp = tree.found_or(is_on.then_some(true), Some(false));
    draft.facts.snmp.versions = tree.found_or(is_on.then_some(versions), Some(Vec::new()));
}

/// Reads logs.
pub(super) fn logging(tree: &Tree, draft: &mut Draft) {
    let logging = &mut draft.facts.logging;
    logging.is_enabled = tree.found_or(tree.switch("logging enable"), Some(false));
    for (node, words) in tree.all("logging host") {
        logging.hosts.extend(words.get(1).map(|address| {
            LogHost {
                address: address.clone(),
                transport: if words.iter().any(|word| word == "secure") {
                    "tls"
                } else if words
                    .iter()
                    .any(|word| word.starts_with("tcp/") || word.starts_with("6/"))
                {
                    "tcp"
                } else {
                    "udp"
                }
                .to_owned(),
                source: source(tree, node),
            }
        }));
    }
    // Nothing is sent until a level is set.
    logging.level = tree.found_or(tree.value("logging trap").and_then(severity), Some(0));
    logging.buffer = tree.found_or(tree.switch("logging buffered"), Some(false));
    logging.timestamps = tree.found_or(tree.switch("logging timestamp"), Some(false));
    // Commands are messages of level 5.
    logging.commands = logging
        .is_enabled
        .zip(logging.level)
        .map(|(is_on, level)| is_on && level >= 5);
}
