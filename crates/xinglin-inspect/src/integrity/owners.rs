//! Which package owns a file, and what the package manager says it should be.

use std::collections::{BTreeMap, BTreeSet};

use super::Scope;
use crate::{
    host::{FILE_LIMIT, Host, PACKAGE_DATABASE_LIMIT, Program},
    linux::packages,
};

const DPKG: &str = "/var/lib/dpkg";
/// What package managers write to while they work.
const DATABASES: [&str; 8] = [
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/updates",
    "/var/lib/dpkg/info",
    "/var/lib/rpm/rpmdb.sqlite",
    "/var/lib/rpm/rpmdb.sqlite-wal",
    "/usr/lib/sysimage/rpm/rpmdb.sqlite",
    "/var/lib/rpm/Packages.db",
    "/var/lib/rpm/Packages",
];

/// Size and date of each package database: another one, when packages changed.
pub(super) type Stamp = Vec<Option<(u64, i64)>>;

/// The owners of the files of a scope.
#[derive(Debug, Clone, Default)]
pub(super) struct Owners {
    files: BTreeMap<String, Shipped>,
    versions: BTreeMap<String, String>,
    merged: bool,
}

/// A file as its package brought it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shipped {
    /// The package.
    pub(super) package: String,
    /// The digest of its content, where the package manager keeps one of this kind.
    pub(super) sha256: Option<String>,
    /// Likewise.
    pub(super) md5: Option<String>,
}

impl Owners {
    /// Reads the owners of what `scope` covers; empty where no package manager is known.
    pub(super) fn read(host: &dyn Host, scope: &Scope) -> Self {
        let text = |path: &str, limit: u64| {
            let bytes = host.read_range(path, 0, limit).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        let mut owners = Self {
            // With merged /usr the package may know a file by the old name of its directory.
            merged: host.link("/bin").is_ok(),
            ..Self::default()
        };
        if let Some(status) = text(&format!("{DPKG}/status"), PACKAGE_DATABASE_LIMIT) {
            let installed = packages::parse_dpkg(&status);
            owners.versions = installed
                .into_iter()
                .map(|package| (package.name, package.version))
                .collect();
            let folder = format!("{DPKG}/info");
            for name in host.list(&folder).unwrap_or_default() {
                // A package of a foreign architecture has it behind a colon.
                let stem = |suffix: &str| {
                    let stem = name.strip_suffix(suffix)?;
                    Some(stem.split(':').next().unwrap_or(stem).to_owned())
                };
                if let Some(package) = stem(".list") {
                    let list = text(&format!("{folder}/{name}"), FILE_LIMIT).unwrap_or_default();
                    owners.add_list(scope, &package, &list);
                } else if let Some(package) = stem(".md5sums") {
                    let sums = text(&format!("{folder}/{name}"), FILE_LIMIT).unwrap_or_default();
                    owners.add_sums(scope, &package, &sums);
                }
            }
            owners.add_configuration(scope, &status);
        } else if let Ok(output) = host.run(Program::RpmFiles) {
            owners.add_rpm(scope, &output);
        }
        owners
    }

    /// What tells whether packages changed since.
    pub(super) fn stamp(host: &dyn Host) -> Stamp {
        let stamp = |path: &&str| {
            let metadata = host.metadata(path).ok()?;
            Some((metadata.size_bytes, metadata.modified_seconds))
        };
        DATABASES.iter().map(stamp).collect()
    }

    /// Who brought the file at `path`, and what it was then.
    pub(super) fn of(&self, path: &str) -> Option<&Shipped> {
        self.files.get(path).or_else(|| {
            let old = path.strip_prefix("/usr").filter(|_| self.merged)?;
            self.files.get(old)
        })
    }

    /// The version of an installed package.
    pub(super) fn version(&self, package: &str) -> Option<&str> {
        self.versions.get(package).map(String::as_str)
    }

    fn file(&mut self, scope: &Scope, package: &str, path: &str) -> Option<&mut Shipped> {
        let merged = format!("/usr{path}");
        let covered = scope.covers(path) || (self.merged && scope.covers(&merged));
        covered.then(|| {
            let shipped = self.files.entry(path.to_owned()).or_default();
            // Several packages may share a directory; a file has one owner.
            if shipped.package.is_empty() {
                package.clone_into(&mut shipped.package);
            }
            shipped
        })
    }

    fn add_list(&mut self, scope: &Scope, package: &str, list: &str) {
        for path in list.lines().filter(|path| path.len() > 1) {
            self.file(scope, package, path);
        }
    }

    /// Lines such as `d41d8cd98f00b204e9800998ecf8427e  usr/bin/x`.
    fn add_sums(&mut self, scope: &Scope, package: &str, sums: &str) {
        for line in sums.lines() {
            let Some((digest, path)) = line.split_once("  ") else {
                continue;
            };
            if let Some(shipped) = self.file(scope, package, &format!("/{path}")) {
                shipped.md5 = Some(digest.to_owned());
            }
        }
    }

    /// Digests of configuration files stand in the status: ` /etc/x digest [obsolete]`.
    fn add_configuration(&mut self, scope: &Scope, status: &str) {
        let mut package = String::new();
        for line in status.lines() {
            if let Some(name) = line.strip_prefix("Package: ") {
                name.clone_into(&mut package);
            } else if line.starts_with(" /") {
                let words: Vec<&str> = line.split_whitespace().collect();
                if let [path, digest, ..] = words.as_slice()
                    && digest.len() == 32
                    && let Some(shipped) = self.file(scope, &package, path)
                {
                    shipped.md5 = Some((*digest).to_owned());
                }
            }
        }
    }

    /// Lines of path, digest, package and version, apart by tabs.
    fn add_rpm(&mut self, scope: &Scope, output: &str) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for line in output.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [path, digest, package, version] = fields.as_slice() else {
                continue;
            };
            if seen.insert(package) {
                self.versions
                    .insert((*package).to_owned(), (*version).to_owned());
            }
            if let Some(shipped) = self.file(scope, package, path) {
                match digest.len() {
                    64 => shipped.sha256 = Some((*digest).to_owned()),
                    32 => shipped.md5 = Some((*digest).to_owned()),
                    _ => {}
                }
            }
        }
    }
}
