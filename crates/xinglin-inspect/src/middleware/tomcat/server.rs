//! `server.xml`: connectors, realms, hosts, the port that stops it.

use serde::Serialize;

use super::{
    super::{Source, apache::fields_missing, ciphers, version, xml::Element},
    at,
};

/// What happens after failed sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lockout {
    /// Whether a realm locks accounts.
    pub enabled: bool,
    /// Failed sign-ins until then.
    pub failures: Option<i64>,
    /// For how long, in seconds.
    pub seconds: Option<i64>,
    /// Where it is written.
    pub source: Option<Source>,
}

/// An address it listens at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connector {
    /// The port, as written.
    pub port: String,
    /// `http` or `ajp`.
    pub protocol: String,
    /// The address; empty for all.
    pub address: String,
    /// Whether only this host can reach it; `null` for AJP of a release that is not known.
    pub loopback: Option<bool>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// The versions of TLS it may agree to; `null` for the default of the Java in use.
    pub protocols: Option<Vec<String>>,
    /// The list of suites as written; `null` for the default.
    pub ciphers: Option<String>,
    /// What the list lets in that is weak.
    pub weaknesses: Vec<String>,
    /// For AJP, whether the peer must know a secret.
    pub secret: Option<bool>,
    /// Whether TRACE is answered.
    pub trace: bool,
    /// The largest form, in bytes; negative for no limit.
    pub post_limit_bytes: i64,
    /// Where it begins.
    pub source: Source,
}

/// The port that stops it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shutdown {
    /// The port; -1 when there is none.
    pub port: i64,
    /// Whether the word that stops it is the one that everybody knows.
    pub default_command: bool,
    /// Where it is written.
    pub source: Source,
}

/// A virtual host.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Whether applications put into its folder are started by themselves while it runs.
    pub auto_deploy: bool,
    /// Whether requests are logged.
    pub logged: bool,
    /// What its log does not record, of `time`, `remote`, `user`, `request`, `status`.
    pub unrecorded: Vec<String>,
    /// Whether pages of errors name the release.
    pub shows_version: bool,
    /// Whether pages of errors show where in the program they happened.
    pub shows_traces: bool,
    /// Where it begins.
    pub source: Source,
}

pub(super) fn lockout(path: &str, server: &Element) -> Lockout {
    let realms = server.descendants("Realm");
    let realm = realms
        .iter()
        .find(|realm| class(realm).ends_with("LockOutRealm"));
    match realm {
        Some(realm) => Lockout {
            enabled: true,
            // The documented defaults.
            failures: Some(realm.number("failureCount").unwrap_or(5)),
            seconds: Some(realm.number("lockOutTime").unwrap_or(300)),
            source: Some(at(path, realm)),
        },
        None => Lockout {
            enabled: false,
            failures: None,
            seconds: None,
            source: None,
        },
    }
}

pub(super) fn shutdown(path: &str, server: &Element) -> Shutdown {
    let base = server.number("portOffset").unwrap_or(0);
    let port = server.number("port").unwrap_or(8005);
    Shutdown {
        port: if port > 0 {
            port.saturating_add(base)
        } else {
            port
        },
        default_command: server.attribute("shutdown").unwrap_or("SHUTDOWN") == "SHUTDOWN",
        source: at(path, server),
    }
}

pub(super) fn connectors(path: &str, server: &Element, release: Option<&str>) -> Vec<Connector> {
    let connectors = server.descendants("Connector");
    connectors
        .into_iter()
        .map(|one| connector(path, one, release))
        .collect()
}

fn connector(path: &str, one: &Element, release: Option<&str>) -> Connector {
    let protocol = one
        .attribute("protocol")
        .unwrap_or("HTTP/1.1")
        .to_lowercase();
    let is_ajp = protocol.contains("ajp");
    let tls = one.switch("SSLEnabled") == Some(true);
    let address = one.attribute("address").unwrap_or_default();
    // Ghostcat: from these releases on AJP listens at loopback and asks for a secret.
    let hardened = release.map(|release| match version::branch(release, 1).as_str() {
        "7" => version::at_least(release, "7.0.100"),
        "8" => version::at_least(release, "8.5.51"),
        "9" => version::at_least(release, "9.0.31"),
        "4" | "5" | "6" => false,
        _ => true,
    });
    let host_config = one.child("SSLHostConfig");
    let find = |names: [&str; 3]| {
        let [config, jsse, apr] = names;
        host_config
            .and_then(|found| found.attribute(config))
            .or_else(|| one.attribute(jsse))
            .or_else(|| one.attribute(apr))
            .filter(|value| !value.trim().is_empty())
    };
    let list = find(["ciphers", "ciphers", "SSLCipherSuite"]);
    let secret = one
        .attribute("secret")
        .or_else(|| one.attribute("requiredSecret"))
        .is_some_and(|secret| !secret.is_empty());
    Connector {
        port: one.attribute("port").unwrap_or_default().to_owned(),
        protocol: if is_ajp { "ajp" } else { "http" }.to_owned(),
        loopback: match (address, is_ajp) {
            ("", true) => hardened,
            ("", false) => Some(false),
            (address, _) => Some(
                address == "localhost"
                    || address
                        .trim_matches(['[', ']'])
                        .parse::<std::net::IpAddr>()
                        .is_ok_and(|address| address.is_loopback()),
            ),
        },
        address: address.to_owned(),
        tls,
        protocols: find(["protocols", "sslEnabledProtocols", "SSLProtocol"])
            .filter(|_| tls)
            .map(protocols),
        weaknesses: list.map(ciphers::weaknesses).unwrap_or_default(),
        ciphers: list.map(str::to_owned),
        secret: is_ajp.then_some(secret),
        trace: one.switch("allowTrace") == Some(true),
        post_limit_bytes: one.number("maxPostSize").unwrap_or(2 << 20),
        source: at(path, one),
    }
}

/// `TLSv1.2,TLSv1.3`, `+TLSv1.2 +TLSv1.3`, `all`.
fn protocols(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .replace([',', '+'], " ")
        .replace("SSLv2Hello", "")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if words.iter().any(|word| word.eq_ignore_ascii_case("all")) {
        return super::super::apache::protocols(&words);
    }
    words
}

pub(super) fn hosts(path: &str, server: &Element) -> Vec<Host> {
    // Valves of the engine are for all hosts.
    let engines = server.descendants("Engine");
    let shared: Vec<&Element> = engines
        .iter()
        .flat_map(|engine| engine.all("Valve"))
        .collect();
    server
        .descendants("Host")
        .into_iter()
        .map(|host| {
            let valves: Vec<&Element> = host.all("Valve").chain(shared.iter().copied()).collect();
            let find = |name: &str| valves.iter().find(|valve| class(valve).ends_with(name));
            let log = find("AccessLogValve");
            let report = find("ErrorReportValve");
            let pattern = log.and_then(|log| log.attribute("pattern"));
            let pattern = match pattern.unwrap_or("common") {
                "common" | "combined" => "%h %l %u %t \"%r\" %s %b",
                written => written,
            };
            Host {
                name: host.attribute("name").unwrap_or_default().to_owned(),
                auto_deploy: host.switch("autoDeploy").unwrap_or(true),
                logged: log.is_some_and(|log| log.switch("enabled") != Some(false)),
                unrecorded: fields_missing(pattern),
                shows_version: report.and_then(|valve| valve.switch("showServerInfo"))
                    != Some(false),
                shows_traces: report.and_then(|valve| valve.switch("showReport")) != Some(false),
                source: at(path, host),
            }
        })
        .collect()
}

pub(super) fn class(element: &Element) -> &str {
    element.attribute("className").unwrap_or_default()
}
