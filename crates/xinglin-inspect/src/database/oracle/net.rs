//! Oracle's network files: `sqlnet.ora`, `listener.ora`.

use std::collections::BTreeMap;

use serde::Serialize;

/// `sqlnet.ora`.
#[derive(Debug, Serialize)]
pub(super) struct Sqlnet {
    /// `REJECTED`, `ACCEPTED`, `REQUESTED` or `REQUIRED`; Oracle takes `ACCEPTED` when unset.
    encryption_server: String,
    /// Algorithms, empty for all.
    encryption_types: Vec<String>,
    /// As for encryption.
    checksum_server: String,
    /// Algorithms, empty for all.
    checksum_types: Vec<String>,
    /// Whether only listed addresses may connect.
    checks_addresses: bool,
    /// These addresses.
    invited: Vec<String>,
    /// The oldest way of signing in that is accepted, such as `12` or `12a`.
    allowed_logon_version: Option<String>,
    /// Seconds until a dead client's session ends; 0 is never.
    expire_minutes: i64,
    /// Seconds a client has to sign in; Oracle takes 60 when unset.
    inbound_timeout_seconds: i64,
}

/// `listener.ora`.
#[derive(Debug, Serialize)]
pub(super) struct Listener {
    /// Protocols of its addresses, such as `TCP`, `TCPS`, `IPC`.
    protocols: Vec<String>,
    /// Whether `ADMIN_RESTRICTIONS` is on for every listener that says anything of it.
    restricts_administration: bool,
    /// Whether what it does is logged.
    logging: bool,
    /// Ports.
    ports: Vec<i64>,
    /// Whether it hands calls to `extproc`.
    external_procedures: bool,
}

impl Sqlnet {
    pub(super) fn read(text: &str) -> Self {
        let entries = entries(text);
        let word = |name: &str| entries.get(name).map(|value| value.to_ascii_uppercase());
        let list = |name: &str| {
            let value = entries.get(name).cloned().unwrap_or_default();
            let words = value
                .trim_matches(['(', ')'])
                .split(',')
                .map(|word| word.trim().trim_matches(['(', ')', '"', '\'']).to_owned());
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>()
        };
        let number = |name: &str, unset: i64| {
            let value = entries.get(name).and_then(|value| value.parse().ok());
            value.unwrap_or(unset)
        };
        let accepted = || "ACCEPTED".to_owned();
        Self {
            encryption_server: word("SQLNET.ENCRYPTION_SERVER").unwrap_or_else(accepted),
            encryption_types: list("SQLNET.ENCRYPTION_TYPES_SERVER"),
            checksum_server: word("SQLNET.CRYPTO_CHECKSUM_SERVER").unwrap_or_else(accepted),
            checksum_types: list("SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER"),
            checks_addresses: word("TCP.VALIDNODE_CHECKING").as_deref() == Some("YES"),
            invited: list("TCP.INVITED_NODES"),
            allowed_logon_version: word("SQLNET.ALLOWED_LOGON_VERSION_SERVER")
                .or_else(|| word("SQLNET.ALLOWED_LOGON_VERSION"))
                .map(|version| version.to_ascii_lowercase()),
            expire_minutes: number("SQLNET.EXPIRE_TIME", 0),
            inbound_timeout_seconds: number("SQLNET.INBOUND_CONNECT_TIMEOUT", 60),
        }
    }
}

impl Listener {
    pub(super) fn read(text: &str) -> Self {
        let flat: String = uncommented(text)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_uppercase();
        let values = |key: &str| {
            let parts = flat.split(key).skip(1);
            let value = |part: &str| part.split(')').next().unwrap_or_default().to_owned();
            let mut values: Vec<String> = parts.map(value).collect();
            values.sort();
            values.dedup();
            values
        };
        let entries = entries(text);
        let is = |prefix: &str, word: &str| {
            let mut named = entries
                .iter()
                .filter(|(name, _)| name.starts_with(prefix))
                .peekable();
            named.peek().is_some() && named.all(|(_, value)| value.eq_ignore_ascii_case(word))
        };
        Self {
            protocols: values("(PROTOCOL="),
            ports: values("(PORT=")
                .iter()
                .filter_map(|port| port.parse().ok())
                .collect(),
            restricts_administration: is("ADMIN_RESTRICTIONS_", "ON"),
            logging: !is("LOGGING_", "OFF"),
            external_procedures: flat.contains("EXTPROC"),
        }
    }
}

fn uncommented(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// `NAME = value` entries, names in upper case; a value may go on over lines that begin with
/// a space or are inside parentheses.
fn entries(text: &str) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    let mut current: Option<(String, String)> = None;
    let mut depth = 0_i64;
    for line in uncommented(text).lines() {
        if line.trim().is_empty() {
            continue;
        }
        let continues = depth > 0 || line.starts_with([' ', '\t', '(', ')']);
        if let (Some((_, value)), true) = (&mut current, continues) {
            value.push(' ');
            value.push_str(line.trim());
        } else {
            if let Some((name, value)) = current.take() {
                entries.insert(name, value.trim().to_owned());
            }
            if let Some((name, value)) = line.split_once('=') {
                current = Some((name.trim().to_ascii_uppercase(), value.trim().to_owned()));
            }
        }
        let count = |sign: char| i64::try_from(line.matches(sign).count()).unwrap_or(0);
        depth += count('(') - count(')');
    }
    if let Some((name, value)) = current {
        entries.insert(name, value.trim().to_owned());
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_go_on_over_lines_and_comments_count_for_nothing() {
        let sqlnet = Sqlnet::read(
            "# SQLNET.ENCRYPTION_SERVER = REQUIRED\n\
             sqlnet.crypto_checksum_server=required\n\
             SQLNET.ENCRYPTION_TYPES_SERVER=(AES256,\n  AES192)\n\
             TCP.VALIDNODE_CHECKING = yes # since 2024\n\
             tcp.invited_nodes = (10.1.2.3, his-app01)\n\
             SQLNET.ALLOWED_LOGON_VERSION_SERVER=12a\n",
        );
        assert_eq!(sqlnet.encryption_server, "ACCEPTED");
        assert_eq!(sqlnet.checksum_server, "REQUIRED");
        assert_eq!(sqlnet.encryption_types, ["AES256", "AES192"]);
        assert!(sqlnet.checks_addresses);
        assert_eq!(sqlnet.invited, ["10.1.2.3", "his-app01"]);
        assert_eq!(sqlnet.allowed_logon_version.as_deref(), Some("12a"));
        let listener = Listener::read(
            "LISTENER =\n (DESCRIPTION_LIST =\n  (DESCRIPTION =\n   (ADDRESS = (PROTOCOL = TCPS)(HOST = his)(PORT = 2484))\n  )\n )\n\
             ADMIN_RESTRICTIONS_LISTENER = ON\nLOGGING_LISTENER = ON\n",
        );
        assert_eq!(listener.protocols, ["TCPS"]);
        assert_eq!(listener.ports, [2484]);
        assert!(listener.restricts_administration && listener.logging);
        assert!(!Listener::read("LISTENER=\n").restricts_administration);
    }
}
