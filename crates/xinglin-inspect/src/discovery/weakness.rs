//! Protocols that a scan shows and an assessor does not want to see.

use serde::{Deserialize, Serialize};

use super::scan::{PortState, ScannedHost, ScannedPort, ScriptOutput};

/// What is weak about a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weakness {
    /// Telnet: passwords in the clear.
    Telnet,
    /// FTP: passwords in the clear.
    Ftp,
    /// TFTP: no passwords at all.
    Tftp,
    /// rexec, rlogin or rsh.
    RemoteShell,
    /// The first version of SMB.
    SmbV1,
    /// LDAP without TLS.
    PlainLdap,
    /// A web console without TLS, on a port that such consoles use.
    PlainWebConsole,
    /// SNMP versions 1 or 2c: the password in the clear.
    PlainSnmp,
    /// Remote desktop, reachable from where the scan was made.
    RemoteDesktop,
    /// VNC.
    Vnc,
    /// Redis without TLS.
    PlainRedis,
    /// MongoDB without TLS.
    PlainMongodb,
    /// Elasticsearch without TLS.
    PlainElasticsearch,
    /// SSL or TLS before version 1.2.
    OldTls,
}

/// Ports of web consoles of servers, printers, cameras and devices.
const CONSOLES: [u16; 14] = [
    81, 82, 88, 7001, 8000, 8008, 8080, 8081, 8088, 8090, 8888, 9090, 10000, 15672,
];

/// What is weak about a host, as the ports it is seen on: each with the port.
pub fn weaknesses(host: &ScannedHost) -> Vec<(&ScannedPort, Weakness)> {
    let mut found = Vec::new();
    for port in &host.ports {
        // That nothing came back is no evidence.
        if port.state == PortState::Open {
            let mut of_port = of_service(port, host);
            if has_old_tls(&port.scripts) {
                of_port.push(Weakness::OldTls);
            }
            of_port.sort_unstable();
            of_port.dedup();
            found.extend(of_port.into_iter().map(|weakness| (port, weakness)));
        }
    }
    found
}

fn of_service(port: &ScannedPort, host: &ScannedHost) -> Vec<Weakness> {
    let service = port.service.as_deref().unwrap_or_default();
    let product = port.product.as_deref().unwrap_or_default().to_lowercase();
    let is_plain = !port.is_tls;
    let mut found = Vec::new();
    match service {
        "telnet" if is_plain => found.push(Weakness::Telnet),
        "ftp" if is_plain => found.push(Weakness::Ftp),
        "tftp" => found.push(Weakness::Tftp),
        "exec" | "login" | "shell" if (512..=514).contains(&port.port) => {
            found.push(Weakness::RemoteShell);
        }
        "rexec" | "rlogin" | "rsh" => found.push(Weakness::RemoteShell),
        "microsoft-ds" | "netbios-ssn" if speaks_smb_v1(port, host) => found.push(Weakness::SmbV1),
        "ldap" if is_plain => found.push(Weakness::PlainLdap),
        "snmp" if is_old_snmp(port) => found.push(Weakness::PlainSnmp),
        "ms-wbt-server" => found.push(Weakness::RemoteDesktop),
        "vnc" | "vnc-http" => found.push(Weakness::Vnc),
        "redis" if is_plain => found.push(Weakness::PlainRedis),
        "mongod" | "mongodb" if is_plain => found.push(Weakness::PlainMongodb),
        "elasticsearch" if is_plain => found.push(Weakness::PlainElasticsearch),
        "http" | "http-proxy" | "http-alt" if is_plain => {
            if product.contains("elasticsearch") {
                found.push(Weakness::PlainElasticsearch);
            } else if CONSOLES.contains(&port.port) {
                found.push(Weakness::PlainWebConsole);
            }
        }
        _ => {}
    }
    found
}

/// What `smb-protocols` lists, or the port's own script.
fn speaks_smb_v1(port: &ScannedPort, host: &ScannedHost) -> bool {
    let mut scripts = port.scripts.iter().chain(&host.scripts);
    scripts.any(|script| {
        script.id == "smb-protocols"
            && (script.output.contains("SMBv1") || script.output.contains("NT LM 0.12"))
    })
}

/// Whether it answered as version 1 or 2c; one of which only version 3 is known is not meant.
fn is_old_snmp(port: &ScannedPort) -> bool {
    let told = [&port.product, &port.version, &port.extra];
    told.into_iter().flatten().any(|text| {
        let text = text.to_lowercase();
        ["snmpv1", "snmpv2", "v2c", "public", "private"]
            .iter()
            .any(|word| text.contains(word))
    })
}

/// The headings of `ssl-enum-ciphers` name the versions.
fn has_old_tls(scripts: &[ScriptOutput]) -> bool {
    let ciphers = scripts
        .iter()
        .filter(|script| script.id == "ssl-enum-ciphers");
    ciphers
        .flat_map(|script| script.output.lines())
        .any(|line| {
            let heading = line.trim().trim_end_matches(':').trim();
            ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"].contains(&heading)
        })
}
