//! Where the SSH server may be reached from, by every means a host has.

use serde::Serialize;

use super::{firewall::Firewall, platform::Platform, source::Source, sshd::Sshd};

/// Where the SSH server may be reached from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// Whether something limits the sources; `null` when no limit was seen and one may be hidden.
    pub limited: Option<bool>,
    /// What limits them: `firewall`, `allow_users`, `hosts_deny`.
    pub by: Vec<String>,
}

/// Whether `hosts.deny` refuses SSH to all that `hosts.allow` does not name.
pub fn wrappers_limit(allow: &str, deny: &str) -> bool {
    let rules = |text: &str| -> Vec<(String, String)> {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(':'))
            .map(|(daemons, clients)| {
                (daemons.trim().to_lowercase(), clients.trim().to_lowercase())
            })
            .filter(|(daemons, _)| {
                daemons
                    .split([',', ' '])
                    .any(|daemon| matches!(daemon, "sshd" | "all"))
            })
            .collect()
    };
    let everyone = |clients: &str| clients.split([',', ' ', ':']).next() == Some("all");
    // hosts.allow is asked first: what it lets in for everyone, hosts.deny cannot refuse.
    let opened = rules(allow)
        .iter()
        .any(|(_, clients)| everyone(clients) && !clients.contains("deny"));
    !opened && rules(deny).iter().any(|(_, clients)| everyone(clients))
}

pub(super) fn collect(
    source: &Source<'_>,
    platform: &Platform,
    sshd: &Sshd,
    firewall: &Firewall,
) -> Sources {
    let mut by = Vec::new();
    let mut hidden = false;
    match firewall.ssh_limited {
        Some(true) => by.push("firewall".to_owned()),
        Some(false) => {}
        None => hidden = true,
    }
    match &sshd.allow_users {
        Some(users) if !users.is_empty() && users.iter().all(|user| has_source(user)) => {
            by.push("allow_users".to_owned());
        }
        Some(_) => {}
        None => hidden |= sshd.installed,
    }
    // Debian links sshd with libwrap; RHEL 8 and later and openEuler do not.
    let wrapped = platform.family == "debian"
        || (platform.family == "rhel" && platform.version.starts_with(['6', '7']));
    if wrapped {
        match (
            source.text("/etc/hosts.allow"),
            source.text("/etc/hosts.deny"),
        ) {
            (Some(allow), Some(deny)) if wrappers_limit(&allow, &deny) => {
                by.push("hosts_deny".to_owned());
            }
            (Some(_), Some(_)) => {}
            _ => hidden = true,
        }
    }
    let limited = if by.is_empty() {
        (!hidden).then_some(false)
    } else {
        Some(true)
    };
    Sources { limited, by }
}

fn has_source(user: &str) -> bool {
    user.split_once('@')
        .is_some_and(|(_, host)| !host.is_empty() && host != "*")
}
