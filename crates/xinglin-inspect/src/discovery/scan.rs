//! What a scan saw.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One run of a scanner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scan {
    /// The scanner's name.
    pub scanner: String,
    /// Its version.
    pub version: String,
    /// The command line it was started with.
    pub arguments: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None` when the file ends before.
    pub finished_at: Option<Timestamp>,
    /// The ports it looked at, as the scanner lists them.
    pub covered: Vec<Covered>,
    /// The hosts that answered.
    pub hosts: Vec<ScannedHost>,
    /// Hosts that were seen and left out because something of them could not be read.
    pub rejected: Vec<String>,
    /// Whether the file is whole. What a broken one does not show was not looked at.
    pub is_complete: bool,
}

/// Ports that were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Such as `1-1024,3306`.
    pub ports: String,
}

/// A host that answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScannedHost {
    /// Its addresses; never empty.
    pub addresses: Vec<IpAddr>,
    /// Its hardware address, seen only within one network.
    pub mac: Option<String>,
    /// Who made the network card, by that address.
    pub vendor: Option<String>,
    /// Names found for it.
    pub names: Vec<String>,
    /// The likeliest operating system.
    pub os: Option<String>,
    /// How sure the scanner is of it, in percent.
    pub os_accuracy: Option<u8>,
    /// Ports that are open or may be.
    pub ports: Vec<ScannedPort>,
    /// What scripts said of the host as a whole.
    pub scripts: Vec<ScriptOutput>,
}

/// Whether a port is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortState {
    /// It answered.
    #[default]
    Open,
    /// It may be open: nothing came back, as is usual for UDP.
    OpenOrFiltered,
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScannedPort {
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Its number.
    pub port: u16,
    /// Whether it is open.
    pub state: PortState,
    /// The protocol spoken, in the scanner's word, such as `ssh`.
    pub service: Option<String>,
    /// Whether the service was recognised by what it said, rather than by the port's number.
    pub is_probed: bool,
    /// Whether it is spoken within TLS.
    pub is_tls: bool,
    /// The product.
    pub product: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What else it said of itself.
    pub extra: Option<String>,
    /// What scripts said of it.
    pub scripts: Vec<ScriptOutput>,
}

/// What one script said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScriptOutput {
    /// The script, such as `ssl-enum-ciphers`.
    pub id: String,
    /// Its text, cut where it is very long.
    pub output: String,
}
