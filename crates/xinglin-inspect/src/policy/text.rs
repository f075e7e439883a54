//! Addresses, ports and services as people write and read them.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use thiserror::Error;

use super::rule::{AddressRange, PortRange, Service};

/// A text that is no address or service.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyTextError {
    /// Neither an address, nor `address/length`, nor `address-address`.
    #[error(
        "'{0}' is not an address, a network such as 10.0.0.0/8, or a range such as 10.0.0.1-10.0.0.9"
    )]
    Address(String),
    /// Not a protocol with or without ports.
    #[error("'{0}' is not a service such as tcp/1433, udp/161-162, icmp, 47 or any")]
    Service(String),
}

impl AddressRange {
    /// All addresses of version 4.
    pub const ANY_V4: Self = Self {
        first: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        last: IpAddr::V4(Ipv4Addr::BROADCAST),
    };
    /// All addresses of version 6.
    pub const ANY_V6: Self = Self {
        first: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        last: IpAddr::V6(Ipv6Addr::new(
            0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff,
        )),
    };

    /// All addresses of both versions: what `any` means in a rule.
    pub fn any() -> Vec<Self> {
        vec![Self::ANY_V4, Self::ANY_V6]
    }

    /// One address.
    pub fn single(address: IpAddr) -> Self {
        Self {
            first: address,
            last: address,
        }
    }

    /// The network that `address` lies in; `None` when `length` is more than it has bits.
    pub fn network(address: IpAddr, length: u8) -> Option<Self> {
        let (first, last) = match address {
            IpAddr::V4(address) => {
                let hosts = host_bits(32, length)?;
                let bits = u128::from(address.to_bits());
                let first = u32::try_from(bits & !hosts).ok()?;
                let last = u32::try_from(bits | hosts).ok()?;
                (
                    IpAddr::V4(Ipv4Addr::from_bits(first)),
                    IpAddr::V4(Ipv4Addr::from_bits(last)),
                )
            }
            IpAddr::V6(address) => {
                let hosts = host_bits(128, length)?;
                let bits = address.to_bits();
                (
                    IpAddr::V6(Ipv6Addr::from_bits(bits & !hosts)),
                    IpAddr::V6(Ipv6Addr::from_bits(bits | hosts)),
                )
            }
        };
        Some(Self { first, last })
    }

    /// Whether `address` lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4()
            && address.is_ipv4() == self.last.is_ipv4()
            && self.first <= address
            && address <= self.last
    }

    /// The length of the prefix when it is exactly one network.
    fn prefix(&self) -> Option<u32> {
        let (first, last, width) = match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                (u128::from(first.to_bits()), u128::from(last.to_bits()), 32)
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => (first.to_bits(), last.to_bits(), 128),
            _ => return None,
        };
        let hosts = first ^ last;
        // A network's hosts are all ones below the prefix, and none of them is set in its name.
        let is_network =
            hosts.checked_add(1).is_none_or(u128::is_power_of_two) && first & hosts == 0;
        is_network.then(|| width - (128 - hosts.leading_zeros()))
    }
}

/// The bits below a prefix.
fn host_bits(width: u32, length: u8) -> Option<u128> {
    let free = width.checked_sub(u32::from(length))?;
    Some(u128::MAX.checked_shr(128 - free).unwrap_or(0))
}

impl fmt::Display for AddressRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(formatter, "{}", self.first);
        }
        match self.prefix() {
            Some(length) => write!(formatter, "{}/{length}", self.first),
            None => write!(formatter, "{}-{}", self.first, self.last),
        }
    }
}

impl FromStr for AddressRange {
    type Err = PolicyTextError;

    fn from_str(text: &str) -> Result<Self, PolicyTextError> {
        let text = text.trim();
        let parsed = if let Some((address, length)) = text.split_once('/') {
            match (address.trim().parse(), length.trim().parse()) {
                (Ok(address), Ok(length)) => Self::network(address, length),
                _ => None,
            }
        } else if let Some((first, last)) = text.split_once('-') {
            match (
                first.trim().parse::<IpAddr>(),
                last.trim().parse::<IpAddr>(),
            ) {
                (Ok(first), Ok(last)) if first.is_ipv4() == last.is_ipv4() && first <= last => {
                    Some(Self { first, last })
                }
                _ => None,
            }
        } else {
            text.parse().ok().map(Self::single)
        };
        parsed.ok_or_else(|| PolicyTextError::Address(text.to_owned()))
    }
}

/// Addresses as a person lists them: `any`, or ranges separated by commas or spaces.
///
/// # Errors
/// A part that is no address; an empty list.
pub fn addresses(text: &str) -> Result<Vec<AddressRange>, PolicyTextError> {
    listed(text, AddressRange::any, PolicyTextError::Address)
}

/// Services as a person lists them: `any`, or services separated by commas or spaces.
///
/// # Errors
/// A part that is no service; an empty list.
pub fn services(text: &str) -> Result<Vec<Service>, PolicyTextError> {
    listed(text, || vec![Service::ANY], PolicyTextError::Service)
}

fn listed<T: FromStr<Err = PolicyTextError>>(
    text: &str,
    any: impl Fn() -> Vec<T>,
    none: impl Fn(String) -> PolicyTextError,
) -> Result<Vec<T>, PolicyTextError> {
    let mut found = Vec::new();
    for part in text.split([',', ' ', '，', '、', ';']) {
        match part.trim() {
            "" => {}
            "any" => found.extend(any()),
            part => found.push(part.parse()?),
        }
    }
    if found.is_empty() {
        return Err(none(text.to_owned()));
    }
    Ok(found)
}

impl PortRange {
    /// All ports.
    pub const ANY: Self = Self {
        first: 0,
        last: u16::MAX,
    };

    /// One port.
    pub fn single(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }

    /// Whether `port` lies in it.
    pub fn contains(&self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            formatter.write_str("any")
        } else if self.first == self.last {
            write!(formatter, "{}", self.first)
        } else {
            write!(formatter, "{}-{}", self.first, self.last)
        }
    }
}

/// Protocols that are named; others are written as their numbers.
const PROTOCOLS: [(&str, u8); 9] = [
    ("icmp", 1),
    ("igmp", 2),
    ("tcp", 6),
    ("udp", 17),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("icmpv6", 58),
    ("ospf", 89),
];

impl Service {
    /// Every protocol and port.
    pub const ANY: Self = Self {
        protocols: (0, u8::MAX),
        source_ports: PortRange::ANY,
        destination_ports: PortRange::ANY,
    };

    /// A protocol whole: all its ports, or all its types.
    pub fn protocol(protocol: u8) -> Self {
        Self {
            protocols: (protocol, protocol),
            ..Self::ANY
        }
    }

    /// Destination ports of TCP.
    pub fn tcp(first: u16, last: u16) -> Self {
        Self {
            destination_ports: PortRange { first, last },
            ..Self::protocol(6)
        }
    }

    /// Destination ports of UDP.
    pub fn udp(first: u16, last: u16) -> Self {
        Self {
            destination_ports: PortRange { first, last },
            ..Self::protocol(17)
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.protocols;
        let name = PROTOCOLS.iter().find(|(_, number)| *number == first);
        match name {
            _ if (first, last) == (0, u8::MAX) => formatter.write_str("any")?,
            Some((name, _)) if first == last => formatter.write_str(name)?,
            _ if first == last => write!(formatter, "{first}")?,
            _ => write!(formatter, "{first}-{last}")?,
        }
        if self.destination_ports != PortRange::ANY {
            write!(formatter, "/{}", self.destination_ports)?;
        }
        if self.source_ports != PortRange::ANY {
            write!(formatter, " from {}", self.source_ports)?;
        }
        Ok(())
    }
}

impl FromStr for Service {
    type Err = PolicyTextError;

    fn from_str(text: &str) -> Result<Self, PolicyTextError> {
        let lower = text.trim().to_ascii_lowercase();
        let unknown = || PolicyTextError::Service(text.trim().to_owned());
        if lower == "any" {
            return Ok(Self::ANY);
        }
        let (protocol, ports) = match lower.split_once('/') {
            Some((protocol, ports)) => (protocol, Some(ports)),
            None => (lower.as_str(), None),
        };
        let protocol = match PROTOCOLS.iter().find(|(name, _)| *name == protocol) {
            Some((_, number)) => *number,
            None => protocol.parse().map_err(|_| unknown())?,
        };
        let mut service = Self::protocol(protocol);
        if let Some(ports) = ports {
            let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
            let first = first.trim().parse().map_err(|_| unknown())?;
            let last = last.trim().parse().map_err(|_| unknown())?;
            if first > last {
                return Err(unknown());
            }
            service.destination_ports = PortRange { first, last };
        }
        Ok(service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_they_are_read() {
        for text in [
            "10.0.0.0/8",
            "10.1.2.3",
            "10.0.0.1-10.0.0.9",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/32",
            "2001:db8::1-2001:db8::5",
            "10.0.0.0-10.0.0.2",
        ] {
            assert_eq!(text.parse::<AddressRange>().unwrap().to_string(), text);
        }
        assert_eq!(
            "10.1.2.3/8".parse::<AddressRange>().unwrap().to_string(),
            "10.0.0.0/8"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.9-10.0.0.1",
            "10.0.0.1-::1",
            "x",
            "10.0.0/8",
            "::/129",
            "/8",
            "-",
        ] {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
        assert!(addresses(" ,").is_err());
        assert_eq!(addresses("any").unwrap(), AddressRange::any());
        assert_eq!(addresses("10.0.0.1， 10.0.0.2").unwrap().len(), 2);
    }

    #[test]
    fn services_are_written_as_they_are_read() {
        for text in [
            "any",
            "tcp",
            "tcp/1433",
            "udp/161-162",
            "icmp/8",
            "132",
            "icmpv6",
        ] {
            assert_eq!(text.parse::<Service>().unwrap().to_string(), text);
        }
        assert_eq!("47".parse::<Service>().unwrap().to_string(), "gre");
        for text in [
            "",
            "tcp/",
            "tcp/2-1",
            "tcp/65536",
            "https",
            "256",
            "tcp/1/2",
        ] {
            assert!(text.parse::<Service>().is_err(), "{text}");
        }
        assert_eq!(services("tcp/80,tcp/443 icmp").unwrap().len(), 3);
    }
}
