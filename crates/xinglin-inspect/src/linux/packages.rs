//! Installed packages.

use serde::Serialize;

use super::source::Source;
use crate::host::{PACKAGE_DATABASE_LIMIT, Program};

const DPKG_STATUS: &str = "/var/lib/dpkg/status";

/// Installed packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packages {
    /// `dpkg`, `rpm`, or empty when neither is there.
    pub manager: String,
    /// What is installed, in the order of the database.
    pub installed: Option<Vec<Package>>,
    /// Days since a package was last installed, updated or removed.
    pub changed_days_ago: Option<i64>,
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version with epoch and release.
    pub version: String,
    /// Its architecture.
    pub arch: String,
    /// The source package that advisories name; empty when it is the package itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Reads `/var/lib/dpkg/status`.
pub fn parse_dpkg(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut package = Package::default();
    let mut installed = false;
    for line in text.lines().chain(std::iter::once("")) {
        if line.is_empty() {
            let finished = std::mem::take(&mut package);
            if installed && !finished.name.is_empty() {
                packages.push(finished);
            }
            installed = false;
            continue;
        }
        // Continuations of long fields begin with a space and are of no interest.
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        match key {
            "Package" => value.clone_into(&mut package.name),
            "Version" => value.clone_into(&mut package.version),
            "Architecture" => value.clone_into(&mut package.arch),
            "Source" => value.clone_into(&mut package.source),
            "Status" => installed = value.ends_with(" installed"),
            _ => {}
        }
    }
    packages
}

/// Reads the output of `rpm -qa` in our format.
pub fn parse_rpm(text: &str) -> Vec<Package> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let package = Package {
                name: fields.next()?.to_owned(),
                version: fields.next()?.to_owned(),
                arch: fields.next()?.to_owned(),
                source: fields
                    .next()
                    .filter(|source| *source != "(none)")
                    .unwrap_or_default()
                    .to_owned(),
            };
            // Imported signing keys are listed as packages.
            (!package.name.is_empty() && package.name != "gpg-pubkey").then_some(package)
        })
        .collect()
}

pub(super) fn collect(source: &Source<'_>) -> Packages {
    const RPM_DATABASES: [&str; 4] = [
        "/var/lib/rpm/rpmdb.sqlite",
        "/var/lib/rpm/Packages.db",
        "/var/lib/rpm/Packages",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite",
    ];
    let changed = |path: &str| {
        source
            .metadata(path)
            .flatten()
            .map(|metadata| source.days_since(metadata.modified_seconds))
    };
    if source.exists(DPKG_STATUS) {
        let text = source
            .text_up_to(DPKG_STATUS, PACKAGE_DATABASE_LIMIT)
            .flatten();
        return Packages {
            manager: "dpkg".to_owned(),
            installed: text.map(|text| parse_dpkg(&text)),
            changed_days_ago: changed(DPKG_STATUS),
        };
    }
    let databases: Vec<&str> = RPM_DATABASES
        .into_iter()
        .filter(|path| source.exists(path))
        .collect();
    if databases.is_empty() {
        return Packages {
            manager: String::new(),
            installed: None,
            changed_days_ago: None,
        };
    }
    if !source.is_running() {
        source.remember(
            "rpm database",
            "read only by the rpm program of a running host",
        );
    }
    Packages {
        manager: "rpm".to_owned(),
        installed: source
            .run(Program::RpmPackages)
            .map(|text| parse_rpm(&text)),
        changed_days_ago: databases.into_iter().filter_map(changed).min(),
    }
}
