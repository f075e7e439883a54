//! What is shown to those who sign in, before and after.

use serde::Serialize;

use super::{platform::Platform, source::Source};

/// The texts that are shown at sign-in.
const FILES: [&str; 3] = ["/etc/issue", "/etc/issue.net", "/etc/motd"];

/// Words of a warning.
const WARNINGS: [&str; 12] = [
    "authori",
    "prohibit",
    "monitor",
    "unlawful",
    "illegal",
    "restricted",
    "授权",
    "禁止",
    "监控",
    "审计",
    "违法",
    "法律",
];

/// What is shown to those who sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Banners {
    /// The texts that exist, and the one that the SSH server shows.
    pub shown: Option<Vec<Banner>>,
}

/// A text shown at sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Banner {
    /// Its file.
    pub path: String,
    /// Whether it says anything.
    pub empty: bool,
    /// Whether it tells the release or kernel, by name or by an escape such as `\r`.
    pub tells_version: bool,
    /// Whether it warns: speaks of authorisation, monitoring or the law.
    pub warns: bool,
}

/// Reads a text shown at sign-in; `names` are those of the distribution.
pub fn parse(path: &str, text: &str, names: &[&str]) -> Banner {
    let lower = text.to_lowercase();
    // agetty(8) and PAM replace these by machine, release, system, version and distribution.
    let escapes = ["\\m", "\\r", "\\s", "\\v", "\\S"];
    let named = names
        .iter()
        .filter(|name| name.len() > 2)
        .any(|name| lower.contains(&name.to_lowercase()));
    Banner {
        path: path.to_owned(),
        empty: text.trim().is_empty(),
        tells_version: named || escapes.iter().any(|escape| text.contains(escape)),
        warns: WARNINGS.iter().any(|word| lower.contains(word)),
    }
}

pub(super) fn collect(
    source: &Source<'_>,
    platform: &Platform,
    ssh_banner: Option<&str>,
) -> Banners {
    let names = [platform.id.as_str(), platform.name.as_str()];
    let mut paths: Vec<&str> = FILES.to_vec();
    paths.extend(ssh_banner.filter(|path| path.starts_with('/') && !FILES.contains(path)));
    let mut shown = Vec::new();
    for path in paths {
        let Some(text) = source.text_if_present(path) else {
            return Banners { shown: None };
        };
        shown.extend(text.map(|text| parse(path, &text, &names)));
    }
    Banners { shown: Some(shown) }
}
