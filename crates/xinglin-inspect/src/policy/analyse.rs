//! Everything that is wrong with a rule set.

mod anomalies;
mod width;

use jiff::civil::Date;

use super::{
    finding::{Limits, PolicyFinding, Problem},
    model::{Model, Version},
    rule::{Action, RuleSet},
    search::Search,
    split::Steps,
};
use crate::checks::Severity;

/// How much the analysis of one rule may look at.
const STEPS_OF_A_RULE: u64 = 4_000_000;

/// Analyses a rule set as it is on a day, by the usual limits.
pub fn analyse(set: &RuleSet, today: Date) -> Vec<PolicyFinding> {
    analyse_within(set, today, &Limits::default())
}

/// Analyses a rule set as it is on a day. Findings of the whole rule set go first, then those
/// of each rule in order.
///
/// Rules in recurring time ranges count for what they do while they act; they shadow and
/// replace only rules of the same time range. All rules said to be shadowed or redundant could
/// be removed together, and no packet would be treated otherwise at any time.
pub fn analyse_within(set: &RuleSet, today: Date, limits: &Limits) -> Vec<PolicyFinding> {
    let mut model = Model::new(&[set], std::iter::empty(), today);
    let mut findings = of_whole(set, &mut model);
    for (index, rule) in set.rules.iter().enumerate() {
        let mut add = |severity, problem| {
            findings.push(finding(set, index, severity, problem));
        };
        if !rule.is_enabled {
            add(Severity::Low, Problem::Disabled);
        }
        if let Some(on) = rule.expires_on.filter(|on| *on < today) {
            add(Severity::Low, Problem::Expired { on });
        }
        if rule.acts_on(today) && rule.hits == Some(0) {
            add(Severity::Low, Problem::Unused);
        }
    }
    anomalies::find(set, &model, today, limits, &mut findings);
    width::find(set, &mut model, limits, &mut findings);
    // Stable: what was found first about a rule stays first.
    findings.sort_by_key(|finding| finding.rule.as_ref().map(|rule| rule.index));
    findings
}

fn of_whole(set: &RuleSet, model: &mut Model) -> Vec<PolicyFinding> {
    let mut findings = Vec::new();
    let mut add = |severity, problem| {
        findings.push(PolicyFinding {
            rule: None,
            severity,
            problem,
        });
    };
    if set.bound_to.is_empty() {
        add(Severity::Medium, Problem::Unbound);
    }
    if set.default == Action::Permit {
        let mut steps = Steps(STEPS_OF_A_RULE);
        // Most rule sets have no rule of version 6, so that its packets would be the example.
        for version in Version::BOTH {
            if version == Version::V6 && model.lines(version).is_empty() && !set.rules.is_empty() {
                continue;
            }
            let Some(everything) = model.everything(version).pop() else {
                continue;
            };
            let lines = model.lines(version).iter().map(|line| (line, false));
            let passing = Search::new(&everything, lines, true).run(&mut steps);
            if let Ok(Some(point)) = passing {
                let example = model.packet(version, &point);
                add(Severity::High, Problem::NoDefaultDeny { example });
                break;
            }
        }
    }
    findings
}

/// A finding of the rule at `index`.
fn finding(set: &RuleSet, index: usize, severity: Severity, problem: Problem) -> PolicyFinding {
    PolicyFinding {
        rule: set.rules.get(index).map(|rule| set.reference(index, rule)),
        severity,
        problem,
    }
}
