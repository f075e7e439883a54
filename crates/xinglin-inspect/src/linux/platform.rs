//! Which distribution, release and kernel.

use serde::Serialize;

use super::source::Source;

/// Distribution, release, kernel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Platform {
    /// The distribution's identifier in lower case: `debian`, `centos`, `openeuler`, `kylin`, `uos`.
    pub id: String,
    /// Its release, such as `12` or `22.03`.
    pub version: String,
    /// Its own name for itself.
    pub name: String,
    /// `debian` or `rhel` (which includes openEuler and Kylin), or `other`.
    pub family: String,
    /// Identifier and release, such as `debian-12` or `rhel-9`: the key of life-cycle tables.
    pub release: String,
    /// The host's name.
    pub hostname: Option<String>,
    /// The running kernel.
    pub kernel: Option<String>,
    /// Kernels installed beside it (directories of `/lib/modules`).
    pub kernels: Vec<String>,
    /// Whether a kernel was installed after the running one, so that a restart is due.
    pub newer_kernel: Option<bool>,
    /// Whether this is a container, which has no kernel, audit or boot of its own.
    pub container: Option<bool>,
    /// Days since the system was set up, by its oldest set-up file.
    pub age_days: Option<i64>,
}

/// Reads the pairs of `/etc/os-release`.
pub fn parse_os_release(text: &str) -> Platform {
    let mut platform = Platform::default();
    let mut like = String::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim() {
            "ID" => platform.id = value.to_lowercase(),
            "VERSION_ID" => value.clone_into(&mut platform.version),
            "PRETTY_NAME" => value.clone_into(&mut platform.name),
            "ID_LIKE" => like = value.to_lowercase(),
            _ => {}
        }
    }
    family(&platform.id, &like).clone_into(&mut platform.family);
    platform.release = release(&platform.id, &platform.version);
    platform
}

/// Where minor releases share one life, the major number names the release.
fn release(id: &str, version: &str) -> String {
    let version = version.to_lowercase();
    let by_major = matches!(
        id,
        "rhel" | "centos" | "rocky" | "almalinux" | "ol" | "debian"
    );
    let named = if by_major {
        version.split('.').next().unwrap_or_default()
    } else {
        &version
    };
    format!("{id}-{named}")
}

fn family(id: &str, like: &str) -> &'static str {
    const RHEL: [&str; 11] = [
        "rhel",
        "centos",
        "fedora",
        "rocky",
        "almalinux",
        "ol",
        "openeuler",
        "kylin",
        "anolis",
        "uniontech",
        "uosserver",
    ];
    const DEBIAN: [&str; 5] = ["debian", "ubuntu", "uos", "deepin", "linuxmint"];
    let words = || std::iter::once(id).chain(like.split_whitespace());
    if words().any(|word| DEBIAN.contains(&word)) {
        "debian"
    } else if words().any(|word| RHEL.contains(&word)) {
        "rhel"
    } else {
        "other"
    }
}

pub(super) fn collect(source: &Source<'_>) -> Platform {
    let mut text = source.text("/etc/os-release").unwrap_or_default();
    if text.is_empty() {
        text = source.text("/usr/lib/os-release").unwrap_or_default();
    }
    let mut platform = parse_os_release(&text);
    if text.is_empty() {
        platform = before_os_release(&source.text("/etc/redhat-release").unwrap_or_default());
    }
    // UOS and Kylin ship both a Debian-like desktop and an RPM-based server under one name.
    if source.exists("/var/lib/dpkg/status") {
        "debian".clone_into(&mut platform.family);
    } else if source.exists("/var/lib/rpm") || source.exists("/usr/lib/sysimage/rpm") {
        "rhel".clone_into(&mut platform.family);
    }
    platform.hostname = source
        .kernel_word("/proc/sys/kernel/hostname")
        .filter(|_| source.is_running())
        .or_else(|| source.kernel_word("/etc/hostname"));
    if source.is_running() {
        platform.kernel = source.kernel_word("/proc/sys/kernel/osrelease");
    }
    kernels(source, &mut platform);
    platform.container = container(source);
    platform.age_days = age(source);
    platform
}

/// `CentOS` and RHEL 6 have only a sentence: `CentOS release 6.10 (Final)`.
fn before_os_release(sentence: &str) -> Platform {
    let sentence = sentence.trim();
    let id = if sentence.starts_with("CentOS") {
        "centos"
    } else {
        "rhel"
    };
    let version = sentence
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .and_then(|word| word.split('.').next())
        .unwrap_or_default();
    if sentence.is_empty() {
        return parse_os_release("");
    }
    let mut platform = parse_os_release(&format!("ID={id}\nVERSION_ID={version}\n"));
    sentence.clone_into(&mut platform.name);
    platform
}

fn kernels(source: &Source<'_>, platform: &mut Platform) {
    let Some(names) = source.names("/lib/modules") else {
        return;
    };
    let installed_at = |name: &str| {
        source
            .metadata(&format!("/lib/modules/{name}/kernel"))
            .flatten()
            .map(|metadata| metadata.modified_seconds)
    };
    let dated: Vec<(String, i64)> = names
        .into_iter()
        .filter_map(|name| installed_at(&name).map(|at| (name, at)))
        .collect();
    if let Some(running) = platform.kernel.as_deref() {
        // A container sees no modules, or those of another system: then nothing is known.
        platform.newer_kernel = dated
            .iter()
            .find(|(name, _)| name == running)
            .map(|(_, at)| dated.iter().any(|(_, other)| other > at));
    }
    platform.kernels = dated.into_iter().map(|(name, _)| name).collect();
}

fn container(source: &Source<'_>) -> Option<bool> {
    if !source.is_running() {
        return None;
    }
    if source.any_exists(&[
        "/.dockerenv",
        "/run/.containerenv",
        "/run/systemd/container",
    ]) {
        return Some(true);
    }
    // The kernel's own threads are visible only outside containers. With hidepid an
    // ordinary user sees neither them nor the first process: then nothing is known.
    match source.kernel_word("/proc/2/comm") {
        Some(name) => Some(name != "kthreadd"),
        None => source.kernel_word("/proc/1/comm").map(|_| true),
    }
}

fn age(source: &Source<'_>) -> Option<i64> {
    [
        "/lost+found",
        "/etc/machine-id",
        "/root/anaconda-ks.cfg",
        "/var/log/installer",
        "/etc/hostname",
    ]
    .iter()
    .filter_map(|path| source.metadata_quietly(path).ok())
    .map(|metadata| source.days_since(metadata.modified_seconds))
    .max()
}
