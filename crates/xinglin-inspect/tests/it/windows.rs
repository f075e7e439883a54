//! Windows: the samples, the collector script, and what never may happen.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use xinglin_inspect::{
    Bundle, CheckResult, Family, Inspection, Status, inspect_bundle, load_tests,
    windows::{auditpol, ports, secedit, settings::SETTINGS, systeminfo},
};

use crate::content::{shipped_checks, shipped_files};

fn at() -> jiff::Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn facts(files: &[(&str, &str)]) -> Json {
    Bundle::of_texts(Family::Windows, at(), files.iter().copied())
        .collect()
        .facts
}

/// The folder of shared samples, where there is one above the checkout.
fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|folder| folder.join("shared/data/inspection/windows"))
        .find(|folder| folder.is_dir())
}

fn sample_bundle(folder: &Path, names: &[&str]) -> Bundle {
    let files = names.iter().map(|name| {
        let content = std::fs::read(folder.join(name)).unwrap();
        ((*name).to_owned(), content)
    });
    Bundle {
        family: Family::Windows,
        collected_at: at(),
        files: files.collect(),
    }
}

fn of<'a>(inspection: &'a Inspection, check: &str) -> &'a CheckResult {
    let found = inspection
        .results
        .iter()
        .find(|result| result.check == check);
    found.unwrap()
}

#[test]
fn the_shared_samples_give_what_they_must() {
    let Some(folder) = samples() else { return };
    let set = shipped_checks();
    let all = [
        "auditpol_backup_en.csv",
        "collector_osbuild.json",
        "get-hotfix_convertto-json_ps5.json",
        "secedit_good.utf16le.inf",
        "systeminfo_zh_gbk.txt",
    ];
    let inspection = inspect_bundle(&sample_bundle(&folder, &all), &set);
    assert_eq!(inspection.unreadable, []);
    assert_eq!(inspection.subject.name, "HIS-DB01");
    assert_eq!(inspection.subject.version, "14393.5427");
    for check in [
        "windows.password-min-length",
        "windows.password-complexity",
        "windows.password-max-days",
        "windows.password-min-days",
        "windows.password-history",
        "windows.blank-passwords",
        "windows.lockout-threshold",
        "windows.lockout-duration",
        "windows.lockout-reset",
        "windows.lockout-administrator",
        "windows.idle-lock",
        "windows.administrator-account",
        "windows.guest-disabled",
        "windows.last-user-hidden",
        "windows.page-file-cleared",
        "windows.audit-subcategories",
        "windows.patch-level",
    ] {
        let result = of(&inspection, check);
        assert_eq!(result.status, Status::Pass, "{check}: {}", result.observed);
    }
    // The categories say 3 everywhere; the subcategories hold, and two of them are off.
    let audit = of(&inspection, "windows.audit-policy");
    assert_eq!((audit.status, audit.partial), (Status::Fail, true));
    let observed = audit.observed.as_str().unwrap();
    for name in ["process_creation", "sensitive_privilege_use"] {
        assert!(observed.contains(&format!("{name}: 无审核")), "{observed}");
    }
    assert_eq!(inspection.facts["audit"]["from"], "auditpol");
    let source = &inspection.facts["password"]["source"];
    assert_eq!(
        source,
        &json!({"file": "secedit_good.utf16le.inf", "line": 6})
    );
    let updates = &inspection.facts["updates"]["installed"];
    assert_eq!(
        updates[0],
        json!({"id": "KB5014026", "installed_on": "2022-08-08"})
    );
    assert_eq!(updates[1], json!({"id": "KB4049065", "installed_on": null}));
}

#[test]
fn system_information_is_read_whatever_its_labels() {
    let Some(folder) = samples() else { return };
    let read = |name| sample_bundle(&folder, &[name]).collect();
    let names = ["systeminfo_zh_gbk.txt", "systeminfo_zh_win11label_utf8.txt"];
    let [first, second] = names.map(read);
    assert_eq!(first.facts, second.facts);
    assert_eq!(first.facts["platform"]["release"], "server-14393");
    assert_eq!(first.facts["updates"]["installed"][2]["id"], "KB5014026");
}

#[test]
fn numbers_that_mean_never_do_not_look_small() {
    let facts = facts(&[(
        "a.inf",
        "[System Access]\r\nMaximumPasswordAge = -1\r\nLockoutBadCount = 0\r\n",
    )]);
    assert_eq!(facts["password"]["max_days"], 99_999);
    assert_eq!(facts["lockout"]["enabled"], false);
    assert_eq!(facts["lockout"]["duration_minutes"], Json::Null);
    let set = shipped_checks();
    let text = "[System Access]\nMaximumPasswordAge = -1\nLockoutBadCount = 0\n";
    let bundle = Bundle::of_texts(Family::Windows, at(), [("a.inf", text)]);
    let inspection = inspect_bundle(&bundle, &set);
    for check in [
        "windows.password-max-days",
        "windows.lockout-threshold",
        "windows.lockout-duration",
        "windows.lockout-reset",
    ] {
        assert_eq!(of(&inspection, check).status, Status::Fail, "{check}");
    }
}

#[test]
fn parsers_read_what_they_are_for_and_nothing_else() {
    let policy = secedit::parse_secedit("a", "; c\n[Privilege Rights]\nSeX = *S-1-1-0\n").unwrap();
    let entry = &policy.section("privilege rights").unwrap()["sex"];
    assert_eq!(
        (entry.value.as_str(), entry.origin.line),
        ("*S-1-1-0", Some(3))
    );
    assert_eq!(secedit::parse_secedit("a", "[boot]\nx=1\n"), None);
    let audit = auditpol::parse_auditpol(
        "a",
        "Rechner,System,Anmelden,{0CCE9215-69AE-11D9-BED3-505054503030},Erfolg und Fehler,,\n\
         PC,System,Abmelden,{0cce9216-69ae-11d9-bed3-505054503030},,,1\n\
         PC,S-1-5-21-1-2-3-500,x,{0cce9217-69ae-11d9-bed3-505054503030},,,3\n",
    )
    .unwrap();
    // Words of a language that is not known say nothing; those of single users are not asked.
    assert_eq!(audit.keys().copied().collect::<Vec<_>>(), ["logoff"]);
    assert!(audit["logoff"].success && !audit["logoff"].failure);
    assert_eq!(auditpol::parse_auditpol("a", "a,b,c,{x},Success"), None);
    assert_eq!(ports::parse_netstat("nothing\n"), None);
    let sockets = ports::parse_netstat(
        "  TCP [::]:80 [::]:0 ABHÖREN 4\n TCP 1.2.3.4:80 5.6.7.8:9 X 4\n UDP [fe80::1%4]:53 *:* 8\n",
    );
    assert_eq!(sockets.unwrap().len(), 2);
    assert_eq!(systeminfo::parse_systeminfo("Host: A\nOS: Linux\n"), None);
}

#[test]
fn half_a_list_is_no_fact() {
    let services = json!({"section": "services", "items": [{"name": "a"}, {"nome": "b"}]});
    let refused = json!({"section": "shares", "error": "Access is denied.", "items": []});
    let files = [
        ("s.json", services.to_string()),
        ("h.json", refused.to_string()),
    ];
    let files = files.iter().map(|(name, text)| (*name, text.as_str()));
    let collected = Bundle::of_texts(Family::Windows, at(), files).collect();
    assert_eq!(collected.facts["services"], Json::Null);
    assert_eq!(collected.facts["shares"], Json::Null);
    let whats: BTreeSet<&str> = collected
        .unreadable
        .iter()
        .map(|unreadable| unreadable.what.as_str())
        .collect();
    assert_eq!(whats, BTreeSet::from(["services", "shares"]));
}

#[test]
fn passwords_in_commands_do_not_become_facts() {
    let (tests, _) = load_tests(&shipped_files());
    let hardened = tests
        .iter()
        .find(|test| test.file.contains("server-2022-hardened"))
        .unwrap();
    let facts = hardened.inspect(&shipped_checks()).facts.to_string();
    assert!(facts.contains("wbadmin") && !facts.contains("hunter2"));
}

/// `(key, name)` of every value that the script asks for.
fn asked_by_the_script() -> BTreeSet<(String, String)> {
    script("xinglin-collect.ps1")
        .lines()
        .filter(|line| line.starts_with("HKLM\\"))
        .flat_map(|line| {
            let (key, names) = line.split_once('|').unwrap();
            let key = key.to_owned();
            names
                .split(',')
                .map(move |name| (key.clone(), name.to_owned()))
        })
        .collect()
}

fn script(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/collect");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_script_asks_for_every_setting() {
    let asked = asked_by_the_script();
    for place in SETTINGS {
        for (key, name) in place.places {
            let wanted = ((*key).to_owned(), (*name).to_owned());
            assert!(asked.contains(&wanted), "{}: {wanted:?}", place.name);
        }
    }
}

/// Windows PowerShell reads a file without byte order mark in the system's code page.
#[test]
fn the_scripts_are_ascii_and_know_the_old_language_only() {
    for name in ["xinglin-collect.ps1", "xinglin-collect-vmware.ps1"] {
        let text = script(name);
        assert!(text.is_ascii(), "{name}");
        // Words of PowerShell 3 and later; the collector runs on 2.
        for word in [
            "[ordered]",
            "[pscustomobject]",
            "ConvertTo-Json",
            "$PSScriptRoot",
            " -in ",
            "Invoke-WebRequest",
        ] {
            assert!(
                !text.contains(word)
                    || word == "ConvertTo-Json" && !text.contains("| ConvertTo-Json"),
                "{name}: {word}"
            );
        }
    }
}

#[test]
fn names_of_settings_are_unique() {
    let names: BTreeSet<&str> = SETTINGS.iter().map(|place| place.name).collect();
    assert_eq!(names.len(), SETTINGS.len());
}

/// What fills a bundle of every kind of file with the same words.
fn bundle_of(text: &str) -> Bundle {
    const SECTIONS: [&str; 24] = [
        "computer",
        "registry",
        "users",
        "groups",
        "services",
        "hotfixes",
        "updates",
        "firewall_rules",
        "defender",
        "antivirus_products",
        "volumes",
        "shares",
        "smb_server",
        "event_logs",
        "event_log_folder",
        "subscriptions",
        "software",
        "tasks",
        "features",
        "adapters",
        "snmp_communities",
        "credential_providers",
        "device_guard",
        "processes",
    ];
    let mut files = vec![
        ("time-source.txt".to_owned(), text.to_owned()),
        ("plain".to_owned(), text.to_owned()),
        (
            "policy.inf".to_owned(),
            format!(
                "[System Access]\n{text}\n[Registry Values]\n{text}\n[Privilege Rights]\n{text}"
            ),
        ),
        (
            "audit.csv".to_owned(),
            format!("a,b,c,{{0CCE9215-69AE-11D9-BED3-505054503030}},{text}"),
        ),
        (
            "ports".to_owned(),
            format!(" TCP 0.0.0.0:{text} 0.0.0.0:0 x 4\n UDP {text} *:*"),
        ),
        (
            "info".to_owned(),
            format!("a: {text}\nb: Microsoft Windows {text}\nc: Build {text}\n: KB{text}"),
        ),
    ];
    for section in SECTIONS {
        let item = json!({"name": text, "sid": text, "enabled": true, "rule": text, "origin": text,
            "key": text, "state": text, "data": text, "id": text, "installed_on": text, "kind": 1,
            "path": text, "last_logon": text, "members": [], "running": [], "writers": [text],
            "commands": [text], "writes": true, "server": text, "class": text, "letter": text,
            "oldest": text, "mode": text, "build": text, "last_run": text});
        let json = json!({"section": section, "items": [item]});
        files.push((format!("{section}.json"), json.to_string()));
    }
    let files = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Bundle::of_texts(Family::Windows, at(), files)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        bundle_of(&text).collect();
    }

    #[test]
    fn any_number_is_survived(number in prop_oneof![any::<i64>().prop_map(|n| n.to_string()), "[0-9/():a-fTZ.-]{0,20}", "v2\\.[0-9]{2}\\|(Action|Dir|LPort|RA4|App)=[A-Za-z0-9.*-]{0,9}\\|"]) {
        bundle_of(&number).collect();
    }

    #[test]
    fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
        let bundle = Bundle { family: Family::Windows, collected_at: at(), files: [("a".to_owned(), bytes)].into() };
        bundle.collect();
    }
}

#[test]
fn nothing_known_is_never_a_pass_or_a_failure() {
    let bundle = Bundle::of_texts(Family::Windows, at(), [("a.txt", "nothing of Windows")]);
    let inspection = inspect_bundle(&bundle, &shipped_checks());
    assert!(inspection.results.len() >= 60);
    for result in &inspection.results {
        assert_eq!(
            result.status,
            Status::Unknown,
            "{}: {}",
            result.check,
            result.observed
        );
    }
    assert_eq!(inspection.unreadable.len(), 1);
}
