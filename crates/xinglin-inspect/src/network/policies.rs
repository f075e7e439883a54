//! What can be said of single rules: who they let in, and what to look at in them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    address,
    model::{Facts, Finding, Kind, Policy, PolicyKind},
};
use crate::policy::{
    Action, Limits, PolicyFinding, Problem, Rule, RuleReference, RuleSet, analyse_within,
};

/// Whether an access list that limits management keeps anybody out: one without rules
/// permits everybody, and so does one that permits every source before it denies them.
pub(crate) fn restricts(set: &RuleSet) -> bool {
    let deciding = set
        .rules
        .iter()
        .filter(|rule| rule.is_enabled)
        .find(|rule| is_any(&rule.sources));
    let has_rules = set.rules.iter().any(|rule| rule.is_enabled);
    has_rules && deciding.is_none_or(|rule| rule.action == Action::Deny)
}

/// How much the analysis of one policy may look at while facts are gathered, and how large
/// a policy it is made of: ten times what large hospitals have.
const STEPS: u64 = 10_000_000;
const MOST_SERVICES: usize = 10_000;
const MOST_RANGES: usize = 40_000;
/// Permits of fewer combinations of source, destination and port are narrow by any measure.
const WIDE: u64 = 65_536;
/// Ports that fewer sources reach are shown to nobody in particular.
const EXPOSED_SOURCES: u64 = 16;
/// All addresses of version 4; of version 6 there is no use in counting more.
const ALL_V4: u64 = 1 << 32;
/// Rules that are named in one finding.
const NAMED: usize = 10;

/// Notes what there is to look at in each rule, and in all of them together.
pub(crate) fn examine(policy: &mut Policy, kind: Option<Kind>, today: Date) {
    let is_firewall = policy.kind == PolicyKind::SecurityPolicy
        || (kind == Some(Kind::Firewall) && !is_for_management(&policy.rule_set));
    let limits = Limits {
        combinations: WIDE,
        exposed_sources: EXPOSED_SOURCES,
        require_logging: false,
        // Without any step there is what each rule shows by itself.
        steps: if is_of_size(&policy.rule_set) {
            STEPS
        } else {
            0
        },
        ..Limits::default()
    };
    let analysed = analyse_within(&policy.rule_set, today, &limits);
    // A rule whose objects are not known holds more than it seems, and may act after all.
    let is_resolved = policy.unresolved.is_empty();
    policy.is_analysed = is_resolved
        && !analysed
            .iter()
            .any(|found| found.problem == Problem::NotAnalysed);
    let mut findings = Vec::new();
    let mut analysed = analysed.into_iter().peekable();
    for (index, rule) in policy.rule_set.rules.iter().enumerate() {
        let of_this = |found: &PolicyFinding| {
            let place = found.rule.as_ref().map(|rule| rule.index);
            place.is_none_or(|place| place <= index)
        };
        let mut say = Say {
            rule,
            findings: &mut findings,
        };
        while let Some(found) = analysed.next_if(of_this) {
            if found.rule.is_some() {
                say.problem(found.problem, is_resolved);
            }
        }
        if rule.acts_on(today) {
            say.own_words(is_firewall);
        }
    }
    policy.findings = findings;
}

fn is_of_size(set: &RuleSet) -> bool {
    let services: usize = set.rules.iter().map(|rule| rule.services.len()).sum();
    let ranges = |rule: &Rule| rule.sources.len() + rule.destinations.len();
    let ranges: usize = set.rules.iter().map(ranges).sum();
    services <= MOST_SERVICES && ranges <= MOST_RANGES
}

/// What is said of one rule.
struct Say<'a> {
    rule: &'a Rule,
    findings: &'a mut Vec<Finding>,
}

impl Say<'_> {
    fn note(&mut self, kind: &str) {
        self.note_more(kind, None, None);
    }

    fn note_more(&mut self, kind: &str, detail: Option<String>, size: Option<u64>) {
        self.findings.push(Finding {
            kind: kind.to_owned(),
            rule: self.rule.name.clone(),
            line: self.rule.lines.map(|(first, _)| first),
            detail,
            size,
        });
    }

    /// What the analysis found; what it does not say of a policy read from facts alone is
    /// left out, and so is what the default of the policy makes superfluous: a denial before
    /// it is often there for its log.
    fn problem(&mut self, problem: Problem, is_resolved: bool) {
        match problem {
            Problem::Disabled => self.note("disabled"),
            Problem::Expired { .. } => self.note("expired"),
            Problem::Unused => self.note("unused"),
            Problem::AnyPermit => {
                self.note("any_any");
                self.note("any_service");
            }
            Problem::AnyServicePermit => self.note("any_service"),
            Problem::Shadowed { by } if is_resolved => {
                self.note_more("shadowed", Some(names(&by)), None);
            }
            Problem::Redundant {
                by,
                by_default: false,
            } if is_resolved => self.note_more("redundant", Some(names(&by)), None),
            Problem::TooWide { combinations, .. } => {
                self.note_more("wide", None, Some(combinations));
            }
            Problem::Exposed { ports, sources, .. } if !self.is_outward() => {
                let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
                self.note_more("exposed", Some(ports.join(", ")), Some(sources.min(ALL_V4)));
            }
            _ => {}
        }
    }

    /// Whether it lets few out to anywhere, which shows nobody's ports in particular.
    fn is_outward(&self) -> bool {
        is_any(&self.rule.destinations) && !is_any(&self.rule.sources)
    }

    /// What its own words show.
    fn own_words(&mut self, is_firewall: bool) {
        let rule = self.rule;
        if rule.action == Action::Permit && !rule.is_narrowed {
            // Zones narrow a rule, too, but say nothing of who and what: an assessor asks for both.
            if is_any(&rule.sources) {
                self.note("any_source");
            }
            if is_any(&rule.destinations) {
                self.note("any_destination");
            }
        }
        if is_firewall && !rule.is_logged {
            self.note("unlogged");
        }
        if is_firewall && rule.action == Action::Permit {
            let has = |word: &str| {
                rule.profiles
                    .iter()
                    .any(|profile| profile.split([' ', ':']).any(|part| part == word))
            };
            if rule.profiles.is_empty() {
                self.note("no_profile");
            }
            if !has("ips") {
                self.note("no_ips");
            }
            if !has("av") {
                self.note("no_av");
            }
        }
    }
}

fn names(rules: &[RuleReference]) -> String {
    let names: Vec<&str> = rules
        .iter()
        .take(NAMED)
        .map(|rule| rule.name.as_str())
        .collect();
    let more = if rules.len() > NAMED { " …" } else { "" };
    format!("{}{more}", names.join(", "))
}

fn is_any(ranges: &[crate::policy::AddressRange]) -> bool {
    ranges.iter().any(address::is_any)
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
