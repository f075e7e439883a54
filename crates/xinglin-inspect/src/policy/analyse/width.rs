//! Permits that let too much through.

use std::collections::BTreeMap;

use super::{
    super::{
        disjoint::disjoint,
        finding::{ExposedGroup, Limits, PolicyFinding, Problem, SensitivePort},
        model::{Model, Version},
        packet::Packet,
        rule::{Action, AddressRange, Rule, RuleSet, Service},
        search::Search,
        split::Steps,
    },
    STEPS_OF_A_RULE, finding,
};
use crate::checks::Severity;

/// Adds what is found to `findings`.
pub(super) fn find(
    set: &RuleSet,
    model: &mut Model,
    limits: &Limits,
    findings: &mut Vec<PolicyFinding>,
) {
    for (index, rule) in set.rules.iter().enumerate() {
        if rule.action != Action::Permit || !model.has_lines_of(index) {
            continue;
        }
        let mut add = |severity, problem| {
            findings.push(finding(set, index, severity, problem));
        };
        let width = Width::of(rule);
        if width.is_any_service && width.is_any_address {
            add(Severity::High, Problem::AnyPermit);
        } else if width.is_any_service {
            add(Severity::Medium, Problem::AnyServicePermit);
        }
        if width.combinations() > u128::from(limits.combinations) && !width.is_any_service {
            let problem = Problem::TooWide {
                sources: whole(width.sources),
                destinations: whole(width.destinations),
                ports: width.ports,
            };
            add(Severity::Medium, problem);
        }
        if width.sources > u128::from(limits.exposed_sources) {
            for (group, (ports, example)) in exposed(model, index, rule, limits) {
                let problem = Problem::Exposed {
                    group,
                    ports,
                    sources: whole(width.sources),
                    example,
                };
                add(Severity::High, problem);
            }
        }
        if limits.require_logging && !rule.is_logged {
            add(Severity::Low, Problem::NotLogged);
        }
    }
}

/// How much a rule holds.
struct Width {
    sources: u128,
    destinations: u128,
    ports: u64,
    is_any_address: bool,
    is_any_service: bool,
}

impl Width {
    fn of(rule: &Rule) -> Self {
        let services = disjoint(&rule.services);
        let ports = services.iter().map(|service| {
            let count = |first: u16, last: u16| u64::from(last.saturating_sub(first)) + 1;
            let (first, last) = service.protocols;
            let ports = service.destination_ports;
            count(first.into(), last.into()) * count(ports.first, ports.last)
        });
        let ports: u64 = ports.sum();
        let is_any_address = Version::BOTH
            .into_iter()
            .any(|version| version.is_all(&rule.sources) && version.is_all(&rule.destinations));
        // Every TCP port, or every protocol: nobody means more by `any`.
        let is_any_service = rule.services.iter().any(|service| {
            *service == Service::ANY
                || (service.protocols == (6, 6) && *service == Service::protocol(6))
        });
        Self {
            sources: addresses(&rule.sources),
            destinations: addresses(&rule.destinations),
            ports,
            is_any_address,
            is_any_service,
        }
    }

    fn combinations(&self) -> u128 {
        self.sources
            .saturating_mul(self.destinations)
            .saturating_mul(u128::from(self.ports))
    }
}

/// Addresses of version 4, or networks of 64 bits of version 6, whichever are more.
fn addresses(ranges: &[AddressRange]) -> u128 {
    let v4 = Version::V4.numbers(ranges).count();
    let v6 = Version::V6.numbers(ranges).count();
    v4.max(v6.div_ceil(1 << 64))
}

fn whole(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The sensitive ports that a rule opens, with a packet that passes by it.
fn exposed(
    model: &mut Model,
    index: usize,
    rule: &Rule,
    limits: &Limits,
) -> BTreeMap<ExposedGroup, (Vec<u16>, Packet)> {
    let mut found: BTreeMap<ExposedGroup, (Vec<u16>, Packet)> = BTreeMap::new();
    for sensitive in &limits.sensitive_ports {
        let services = rule
            .services
            .iter()
            .filter_map(|service| narrowed(service, *sensitive));
        let services: Vec<Service> = services.collect();
        if let Some(example) = passing(model, index, rule, &services) {
            let group = found.entry(sensitive.group);
            let (ports, _) = group.or_insert_with(|| (Vec::new(), example));
            ports.push(sensitive.port);
        }
    }
    found
}

/// What of a service is one port.
fn narrowed(service: &Service, sensitive: SensitivePort) -> Option<Service> {
    let (first, last) = service.protocols;
    let holds = (first..=last).contains(&sensitive.protocol)
        && service.destination_ports.contains(sensitive.port);
    holds.then(|| Service {
        protocols: (sensitive.protocol, sensitive.protocol),
        source_ports: service.source_ports,
        destination_ports: crate::policy::PortRange::single(sensitive.port),
    })
}

/// A packet that no rule before takes.
fn passing(model: &mut Model, index: usize, rule: &Rule, services: &[Service]) -> Option<Packet> {
    for version in Version::BOTH {
        let regions = model.region(
            version,
            (&rule.from, &rule.to),
            (&rule.sources, &rule.destinations),
            services,
        );
        for region in &regions {
            let lines = model.lines(version).iter();
            let before = lines
                .take_while(|line| line.rule < index)
                .map(|line| (line, false));
            let mut steps = Steps(STEPS_OF_A_RULE);
            // Undecided in time is not a finding.
            if let Ok(Some(point)) = Search::new(region, before, true).run(&mut steps) {
                return Some(model.packet(version, &point));
            }
        }
    }
    None
}
