//! The firewall's profiles and rules, as the registry keeps them: the same since Vista, and
//! in no language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    gathered::Gathered,
    registry::Registry,
    settings::{self, Default::Always},
};

/// The firewall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Firewall {
    /// `domain`, `private` and `public`.
    pub profiles: BTreeMap<&'static str, Profile>,
    /// Enabled rules for connections from outside.
    pub inbound: Option<Vec<Rule>>,
}

/// A profile: what holds on one kind of network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// Whether the firewall is on.
    pub enabled: Option<bool>,
    /// Whether connections from outside are blocked where no rule admits them.
    pub blocks_inbound: Option<bool>,
    /// Whether dropped packets are logged.
    pub logs_dropped: Option<bool>,
    /// Whether successful connections are logged.
    pub logs_allowed: Option<bool>,
    /// How large the log may become.
    pub log_kilobytes: Option<i64>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its identifier.
    pub id: String,
    /// Its name, or where its translated name stands.
    pub name: String,
    /// `local` or `policy`.
    pub origin: String,
    /// Whether it admits; otherwise it blocks.
    pub allows: bool,
    /// `tcp`, `udp`, `any`, or another protocol's number.
    pub protocol: String,
    /// Local ports: numbers, ranges or keywords; empty for all.
    pub ports: Vec<String>,
    /// Sources that are admitted; empty for all.
    pub sources: Vec<String>,
    /// Profiles it holds in; empty for all.
    pub profiles: Vec<String>,
    /// The program it is of; `package` for an app from the store.
    pub program: Option<String>,
    /// The service it is of.
    pub service: Option<String>,
}

/// What the firewall does to connections from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// It drops them.
    Blocked,
    /// It admits named sources.
    Limited,
    /// It admits everybody.
    Open,
}

/// The collector's section `firewall_rules`.
#[derive(Debug, Deserialize)]
struct Written {
    name: String,
    origin: String,
    rule: String,
}

/// Our name, that of the policies and that of the local settings.
const PROFILES: [(&str, &str, &str, &str); 3] = [
    (
        "domain",
        r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile",
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile",
        "Domain",
    ),
    (
        "private",
        r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile",
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile",
        "Private",
    ),
    (
        "public",
        r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile",
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile",
        "Public",
    ),
];

pub(super) fn collect(
    gathered: &Gathered<'_>,
    registry: &Registry,
    runs: Option<bool>,
) -> Firewall {
    let written: Option<Vec<Written>> = gathered.items("firewall_rules");
    let profile = |policy: &str, local: &str| {
        let number = |name: &str, absent| {
            settings::setting(
                registry,
                &[(policy, name), (local, name)],
                Always(absent),
                None,
            )
            .value
        };
        let log = |name: &str, absent| {
            let places = [
                (format!(r"{policy}\Logging"), name),
                (format!(r"{local}\Logging"), name),
            ];
            let places = places.each_ref().map(|(key, name)| (key.as_str(), *name));
            settings::setting(registry, &places, Always(absent), None).value
        };
        let on = number("EnableFirewall", 1).map(|value| value != 0);
        Profile {
            // Settings say nothing where the service does not run.
            enabled: match runs {
                Some(false) => Some(false),
                _ => on,
            },
            blocks_inbound: number("DefaultInboundAction", 1).map(|value| value != 0),
            logs_dropped: log("LogDroppedPackets", 0).map(|value| value != 0),
            logs_allowed: log("LogSuccessfulConnections", 0).map(|value| value != 0),
            log_kilobytes: log("LogFileSize", 4_096),
        }
    };
    Firewall {
        profiles: PROFILES
            .iter()
            .map(|(name, policy, local, _)| (*name, profile(policy, local)))
            .collect(),
        inbound: written.map(|rules| rules.iter().filter_map(inbound).collect()),
    }
}

/// How many rules are asked for each port; no machine has as many.
const MAX_RULES: usize = 5_000;

/// Ways to write all addresses.
const ALL: [&str; 4] = ["*", "0.0.0.0/0", "0.0.0.0-255.255.255.255", "::/0"];

/// An enabled rule for connections from outside, of `v2.10|Action=Allow|Active=TRUE|Dir=In|…`.
fn inbound(written: &Written) -> Option<Rule> {
    let mut rule = Rule {
        id: written.name.clone(),
        name: String::new(),
        origin: written.origin.clone(),
        allows: false,
        protocol: "any".to_owned(),
        ports: Vec::new(),
        sources: Vec::new(),
        profiles: Vec::new(),
        program: None,
        service: None,
    };
    let (mut active, mut inbound) = (false, false);
    for part in written.rule.split('|') {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        match key {
            "Action" => rule.allows = value == "Allow",
            "Active" => active = value == "TRUE",
            "Dir" => inbound = value == "In",
            "Protocol" => {
                let protocol = match value {
                    "6" => "tcp",
                    "17" => "udp",
                    other => other,
                };
                protocol.clone_into(&mut rule.protocol);
            }
            "LPort" | "LPort2_10" | "LPort2_20" | "LPort2_24" | "LPort2_29" => {
                rule.ports.push(value.to_owned());
            }
            "RA4" | "RA6" | "RA42" | "RA62" => rule.sources.push(value.to_owned()),
            "Profile" => rule.profiles.push(value.to_owned()),
            "App" => rule.program = Some(value.to_owned()),
            "AppPkgId" => rule.program = Some("package".to_owned()),
            "Svc" if value != "*" => rule.service = Some(value.to_owned()),
            "Name" => value.clone_into(&mut rule.name),
            _ => {}
        }
    }
    // Everything, written out, is no limit.
    if rule
        .sources
        .iter()
        .any(|source| ALL.contains(&source.as_str()))
    {
        rule.sources.clear();
    }
    (active && inbound).then_some(rule)
}

impl Firewall {
    /// What happens to connections from outside to a port of a program, in the profile that
    /// admits most: which network the machine is on may change at any time. `None` when rules
    /// or profiles are not known.
    pub fn admits(&self, protocol: &str, port: u16, program: Option<&str>) -> Option<Admission> {
        let rules = self.inbound.as_ref()?;
        if rules.len() > MAX_RULES {
            return None;
        }
        let mut most = Admission::Blocked;
        for (name, _, _, word) in PROFILES {
            let profile = self.profiles.get(name)?;
            if !profile.enabled? {
                return Some(Admission::Open);
            }
            let matching: Vec<&Rule> = rules
                .iter()
                .filter(|rule| rule.is_of(word, protocol, port, program))
                .collect();
            // A rule that blocks goes before all that admit.
            if matching
                .iter()
                .any(|rule| !rule.allows && rule.sources.is_empty())
            {
                continue;
            }
            let admission = matching
                .iter()
                .filter(|rule| rule.allows)
                .map(|rule| {
                    if rule.sources.is_empty() {
                        Admission::Open
                    } else {
                        Admission::Limited
                    }
                })
                .max()
                .unwrap_or(Admission::Blocked);
            let otherwise = if profile.blocks_inbound? {
                Admission::Blocked
            } else {
                Admission::Open
            };
            most = most.max(admission).max(otherwise);
        }
        Some(most)
    }
}

impl Rule {
    fn is_of(&self, profile: &str, protocol: &str, port: u16, program: Option<&str>) -> bool {
        let in_profile =
            self.profiles.is_empty() || self.profiles.iter().any(|name| name == profile);
        let of_protocol =
            self.protocol == "any" || self.protocol == "256" || self.protocol == protocol;
        // Which program holds a port is not always known; a rule for a program alone is then
        // taken to be of another one, a rule for a port to be of this one. Many services
        // share one program, so a rule for a service alone says nothing of a port.
        if self.service.is_some() && self.ports.is_empty() {
            return false;
        }
        let of_program = match (&self.program, program) {
            (None, _) => true,
            (Some(rule), Some(program)) => {
                let file = rule
                    .rsplit('\\')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                let program = program.to_ascii_lowercase();
                file.trim_end_matches(".exe") == program.trim_end_matches(".exe")
            }
            (Some(_), None) => !self.ports.is_empty(),
        };
        in_profile && of_protocol && of_program && self.has_port(port)
    }

    fn has_port(&self, port: u16) -> bool {
        self.ports.is_empty()
            || self.ports.iter().any(|written| match written.as_str() {
                "RPC-EPMap" => port == 135,
                "RPC" => port >= 49_152,
                "IPHTTPSIn" | "IPTLSIn" => port == 443,
                range => match range.split_once('-') {
                    Some((first, last)) => {
                        let within = |bound: &str| bound.trim().parse::<u16>().ok();
                        within(first).is_some_and(|first| first <= port)
                            && within(last).is_some_and(|last| port <= last)
                    }
                    None => range.trim().parse() == Ok(port),
                },
            })
    }
}
