//! Access lists and policies with their counters: `display acl all`, `show access-lists`,
//! `display security-policy rule all`.

use std::collections::BTreeMap;

use crate::{
    network::{
        block::{Node, words},
        cisco::acl::{self, Masks},
        draft::{Draft, Drafted},
        filter,
        model::PolicyKind,
        session::Section,
    },
    policy::Action,
};

/// Reads lists; whether there was any.
pub(super) fn read(section: &Section, draft: &mut Draft) -> bool {
    let mut found: Vec<(String, Dialect, Drafted)> = Vec::new();
    for line in &section.lines {
        let statement = words(&line.text);
        if let Some((name, dialect)) = heading(&statement) {
            found.push((name, dialect, Drafted::default()));
            continue;
        }
        let Some((_, dialect, drafted)) = found.last_mut() else {
            continue;
        };
        let node = Node {
            line: line.number,
            words: statement,
            children: Vec::new(),
        };
        match dialect {
            Dialect::Vrp => {
                if let Some(rest) = node.after("rule") {
                    filter::read_rule(&node, rest, &mut draft.addresses, drafted);
                }
            }
            Dialect::Ios { is_standard } => {
                acl::entry(
                    &node,
                    &node.words,
                    *is_standard,
                    Masks::Wildcard,
                    draft,
                    drafted,
                );
            }
        }
    }
    let is_understood = !found.is_empty();
    for (name, dialect, drafted) in found {
        let default = if dialect == Dialect::Vrp {
            Action::Permit
        } else {
            Action::Deny
        };
        match draft.policy(&name) {
            Some(policy) => {
                // A rule that is shown without a count did not match.
                let hits: BTreeMap<&str, u64> = drafted
                    .rules
                    .iter()
                    .map(|rule| (rule.name.as_str(), rule.hits.unwrap_or(0)))
                    .collect();
                for rule in &mut policy.rule_set.rules {
                    rule.hits = hits.get(rule.name.as_str()).copied().or(rule.hits);
                }
            }
            None => draft.add_policy(PolicyKind::AccessList, &[&name], default, drafted),
        }
    }
    is_understood | security_policy(section, draft)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Vrp,
    Ios { is_standard: bool },
}

/// `Basic ACL 2000, 7 rules`, `Advanced IPv6 ACL 3999 name X, 2 rules`,
/// `Extended IP access list 101` → what is called how.
fn heading(words: &[String]) -> Option<(String, Dialect)> {
    let position = words.iter().take(3).position(|word| word == "ACL");
    let first = words.first()?.as_str();
    if let Some(position) = position.filter(|_| first == "Basic" || first == "Advanced") {
        let is_ipv6 = words.iter().take(position).any(|word| word == "IPv6");
        // A list may have a name before its number.
        let rest: Vec<&str> = words
            .iter()
            .skip(position + 1)
            .take(2)
            .map(|word| word.trim_end_matches(','))
            .collect();
        let name = rest
            .iter()
            .find(|word| word.parse::<u32>().is_ok())
            .or(rest.first())?;
        let name = if is_ipv6 {
            format!("ipv6 {name}")
        } else {
            (*name).to_owned()
        };
        return Some((name, Dialect::Vrp));
    }
    let kind = words
        .get(..words.len().saturating_sub(1))
        .map(|words| words.join(" "));
    let dialect = match kind.as_deref()? {
        "Standard IP access list" => Dialect::Ios { is_standard: true },
        "Extended IP access list" => Dialect::Ios { is_standard: false },
        _ => return None,
    };
    Some((words.last()?.clone(), dialect))
}

/// Rows `ID NAME enable permit HITS` of a USG.
fn security_policy(section: &Section, draft: &mut Draft) -> bool {
    let is_table = section
        .lines
        .iter()
        .any(|line| line.text.contains("RULE NAME") && line.text.contains("HITS"));
    if !is_table {
        return false;
    }
    let mut hits: BTreeMap<String, u64> = BTreeMap::new();
    for line in &section.lines {
        let row = words(&line.text);
        if let [number, name, state, _, count, ..] = row.as_slice() {
            let is_row =
                number.parse::<u32>().is_ok() && matches!(state.as_str(), "enable" | "disable");
            if let Some(count) = count.parse().ok().filter(|_| is_row) {
                hits.insert(name.clone(), count);
            }
        }
    }
    if let Some(policy) = draft.policy("security-policy") {
        for rule in &mut policy.rule_set.rules {
            rule.hits = hits.get(&rule.name).copied().or(rule.hits);
        }
    }
    true
}
