//! Huawei VRP 5 and 8: switches, routers, and USG firewalls.
//!
//! Certain: views and statements of S, CE, AR and NE devices up to V200R021 and V800, and of
//! USG from V500 on (`security-policy`, `manager-user`) as well as `policy interzone` before.

mod access;
mod firewall;

use super::{
    acl,
    block::{Tree, after, has},
    draft::Draft,
    info_center, ntp_service, ports, routing, snmp_agent, vpn,
};

/// Statements that open a view, for files without indentation.
pub(crate) const VIEWS: &[&str] = &[
    "aaa",
    "acl",
    "interface",
    "user-interface",
    "security-policy",
    "firewall zone",
    "ip address-set",
    "ip service-set",
    "radius-server template",
    "hwtacacs-server template",
    "ospf",
    "bgp",
    "ike proposal",
    "ipsec proposal",
];

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft) {
    if let Some(name) = tree.value("sysname") {
        draft.facts.device.hostname = Some(name.to_owned());
    }
    firewall::read_objects(tree, draft);
    acl::read(tree, draft);
    firewall::read(tree, draft);
    access::read(tree, draft);
    management(tree, draft);
    snmp_agent::read(tree, draft);
    info_center::read(tree, draft);
    ntp_service::read(tree, draft, Some(true));
    ports::read(tree, draft);
    routing::read_vrp(tree, draft);
    vpn::read_vrp(tree, draft);
    draft.facts.banner = Some(!tree.banners.is_empty());
}

/// `undo X`, `X disable` and `X` of the last statement that speaks of it.
fn server(tree: &Tree, statements: &[&str]) -> Option<bool> {
    let mut found = None;
    for statement in statements {
        if let Some(is_on) = tree.switch(statement) {
            found = Some(found == Some(true) || is_on);
        }
    }
    found
}

fn management(tree: &Tree, draft: &mut Draft) {
    let ssh_acl = named(tree, &["ssh server acl", "ssh ipv4 server acl"]);
    let telnet_acl = named(tree, &["telnet server acl"]);
    let web_acl = named(
        tree,
        &["http acl", "http secure-server acl", "web-manager acl"],
    );
    draft.facts.ssh.access = draft.limit(ssh_acl.as_deref(), "ssh server");
    draft.limit(telnet_acl.as_deref(), "telnet server");
    draft.facts.web.access = draft.limit(web_acl.as_deref(), "web");
    let release = draft.facts.device.os_version.as_deref().and_then(release);
    let services = &mut draft.facts.services;
    services.telnet = server(
        tree,
        &[
            "telnet server enable",
            "telnet ipv6 server enable",
            "telnet ipv4 server enable",
        ],
    )
    .or(tree.switch("telnet server disable").map(|is_off| !is_off));
    let ssh = server(
        tree,
        &[
            "stelnet server enable",
            "stelnet ipv4 server enable",
            "stelnet ipv6 server enable",
            "ssh server enable",
        ],
    );
    // Off unless switched on, up to V200R019; of later releases nobody can be sure.
    let ssh_default = release
        .filter(|(version, release)| *version == 100 || (*version == 200 && *release <= 19))
        .map(|_| false);
    services.ssh = tree.found_or(ssh, ssh_default);
    services.http = server(
        tree,
        &[
            "http server enable",
            "http ipv6 server enable",
            "web-manager enable",
        ],
    );
    services.https = server(
        tree,
        &[
            "http secure-server enable",
            "http ipv6 secure-server enable",
            "web-manager security enable",
        ],
    );
    services.ftp = tree.found_or(
        server(
            tree,
            &[
                "ftp server enable",
                "ftp ipv4 server enable",
                "ftp ipv6 server enable",
                "ftp server",
            ],
        )
        .or(tree.switch("ftp server disable").map(|is_off| !is_off)),
        Some(false),
    );
    // VRP has no TFTP server, nor those below.
    services.tftp = Some(false);
    services.small_servers = Some(false);
    services.finger = Some(false);
    services.bootp = Some(false);
    services.pad = Some(false);
    services.smart_install = Some(false);
    services.remote_shell = Some(false);
    services.source_route = tree.switch("ip option source-route enable");
    services.cdp = tree.found_or(tree.switch("lldp compliance cdp receive"), Some(false));
    services.lldp = tree.switch("lldp enable");
    services.cluster = server(tree, &["cluster enable", "ndp enable", "ntdp enable"]);
    server_of_ssh(tree, draft);
}

/// The SSH server's algorithms and limits, and the web page's.
fn server_of_ssh(tree: &Tree, draft: &mut Draft) {
    let list = |name: &str| {
        let (_, words) = tree.all(name).last()?;
        Some(words.to_vec())
    };
    let ssh = &mut draft.facts.ssh;
    ssh.allows_version_1 = tree
        .switch("ssh server compatible-ssh1x enable")
        .or(tree.switch("ssh server compatible-ssh1x"));
    ssh.ciphers = list("ssh server cipher");
    ssh.macs = list("ssh server hmac");
    ssh.key_exchanges = list("ssh server key-exchange");
    ssh.retries = number(tree, "ssh server authentication-retries");
    ssh.timeout_seconds = number(tree, "ssh server timeout");
    draft.facts.web.idle_seconds =
        number(tree, "http timeout").map(|minutes| minutes.saturating_mul(60));
    web_tls(tree, draft);
}

/// `ssl policy X` with `ssl minimum version tls1.2`, bound by `http secure-server ssl-policy`.
fn web_tls(tree: &Tree, draft: &mut Draft) {
    let Some(policy) = tree.value("http secure-server ssl-policy") else {
        return;
    };
    let opened = tree
        .all("ssl policy")
        .find(|(_, words)| words.first().is_some_and(|name| name == policy));
    let Some((node, _)) = opened else { return };
    draft.facts.web.old_tls = match node.value("ssl minimum version") {
        Some("tls1.2" | "tls1.3") => Some(Vec::new()),
        Some("tls1.1") => Some(vec!["tls1.1".to_owned()]),
        Some("tls1.0") => Some(vec!["tls1.0".to_owned(), "tls1.1".to_owned()]),
        _ => None,
    };
}

fn number(tree: &Tree, statement: &str) -> Option<u32> {
    tree.value(statement)?.parse().ok()
}

fn named(tree: &Tree, statements: &[&str]) -> Option<String> {
    statements.iter().find_map(|statement| {
        let (_, words) = tree.all(statement).last()?;
        acl::named(words)
    })
}

/// `V200R019C10SPC500` → 200 and 19.
pub(crate) fn release(version: &str) -> Option<(u32, u32)> {
    let rest = version.strip_prefix('V')?;
    let (major, rest) = rest.split_once('R')?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, digits.parse().ok()?))
}

/// Whether a statement asks for commands to be recorded.
fn records_commands(words: &[String]) -> bool {
    after(words, "cmd recording-scheme").is_some() && !has(words, "undo")
}
