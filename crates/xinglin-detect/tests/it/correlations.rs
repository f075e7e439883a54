//! Correlations against a brute-force oracle, with shuffled and late events, and over restarts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::{prelude::*, sample::select};
use xinglin_detect::{
    RuleSet,
    correlate::{Alert, CorrelationSettings, Correlator, Hit},
};

const LATENESS: i64 = 20;

#[derive(Debug, Clone)]
struct Given {
    rule: usize,
    /// Seconds.
    at: i64,
    received: i64,
    group: Option<&'static str>,
    value: &'static str,
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn rule(name: &str) -> String {
    format!(
        "title: {name}\nname: {name}\nlogsource: {{category: test}}\ndetection: {{s: {{A: x}}, condition: s}}\n---\n"
    )
}

fn rules(correlation: &str) -> RuleSet {
    let mut text = String::new();
    for name in ["a", "b", "c"] {
        text.push_str(&rule(name));
    }
    text.push_str(correlation);
    let mut rules = RuleSet::default();
    rules.read("test", &text);
    rules.finish();
    assert_eq!(rules.problems, []);
    rules
}

fn correlator(correlation: &str) -> Correlator {
    let rules = rules(correlation);
    let settings = CorrelationSettings {
        lateness_seconds: LATENESS,
        ..CorrelationSettings::default()
    };
    Correlator::new(rules.correlations, &rules.rules, settings)
}

fn correlation(kind: &str, rules: &str, span: i64, condition: &str) -> String {
    format!(
        "title: meet\nname: meet\ncorrelation:\n  type: {kind}\n  rules: [{rules}]\n  group-by: [G]\n  timespan: {span}s\n{condition}"
    )
}

fn push(correlator: &mut Correlator, number: usize, given: &Given) -> Vec<Alert> {
    let hit = Hit {
        rule: given.rule,
        event: u64::try_from(number).unwrap(),
        at: time(given.at),
        received_at: time(given.received),
    };
    let mut alerts = Vec::new();
    let value = |name: &str| match name {
        "G" => given.group.map(str::to_owned),
        _ => Some(given.value.to_owned()),
    };
    correlator.push(hit, value, &mut alerts);
    alerts
}

/// What is asked, in the plainest words.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Hits(usize),
    Values(usize),
    Rules(usize),
    Order(usize),
}

impl Ask {
    fn written(self, span: i64) -> String {
        match self {
            Self::Hits(least) => correlation(
                "event_count",
                "a, b, c",
                span,
                &format!("  condition: {{gte: {least}}}\n"),
            ),
            Self::Values(least) => correlation(
                "value_count",
                "a, b, c",
                span,
                &format!("  condition: {{field: V, gt: {}}}\n", least - 1),
            ),
            Self::Rules(2) => correlation("temporal", "a, b", span, ""),
            Self::Rules(_) => correlation("temporal", "a, b, c", span, ""),
            Self::Order(2) => correlation("temporal_ordered", "a, b", span, ""),
            Self::Order(_) => correlation("temporal_ordered", "a, b, c", span, ""),
        }
    }

    fn counts(self, rule: usize) -> bool {
        match self {
            Self::Hits(_) | Self::Values(_) => true,
            Self::Rules(rules) | Self::Order(rules) => rule < rules,
        }
    }

    /// Whether some stretch that has `new` in it is what is asked for.
    fn met(self, hits: &[&Given], new: &Given, span: i64) -> bool {
        if let Self::Order(rules) = self {
            return chains(hits, new, rules, span);
        }
        let starts = hits.iter().map(|hit| hit.at);
        starts
            .filter(|start| *start <= new.at && new.at <= start + span)
            .any(|start| {
                let within = hits
                    .iter()
                    .filter(|hit| start <= hit.at && hit.at <= start + span);
                match self {
                    Self::Hits(least) => within.count() >= least,
                    Self::Values(least) => {
                        within.map(|hit| hit.value).collect::<BTreeSet<_>>().len() >= least
                    }
                    Self::Rules(least) => {
                        within.map(|hit| hit.rule).collect::<BTreeSet<_>>().len() >= least
                    }
                    Self::Order(_) => false,
                }
            })
    }
}

/// Every choice of one hit for each rule, `new` among them.
fn chains(hits: &[&Given], new: &Given, rules: usize, span: i64) -> bool {
    let of = |rule: usize| -> Vec<&Given> {
        let of_rule = hits.iter().copied().filter(|hit| hit.rule == rule);
        of_rule
            .filter(|hit| rule != new.rule || std::ptr::eq(*hit, new))
            .collect()
    };
    let mut open: Vec<(i64, i64)> = of(0).iter().map(|hit| (hit.at, hit.at)).collect();
    for rule in 1..rules {
        let next = of(rule);
        open = open
            .iter()
            .flat_map(|(first, last)| {
                let next = next
                    .iter()
                    .filter(|hit| hit.at >= *last && hit.at - first <= span);
                next.map(|hit| (*first, hit.at)).collect::<Vec<_>>()
            })
            .collect();
        open.sort_unstable();
        open.dedup();
    }
    !open.is_empty()
}

/// The numbers of the hits that make a group fire.
fn oracle(ask: Ask, given: &[Given], span: i64) -> Vec<usize> {
    let mut fired = Vec::new();
    let mut clock = i64::MIN;
    let mut quiet: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    let mut taken: Vec<Given> = Vec::new();
    for (number, hit) in given.iter().enumerate() {
        clock = clock.max(hit.received);
        let at = hit.at.min(hit.received);
        if !ask.counts(hit.rule) || at < clock - LATENESS {
            continue;
        }
        taken.push(Given { at, ..hit.clone() });
        let new = taken.last().unwrap();
        if quiet.get(&hit.group).is_some_and(|until| at <= *until) {
            continue;
        }
        let group: Vec<&Given> = taken
            .iter()
            .filter(|other| other.group == hit.group)
            .collect();
        if ask.met(&group, new, span) {
            fired.push(number);
            quiet.insert(hit.group, at + span);
        }
    }
    fired
}

fn given() -> impl Strategy<Value = Vec<Given>> {
    let one = (
        0..3_usize,
        0..6_i64,
        prop_oneof![4 => 0..4_i64, 2 => 0..25_i64, 1 => -5..40_i64],
        select(vec![Some("x"), Some("x"), Some("y"), None]),
        select(vec!["1", "2", "3", "4"]),
    );
    proptest::collection::vec(one, 1..60).prop_map(|steps| {
        let mut clock = 0;
        let steps = steps.into_iter();
        let given = steps.map(|(rule, step, late, group, value)| {
            clock += step / 2;
            Given {
                rule,
                at: clock - late,
                received: clock,
                group,
                value,
            }
        });
        given.collect()
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    select(vec![
        Ask::Hits(1),
        Ask::Hits(3),
        Ask::Hits(6),
        Ask::Values(2),
        Ask::Values(4),
        Ask::Rules(2),
        Ask::Rules(3),
        Ask::Order(2),
        Ask::Order(3),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn correlations_are_what_the_plain_words_say(
        ask in ask(),
        span in 1..15_i64,
        given in given(),
        restart in 0..60_usize,
    ) {
        let text = ask.written(span);
        let mut correlator = correlator(&text);
        let mut fired = Vec::new();
        for (number, hit) in given.iter().enumerate() {
            if number == restart {
                let state = correlator.save();
                correlator = self::correlator(&text);
                correlator.load(&state).unwrap();
            }
            for alert in push(&mut correlator, number, hit) {
                prop_assert_eq!(alert.group[0].1.as_deref(), hit.group);
                prop_assert!(alert.last >= alert.first);
                prop_assert!(alert.events.contains(&u64::try_from(number).unwrap()));
                fired.push(number);
            }
        }
        prop_assert_eq!(fired, oracle(ask, &given, span), "{:?} within {}: {:?}", ask, span, given);
    }

    #[test]
    fn the_order_of_coming_does_not_decide_who_fires(
        ask in ask(),
        span in 1..15_i64,
        mut given in given(),
    ) {
        // All at once, so that nothing is late and nothing old.
        for hit in &mut given {
            (hit.at, hit.received) = (hit.at.rem_euclid(LATENESS), LATENESS);
        }
        let groups = |given: &[Given]| -> BTreeSet<Option<String>> {
            let mut correlator = correlator(&ask.written(span));
            let alerts = given.iter().enumerate();
            let alerts = alerts.flat_map(|(number, hit)| push(&mut correlator, number, hit));
            alerts.map(|alert| alert.group[0].1.clone()).collect()
        };
        let mut sorted = given.clone();
        sorted.sort_by_key(|hit| hit.at);
        prop_assert_eq!(groups(&given), groups(&sorted));
    }
}

#[test]
fn fewer_than_so_many_are_told_when_no_more_can_come() {
    let text = correlation("event_count", "a", 10, "  condition: {lt: 3, gte: 1}\n");
    let mut correlator = correlator(&text);
    let mut alerts = Vec::new();
    // A stretch of two, then one of four.
    for (number, at) in [0, 5, 30, 31, 32, 39, 80].into_iter().enumerate() {
        let hit = Given {
            rule: 0,
            at,
            received: at,
            group: Some("x"),
            value: "1",
        };
        alerts.extend(push(&mut correlator, number, &hit));
    }
    correlator.advance(time(1_000), &mut alerts);
    let seen: Vec<(u64, Timestamp)> = alerts
        .iter()
        .map(|alert| (alert.count, alert.first))
        .collect();
    assert_eq!(seen, [(2, time(0)), (1, time(80))]);
}

#[test]
fn chains_lead_on_and_silence_what_they_are_about() {
    let text = "title: many\nname: many\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [G]\n  timespan: 10s\n  condition: {gte: 3}\n---\n\
        title: then\nname: then\ncorrelation:\n  type: temporal_ordered\n  rules: [many, b]\n  group-by: [who]\n  aliases:\n    who: {many: G, b: H}\n  timespan: 60s\n  generate: true\n";
    let mut correlator = correlator(text);
    assert!(correlator.is_silent(0) && !correlator.is_silent(1) && !correlator.is_silent(2));
    assert!(
        !correlator.is_silent_correlation(0) && correlator.listens(1) && !correlator.listens(2)
    );
    let mut alerts = Vec::new();
    for (number, (rule, at)) in [(0, 0), (0, 1), (0, 2), (1, 20)].into_iter().enumerate() {
        let hit = Hit {
            rule,
            event: u64::try_from(number).unwrap(),
            at: time(at),
            received_at: time(at),
        };
        let wanted = if rule == 0 { "G" } else { "H" };
        let value = |name: &str| (name == wanted).then(|| "li".to_owned());
        correlator.push(hit, value, &mut alerts);
    }
    let seen: Vec<_> = alerts
        .iter()
        .map(|alert| (alert.correlation, alert.group.clone()))
        .collect();
    let group = |name: &str| vec![(name.to_owned(), Some("li".to_owned()))];
    assert_eq!(seen, [(0, group("G")), (1, group("who"))]);
}

#[test]
fn memory_is_bounded_under_a_million_groups() {
    let rules = rules(&correlation(
        "value_count",
        "a",
        3_600,
        "  condition: {field: V, gte: 5}\n",
    ));
    let settings = CorrelationSettings {
        most_groups: 5_000,
        ..CorrelationSettings::default()
    };
    let mut correlator = Correlator::new(rules.correlations, &rules.rules, settings);
    let mut alerts = Vec::new();
    for number in 0..1_000_000_u64 {
        let seconds = i64::try_from(number / 10_000).unwrap();
        let hit = Hit {
            rule: 0,
            event: number,
            at: time(seconds),
            received_at: time(seconds),
        };
        // One group in a hundred comes again and again, with the same value.
        let is_busy = number % 100 == 0;
        let group = if is_busy {
            "busy".to_owned()
        } else {
            format!("group {number}")
        };
        let value = |name: &str| {
            Some(if name == "G" {
                group.clone()
            } else {
                "1".to_owned()
            })
        };
        correlator.push(hit, value, &mut alerts);
        assert!(correlator.groups() <= 5_001);
    }
    assert!(correlator.kept() <= 6_000, "{}", correlator.kept());
    assert!(correlator.bytes() <= 600_000, "{}", correlator.bytes());
    assert!(correlator.losses().groups > 900_000);
    assert_eq!(alerts, []);
    // Who comes again and again is still there.
    for value in ["2", "3", "4", "5"] {
        let hit = Hit {
            rule: 0,
            event: 0,
            at: time(101),
            received_at: time(101),
        };
        let value = |name: &str| {
            Some(if name == "G" {
                "busy".to_owned()
            } else {
                value.to_owned()
            })
        };
        correlator.push(hit, value, &mut alerts);
    }
    assert_eq!(alerts.len(), 1);
}

#[test]
fn hits_that_are_kept_are_small() {
    let text = correlation("event_count", "a", 3_600, "  condition: {gte: 5}\n");
    let rules = rules(&text);
    let settings = CorrelationSettings {
        most_groups: 2_000_000,
        ..CorrelationSettings::default()
    };
    for hits_of_a_group in [1_u64, 4] {
        let correlations = rules.correlations.clone();
        let mut correlator = Correlator::new(correlations, &rules.rules, settings);
        let mut alerts = Vec::new();
        for number in 0..400_000_u64 {
            let hit = Hit {
                rule: 0,
                event: number,
                at: time(0),
                received_at: time(0),
            };
            let group = format!("a user of a hospital, number {}", number / hits_of_a_group);
            correlator.push(hit, |_| Some(group.clone()), &mut alerts);
        }
        let each = correlator.bytes() / correlator.kept();
        assert!(each <= 64, "{hits_of_a_group}: {each} bytes a hit");
        assert_eq!(correlator.kept(), 400_000);
        assert_eq!(alerts, []);
    }
}

#[test]
fn damaged_states_are_refused() {
    let text = correlation("event_count", "a", 10, "  condition: {gte: 3}\n");
    let mut correlator = correlator(&text);
    let hit = Given {
        rule: 0,
        at: 0,
        received: 0,
        group: Some("x"),
        value: "1",
    };
    push(&mut correlator, 0, &hit);
    let state = correlator.save();
    for length in 0..state.len() {
        assert!(correlator.load(&state[..length]).is_err());
        assert_eq!(correlator.kept(), 1);
    }
    assert!(correlator.load(&state).is_ok());
}
