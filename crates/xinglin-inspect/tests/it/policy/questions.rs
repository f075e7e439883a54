//! Questions that an engineer asks.

use xinglin_inspect::policy::{
    Action, Answer, Question, RuleSet, Verdict, Zones, addresses, compare, on_the_way, reach,
    services, who_can_reach,
};

use super::{
    findings::{rule, rule_set},
    universe::TODAY,
};

fn question(source: &str, destination: &str, service: &str) -> Question {
    Question {
        from: Vec::new(),
        to: Vec::new(),
        sources: addresses(source).unwrap(),
        destinations: addresses(destination).unwrap(),
        services: services(service).unwrap(),
    }
}

/// `permit by RULE: SOURCES -> DESTINATIONS SERVICES`, a line each.
fn said(answer: &Answer) -> Vec<String> {
    let listed = |items: Vec<String>| items.join(" ");
    answer
        .parts
        .iter()
        .map(|part| {
            let action = serde_json::to_value(part.action).unwrap();
            let rules = part.decisions.iter().map(|decision| match &decision.rule {
                Some(rule) => rule.index.to_string(),
                None => "default".to_owned(),
            });
            format!(
                "{} by {}: {} -> {} {}",
                action.as_str().unwrap(),
                rules.collect::<Vec<_>>().join(","),
                listed(
                    part.packets
                        .sources
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                ),
                listed(
                    part.packets
                        .destinations
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                ),
                listed(
                    part.packets
                        .services
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                ),
            )
        })
        .collect()
}

#[test]
fn an_answer_names_the_parts_and_their_rules() {
    let set = rule_set(&[
        "deny 10.1.9.0/24 10.2.0.9 any",
        "permit 10.1.0.0/16 10.2.0.8-10.2.0.9 tcp/1433,tcp/443",
        "deny any any any",
    ]);
    let answer = reach(
        &[&set],
        &question("10.1.0.0/16", "10.2.0.9", "tcp/1433"),
        TODAY,
    );
    assert_eq!(answer.verdict, Verdict::Partly);
    assert_eq!(
        said(&answer),
        [
            "permit by 1: 10.1.0.0-10.1.8.255 10.1.10.0-10.1.255.255 -> 10.2.0.9 tcp/1433",
            "deny by 0: 10.1.9.0/24 -> 10.2.0.9 tcp/1433",
        ]
    );
    let answer = reach(
        &[&set],
        &question("10.1.1.1", "10.2.0.9", "tcp/1433"),
        TODAY,
    );
    assert_eq!(answer.verdict, Verdict::Permitted);
    let answer = reach(&[&set], &question("10.3.0.0/16", "10.2.0.9", "any"), TODAY);
    assert_eq!(said(&answer), ["deny by 2: 10.3.0.0/16 -> 10.2.0.9 any"]);
    let answer = reach(&[&set], &question("10.1.1.1", "2001:db8::1", "any"), TODAY);
    assert_eq!(
        (answer.verdict, answer.parts.len()),
        (Verdict::Unanswered, 0)
    );
}

#[test]
fn who_reaches_the_database_is_listed_by_rule() {
    let set = rule_set(&[
        "permit 10.1.3.0/24,10.1.5.0/24 10.2.0.9 tcp/1521",
        "permit 10.9.9.9 10.2.0.0/24 any",
        "permit 10.0.0.0/8 10.2.0.9 tcp/80",
    ]);
    let answer = who_can_reach(
        &[&set],
        &addresses("10.2.0.9").unwrap(),
        &services("tcp/1521").unwrap(),
        TODAY,
    );
    assert_eq!(
        said(&answer),
        [
            "permit by 0: 10.1.3.0/24 10.1.5.0/24 -> 10.2.0.9 tcp/1521",
            "permit by 1: 10.9.9.9 -> 10.2.0.9 tcp/1521",
        ]
    );
}

#[test]
fn a_time_range_is_named_where_the_answer_hangs_on_it() {
    let mut set = rule_set(&["permit 10.1.0.0/24 10.2.0.9 tcp/22"]);
    set.rules[0].schedule = Some("maintenance".to_owned());
    let answer = reach(&[&set], &question("10.1.0.1", "10.2.0.9", "tcp/22"), TODAY);
    assert_eq!(answer.parts[0].schedules, ["maintenance"]);
}

fn bound(name: &str, bound_to: &str, lines: &[&str]) -> RuleSet {
    RuleSet {
        name: name.to_owned(),
        bound_to: vec![bound_to.to_owned()],
        ..rule_set(lines)
    }
}

#[test]
fn a_packet_passes_every_rule_set_on_its_way() {
    let sets = [
        bound(
            "out",
            "interface inside out",
            &["permit 10.1.0.0/16 any tcp/443"],
        ),
        bound(
            "in",
            "interface outside in",
            &["permit any any tcp/443", "permit any any tcp/80"],
        ),
        bound("vty", "vty 0 4", &["permit 10.9.0.0/24 any any"]),
        bound("pair", "zone dmz any", &["deny any any any"]),
        bound("all", "global", &["permit any any any"]),
    ];
    let names = |from: &str, to: &str| -> Vec<String> {
        on_the_way(&sets, from, to)
            .iter()
            .map(|set| set.name.clone())
            .collect()
    };
    assert_eq!(names("outside", "inside"), ["in", "all", "out"]);
    assert_eq!(names("inside", "outside"), ["all"]);
    assert_eq!(names("dmz", "inside"), ["pair", "all", "out"]);

    let spaced = [bound("spaced", "interface GigabitEthernet 0/1 in", &[])];
    assert_eq!(on_the_way(&spaced, "GigabitEthernet 0/1", "x").len(), 1);
    assert_eq!(on_the_way(&spaced, "x", "GigabitEthernet 0/1").len(), 0);

    let way = on_the_way(&sets, "outside", "inside");
    let answer = reach(
        &way,
        &question("10.1.0.0/16,10.2.0.1", "10.3.0.1", "tcp/443,tcp/80"),
        TODAY,
    );
    assert_eq!(
        said(&answer),
        [
            "permit by 0,0,0: 10.1.0.0/16 -> 10.3.0.1 tcp/443",
            "deny by 0,0,default: 10.2.0.1 -> 10.3.0.1 tcp/443",
            "deny by 1,0,default: 10.1.0.0/16 10.2.0.1 -> 10.3.0.1 tcp/80",
        ]
    );
}

#[test]
fn zones_part_an_answer() {
    let mut set = rule_set(&["permit any 10.2.0.9 tcp/443", "deny any any any"]);
    set.rules[0].from = vec!["trust".to_owned(), "office".to_owned()];
    set.rules[0].to = vec!["dmz".to_owned()];
    let mut asked = question("10.1.0.1", "10.2.0.9", "tcp/443");
    let answer = reach(&[&set], &asked, TODAY);
    let permitted = &answer.parts[0].packets;
    assert_eq!(
        permitted.from,
        Zones::Only(vec!["office".to_owned(), "trust".to_owned()])
    );
    assert_eq!(permitted.to, Zones::Only(vec!["dmz".to_owned()]));
    asked.from = vec!["guest".to_owned()];
    assert_eq!(reach(&[&set], &asked, TODAY).verdict, Verdict::Denied);
    asked.from = vec!["trust".to_owned()];
    asked.to = vec!["dmz".to_owned()];
    assert_eq!(reach(&[&set], &asked, TODAY).verdict, Verdict::Permitted);
}

#[test]
fn a_change_shows_what_is_newly_open_and_closed() {
    let before = rule_set(&[
        "permit 10.1.0.0/24 10.2.0.9 tcp/443",
        "permit 10.1.0.7 10.2.0.9 tcp/22",
    ]);
    let mut after = before.clone();
    after.rules[0] = rule("permit 10.1.0.0/23 10.2.0.9 tcp/443");
    after.rules.remove(1);
    let comparison = compare(&before, &after, TODAY);
    let said: Vec<_> = comparison
        .differences
        .iter()
        .map(|difference| {
            let packets = &difference.packets;
            let rule = |decision: &xinglin_inspect::policy::Decision| {
                decision.rule.as_ref().map(|rule| rule.index)
            };
            (
                difference.now,
                rule(&difference.before),
                rule(&difference.after),
                packets.sources[0].to_string(),
                packets.services[0].to_string(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                Action::Permit,
                None,
                Some(0),
                "10.1.1.0/24".to_owned(),
                "tcp/443".to_owned()
            ),
            (
                Action::Deny,
                Some(1),
                None,
                "10.1.0.7".to_owned(),
                "tcp/22".to_owned()
            ),
        ]
    );
}
