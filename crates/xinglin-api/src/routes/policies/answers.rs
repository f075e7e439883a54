//! Answers to questions, and what a change of rules changed.

use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::policies::{self, Action, Decision, Difference, Packets, Part, Verdict, Zones};

use super::rules::{PolicyRuleRef, reference, texts};
use crate::{
    routes::inspections::{self, InspectionSummary},
    views,
};

/// Who reaches what.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReachAnswer {
    #[schema(value_type = views::ReachVerdict)]
    verdict: Verdict,
    /// Whether the parts are all; not so when the question is too wide for these rules.
    is_complete: bool,
    /// The rule sets that were asked, in the order in which a packet passes them.
    policies: Vec<String>,
    /// Parts that share no packet; what passes goes first.
    parts: Vec<ReachPart>,
}

/// Packets that meet the same fate by the same rules.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReachPart {
    #[schema(value_type = views::PolicyAction)]
    action: Action,
    /// The rule that decides; null when the default does.
    rule: Option<PolicyRuleRef>,
    /// What each rule set on the way says, up to the first that denies.
    decisions: Vec<PolicyDecision>,
    /// Recurring time ranges outside of which the answer is another one.
    schedules: Vec<String>,
    packets: PacketSet,
}

/// What one rule set says.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyDecision {
    #[schema(value_type = views::PolicyAction)]
    action: Action,
    /// Null when no rule matches and the default acts.
    rule: Option<PolicyRuleRef>,
}

/// A set of packets: all combinations of what its fields list.
#[derive(Serialize, ToSchema)]
pub(crate) struct PacketSet {
    from_zones: ZoneSet,
    to_zones: ZoneSet,
    sources: Vec<String>,
    destinations: Vec<String>,
    services: Vec<String>,
}

/// Zones or interfaces.
#[derive(Serialize, ToSchema)]
pub(crate) struct ZoneSet {
    #[schema(value_type = views::ZoneKind)]
    kind: &'static str,
    names: Vec<String>,
}

/// What a change of rules changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyComparison {
    before: InspectionSummary,
    after: InspectionSummary,
    /// Rule sets that are new.
    added: Vec<String>,
    /// Rule sets that are gone.
    removed: Vec<String>,
    /// Rule sets that both have.
    sets: Vec<ComparedSet>,
}

/// A rule set of both inspections.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComparedSet {
    name: String,
    /// Whether these are all.
    is_complete: bool,
    differences: Vec<PolicyDifference>,
}

/// Packets that are treated otherwise than before.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyDifference {
    /// What happens to them now.
    #[schema(value_type = views::PolicyAction)]
    now: Action,
    before: PolicyDecision,
    after: PolicyDecision,
    packets: PacketSet,
}

pub(super) fn answer(answer: policies::ReachAnswer) -> ReachAnswer {
    let policies::ReachAnswer { policies, answer } = answer;
    ReachAnswer {
        verdict: answer.verdict,
        is_complete: answer.is_complete,
        policies,
        parts: answer.parts.into_iter().map(part).collect(),
    }
}

fn part(part: Part) -> ReachPart {
    // The first that denies decides; where none does, the last that was asked.
    let last = part.decisions.last();
    ReachPart {
        action: part.action,
        rule: last.and_then(|last| last.rule.clone()).map(reference),
        decisions: part.decisions.into_iter().map(decision).collect(),
        schedules: part.schedules,
        packets: packets(part.packets),
    }
}

fn decision(decision: Decision) -> PolicyDecision {
    PolicyDecision {
        action: decision.action,
        rule: decision.rule.map(reference),
    }
}

fn packets(packets: Packets) -> PacketSet {
    PacketSet {
        from_zones: zones(packets.from),
        to_zones: zones(packets.to),
        sources: texts(&packets.sources),
        destinations: texts(&packets.destinations),
        services: texts(&packets.services),
    }
}

fn zones(zones: Zones) -> ZoneSet {
    let (kind, names) = match zones {
        Zones::Any => ("any", Vec::new()),
        Zones::Only(names) => ("only", names),
        Zones::AllBut(names) => ("all_but", names),
    };
    ZoneSet { kind, names }
}

pub(super) fn comparison(compared: policies::PolicyComparison) -> PolicyComparison {
    let sets = compared.sets.into_iter().map(|(name, compared)| {
        let differences = compared.differences.into_iter().map(difference);
        ComparedSet {
            name,
            is_complete: compared.is_complete,
            differences: differences.collect(),
        }
    });
    PolicyComparison {
        before: inspections::summary(compared.before),
        after: inspections::summary(compared.after),
        added: compared.added,
        removed: compared.removed,
        sets: sets.collect(),
    }
}

fn difference(difference: Difference) -> PolicyDifference {
    PolicyDifference {
        now: difference.now,
        before: decision(difference.before),
        after: decision(difference.after),
        packets: packets(difference.packets),
    }
}
