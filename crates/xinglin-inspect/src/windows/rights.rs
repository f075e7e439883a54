//! Privileges and logon rights, by the security identifiers that hold them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Origin, gathered::Gathered};

/// Rights that are listed even where nobody holds them: an export leaves those out.
const KNOWN: [&str; 16] = [
    "SeNetworkLogonRight",
    "SeDenyNetworkLogonRight",
    "SeInteractiveLogonRight",
    "SeRemoteInteractiveLogonRight",
    "SeDenyRemoteInteractiveLogonRight",
    "SeTcbPrivilege",
    "SeCreateTokenPrivilege",
    "SeDebugPrivilege",
    "SeTakeOwnershipPrivilege",
    "SeSecurityPrivilege",
    "SeAuditPrivilege",
    "SeRemoteShutdownPrivilege",
    "SeShutdownPrivilege",
    "SeBackupPrivilege",
    "SeRestorePrivilege",
    "SeLoadDriverPrivilege",
];

/// Who holds a right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Right {
    /// Security identifiers; a name where the export had one.
    pub holders: Vec<String>,
    /// Where it stands; `null` for a right that nobody holds.
    pub source: Option<Origin>,
}

/// The rights, by the names Windows gives them in every language.
pub(super) fn collect(gathered: &Gathered<'_>) -> Option<BTreeMap<String, Right>> {
    let section = gathered.secedit.as_ref()?.section("privilege rights")?;
    let rights = KNOWN.iter().map(|name| {
        let entry = section.get(&name.to_ascii_lowercase());
        let right = Right {
            holders: entry.map_or_else(Vec::new, |entry| holders(&entry.value)),
            source: entry.map(|entry| entry.origin.clone()),
        };
        ((*name).to_owned(), right)
    });
    Some(rights.collect())
}

fn holders(value: &str) -> Vec<String> {
    let parts = value.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_start_matches('*').to_owned())
        .collect()
}
