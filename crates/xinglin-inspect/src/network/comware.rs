//! H3C Comware 5 and 7: switches, routers, and `SecPath` firewalls.
//!
//! Certain: the statements below of both releases. What only one of them does by default is
//! taken for granted only where the release is known.

mod access;
mod firewall;

use super::{
    acl,
    block::Tree,
    draft::{Draft, number},
    info_center, ntp_service, ports, routing, snmp_agent, vpn,
};

/// Statements that open a view, for files without indentation.
pub(crate) const VIEWS: &[&str] = &[
    "acl",
    "interface",
    "line",
    "user-interface",
    "local-user",
    "user-group",
    "domain",
    "radius scheme",
    "hwtacacs scheme",
    "object-group",
    "object-policy",
    "security-policy ip",
    "security-zone",
    "zone-pair",
    "ospf",
    "bgp",
    "ike proposal",
    "ipsec transform-set",
];

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    if let Some(name) = tree.value("sysname") {
        draft.facts.device.hostname = Some(name.to_owned());
    }
    let device = &mut draft.facts.device;
    if let Some((_, words)) = tree.all("version").last() {
        // `version 7.1.070, Release 7585P05`
        let version = words
            .first()
            .map(|word| word.trim_end_matches(',').to_owned());
        device.os_version = device.os_version.take().or(version);
        let release = words
            .iter()
            .position(|word| word == "Release" || word == "Feature" || word == "Ess")
            .and_then(|position| words.get(position + 1));
        device.patch = device
            .patch
            .take()
            .or(release.map(|release| format!("R{}", release.trim_end_matches(','))));
    }
    let major = major(draft);
    firewall::read_objects(tree, draft);
    acl::read(tree, draft);
    firewall::read(tree, draft);
    access::read(tree, draft);
    management(tree, draft, major);
    snmp_agent::read(tree, draft);
    info_center::read(tree, draft);
    // Comware 7 follows no server until told to; 5 always does.
    ntp_service::read(tree, draft, major.map(|major| major < 7));
    ports::read(tree, draft);
    routing::read_vrp(tree, draft);
    vpn::read_vrp(tree, draft);
    draft.facts.banner = Some(!tree.banners.is_empty());
}

/// 5 or 7.
fn major(draft: &Draft) -> Option<u32> {
    number(draft.facts.device.os_version.as_deref()?.split('.').next())
}

fn management(tree: &Tree, draft: &mut Draft, major: Option<u32>) {
    let named = |statements: &[&str]| {
        statements.iter().find_map(|statement| {
            let (_, words) = tree.all(statement).last()?;
            acl::named(words)
        })
    };
    draft.facts.ssh.access = draft.limit(named(&["ssh server acl"]).as_deref(), "ssh server");
    draft.limit(named(&["telnet server acl"]).as_deref(), "telnet server");
    draft.facts.web.access = draft.limit(named(&["ip https acl", "ip http acl"]).as_deref(), "web");
    // What both leave off unless told to, and what only 7 is known to.
    let off = Some(false);
    let off_in_7 = major.filter(|major| *major >= 7).map(|_| false);
    let services = &mut draft.facts.services;
    services.telnet = tree.found_or(tree.switch("telnet server enable"), off_in_7);
    services.ssh = tree.found_or(tree.switch("ssh server enable"), off);
    services.http = tree.found_or(tree.switch("ip http enable"), off_in_7);
    services.https = tree.found_or(tree.switch("ip https enable"), off_in_7);
    services.ftp = tree.found_or(tree.switch("ftp server enable"), off);
    services.cluster = tree.found_or(
        tree.switch("cluster enable")
            .or(tree.switch("ndp enable"))
            .or(tree.switch("ntdp enable")),
        off_in_7,
    );
    services.lldp = tree
        .switch("lldp global enable")
        .or(tree.switch("lldp enable"));
    services.cdp = tree.found_or(tree.switch("lldp compliance cdp"), off);
    services.source_route = tree.switch("ip option source-route enable");
    // Comware has none of these.
    services.tftp = off;
    services.small_servers = off;
    services.finger = off;
    services.bootp = off;
    services.pad = off;
    services.smart_install = off;
    services.remote_shell = off;
    let list = |name: &str| {
        let (_, words) = tree.all(name).last()?;
        Some(words.to_vec())
    };
    let ssh = &mut draft.facts.ssh;
    let takes_1 = tree
        .switch("ssh server compatible-ssh1x enable")
        .or(tree.switch("ssh server compatible-ssh1x"));
    ssh.allows_version_1 = tree.found_or(takes_1, major.filter(|major| *major == 5).map(|_| true));
    ssh.ciphers = list("ssh2 algorithm cipher");
    ssh.macs = list("ssh2 algorithm mac");
    ssh.key_exchanges = list("ssh2 algorithm key-exchange");
    ssh.retries = number(tree.value("ssh server authentication-retries"));
    ssh.timeout_seconds = number(tree.value("ssh server authentication-timeout"));
    draft.facts.web.idle_seconds =
        number(tree.value("web idle-timeout")).map(|minutes| minutes.saturating_mul(60));
    let is_disabled = |version: &str| tree.switch(&format!("ssl version {version} disable"));
    let mut old: Vec<String> = ["tls1.0", "tls1.1"]
        .iter()
        .filter(|version| is_disabled(version) != Some(true))
        .map(|version| (*version).to_owned())
        .collect();
    if is_disabled("ssl3.0") == Some(false) {
        old.push("ssl3.0".to_owned());
    }
    draft.facts.web.old_tls = if tree.complete { Some(old) } else { None };
}
