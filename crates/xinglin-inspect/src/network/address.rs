//! Addresses as configurations write them → ranges.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::policy::AddressRange;

/// Every IPv4 address.
pub(crate) const ANY_IPV4: AddressRange = AddressRange {
    first: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    last: IpAddr::V4(Ipv4Addr::BROADCAST),
};

/// Every IPv6 address.
pub(crate) const ANY_IPV6: AddressRange = AddressRange {
    first: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    last: IpAddr::V6(Ipv6Addr::new(
        0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF,
    )),
};

/// Every address.
pub(crate) fn any() -> Vec<AddressRange> {
    vec![ANY_IPV4, ANY_IPV6]
}

/// One address.
pub(crate) fn host(address: &str) -> Option<AddressRange> {
    let address: IpAddr = address.parse().ok()?;
    Some(AddressRange {
        first: address,
        last: address,
    })
}

/// From one address to another of the same version.
pub(crate) fn between(first: &str, last: &str) -> Option<AddressRange> {
    let range = AddressRange {
        first: first.parse().ok()?,
        last: last.parse().ok()?,
    };
    (range.first.is_ipv4() == range.last.is_ipv4() && range.first <= range.last).then_some(range)
}

/// `192.0.2.0` with `24` or `255.255.255.0`.
pub(crate) fn network(address: &str, mask: &str) -> Option<AddressRange> {
    if let Ok(length) = mask.parse::<u8>() {
        return prefix(address.parse().ok()?, length);
    }
    let mask: Ipv4Addr = mask.parse().ok()?;
    inverted(address, !mask.to_bits())
}

/// `192.0.2.0` with `0.0.0.255`, or `0` for one address. A wildcard with gaps is no range.
pub(crate) fn wildcard(address: &str, wildcard: &str) -> Option<AddressRange> {
    if wildcard == "0" {
        return host(address);
    }
    let wildcard: Ipv4Addr = wildcard.parse().ok()?;
    inverted(address, wildcard.to_bits())
}

/// `192.0.2.0/24`, `192.0.2.1` or `192.0.2.0/255.255.255.0`.
pub(crate) fn written(text: &str) -> Option<AddressRange> {
    match text.split_once('/') {
        Some((address, mask)) => network(address, mask),
        None => host(text),
    }
}

fn inverted(address: &str, free: u32) -> Option<AddressRange> {
    let address: Ipv4Addr = address.parse().ok()?;
    // Free bits that are not the lowest ones make many ranges of one.
    if free & free.wrapping_add(1) != 0 {
        return None;
    }
    let first = address.to_bits() & !free;
    Some(AddressRange {
        first: Ipv4Addr::from_bits(first).into(),
        last: Ipv4Addr::from_bits(first | free).into(),
    })
}

fn prefix(address: IpAddr, length: u8) -> Option<AddressRange> {
    match address {
        IpAddr::V4(address) => {
            let free = u32::MAX.checked_shr(length.into()).unwrap_or(0);
            let first = address.to_bits() & !free;
            (length <= 32).then(|| AddressRange {
                first: Ipv4Addr::from_bits(first).into(),
                last: Ipv4Addr::from_bits(first | free).into(),
            })
        }
        IpAddr::V6(address) => {
            let free = u128::MAX.checked_shr(length.into()).unwrap_or(0);
            let first = address.to_bits() & !free;
            (length <= 128).then(|| AddressRange {
                first: Ipv6Addr::from_bits(first).into(),
                last: Ipv6Addr::from_bits(first | free).into(),
            })
        }
    }
}

/// Whether `range` is all of IPv4 or all of IPv6.
pub(crate) fn is_any(range: &AddressRange) -> bool {
    *range == ANY_IPV4 || *range == ANY_IPV6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_ranges() {
        let show = |range: Option<AddressRange>| {
            range.map(|range| format!("{}-{}", range.first, range.last))
        };
        let cases = [
            (network("192.0.2.77", "24"), Some("192.0.2.0-192.0.2.255")),
            (
                network("192.0.2.77", "255.255.255.252"),
                Some("192.0.2.76-192.0.2.79"),
            ),
            (
                network("0.0.0.0", "0.0.0.0"),
                Some("0.0.0.0-255.255.255.255"),
            ),
            (network("192.0.2.0", "33"), None),
            (
                network("2001:db8::", "64"),
                Some("2001:db8::-2001:db8::ffff:ffff:ffff:ffff"),
            ),
            (
                network("::", "0"),
                Some("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ),
            (
                wildcard("192.0.2.0", "0.0.0.31"),
                Some("192.0.2.0-192.0.2.31"),
            ),
            (wildcard("192.0.2.9", "0"), Some("192.0.2.9-192.0.2.9")),
            (wildcard("10.0.10.0", "0.255.0.255"), None),
            (written("198.51.100.4"), Some("198.51.100.4-198.51.100.4")),
            (
                written("198.51.100.4/31"),
                Some("198.51.100.4-198.51.100.5"),
            ),
            (between("192.0.2.9", "192.0.2.1"), None),
            (between("192.0.2.1", "2001:db8::"), None),
        ];
        for (found, expected) in cases {
            assert_eq!(show(found).as_deref(), expected);
        }
    }
}
