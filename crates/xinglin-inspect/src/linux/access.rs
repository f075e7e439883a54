//! Mandatory access control.

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// Mandatory access control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Whether `SELinux` refuses (`enforcing`), only records (`permissive`), or is `disabled`.
    pub selinux: Option<String>,
    /// What its configuration says for the next start.
    pub selinux_configured: Option<String>,
    /// Whether `AppArmor` is in the kernel.
    pub apparmor: Option<bool>,
    /// Other security modules in the kernel, such as `kysec`.
    pub modules: Option<Vec<String>>,
    /// Whether one of them confines programs now.
    pub enforced: Option<bool>,
}

/// Reads `SELINUX=` of `/etc/selinux/config`; empty without.
pub fn parse_selinux_configuration(text: &str) -> String {
    parse_pairs(text)
        .remove("SELINUX")
        .unwrap_or_default()
        .to_lowercase()
}

pub(super) fn collect(source: &Source<'_>) -> Access {
    let configured = source
        .text("/etc/selinux/config")
        .map(|text| parse_selinux_configuration(&text))
        .map(|word| {
            if word.is_empty() {
                "disabled".to_owned()
            } else {
                word
            }
        });
    if !source.is_running() {
        return Access {
            enforced: None,
            selinux: None,
            selinux_configured: configured,
            apparmor: None,
            modules: None,
        };
    }
    let selinux = match source.kernel_word("/sys/fs/selinux/enforce").as_deref() {
        Some("1") => "enforcing",
        Some(_) => "permissive",
        None => "disabled",
    };
    let apparmor = source
        .kernel_word("/sys/module/apparmor/parameters/enabled")
        .as_deref()
        == Some("Y");
    // Without the file there are no other modules; a closed one may name some.
    let modules: Option<Vec<String>> = source.text("/sys/kernel/security/lsm").map(|line| {
        line.split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    });
    let other = modules.as_ref().map(|modules| {
        modules
            .iter()
            .any(|module| matches!(module.as_str(), "kysec" | "smack" | "tomoyo"))
    });
    let enforced = if selinux == "enforcing" || apparmor {
        Some(true)
    } else {
        other
    };
    Access {
        enforced,
        selinux: Some(selinux.to_owned()),
        selinux_configured: configured,
        apparmor: Some(apparmor),
        modules,
    }
}
