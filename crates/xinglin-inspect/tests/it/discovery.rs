//! Scans: what is read from them, and what does not fit the register.

use std::net::IpAddr;

use proptest::prelude::*;
use xinglin_core::AssetId;
use xinglin_inspect::{
    discovery::{
        AllowedPort, DiscoveryFinding, DiscoveryProblem, PortState, Register, RegisteredAsset,
        ScanError, ScanPlan, TargetError, Weakness, confined, discover, parse_nmap, scan_command,
        weaknesses,
    },
    policy::{AddressRange, addresses},
};

/// An invented scan of three hosts, one of them down.
const SCAN: &str = include_str!("../samples/nmap.xml");

#[test]
fn a_scan_is_read() {
    let scan = parse_nmap(SCAN.as_bytes()).unwrap();
    assert!(scan.is_complete);
    assert_eq!(
        (scan.scanner.as_str(), scan.version.as_str()),
        ("nmap", "7.94")
    );
    assert_eq!(scan.started_at.unwrap().as_second(), 1_764_316_800);
    assert_eq!(scan.covered[0].ports, "21-23,445");
    assert_eq!(scan.hosts.len(), 2, "a host that is down is no host");
    let host = &scan.hosts[0];
    assert_eq!(host.addresses, ["10.20.30.5".parse::<IpAddr>().unwrap()]);
    assert_eq!(host.mac.as_deref(), Some("00:1A:2B:3C:4D:5E"));
    assert_eq!(host.vendor.as_deref(), Some("Example & Sons"));
    assert_eq!(host.names, ["lis-db.example.org"]);
    assert_eq!(
        (host.os.as_deref(), host.os_accuracy),
        (Some("Linux 3.10 - 4.11"), Some(100))
    );
    let ports: Vec<u16> = host.ports.iter().map(|port| port.port).collect();
    assert_eq!(
        ports,
        [22, 23, 443, 445, 161, 69],
        "a filtered port is not open"
    );
    assert_eq!(host.ports[0].product.as_deref(), Some("OpenSSH"));
    assert!(host.ports[0].is_probed && host.ports[2].is_tls);
    assert_eq!(host.ports[5].state, PortState::OpenOrFiltered);
    assert!(host.ports[2].scripts[0].output.contains("TLSv1.2"));
    assert_eq!(host.scripts[0].id, "smb-protocols");
}

#[test]
fn weak_protocols_are_recognised_by_what_was_seen() {
    let scan = parse_nmap(SCAN.as_bytes()).unwrap();
    let weak = |host: usize| -> Vec<(u16, Weakness)> {
        weaknesses(&scan.hosts[host])
            .into_iter()
            .map(|(port, weakness)| (port.port, weakness))
            .collect()
    };
    assert_eq!(
        weak(0),
        [
            (23, Weakness::Telnet),
            (443, Weakness::OldTls),
            (445, Weakness::SmbV1),
            (161, Weakness::PlainSnmp),
        ],
        "TFTP that never answered is no finding"
    );
    assert_eq!(
        weak(1),
        [
            (6379, Weakness::PlainRedis),
            (8080, Weakness::PlainWebConsole),
            (9200, Weakness::PlainElasticsearch),
        ]
    );
}

#[test]
fn near_misses_are_not_weak() {
    let port = |protocol: &str, number: u16, service: &str| {
        let text = format!(
            r#"<nmaprun><host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/><ports>
            <port protocol="{protocol}" portid="{number}"><state state="open"/>{service}</port></ports></host></nmaprun>"#
        );
        let scan = parse_nmap(text.as_bytes()).unwrap();
        weaknesses(&scan.hosts[0])
            .into_iter()
            .map(|(_, weakness)| weakness)
            .collect::<Vec<_>>()
    };
    for (protocol, number, service) in [
        ("tcp", 992, r#"<service name="telnet" tunnel="ssl"/>"#),
        ("tcp", 636, r#"<service name="ldap" tunnel="ssl"/>"#),
        (
            "tcp",
            445,
            r#"<service name="microsoft-ds"/><script id="smb-protocols" output="dialects: 2.0.2 3.1.1"/>"#,
        ),
        (
            "udp",
            161,
            r#"<service name="snmp" product="net-snmp SNMPv3 server"/>"#,
        ),
        (
            "tcp",
            443,
            r#"<service name="http" tunnel="ssl"/><script id="ssl-enum-ciphers" output="&#xa;  TLSv1.2: &#xa;  TLSv1.3: "/>"#,
        ),
        ("tcp", 80, r#"<service name="http"/>"#),
        ("tcp", 6379, r#"<service name="redis" tunnel="ssl"/>"#),
        ("tcp", 514, r#"<service name="syslog"/>"#),
        ("tcp", 49000, r#"<service name="shell"/>"#),
    ] {
        assert_eq!(port(protocol, number, service), [], "{service}");
    }
    assert_eq!(
        port("tcp", 513, r#"<service name="login"/>"#),
        [Weakness::RemoteShell]
    );
    assert_eq!(
        port("tcp", 3389, r#"<service name="ms-wbt-server"/>"#),
        [Weakness::RemoteDesktop]
    );
    assert_eq!(
        port("tcp", 389, r#"<service name="ldap"/>"#),
        [Weakness::PlainLdap]
    );
}

fn register(allowed: Option<&[u16]>) -> Register {
    let allowed = allowed.map(|ports| {
        let tcp = |port: &u16| AllowedPort {
            protocol: "tcp".to_owned(),
            port: *port,
        };
        ports.iter().map(tcp).collect()
    });
    Register {
        assets: vec![RegisteredAsset {
            asset: AssetId(4),
            addresses: vec!["10.20.30.5".parse().unwrap()],
            allowed,
        }],
    }
}

fn unknown_ports(findings: &[DiscoveryFinding]) -> Vec<u16> {
    findings
        .iter()
        .filter_map(|finding| match &finding.problem {
            DiscoveryProblem::UnknownPort { port, .. } => Some(*port),
            _ => None,
        })
        .collect()
}

#[test]
fn what_is_not_on_record_is_found() {
    let scan = parse_nmap(SCAN.as_bytes()).unwrap();
    let findings = discover(&scan, &register(Some(&[22, 443])));
    assert_eq!(unknown_ports(&findings), [23, 445, 161]);
    let unknown: Vec<_> = findings
        .iter()
        .filter(|finding| {
            matches!(
                finding.problem,
                DiscoveryProblem::UnknownHost { open_ports: 3, .. }
            )
        })
        .map(|finding| (finding.address.to_string(), finding.asset))
        .collect();
    assert_eq!(unknown, [("2001:db8::7".to_owned(), None)]);
    let weak = findings
        .iter()
        .filter(|finding| matches!(finding.problem, DiscoveryProblem::WeakProtocol { .. }));
    assert_eq!(weak.count(), 7);
    // Where nobody said which ports an asset may offer, none is reported.
    assert_eq!(
        unknown_ports(&discover(&scan, &register(None))),
        [] as [u16; 0]
    );
    let text = serde_json::to_string(&findings).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<DiscoveryFinding>>(&text).unwrap(),
        findings
    );
}

#[test]
fn one_host_with_addresses_of_two_assets_is_said() {
    let text = r#"<nmaprun><host><status state="up"/><address addr="10.20.30.5" addrtype="ipv4"/>
        <address addr="10.20.30.6" addrtype="ipv4"/></host></nmaprun>"#;
    let mut register = register(None);
    register.assets.push(RegisteredAsset {
        asset: AssetId(5),
        addresses: vec!["10.20.30.6".parse().unwrap()],
        allowed: None,
    });
    let findings = discover(&parse_nmap(text.as_bytes()).unwrap(), &register);
    let shared = DiscoveryProblem::SharedHost {
        assets: vec![AssetId(4), AssetId(5)],
    };
    assert_eq!(findings[0].problem, shared);
}

#[test]
fn a_broken_file_shows_what_it_has_and_says_so() {
    let end = SCAN
        .find("<host><status state=\"up\" reason=\"user-set\"")
        .unwrap()
        + 60;
    let half = SCAN.get(..end).unwrap();
    let scan = parse_nmap(half.as_bytes()).unwrap();
    assert!(!scan.is_complete);
    assert_eq!(scan.hosts.len(), 1);
}

#[test]
fn what_is_no_scan_is_refused() {
    assert_eq!(parse_nmap(b""), Err(ScanError::NotNmap));
    assert_eq!(parse_nmap(b"<report/>"), Err(ScanError::NotNmap));
    assert!(matches!(
        parse_nmap(b"<nmaprun"),
        Err(ScanError::Malformed { .. })
    ));
    let entity = br#"<!DOCTYPE nmaprun [<!ENTITY a "aaaa">]><nmaprun>&a;</nmaprun>"#;
    assert_eq!(parse_nmap(entity), Err(ScanError::DocumentType));
    let deep = format!("<nmaprun>{}", "<a>".repeat(100));
    assert_eq!(parse_nmap(deep.as_bytes()), Err(ScanError::TooLarge));
}

#[test]
fn a_scan_stays_within_what_was_allowed() {
    let allowed = addresses("10.20.0.0/16,10.21.0.0/16,2001:db8::/64").unwrap();
    for good in [
        "10.20.30.0/24",
        "10.20.255.0-10.21.0.9",
        "10.20.0.0/15",
        "2001:db8::7",
    ] {
        assert!(confined(&allowed, &[good]).is_ok(), "{good}");
    }
    for bad in [
        "10.19.255.255",
        "10.0.0.0/8",
        "10.21.255.0-10.22.0.0",
        "2001:db8:1::/64",
        "::ffff:10.20.0.1",
    ] {
        assert!(
            matches!(confined(&allowed, &[bad]), Err(TargetError::Outside(_))),
            "{bad}"
        );
    }
    for bad in [
        "his.example.org",
        "-iL",
        "10.20.1.1 --script=x",
        "10.20.1.*",
        "",
    ] {
        assert!(
            matches!(confined(&allowed, &[bad]), Err(TargetError::Text(_))),
            "{bad}"
        );
    }
    assert_eq!(confined(&allowed, &[]), Err(TargetError::Empty));
    assert!(
        confined(&[], &["10.20.1.1"]).is_err(),
        "nothing allowed is nothing scanned"
    );
}

#[test]
fn the_command_is_careful() {
    let mut plan = ScanPlan {
        targets: vec![
            "10.20.30.0/24".to_owned(),
            "10.20.31.5-10.20.31.8".to_owned(),
        ],
        allowed: addresses("10.20.0.0/16").unwrap(),
        packets_per_second: 50,
        ..ScanPlan::default()
    };
    assert_eq!(
        scan_command(&plan).unwrap().join(" "),
        "-n -T3 --max-retries 2 --host-timeout 20m -sT -sV --version-light --max-rate 50 \
         --script ssl-enum-ciphers,smb-protocols -oX - 10.20.30.0/24 10.20.31.5 10.20.31.6/31 10.20.31.8"
    );
    plan.is_privileged = true;
    plan.with_udp = true;
    let command = scan_command(&plan).unwrap().join(" ");
    assert!(
        command.contains("-sS -sU -O") && command.contains("U:69,123,161"),
        "{command}"
    );
    plan.try_default_passwords_on = vec!["10.20.30.1".parse().unwrap()];
    assert!(matches!(scan_command(&plan), Err(TargetError::NotOwn(_))));
    plan.targets = vec!["10.20.30.1".to_owned()];
    assert!(
        scan_command(&plan)
            .unwrap()
            .join(" ")
            .contains("http-default-accounts")
    );
    plan.try_default_passwords_on.clear();
    plan.allowed = AddressRange::any();
    plan.targets = vec!["10.0.0.0/8".to_owned()];
    assert!(matches!(
        scan_command(&plan),
        Err(TargetError::TooMany { .. })
    ));
    plan.targets = vec!["10.0.0.1".to_owned(), "2001:db8::1".to_owned()];
    assert_eq!(scan_command(&plan), Err(TargetError::MixedVersions));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(parse_nmap(&bytes));
    }

    #[test]
    fn a_scan_with_a_piece_missing_is_survived(from in 0..SCAN.len(), length in 0..300_usize, with in "[<>/&;\"a-z0-9= ]{0,12}") {
        let mut bytes = SCAN.as_bytes().to_vec();
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, with.bytes());
        if let Ok(scan) = parse_nmap(&bytes) {
            prop_assert!(scan.hosts.iter().all(|host| !host.addresses.is_empty()));
            discover(&scan, &Register::default());
        }
    }

    #[test]
    fn the_targets_of_a_command_are_those_of_the_plan(a in 0..5000_u32, b in 0..5000_u32) {
        let range = AddressRange {
            first: IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a14_0000 + a.min(b))),
            last: IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a14_0000 + a.max(b))),
        };
        let plan = ScanPlan {
            targets: vec![range.to_string()],
            allowed: addresses("10.20.0.0/16").unwrap(),
            packets_per_second: 1,
            ..ScanPlan::default()
        };
        let command = scan_command(&plan).unwrap();
        let targets = command.iter().skip_while(|word| *word != "-oX").skip(2);
        let mut next = 0x0a14_0000 + u64::from(a.min(b));
        for target in targets {
            let target: AddressRange = target.parse().unwrap();
            let (IpAddr::V4(first), IpAddr::V4(last)) = (target.first, target.last) else { panic!() };
            prop_assert_eq!(u64::from(first.to_bits()), next);
            next = u64::from(last.to_bits()) + 1;
        }
        prop_assert_eq!(next, 0x0a14_0000 + u64::from(a.max(b)) + 1);
    }
}
