//! Answers and findings against trying every packet.

use std::collections::BTreeSet;

use proptest::prelude::*;
use xinglin_inspect::policy::{
    Action, Answer, Packet, Problem, Question, RuleReference, RuleSet, Verdict, analyse, compare,
    reach, who_can_reach,
};

use super::universe::{TODAY, address_ranges, packets, rule_sets, services_of, zones};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn questions(with_zones: bool) -> impl Strategy<Value = Question> {
    let sides = (
        zones(with_zones),
        zones(with_zones),
        address_ranges(),
        address_ranges(),
        services_of(with_zones),
    );
    sides.prop_map(|(from, to, sources, destinations, services)| Question {
        from,
        to,
        sources,
        destinations,
        services,
    })
}

/// A question holds a packet as a rule with its fields matches it.
fn asks_for(question: &Question, packet: &Packet) -> bool {
    let zone = |names: &[String], zone: &Option<String>| {
        names.is_empty() || zone.as_ref().is_some_and(|zone| names.contains(zone))
    };
    zone(&question.from, &packet.from)
        && zone(&question.to, &packet.to)
        && question
            .sources
            .iter()
            .any(|range| range.contains(packet.source))
        && question
            .destinations
            .iter()
            .any(|range| range.contains(packet.destination))
        && question
            .services
            .iter()
            .any(|service| service.holds(packet))
}

/// What sets in series do with a packet.
fn tried(sets: &[&RuleSet], packet: &Packet) -> (Action, Vec<Option<usize>>) {
    let mut rules = Vec::new();
    for set in sets {
        let decision = set.decide(packet, TODAY);
        rules.push(decision.rule.map(|rule| rule.index));
        if decision.action == Action::Deny {
            return (Action::Deny, rules);
        }
    }
    (Action::Permit, rules)
}

fn check_answer(
    sets: &[&RuleSet],
    question: &Question,
    answer: &Answer,
    packets: &[Packet],
) -> Result<(), TestCaseError> {
    prop_assert!(answer.is_complete);
    let mut seen = BTreeSet::new();
    for packet in packets {
        let parts: Vec<_> = answer
            .parts
            .iter()
            .filter(|part| part.packets.contains(packet))
            .collect();
        prop_assert_eq!(
            parts.len(),
            usize::from(asks_for(question, packet)),
            "{:?}",
            packet
        );
        if let [part] = parts.as_slice() {
            let (action, rules) = tried(sets, packet);
            prop_assert_eq!(part.action, action, "{:?}", packet);
            let said: Vec<_> = part
                .decisions
                .iter()
                .map(|d| d.rule.as_ref().map(|rule| rule.index))
                .collect();
            prop_assert_eq!(said, rules, "{:?}", packet);
            seen.insert(action == Action::Permit);
        }
    }
    let verdict = match (seen.contains(&true), seen.contains(&false)) {
        (true, true) => Verdict::Partly,
        (true, false) => Verdict::Permitted,
        (false, true) => Verdict::Denied,
        (false, false) => Verdict::Unanswered,
    };
    prop_assert_eq!(answer.verdict, verdict);
    Ok(())
}

fn removed<'f>(
    findings: impl Iterator<Item = (&'f Problem, Option<&'f RuleReference>)>,
) -> BTreeSet<usize> {
    findings
        .filter(|(problem, _)| {
            matches!(
                problem,
                Problem::Shadowed { .. } | Problem::Redundant { .. }
            )
        })
        .filter_map(|(_, rule)| rule.map(|rule| rule.index))
        .collect()
}

/// The rule set while only the time ranges `on` act (`users` for what narrows rules), without
/// the rules `without`.
fn variant(set: &RuleSet, on: &[&str], without: &BTreeSet<usize>) -> RuleSet {
    let mut set = set.clone();
    for (index, rule) in set.rules.iter_mut().enumerate() {
        let is_on = rule
            .schedule
            .as_deref()
            .is_none_or(|name| on.contains(&name));
        let is_met = !rule.is_narrowed || on.contains(&"users");
        rule.is_enabled &= is_on && is_met && !without.contains(&index);
    }
    set
}

/// All that is said to be superfluous can go, at any time of the week and whoever asks.
fn check_removal(
    set: &RuleSet,
    gone: &BTreeSet<usize>,
    packets: &[Packet],
) -> Result<(), TestCaseError> {
    for on in [
        &[][..],
        &["night"],
        &["weekend"],
        &["night", "weekend"],
        &["users"],
        &["night", "users"],
        &["night", "weekend", "users"],
    ] {
        let (with, without) = (variant(set, on, &BTreeSet::new()), variant(set, on, gone));
        for packet in packets {
            prop_assert_eq!(
                with.decide(packet, TODAY).action,
                without.decide(packet, TODAY).action,
                "without {:?}, {:?}, {:?}",
                gone,
                on,
                packet
            );
        }
    }
    Ok(())
}

fn check_findings(set: &RuleSet, packets: &[Packet]) -> Result<(), TestCaseError> {
    let findings = analyse(set, TODAY);
    let gone = removed(
        findings
            .iter()
            .map(|finding| (&finding.problem, finding.rule.as_ref())),
    );
    check_removal(set, &gone, packets)?;
    let decided: BTreeSet<usize> = packets
        .iter()
        .filter_map(|packet| set.decide(packet, TODAY).rule.map(|rule| rule.index))
        .collect();
    let has_schedules = set
        .rules
        .iter()
        .any(|rule| rule.schedule.is_some() || rule.is_narrowed);
    for (index, rule) in set.rules.iter().enumerate() {
        let of_rule = || {
            let is_it = move |found: &Option<RuleReference>| {
                found.as_ref().is_some_and(|r| r.index == index)
            };
            findings
                .iter()
                .filter(move |finding| is_it(&finding.rule))
                .map(|finding| &finding.problem)
        };
        let is_shadowed = of_rule().any(|problem| matches!(problem, Problem::Shadowed { .. }));
        prop_assert!(
            !(is_shadowed && decided.contains(&index)),
            "rule {} acts",
            index
        );
        // Addresses of both versions are named, but never together.
        let matches = packets.iter().any(|packet| rule.matches(packet));
        let silent = of_rule().any(|problem| matches!(problem, Problem::MatchesNothing));
        prop_assert_eq!(silent, rule.acts_on(TODAY) && !matches, "rule {}", index);
        if rule.acts_on(TODAY) && matches && !decided.contains(&index) && !has_schedules {
            prop_assert!(gone.contains(&index), "rule {} never acts", index);
        }
        for problem in of_rule() {
            check_causes(set, index, problem, packets)?;
        }
    }
    let passes_by_default = packets.iter().any(|packet| {
        let decision = set.decide(packet, TODAY);
        decision.rule.is_none() && decision.action == Action::Permit
    });
    let open = findings.iter().find_map(|finding| match &finding.problem {
        Problem::NoDefaultDeny { example } => Some(example),
        _ => None,
    });
    if let Some(example) = open {
        prop_assert_eq!(set.decide(example, TODAY).rule, None);
    }
    let has_v6 = set.rules.iter().any(|rule| {
        rule.acts_on(TODAY)
            && packets
                .iter()
                .any(|p| p.source.is_ipv6() && rule.matches(p))
    });
    if has_v6 || set.rules.is_empty() {
        prop_assert_eq!(open.is_some(), passes_by_default);
    }
    if gone.is_empty() && !has_schedules {
        check_nothing_was_missed(set, packets)?;
    }
    Ok(())
}

/// The rules that are named as causes are causes.
fn check_causes(
    set: &RuleSet,
    index: usize,
    problem: &Problem,
    packets: &[Packet],
) -> Result<(), TestCaseError> {
    let action = set.rules[index].action;
    let its = || {
        packets
            .iter()
            .filter(|packet| set.rules[index].matches(packet))
    };
    let one_matches = |by: &[RuleReference], packet: &Packet| {
        by.iter().any(|rule| set.rules[rule.index].matches(packet))
    };
    match problem {
        Problem::Shadowed { by } => {
            prop_assert!(by.iter().all(|rule| rule.index < index));
            prop_assert!(its().all(|packet| one_matches(by, packet)));
            prop_assert!(by.iter().any(|rule| set.rules[rule.index].action != action));
        }
        Problem::Redundant { by, by_default } => {
            prop_assert!(by.iter().all(|rule| set.rules[rule.index].action == action));
            prop_assert!(!by_default || set.default == action);
            prop_assert!(!by.is_empty() || *by_default || its().next().is_none());
        }
        Problem::Overlapping { with, count } => {
            prop_assert!(with.len() <= *count);
            for rule in with {
                prop_assert!(rule.index < index);
                prop_assert!(set.rules[rule.index].action != action);
                prop_assert!(its().any(|packet| set.rules[rule.index].matches(packet)));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Where no rule is called superfluous, taking any out changes something.
fn check_nothing_was_missed(set: &RuleSet, packets: &[Packet]) -> Result<(), TestCaseError> {
    for (index, rule) in set.rules.iter().enumerate() {
        let is_any = |ranges: &[xinglin_inspect::policy::AddressRange]| {
            ranges.contains(&xinglin_inspect::policy::AddressRange::ANY_V4)
        };
        let is_closing =
            rule.action == Action::Deny && is_any(&rule.sources) && is_any(&rule.destinations);
        let matches = packets.iter().any(|packet| rule.matches(packet));
        if is_closing || !rule.acts_on(TODAY) || !matches {
            continue;
        }
        let without = variant(set, &[], &BTreeSet::from([index]));
        let changes = packets
            .iter()
            .any(|packet| without.decide(packet, TODAY).action != set.decide(packet, TODAY).action);
        prop_assert!(changes, "rule {} could go", index);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_question_is_answered_packet_by_packet(set in rule_sets(false), question in questions(false)) {
        let answer = reach(&[&set], &question, TODAY);
        check_answer(&[&set], &question, &answer, &packets(false))?;
    }

    #[test]
    fn everything_is_parted_among_the_rules(set in rule_sets(false)) {
        let everything = Question::everything();
        let answer = reach(&[&set], &everything, TODAY);
        check_answer(&[&set], &everything, &answer, &packets(false))?;
    }

    #[test]
    fn a_way_through_zones_and_two_rule_sets(
        sets in (rule_sets(true), rule_sets(true)),
        question in questions(true),
    ) {
        let sets = [&sets.0, &sets.1];
        let answer = reach(&sets, &question, TODAY);
        check_answer(&sets, &question, &answer, &packets(true))?;
    }

    #[test]
    fn those_who_reach_are_those_who_pass(set in rule_sets(false), question in questions(false)) {
        let answer = who_can_reach(&[&set], &question.destinations, &question.services, TODAY);
        prop_assert!(answer.is_complete);
        let question = Question { sources: Question::everything().sources, ..question };
        for packet in packets(false) {
            let said = answer.parts.iter().any(|part| part.packets.contains(&packet));
            let passes = set.decide(&packet, TODAY).action == Action::Permit;
            prop_assert_eq!(said, passes && asks_for(&question, &packet), "{:?}", packet);
        }
    }

    #[test]
    fn a_change_is_what_packets_notice(before in rule_sets(false), after in rule_sets(false)) {
        let comparison = compare(&before, &after, TODAY);
        prop_assert!(comparison.is_complete);
        let mut same = true;
        for packet in packets(false) {
            let (was, is) = (before.decide(&packet, TODAY), after.decide(&packet, TODAY));
            let said: Vec<_> =
                comparison.differences.iter().filter(|d| d.packets.contains(&packet)).collect();
            prop_assert_eq!(said.len(), usize::from(was.action != is.action), "{:?}", packet);
            if let [difference] = said.as_slice() {
                prop_assert_eq!(difference.now, is.action);
                prop_assert_eq!(&difference.before, &was);
                prop_assert_eq!(&difference.after, &is);
                same = false;
            }
        }
        prop_assert_eq!(comparison.is_same(), same);
    }

    #[test]
    fn a_rule_set_does_not_differ_from_itself_in_other_words(set in rule_sets(true), at in 0..8_usize) {
        let mut after = set.clone();
        if let Some(rule) = after.rules.get(at).cloned() {
            // The same rule twice, and under another name.
            after.rules.insert(at, rule);
        }
        prop_assert!(compare(&set, &after, TODAY).is_same());
    }

    #[test]
    fn findings_are_what_packets_show(set in rule_sets(false)) {
        check_findings(&set, &packets(false))?;
    }

    #[test]
    fn findings_with_zones_are_what_packets_show(set in rule_sets(true)) {
        check_findings(&set, &packets(true))?;
    }
}
