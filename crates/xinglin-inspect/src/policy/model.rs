//! Rule sets as sets of packets: every rule is a list of *lines*, every line a product of one
//! set of numbers for each side of a packet.
//!
//! Packets of IP version 4 and 6 are two worlds that are looked at one after the other, so
//! that no set ever holds a packet from an address of one version to one of the other.

use std::{
    collections::{BTreeSet, HashMap},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    packet::Packet,
    ranges::Ranges,
    rule::{Action, AddressRange, PortRange, Rule, RuleSet, Service},
};

/// How many sides a packet has: from, to, destination, source, protocol, destination port,
/// source port. Sets are split side by side in this order: zones and servers part a policy
/// into small pieces soonest.
pub(super) const SIDES: usize = 7;
pub(super) const FROM: usize = 0;
pub(super) const TO: usize = 1;
pub(super) const DESTINATION: usize = 2;
pub(super) const SOURCE: usize = 3;
pub(super) const PROTOCOL: usize = 4;
pub(super) const DESTINATION_PORT: usize = 5;
pub(super) const SOURCE_PORT: usize = 6;

/// A set of packets of one version: all combinations of what its sides hold.
pub(super) type Product = [Arc<Ranges>; SIDES];

/// One packet of a product.
pub(super) type Point = [u128; SIDES];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V4,
    V6,
}

impl Version {
    pub(super) const BOTH: [Self; 2] = [Self::V4, Self::V6];

    /// The highest address.
    pub(super) fn highest(self) -> u128 {
        match self {
            Self::V4 => u128::from(u32::MAX),
            Self::V6 => u128::MAX,
        }
    }

    pub(super) fn address(self, number: u128) -> IpAddr {
        match self {
            Self::V4 => IpAddr::V4(Ipv4Addr::from_bits(
                u32::try_from(number).unwrap_or(u32::MAX),
            )),
            Self::V6 => IpAddr::V6(Ipv6Addr::from_bits(number)),
        }
    }

    /// Whether `ranges` hold all addresses of this version.
    pub(super) fn is_all(self, ranges: &[AddressRange]) -> bool {
        self.numbers(ranges).iter().eq([(0, self.highest())])
    }

    /// The addresses of this version among `ranges`.
    pub(super) fn numbers(self, ranges: &[AddressRange]) -> Ranges {
        Ranges::new(
            ranges
                .iter()
                .filter_map(|range| match (self, range.first, range.last) {
                    (Self::V4, IpAddr::V4(first), IpAddr::V4(last)) => {
                        Some((u128::from(first.to_bits()), u128::from(last.to_bits())))
                    }
                    (Self::V6, IpAddr::V6(first), IpAddr::V6(last)) => {
                        Some((first.to_bits(), last.to_bits()))
                    }
                    _ => None,
                }),
        )
    }
}

/// One service of a rule, with everything else the rule asks for.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) set: usize,
    pub(super) rule: usize,
    pub(super) action: Action,
    pub(super) sides: Product,
}

impl Line {
    /// Whether it speaks of any packet of `region`.
    pub(super) fn overlaps(&self, region: &Product) -> bool {
        let mut pairs = self.sides.iter().zip(region);
        pairs.all(|(side, part)| Arc::ptr_eq(side, part) || side.overlaps(part))
    }

    /// The sides on which it holds all of `region`, a bit each.
    pub(super) fn covered(&self, region: &Product) -> u8 {
        let pairs = self.sides.iter().zip(region).enumerate();
        pairs.fold(0, |bits, (index, (side, part))| {
            let covers = Arc::ptr_eq(side, part) || side.contains_all(part);
            bits | (u8::from(covers) << index)
        })
    }
}

/// Bits of [`Line::covered`] for the sides from `level` on.
pub(super) fn sides_from(level: usize) -> u8 {
    const ALL: u8 = (1 << SIDES) - 1;
    ALL & ALL
        .checked_shl(u32::try_from(level).unwrap_or(u32::MAX))
        .unwrap_or(0)
}

/// Rule sets that are asked together.
#[derive(Debug)]
pub(super) struct Model {
    zones: Vec<String>,
    pool: Pool,
    v4: Vec<Line>,
    v6: Vec<Line>,
}

impl Model {
    /// The rules of `sets` that act on a day, in a world that has their zones and `zones`.
    pub(super) fn new<'n>(
        sets: &[&'n RuleSet],
        zones: impl Iterator<Item = &'n String>,
        today: Date,
    ) -> Self {
        let rules = sets.iter().flat_map(|set| &set.rules);
        let named = rules.flat_map(|rule| rule.from.iter().chain(&rule.to));
        let zones: BTreeSet<&String> = named.chain(zones).collect();
        let mut model = Self {
            zones: zones.into_iter().cloned().collect(),
            pool: Pool::default(),
            v4: Vec::new(),
            v6: Vec::new(),
        };
        for (number, set) in sets.iter().enumerate() {
            for (index, rule) in set.rules.iter().enumerate() {
                if rule.acts_on(today) {
                    model.add(number, index, rule);
                }
            }
        }
        model
    }

    fn add(&mut self, set: usize, index: usize, rule: &Rule) {
        for version in Version::BOTH {
            for sides in self.region(
                version,
                (&rule.from, &rule.to),
                (&rule.sources, &rule.destinations),
                &rule.services,
            ) {
                let line = Line {
                    set,
                    rule: index,
                    action: rule.action,
                    sides,
                };
                match version {
                    Version::V4 => self.v4.push(line),
                    Version::V6 => self.v6.push(line),
                }
            }
        }
    }

    /// Lines in order of rule set and rule.
    pub(super) fn lines(&self, version: Version) -> &[Line] {
        match version {
            Version::V4 => &self.v4,
            Version::V6 => &self.v6,
        }
    }

    /// Whether a rule has any packets while it acts.
    pub(super) fn has_lines_of(&self, rule: usize) -> bool {
        [&self.v4, &self.v6].into_iter().any(|lines| {
            let begin = lines.partition_point(|line| line.rule < rule);
            lines.get(begin).is_some_and(|line| line.rule == rule)
        })
    }

    /// The products that zones, addresses (sources, destinations) and services make; empty
    /// ones are left out. Zones that this world has no name for are one, the unnamed.
    pub(super) fn region(
        &mut self,
        version: Version,
        (from, to): (&[String], &[String]),
        (sources, destinations): (&[AddressRange], &[AddressRange]),
        services: &[Service],
    ) -> Vec<Product> {
        let (from, to) = (self.zone_numbers(from), self.zone_numbers(to));
        let from = self.pool.shared(from);
        let to = self.pool.shared(to);
        let sources = self.pool.shared(version.numbers(sources));
        let destinations = self.pool.shared(version.numbers(destinations));
        if sources.is_empty() || destinations.is_empty() {
            return Vec::new();
        }
        let mut products = Vec::new();
        for service in services {
            let (first, last) = service.protocols;
            let protocols = Ranges::one(first.into(), last.into());
            let sides = [
                Arc::clone(&from),
                Arc::clone(&to),
                Arc::clone(&destinations),
                Arc::clone(&sources),
                self.pool.shared(protocols),
                self.pool.shared(ports(service.destination_ports)),
                self.pool.shared(ports(service.source_ports)),
            ];
            if sides.iter().all(|side| !side.is_empty()) {
                products.push(sides);
            }
        }
        products
    }

    /// All packets of a version.
    pub(super) fn everything(&mut self, version: Version) -> Vec<Product> {
        self.region(
            version,
            (&[], &[]),
            (&AddressRange::any(), &AddressRange::any()),
            &[Service::ANY],
        )
    }

    /// Zones are numbered in order of name; the number after the last is for all others.
    fn zone_numbers(&self, names: &[String]) -> Ranges {
        if names.is_empty() {
            return Ranges::one(0, self.unnamed_zone());
        }
        Ranges::new(names.iter().map(|name| {
            let number = self.zones.binary_search(name);
            let number = number.map_or(self.unnamed_zone(), |place| place as u128);
            (number, number)
        }))
    }

    pub(super) fn unnamed_zone(&self) -> u128 {
        self.zones.len() as u128
    }

    /// The name of a zone by its number; `None` for the unnamed one.
    pub(super) fn zone(&self, number: u128) -> Option<&String> {
        self.zones.get(usize::try_from(number).ok()?)
    }

    pub(super) fn packet(&self, version: Version, point: &Point) -> Packet {
        let [
            from,
            to,
            destination,
            source,
            protocol,
            destination_port,
            source_port,
        ] = *point;
        let port = |number| u16::try_from(number).unwrap_or(u16::MAX);
        Packet {
            source: version.address(source),
            destination: version.address(destination),
            protocol: u8::try_from(protocol).unwrap_or(u8::MAX),
            source_port: port(source_port),
            destination_port: port(destination_port),
            from: self.zone(from).cloned(),
            to: self.zone(to).cloned(),
        }
    }
}

fn ports(range: PortRange) -> Ranges {
    Ranges::one(range.first.into(), range.last.into())
}

/// Equal sets are stored once, so that most comparisons are of pointers.
#[derive(Debug, Default)]
struct Pool(HashMap<Ranges, Arc<Ranges>>);

impl Pool {
    fn shared(&mut self, ranges: Ranges) -> Arc<Ranges> {
        let known = self.0.entry(ranges);
        Arc::clone(known.or_insert_with_key(|ranges| Arc::new(ranges.clone())))
    }
}
