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
use serde::{Deserialize, Serialize};

use crate::host::Host;
use source::Source;

/// The version of the facts' form.
pub const FORMAT: &str = "xinglin.facts/1";

/// Everything known of one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FORMAT`].
    pub format: &'static str,
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

/// What an inspection is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Always `host` for now.
    pub kind: String,
    /// The host's name.
    pub name: String,
    /// The distribution's identifier, such as `debian`.
    pub platform: String,
    /// Its release.
    pub version: String,
}

/// Something that exists and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// A path or a command line.
    pub what: String,
    /// Why.
    pub why: String,
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
        format: FORMAT,
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
