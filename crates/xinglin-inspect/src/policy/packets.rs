//! Sets of packets for people: pieces put together to as few as can be read.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    diagram::{Deciders, Piece},
    model::{
        DESTINATION, DESTINATION_PORT, FROM, Model, PROTOCOL, Product, SIDES, SOURCE, SOURCE_PORT,
        TO, Version,
    },
    packet::Packet,
    ranges::Ranges,
    rule::{AddressRange, PortRange, Service},
};

/// Zones or interfaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zones {
    /// All.
    Any,
    /// These.
    Only(Vec<String>),
    /// All but these.
    AllBut(Vec<String>),
}

/// A set of packets: all combinations of what its fields list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Packets {
    /// Where they come from.
    pub from: Zones,
    /// Where they go.
    pub to: Zones,
    /// Source addresses, all of one version of IP.
    pub sources: Vec<AddressRange>,
    /// Destination addresses, of the same version.
    pub destinations: Vec<AddressRange>,
    /// Services; no two of them share a packet.
    pub services: Vec<Service>,
}

impl Zones {
    /// Whether a packet's zone is among them; `None` is a zone that no rule names.
    pub fn contains(&self, zone: Option<&str>) -> bool {
        let is_among =
            |names: &[String]| zone.is_some_and(|zone| names.iter().any(|name| name == zone));
        match self {
            Self::Any => true,
            Self::Only(names) => is_among(names),
            Self::AllBut(names) => !is_among(names),
        }
    }
}

impl Packets {
    /// Whether a packet is among them.
    pub fn contains(&self, packet: &Packet) -> bool {
        let among =
            |ranges: &[AddressRange], address| ranges.iter().any(|range| range.contains(address));
        self.from.contains(packet.from.as_deref())
            && self.to.contains(packet.to.as_deref())
            && among(&self.sources, packet.source)
            && among(&self.destinations, packet.destination)
            && self.services.iter().any(|service| service.holds(packet))
    }
}

/// Puts pieces together: as few sets as simple means give, in order of first appearance.
pub(super) fn gather(
    model: &Model,
    version: Version,
    pieces: Vec<Piece>,
) -> Vec<(Packets, Deciders)> {
    let mut pieces = pieces;
    for side in [
        SOURCE_PORT,
        DESTINATION_PORT,
        PROTOCOL,
        SOURCE,
        DESTINATION,
        FROM,
        TO,
    ] {
        pieces = merged(pieces, side, |piece| {
            (piece.sides.clone(), piece.deciders.clone())
        });
    }
    let mut gathered = by_place(pieces);
    for side in [SOURCE, DESTINATION, FROM, TO] {
        gathered = merged(gathered, side, |gathered| {
            (
                gathered.place.clone(),
                gathered.services.clone(),
                gathered.deciders.clone(),
            )
        });
    }
    let packets = gathered.into_iter().map(|gathered| {
        let Gathered {
            place,
            services,
            deciders,
        } = gathered;
        (packets(model, version, &place, &services), deciders)
    });
    packets.collect()
}

/// Pieces of the same zones, addresses and deciders.
struct Gathered {
    /// The sides of ports and protocols are those of one of the pieces.
    place: Product,
    services: Vec<[Arc<Ranges>; 3]>,
    deciders: Deciders,
}

fn by_place(pieces: Vec<Piece>) -> Vec<Gathered> {
    let mut places: HashMap<([Arc<Ranges>; 4], Deciders), usize> = HashMap::new();
    let mut all: Vec<Gathered> = Vec::new();
    for Piece { sides, deciders } in pieces {
        let [
            from,
            to,
            destination,
            source,
            protocol,
            destination_port,
            source_port,
        ] = &sides;
        let place = [from, to, destination, source].map(Arc::clone);
        let service = [protocol, destination_port, source_port].map(Arc::clone);
        let next = all.len();
        let number = *places.entry((place, deciders.clone())).or_insert(next);
        match all.get_mut(number) {
            Some(gathered) => gathered.services.push(service),
            None => all.push(Gathered {
                place: empty_services(sides),
                services: vec![service],
                deciders,
            }),
        }
    }
    for gathered in &mut all {
        gathered.services.sort();
    }
    all
}

/// Services stand apart from the place, which must compare equal without them.
fn empty_services(mut sides: Product) -> Product {
    for side in [PROTOCOL, DESTINATION_PORT, SOURCE_PORT] {
        if let Some(side) = sides.get_mut(side) {
            *side = Arc::new(Ranges::default());
        }
    }
    sides
}

/// Something with sides of which one can be replaced.
trait Sided {
    fn sides_mut(&mut self) -> &mut Product;
}

impl Sided for Piece {
    fn sides_mut(&mut self) -> &mut Product {
        &mut self.sides
    }
}

impl Sided for Gathered {
    fn sides_mut(&mut self) -> &mut Product {
        &mut self.place
    }
}

/// Unites what differs in nothing but one side.
fn merged<T: Sided, K: std::hash::Hash + Eq>(
    parts: Vec<T>,
    side: usize,
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    let nothing = Arc::new(Ranges::default());
    let mut numbers: HashMap<K, usize> = HashMap::new();
    let mut united: Vec<(T, Vec<Arc<Ranges>>)> = Vec::new();
    for mut part in parts {
        let Some(slot) = part.sides_mut().get_mut(side) else {
            continue;
        };
        let ranges = std::mem::replace(slot, Arc::clone(&nothing));
        let next = united.len();
        let number = *numbers.entry(key(&part)).or_insert(next);
        match united.get_mut(number) {
            Some((_, all)) => all.push(ranges),
            None => united.push((part, vec![ranges])),
        }
    }
    let restored = united.into_iter().map(|(mut part, all)| {
        if let Some(slot) = part.sides_mut().get_mut(side) {
            *slot = match all.as_slice() {
                [one] => Arc::clone(one),
                all => Arc::new(Ranges::new(all.iter().flat_map(|ranges| ranges.iter()))),
            };
        }
        part
    });
    restored.collect()
}

fn packets(
    model: &Model,
    version: Version,
    place: &Product,
    services: &[[Arc<Ranges>; 3]],
) -> Packets {
    const _: () = assert!(SIDES == 7);
    let [from, to, destination, source, ..] = place;
    Packets {
        from: zones(model, from),
        to: zones(model, to),
        sources: addresses(version, source),
        destinations: addresses(version, destination),
        services: services.iter().flat_map(listed_services).collect(),
    }
}

pub(super) fn zones(model: &Model, numbers: &Ranges) -> Zones {
    let unnamed = model.unnamed_zone();
    let names = |wanted: bool| {
        (0..unnamed)
            .filter(|number| numbers.contains(*number) == wanted)
            .filter_map(|number| model.zone(number).cloned())
            .collect::<Vec<_>>()
    };
    if !numbers.contains(unnamed) {
        return Zones::Only(names(true));
    }
    match names(false) {
        missing if missing.is_empty() => Zones::Any,
        missing => Zones::AllBut(missing),
    }
}

fn addresses(version: Version, numbers: &Ranges) -> Vec<AddressRange> {
    let ranges = numbers.iter().map(|(first, last)| AddressRange {
        first: version.address(first),
        last: version.address(last),
    });
    ranges.collect()
}

fn listed_services(
    [protocols, destination_ports, source_ports]: &[Arc<Ranges>; 3],
) -> Vec<Service> {
    let byte = |number: u128| u8::try_from(number).unwrap_or(u8::MAX);
    let port = |number: u128| u16::try_from(number).unwrap_or(u16::MAX);
    let range = |(first, last): (u128, u128)| PortRange {
        first: port(first),
        last: port(last),
    };
    let mut services = Vec::new();
    for (first, last) in protocols.iter() {
        for destination_ports in destination_ports.iter().map(range) {
            services.extend(source_ports.iter().map(range).map(|source_ports| Service {
                protocols: (byte(first), byte(last)),
                source_ports,
                destination_ports,
            }));
        }
    }
    services
}
