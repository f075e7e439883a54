//! Where root's shell looks for programs.

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// Where root's shell looks for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RootPath {
    /// The directories that start files and `login.defs` name, each once; `null` when one of
    /// the files cannot be read.
    pub directories: Option<Vec<Directory>>,
}

/// A directory of the search path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Directory {
    /// As written, with root's home for `$HOME` and `~`; `.` for an empty part.
    pub path: String,
    /// Whether it begins with `/`: any other depends on where root happens to be.
    pub absolute: bool,
    /// Whether someone other than root may put programs into it; `null` when it is not there
    /// or cannot be seen.
    pub open: Option<bool>,
    /// The file that names it.
    pub file: String,
}

/// The parts of every `PATH=` in a start file; variables other than `HOME` are left out.
pub fn parse(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('#') {
            continue;
        }
        let Some((before, value)) = line.split_once("PATH=") else {
            continue;
        };
        // `MANPATH=` and `LD_LIBRARY_PATH=` are others.
        if before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let value = value.trim_start_matches(['"', '\'']);
        let value: String = value
            .chars()
            .take_while(|c| !matches!(c, '"' | '\'' | ' ' | '\t' | ';' | '&'))
            .collect();
        for part in value.split(':') {
            let part = part
                .replace("${HOME}", "/root")
                .replace("$HOME", "/root")
                .replacen("~/", "/root/", usize::from(part.starts_with("~/")));
            if part.is_empty() {
                parts.push(".".to_owned());
            } else if !part.contains(['$', '`', '(']) {
                parts.push(part);
            }
        }
    }
    parts
}

pub(super) fn collect(source: &Source<'_>) -> RootPath {
    RootPath {
        directories: directories(source),
    }
}

fn directories(source: &Source<'_>) -> Option<Vec<Directory>> {
    let mut found: Vec<Directory> = Vec::new();
    let mut add = |file: &str, parts: Vec<String>| {
        for path in parts {
            if found.iter().any(|known| known.path == path) {
                continue;
            }
            let absolute = path.starts_with('/');
            found.push(Directory {
                open: absolute.then(|| is_open(source, &path)).flatten(),
                absolute,
                path,
                file: file.to_owned(),
            });
        }
    };
    for file in [
        "/etc/environment",
        "/etc/profile",
        "/root/.bash_profile",
        "/root/.bashrc",
        "/root/.profile",
    ] {
        add(file, parse(&source.text(file)?));
    }
    let defaults = parse_pairs(&source.text("/etc/login.defs")?);
    if let Some(value) = defaults.get("ENV_SUPATH") {
        // Written as `PATH=/usr/sbin:/usr/bin`, or without the name.
        let value = value.strip_prefix("PATH=").unwrap_or(value);
        add("/etc/login.defs", parse(&format!("PATH={value}")));
    }
    Some(found)
}

fn is_open(source: &Source<'_>, path: &str) -> Option<bool> {
    let metadata = source.metadata_quietly(path).ok()?;
    let by_group = metadata.mode & 0o020 != 0 && metadata.gid != 0;
    Some(metadata.mode & 0o002 != 0 || by_group || metadata.uid != 0)
}
