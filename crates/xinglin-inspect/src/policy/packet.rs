//! A packet, and what rules do with it.

use std::net::IpAddr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rule::{Action, Rule, RuleSet, Service};

/// The first packet of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Where it comes from.
    pub source: IpAddr,
    /// Where it goes.
    pub destination: IpAddr,
    /// The IANA protocol number.
    pub protocol: u8,
    /// The source port; 0 where the protocol has none.
    pub source_port: u16,
    /// The destination port; 0 where the protocol has none, for ICMP the type.
    pub destination_port: u16,
    /// The zone or interface it comes from; `None` for one that no rule names.
    pub from: Option<String>,
    /// The zone or interface it goes to; `None` for one that no rule names.
    pub to: Option<String>,
}

/// Which rule is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleReference {
    /// The name of its rule set.
    pub rule_set: String,
    /// Its place in the rule set, from 0.
    pub index: usize,
    /// Its name or number.
    pub name: String,
    /// First and last line of the configuration that make it.
    pub lines: Option<(u32, u32)>,
}

/// What happens to a packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whether it passes.
    pub action: Action,
    /// The rule that says so; `None` when none matches and the default acts.
    pub rule: Option<RuleReference>,
}

impl Service {
    /// Whether a packet is of it.
    pub fn holds(&self, packet: &Packet) -> bool {
        let (first, last) = self.protocols;
        (first..=last).contains(&packet.protocol)
            && self.source_ports.contains(packet.source_port)
            && self.destination_ports.contains(packet.destination_port)
    }
}

impl Rule {
    /// Whether it is in force on a day. A recurring time range is taken to be in force.
    pub fn acts_on(&self, day: Date) -> bool {
        self.is_enabled && self.expires_on.is_none_or(|last| day <= last)
    }

    /// Whether a packet is one it speaks of.
    pub fn matches(&self, packet: &Packet) -> bool {
        let in_zones = |zones: &[String], zone: &Option<String>| {
            zones.is_empty() || zone.as_ref().is_some_and(|zone| zones.contains(zone))
        };
        in_zones(&self.from, &packet.from)
            && in_zones(&self.to, &packet.to)
            && packet.source.is_ipv4() == packet.destination.is_ipv4()
            && self
                .sources
                .iter()
                .any(|range| range.contains(packet.source))
            && self
                .destinations
                .iter()
                .any(|range| range.contains(packet.destination))
            && self.services.iter().any(|service| service.holds(packet))
    }
}

impl RuleSet {
    /// What happens to a packet on a day.
    pub fn decide(&self, packet: &Packet, today: Date) -> Decision {
        let rule = self
            .rules
            .iter()
            .position(|rule| rule.acts_on(today) && rule.matches(packet));
        self.decision(rule)
    }

    /// The decision of the rule at a place, or of the default.
    pub(super) fn decision(&self, index: Option<usize>) -> Decision {
        match index.and_then(|index| self.rules.get(index).map(|rule| (index, rule))) {
            Some((index, rule)) => Decision {
                action: rule.action,
                rule: Some(self.reference(index, rule)),
            },
            None => Decision {
                action: self.default,
                rule: None,
            },
        }
    }

    pub(super) fn reference(&self, index: usize, rule: &Rule) -> RuleReference {
        RuleReference {
            rule_set: self.name.clone(),
            index,
            name: rule.name.clone(),
            lines: rule.lines,
        }
    }
}
