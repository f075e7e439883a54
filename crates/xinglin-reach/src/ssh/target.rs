//! What is to be inspected, who signs in there, and how much it may take.

use std::{fmt, str::FromStr, time::Duration};

use crate::Secret;

/// What a host asks for at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A password, given where the host asks for one: by itself or as an answer in a dialogue
    /// (keyboard-interactive).
    Password(Secret),
    /// A private key (OpenSSH, PEM or `PuTTY` form).
    Key {
        /// Its text.
        text: Secret,
        /// What opens it.
        passphrase: Option<Secret>,
    },
}

/// The key by which a host proves who it is, as it is kept: `ssh-ed25519 SHA256:…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey {
    /// The kind of key, such as `ssh-ed25519` or `ssh-rsa`.
    pub algorithm: String,
    /// Its digest, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
}

impl fmt::Display for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.algorithm, self.fingerprint)
    }
}

/// A text that is no host key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a host key: expected 'ssh-ed25519 SHA256:…'")]
pub struct NotAHostKey;

impl FromStr for HostKey {
    type Err = NotAHostKey;

    fn from_str(text: &str) -> Result<Self, NotAHostKey> {
        let (algorithm, fingerprint) = text.trim().split_once(' ').ok_or(NotAHostKey)?;
        let digest = fingerprint.strip_prefix("SHA256:").ok_or(NotAHostKey)?;
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
        if algorithm.is_empty() || digest.len() != 43 || !digest.chars().all(is_base64) {
            return Err(NotAHostKey);
        }
        Ok(Self {
            algorithm: algorithm.to_owned(),
            fingerprint: fingerprint.to_owned(),
        })
    }
}

/// Which host key is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostKeyRule {
    /// One of these; with none of them, no key at all.
    Known(Vec<HostKey>),
    /// Any, since this host was never seen: the key comes back to be kept.
    FirstUse,
}

/// An SSH server and who signs in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Name or address.
    pub host: String,
    /// Port, usually 22.
    pub port: u16,
    /// The account.
    pub user: String,
    /// What is offered, in this order.
    pub credentials: Vec<Credential>,
    /// Which key the host must show.
    pub host_key: HostKeyRule,
}

impl Endpoint {
    /// `host:port`.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            return format!("[{}]:{}", self.host, self.port);
        }
        format!("{}:{}", self.host, self.port)
    }
}

/// How the shell on the host becomes root's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sudo {
    /// It does not: what this account may not read is reported as unreadable.
    #[default]
    None,
    /// By sudo, which asks this account for nothing (`NOPASSWD`).
    NoPassword,
    /// By sudo, which may ask for this password.
    Password(Secret),
}

/// A host to inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The host.
    pub endpoint: Endpoint,
    /// The way there: hosts that each forward to the next, the nearest first.
    pub jumps: Vec<Endpoint>,
    /// How the shell becomes root's.
    pub sudo: Sudo,
}

/// How much an inspection may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Hosts at a time.
    pub parallel: usize,
    /// From the first packet to being signed in, for each hop.
    pub connect: Duration,
    /// The whole of one host.
    pub host: Duration,
    /// Bytes read from one host.
    pub max_bytes: usize,
    /// Further questions after the first answer.
    pub max_questions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parallel: 16,
            connect: Duration::from_secs(15),
            host: Duration::from_mins(2),
            max_bytes: 64 << 20,
            max_questions: 24,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_key_is_kept_as_text() {
        let text = "ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BrVDzDwN2rVDpjOk0vSCAUmE";
        let key: HostKey = text.parse().expect("a host key");
        assert_eq!(key.to_string(), text);
        for bad in [
            "",
            "ssh-ed25519",
            "ssh-ed25519 MD5:00:11",
            "ssh-ed25519 SHA256:short",
            " SHA256:uNiVztksCsDhcc0u9e8BrVDzDwN2rVDpjOk0vSCAUmE",
        ] {
            assert_eq!(bad.parse::<HostKey>(), Err(NotAHostKey), "{bad:?}");
        }
    }
}
