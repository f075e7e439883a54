//! Network devices: every sample of the shared data, and what is said of the synthetic ones.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value as Json;
use xinglin_inspect::{Bundle, Collected, Family, Status, inspect_bundle};

use crate::content::shipped_checks;

fn at() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn bundle(name: &str, bytes: &[u8]) -> Bundle {
    Bundle {
        family: Family::Network,
        collected_at: at(),
        files: [(name.to_owned(), bytes.to_vec())].into(),
    }
}

/// The folder of shared samples, where there is one above this checkout.
fn samples() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/inspection/network"))
        .find(|folder| folder.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn collect(path: &Path) -> Collected {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    bundle(&name, &fs::read(path).unwrap()).collect()
}

/// Samples of which something must be understood: configurations and the outputs that are read.
const READ: [(&str, &str); 14] = [
    ("huawei_vrp/display_version", "huawei_vrp"),
    ("huawei_vrp/display_acl_all", "huawei_vrp"),
    ("huawei_vrp/display_http_server", "huawei_vrp"),
    ("huawei_vrp/display_telnet_server_status", "huawei_vrp"),
    ("huawei_vrp/display_ntp_status", "huawei_vrp"),
    ("huawei_vrp/display_nat_server", "huawei_vrp"),
    ("huawei_vrp/display_patch-information", "huawei_vrp"),
    ("cisco_ios/show_version", "cisco_ios"),
    ("cisco_ios/show_access-list", "cisco_ios"),
    ("cisco_ios/show_logging", "cisco_ios"),
    ("cisco_ios/show_snmp_community", "cisco_ios"),
    ("cisco_ios/show_running-config_interface", "cisco_ios"),
    ("networks/example", "cisco_ios"),
    ("grammar/cisco/testconfigs", "cisco_ios"),
];

#[test]
fn every_shared_sample_is_read() {
    let Some(folder) = samples() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.retain(|path| {
        let extension = path.extension().unwrap_or_default();
        extension != "yml" && extension != "md" && !path.ends_with("LICENSE")
    });
    assert!(paths.len() > 200, "{}", paths.len());
    for path in &paths {
        let collected = collect(path);
        let name = path.to_string_lossy();
        for (part, dialect) in READ {
            if name.contains(part) {
                assert_eq!(collected.subject.platform, dialect, "{name}");
                let is_understood = !collected
                    .unreadable
                    .iter()
                    .any(|unreadable| unreadable.why.contains("nothing in it"));
                assert!(is_understood, "{name}");
            }
        }
        // A fragment must never make a check pass for want of what it does not show.
        if collected.facts["complete"] != true {
            let results = inspect_bundle(
                &bundle("a", &fs::read(path).unwrap()),
                &shipped_checks_once(),
            )
            .results;
            let passed: Vec<&str> = results
                .iter()
                .filter(|result| {
                    result.status == Status::Pass && ABSENCE.contains(&result.check.as_str())
                })
                .map(|result| result.check.as_str())
                .collect();
            assert_eq!(passed, [""; 0], "{name}");
        }
    }
}

/// Checks that pass because something is not there.
const ABSENCE: [&str; 8] = [
    "network.default-accounts",
    "network.password-storage",
    "network.account-services",
    "network.snmp-write",
    "network.line-privilege",
    "network.policy-stale",
    "network.policy-no-any-any",
    "network.unused-ports",
];

fn shipped_checks_once() -> std::sync::Arc<xinglin_inspect::CheckSet> {
    static CHECKS: std::sync::OnceLock<std::sync::Arc<xinglin_inspect::CheckSet>> =
        std::sync::OnceLock::new();
    CHECKS
        .get_or_init(|| std::sync::Arc::new(shipped_checks()))
        .clone()
}

fn statuses(name: &str) -> Option<std::collections::BTreeMap<String, (Status, Json)>> {
    let path = samples()?.join("synthetic").join(name);
    let bundle = bundle(name, &fs::read(path).unwrap());
    let results = inspect_bundle(&bundle, &shipped_checks_once()).results;
    Some(
        results
            .into_iter()
            .map(|result| (result.check, (result.status, result.observed)))
            .collect(),
    )
}

#[test]
fn the_good_vrp_sample_passes_where_a_line_by_line_reader_would_fail_it() {
    let Some(found) = statuses("huawei_vrp8_good.cfg") else {
        return;
    };
    // vty 16 20 has neither idle limit nor list of its own: the default and the server's hold.
    for check in [
        "network.idle-timeout",
        "network.management-sources",
        "network.no-telnet",
        "network.line-transport",
        "network.ssh-enabled",
        "network.ssh-algorithms",
        "network.remote-authentication",
        "network.password-storage",
        "network.password-max-days",
        "network.login-lockout",
        "network.lockout-duration",
        "network.log-host",
        "network.snmp-version",
        "network.role-separation",
        "network.default-accounts",
    ] {
        assert_eq!(found[check].0, Status::Pass, "{check}: {:?}", found[check]);
    }
}

#[test]
fn the_mixed_comware_sample_shows_its_traps() {
    let Some(found) = statuses("h3c_comware7_mixed.cfg") else {
        return;
    };
    for check in [
        "network.password-max-days",
        "network.password-history",
        "network.password-min-length",
        "network.remote-authentication",
        "network.line-privilege",
        "network.no-telnet",
        "network.snmp-community",
        "network.default-accounts",
        "network.management-sources",
    ] {
        assert_eq!(found[check].0, Status::Fail, "{check}: {:?}", found[check]);
    }
    // An account's own length goes before the system's, and `login idle-time` is no session limit.
    let length = found["network.password-min-length"].1.as_str().unwrap();
    assert!(
        length.contains("admin 10") && length.contains("secadm 6"),
        "{length}"
    );
    for check in [
        "network.idle-timeout",
        "network.login-lockout",
        "network.password-rules",
        "network.log-host",
    ] {
        assert_eq!(found[check].0, Status::Pass, "{check}: {:?}", found[check]);
    }
}

fn facts(files: &[(&str, &str)]) -> Collected {
    Bundle::of_texts(Family::Network, at(), files.iter().copied()).collect()
}

#[test]
fn secrets_stay_where_they_are() {
    let configurations = [
        "!Software Version V200R019C10SPC500\n#\nsysname A\n#\naaa\n local-user a password simple S3cretWord\n#\nsnmp-agent\nsnmp-agent community read S3cretWord\n#\nsuper password simple S3cretWord\n#\nreturn\n",
        "!\nversion 15.2\nhostname A\nenable password S3cretWord\nusername a password 0 S3cretWord\nsnmp-server community S3cretWord RO\ntacacs-server host 192.0.2.1 key S3cretWord\nline vty 0 4\n password S3cretWord\nend\n",
        "#\n version 7.1.070\n#\nlocal-user a class manage\n password simple S3cretWord\n#\n snmp-agent community read simple S3cretWord\n#\nreturn\n",
        "ASA Version 9.8(2)\nhostname a\nusername a password S3cretWord privilege 15\nenable password S3cretWord\nsnmp-server host inside 192.0.2.1 community S3cretWord\n: end\n",
    ];
    for text in configurations {
        let collected = facts(&[("a.cfg", text)]);
        assert_eq!(collected.facts["complete"], true, "{text}");
        let all = format!("{} {:?}", collected.facts, collected.unreadable);
        assert!(!all.contains("S3cretWord"), "{all}");
        assert!(all.contains("plain") || all.contains("\"set\""), "{all}");
    }
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let text = "!Software Version V200R019C10SPC500\n#\nsysname 门诊楼\n#\naaa\n local-user a privilege level 15\n#\nreturn\n";
    let expected = facts(&[("a", text)]).facts;
    assert_eq!(expected["device"]["hostname"], "门诊楼");
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let crlf = text.replace('\n', "\r\n");
    for bytes in [gb.as_ref(), utf16.as_slice(), crlf.as_bytes()] {
        assert_eq!(bundle("a", bytes).collect().facts, expected);
    }
}

#[test]
fn a_cut_off_configuration_says_nothing_of_what_is_absent() {
    let whole = "!\nversion 15.2\nhostname A\n!\nno ip http server\nusername zhang privilege 15 secret 9 $9$a\nline vty 0 4\n transport input ssh\n login local\nend\n";
    let cut = whole.strip_suffix("end\n").unwrap();
    assert_eq!(facts(&[("a", whole)]).facts["logging"]["is_enabled"], true);
    let collected = facts(&[("a", cut)]);
    assert_eq!(collected.facts["logging"]["is_enabled"], Json::Null);
    assert_eq!(collected.facts["services"]["http"], false);
    assert!(
        collected.unreadable[0]
            .why
            .contains("end of the configuration")
    );
}

#[test]
fn the_log_of_another_device_is_set_aside() {
    let log = "<A>dis cur\n!Software Version V200R019C10SPC500\n#\nsysname A\n#\nundo http server enable\n#\nreturn\n<B>display telnet server status\n TELNET IPv4 server                       :Enable\n<A>\n";
    let collected = facts(&[("a.log", log)]);
    assert_eq!(collected.facts["services"]["telnet"], Json::Null);
    assert!(
        collected
            .unreadable
            .iter()
            .any(|found| found.why == "of another device")
    );
}

#[test]
fn more_lines_than_a_device_has_are_noted() {
    for text in [
        "#\n version 7.1.070, Release 1\n#\n",
        "version 15.2\nhostname A\n",
        "!Software Version V200R019C10SPC500\n#\nsysname A\n",
    ] {
        let is_vrp = text.starts_with("!Software");
        let line = if is_vrp {
            "user-interface vty 0 4\n#\n"
        } else {
            "line vty 0 4\n#\n"
        };
        let few = facts(&[("a", &format!("{text}{}", line.repeat(20)))]);
        assert_eq!(few.facts["lines"].as_array().unwrap().len(), 20, "{text}");
        let many = facts(&[("a", &format!("{text}{}", line.repeat(3_000)))]);
        assert_eq!(
            many.facts["lines"].as_array().unwrap().len(),
            1_024,
            "{text}"
        );
        let mut notes = many.unreadable.iter();
        assert!(
            notes.any(|note| note.why == "too many"),
            "{:?}",
            many.unreadable
        );
    }
}

#[test]
fn an_access_list_that_lets_everybody_in_limits_nobody() {
    let with = |rules: &str| {
        let text = format!(
            "#\n version 7.1.070, Release 1\n#\nacl basic 2000\n{rules}#\nline vty 0 63\n acl 2000 inbound\n#\nreturn\n"
        );
        facts(&[("a", &text)]).facts["lines"][0]["access"]["restricts"].clone()
    };
    let cases = [
        ("", false),
        (" rule 5 permit source 192.0.2.0 0.0.0.255\n", true),
        (" rule 5 permit\n", false),
        (
            " rule 5 permit source 192.0.2.0 0.0.0.255\n rule 10 permit source any\n",
            false,
        ),
        (" rule 5 deny source any\n rule 10 permit\n", true),
    ];
    for (rules, expected) in cases {
        assert_eq!(with(rules), expected, "{rules:?}");
    }
}

#[test]
fn policies_are_resolved_to_addresses_and_ports() {
    let text = "!Software Version V500R005C00\nip address-set his type object\n address 0 192.0.2.0 mask 30\n address 1 range 192.0.2.9 192.0.2.10\nip address-set all type group\n address 0 address-set his\nip service-set app type object 16\n service 0 protocol tcp destination-port 80 9001 to 9003\nsecurity-policy\n default action deny\n rule name one\n  source-zone trust\n  source-address address-set all\n  destination-address 198.51.100.1 0\n  service app dns\n  action permit\nreturn\n";
    let collected = facts(&[("a", text)]).facts;
    let set = &collected["policies"][0]["rule_set"];
    assert_eq!(
        (&set["default"], &set["bound_to"]),
        (&Json::from("deny"), &serde_json::json!(["global"]))
    );
    let rule = &set["rules"][0];
    assert_eq!(rule["from"], serde_json::json!(["trust"]));
    assert_eq!(
        rule["sources"],
        serde_json::json!([{"first": "192.0.2.0", "last": "192.0.2.3"}, {"first": "192.0.2.9", "last": "192.0.2.10"}])
    );
    assert_eq!(
        rule["destinations"],
        serde_json::json!([{"first": "198.51.100.1", "last": "198.51.100.1"}])
    );
    let ports: Vec<String> = rule["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| {
            format!(
                "{}:{}-{}",
                service["protocols"][0],
                service["destination_ports"]["first"],
                service["destination_ports"]["last"]
            )
        })
        .collect();
    assert_eq!(ports, ["6:80-80", "6:9001-9003", "6:53-53", "17:53-53"]);
    assert_eq!(rule["lines"], serde_json::json!([11, 16]));
    let set: xinglin_inspect::policy::RuleSet = serde_json::from_value(set.clone()).unwrap();
    assert_eq!(set.rules.len(), 1);
}

/// Statements of all dialects, to be put together at random.
fn fragments() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = include_str!("network.words").split('\u{1f}').collect();
    proptest::collection::vec(proptest::sample::select(words), 0..80)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
        bundle("a", &bytes).collect();
    }

    #[test]
    fn any_mixture_of_statements_is_survived(text in fragments(), mark in 0..7_usize) {
        const MARKS: [&str; 7] = [
            "!Software Version V200R019C10SPC500\n", "#\n version 7.1.070, Release 1\n", "Cisco IOS Software, Version 15.2(7)E\n",
            "ASA Version 9.8(2)\n", "version RGOS 11.4(1)\n", "StoneOS software, Version 5.5\n", "define area add name a\n",
        ];
        let whole = format!("{}{text}\nreturn\n", MARKS[mark]);
        bundle("a", whole.as_bytes()).collect();
    }
}

#[test]
fn large_and_hostile_files_are_survived_and_stay_bounded() {
    let repeat =
        |head: &str, line: &str, count: usize| format!("{head}{}\nreturn\n", line.repeat(count));
    let vrp = "!Software Version V200R019C10SPC500\n#\n";
    let mut groups = String::from(vrp);
    for number in 0..1000 {
        use std::fmt::Write as _;
        write!(groups, "ip address-set g{number} type group\n address 0 address-set g{}\n address 1 address-set g{}\n address 2 10.{}.{}.0 mask 24\n", number + 1, number + 2, number / 250, number % 250).unwrap();
    }
    groups.push_str("security-policy\n");
    for number in 0..1000 {
        use std::fmt::Write as _;
        write!(
            groups,
            " rule name r{number}\n  source-address address-set g{}\n  action permit\n",
            number % 7
        )
        .unwrap();
    }
    let files = [
        repeat(vrp, "vlan batch 2 to 4094 2 to 4094 2 to 4094\n", 1_000),
        repeat(vrp, "aaa\n local-user a b\n#\n", 1_000),
        repeat(vrp, "header login information \"x\n", 1_000),
        repeat("version 15.2\nhostname A\n", "banner motd ^C\n", 1_000),
        repeat(
            "version 15.2\nhostname A\n",
            "access-list 101 permit tcp any any eq 1 2 3 4 5 6 7 8 9\n",
            20_000,
        ),
        repeat("", "\u{1b}[99999999D\u{8}x", 50_000),
        repeat("", &" ".repeat(300), 1_000),
        groups,
    ];
    for text in &files {
        let facts = bundle("a", text.as_bytes()).collect().facts;
        let sources = |rule: &Json| rule["sources"].as_array().map_or(0, Vec::len);
        let policies = facts["policies"].as_array().cloned().unwrap_or_default();
        let ranges: usize = policies
            .iter()
            .flat_map(|policy| policy["rule_set"]["rules"].as_array().unwrap())
            .map(sources)
            .sum();
        assert!(ranges <= 300_000, "{ranges}");
        assert_eq!(facts["family"], "network");
    }
}
