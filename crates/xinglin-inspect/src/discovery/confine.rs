//! Scans that stay where the hospital allowed them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::policy::{AddressRange, PolicyTextError, PortRange, outside};

/// Addresses that one scan may look at: a network of 16 bits.
const MOST_ADDRESSES: u128 = 65_536;

/// A scan that may not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetError {
    /// A text that is no address. Names are refused: where they lead is another's decision.
    #[error(transparent)]
    Text(#[from] PolicyTextError),
    /// No target at all.
    #[error("no target")]
    Empty,
    /// Targets outside of what was allowed.
    #[error("outside of the allowed ranges: {}", listed(.0))]
    Outside(Vec<AddressRange>),
    /// More than one scan should look at.
    #[error("{addresses} addresses; at most {MOST_ADDRESSES} in one scan")]
    TooMany {
        /// How many there are.
        addresses: u128,
    },
    /// Addresses of both versions of IP, which nmap scans one at a time.
    #[error("addresses of IP version 4 and 6 need two scans")]
    MixedVersions,
    /// Default passwords are tried on own assets alone.
    #[error("default passwords are only tried on assets of the register; not on it: {}", listed(.0))]
    NotOwn(Vec<AddressRange>),
}

fn listed(ranges: &[AddressRange]) -> String {
    let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    ranges.join(", ")
}

/// Reads targets and checks that every address of them lies in `allowed`.
///
/// # Errors
/// See [`TargetError`].
pub fn confined(
    allowed: &[AddressRange],
    targets: &[&str],
) -> Result<Vec<AddressRange>, TargetError> {
    let parsed: Result<Vec<AddressRange>, PolicyTextError> =
        targets.iter().map(|target| target.parse()).collect();
    let parsed = parsed?;
    if parsed.is_empty() {
        return Err(TargetError::Empty);
    }
    let out = outside(&parsed, allowed);
    if !out.is_empty() {
        return Err(TargetError::Outside(out));
    }
    Ok(parsed)
}

/// A scan that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanPlan {
    /// Addresses, networks or ranges.
    pub targets: Vec<String>,
    /// What the hospital allowed to be scanned.
    pub allowed: Vec<AddressRange>,
    /// TCP ports; empty for nmap's thousand commonest.
    #[serde(default)]
    pub ports: Vec<PortRange>,
    /// Packets a second at most. Old devices at a bedside fall over when they are hurried.
    pub packets_per_second: u16,
    /// Whether the scan may use raw packets, as root may: quicker, and with the system's guess.
    #[serde(default)]
    pub is_privileged: bool,
    /// Whether to look at SNMP, TFTP and NTP over UDP, too; needs privilege.
    #[serde(default)]
    pub with_udp: bool,
    /// Assets on which default passwords of web consoles are tried; none unless somebody
    /// asked for it by name. All targets must be among them.
    #[serde(default)]
    pub try_default_passwords_on: Vec<IpAddr>,
}

/// The arguments for nmap. Nothing of the plan but numbers and addresses gets into them.
///
/// # Errors
/// See [`TargetError`].
pub fn scan_command(plan: &ScanPlan) -> Result<Vec<String>, TargetError> {
    let targets: Vec<&str> = plan.targets.iter().map(String::as_str).collect();
    let targets = confined(&plan.allowed, &targets)?;
    let addresses = targets
        .iter()
        .fold(0, |sum: u128, range| sum.saturating_add(count(range)));
    if addresses > MOST_ADDRESSES {
        return Err(TargetError::TooMany { addresses });
    }
    let is_v6 = targets.iter().any(|range| range.first.is_ipv6());
    if is_v6 && targets.iter().any(|range| range.first.is_ipv4()) {
        return Err(TargetError::MixedVersions);
    }
    let mut scripts = vec!["ssl-enum-ciphers", "smb-protocols"];
    if !plan.try_default_passwords_on.is_empty() {
        let own: Vec<AddressRange> = plan
            .try_default_passwords_on
            .iter()
            .map(|own| AddressRange::single(*own))
            .collect();
        let others = outside(&targets, &own);
        if !others.is_empty() {
            return Err(TargetError::NotOwn(others));
        }
        scripts.push("http-default-accounts");
    }
    let mut arguments: Vec<String> = ["-n", "-T3", "--max-retries", "2", "--host-timeout", "20m"]
        .map(str::to_owned)
        .to_vec();
    if is_v6 {
        arguments.push("-6".to_owned());
    }
    arguments.push(if plan.is_privileged { "-sS" } else { "-sT" }.to_owned());
    let with_udp = plan.with_udp && plan.is_privileged;
    if with_udp {
        arguments.push("-sU".to_owned());
    }
    if plan.is_privileged {
        arguments.push("-O".to_owned());
    }
    arguments.extend(["-sV", "--version-light", "--max-rate"].map(str::to_owned));
    arguments.push(plan.packets_per_second.max(1).to_string());
    arguments.extend(ports(plan, with_udp));
    arguments.extend(["--script".to_owned(), scripts.join(",")]);
    arguments.extend(["-oX", "-"].map(str::to_owned));
    arguments.extend(targets.iter().flat_map(networks));
    Ok(arguments)
}

fn ports(plan: &ScanPlan, with_udp: bool) -> Vec<String> {
    const OF_UDP: &str = "69,123,161";
    let listed: Vec<String> = plan
        .ports
        .iter()
        .map(|range| format!("{}-{}", range.first, range.last))
        .collect();
    let listed = listed.join(",");
    match (listed.is_empty(), with_udp) {
        (true, false) => Vec::new(),
        (false, false) => vec!["-p".to_owned(), listed],
        // With both protocols nmap wants the ports of each.
        (true, true) => vec![
            "-p".to_owned(),
            format!(
                "T:1-1024,1433,1521,2375,3306,3389,5236,5432,5900,6379,7001,8000-8100,8443,9090,9200,27017,54321,U:{OF_UDP}"
            ),
        ],
        (false, true) => vec!["-p".to_owned(), format!("T:{listed},U:{OF_UDP}")],
    }
}

fn count(range: &AddressRange) -> u128 {
    let (first, last) = numbers(range);
    last.saturating_sub(first).saturating_add(1)
}

fn numbers(range: &AddressRange) -> (u128, u128) {
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    (number(range.first), number(range.last))
}

/// A range as the networks that make it up, which is all that nmap understands.
fn networks(range: &AddressRange) -> Vec<String> {
    let (mut first, last) = numbers(range);
    let width: u32 = if range.first.is_ipv4() { 32 } else { 128 };
    let mut networks = Vec::new();
    while first <= last {
        let mut hosts = first.trailing_zeros().min(width);
        // Bounded by the number of addresses, of which there are few.
        while hosts > 0
            && (1_u128
                .checked_shl(hosts)
                .is_none_or(|size| size > last - first + 1))
        {
            hosts -= 1;
        }
        let address = match width {
            32 => IpAddr::V4(Ipv4Addr::from_bits(
                u32::try_from(first).unwrap_or(u32::MAX),
            )),
            _ => IpAddr::V6(Ipv6Addr::from_bits(first)),
        };
        networks.push(if hosts == 0 {
            address.to_string()
        } else {
            format!("{address}/{}", width - hosts)
        });
        match first.checked_add(1 << hosts) {
            Some(next) => first = next,
            None => break,
        }
    }
    networks
}
