//! A rule and its packets.

use std::net::IpAddr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a rule does with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It passes.
    Permit,
    /// It does not.
    Deny,
}

/// Addresses from `first` to `last`, both of one version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddressRange {
    /// The lowest.
    pub first: IpAddr,
    /// The highest.
    pub last: IpAddr,
}

/// Ports from `first` to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PortRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

/// A protocol with its ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Service {
    /// IANA protocol numbers from first to last: `(6, 6)` is TCP, `(0, 255)` any.
    pub protocols: (u8, u8),
    /// Source ports; all where the protocol has none.
    pub source_ports: PortRange,
    /// Destination ports; all where the protocol has none. For ICMP the types.
    pub destination_ports: PortRange,
}

/// A rule of a packet filter, its objects resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name or number.
    pub name: String,
    /// First and last line of the configuration that make it.
    pub lines: Option<(u32, u32)>,
    /// What it does.
    pub action: Action,
    /// Zones or interfaces a packet comes from; empty is any.
    pub from: Vec<String>,
    /// Zones or interfaces a packet goes to; empty is any.
    pub to: Vec<String>,
    /// Source addresses; empty matches nothing.
    pub sources: Vec<AddressRange>,
    /// Destination addresses; empty matches nothing.
    pub destinations: Vec<AddressRange>,
    /// Services; empty matches nothing.
    pub services: Vec<Service>,
    /// Whether it is in force at all.
    pub is_enabled: bool,
    /// The last day on which it acts, where it has one.
    pub expires_on: Option<Date>,
    /// The name of a recurring time range, where it has one.
    pub schedule: Option<String>,
    /// Whether what it matches is logged.
    pub is_logged: bool,
    /// Content profiles bound to it, such as `ips` or `av`.
    pub profiles: Vec<String>,
    /// Whether users, applications or the like narrow it, which addresses and ports do not
    /// tell: it then matches fewer packets than it seems, and no other rule may rely on it.
    #[serde(default)]
    pub is_narrowed: bool,
    /// How often it matched since counters were reset, where known.
    pub hits: Option<u64>,
}

/// Rules of which the first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// Its name or number.
    pub name: String,
    /// Where it is applied: `interface outside in`, `vty 0 4`, `zone trust untrust`. Empty when
    /// nothing uses it.
    pub bound_to: Vec<String>,
    /// In the order in which they are tried.
    pub rules: Vec<Rule>,
    /// What happens to a packet that no rule matches.
    pub default: Action,
}
