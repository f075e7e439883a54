//! What passes the device, and what watches over it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Source;
use crate::policy::RuleSet;

/// A port or logical interface.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, not a state of one"
)]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Whether cables go into it.
    pub is_physical: bool,
    /// What is written beside it.
    pub description: Option<String>,
    /// Addresses with prefix length.
    pub addresses: Vec<String>,
    /// `access`, `trunk`, `hybrid`, `routed`; `null` when nothing is said.
    pub mode: Option<String>,
    /// The VLAN of an access port.
    pub access_vlan: Option<u16>,
    /// The VLANs of a trunk, as written.
    pub trunk_vlans: Option<String>,
    /// The security zone it belongs to.
    pub zone: Option<String>,
    /// Whether it is switched off.
    pub is_shut: bool,
    /// Whether nothing at all is configured on it.
    pub is_bare: bool,
    /// Access lists on it: `in 3000`.
    pub filters: Vec<String>,
    /// What guards it: `dot1x`, `mac_authentication`, `port_security`, `ip_source_guard`,
    /// `sticky_mac`.
    pub guards: Vec<String>,
    /// Whether DHCP answers are believed from here.
    pub dhcp_trusted: bool,
    /// Whether it answers ARP for others.
    pub proxy_arp: Option<bool>,
    /// Where it stands.
    pub line: u32,
}

/// A security zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// How far it is trusted, where the system has a figure for it.
    pub priority: Option<u32>,
    /// Interfaces in it.
    pub interfaces: Vec<String>,
}

/// An inner service shown to the outside by address translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// The outer address or interface.
    pub outside: String,
    /// The inner address.
    pub inside: String,
    /// `tcp`, `udp`; `null` is all of them.
    pub protocol: Option<String>,
    /// The inner port; `null` is all of them.
    pub port: Option<u16>,
    /// Where it stands.
    pub line: u32,
}

/// A proposal of IKE or `IPsec`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vpn {
    /// `ike` or `ipsec`.
    pub kind: String,
    /// Its name or number.
    pub name: String,
    /// Ciphers, in lower case.
    pub encryption: Vec<String>,
    /// Hashes, in lower case.
    pub integrity: Vec<String>,
    /// Diffie-Hellman groups.
    pub groups: Vec<u32>,
    /// Where it stands.
    pub line: u32,
}

/// What a rule set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// An access list.
    AccessList,
    /// The policy of a firewall.
    SecurityPolicy,
}

/// Something to look at in a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `any_any`, `any_source`, `any_destination`, `any_service`, `disabled`, `expired`,
    /// `unlogged`, `unused` (matched nothing since the device started), `no_profile`, `no_ips`,
    /// `no_av`; from the analysis of the whole policy `shadowed`, `redundant`, `wide` and
    /// `exposed`.
    pub kind: String,
    /// The rule.
    pub rule: String,
    /// Its first line.
    pub line: Option<u32>,
    /// What else there is to say: for `shadowed` and `redundant` the rules that take its
    /// packets, for `exposed` the ports.
    pub detail: Option<String>,
    /// For `wide` how many combinations of source, destination and port it permits (of a side
    /// that is any, 65,536 addresses are counted), for `exposed` how many sources.
    pub size: Option<u64>,
}

/// An access list or security policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it is.
    pub kind: PolicyKind,
    /// Its rules.
    pub rule_set: RuleSet,
    /// What there is to look at in it.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Whether all rules could be compared with each other. Where they name what nobody can
    /// resolve, or are too many and too entangled, there may be more that never act.
    #[serde(default)]
    pub is_analysed: bool,
    /// What its rules name and nobody can resolve to addresses or ports.
    #[serde(default)]
    pub unresolved: Vec<String>,
    /// Rules that users, applications or the like narrow, which addresses and ports do not
    /// tell: they let less through than it seems.
    #[serde(default)]
    pub narrowed: Vec<String>,
}

impl Policy {
    /// Tells the rules that are named as narrowed that they are.
    pub(crate) fn mark_narrowed(&mut self) {
        let narrowed: BTreeSet<&String> = self.narrowed.iter().collect();
        for rule in &mut self.rule_set.rules {
            rule.is_narrowed |= narrowed.contains(&rule.name);
        }
    }
}

/// Content inspection.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Content {
    /// Profiles against intrusion that rules name.
    pub ips_profiles: Vec<String>,
    /// Profiles against malicious code that rules name.
    pub av_profiles: Vec<String>,
    /// Whether intrusion is blocked rather than noted.
    pub ips_blocks: Option<bool>,
    /// Days since the signatures of intrusion were made.
    pub ips_signature_days: Option<i64>,
    /// Days since the signatures of malicious code were made.
    pub av_signature_days: Option<i64>,
    /// Whether sessions are followed, rather than packets looked at one by one.
    pub is_stateful: Option<bool>,
}

/// A routing or redundancy protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Routing {
    /// `ospf`, `bgp`, `rip`, `isis`, `vrrp`, `hsrp`, `eigrp`.
    pub protocol: String,
    /// The process, neighbour or interface.
    pub name: String,
    /// Whether neighbours must prove themselves.
    pub is_authenticated: bool,
    /// Where it stands.
    pub source: Source,
}

/// Protection of access ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Protection {
    /// Whether DHCP answers are believed from trusted ports only.
    pub dhcp_snooping: Option<bool>,
    /// Whether ARP is checked.
    pub arp: Option<bool>,
    /// Whether 802.1X is switched on for the device.
    pub dot1x: Option<bool>,
    /// Whether MAC authentication is switched on for the device.
    pub mac_authentication: Option<bool>,
}
