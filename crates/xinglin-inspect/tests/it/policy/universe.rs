//! A small world of packets in which every rule set can be tried out packet by packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use xinglin_inspect::policy::{Action, AddressRange, Packet, PortRange, Rule, RuleSet, Service};

pub(crate) const TODAY: Date = date(2026, 11, 22);

/// Addresses that rules name, of each version; one more stands for all others.
const ADDRESSES: u8 = 5;
const ZONES: [&str; 2] = ["trust", "dmz"];

fn v4(number: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 0, number))
}

fn v6(number: u8) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(u128::from(number)))
}

/// One packet of every kind that the rules of [`rule_sets`] can tell apart.
pub(crate) fn packets(with_zones: bool) -> Vec<Packet> {
    let zones: &[Option<&str>] = if with_zones {
        &[None, Some("trust"), Some("dmz")]
    } else {
        &[None]
    };
    let source_ports: &[u16] = if with_zones { &[0] } else { &[0, 1, 2] };
    let mut packets = Vec::new();
    for of_version in [v4, v6] {
        for (source, destination) in pairs(0..=ADDRESSES) {
            for protocol in [5, 6, 10, 17, 18] {
                for destination_port in 0..=4 {
                    for source_port in source_ports {
                        for (from, to) in pairs(0..zones.len()) {
                            packets.push(Packet {
                                source: of_version(source),
                                destination: of_version(destination),
                                protocol,
                                source_port: *source_port,
                                destination_port,
                                from: zones[from].map(str::to_owned),
                                to: zones[to].map(str::to_owned),
                            });
                        }
                    }
                }
            }
        }
    }
    packets
}

fn pairs<T: Copy>(all: impl Iterator<Item = T> + Clone) -> Vec<(T, T)> {
    let second = all.clone();
    all.flat_map(|a| second.clone().map(move |b| (a, b)))
        .collect()
}

pub(crate) fn address_ranges() -> impl Strategy<Value = Vec<AddressRange>> {
    let range = (any::<bool>(), 0..ADDRESSES, 0..ADDRESSES).prop_map(|(is_v6, a, b)| {
        let of_version = if is_v6 { v6 } else { v4 };
        AddressRange {
            first: of_version(a.min(b)),
            last: of_version(a.max(b)),
        }
    });
    prop_oneof![
        1 => Just(AddressRange::any()),
        1 => Just(vec![AddressRange::ANY_V4]),
        6 => proptest::collection::vec(range, 1..4),
    ]
}

pub(crate) fn services_of(with_zones: bool) -> impl Strategy<Value = Vec<Service>> {
    let ports = |last: u16| {
        prop_oneof![
            1 => Just(PortRange::ANY),
            3 => (0..=last, 0..=last).prop_map(|(a, b)| PortRange { first: a.min(b), last: a.max(b) }),
        ]
    };
    let protocols = prop_oneof![Just((6, 6)), Just((17, 17)), Just((6, 17)), Just((0, 255)),];
    let source_ports = if with_zones {
        Just(PortRange::ANY).boxed()
    } else {
        ports(1).boxed()
    };
    let service = (protocols, ports(3), source_ports).prop_map(
        |(protocols, destination_ports, source_ports)| Service {
            protocols,
            source_ports,
            destination_ports,
        },
    );
    prop_oneof![
        1 => Just(vec![Service::ANY]),
        4 => proptest::collection::vec(service, 1..3),
    ]
}

pub(crate) fn zones(with_zones: bool) -> BoxedStrategy<Vec<String>> {
    if !with_zones {
        return Just(Vec::new()).boxed();
    }
    proptest::sample::subsequence(ZONES.to_vec(), 0..=2)
        .prop_map(|names| names.into_iter().map(str::to_owned).collect())
        .boxed()
}

fn actions() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Permit), Just(Action::Deny)]
}

fn rules(with_zones: bool) -> impl Strategy<Value = Rule> {
    let schedule = prop_oneof![
        6 => Just(None),
        1 => Just(Some("night".to_owned())),
        1 => Just(Some("weekend".to_owned())),
    ];
    let sides = (
        zones(with_zones),
        zones(with_zones),
        address_ranges(),
        address_ranges(),
        services_of(with_zones),
    );
    let state = (
        actions(),
        prop_oneof![9 => Just(true), 1 => Just(false)],
        prop_oneof![8 => Just(None), 1 => Just(Some(TODAY)), 1 => Just(Some(date(2026, 11, 21)))],
        schedule,
        prop_oneof![7 => Just(false), 1 => Just(true)],
    );
    (sides, state).prop_map(|((from, to, sources, destinations, services), state)| {
        let (action, is_enabled, expires_on, schedule, is_narrowed) = state;
        Rule {
            name: String::new(),
            lines: None,
            action,
            from,
            to,
            sources,
            destinations,
            services,
            is_enabled,
            expires_on,
            schedule,
            is_logged: true,
            profiles: Vec::new(),
            is_narrowed,
            hits: None,
        }
    })
}

/// Rule sets with zones and without source ports, or the other way round.
pub(crate) fn rule_sets(with_zones: bool) -> impl Strategy<Value = RuleSet> {
    let rules = proptest::collection::vec(rules(with_zones), 0..8);
    (rules, actions()).prop_map(|(mut rules, default)| {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule.name = index.to_string();
        }
        RuleSet {
            name: "small".to_owned(),
            bound_to: vec!["global".to_owned()],
            rules,
            default,
        }
    })
}
