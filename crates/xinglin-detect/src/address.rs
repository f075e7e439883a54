//! Ranges of addresses.

use std::net::IpAddr;

/// A range of addresses, such as `10.0.0.0/8` or `fe80::/10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    is_v4: bool,
    bits: u128,
    mask: u128,
}

impl Cidr {
    /// Reads a range; an address alone is a range of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(length) => length.trim().parse::<u32>().ok()?,
            None => most,
        };
        let host_bits = most.checked_sub(length)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Some(Self {
            is_v4: address.is_ipv4(),
            bits: number(address) & mask,
            mask,
        })
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.is_v4 && number(address) & self.mask == self.bits
    }
}

/// An address in a text: without a zone, and without brackets.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let first = text.as_bytes().first()?;
    if !first.is_ascii_hexdigit() && !matches!(first, b'[' | b':') {
        return None;
    }
    let text = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let text = text.split_once('%').map_or(text, |(address, _)| address);
    text.parse().ok()
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses() {
        for (range, text, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("fe80::/10", "fe80::1%eth0", true),
            ("::/0", "2001:db8::1", true),
            ("::1/128", "[::1]", true),
            ("::1", "::2", false),
            ("192.168.1.7/24", "192.168.1.200", true),
        ] {
            let range = Cidr::parse(range).unwrap();
            assert_eq!(range.contains(address(text).unwrap()), inside, "{text}");
        }
        for wrong in ["10.0.0.0/33", "x/8", "10.0.0/8", "::/129", "10.0.0.0/-1"] {
            assert_eq!(Cidr::parse(wrong), None, "{wrong}");
        }
    }
}
