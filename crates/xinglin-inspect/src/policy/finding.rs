//! What can be wrong with a rule, and from where on it is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::packet::{Packet, RuleReference};
use crate::checks::Severity;

/// Something that an assessor would ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFinding {
    /// The rule; `None` when the whole rule set is meant.
    pub rule: Option<RuleReference>,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// Never acts: rules before it take all its packets, and at least one of them does
    /// something else with them.
    Shadowed {
        /// The rules that take its packets.
        by: Vec<RuleReference>,
    },
    /// Could go: without it the same would happen to every packet.
    Redundant {
        /// The rules that do the same: all before it, or all after it.
        by: Vec<RuleReference>,
        /// Whether the default does the same for some of its packets.
        by_default: bool,
    },
    /// Shares packets with rules before it of the other action, and neither holds the other:
    /// exchanging the two would change what passes.
    Overlapping {
        /// Those rules, the first of them.
        with: Vec<RuleReference>,
        /// How many there are.
        count: usize,
    },
    /// Matches no packet at all, as a rule without addresses does.
    MatchesNothing,
    /// Permits everything from everywhere to everywhere.
    AnyPermit,
    /// Permits every service between its addresses.
    AnyServicePermit,
    /// Permits too many combinations of addresses and ports.
    TooWide {
        /// Source addresses; of version 6, networks of 64 bits.
        sources: u64,
        /// Destination addresses, likewise.
        destinations: u64,
        /// Destination ports over all protocols.
        ports: u64,
        /// All of them together; of a side that is any 65,536 addresses are counted.
        #[serde(default)]
        combinations: u64,
    },
    /// Lets many addresses reach ports that few need.
    Exposed {
        /// What the ports are for.
        group: ExposedGroup,
        /// The ports.
        ports: Vec<u16>,
        /// How many source addresses.
        sources: u64,
        /// A packet that it lets pass.
        example: Packet,
    },
    /// Matched nothing since counters were reset.
    Unused,
    /// Its last day is over.
    Expired {
        /// That day.
        on: Date,
    },
    /// Is switched off.
    Disabled,
    /// Permits without a record of it.
    NotLogged,
    /// What no rule matches passes.
    NoDefaultDeny {
        /// A packet that passes so.
        example: Packet,
    },
    /// No interface or zone uses the rule set.
    Unbound,
    /// Too entangled with other rules to say whether it ever acts; of the whole rule set, that
    /// it has too many rules.
    NotAnalysed,
}

/// What ports are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposedGroup {
    /// Remote administration.
    Management,
    /// Databases.
    Database,
    /// Whatever else the hospital lists.
    Other,
}

/// A port that only few should reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitivePort {
    /// The IANA protocol number.
    pub protocol: u8,
    /// The port.
    pub port: u16,
    /// What it is for.
    pub group: ExposedGroup,
}

/// From where on a rule is too wide. All have defaults; a hospital may set its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A permit of more combinations of source, destination and destination port than this is
    /// too wide. The default is a network of 256 addresses to another on 1,024 ports.
    pub combinations: u64,
    /// More source addresses than this may not reach a sensitive port.
    pub exposed_sources: u64,
    /// The sensitive ports.
    pub sensitive_ports: Vec<SensitivePort>,
    /// Whether permits must be logged.
    pub require_logging: bool,
    /// How many overlapping rules are named in one finding.
    pub named_overlaps: usize,
    /// How much is looked at before what is left is given up. What people write takes a small
    /// part of the default.
    pub steps: u64,
}

/// Ports of remote administration over TCP: FTP, SSH, Telnet, RPC, `NetBIOS`, SMB, rexec,
/// rlogin, rsh, RDP, VNC, `WinRM`.
const MANAGEMENT: [u16; 13] = [
    21, 22, 23, 135, 139, 445, 512, 513, 514, 3389, 5900, 5985, 5986,
];
/// Ports of databases over TCP: SQL Server, Oracle, `MySQL`, DM (twice, old and new), `PostgreSQL`,
/// Redis, Caché, Elasticsearch, `MongoDB`, DB2, `KingbaseES`.
const DATABASES: [u16; 12] = [
    1433, 1521, 3306, 5236, 12345, 5432, 6379, 1972, 9200, 27017, 50000, 54321,
];

impl Default for Limits {
    fn default() -> Self {
        let tcp = |group| {
            move |port| SensitivePort {
                protocol: 6,
                port,
                group,
            }
        };
        let snmp = SensitivePort {
            protocol: 17,
            port: 161,
            group: ExposedGroup::Management,
        };
        let management = MANAGEMENT.into_iter().map(tcp(ExposedGroup::Management));
        let databases = DATABASES.into_iter().map(tcp(ExposedGroup::Database));
        Self {
            combinations: 256 * 256 * 1024,
            exposed_sources: 256,
            sensitive_ports: management.chain([snmp]).chain(databases).collect(),
            require_logging: true,
            named_overlaps: 10,
            steps: 200_000_000,
        }
    }
}
