//! Permits that let too much through.

use std::collections::BTreeMap;

use super::{
    super::{
        disjoint::disjoint,
        finding::{ExposedGroup, Limits, PolicyFinding, Problem, SensitivePort},
        model::{Line, Model, Version},
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
    let mut left = Steps(limits.steps);
    for (index, rule) in set.rules.iter().enumerate() {
        if rule.action != Action::Permit || !model.has_lines_of(index) {
            continue;
        }
        let mut add = |severity, problem| {
            findings.push(finding(set, index, severity, problem));
        };
        if limits.require_logging && !rule.is_logged {
            add(Severity::Low, Problem::NotLogged);
        }
        // What users or applications narrow lets less through than can be counted here.
        if rule.is_narrowed {
            continue;
        }
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
                combinations: whole(width.combinations()),
            };
            add(Severity::Medium, problem);
        }
        if width.sources > u128::from(limits.exposed_sources) {
            for (group, (ports, example)) in exposed(model, set, index, limits, &mut left) {
                let problem = Problem::Exposed {
                    group,
                    ports,
                    sources: whole(width.sources),
                    example,
                };
                add(Severity::High, problem);
            }
        }
    }
}

/// What a side counts that is any: who publishes one port to everybody, or lets a department
/// out to the web, means it.
const ANY_SIDE: u128 = 65_536;

/// How much a rule holds.
struct Width {
    sources: u128,
    destinations: u128,
    /// Sources times destinations, of a side that is any [`ANY_SIDE`].
    pairs: u128,
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
        let counted = |ranges: &[AddressRange]| {
            let is_any = Version::BOTH
                .into_iter()
                .any(|version| version.is_all(ranges));
            if is_any { ANY_SIDE } else { addresses(ranges) }
        };
        Self {
            pairs: counted(&rule.sources).saturating_mul(counted(&rule.destinations)),
            sources: addresses(&rule.sources),
            destinations: addresses(&rule.destinations),
            ports,
            is_any_address,
            is_any_service,
        }
    }

    fn combinations(&self) -> u128 {
        self.pairs.saturating_mul(u128::from(self.ports))
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
    set: &RuleSet,
    index: usize,
    limits: &Limits,
    left: &mut Steps,
) -> BTreeMap<ExposedGroup, (Vec<u16>, Packet)> {
    let mut found: BTreeMap<ExposedGroup, (Vec<u16>, Packet)> = BTreeMap::new();
    let Some(rule) = set.rules.get(index) else {
        return found;
    };
    for sensitive in &limits.sensitive_ports {
        let services = rule
            .services
            .iter()
            .filter_map(|service| narrowed(service, *sensitive));
        let services: Vec<Service> = services.collect();
        if let Some(example) = passing(model, set, index, &services, left) {
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
fn passing(
    model: &mut Model,
    set: &RuleSet,
    index: usize,
    services: &[Service],
    left: &mut Steps,
) -> Option<Packet> {
    let rule = set.rules.get(index)?;
    let is_sure = |line: &&Line| {
        set.rules
            .get(line.rule)
            .is_some_and(|rule| !rule.is_narrowed)
    };
    for version in Version::BOTH {
        let regions = model.region(
            version,
            (&rule.from, &rule.to),
            (&rule.sources, &rule.destinations),
            services,
        );
        for region in &regions {
            let lines = model.lines(version);
            let end = lines.partition_point(|line| line.rule < index);
            // Undecided in time is not a finding.
            left.take(end).ok()?;
            let before = lines.iter().take(end).filter(is_sure);
            let before = before.map(|line| (line, false));
            let allowed = left.0.min(STEPS_OF_A_RULE);
            let mut steps = Steps(allowed);
            let found = Search::new(region, before, true).run(&mut steps);
            left.0 -= allowed - steps.0;
            if let Ok(Some(point)) = found {
                return Some(model.packet(version, &point));
            }
        }
    }
    None
}
