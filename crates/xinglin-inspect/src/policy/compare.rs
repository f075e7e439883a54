//! What a change of rules changes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    diagram::{Asked, Diagram},
    model::{Model, Version},
    packet::Decision,
    packets::{Packets, gather},
    reach::STEPS,
    rule::{Action, RuleSet},
    split::Steps,
};

/// Packets that are treated otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What happens to them now: `permit` for packets that are newly permitted.
    pub now: Action,
    /// What decided before.
    pub before: Decision,
    /// What decides now.
    pub after: Decision,
    /// The packets.
    pub packets: Packets,
}

/// What differs between two versions of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Sets of packets that share none; what is newly permitted goes first.
    pub differences: Vec<Difference>,
    /// Whether these are all.
    pub is_complete: bool,
}

impl Comparison {
    /// Whether the two surely treat every packet alike.
    pub fn is_same(&self) -> bool {
        self.is_complete && self.differences.is_empty()
    }
}

/// Compares what two rule sets do on a day.
pub fn compare(before: &RuleSet, after: &RuleSet, today: Date) -> Comparison {
    let mut model = Model::new(&[before, after], std::iter::empty(), today);
    let defaults = [before.default, after.default];
    let mut differences = Vec::new();
    let mut is_complete = true;
    let mut steps = Steps(STEPS);
    for version in Version::BOTH {
        let mut pieces = Vec::new();
        for region in &model.everything(version) {
            let lines = model.lines(version).iter();
            let diagram = Diagram::new(region, lines, &defaults, Asked::Difference);
            match diagram.pieces(&mut steps) {
                Ok(found) => pieces.extend(found),
                Err(_) => is_complete = false,
            }
        }
        for (packets, deciders) in gather(&model, version, pieces) {
            let [was, is] = deciders.as_slice() else {
                continue;
            };
            let (before, after) = (before.decision(*was), after.decision(*is));
            differences.push(Difference {
                now: after.action,
                before,
                after,
                packets,
            });
        }
    }
    let place = |decision: &Decision| decision.rule.as_ref().map_or(usize::MAX, |rule| rule.index);
    differences.sort_by_key(|difference| {
        (
            difference.now == Action::Deny,
            place(&difference.after),
            place(&difference.before),
        )
    });
    Comparison {
        differences,
        is_complete,
    }
}
