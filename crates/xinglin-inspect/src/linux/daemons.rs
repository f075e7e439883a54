//! Settings of network services that come with the system: SNMP, FTP and mail.

use serde::Serialize;

use super::{ports::Ports, source::Source};

/// Settings of network services that come with the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Daemons {
    /// Communities of SNMP 1 and 2c that the agent answers to; `null` when its file cannot be
    /// read, empty without one.
    pub snmp_communities: Option<Vec<Community>>,
    /// The FTP server's settings; `null` without one, or when they cannot be read.
    pub ftp: Option<Ftp>,
    /// Whether mail is taken from other hosts; `null` for a tree of files.
    pub mail_from_network: Option<bool>,
}

/// A community of SNMP, which works like a password that everyone can overhear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Community {
    /// `public` or `private`, which all products have, or `set`.
    pub kind: String,
    /// Whether it may change things.
    pub writes: bool,
    /// Whether it is limited to some sources.
    pub limited: bool,
    /// The line of `snmpd.conf`.
    pub line: i64,
}

/// The settings of `vsftpd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ftp {
    /// Whether anyone may enter as `anonymous`.
    pub anonymous: bool,
    /// Whether accounts of the host must use TLS.
    pub encrypted: bool,
    /// Whether accounts are kept in their home directory.
    pub confined: bool,
}

/// Reads `snmpd.conf`.
pub fn parse_snmp(text: &str) -> Vec<Community> {
    let kind = |name: &str| match name {
        "public" | "private" => name.to_owned(),
        _ => "set".to_owned(),
    };
    let everywhere = |source: &str| matches!(source, "default" | "0.0.0.0/0" | "::/0");
    let mut communities = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, writes, from) = match words.as_slice() {
            [verb, name, rest @ ..] if matches!(*verb, "rocommunity" | "rocommunity6") => {
                (*name, false, rest.first())
            }
            [verb, name, rest @ ..] if matches!(*verb, "rwcommunity" | "rwcommunity6") => {
                (*name, true, rest.first())
            }
            // com2sec [-Cn context] NAME SOURCE COMMUNITY
            ["com2sec" | "com2sec6", rest @ ..] => {
                let rest = if rest.first() == Some(&"-Cn") {
                    rest.get(2..).unwrap_or_default()
                } else {
                    rest
                };
                let [_, from, name, ..] = rest else {
                    continue;
                };
                (*name, false, Some(from))
            }
            _ => continue,
        };
        communities.push(Community {
            kind: kind(name),
            writes,
            limited: from.is_some_and(|from| !everywhere(from)),
            line: number,
        });
    }
    communities
}

/// Reads `vsftpd.conf`, with the defaults of the program.
pub fn parse_ftp(text: &str) -> Ftp {
    let value = |key: &str, default: bool| {
        text.lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim().eq_ignore_ascii_case("yes"))
            })
            .next_back()
            .unwrap_or(default)
    };
    Ftp {
        anonymous: value("anonymous_enable", true),
        encrypted: value("ssl_enable", false)
            && value("force_local_logins_ssl", true)
            && value("force_local_data_ssl", true),
        confined: value("chroot_local_user", false),
    }
}

pub(super) fn collect(source: &Source<'_>, ports: &Ports) -> Daemons {
    let ftp = ["/etc/vsftpd/vsftpd.conf", "/etc/vsftpd.conf"]
        .iter()
        .find_map(|path| source.text_if_present(path).flatten());
    Daemons {
        snmp_communities: source
            .text("/etc/snmp/snmpd.conf")
            .map(|text| parse_snmp(&text)),
        ftp: ftp.map(|text| parse_ftp(&text)),
        mail_from_network: ports.listening.as_ref().map(|sockets| {
            sockets
                .iter()
                .any(|socket| socket.port == 25 && socket.protocol == "tcp" && !socket.loopback)
        }),
    }
}
