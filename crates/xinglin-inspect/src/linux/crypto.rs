//! The system-wide choice of algorithms, and encrypted volumes.

use serde::Serialize;

use super::source::Source;

/// The system-wide choice of algorithms, and encrypted volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crypto {
    /// The crypto policy in force, such as `DEFAULT` or `LEGACY`; empty where there is none.
    pub policy: Option<String>,
    /// Whether the kernel is in FIPS mode.
    pub fips: Option<bool>,
    /// Names of the encrypted volumes of `/etc/crypttab`.
    pub encrypted_volumes: Option<Vec<String>>,
}

/// Reads `/etc/crypttab`.
pub fn parse_crypttab(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

pub(super) fn collect(source: &Source<'_>) -> Crypto {
    let policy = [
        "/etc/crypto-policies/state/current",
        "/etc/crypto-policies/config",
    ]
    .iter()
    .map(|path| source.text(path))
    .try_fold(String::new(), |found, text| {
        let word = text?
            .lines()
            .find(|line| !line.starts_with('#'))
            .unwrap_or_default()
            .trim()
            .to_owned();
        Some(if found.is_empty() { word } else { found })
    });
    Crypto {
        policy,
        fips: source
            .kernel_word("/proc/sys/crypto/fips_enabled")
            .map(|word| word == "1"),
        encrypted_volumes: source
            .text("/etc/crypttab")
            .map(|text| parse_crypttab(&text)),
    }
}
