//! Hypervisors: the exports that are read, and what never may happen.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use xinglin_inspect::{
    Bundle, Family, Status,
    hypervisor::{domain::parse_domains, settings::parse_esxcli, table::parse_table},
    inspect_bundle,
};

use crate::content::shipped_checks;

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    Bundle::of_texts(Family::Hypervisor, at, files.iter().copied())
}

fn host(name: &str, value: &Json) -> Json {
    let items = json!([{"name": "a", "settings": {name: value}}]);
    let text = json!({"section": "hosts", "items": items}).to_string();
    bundle(&[("hosts.json", &text)]).collect().facts["hosts"][0].clone()
}

#[test]
fn the_least_password_is_found_among_the_classes() {
    let cases = [
        ("retry=3 min=disabled,disabled,disabled,7,7", Some((7, 3))),
        ("retry=3 min=disabled,24,11,8,7", Some((7, 2))),
        ("min=0,0,0,0,0", Some((0, 1))),
        (
            "min=disabled,disabled,disabled,disabled,14 retry=5",
            Some((14, 4)),
        ),
        ("min=disabled,disabled,disabled,disabled,disabled", None),
        ("min=8", None),
        ("retry=3", None),
    ];
    for (text, expected) in cases {
        let host = host("Security.PasswordQualityControl", &json!(text));
        let found = host["password_min_length"]
            .as_i64()
            .zip(host["password_classes"].as_i64());
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(
        host("Security.PasswordMaxDays", &json!(0))["password_max_days"],
        99_999
    );
}

#[test]
fn settings_are_read_in_every_form() {
    let text = "  Path: /Mem/ShareForceSalting\n  Type: integer\n  Int Value: 2\n  String Value:\n";
    let list = parse_esxcli(text).unwrap();
    assert_eq!(list["mem.shareforcesalting"], "2");
    assert_eq!(parse_esxcli("nothing: here\n"), None);
    let json = json!([
        {"Path": "/Mem/ShareForceSalting", "Type": "integer", "IntValue": 2, "StringValue": ""},
        {"Path": "/Syslog/global/logHost", "Type": "string", "IntValue": 0, "StringValue": "udp://a,b"},
    ]);
    let table =
        "Entity,Name,Value\nesx,Mem.ShareForceSalting,2\nesx,Syslog.global.logHost,\"udp://a,b\"\n";
    for file in [json.to_string(), table.to_owned()] {
        let facts = bundle(&[("esx", &file)]).collect().facts;
        assert_eq!(facts["hosts"][0]["name"], "esx");
        assert_eq!(facts["hosts"][0]["page_salting"], 2);
        assert_eq!(facts["hosts"][0]["log_hosts"], json!(["udp://a", "b"]));
    }
}

#[test]
fn tables_have_quotes_and_several_separators() {
    for text in [
        "A,B\n\"x, \"\"y\"\"\",2\n",
        "A;B\n\"x, \"\"y\"\"\";2",
        "#TYPE T\nA\tB\n\n\"x, \"\"y\"\"\"\t2\n",
    ] {
        let table = parse_table(text).unwrap();
        assert_eq!(
            table.fields([&["a"], &["b"], &["c"]]),
            [[Some("x, \"y\""), Some("2"), None]]
        );
    }
    assert_eq!(parse_table("one column\nonly"), None);
    assert_eq!(parse_table(""), None);
}

#[test]
fn machines_of_libvirt_show_their_consoles() {
    let machines = parse_domains(
        "<domain type='kvm' id='1'><name>a</name><disk><target dev='vdb'/><transient/></disk>\
         <graphics type='spice' listen='10.0.0.1' passwd='secret'/><network><name>n</name></network></domain>\
         <domain><name>b</name><graphics type=\"vnc\"/></domain>",
    )
    .unwrap();
    let json = serde_json::to_value(&machines).unwrap();
    assert_eq!(json[0]["name"], "a");
    assert_eq!(json[0]["forgetful_disks"], json!(["vdb"]));
    assert_eq!(
        json[0]["consoles"][0],
        json!({"kind": "spice", "address": "10.0.0.1", "password": true})
    );
    assert!(!json.to_string().contains("secret"));
    assert_eq!(json[1]["consoles"][0]["address"], "127.0.0.1");
    assert_eq!(parse_domains("<html><name>a</name></html>"), None);
}

#[test]
fn nothing_known_is_never_a_pass_or_a_failure() {
    let inspection = inspect_bundle(&bundle(&[("a", "nothing")]), &shipped_checks());
    assert!(inspection.results.len() >= 14);
    for result in &inspection.results {
        assert_eq!(
            result.status,
            Status::Unknown,
            "{}: {}",
            result.check,
            result.observed
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in prop_oneof![
        any::<String>(),
        "(<domain( id='[0-9]')?>|<name>|</?graphics |type='vnc'|listen='|>|<!--|-->|\"|'|=|a| ){0,40}",
        "(Path: /a\n|Type: string\n|Int Value: [0-9]\n|String Value: x\n|,|;|\"|Entity,Name,Value\n|\n){0,40}",
    ]) {
        let hosts = json!({"section": "hosts", "items": [{"name": text, "lockdown": text, "acceptance": text,
            "settings": {"Security.PasswordQualityControl": text, "Security.AccountLockFailures": text}}]});
        bundle(&[("a", &text), ("b", &format!("<domain>{text}")), ("c", &format!("displayName = \"a\"\n{text}")), ("d.json", &hosts.to_string())]).collect();
    }
}
