//! Services without what they share.

use super::rule::{PortRange, Service};

/// The same packets as `services`, each in one service only.
pub(super) fn disjoint(services: &[Service]) -> Vec<Service> {
    let mut apart: Vec<Service> = Vec::new();
    for service in services {
        let mut rest = vec![*service];
        for taken in &apart {
            rest = rest.iter().flat_map(|part| without(part, taken)).collect();
        }
        apart.extend(rest);
    }
    apart
}

/// What of `service` is not in `taken`: whole protocols first, then destination ports, then
/// source ports.
fn without(service: &Service, taken: &Service) -> Vec<Service> {
    let protocols = |service: &Service| {
        let (first, last) = service.protocols;
        (u16::from(first), u16::from(last))
    };
    let ports = |range: PortRange| (range.first, range.last);
    let sides = [
        cut(protocols(service), protocols(taken)),
        cut(
            ports(service.destination_ports),
            ports(taken.destination_ports),
        ),
        cut(ports(service.source_ports), ports(taken.source_ports)),
    ];
    let [Some(protocol), Some(destination), Some(source)] = sides else {
        return vec![*service];
    };
    let with = |protocols: (u16, u16), destination: (u16, u16), source: (u16, u16)| {
        let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        Service {
            protocols: (byte(protocols.0), byte(protocols.1)),
            destination_ports: PortRange {
                first: destination.0,
                last: destination.1,
            },
            source_ports: PortRange {
                first: source.0,
                last: source.1,
            },
        }
    };
    let (all_destinations, all_sources) = (
        ports(service.destination_ports),
        ports(service.source_ports),
    );
    let mut rest = Vec::new();
    for outside in protocol.outside.into_iter().flatten() {
        rest.push(with(outside, all_destinations, all_sources));
    }
    for outside in destination.outside.into_iter().flatten() {
        rest.push(with(protocol.inside, outside, all_sources));
    }
    for outside in source.outside.into_iter().flatten() {
        rest.push(with(protocol.inside, destination.inside, outside));
    }
    rest
}

/// A range cut by another.
struct Cut {
    inside: (u16, u16),
    outside: [Option<(u16, u16)>; 2],
}

/// `None` when the ranges share nothing.
fn cut((first, last): (u16, u16), (begin, end): (u16, u16)) -> Option<Cut> {
    let inside = (first.max(begin), last.min(end));
    if inside.0 > inside.1 {
        return None;
    }
    let below = inside.0.checked_sub(1).filter(|below| first <= *below);
    let above = inside.1.checked_add(1).filter(|above| *above <= last);
    Some(Cut {
        inside,
        outside: [
            below.map(|below| (first, below)),
            above.map(|above| (above, last)),
        ],
    })
}
