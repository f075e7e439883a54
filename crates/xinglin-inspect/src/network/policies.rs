//! What can be said of single rules: who they let in, and what to look at in them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    address,
    model::{Facts, Finding, Kind, Policy, PolicyKind},
    service,
};
use crate::policy::{Action, Rule, RuleSet, Service};

/// Whether an access list that limits management keeps anybody out: one without rules
/// permits everybody, and so does one that permits every source before it denies them.
pub(crate) fn restricts(set: &RuleSet) -> bool {
    let deciding = set
        .rules
        .iter()
        .filter(|rule| rule.is_enabled)
        .find(|rule| is_any_source(rule));
    let has_rules = set.rules.iter().any(|rule| rule.is_enabled);
    has_rules && deciding.is_none_or(|rule| rule.action == Action::Deny)
}

/// Notes what there is to look at in each rule.
pub(crate) fn examine(
    policy: &mut Policy,
    kind: Option<Kind>,
    today: Date,
    uptime_days: Option<u32>,
) {
    let is_firewall = policy.kind == PolicyKind::SecurityPolicy
        || (kind == Some(Kind::Firewall) && !is_for_management(&policy.rule_set));
    let narrowed: BTreeSet<&String> = policy.narrowed.iter().collect();
    let mut findings = Vec::new();
    for rule in &policy.rule_set.rules {
        let mut note = |kind: &str| {
            findings.push(Finding {
                kind: kind.to_owned(),
                rule: rule.name.clone(),
                line: rule.lines.map(|(first, _)| first),
                detail: None,
            });
        };
        if !rule.is_enabled {
            note("disabled");
            continue;
        }
        if rule.expires_on.is_some_and(|last| last < today) {
            note("expired");
            continue;
        }
        if rule.hits == Some(0) && uptime_days.is_some_and(|days| days >= 90) {
            note("unused");
        }
        if rule.action == Action::Permit {
            breadth(rule, narrowed.contains(&rule.name), &mut note);
        }
        if is_firewall && !rule.is_logged {
            note("unlogged");
        }
        if is_firewall && rule.action == Action::Permit {
            let has = |word: &str| {
                rule.profiles
                    .iter()
                    .any(|profile| profile.split([' ', ':']).any(|part| part == word))
            };
            if rule.profiles.is_empty() {
                note("no_profile");
            }
            if !has("ips") {
                note("no_ips");
            }
            if !has("av") {
                note("no_av");
            }
        }
    }
    policy.findings = findings;
}

fn breadth(rule: &Rule, is_narrowed: bool, note: &mut impl FnMut(&str)) {
    if is_narrowed {
        return;
    }
    let any_source = is_any_source(rule);
    let any_destination = is_any(&rule.destinations);
    let any_service = rule.services.iter().any(is_any_service);
    // Zones narrow a rule, too, but say nothing of who and what: an assessor asks for both.
    if any_source && any_destination && any_service {
        note("any_any");
    }
    if any_source {
        note("any_source");
    }
    if any_destination {
        note("any_destination");
    }
    if any_service {
        note("any_service");
    }
}

fn is_any_source(rule: &Rule) -> bool {
    is_any(&rule.sources)
}

fn is_any(ranges: &[crate::policy::AddressRange]) -> bool {
    ranges.iter().any(address::is_any)
}

fn is_any_service(found: &Service) -> bool {
    *found == service::ANY
}

fn is_for_management(set: &RuleSet) -> bool {
    !set.bound_to.is_empty()
        && set
            .bound_to
            .iter()
            .all(|place| !place.starts_with("interface"))
}

/// Gathers which profiles rules name, and tells each interface its zone.
pub(crate) fn summarise(facts: &mut Facts) {
    let profiles = facts
        .policies
        .iter()
        .flat_map(|policy| &policy.rule_set.rules)
        .filter(|rule| rule.is_enabled && rule.action == Action::Permit)
        .flat_map(|rule| &rule.profiles);
    let mut ips = BTreeSet::new();
    let mut av = BTreeSet::new();
    for profile in profiles {
        match profile.split_once(' ') {
            Some(("ips", name)) => ips.insert(name.to_owned()),
            Some(("av", name)) => av.insert(name.to_owned()),
            _ => false,
        };
    }
    facts.content.ips_profiles = ips.into_iter().collect();
    facts.content.av_profiles = av.into_iter().collect();
    let zones: BTreeMap<String, String> = facts
        .zones
        .iter()
        .flat_map(|zone| {
            zone.interfaces
                .iter()
                .map(|name| (plain(name), zone.name.clone()))
        })
        .collect();
    for interface in facts
        .interfaces
        .iter_mut()
        .filter(|interface| interface.zone.is_none())
    {
        interface.zone = zones.get(&plain(&interface.name)).cloned();
    }
}

/// A name of an interface without the differences in which it is written.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(' ', "")
}
