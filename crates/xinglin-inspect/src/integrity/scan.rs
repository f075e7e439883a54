//! Taking a baseline.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::{
    Baseline, Entry, EntryKind, FORMAT, Scope,
    owners::{Owners, Shipped},
};
use crate::{
    host::{Host, Kind, Metadata, ReadError},
    subject::Unreadable,
};

/// Files are read in pieces of this size.
const PIECE: u64 = 1 << 20;

/// Takes a baseline of the files that `scope` names on `host`.
pub fn scan(host: &dyn Host, scope: &Scope, now: Timestamp) -> Baseline {
    let owners = Owners::read(host, scope);
    let mut baseline = Baseline {
        format: FORMAT.to_owned(),
        taken_at: now,
        scope: scope.clone(),
        entries: BTreeMap::new(),
        packages: BTreeMap::new(),
        unreadable: Vec::new(),
        cut_short: false,
    };
    for start in scope.starts(host) {
        baseline.look_below(host, &owners, start);
    }
    baseline
}

impl Baseline {
    /// Takes in what is at `start` and below it.
    pub(super) fn look_below(&mut self, host: &dyn Host, owners: &Owners, start: String) {
        let scope = self.scope.clone();
        let mut pending = VecDeque::from([start]);
        while let Some(path) = pending.pop_front() {
            if scope.leaves_out(&path) || self.entries.contains_key(&path) {
                continue;
            }
            if self.entries.len() >= scope.most_entries {
                self.cut_short = true;
                break;
            }
            let entry = match look(host, &scope, &path, owners) {
                Ok(Some(entry)) => entry,
                Ok(None) => continue,
                Err(error) => {
                    self.note(&path, &error);
                    continue;
                }
            };
            if entry.kind == EntryKind::Directory {
                match host.list(&path) {
                    Ok(names) => pending.extend(names.iter().map(|name| format!("{path}/{name}"))),
                    Err(error) => self.note(&path, &error),
                }
            }
            self.put(path, entry, owners);
        }
    }

    /// Keeps what is at `path`, with the version of the package that owns it.
    pub(super) fn put(&mut self, path: String, entry: Entry, owners: &Owners) {
        if let Some(package) = &entry.package
            && let Some(version) = owners.version(package)
        {
            self.packages.insert(package.clone(), version.to_owned());
        }
        self.entries.insert(path, entry);
    }

    fn note(&mut self, path: &str, error: &ReadError) {
        self.unreadable.push(Unreadable {
            what: path.to_owned(),
            why: error.to_string(),
        });
    }
}

/// What is at `path`; `Ok(None)` when nothing is.
pub(super) fn look(
    host: &dyn Host,
    scope: &Scope,
    path: &str,
    owners: &Owners,
) -> Result<Option<Entry>, ReadError> {
    let shipped = owners.of(path);
    let package = shipped.map(|shipped| shipped.package.clone());
    if let Ok(target) = host.link(path) {
        return Ok(Some(Entry {
            kind: EntryKind::Link,
            mode: String::new(),
            uid: 0,
            gid: 0,
            size_bytes: 0,
            modified_seconds: 0,
            sha256: None,
            target: Some(target),
            package,
            as_packaged: None,
        }));
    }
    let metadata = match host.metadata(path) {
        Ok(metadata) => metadata,
        Err(ReadError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_file = metadata.kind == Kind::File;
    let digests = if is_file && metadata.size_bytes <= scope.largest_bytes {
        digests(host, path, &metadata, shipped)?
    } else {
        None
    };
    Ok(Some(Entry {
        kind: match metadata.kind {
            Kind::File => EntryKind::File,
            Kind::Directory => EntryKind::Directory,
            Kind::Other => EntryKind::Other,
        },
        mode: format!("{:04o}", metadata.mode),
        uid: metadata.uid,
        gid: metadata.gid,
        size_bytes: if is_file { metadata.size_bytes } else { 0 },
        modified_seconds: if is_file {
            metadata.modified_seconds
        } else {
            0
        },
        as_packaged: digests.as_ref().and_then(|digests| {
            let shipped = shipped?;
            match (&shipped.sha256, &shipped.md5) {
                (Some(digest), _) => Some(*digest == digests.sha256),
                (None, Some(digest)) => digests.md5.as_ref().map(|md5| md5 == digest),
                (None, None) => None,
            }
        }),
        sha256: digests.map(|digests| digests.sha256),
        target: None,
        package,
    }))
}

struct Digests {
    sha256: String,
    /// Only where the package manager has nothing better.
    md5: Option<String>,
}

/// The digests of a file; `Ok(None)` when it grew beyond what it was while it was read.
fn digests(
    host: &dyn Host,
    path: &str,
    metadata: &Metadata,
    shipped: Option<&Shipped>,
) -> Result<Option<Digests>, ReadError> {
    let mut sha256 = Sha256::new();
    let mut md5 = shipped
        .is_some_and(|shipped| shipped.sha256.is_none() && shipped.md5.is_some())
        .then(Md5::new);
    let mut offset = 0;
    loop {
        let piece = host.read_range(path, offset, PIECE)?;
        sha256.update(&piece);
        if let Some(md5) = &mut md5 {
            md5.update(&piece);
        }
        let length = piece.len() as u64;
        offset += length;
        if length < PIECE {
            break;
        }
        if offset > metadata.size_bytes.saturating_add(PIECE) {
            return Ok(None);
        }
    }
    Ok(Some(Digests {
        sha256: hex::encode(sha256.finalize()),
        md5: md5.map(|md5| hex::encode(md5.finalize())),
    }))
}
