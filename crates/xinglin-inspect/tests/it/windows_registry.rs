//! What the registry of Windows says: settings in several places, and the firewall.

use serde_json::{Value as Json, json};
use xinglin_inspect::{Bundle, Family};

fn facts(files: &[(&str, &str)]) -> Json {
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    let files = files.iter().copied();
    Bundle::of_texts(Family::Windows, at, files).collect().facts
}

/// The rules of a firewall, and what they let through to a port of a program.
#[test]
fn the_firewall_admits_what_its_rules_say() {
    const POLICY: &str =
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
    let cases: [(&str, &str); 11] = [
        (
            "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389",
            "open",
        ),
        (
            "Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389",
            "blocked",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=Out|Protocol=6|LPort=3389",
            "blocked",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=3389",
            "blocked",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3000-4000",
            "open",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA4=10.0.0.1",
            "limited",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA4=0.0.0.0-255.255.255.255",
            "open",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|App=C:\\x\\other.exe",
            "blocked",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|App=%SystemRoot%\\System32\\SVCHOST.EXE",
            "open",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|App=C:\\svchost.exe|Svc=dns",
            "blocked",
        ),
        (
            "Action=Allow|Active=TRUE|Dir=In|Profile=Public|AppPkgId=S-1-15-2",
            "blocked",
        ),
    ];
    let mut values = Vec::new();
    let profiles = ["DomainProfile", "StandardProfile", "PublicProfile"];
    let policies = ["DomainProfile", "PrivateProfile", "PublicProfile"];
    for name in ["EnableFirewall", "DefaultInboundAction"] {
        for (profile, policy) in profiles.iter().zip(policies) {
            let key = format!(r"{POLICY}\{profile}");
            values.push(json!({"key": key, "name": name, "state": "present", "data": 1}));
            let key = format!(r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\{policy}");
            values.push(json!({"key": key, "name": name, "state": "absent"}));
        }
    }
    let registry = json!({"section": "registry", "items": values}).to_string();
    let processes = json!({"section": "processes", "items": [{"id": 9, "name": "svchost"}]});
    for (rule, expected) in cases {
        let rules = json!({"section": "firewall_rules", "items": [
            {"name": "a", "origin": "local", "rule": format!("v2.30|{rule}|Name=a|")}]});
        let facts = facts(&[
            ("a.json", &registry),
            ("b.json", &rules.to_string()),
            ("c.json", &processes.to_string()),
            ("n.txt", "  TCP 0.0.0.0:3389 0.0.0.0:0 X 9\n"),
        ]);
        assert_eq!(facts["ports"][0]["firewall"], expected, "{rule}");
    }
}

/// A value of the registry: `state` is `present`, `absent` or `denied`.
fn value(key: &str, name: &str, state: &str, data: &Json) -> Json {
    json!({"key": key, "name": name, "state": state, "data": data})
}

fn setting(name: &str, build: i64, values: &[Json]) -> (Json, Json) {
    let computer = json!({"section": "computer", "items": [{"build": build}]}).to_string();
    let registry = json!({"section": "registry", "items": values}).to_string();
    let setting = facts(&[("c", &computer), ("r", &registry)])["settings"][name].clone();
    (setting["value"].clone(), setting["configured"].clone())
}

/// A place that nobody looked at, or may not be looked at, leaves a setting open.
#[test]
fn policies_stand_before_settings() {
    let rdp = |key: &str, state: &str, data: Json| value(key, "fDenyTSConnections", state, &data);
    let policy = |state: &str, data: Json| {
        rdp(
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services",
            state,
            data,
        )
    };
    let local = |state: &str, data: Json| {
        rdp(
            r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server",
            state,
            data,
        )
    };
    let nothing = || Json::Null;
    let cases = [
        (
            vec![policy("present", json!(1)), local("present", json!(0))],
            (json!(1), json!(true)),
        ),
        (
            vec![policy("absent", nothing()), local("present", json!(0))],
            (json!(0), json!(true)),
        ),
        (
            vec![policy("absent", nothing()), local("absent", nothing())],
            (json!(1), json!(false)),
        ),
        (
            vec![policy("denied", nothing()), local("present", json!(0))],
            (nothing(), nothing()),
        ),
        (vec![local("present", json!(0))], (nothing(), nothing())),
        (vec![], (nothing(), nothing())),
    ];
    for (values, expected) in cases {
        assert_eq!(
            setting("rdp_denied", 7_601, &values),
            expected,
            "{values:?}"
        );
    }
}

#[test]
fn what_is_absent_has_the_default_of_the_release() {
    let digest = |state: &str, data: Json| {
        let key = r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest";
        value(key, "UseLogonCredential", state, &data)
    };
    let cases = [
        (
            9_200,
            digest("absent", json!(null)),
            (json!(1), json!(false)),
        ),
        (
            9_600,
            digest("absent", json!(null)),
            (json!(0), json!(false)),
        ),
        (
            9_600,
            digest("present", json!("1")),
            (json!(1), json!(true)),
        ),
        (
            9_600,
            digest("present", json!("yes")),
            (json!(null), json!(true)),
        ),
    ];
    for (build, value, expected) in cases {
        assert_eq!(setting("wdigest", build, &[value]), expected, "{build}");
    }
}
