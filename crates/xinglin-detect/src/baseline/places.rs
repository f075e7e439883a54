//! Where addresses are: in countries as far as their ranges are known, else in networks.

use std::net::{IpAddr, Ipv6Addr};

use crate::rule::Part;

/// A file of ranges names so many at most.
const MOST_RANGES: usize = 2_000_000;
/// A country's name is so long at most.
const MOST_NAME: usize = 40;

/// Ranges of addresses and the country each is of. Empty where nobody brought a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Countries {
    /// In order and without an overlap: first, last, place in `names`.
    ranges: Vec<(u128, u128, u16)>,
    names: Vec<String>,
}

/// Why a line is no range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeProblem {
    /// The line, from 1.
    pub line: usize,
    /// What stood there.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

impl Countries {
    /// Reads CSV: `network,country` with a network such as `203.0.113.0/24`, or
    /// `first,last,country`. Columns behind the country are not read, lines that begin with `#`
    /// and a line of titles neither. Where ranges overlap, the one that begins first counts,
    /// and of those that begin together the one that is listed first.
    pub fn read(text: &str) -> (Self, Vec<RangeProblem>) {
        let mut read = Self::default();
        let mut problems = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match read.take(line) {
                Ok(()) => {}
                // Titles of columns.
                Err(_) if number == 0 && !line.contains(['.', ':']) => {}
                Err(expected) => problems.push(RangeProblem {
                    line: number + 1,
                    found: line.chars().take(100).collect(),
                    expected,
                }),
            }
        }
        read.settle();
        (read, problems)
    }

    /// How many ranges there are.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The countries, in the order in which they were first named.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The country of an address.
    pub fn of(&self, address: IpAddr) -> Option<&str> {
        let number = number(address);
        let place = self.ranges.partition_point(|(first, ..)| *first <= number);
        let (_, last, name) = self.ranges.get(place.checked_sub(1)?)?;
        let name = self.names.get(usize::from(*name))?;
        (number <= *last).then_some(name)
    }

    fn take(&mut self, line: &str) -> Result<(), &'static str> {
        let parts: Vec<&str> = line
            .split(',')
            .map(|part| part.trim().trim_matches('"'))
            .collect();
        let (first, last, name) = match parts.as_slice() {
            [network, name, ..] if network.contains('/') => {
                let (first, last) = span(network).ok_or("a network such as 203.0.113.0/24")?;
                (first, last, *name)
            }
            [first, last, name, ..] => {
                let first: IpAddr = first.parse().map_err(|_| "an address as the first")?;
                let last: IpAddr = last.parse().map_err(|_| "an address as the last")?;
                if first.is_ipv4() != last.is_ipv4() {
                    return Err("two addresses of one kind");
                }
                (number(first), number(last), *name)
            }
            _ => return Err("network,country or first,last,country"),
        };
        if first > last {
            return Err("a range whose first address is not behind its last");
        }
        if name.is_empty() || name.chars().count() > MOST_NAME {
            return Err("a country of 1 to 40 characters");
        }
        if self.ranges.len() >= MOST_RANGES {
            return Err("at most 2,000,000 ranges");
        }
        let known = self.names.iter().position(|known| known == name);
        let place = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        let place = u16::try_from(place).map_err(|_| "at most 65,536 countries")?;
        self.ranges.push((first, last, place));
        Ok(())
    }

    /// Puts ranges in order and cuts off what overlaps.
    fn settle(&mut self) {
        self.ranges.sort_by_key(|(first, ..)| *first);
        let mut settled: Vec<(u128, u128, u16)> = Vec::with_capacity(self.ranges.len());
        for (first, last, name) in self.ranges.drain(..) {
            let before = settled.last();
            let first = before.map_or(first, |(_, last, _)| first.max(last.saturating_add(1)));
            if first <= last {
                settled.push((first, last, name));
            }
        }
        self.ranges = settled;
    }
}

/// What of a value counts. An address that is none counts as it is written.
pub(super) fn part_of(value: &str, part: Part, countries: &Countries) -> String {
    let value = value.trim();
    match part {
        Part::Whole => value.to_lowercase(),
        Part::FileName => {
            let name = value.rsplit(['/', '\\']).next().unwrap_or(value);
            name.to_lowercase()
        }
        Part::Country | Part::Network => {
            let Ok(address) = value.parse::<IpAddr>() else {
                return value.to_lowercase();
            };
            let address = address.to_canonical();
            if is_private(address) {
                return address.to_string();
            }
            let country = (part == Part::Country).then(|| countries.of(address));
            match country.flatten() {
                Some(country) => country.to_owned(),
                None => network(address),
            }
        }
    }
}

/// The network of an address: 65,536 addresses of IPv4, what a provider gets of IPv6.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            format!("{a}.{b}.0.0/16")
        }
        IpAddr::V6(address) => {
            let [a, b, ..] = address.segments();
            format!("{}/32", Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0))
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => {
            let [first, ..] = address.segments();
            address.is_loopback() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
        }
    }
}

/// An address among all: those of IPv4 as IPv6 maps them.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The first and the last address of a network.
fn span(network: &str) -> Option<(u128, u128)> {
    let (address, length) = network.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let length: u32 = length.parse().ok()?;
    let of_v4 = u32::from(address.is_ipv4()) * 96;
    let free = 128_u32.checked_sub(length.checked_add(of_v4)?)?;
    let mask = u128::MAX.checked_shl(free).unwrap_or(0);
    let first = number(address) & mask;
    Some((first, first | !mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "network,country\n203.0.113.0/24,CN,whatever\n198.51.100.0,198.51.100.127,US\n# nothing\n2001:db8::/32,\"JP\"\n203.0.113.128/25,XX\n";

    #[test]
    fn countries_are_read_and_found() {
        let (countries, problems) = Countries::read(LIST);
        assert_eq!(problems, []);
        for (address, country) in [
            ("203.0.113.9", Some("CN")),
            ("203.0.113.200", Some("CN")),
            ("203.0.114.0", None),
            ("198.51.100.127", Some("US")),
            ("198.51.100.128", None),
            ("2001:db8:1::1", Some("JP")),
            ("::1", None),
        ] {
            assert_eq!(countries.of(address.parse().unwrap()), country, "{address}");
        }
    }

    #[test]
    fn mistakes_in_ranges_are_named() {
        let (countries, problems) = Countries::read(
            "1.2.3.4/33,A\n1.2.3.9,1.2.3.4,A\n1.2.3.4,A\n10.0.0.0/8,\n1.1.1.0/24,B\n",
        );
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert_eq!(countries.len(), 1);
    }

    #[test]
    fn parts_of_values() {
        let (countries, _) = Countries::read(LIST);
        let none = Countries::default();
        for (value, part, list, expected) in [
            ("Sqlplus.EXE ", Part::Whole, &none, "sqlplus.exe"),
            ("C:\\a\\B.exe", Part::FileName, &none, "b.exe"),
            ("/usr/bin/Cat", Part::FileName, &none, "cat"),
            ("203.0.113.9", Part::Country, &countries, "CN"),
            ("203.0.113.9", Part::Country, &none, "203.0.0.0/16"),
            ("203.0.113.9", Part::Network, &countries, "203.0.0.0/16"),
            ("10.1.2.3", Part::Country, &countries, "10.1.2.3"),
            ("::ffff:10.1.2.3", Part::Network, &countries, "10.1.2.3"),
            ("2001:db8:5::1", Part::Network, &none, "2001:db8::/32"),
            ("HIS-DB01", Part::Country, &countries, "his-db01"),
        ] {
            assert_eq!(part_of(value, part, list), expected, "{value}");
        }
    }
}
