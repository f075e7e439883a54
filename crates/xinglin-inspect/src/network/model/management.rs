//! How the device is managed, watched and kept on time.

use serde::Serialize;

use super::{Access, Source};

/// What listens on the device, or answers neighbours; `null` where nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Services {
    /// Sign-in in clear text.
    pub telnet: Option<bool>,
    /// Sign-in by SSH.
    pub ssh: Option<bool>,
    /// The web page in clear text.
    pub http: Option<bool>,
    /// The web page by TLS.
    pub https: Option<bool>,
    /// File transfer in clear text.
    pub ftp: Option<bool>,
    /// File transfer without any sign-in.
    pub tftp: Option<bool>,
    /// SNMP.
    pub snmp: Option<bool>,
    /// echo, chargen, discard, daytime.
    pub small_servers: Option<bool>,
    /// finger.
    pub finger: Option<bool>,
    /// BOOTP.
    pub bootp: Option<bool>,
    /// X.25 PAD.
    pub pad: Option<bool>,
    /// Packets that say their own way.
    pub source_route: Option<bool>,
    /// Cisco Discovery Protocol.
    pub cdp: Option<bool>,
    /// LLDP.
    pub lldp: Option<bool>,
    /// Cluster management: NDP, NTDP.
    pub cluster: Option<bool>,
    /// Smart Install (`vstack`), by which anybody may change a switch.
    pub smart_install: Option<bool>,
    /// rsh and rcp.
    pub remote_shell: Option<bool>,
}

/// The SSH server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ssh {
    /// Whether it takes version 1, too.
    pub allows_version_1: Option<bool>,
    /// Ciphers that are configured.
    pub ciphers: Option<Vec<String>>,
    /// Message authentication codes that are configured.
    pub macs: Option<Vec<String>>,
    /// Key exchanges that are configured.
    pub key_exchanges: Option<Vec<String>>,
    /// Bits of the RSA key.
    pub key_bits: Option<u32>,
    /// Tries within one connection.
    pub retries: Option<u32>,
    /// Seconds to sign in.
    pub timeout_seconds: Option<u32>,
    /// A limit of sources for the whole server.
    pub access: Access,
}

/// The web page of the device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Web {
    /// Where it may be reached from.
    pub access: Access,
    /// Versions of TLS below 1.2 that it takes; `null` when not known.
    pub old_tls: Option<Vec<String>>,
    /// When an idle session ends.
    pub idle_seconds: Option<u32>,
}

/// How a community's name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunityKind {
    /// `public` or `private`, or another name that ships.
    Default,
    /// Another name in clear text.
    Set,
    /// Kept from view: nobody can tell whether it is a default.
    Hidden,
}

/// A community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnmpCommunity {
    /// Whether its name is a default.
    pub kind: CommunityKind,
    /// Whether it may write.
    pub writes: bool,
    /// Where it may be used from.
    pub access: Access,
    /// Where it stands.
    pub source: Source,
}

/// A user or group of `SNMPv3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnmpUser {
    /// Its name.
    pub name: String,
    /// `none`, `authentication` or `privacy`.
    pub level: String,
    /// Where it may be used from.
    pub access: Access,
}

/// Management by SNMP.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Snmp {
    /// `v1`, `v2c`, `v3`, as far as they answer.
    pub versions: Option<Vec<String>>,
    /// Communities.
    pub communities: Vec<SnmpCommunity>,
    /// Users of version 3.
    pub users: Vec<SnmpUser>,
    /// Groups of version 3.
    pub groups: Vec<SnmpUser>,
}

/// A receiver of logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogHost {
    /// Its address or name.
    pub address: String,
    /// `udp`, `tcp` or `tls`.
    pub transport: String,
    /// Where it stands.
    pub source: Source,
}

/// Logs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Logging {
    /// Whether anything is logged.
    pub is_enabled: Option<bool>,
    /// Receivers.
    pub hosts: Vec<LogHost>,
    /// What is sent to them, 0 (emergencies) to 7 (debugging).
    pub level: Option<u32>,
    /// Whether logs are kept on the device.
    pub buffer: Option<bool>,
    /// Whether each line bears its date.
    pub timestamps: Option<bool>,
    /// Whether commands are logged on the device.
    pub commands: Option<bool>,
}

/// A source of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NtpServer {
    /// Its address or name.
    pub address: String,
    /// Whether it must prove itself by a key.
    pub is_authenticated: bool,
}

/// The clock.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Clock {
    /// Whether it is to keep to its sources.
    pub is_enabled: Option<bool>,
    /// Sources of time.
    pub servers: Vec<NtpServer>,
    /// Whether keys are asked for at all.
    pub authenticates: Option<bool>,
    /// Whether it keeps to a source now.
    pub is_synchronised: Option<bool>,
    /// The time zone, as written.
    pub zone: Option<String>,
}
