//! Who reaches what, and by which rule.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    diagram::{Asked, Deciders, Diagram},
    disjoint::disjoint,
    model::{Model, Version},
    packet::Decision,
    packets::{Packets, gather},
    rule::{Action, AddressRange, RuleSet, Service},
    split::Steps,
};

/// How much one question may look at.
pub(super) const STEPS: u64 = 40_000_000;

/// Which packets are asked about: all combinations of what the fields list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Zones or interfaces they come from; empty is any.
    #[serde(default)]
    pub from: Vec<String>,
    /// Zones or interfaces they go to; empty is any.
    #[serde(default)]
    pub to: Vec<String>,
    /// Source addresses.
    pub sources: Vec<AddressRange>,
    /// Destination addresses.
    pub destinations: Vec<AddressRange>,
    /// Services.
    pub services: Vec<Service>,
}

impl Question {
    /// All packets there are.
    pub fn everything() -> Self {
        Self {
            from: Vec::new(),
            to: Vec::new(),
            sources: AddressRange::any(),
            destinations: AddressRange::any(),
            services: vec![Service::ANY],
        }
    }
}

/// The short answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All of it passes.
    Permitted,
    /// Some of it passes.
    Partly,
    /// None of it passes.
    Denied,
    /// The question holds no packet, or is too wide to be answered in time.
    Unanswered,
}

/// Packets that meet the same fate by the same rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Whether they pass.
    pub action: Action,
    /// What each rule set on the way says, up to the first that denies.
    pub decisions: Vec<Decision>,
    /// The recurring time ranges outside of which one of these rules does not act, so that
    /// the answer is another one then.
    pub schedules: Vec<String>,
    /// The packets.
    pub packets: Packets,
}

/// The full answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// In short.
    pub verdict: Verdict,
    /// Parts that do not share a packet and make up the question; what passes goes first.
    pub parts: Vec<Part>,
    /// Whether the parts are all; not so when the question is too wide for a policy as
    /// entangled as this.
    pub is_complete: bool,
}

/// Asks rule sets that a packet passes one after the other, each of which may deny it. Where
/// there is none, everything passes.
pub fn reach(sets: &[&RuleSet], question: &Question, today: Date) -> Answer {
    let mut model = Model::new(sets, question.from.iter().chain(&question.to), today);
    let services = disjoint(&question.services);
    let mut parts = Vec::new();
    let mut is_complete = true;
    let mut steps = Steps(STEPS);
    let defaults: Vec<Action> = sets.iter().map(|set| set.default).collect();
    for version in Version::BOTH {
        let regions = model.region(
            version,
            (&question.from, &question.to),
            (&question.sources, &question.destinations),
            &services,
        );
        let mut pieces = Vec::new();
        for region in &regions {
            let lines = model.lines(version).iter();
            let diagram = Diagram::new(region, lines, &defaults, Asked::InSeries);
            match diagram.pieces(&mut steps) {
                Ok(found) => pieces.extend(found),
                Err(_) => is_complete = false,
            }
        }
        let gathered = gather(&model, version, pieces);
        parts.extend(
            gathered
                .into_iter()
                .map(|(packets, deciders)| part(sets, packets, &deciders)),
        );
    }
    // What passes first, then in order of rules; the default, which has none, last.
    parts.sort_by_key(|part| {
        let rules = part.decisions.iter().map(|decision| {
            let index = decision.rule.as_ref().map(|rule| rule.index);
            index.unwrap_or(usize::MAX)
        });
        (part.action == Action::Deny, rules.collect::<Vec<_>>())
    });
    Answer {
        verdict: verdict(&parts, is_complete),
        parts,
        is_complete,
    }
}

fn part(sets: &[&RuleSet], packets: Packets, deciders: &Deciders) -> Part {
    let decisions: Vec<Decision> = sets
        .iter()
        .zip(deciders)
        .map(|(set, rule)| set.decision(*rule))
        .collect();
    let denied = decisions
        .iter()
        .any(|decision| decision.action == Action::Deny);
    let mut schedules: Vec<String> = sets
        .iter()
        .zip(deciders)
        .filter_map(|(set, rule)| set.rules.get((*rule)?)?.schedule.clone())
        .collect();
    schedules.sort();
    schedules.dedup();
    Part {
        action: if denied { Action::Deny } else { Action::Permit },
        decisions,
        schedules,
        packets,
    }
}

fn verdict(parts: &[Part], is_complete: bool) -> Verdict {
    let has = |action: Action| parts.iter().any(|part| part.action == action);
    match (has(Action::Permit), has(Action::Deny)) {
        (true, true) => Verdict::Partly,
        (true, false) if is_complete => Verdict::Permitted,
        (false, true) if is_complete => Verdict::Denied,
        _ => Verdict::Unanswered,
    }
}

/// Who reaches `destinations` with `services`: the parts that pass, of sources anywhere.
pub fn who_can_reach(
    sets: &[&RuleSet],
    destinations: &[AddressRange],
    services: &[Service],
    today: Date,
) -> Answer {
    let question = Question {
        destinations: destinations.to_vec(),
        services: services.to_vec(),
        ..Question::everything()
    };
    let mut answer = reach(sets, &question, today);
    answer.parts.retain(|part| part.action == Action::Permit);
    answer
}

/// The rule sets of a device that a packet from one zone or interface to another passes, in
/// order. `bound_to` is read word by word: `interface NAME in`, `interface NAME out`,
/// `zone FROM TO` (a zone may be `any`), `global`; what else a set is bound to, such as
/// `vty 0 4`, is not on the way through the device.
pub fn on_the_way<'a>(sets: &'a [RuleSet], from: &str, to: &str) -> Vec<&'a RuleSet> {
    let mut found: Vec<(u8, &RuleSet)> = Vec::new();
    for set in sets {
        let stages = set
            .bound_to
            .iter()
            .filter_map(|bound| stage(bound, from, to));
        if let Some(stage) = stages.min() {
            found.push((stage, set));
        }
    }
    found.sort_by_key(|(stage, _)| *stage);
    found.into_iter().map(|(_, set)| set).collect()
}

/// When a set bound to `bound` sees a packet: on its way in, between, or on its way out.
fn stage(bound: &str, from: &str, to: &str) -> Option<u8> {
    // Names of interfaces may have spaces in them.
    if let Some(rest) = bound.strip_prefix("interface ") {
        return match (rest.strip_suffix(" in"), rest.strip_suffix(" out")) {
            (Some(name), _) if name == from => Some(0),
            (_, Some(name)) if name == to => Some(2),
            _ => None,
        };
    }
    let words: Vec<&str> = bound.split_whitespace().collect();
    let is = |zone: &str, name: &str| zone.eq_ignore_ascii_case("any") || zone == name;
    match words.as_slice() {
        ["global"] => Some(1),
        ["zone", source, destination] if is(source, from) && is(destination, to) => Some(1),
        _ => None,
    }
}
