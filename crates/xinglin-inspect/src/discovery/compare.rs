//! What a scan saw against the register.

use std::{collections::HashMap, net::IpAddr};

use serde::{Deserialize, Serialize};
use xinglin_core::AssetId;

use super::{
    scan::{PortState, Scan, ScannedHost},
    weakness::{Weakness, weaknesses},
};
use crate::checks::Severity;

/// What the hospital has on record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Register {
    /// Its assets.
    pub assets: Vec<RegisteredAsset>,
}

/// An asset with the ports it may offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredAsset {
    /// Which.
    pub asset: AssetId,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The ports it may offer; `None` when nobody said, which allows none and reports none.
    pub allowed: Option<Vec<AllowedPort>>,
}

/// A port that an asset may offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedPort {
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Its number.
    pub port: u16,
}

/// Something that does not fit the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscoveryFinding {
    /// The host, by its first address.
    pub address: IpAddr,
    /// The asset it is, where it is on record.
    pub asset: Option<AssetId>,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub problem: DiscoveryProblem,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiscoveryProblem {
    /// A host that is on no record.
    UnknownHost {
        /// All its addresses.
        addresses: Vec<IpAddr>,
        /// Its hardware address.
        mac: Option<String>,
        /// Who made its network card.
        vendor: Option<String>,
        /// Its names.
        names: Vec<String>,
        /// Its likeliest operating system.
        os: Option<String>,
        /// How many ports are open.
        open_ports: usize,
    },
    /// Addresses of one host that belong to different assets.
    SharedHost {
        /// Those assets.
        assets: Vec<AssetId>,
    },
    /// An open port that the asset need not offer.
    UnknownPort {
        /// `tcp`, `udp` or `sctp`.
        protocol: String,
        /// Its number.
        port: u16,
        /// What speaks there.
        service: Option<String>,
        /// The product and version.
        product: Option<String>,
    },
    /// A protocol that should not be spoken.
    WeakProtocol {
        /// `tcp`, `udp` or `sctp`.
        protocol: String,
        /// The port.
        port: u16,
        /// What is weak.
        weakness: Weakness,
    },
}

/// Compares a scan with the register: findings in order of the scan's hosts.
pub fn discover(scan: &Scan, register: &Register) -> Vec<DiscoveryFinding> {
    let mut by_address: HashMap<IpAddr, &RegisteredAsset> = HashMap::new();
    for asset in &register.assets {
        for address in &asset.addresses {
            by_address.insert(*address, asset);
        }
    }
    let mut findings = Vec::new();
    for host in &scan.hosts {
        let mut assets: Vec<&RegisteredAsset> = Vec::new();
        for asset in host
            .addresses
            .iter()
            .filter_map(|address| by_address.get(address))
        {
            if !assets.iter().any(|known| known.asset == asset.asset) {
                assets.push(asset);
            }
        }
        of_host(host, &assets, &mut findings);
    }
    findings
}

fn of_host(host: &ScannedHost, assets: &[&RegisteredAsset], findings: &mut Vec<DiscoveryFinding>) {
    let Some(address) = host.addresses.first().copied() else {
        return;
    };
    let mut add = |severity, problem| {
        findings.push(DiscoveryFinding {
            address,
            asset: assets.first().map(|asset| asset.asset),
            severity,
            problem,
        });
    };
    if assets.is_empty() {
        let open = host
            .ports
            .iter()
            .filter(|port| port.state == PortState::Open);
        let problem = DiscoveryProblem::UnknownHost {
            addresses: host.addresses.clone(),
            mac: host.mac.clone(),
            vendor: host.vendor.clone(),
            names: host.names.clone(),
            os: host.os.clone(),
            open_ports: open.count(),
        };
        add(Severity::High, problem);
    } else if assets.len() > 1 {
        let assets = assets.iter().map(|asset| asset.asset).collect();
        add(Severity::Low, DiscoveryProblem::SharedHost { assets });
    }
    let allowed: Option<Vec<&AllowedPort>> = assets
        .iter()
        .map(|asset| asset.allowed.as_ref())
        .collect::<Option<Vec<_>>>()
        .map(|lists| lists.into_iter().flatten().collect());
    for port in host
        .ports
        .iter()
        .filter(|port| port.state == PortState::Open)
    {
        let is_allowed = allowed.as_ref().is_none_or(|allowed| {
            let mut allowed = allowed.iter();
            allowed.any(|one| one.port == port.port && one.protocol == port.protocol)
        });
        // Every port of an unknown host is unknown, which its own finding says.
        if !assets.is_empty() && !is_allowed {
            let product = [&port.product, &port.version];
            let product: Vec<&str> = product.into_iter().flatten().map(String::as_str).collect();
            let problem = DiscoveryProblem::UnknownPort {
                protocol: port.protocol.clone(),
                port: port.port,
                service: port.service.clone(),
                product: (!product.is_empty()).then(|| product.join(" ")),
            };
            add(Severity::Medium, problem);
        }
    }
    for (port, weakness) in weaknesses(host) {
        let problem = DiscoveryProblem::WeakProtocol {
            protocol: port.protocol.clone(),
            port: port.port,
            weakness,
        };
        add(severity(weakness), problem);
    }
}

fn severity(weakness: Weakness) -> Severity {
    match weakness {
        Weakness::Telnet
        | Weakness::RemoteShell
        | Weakness::SmbV1
        | Weakness::Vnc
        | Weakness::PlainRedis
        | Weakness::PlainMongodb
        | Weakness::PlainElasticsearch => Severity::High,
        Weakness::Ftp
        | Weakness::Tftp
        | Weakness::PlainLdap
        | Weakness::PlainSnmp
        | Weakness::PlainWebConsole
        | Weakness::RemoteDesktop
        | Weakness::OldTls => Severity::Medium,
    }
}
