//! What is so on a network or security device, whoever made it.
//!
//! `null` is *not known*. Lists hold what was found; where [`Facts::complete`] is not `true`
//! there may be more, and a check that a list passes has to ask for it.

mod access;
mod management;
mod traffic;

pub use access::{
    Aaa, AaaServer, Access, Account, EnablePassword, Line, Lockout, PasswordPolicy, PasswordRules,
};
pub use management::{
    Clock, CommunityKind, LogHost, Logging, NtpServer, Services, Snmp, SnmpCommunity, SnmpUser,
    Ssh, Web,
};
pub use traffic::{
    Content, Exposure, Finding, Interface, Policy, PolicyKind, Protection, Routing, Vpn, Zone,
};

use serde::Serialize;

use crate::family::Family;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its name in the bundle.
    pub file: String,
    /// From 1.
    pub line: u32,
}

/// What a device is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Forwards between ports of one network, and often between networks.
    Switch,
    /// Forwards between networks.
    Router,
    /// Decides by policy what passes.
    Firewall,
}

/// Which device it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Device {
    /// `huawei`, `h3c`, `cisco`, `ruijie`, `hillstone`, `topsec`.
    pub vendor: String,
    /// `huawei_vrp`, `h3c_comware`, `cisco_ios`, `cisco_asa`, `ruijie_rgos`,
    /// `hillstone_stoneos`, `topsec_tos`.
    pub dialect: String,
    /// What it is there for.
    pub kind: Option<Kind>,
    /// The maker's name of it.
    pub model: Option<String>,
    /// The release of its system, such as `V200R019C10SPC500`, `7.1.070`, `15.2(7)E3`.
    pub os_version: Option<String>,
    /// The patch upon it: `V200R019SPH012`, `R7585P05`; empty when it has none.
    pub patch: Option<String>,
    /// Its name.
    pub hostname: Option<String>,
    /// Days since it was started.
    pub uptime_days: Option<u32>,
}

/// Everything known of one device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`](crate::FACTS_FORMAT).
    pub format: &'static str,
    /// Always [`Family::Network`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// Which device it is.
    pub device: Device,
    /// Whether a whole configuration was read, to its end: only then is what is absent not
    /// configured.
    pub complete: bool,
    /// Accounts kept on the device that may administer it.
    pub accounts: Vec<Account>,
    /// The password that raises a session to the highest level.
    pub enable_password: EnablePassword,
    /// What passwords must be like.
    pub password: PasswordPolicy,
    /// What happens after failed sign-ins.
    pub lockout: Lockout,
    /// Sign-in by servers, and what is recorded of it.
    pub aaa: Aaa,
    /// Console, auxiliary and virtual lines.
    pub lines: Vec<Line>,
    /// What listens on the device.
    pub services: Services,
    /// The SSH server.
    pub ssh: Ssh,
    /// The web page of the device.
    pub web: Web,
    /// Management by SNMP.
    pub snmp: Snmp,
    /// Logs.
    pub logging: Logging,
    /// The clock.
    pub clock: Clock,
    /// Whether a notice is shown before sign-in.
    pub banner: Option<bool>,
    /// Ports and logical interfaces.
    pub interfaces: Vec<Interface>,
    /// Numbers of VLANs.
    pub vlans: Vec<u16>,
    /// Security zones.
    pub zones: Vec<Zone>,
    /// How many objects rules may name.
    pub objects: ObjectCounts,
    /// Inner services shown to the outside by address translation.
    pub exposures: Vec<Exposure>,
    /// Proposals of IKE and `IPsec`.
    pub vpn: Vec<Vpn>,
    /// Access lists and security policies.
    pub policies: Vec<Policy>,
    /// Content inspection and its signatures.
    pub content: Content,
    /// Routing protocols and what proves their neighbours.
    pub routing: Vec<Routing>,
    /// Protection of access ports.
    pub protection: Protection,
}

/// How many objects rules may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ObjectCounts {
    /// Addresses and groups of them.
    pub addresses: usize,
    /// Services and groups of them.
    pub services: usize,
}
