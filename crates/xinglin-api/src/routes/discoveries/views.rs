//! What a scan saw.

use std::net::IpAddr;

use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::discoveries::{
    self, Acceptance, DiscoveryDetail, DiscoveryFinding, DiscoveryProblem, DiscoveryRow, FoundHost,
    FoundPort, PortState, Weakness,
};

use crate::{routes::inspections::severity, time::instant, views, words};

/// A discovery in brief.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoverySummary {
    id: i64,
    #[schema(value_type = views::DiscoverySource)]
    source: String,
    /// The scanner and its version.
    scanner: String,
    scanned_at: String,
    taken_at: String,
    by: String,
    /// Hosts that were taken in.
    hosts: i32,
    /// Hosts that were left out: outside of the allowed ranges, or unreadable.
    rejected: i32,
}

/// The latest discoveries, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveryList {
    items: Vec<DiscoverySummary>,
    total: u64,
}

/// A discovery with what it saw, against the register as it is today.
#[derive(Serialize, ToSchema)]
pub(crate) struct Discovery {
    #[serde(flatten)]
    summary: DiscoverySummary,
    found: Vec<DiscoveredHost>,
    findings: Vec<DiscoveryFindingView>,
}

/// A host that answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveredHost {
    addresses: Vec<String>,
    mac: Option<String>,
    vendor: Option<String>,
    names: Vec<String>,
    os: Option<String>,
    /// The assets it is; empty for one that is on no record.
    assets: Vec<DiscoveredAsset>,
    /// Why it is expected although it is no asset.
    accepted: Option<DiscoveryAcceptance>,
    ports: Vec<DiscoveredPort>,
}

/// An asset that a host is.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveredAsset {
    id: i64,
    name: String,
}

/// A port of a host.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveredPort {
    protocol: String,
    port: u16,
    #[schema(value_type = views::PortState)]
    state: PortState,
    service: Option<String>,
    product: Option<String>,
    version: Option<String>,
    tls: bool,
    /// Why it is expected; null when nobody said so.
    accepted: Option<DiscoveryAcceptance>,
    #[schema(value_type = Vec<views::Weakness>)]
    weaknesses: Vec<Weakness>,
}

/// That something is expected.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveryAcceptance {
    reason: String,
    at: String,
}

/// Something that does not fit the register.
#[derive(Serialize, ToSchema)]
#[schema(as = DiscoveryFinding)]
pub(crate) struct DiscoveryFindingView {
    address: String,
    asset_id: Option<i64>,
    #[schema(value_type = words::Severity)]
    severity: &'static str,
    #[schema(value_type = views::DiscoveryProblem)]
    problem: &'static str,
    protocol: Option<String>,
    port: Option<u16>,
    #[schema(value_type = Option<views::Weakness>)]
    weakness: Option<Weakness>,
}

pub(super) fn list(rows: Vec<DiscoveryRow>) -> DiscoveryList {
    let items: Vec<_> = rows.into_iter().map(summary).collect();
    DiscoveryList {
        total: items.len() as u64,
        items,
    }
}

pub(super) fn view(detail: DiscoveryDetail) -> Discovery {
    Discovery {
        summary: summary(detail.row),
        found: detail.hosts.into_iter().map(host).collect(),
        findings: detail.findings.into_iter().map(finding).collect(),
    }
}

fn summary(row: DiscoveryRow) -> DiscoverySummary {
    let discoveries::Discovery {
        id,
        source,
        scanner,
        scanned_at,
        taken_at,
        hosts,
        rejected,
        ..
    } = row.discovery;
    DiscoverySummary {
        id: id.0,
        source,
        scanner,
        scanned_at: instant(scanned_at),
        taken_at: instant(taken_at),
        by: row.by,
        hosts,
        rejected,
    }
}

fn host(found: FoundHost) -> DiscoveredHost {
    let host = found.host;
    let assets = found.assets.into_iter();
    DiscoveredHost {
        addresses: host.addresses.iter().map(IpAddr::to_string).collect(),
        mac: host.mac,
        vendor: host.vendor,
        names: host.names,
        os: host.os,
        assets: assets
            .map(|(id, name)| DiscoveredAsset { id: id.0, name })
            .collect(),
        accepted: found.accepted.map(acceptance),
        ports: found.ports.into_iter().map(port).collect(),
    }
}

fn port(found: FoundPort) -> DiscoveredPort {
    let port = found.port;
    DiscoveredPort {
        protocol: port.protocol,
        port: port.port,
        state: port.state,
        service: port.service,
        product: port.product,
        version: port.version,
        tls: port.is_tls,
        accepted: found.accepted.map(acceptance),
        weaknesses: found.weaknesses,
    }
}

fn acceptance(acceptance: Acceptance) -> DiscoveryAcceptance {
    DiscoveryAcceptance {
        reason: acceptance.reason,
        at: instant(acceptance.at),
    }
}

fn finding(finding: DiscoveryFinding) -> DiscoveryFindingView {
    let (problem, protocol, port, weakness) = match finding.problem {
        DiscoveryProblem::UnknownHost { .. } => ("unknown_host", None, None, None),
        DiscoveryProblem::SharedHost { .. } => ("shared_host", None, None, None),
        DiscoveryProblem::UnknownPort { protocol, port, .. } => {
            ("unknown_port", Some(protocol), Some(port), None)
        }
        DiscoveryProblem::WeakProtocol {
            protocol,
            port,
            weakness,
        } => ("weak_protocol", Some(protocol), Some(port), Some(weakness)),
    };
    DiscoveryFindingView {
        address: finding.address.to_string(),
        asset_id: finding.asset.map(|id| id.0),
        severity: severity(finding.severity),
        problem,
        protocol,
        port,
        weakness,
    }
}
