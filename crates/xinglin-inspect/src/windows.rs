//! Facts of a Windows machine, from what the collector script writes, or from what people
//! export by hand: `secedit`, `auditpol`, `systeminfo`, `netstat`, `Get-HotFix`.
//!
//! Files are told apart by what is in them. Nothing is read that a language changes: security
//! identifiers, identifiers of audit subcategories, keys and numbers only.

pub mod accounts;
pub mod auditpol;
pub mod firewall;
pub mod logs;
pub mod password;
pub mod platform;
pub mod ports;
pub mod protection;
pub mod rights;
pub mod secedit;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod systeminfo;

mod gathered;
mod registry;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject},
};
use gathered::Gathered;
use registry::Registry;

/// Where a fact was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file, or the collector's section.
    pub file: String,
    /// Its line, counted from 1; `null` for a section.
    pub line: Option<usize>,
}

impl Origin {
    fn line(file: &str, line: usize) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
        }
    }

    fn section(section: &str) -> Self {
        Self {
            file: section.to_owned(),
            line: None,
        }
    }
}

/// Everything known of one Windows machine. `null` is not known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Windows`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// Which Windows it is.
    pub platform: platform::Platform,
    /// Local accounts and groups.
    pub accounts: accounts::Accounts,
    /// What passwords must be like.
    pub password: password::Password,
    /// What happens after failed sign-ins.
    pub lockout: password::Lockout,
    /// Privileges and logon rights, by the names Windows gives them.
    pub rights: Option<BTreeMap<String, rights::Right>>,
    /// Settings in the registry.
    pub settings: BTreeMap<&'static str, settings::Setting>,
    /// Screen savers of the users who were signed in.
    pub screen_savers: Option<Vec<sessions::ScreenSaver>>,
    /// Ways to prove who one is.
    pub credential_providers: Option<Vec<sessions::CredentialProvider>>,
    /// What is audited.
    pub audit: auditpol::Audit,
    /// Event logs.
    pub events: logs::Logs,
    /// Services.
    pub services: Option<Vec<services::Service>>,
    /// Optional components that are installed.
    pub features: Option<Vec<String>>,
    /// Installed programs.
    pub programs: Option<Vec<services::Program>>,
    /// Scheduled tasks of the hospital's own.
    pub tasks: Option<Vec<services::Task>>,
    /// Sockets that listen.
    pub ports: Option<Vec<ports::Socket>>,
    /// The firewall.
    pub firewall: firewall::Firewall,
    /// Shared folders.
    pub shares: Option<Vec<shares::Share>>,
    /// The file server.
    pub smb_server: Option<sessions::SmbServer>,
    /// Network adapters that are in use.
    pub adapters: Option<Vec<sessions::Adapter>>,
    /// SNMP communities; empty where there is no SNMP.
    pub snmp_communities: Option<Vec<sessions::Community>>,
    /// Updates.
    pub updates: protection::Updates,
    /// Malware protection.
    pub antivirus: protection::Antivirus,
    /// Volumes.
    pub volumes: Option<Vec<protection::Volume>>,
    /// Protection by virtualisation.
    pub device_guard: Option<protection::DeviceGuard>,
    /// How the clock is kept.
    pub time: sessions::Time,
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let gathered = Gathered::new(bundle);
    let facts = facts(&gathered);
    let subject = Subject {
        kind: "host".to_owned(),
        name: facts.platform.name.clone().unwrap_or_default(),
        platform: match facts.platform.server {
            Some(true) => "windows-server",
            _ => "windows",
        }
        .to_owned(),
        version: version(&facts.platform),
    };
    Collected {
        family: Family::Windows,
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(&facts).unwrap_or_default(),
        unreadable: gathered.into_unreadable(),
        subject,
    }
}

fn version(platform: &platform::Platform) -> String {
    match (platform.build, platform.revision) {
        (Some(build), Some(revision)) => format!("{build}.{revision}"),
        (Some(build), None) => build.to_string(),
        (None, _) => String::new(),
    }
}

fn facts(gathered: &Gathered<'_>) -> Facts {
    let registry = Registry::new(gathered);
    let platform = platform::collect(gathered);
    let settings = settings::collect(&registry, platform.build);
    let services = services::services(gathered);
    let firewall_runs = services.as_ref().and_then(|services| {
        let service = services
            .iter()
            .find(|service| service.name.eq_ignore_ascii_case("mpssvc"));
        service.map(|service| service.running)
    });
    let firewall = firewall::collect(gathered, &registry, firewall_runs);
    let categories_hold = settings
        .get("subcategories_hold")
        .and_then(|setting| setting.value)
        .map(|value| value == 0);
    Facts {
        format: FACTS_FORMAT,
        family: Family::Windows,
        collected_on: gathered
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .to_string(),
        accounts: accounts::collect(gathered),
        password: password::password(gathered),
        lockout: password::lockout(gathered),
        rights: rights::collect(gathered),
        screen_savers: sessions::screen_savers(&registry),
        credential_providers: sessions::credential_providers(gathered),
        audit: auditpol::collect(gathered, categories_hold),
        events: logs::collect(gathered),
        features: services::features(gathered),
        programs: services::programs(gathered),
        tasks: services::tasks(gathered),
        ports: ports::collect(gathered, &firewall),
        shares: shares::collect(gathered),
        smb_server: sessions::smb_server(gathered),
        adapters: sessions::adapters(gathered),
        snmp_communities: sessions::communities(gathered),
        updates: protection::updates(gathered),
        antivirus: protection::antivirus(gathered),
        volumes: protection::volumes(gathered),
        device_guard: protection::device_guard(gathered),
        time: sessions::time(gathered),
        platform,
        settings,
        services,
        firewall,
    }
}
