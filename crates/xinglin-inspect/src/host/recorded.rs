//! A host written down: files, permissions and program output, for tests of checks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Host, Kind, Metadata, Program, ReadError, RunError, WalkLimits, Walked};

/// The size of one record of `/var/log/lastlog`.
const LASTLOG_RECORD: usize = 292;

/// A host written down as YAML or JSON. What is not written down does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedHost {
    /// When it was recorded; the date of files without one.
    pub recorded_at: Timestamp,
    /// Whether it is a running machine (the default) or a tree of files.
    #[serde(default = "yes")]
    pub running: bool,
    /// Path → content.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Path → permission bits in octal; `0644` without.
    #[serde(default)]
    pub modes: BTreeMap<String, String>,
    /// Path → `uid:gid`; `0:0` without.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
    /// Path → last change.
    #[serde(default)]
    pub modified: BTreeMap<String, Timestamp>,
    /// Paths that exist and may not be read; of a directory, nothing in it may be seen.
    #[serde(default)]
    pub denied: BTreeSet<String>,
    /// Path → target of a symbolic link.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Command line → output.
    #[serde(default)]
    pub programs: BTreeMap<String, String>,
    /// Names of running processes, shown under `/proc`.
    #[serde(default)]
    pub processes: Vec<String>,
    /// Sockets that listen, such as `tcp 0.0.0.0:22`, shown under `/proc/net`.
    #[serde(default)]
    pub listening: Vec<String>,
    /// User number → last sign-in, shown as `/var/log/lastlog`.
    #[serde(default)]
    pub logins: BTreeMap<u32, Timestamp>,
}

fn yes() -> bool {
    true
}

/// A recorded host that cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Not the YAML of a recorded host.
    #[error("not a recorded host: {0}")]
    Malformed(String),
    /// A value of one field is not of its form.
    #[error("{field}: '{found}' is not {expected}")]
    BadValue {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
}

impl RecordedHost {
    /// Reads a recorded host from YAML or JSON.
    ///
    /// # Errors
    /// When the text is not one, with the place.
    pub fn from_yaml(text: &str) -> Result<Self, RecordError> {
        let host: Self = serde_saphyr::from_str(text)
            .map_err(|error| RecordError::Malformed(error.to_string()))?;
        host.completed()
    }

    /// Adds the files that stand for processes and sockets.
    ///
    /// # Errors
    /// When a socket, permission or owner is not of its form.
    pub fn completed(mut self) -> Result<Self, RecordError> {
        let bad = |field, found: &str, expected| RecordError::BadValue {
            field,
            found: found.to_owned(),
            expected,
        };
        for mode in self.modes.values() {
            u32::from_str_radix(mode, 8).map_err(|_| bad("modes", mode, "an octal number"))?;
        }
        for owner in self.owners.values() {
            parse_owner(owner).ok_or_else(|| bad("owners", owner, "uid:gid"))?;
        }
        if self.running {
            let comm = |name: &str| format!("{name}\n");
            self.files
                .insert("/proc/1/comm".to_owned(), comm("systemd"));
            for (index, name) in self.processes.iter().enumerate() {
                self.files
                    .insert(format!("/proc/{}/comm", index + 100), comm(name));
            }
            for table in ["tcp", "tcp6", "udp", "udp6"] {
                self.files.insert(
                    format!("/proc/net/{table}"),
                    "  sl  local_address rem_address   st tx_queue rx_queue\n".to_owned(),
                );
            }
        }
        for socket in &self.listening {
            let (table, line) = socket_line(socket)
                .ok_or_else(|| bad("listening", socket, "such as 'tcp 0.0.0.0:22'"))?;
            self.files
                .entry(format!("/proc/net/{table}"))
                .or_default()
                .push_str(&line);
        }
        Ok(self)
    }

    fn follow(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..8 {
            match self.links.get(&path) {
                Some(target) => path.clone_from(target),
                None => break,
            }
        }
        path
    }

    /// Whether a directory on the way to `path` is closed.
    fn is_closed(&self, path: &str) -> bool {
        self.denied.iter().any(|denied| {
            path.strip_prefix(denied.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    fn is_directory(&self, path: &str) -> bool {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        self.paths().any(|known| known.starts_with(&prefix))
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        self.files
            .keys()
            .chain(&self.denied)
            .chain(self.links.keys())
            .chain(self.modes.keys())
    }

    fn lastlog(&self, offset: u64, limit: u64) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(limit).unwrap_or(0).min(LASTLOG_RECORD)];
        let uid = u32::try_from(offset / LASTLOG_RECORD as u64).unwrap_or(u32::MAX);
        if let (Some(at), Some(start)) = (self.logins.get(&uid), bytes.first_chunk_mut::<4>()) {
            *start = u32::try_from(at.as_second()).unwrap_or(0).to_le_bytes();
        }
        bytes
    }
}

fn parse_owner(owner: &str) -> Option<(u32, u32)> {
    let (uid, gid) = owner.split_once(':')?;
    Some((uid.parse().ok()?, gid.parse().ok()?))
}

/// One line of `/proc/net/<table>` for `tcp 0.0.0.0:22`.
fn socket_line(socket: &str) -> Option<(&'static str, String)> {
    let (protocol, address) = socket.split_once(' ')?;
    let address: std::net::SocketAddr = address.parse().ok()?;
    let (table, state) = match (protocol, address.is_ipv4()) {
        ("tcp", true) => ("tcp", "0A"),
        ("tcp", false) => ("tcp6", "0A"),
        ("udp", true) => ("udp", "07"),
        ("udp", false) => ("udp6", "07"),
        _ => return None,
    };
    let octets = match address.ip() {
        std::net::IpAddr::V4(ip) => ip.octets().to_vec(),
        std::net::IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    // The kernel prints 32-bit words in the byte order of the machine.
    let (words, _) = octets.as_chunks::<4>();
    let hex: Vec<String> = words
        .iter()
        .map(|word| format!("{:08X}", u32::from_ne_bytes(*word)))
        .collect();
    let hex = hex.concat();
    let line = format!("   0: {hex}:{:04X} 00000000:0000 {state}\n", address.port());
    Some((table, line))
}

impl Host for RecordedHost {
    fn read_range(&self, path: &str, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
        if path == "/var/log/lastlog" && !self.logins.is_empty() {
            return Ok(self.lastlog(offset, limit));
        }
        let path = self.follow(path);
        if self.denied.contains(&path) || self.is_closed(&path) {
            return Err(ReadError::Denied);
        }
        let Some(text) = self.files.get(&path) else {
            return Err(if self.is_directory(&path) {
                ReadError::WrongKind
            } else {
                ReadError::NotFound
            });
        };
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let take = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(text.bytes().skip(skip).take(take).collect())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        let path = self.follow(path);
        if self.denied.contains(&path) || self.is_closed(&path) {
            return Err(ReadError::Denied);
        }
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let names: BTreeSet<String> = self
            .paths()
            .filter_map(|known| known.strip_prefix(&prefix))
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            return Err(ReadError::NotFound);
        }
        Ok(names.into_iter().collect())
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        let path = self.follow(path);
        if self.is_closed(&path) {
            return Err(ReadError::Denied);
        }
        let known = self.files.get(&path);
        let directory = self.is_directory(&path);
        let exists =
            known.is_some() || self.denied.contains(&path) || self.modes.contains_key(&path);
        if !exists && !directory {
            return Err(ReadError::NotFound);
        }
        let mode = self
            .modes
            .get(&path)
            .and_then(|mode| u32::from_str_radix(mode, 8).ok());
        let (uid, gid) = self
            .owners
            .get(&path)
            .and_then(|owner| parse_owner(owner))
            .unwrap_or((0, 0));
        Ok(Metadata {
            kind: if directory {
                Kind::Directory
            } else {
                Kind::File
            },
            mode: mode.unwrap_or(if directory { 0o755 } else { 0o644 }),
            uid,
            gid,
            size_bytes: known.map_or(0, |text| text.len() as u64),
            modified_seconds: self
                .modified
                .get(&path)
                .unwrap_or(&self.recorded_at)
                .as_second(),
        })
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        self.links.get(path).cloned().ok_or(ReadError::WrongKind)
    }

    fn run(&self, program: Program) -> Result<String, RunError> {
        if !self.running {
            return Err(RunError::NotRunning);
        }
        self.programs
            .get(program.command_line())
            .cloned()
            .ok_or(RunError::NotFound)
    }

    fn is_running(&self) -> bool {
        self.running
    }

    fn walk(
        &self,
        starts: &[String],
        limits: WalkLimits,
        visit: &mut dyn FnMut(&str, &Metadata),
    ) -> Option<Walked> {
        let mut walked = Walked::default();
        let below = |path: &str| {
            starts.iter().any(|start| {
                let start = start.trim_end_matches('/');
                path.strip_prefix(start)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let paths: BTreeSet<&String> = self.paths().collect();
        for path in paths {
            if !below(path) || path.starts_with("/proc/") || self.links.contains_key(path) {
                continue;
            }
            if walked.entries >= limits.entries {
                walked.cut_short = true;
                break;
            }
            walked.entries += 1;
            match self.metadata(path) {
                Ok(metadata) => visit(path, &metadata),
                Err(_) => walked.closed += 1,
            }
        }
        Some(walked)
    }
}
