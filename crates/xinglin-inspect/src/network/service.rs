//! Protocols and ports as configurations write them → services.

use crate::policy::{PortRange, Service};

/// Every port.
pub(crate) const ANY_PORT: PortRange = PortRange {
    first: 0,
    last: u16::MAX,
};

/// Every protocol.
pub(crate) const ANY: Service = Service {
    protocols: (0, 255),
    source_ports: ANY_PORT,
    destination_ports: ANY_PORT,
};

/// All ports of a protocol.
pub(crate) fn protocol(number: u8) -> Service {
    Service {
        protocols: (number, number),
        ..ANY
    }
}

/// A protocol by name or number; `ip` and `any` are all of them.
pub(crate) fn protocol_named(name: &str) -> Option<Service> {
    let number = match name.to_ascii_lowercase().as_str() {
        "ip" | "ipv6" | "any" => return Some(ANY),
        "icmp" => 1,
        "igmp" => 2,
        "ipinip" => 4,
        "tcp" => 6,
        "egp" => 8,
        "igrp" => 9,
        "udp" => 17,
        "gre" => 47,
        "esp" => 50,
        "ah" | "ahp" => 51,
        "icmpv6" | "icmp6" => 58,
        "eigrp" => 88,
        "ospf" => 89,
        "nos" => 94,
        "pim" => 103,
        "pcp" => 108,
        "vrrp" => 112,
        "sctp" => 132,
        other => other.parse().ok()?,
    };
    Some(protocol(number))
}

/// The names that filters of several vendors give to ports.
const PORTS: &[(&str, u16)] = &[
    ("echo", 7),
    ("discard", 9),
    ("daytime", 13),
    ("chargen", 19),
    ("chargen-tcp", 19),
    ("ftp-data", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("time", 37),
    ("nameserver", 42),
    ("whois", 43),
    ("nicname", 43),
    ("tacacs", 49),
    ("tacacs-ds", 65),
    ("domain", 53),
    ("dns", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("www", 80),
    ("http", 80),
    ("hostname", 101),
    ("pop2", 109),
    ("pop3", 110),
    ("sunrpc", 111),
    ("ident", 113),
    ("nntp", 119),
    ("ntp", 123),
    ("netbios-ns", 137),
    ("netbios-dgm", 138),
    ("netbios-ss", 139),
    ("netbios-ssn", 139),
    ("imap", 143),
    ("imap4", 143),
    ("snmp", 161),
    ("snmptrap", 162),
    ("xdmcp", 177),
    ("bgp", 179),
    ("irc", 194),
    ("dnsix", 195),
    ("ldap", 389),
    ("mobile-ip", 434),
    ("mobilip-ag", 434),
    ("https", 443),
    ("pim-auto-rp", 496),
    ("isakmp", 500),
    ("biff", 512),
    ("exec", 512),
    ("login", 513),
    ("who", 513),
    ("cmd", 514),
    ("rsh", 514),
    ("syslog", 514),
    ("lpd", 515),
    ("talk", 517),
    ("rip", 520),
    ("uucp", 540),
    ("klogin", 543),
    ("kshell", 544),
    ("rtsp", 554),
    ("ldaps", 636),
    ("kerberos", 750),
    ("lotusnotes", 1352),
    ("citrix-ica", 1494),
    ("sqlnet", 1521),
    ("radius", 1645),
    ("radius-acct", 1646),
    ("h323", 1720),
    ("pptp", 1723),
    ("nfs", 2049),
    ("ctiqbe", 2748),
    ("cifs", 3020),
    ("drip", 3949),
    ("non500-isakmp", 4500),
    ("sip", 5060),
    ("aol", 5190),
    ("secureid-udp", 5510),
    ("pcanywhere-data", 5631),
    ("pcanywhere-status", 5632),
];

/// A port by name or number.
pub(crate) fn port(text: &str) -> Option<u16> {
    text.parse().ok().or_else(|| {
        let text = text.to_ascii_lowercase();
        PORTS
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, number)| *number)
    })
}

/// From one port to another.
pub(crate) fn ports(first: &str, last: &str) -> Option<PortRange> {
    let range = PortRange {
        first: port(first)?,
        last: port(last)?,
    };
    (range.first <= range.last).then_some(range)
}

/// Reads `eq 80 443`, `range 20 21`, `gt 1023`, `lt 1024` or `neq 25` at the start of `words`:
/// the ports, and how many words they took. `None` when no operator stands there.
pub(crate) fn port_operator(words: &[String]) -> Option<(Vec<PortRange>, usize)> {
    let operand = |index: usize| words.get(index).and_then(|word| port(word));
    let one = |first: u16, last: u16| Some((vec![PortRange { first, last }], 2));
    match words.first()?.as_str() {
        "eq" => {
            let found: Vec<PortRange> = words
                .iter()
                .skip(1)
                .map_while(|word| port(word))
                .map(|port| PortRange {
                    first: port,
                    last: port,
                })
                .collect();
            let length = found.len() + 1;
            Some((found, length))
        }
        "range" => {
            let range = ports(words.get(1)?, words.get(2)?)?;
            Some((vec![range], 3))
        }
        "gt" => match operand(1)?.checked_add(1) {
            Some(first) => one(first, u16::MAX),
            None => Some((Vec::new(), 2)),
        },
        "lt" => match operand(1)?.checked_sub(1) {
            Some(last) => one(0, last),
            None => Some((Vec::new(), 2)),
        },
        "neq" => {
            let port = operand(1)?;
            let below = port.checked_sub(1).map(|last| PortRange { first: 0, last });
            let above = port.checked_add(1).map(|first| PortRange {
                first,
                last: u16::MAX,
            });
            Some((below.into_iter().chain(above).collect(), 2))
        }
        _ => None,
    }
}

/// A protocol with every pair of a source and a destination range.
pub(crate) fn combined(
    base: Service,
    sources: &[PortRange],
    destinations: &[PortRange],
) -> Vec<Service> {
    // More than this on one line is no configuration.
    const MOST: usize = 512;
    let mut services = Vec::new();
    for source_ports in sources {
        for destination_ports in destinations {
            if services.len() >= MOST {
                return services;
            }
            services.push(Service {
                source_ports: *source_ports,
                destination_ports: *destination_ports,
                ..base
            });
        }
    }
    services
}

/// A protocol to a range of ports.
pub(crate) fn to_ports(number: u8, destination_ports: PortRange) -> Service {
    Service {
        destination_ports,
        ..protocol(number)
    }
}

/// Services that firewalls know by name without anybody defining them.
const PREDEFINED: &[(&str, &[(u8, u16)])] = &[
    ("bgp", &[(6, 179)]),
    ("dhcp", &[(17, 67), (17, 68)]),
    ("dns", &[(6, 53), (17, 53)]),
    ("dns-tcp", &[(6, 53)]),
    ("dns-udp", &[(17, 53)]),
    ("ftp", &[(6, 21)]),
    ("h323", &[(6, 1720)]),
    ("http", &[(6, 80)]),
    ("https", &[(6, 443)]),
    ("imap", &[(6, 143)]),
    ("imaps", &[(6, 993)]),
    ("ike", &[(17, 500)]),
    ("ldap", &[(6, 389)]),
    ("ldaps", &[(6, 636)]),
    ("ms-sql-s", &[(6, 1433)]),
    ("ms-sql", &[(6, 1433)]),
    ("mssql", &[(6, 1433)]),
    ("sqlserver", &[(6, 1433)]),
    ("mysql", &[(6, 3306)]),
    ("netbios-session", &[(6, 139)]),
    ("nfs", &[(6, 2049), (17, 2049)]),
    ("ntp", &[(17, 123)]),
    ("oracle", &[(6, 1521)]),
    ("sqlnet", &[(6, 1521)]),
    ("sqlnetv2", &[(6, 1521)]),
    ("oracle-sqlnet", &[(6, 1521)]),
    ("pop3", &[(6, 110)]),
    ("pptp", &[(6, 1723)]),
    ("rdp", &[(6, 3389)]),
    ("ms-wbt-server", &[(6, 3389)]),
    ("rdp-tcp", &[(6, 3389)]),
    ("remote-desktop", &[(6, 3389)]),
    ("redis", &[(6, 6379)]),
    ("rlogin", &[(6, 513)]),
    ("rsh", &[(6, 514)]),
    ("rtsp", &[(6, 554)]),
    ("sip", &[(17, 5060), (6, 5060)]),
    ("smb", &[(6, 445)]),
    ("smtp", &[(6, 25)]),
    ("smtps", &[(6, 465)]),
    ("snmp", &[(17, 161)]),
    ("snmptrap", &[(17, 162)]),
    ("snmp-trap", &[(17, 162)]),
    ("ssh", &[(6, 22)]),
    ("syslog", &[(17, 514)]),
    ("tacacs", &[(6, 49)]),
    ("telnet", &[(6, 23)]),
    ("tftp", &[(17, 69)]),
    ("vnc", &[(6, 5900)]),
    ("radius", &[(17, 1812), (17, 1813)]),
];

/// A service that needs no definition; `None` for names that mean nothing everywhere.
pub(crate) fn predefined(name: &str) -> Option<Vec<Service>> {
    let name = name.to_ascii_lowercase();
    if name == "ping" || name == "icmp" || name == "icmp-any" {
        return Some(vec![protocol(1)]);
    }
    if let Some(all) = match name.strip_suffix("-any").unwrap_or(&name) {
        "any" | "ip" => Some(ANY),
        "tcp" => Some(protocol(6)),
        "udp" => Some(protocol(17)),
        "gre" => Some(protocol(47)),
        "esp" => Some(protocol(50)),
        "ah" => Some(protocol(51)),
        "ospf" => Some(protocol(89)),
        "icmpv6" => Some(protocol(58)),
        _ => None,
    } {
        return Some(vec![all]);
    }
    let (_, found) = PREDEFINED.iter().find(|(known, _)| *known == name)?;
    let of = |(number, port): &(u8, u16)| {
        to_ports(
            *number,
            PortRange {
                first: *port,
                last: *port,
            },
        )
    };
    Some(found.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::block::words;

    #[test]
    fn operators_are_ranges() {
        let show = |text: &str| {
            port_operator(&words(text)).map(|(ranges, length)| {
                let ranges = ranges.iter().map(|r| format!("{}-{}", r.first, r.last));
                (ranges.collect::<Vec<_>>().join(","), length)
            })
        };
        let cases = [
            ("eq www log", Some(("80-80", 2))),
            (
                "eq telnet ssh 8080 host",
                Some(("23-23,22-22,8080-8080", 4)),
            ),
            ("range 20 21", Some(("20-21", 3))),
            ("range 21 20", None),
            ("gt 65535", Some(("", 2))),
            ("lt 0", Some(("", 2))),
            ("gt 1023", Some(("1024-65535", 2))),
            ("neq 25", Some(("0-24,26-65535", 2))),
            ("neq 0", Some(("1-65535", 2))),
            ("host 192.0.2.1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                show(text),
                expected.map(|(ranges, length)| (ranges.to_owned(), length)),
                "{text}"
            );
        }
    }

    #[test]
    fn names_are_known() {
        assert_eq!(protocol_named("TCP"), Some(protocol(6)));
        assert_eq!(protocol_named("300"), None);
        assert_eq!(ports("ftp-data", "ftp"), ports("20", "21"));
        assert_eq!(predefined("RDP").map(|services| services.len()), Some(1));
        assert_eq!(predefined("his-app"), None);
    }
}
