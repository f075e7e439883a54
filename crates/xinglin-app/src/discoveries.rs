//! Discovery (资产发现): what a scan saw of the allowed ranges, against the register.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde_json::json;
use xinglin_core::{AssetId, AssetState, DiscoveryId, Importance, ObjectType};
pub use xinglin_inspect::discovery::{
    DiscoveryFinding, DiscoveryProblem, PortState, ScannedHost, ScannedPort, Weakness,
};
use xinglin_inspect::{
    discovery::{AllowedPort, Register, RegisteredAsset, Scan, discover, parse_nmap, weaknesses},
    policy::{AddressRange, outside},
};
use xinglin_ledger::Digest;
pub use xinglin_store::discoveries::{Acceptance, Discovery};
use xinglin_store::{Read, assets, discoveries};

use crate::{
    Actor, App, AppError, Code, Permission,
    assets::{AssetForm, AssetRow},
    error::reason,
    tasks::blocking,
};

mod run;

pub use run::{PortChoice, ScanForm};

/// How large a scan's output may be, in bytes.
pub const MAX_SCAN_BYTES: usize = 64 * 1024 * 1024;

/// A discovery with the name of who brought it.
#[derive(Debug, Clone)]
pub struct DiscoveryRow {
    /// The discovery.
    pub discovery: Discovery,
    /// Who brought it.
    pub by: String,
}

/// A discovery with what it saw.
#[derive(Debug, Clone)]
pub struct DiscoveryDetail {
    /// In brief.
    pub row: DiscoveryRow,
    /// The hosts, in the order of the scan.
    pub hosts: Vec<FoundHost>,
    /// What does not fit the register.
    pub findings: Vec<DiscoveryFinding>,
}

/// A host that answered.
#[derive(Debug, Clone)]
pub struct FoundHost {
    /// What the scan saw of it.
    pub host: ScannedHost,
    /// The assets whose addresses it has.
    pub assets: Vec<(AssetId, String)>,
    /// Why it is expected although it is no asset.
    pub accepted: Option<Acceptance>,
    /// Its ports.
    pub ports: Vec<FoundPort>,
}

/// A port of a host.
#[derive(Debug, Clone)]
pub struct FoundPort {
    /// What the scan saw of it.
    pub port: ScannedPort,
    /// Why it is expected.
    pub accepted: Option<Acceptance>,
    /// What is weak about it.
    pub weaknesses: Vec<Weakness>,
}

/// What is expected from now on.
#[derive(Debug, Clone)]
pub struct AcceptForm {
    /// The address.
    pub address: String,
    /// The port with its protocol; `None` for the host as such.
    pub port: Option<(String, u16)>,
    /// Why.
    pub reason: String,
}

/// A new asset made of an unknown host.
#[derive(Debug, Clone)]
pub struct FoundAssetForm {
    /// The host's address.
    pub address: String,
    /// The hospital's code for it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind of object it is.
    pub object_type: ObjectType,
}

impl App {
    /// Takes in what nmap wrote (`-oX`). Hosts outside of the ranges that the hospital
    /// allowed are left out and counted.
    ///
    /// # Errors
    /// [`Code::NoScanRange`] where nothing is allowed; [`Code::UnreadableFile`].
    pub async fn import_discovery(
        &self,
        actor: &Actor,
        bytes: Vec<u8>,
    ) -> Result<DiscoveryDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        self.allowed_ranges(self.store().db()).await?;
        let scan = read_scan(bytes).await?;
        let id = self.take_scan(actor, "upload", scan).await?;
        self.get_discovery(actor, id).await
    }

    /// The latest discoveries, newest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_discoveries(&self, actor: &Actor) -> Result<Vec<DiscoveryRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let found = discoveries::list(self.store().db()).await?;
        let people = self.actor_names().await?;
        let rows = found.into_iter().map(|discovery| DiscoveryRow {
            by: people.get(&discovery.by).unwrap_or(&discovery.by).clone(),
            discovery,
        });
        Ok(rows.collect())
    }

    /// One discovery against the register as it is today.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_discovery(
        &self,
        actor: &Actor,
        id: DiscoveryId,
    ) -> Result<DiscoveryDetail, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let (discovery, scan) = self.found_scan(id).await?;
        let db = self.store().db();
        let known = Known::load(db).await?;
        let people = self.actor_names().await?;
        let by = people.get(&discovery.by).unwrap_or(&discovery.by).clone();
        blocking(move || {
            let mut findings = discover(&scan, &known.register());
            findings.retain(|finding| !known.expects(finding));
            DiscoveryDetail {
                row: DiscoveryRow { discovery, by },
                hosts: scan
                    .hosts
                    .into_iter()
                    .map(|host| known.host(host))
                    .collect(),
                findings,
            }
        })
        .await
    }

    /// Notes that a host, or a port of one, is expected. It counts for every discovery.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::InvalidInput`] for what the scan did not see;
    /// [`Code::StateConflict`] when it is expected already; [`Code::ReasonRequired`].
    pub async fn accept_discovered(
        &self,
        actor: &Actor,
        id: DiscoveryId,
        form: AcceptForm,
    ) -> Result<DiscoveryDetail, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(&form.reason)?;
        let (_, scan) = self.found_scan(id).await?;
        let (host, address) = seen(&scan, &form.address)?;
        if let Some((protocol, number)) = &form.port {
            let is_it = |port: &ScannedPort| port.port == *number && port.protocol == *protocol;
            if !host.ports.iter().any(is_it) {
                let found = format!("{protocol}/{number}");
                let expected = "a port that the scan saw on this host";
                return Err(AppError::new(Code::InvalidInput).field("port", found, expected));
            }
        }
        let mut change = self.change(actor).await?;
        let acceptance = Acceptance {
            address: address.to_string(),
            port: form.port,
            discovery_id: id,
            reason: text,
            by: actor.ledger_name(),
            at: change.now(),
        };
        let known = discoveries::acceptances(change.tx().conn()).await?;
        let is_known =
            |one: &Acceptance| (&one.address, &one.port) == (&acceptance.address, &acceptance.port);
        if known.iter().any(is_known) {
            return Err(AppError::new(Code::StateConflict));
        }
        discoveries::accept(change.tx(), &acceptance).await?;
        change.note("discovery.accept", "discovery", id, json!(acceptance));
        change.commit().await?;
        self.get_discovery(actor, id).await
    }

    /// Makes an asset of a host that is on no record.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::InvalidInput`] for an address that the scan did not see;
    /// [`Code::StateConflict`] when an asset has it; [`Code::CodeTaken`].
    pub async fn register_discovered(
        &self,
        actor: &Actor,
        id: DiscoveryId,
        form: FoundAssetForm,
    ) -> Result<AssetRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let (_, scan) = self.found_scan(id).await?;
        let (host, address) = seen(&scan, &form.address)?;
        let change = self.change(actor).await?;
        let known = Known::load(change.tx().conn()).await?;
        if !known.assets_of(host).is_empty() {
            return Err(AppError::new(Code::StateConflict));
        }
        let asset = AssetForm {
            code: form.code,
            name: form.name,
            object_type: form.object_type,
            system_ids: Vec::new(),
            address: Some(address.to_string()),
            location: None,
            model: host.vendor.clone(),
            version: host.os.clone(),
            owner_id: None,
            department_id: None,
            importance: Importance::Ordinary,
            supplier: None,
            state: AssetState::Operating,
            local_host: false,
        };
        self.enter_asset(change, asset).await
    }

    /// Keeps of a scan what lies within the allowed ranges.
    async fn take_scan(
        &self,
        actor: &Actor,
        source: &str,
        mut scan: Scan,
    ) -> Result<DiscoveryId, AppError> {
        let mut change = self.change(actor).await?;
        let allowed = self.allowed_ranges(change.tx().conn()).await?;
        let all = scan.hosts.len();
        scan.hosts.retain(|host| is_within(host, &allowed));
        let rejected = all - scan.hosts.len() + scan.rejected.len();
        // The names of what was left out are not the hospital's to keep.
        scan.rejected.clear();
        let text = serde_json::to_string(&scan).map_err(AppError::internal)?;
        let now = change.now();
        let at = scan.finished_at.or(scan.started_at);
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let mut discovery = Discovery {
            id: DiscoveryId(0),
            source: source.to_owned(),
            scanner: format!("{} {}", scan.scanner, scan.version)
                .trim()
                .to_owned(),
            scanned_at: at.unwrap_or(now).min(now),
            taken_at: now,
            by: actor.ledger_name(),
            hosts: count(scan.hosts.len()),
            rejected: count(rejected),
            digest: Digest::of(text.as_bytes()).to_string(),
        };
        discovery.id = discoveries::insert(change.tx(), &discovery, &text).await?;
        let payload = json!({"source": source, "scanner": discovery.scanner,
            "arguments": scan.arguments, "scanned_at": discovery.scanned_at,
            "hosts": discovery.hosts, "rejected": discovery.rejected,
            "digest": discovery.digest});
        change.note("discovery.take", "discovery", discovery.id, payload);
        change.commit().await?;
        Ok(discovery.id)
    }

    async fn found_scan(&self, id: DiscoveryId) -> Result<(Discovery, Scan), AppError> {
        let found = discoveries::find(self.store().db(), id).await?;
        let (discovery, scan) = found.ok_or(AppError::new(Code::NotFound))?;
        let scan = blocking(move || serde_json::from_str(&scan)).await?;
        Ok((discovery, scan.map_err(AppError::internal)?))
    }
}

async fn read_scan(bytes: Vec<u8>) -> Result<Scan, AppError> {
    let scan = blocking(move || parse_nmap(&bytes)).await?;
    scan.map_err(|error| AppError::new(Code::UnreadableFile).field("file", "", error.to_string()))
}

fn is_within(host: &ScannedHost, allowed: &[AddressRange]) -> bool {
    let addresses = host.addresses.iter().copied();
    let addresses: Vec<AddressRange> = addresses.map(AddressRange::single).collect();
    !addresses.is_empty() && outside(&addresses, allowed).is_empty()
}

fn seen<'a>(scan: &'a Scan, text: &str) -> Result<(&'a ScannedHost, IpAddr), AppError> {
    let address: Option<IpAddr> = text.trim().parse().ok();
    let host = address.and_then(|address| {
        let mut hosts = scan.hosts.iter();
        let host = hosts.find(|host| host.addresses.contains(&address))?;
        Some((host, address))
    });
    host.ok_or_else(|| {
        AppError::new(Code::InvalidInput).field("address", text, "an address that the scan saw")
    })
}

/// What the hospital has on record, and what it expects beside.
struct Known {
    assets: BTreeMap<AssetId, (String, BTreeSet<IpAddr>)>,
    by_address: BTreeMap<IpAddr, BTreeSet<AssetId>>,
    hosts: BTreeMap<String, Acceptance>,
    ports: BTreeMap<(String, String, u16), Acceptance>,
}

impl Known {
    async fn load(db: &impl Read) -> Result<Self, AppError> {
        let mut known = Self {
            assets: BTreeMap::new(),
            by_address: BTreeMap::new(),
            hosts: BTreeMap::new(),
            ports: BTreeMap::new(),
        };
        for (id, name, text) in assets::addresses(db).await? {
            let addresses = addresses(&text);
            for address in &addresses {
                known.by_address.entry(*address).or_default().insert(id);
            }
            known.assets.insert(id, (name, addresses));
        }
        for acceptance in discoveries::acceptances(db).await? {
            let address = acceptance.address.clone();
            match acceptance.port.clone() {
                None => known.hosts.insert(address, acceptance),
                Some((protocol, port)) => known.ports.insert((address, protocol, port), acceptance),
            };
        }
        Ok(known)
    }

    fn register(&self) -> Register {
        let assets = self.assets.iter().map(|(id, (_, addresses))| {
            let names: BTreeSet<String> = addresses.iter().map(ToString::to_string).collect();
            let allowed = self
                .ports
                .keys()
                .filter(|(address, ..)| names.contains(address));
            RegisteredAsset {
                asset: *id,
                addresses: addresses.iter().copied().collect(),
                allowed: Some(
                    allowed
                        .map(|(_, protocol, port)| AllowedPort {
                            protocol: protocol.clone(),
                            port: *port,
                        })
                        .collect(),
                ),
            }
        });
        Register {
            assets: assets.collect(),
        }
    }

    fn assets_of(&self, host: &ScannedHost) -> Vec<(AssetId, String)> {
        let of = |address| self.by_address.get(address).into_iter().flatten();
        let ids: BTreeSet<AssetId> = host.addresses.iter().flat_map(of).copied().collect();
        let named = ids.into_iter().filter_map(|id| {
            let (name, _) = self.assets.get(&id)?;
            Some((id, name.clone()))
        });
        named.collect()
    }

    /// Whether a finding is of an unknown host that somebody expects.
    fn expects(&self, finding: &DiscoveryFinding) -> bool {
        match &finding.problem {
            DiscoveryProblem::UnknownHost { addresses, .. } => {
                let mut addresses = addresses.iter();
                addresses.any(|address| self.hosts.contains_key(&address.to_string()))
            }
            _ => false,
        }
    }

    fn host(&self, mut host: ScannedHost) -> FoundHost {
        let names: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
        let weak: Vec<(String, u16, Weakness)> = weaknesses(&host)
            .into_iter()
            .map(|(port, weakness)| (port.protocol.clone(), port.port, weakness))
            .collect();
        let ports = std::mem::take(&mut host.ports).into_iter().map(|port| {
            let key = |name: &String| (name.clone(), port.protocol.clone(), port.port);
            let is_it = |(protocol, number, _): &&(String, u16, Weakness)| {
                *number == port.port && *protocol == port.protocol
            };
            FoundPort {
                accepted: names
                    .iter()
                    .find_map(|name| self.ports.get(&key(name)))
                    .cloned(),
                weaknesses: weak
                    .iter()
                    .filter(is_it)
                    .map(|(_, _, weak)| *weak)
                    .collect(),
                port,
            }
        });
        FoundHost {
            ports: ports.collect(),
            assets: self.assets_of(&host),
            accepted: names.iter().find_map(|name| self.hosts.get(name)).cloned(),
            host,
        }
    }
}

/// The addresses in what people write as an asset's address: several, with ports or as URLs.
fn addresses(text: &str) -> BTreeSet<IpAddr> {
    let parts = text.split([',', ';', ' ', '/', '，', '、', '；', '\n']);
    parts.filter_map(|part| address(part.trim())).collect()
}

fn address(part: &str) -> Option<IpAddr> {
    if let Ok(address) = part.parse() {
        return Some(address);
    }
    let socket: Result<std::net::SocketAddr, _> = part.parse();
    socket.ok().map(|socket| socket.ip())
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_are_found_in_what_people_write() {
        let found = |text: &str| -> Vec<String> {
            addresses(text).iter().map(ToString::to_string).collect()
        };
        assert_eq!(found("10.1.1.5"), ["10.1.1.5"]);
        assert_eq!(found("10.1.1.5:8080、10.1.1.6"), ["10.1.1.5", "10.1.1.6"]);
        assert_eq!(found("https://10.1.1.5:8443/his"), ["10.1.1.5"]);
        assert_eq!(found("[2001:db8::1]:443"), ["2001:db8::1"]);
        assert!(found("门诊楼 3 层").is_empty());
    }
}
