//! Kernel parameters: the running kernel's, or the configured ones of a tree.

use std::collections::BTreeMap;

use serde::Serialize;

use super::source::Source;

/// The parameters that checks may ask for.
const PARAMETERS: [&str; 34] = [
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.dmesg_restrict",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.sysrq",
    "kernel.unprivileged_bpf_disabled",
    "kernel.yama.ptrace_scope",
    "net.core.bpf_jit_harden",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.default.log_martians",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.default.send_redirects",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.conf.all.forwarding",
];

/// Kernel parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sysctl {
    /// Name with `_` for `.` → value; those that could not be read are missing.
    pub values: BTreeMap<String, i64>,
}

/// Reads a file of `name = value` lines.
pub fn parse(text: &str) -> Vec<(String, i64)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', ';']))
        .filter_map(|line| {
            let (name, value) = line.trim_start_matches('-').split_once('=')?;
            Some((name.trim().replace('/', "."), value.trim().parse().ok()?))
        })
        .collect()
}

pub(super) fn collect(source: &Source<'_>) -> Sysctl {
    let read = if source.is_running() {
        running(source)
    } else {
        configured(source)
    };
    let values = read
        .into_iter()
        .map(|(name, value)| (name.replace('.', "_"), value))
        .collect();
    Sysctl { values }
}

fn running(source: &Source<'_>) -> Vec<(String, i64)> {
    PARAMETERS
        .iter()
        .filter_map(|name| {
            let word = source.kernel_word(&format!("/proc/sys/{}", name.replace('.', "/")))?;
            Some(((*name).to_owned(), word.parse().ok()?))
        })
        .collect()
}

/// What the files of a tree set; a parameter that none sets keeps the kernel's default,
/// which the files do not tell.
fn configured(source: &Source<'_>) -> Vec<(String, i64)> {
    // A file of the same name in /etc hides the vendor's; /etc/sysctl.conf comes last.
    let mut files = BTreeMap::new();
    for directory in ["/usr/lib/sysctl.d", "/lib/sysctl.d", "/etc/sysctl.d"] {
        for (path, text) in source.texts_in(directory, ".conf").unwrap_or_default() {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            files.insert(name, text);
        }
    }
    let last = source.text("/etc/sysctl.conf").unwrap_or_default();
    files
        .values()
        .chain(std::iter::once(&last))
        .flat_map(|text| parse(text))
        .filter(|(name, _)| PARAMETERS.contains(&name.as_str()))
        .collect()
}
