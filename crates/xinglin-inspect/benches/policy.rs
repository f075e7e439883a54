//! The analysis of a firewall policy, beside two simpler ways on the same rules: looking at
//! rules pair by pair, which is quick and overlooks every rule that several others hide
//! together, and cutting earlier rules out of later ones box by box, which finds them all.
//! How many rules each of them says never act is printed before the times.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use xinglin_inspect::policy::{
    Action, AddressRange, Problem, Question, Rule, RuleSet, Service, analyse, compare, reach,
    who_can_reach,
};

const TODAY: Date = date(2026, 11, 22);

/// A stream of numbers that is the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 33).unwrap_or_default() % limit
    }
}

fn network(second: u32, third: u32, fourth: u32, length: u8) -> AddressRange {
    let text = format!("10.{second}.{third}.{fourth}/{length}");
    text.parse().expect("a network")
}

fn rule(
    number: u32,
    action: Action,
    source: Vec<AddressRange>,
    destination: Vec<AddressRange>,
    services: Vec<Service>,
) -> Rule {
    Rule {
        name: format!("r{number}"),
        lines: None,
        action,
        from: Vec::new(),
        to: Vec::new(),
        sources: source,
        destinations: destination,
        services,
        is_enabled: true,
        expires_on: None,
        schedule: None,
        is_logged: true,
        profiles: Vec::new(),
        is_narrowed: false,
        hits: None,
    }
}

/// A hospital's policy as it looks after ten years: departments to servers, exceptions,
/// duplicates, rules that several others have come to hide, a closing rule.
fn grown(rules: u32) -> RuleSet {
    let mut numbers = Numbers(0x5851_f42d_4c95_7f2d);
    let mut all: Vec<Rule> = Vec::new();
    for number in 1..rules {
        let earlier = all.get(numbers.below(number) as usize).cloned();
        all.push(match (numbers.below(100), earlier) {
            // Somebody entered it again.
            (95.., Some(again)) => Rule {
                name: format!("r{number}"),
                ..again
            },
            (kind, _) => kind_of_rule(kind, number, &mut numbers),
        });
    }
    let any = AddressRange::any();
    all.push(rule(
        rules,
        Action::Deny,
        any.clone(),
        any,
        vec![Service::ANY],
    ));
    RuleSet {
        name: "grown".to_owned(),
        bound_to: vec!["global".to_owned()],
        rules: all,
        default: Action::Deny,
    }
}

fn kind_of_rule(kind: u32, number: u32, numbers: &mut Numbers) -> Rule {
    const PORTS: [u16; 16] = [
        22, 80, 443, 445, 1433, 1521, 3306, 3389, 5432, 6379, 8080, 8443, 104, 2575, 11112, 9090,
    ];
    let department = network(1 + numbers.below(3), numbers.below(120), 0, 24);
    let person = network(
        1 + numbers.below(3),
        numbers.below(120),
        numbers.below(250),
        32,
    );
    let site = network(1 + numbers.below(3), 0, 0, 16);
    let branch = network(9, numbers.below(250), 0, 24);
    let server = network(200, numbers.below(8), numbers.below(250), 32);
    let second = network(200, numbers.below(8), numbers.below(250), 32);
    let servers = network(200, numbers.below(8), 0, 24);
    let all_servers = network(200, 0, 0, 16);
    let port = PORTS[numbers.below(16) as usize];
    let service = vec![Service::tcp(port, port)];
    let any = AddressRange::any();
    let (action, source, destination, services) = match kind {
        0..=9 => (
            Action::Permit,
            vec![department, branch],
            vec![server, second],
            vec![
                Service::tcp(port, port),
                Service::udp(port, port),
                Service::protocol(1),
            ],
        ),
        10..=19 => (
            Action::Deny,
            vec![person],
            vec![servers],
            vec![Service::ANY],
        ),
        20..=27 => (Action::Permit, vec![site], vec![servers], service),
        28..=33 => (Action::Permit, any, vec![server], service),
        34..=36 => (
            Action::Deny,
            any,
            vec![servers],
            vec![Service::tcp(135, 139), Service::tcp(445, 445)],
        ),
        37..=38 => (
            Action::Permit,
            vec![department],
            any,
            vec![Service::udp(53, 53), Service::udp(123, 123)],
        ),
        39 => (
            Action::Permit,
            vec![department],
            vec![all_servers],
            vec![Service::ANY],
        ),
        _ => (Action::Permit, vec![department], vec![server], service),
    };
    rule(number, action, source, destination, services)
}

/// Rules that nobody would write: wide ranges at random, nearly all overlapping.
fn entangled(rules: u32) -> RuleSet {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let range = |numbers: &mut Numbers| {
        let (a, b) = (numbers.below(u32::MAX), numbers.below(1 << 29));
        vec![AddressRange {
            first: std::net::Ipv4Addr::from_bits(a).into(),
            last: std::net::Ipv4Addr::from_bits(a.saturating_add(b)).into(),
        }]
    };
    let all = (0..rules).map(|number| {
        let first = u16::try_from(numbers.below(50_000)).expect("a port");
        let last = first + u16::try_from(numbers.below(15_000)).expect("a port");
        let action = if numbers.below(2) == 0 {
            Action::Permit
        } else {
            Action::Deny
        };
        let (sources, destinations) = (range(&mut numbers), range(&mut numbers));
        rule(
            number,
            action,
            sources,
            destinations,
            vec![Service::tcp(first, last)],
        )
    });
    RuleSet {
        name: "entangled".to_owned(),
        bound_to: vec!["global".to_owned()],
        rules: all.collect(),
        default: Action::Deny,
    }
}

/// A box: first and last of source, destination, protocol, destination port, source port.
type Cuboid = [(u128, u128); 5];

fn cuboids(rule: &Rule) -> Vec<Cuboid> {
    let numbers = |range: &AddressRange| match (range.first, range.last) {
        (std::net::IpAddr::V4(first), std::net::IpAddr::V4(last)) => {
            Some((u128::from(first.to_bits()), u128::from(last.to_bits())))
        }
        _ => None,
    };
    let mut all = Vec::new();
    for source in rule.sources.iter().filter_map(numbers) {
        for destination in rule.destinations.iter().filter_map(numbers) {
            for service in &rule.services {
                let side = |first: u16, last: u16| (u128::from(first), u128::from(last));
                all.push([
                    source,
                    destination,
                    side(service.protocols.0.into(), service.protocols.1.into()),
                    side(
                        service.destination_ports.first,
                        service.destination_ports.last,
                    ),
                    side(service.source_ports.first, service.source_ports.last),
                ]);
            }
        }
    }
    all
}

fn holds(wide: &Cuboid, narrow: &Cuboid) -> bool {
    wide.iter()
        .zip(narrow)
        .all(|(wide, narrow)| wide.0 <= narrow.0 && narrow.1 <= wide.1)
}

fn meets(one: &Cuboid, other: &Cuboid) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.0 <= other.1 && other.0 <= one.1)
}

/// Rules that never act as far as a look at pairs shows.
fn pair_by_pair(set: &RuleSet) -> usize {
    let rules: Vec<Vec<Cuboid>> = set.rules.iter().map(cuboids).collect();
    let hidden = |index: &usize| {
        let earlier = rules.iter().take(*index);
        earlier.into_iter().any(|wide| {
            rules[*index]
                .iter()
                .all(|narrow| wide.iter().any(|wide| holds(wide, narrow)))
        })
    };
    (0..rules.len()).filter(hidden).count()
}

/// What is left of `whole` without `hole`.
fn cut(whole: &Cuboid, hole: &Cuboid, left: &mut Vec<Cuboid>) {
    if !meets(whole, hole) {
        left.push(*whole);
        return;
    }
    let mut rest = *whole;
    for side in 0..whole.len() {
        let ((first, last), (begin, end)) = (rest[side], hole[side]);
        if first < begin {
            let mut below = rest;
            below[side].1 = begin - 1;
            left.push(below);
            rest[side].0 = begin;
        }
        if end < last {
            let mut above = rest;
            above[side].0 = end + 1;
            left.push(above);
            rest[side].1 = end;
        }
    }
}

/// Rules that never act, found by cutting all earlier ones out of each.
fn box_by_box(set: &RuleSet) -> usize {
    let rules: Vec<Vec<Cuboid>> = set.rules.iter().map(cuboids).collect();
    let hidden = |index: &usize| {
        let mut left = rules[*index].clone();
        for hole in rules.iter().take(*index).flatten() {
            let mut next = Vec::new();
            for whole in &left {
                cut(whole, hole, &mut next);
            }
            left = next;
            if left.is_empty() {
                return true;
            }
        }
        false
    };
    (0..rules.len()).filter(hidden).count()
}

/// Rules that never act, by the product.
fn never_act(set: &RuleSet) -> (usize, usize) {
    let findings = analyse(set, TODAY);
    let hidden = findings.iter().filter(|finding| match &finding.problem {
        Problem::Shadowed { .. } => true,
        Problem::Redundant { by, .. } => {
            !by.is_empty()
                && by.iter().all(|by| {
                    finding
                        .rule
                        .as_ref()
                        .is_some_and(|rule| by.index < rule.index)
                })
        }
        _ => false,
    });
    let open = findings
        .iter()
        .filter(|finding| finding.problem == Problem::NotAnalysed);
    (hidden.count(), open.count())
}

#[expect(clippy::print_stderr, reason = "a bench speaks to whoever runs it")]
fn policy(criterion: &mut Criterion) {
    let (grown, entangled) = (grown(2000), entangled(300));
    for set in [&grown, &entangled] {
        let (found, open) = never_act(set);
        eprintln!(
            "{}: {} rules; never act: {found} ({open} not analysed), pair by pair {}, box by box {}",
            set.name,
            set.rules.len(),
            pair_by_pair(set),
            box_by_box(set)
        );
    }
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(10);
    for set in [&grown, &entangled] {
        let size = set.rules.len();
        group.bench_function(format!("analyse {size} {} rules", set.name), |bencher| {
            bencher.iter(|| analyse(black_box(set), TODAY));
        });
        group.bench_function(format!("pair by pair {size} {}", set.name), |bencher| {
            bencher.iter(|| pair_by_pair(black_box(set)));
        });
        group.bench_function(format!("box by box {size} {}", set.name), |bencher| {
            bencher.iter(|| box_by_box(black_box(set)));
        });
    }
    let database = [network(200, 3, 17, 32)];
    let service = [Service::tcp(1433, 1433)];
    group.bench_function("who reaches a database", |bencher| {
        bencher.iter(|| who_can_reach(&[black_box(&grown)], &database, &service, TODAY));
    });
    let question = Question {
        sources: vec![network(1, 0, 0, 16)],
        destinations: vec![network(200, 0, 0, 16)],
        ..Question::everything()
    };
    group.bench_function("network to network, all services", |bencher| {
        bencher.iter(|| assert!(reach(&[black_box(&grown)], &question, TODAY).is_complete));
    });
    let mut changed = grown.clone();
    changed.rules.remove(700);
    changed.rules[1200].services.push(Service::tcp(8000, 8100));
    group.bench_function("compare two versions", |bencher| {
        bencher.iter(|| assert!(compare(black_box(&grown), &changed, TODAY).is_complete));
    });
    group.finish();
}

criterion_group!(benches, policy);
criterion_main!(benches);
