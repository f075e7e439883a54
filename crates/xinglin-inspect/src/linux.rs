//! Facts of a Linux host: what is so, without any judgement of it.
//!
//! Each area is a module with its types, pure parsers of the files' text, and a `collect`
//! that reads. `None` (JSON `null`) means *not known*; that a file does not exist is a fact
//! and shows as an empty list, `false` or zero.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod banners;
pub mod boot;
pub mod containers;
pub mod crypto;
pub mod daemons;
pub mod dumps;
pub mod files;
pub mod firewall;
pub mod homes;
pub mod integrity;
pub mod journal;
pub mod kernel_modules;
pub mod kubernetes;
pub mod lockout;
pub mod logging;
pub mod logrotate;
pub mod mounts;
pub mod packages;
pub mod pam;
pub mod password;
pub mod platform;
pub mod ports;
pub mod repositories;
pub mod root_path;
pub mod schedule;
pub mod services;
pub mod session;
pub mod shares;
pub mod sources;
pub mod sshd;
pub mod su;
pub mod sudo;
pub mod swap;
pub mod sysctl;
pub mod time;
pub mod walk;

mod source;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    bundle::Bundle,
    family::Family,
    host::{GatheredHost, Host, RecordedHost, WalkLimits},
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};
use source::Source;

/// The file of a bundle that holds a recorded host.
const RECORDED_HOST: &str = "host.json";
/// The file of a bundle that holds what the script gathered of a host.
pub const GATHERED: &str = "gathered.txt";

/// Everything known of one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Linux`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// Distribution, release, kernel.
    pub platform: platform::Platform,
    /// Accounts, groups and the state of their passwords.
    pub accounts: accounts::Accounts,
    /// What passwords must be like.
    pub password: password::Password,
    /// What happens after failed sign-ins.
    pub lockout: lockout::Lockout,
    /// Idle limit and file creation mask of shells.
    pub session: session::Session,
    /// The SSH server's effective configuration.
    pub sshd: sshd::Sshd,
    /// Who may become root by sudo.
    pub sudo: sudo::Sudo,
    /// Services started at boot and processes that run.
    pub services: services::Services,
    /// Sockets that listen.
    pub ports: ports::Ports,
    /// Where the SSH server may be reached from.
    pub sources: sources::Sources,
    /// Installed packages.
    pub packages: packages::Packages,
    /// Kernel parameters.
    pub sysctl: sysctl::Sysctl,
    /// Permissions of sensitive files.
    pub files: files::Files,
    /// Mandatory access control.
    pub access: access::Access,
    /// Kernel auditing.
    pub audit: audit::Audit,
    /// System logs: daemon, rules, rotation, forwarding, age.
    pub logging: logging::Logging,
    /// Time synchronisation.
    pub time: time::Time,
    /// Mounted file systems.
    pub mounts: mounts::Mounts,
    /// System-wide choice of algorithms, encrypted volumes.
    pub crypto: crypto::Crypto,
    /// The host's packet filter.
    pub firewall: firewall::Firewall,
    /// Exported directories.
    pub shares: shares::Shares,
    /// Scheduled jobs: backups among them.
    pub schedule: schedule::Schedule,
    /// File-integrity tools, virus signatures, directories of third-party software.
    pub integrity: integrity::Integrity,
    /// Who may become another account by `su`.
    pub su: su::Su,
    /// Home directories.
    pub homes: homes::Homes,
    /// Where root's shell looks for programs.
    pub root_path: root_path::RootPath,
    /// What is shown at sign-in.
    pub banners: banners::Banners,
    /// How the host starts.
    pub boot: boot::Boot,
    /// Kernel modules that a server seldom needs.
    pub kernel_modules: kernel_modules::KernelModules,
    /// Memory of crashed programs on disk.
    pub dumps: dumps::Dumps,
    /// Swap areas.
    pub swap: swap::Swap,
    /// The journal of systemd.
    pub journal: journal::Journal,
    /// Where packages come from.
    pub repositories: repositories::Repositories,
    /// Settings of network services that come with the system.
    pub daemons: daemons::Daemons,
    /// The container engine and its containers.
    pub containers: containers::Containers,
    /// A node of Kubernetes.
    pub kubernetes: kubernetes::Kubernetes,
    /// What a walk over all files found; `null` when none was asked for.
    pub walk: Option<walk::Walk>,
}

/// What is read beyond the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// How far to walk over all files of the host's own disks; `None` (the default) for not
    /// at all. It takes seconds, everything else milliseconds.
    pub walk: Option<WalkLimits>,
}

/// What [`collect`] yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspected {
    /// What is known.
    pub facts: Facts,
    /// What exists and could not be read.
    pub unreadable: Vec<Unreadable>,
    /// The host.
    pub subject: Subject,
}

/// Reads all facts of `host`; `now` is what ages are counted from.
pub fn collect(host: &dyn Host, now: Timestamp) -> Inspected {
    collect_with(host, now, &Options::default())
}

/// As [`collect`], with more than the ordinary.
pub fn collect_with(host: &dyn Host, now: Timestamp, options: &Options) -> Inspected {
    let source = Source::new(host, now);
    let platform = platform::collect(&source);
    let services = services::collect(&source);
    let sshd = sshd::collect(&source, &platform);
    let firewall = firewall::collect(&source, &services);
    let packages = packages::collect(&source);
    let accounts = accounts::collect(&source);
    let ports = ports::collect(&source);
    let mounts = mounts::collect(&source);
    let crypto = crypto::collect(&source);
    let logging = logging::collect(&source, &services);
    let facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Linux,
        collected_on: now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        password: password::collect(&source, &platform),
        lockout: lockout::collect(&source),
        session: session::collect(&source),
        sudo: sudo::collect(&source),
        sources: sources::collect(&source, &platform, &sshd, &firewall),
        sysctl: sysctl::collect(&source),
        files: files::collect(&source),
        access: access::collect(&source),
        audit: audit::collect(&source, &services),
        time: time::collect(&source, &services),
        shares: shares::collect(&source),
        schedule: schedule::collect(&source),
        integrity: integrity::collect(&source),
        su: su::collect(&source, &accounts),
        homes: homes::collect(&source, accounts.local.as_deref()),
        root_path: root_path::collect(&source),
        banners: banners::collect(&source, &platform, sshd.banner.as_deref()),
        boot: boot::collect(&source),
        kernel_modules: kernel_modules::collect(&source, &platform),
        dumps: dumps::collect(&source),
        swap: swap::collect(&source, crypto.encrypted_volumes.as_deref()),
        journal: journal::collect(&source, logging.journal_persistent),
        repositories: repositories::collect(&source, &packages.manager, &services),
        daemons: daemons::collect(&source, &ports),
        containers: containers::collect(&source, &services, &accounts),
        kubernetes: kubernetes::collect(&source),
        walk: options
            .walk
            .and_then(|limits| walk::collect(&source, &mounts, &accounts, limits)),
        accounts,
        ports,
        mounts,
        crypto,
        logging,
        platform,
        services,
        sshd,
        firewall,
        packages,
    };
    let subject = Subject {
        kind: "host".to_owned(),
        name: facts.platform.hostname.clone().unwrap_or_default(),
        platform: facts.platform.id.clone(),
        version: facts.platform.version.clone(),
    };
    Inspected {
        facts,
        unreadable: source.into_unreadable(),
        subject,
    }
}

/// Reads all facts of a host that was gathered or recorded elsewhere, as `gathered.txt` or
/// `host.json` of a bundle.
pub fn collect_bundle(bundle: &Bundle) -> Collected {
    if let Some(text) = bundle.files.get(GATHERED) {
        return collect_gathered(text, bundle.collected_at);
    }
    let Some(bytes) = bundle.files.get(RECORDED_HOST) else {
        return Collected::not_understood(Family::Linux, bundle.files.keys());
    };
    match RecordedHost::from_yaml(&String::from_utf8_lossy(bytes)) {
        Ok(host) => collect(&host, bundle.collected_at).into(),
        Err(error) => {
            let mut collected = Collected::not_understood(Family::Linux, []);
            collected.unreadable.push(Unreadable {
                what: RECORDED_HOST.to_owned(),
                why: error.to_string(),
            });
            collected
        }
    }
}

fn collect_gathered(text: &[u8], now: Timestamp) -> Collected {
    let host = GatheredHost::from_text(text);
    let mut collected = Collected::from(collect(&host, now));
    let mut note = |why: String| {
        collected.unreadable.push(Unreadable {
            what: GATHERED.to_owned(),
            why,
        });
    };
    if !host.has_ended() {
        note("ends before its end".to_owned());
    }
    if host.stray_lines() > 0 {
        note(format!("{} lines were not understood", host.stray_lines()));
    }
    collected
}

impl From<Inspected> for Collected {
    fn from(inspected: Inspected) -> Self {
        Self {
            family: Family::Linux,
            // Facts are plain structures with string keys, which JSON can always hold.
            facts: serde_json::to_value(&inspected.facts).unwrap_or_default(),
            unreadable: inspected.unreadable,
            subject: inspected.subject,
        }
    }
}
