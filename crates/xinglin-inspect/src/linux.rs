//! Facts of a Linux host: what is so, without any judgement of it.
//!
//! Each area is a module with its types, pure parsers of the files' text, and a `collect`
//! that reads. `None` (JSON `null`) means *not known*; that a file does not exist is a fact
//! and shows as an empty list, `false` or zero.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod crypto;
pub mod files;
pub mod firewall;
pub mod integrity;
pub mod lockout;
pub mod logging;
pub mod logrotate;
pub mod mounts;
pub mod packages;
pub mod pam;
pub mod password;
pub mod platform;
pub mod ports;
pub mod schedule;
pub mod services;
pub mod session;
pub mod shares;
pub mod sources;
pub mod sshd;
pub mod sudo;
pub mod sysctl;
pub mod time;

mod source;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    bundle::Bundle,
    family::Family,
    host::{GatheredHost, Host, RecordedHost},
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
    let source = Source::new(host, now);
    let platform = platform::collect(&source);
    let services = services::collect(&source);
    let sshd = sshd::collect(&source, &platform);
    let firewall = firewall::collect(&source, &services);
    let packages = packages::collect(&source);
    let facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Linux,
        collected_on: now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        accounts: accounts::collect(&source),
        password: password::collect(&source, &platform),
        lockout: lockout::collect(&source),
        session: session::collect(&source),
        sudo: sudo::collect(&source),
        ports: ports::collect(&source),
        sources: sources::collect(&source, &platform, &sshd, &firewall),
        sysctl: sysctl::collect(&source),
        files: files::collect(&source),
        access: access::collect(&source),
        audit: audit::collect(&source, &services),
        logging: logging::collect(&source, &services),
        time: time::collect(&source, &services),
        mounts: mounts::collect(&source),
        crypto: crypto::collect(&source),
        shares: shares::collect(&source),
        schedule: schedule::collect(&source),
        integrity: integrity::collect(&source),
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
