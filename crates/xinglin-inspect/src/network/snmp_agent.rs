//! Management by SNMP of Huawei and H3C: `snmp-agent`.

use super::{
    acl,
    block::{Tree, after, has, value_of},
    draft::{Draft, is_default_community, source},
    model::{Access, CommunityKind, SnmpCommunity, SnmpUser},
};

/// Reads `snmp-agent …`.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    let is_on = tree.switch("snmp-agent");
    draft.facts.services.snmp = tree.found_or(is_on, Some(false));
    let common = tree
        .all("snmp-agent acl")
        .last()
        .and_then(|(_, words)| acl::named(words));
    let mut versions: Option<Vec<String>> = None;
    for (node, rest) in tree.all("snmp-agent") {
        if let Some(words) = after(rest, "sys-info version") {
            let found = versions.get_or_insert_default();
            if has(words, "all") {
                *found = ["v1", "v2c", "v3"].map(str::to_owned).to_vec();
            }
            found.extend(
                words
                    .iter()
                    .filter(|word| matches!(word.as_str(), "v1" | "v2c" | "v3"))
                    .cloned(),
            );
        } else if let Some(words) = after(rest, "community") {
            if words.first().is_some_and(|word| word == "complexity-check") {
                continue;
            }
            let list = list_of(words).or(common.clone());
            let access = draft.limit(list.as_deref(), "snmp");
            if let Some(kind) = community(words) {
                draft.facts.snmp.communities.push(SnmpCommunity {
                    kind,
                    writes: has(words, "write"),
                    access,
                    source: source(tree, node),
                });
            }
        } else if let Some(words) = after(rest, "group v3") {
            let access = draft.limit(list_of(words).or(common.clone()).as_deref(), "snmp");
            draft.facts.snmp.groups.push(SnmpUser {
                name: words.first().cloned().unwrap_or_default(),
                level: if has(words, "privacy") {
                    "privacy"
                } else if has(words, "authentication") {
                    "authentication"
                } else {
                    "none"
                }
                .to_owned(),
                access,
            });
        } else if let Some(words) = after(rest, "usm-user v3") {
            let access = draft.limit(list_of(words).or(common.clone()).as_deref(), "snmp");
            user(words, access, draft);
        }
    }
    if let Some(found) = &mut versions {
        found.sort();
        found.dedup();
        for (_, words) in tree.all("undo snmp-agent sys-info version") {
            found.retain(|version| !words.contains(version));
        }
    }
    // Both makers answer version 3 only, unless told otherwise.
    let default = if is_on == Some(true) {
        vec!["v3".to_owned()]
    } else {
        Vec::new()
    };
    draft.facts.snmp.versions = tree.found_or(versions, Some(default));
}

fn list_of(words: &[String]) -> Option<String> {
    let position = words.iter().position(|word| word == "acl")?;
    acl::named(words.get(position + 1..)?)
}

/// What `read cipher …`, `write private acl 2000`, `read simple public` says of the name.
fn community(words: &[String]) -> Option<CommunityKind> {
    let mut names = words
        .iter()
        .filter(|word| !matches!(word.as_str(), "read" | "write"));
    let name = match names.next()?.as_str() {
        "cipher" => return Some(CommunityKind::Hidden),
        "simple" => names.next()?.as_str(),
        name => name,
    };
    let is_hidden = ["%^%#", "%@%@", "%$%$", "@%@%", "%#%#", "$c$", "%+%#"]
        .iter()
        .any(|mark| name.starts_with(mark));
    Some(if is_hidden {
        CommunityKind::Hidden
    } else if is_default_community(name) {
        CommunityKind::Default
    } else {
        CommunityKind::Set
    })
}

/// One user may stand in several statements.
fn user(words: &[String], access: Access, draft: &mut Draft) {
    let Some(name) = words.first() else { return };
    let users = &mut draft.facts.snmp.users;
    if !users.iter().any(|user| user.name == *name) && users.len() < 1000 {
        users.push(SnmpUser {
            name: name.clone(),
            level: "none".to_owned(),
            access: Access::default(),
        });
    }
    let Some(user) = users.iter_mut().find(|user| user.name == *name) else {
        return;
    };
    let is_private = value_of(words, "privacy-mode").is_some_and(|mode| mode != "none");
    let is_proven = value_of(words, "authentication-mode").is_some_and(|mode| mode != "none");
    if is_private {
        "privacy".clone_into(&mut user.level);
    } else if is_proven && user.level == "none" {
        "authentication".clone_into(&mut user.level);
    }
    if access.acl.is_some() {
        user.access = access;
    }
}
