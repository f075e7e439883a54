//! Host keys as they are kept in a file.

use std::{collections::BTreeMap, str::FromStr};

use thiserror::Error;

use super::target::HostKey;

/// Keys of hosts that were seen: `host:port` → keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownHosts(BTreeMap<String, Vec<HostKey>>);

/// A line that is no key of a host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: expected HOST:PORT ALGORITHM SHA256:…")]
pub struct NotKnownHosts {
    /// The line, from 1.
    pub line: usize,
}

impl KnownHosts {
    /// The keys of the host at `address`; `None` when it was never seen.
    pub fn of(&self, address: &str) -> Option<&[HostKey]> {
        self.0.get(address).map(Vec::as_slice)
    }
}

impl FromStr for KnownHosts {
    type Err = NotKnownHosts;

    /// Reads `HOST:PORT ALGORITHM SHA256:…` a line; empty lines are passed over.
    fn from_str(text: &str) -> Result<Self, NotKnownHosts> {
        let mut known = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            if text.trim().is_empty() {
                continue;
            }
            let (at, key) = text.trim().split_once(' ').ok_or(NotKnownHosts { line })?;
            let key = key.parse().map_err(|_| NotKnownHosts { line })?;
            known.0.entry(at.to_owned()).or_default().push(key);
        }
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BrVDzDwN2rVDpjOk0vSCAUmE";

    #[test]
    fn keys_are_found_by_address() {
        let text = format!("his-db:22 {KEY}\n\n[fe80::1]:22 {KEY}\r\nhis-db:22 {KEY}\n");
        let known: KnownHosts = text.parse().expect("known hosts");
        assert_eq!(known.of("his-db:22").map(<[_]>::len), Some(2));
        assert_eq!(known.of("[fe80::1]:22").map(<[_]>::len), Some(1));
        assert_eq!(known.of("his-db"), None);
        for (bad, line) in [("x", 1), ("\nhis-db:22 ssh-ed25519 MD5:00", 2)] {
            assert_eq!(bad.parse::<KnownHosts>(), Err(NotKnownHosts { line }));
        }
    }
}
