//! The texts of a bundle: decoded, named by absolute paths, found by patterns.

use std::collections::BTreeMap;

use crate::{
    bundle::{Bundle, decode},
    subject::Unreadable,
};

/// Larger files are no configuration.
const FILE_LIMIT: usize = 8 << 20;
/// More messages than this say nothing new.
const UNREADABLE_LIMIT: usize = 200;
/// The folders that a path on a host begins with; any other first folder, shared by all
/// files, is the one they were packed in.
const TOP_FOLDERS: [&str; 17] = [
    "app", "apps", "bea", "data", "etc", "home", "inetpub", "mnt", "opt", "oracle", "root", "srv",
    "u01", "usr", "var", "windows", "www",
];

/// The texts of a bundle by absolute path.
#[derive(Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, String>,
    unreadable: Vec<Unreadable>,
    collected_on: String,
}

impl Files {
    /// Decodes the files of a bundle.
    pub fn of(bundle: &Bundle) -> Self {
        let day = bundle.collected_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut files = Self {
            collected_on: day.to_string(),
            ..Self::default()
        };
        let prefix = packing_folder(bundle.files.keys().map(String::as_str));
        for (name, bytes) in &bundle.files {
            let name = absolute(name);
            let name = name
                .strip_prefix(&prefix)
                .map_or(name.clone(), |rest| format!("/{rest}"));
            if bytes.len() > FILE_LIMIT {
                files.refuse(&name, "larger than 8 MiB");
            } else {
                files
                    .texts
                    .insert(name, decode(bytes).replace("\r\n", "\n"));
            }
        }
        files
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }

    /// All paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Paths whose last components are those of `suffix`, whatever their case, shortest first.
    pub fn ending_with(&self, suffix: &str) -> Vec<String> {
        let suffix = format!("/{}", suffix.trim_start_matches('/')).to_lowercase();
        let mut found: Vec<String> = self
            .paths()
            .filter(|path| path.to_lowercase().ends_with(&suffix))
            .map(str::to_owned)
            .collect();
        found.sort_by_key(|path| (path.len(), path.clone()));
        found
    }

    /// The first file whose text `holds` says yes to, with its path.
    pub fn find(&self, holds: impl Fn(&str) -> bool) -> Option<(String, String)> {
        let (path, text) = self.texts.iter().find(|(_, text)| holds(text))?;
        Some((path.clone(), text.clone()))
    }

    /// Whether a folder holds files beside `main` and the evidence, so that all of it was
    /// gathered.
    pub fn has_others_below(&self, folder: &str, main: &str) -> bool {
        let below = format!("{}/", folder.trim_end_matches('/'));
        self.paths().any(|path| {
            let evidence = path
                .rsplit_once('.')
                .is_some_and(|(_, extension)| extension == "txt");
            path != main && !evidence && path.starts_with(&below)
        })
    }

    /// Adds the files that a dump such as that of `nginx -T` holds.
    pub fn add(&mut self, path: &str, text: String) {
        self.texts.entry(absolute(path)).or_insert(text);
    }

    /// The files that a pattern with `*` and `?` names, in order.
    ///
    /// Where a bundle holds only the tail of the host's paths, leading folders of the pattern
    /// are dropped until something is found, as long as a folder and a name remain.
    pub fn matching(&self, pattern: &str) -> Vec<String> {
        let pattern = absolute(pattern);
        let wanted: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
        let mut found: Vec<String> = Vec::new();
        let mut longest = 0;
        for path in self.paths() {
            let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
            let Some(dropped) = wanted.len().checked_sub(parts.len()) else {
                continue;
            };
            if parts.len() < longest || (dropped > 0 && parts.len() < 2) {
                continue;
            }
            if matches_parts(wanted.get(dropped..).unwrap_or_default(), &parts) {
                if parts.len() > longest {
                    longest = parts.len();
                    found.clear();
                }
                found.push(path.to_owned());
            }
        }
        found
    }

    /// Notes that something could not be read.
    pub fn refuse(&mut self, what: &str, why: &str) {
        if self.unreadable.len() < UNREADABLE_LIMIT {
            self.unreadable.push(Unreadable {
                what: what.to_owned(),
                why: why.to_owned(),
            });
        }
    }

    /// The host's name, where a file `hostname` or `hostname.txt` says it.
    pub fn host_name(&self) -> Option<String> {
        let path = ["hostname", "hostname.txt"]
            .iter()
            .find_map(|name| self.ending_with(name).into_iter().next())?;
        let name = self.texts.get(&path)?.lines().next()?.trim();
        (!name.is_empty()).then(|| name.chars().take(100).collect())
    }

    /// The date of collection (UTC).
    pub fn collected_on(&self) -> &str {
        &self.collected_on
    }

    /// What could not be read.
    pub fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable
    }
}

/// A path with slashes and without dots at its start: `./etc/a`, `etc/a` → `/etc/a`,
/// `C:\inetpub\a` → `/inetpub/a`.
pub fn absolute(name: &str) -> String {
    let name = name.replace('\\', "/");
    let name = match name.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => &name,
    };
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// The folder of a path, without the slash at its end.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder that everything was packed in, as `/name/`; not to be found in any path
/// where there is none.
fn packing_folder<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const NONE: &str = "\0";
    let mut shared: Option<String> = None;
    for name in names {
        let name = absolute(name);
        let Some((first, _)) = name.trim_start_matches('/').split_once('/') else {
            // Evidence such as permissions.txt lies beside the packed folder.
            continue;
        };
        if TOP_FOLDERS.contains(&first.to_lowercase().as_str()) || first == "conf" {
            return NONE.to_owned();
        }
        match &shared {
            Some(shared) if shared != first => return NONE.to_owned(),
            _ => shared = Some(first.to_owned()),
        }
    }
    shared.map_or_else(|| NONE.to_owned(), |shared| format!("/{shared}/"))
}

/// Whether a path is one that a pattern names; `*` and `?` do not go beyond a slash.
pub fn matches_pattern(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    matches_parts(&pattern, &path)
}

fn matches_parts(pattern: &[&str], path: &[&str]) -> bool {
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(path)
            .all(|(pattern, part)| matches_part(pattern, part))
}

/// Wildcards by the greedy method with one step back, which is never worse than quadratic.
fn matches_part(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&character) = text.get(at_text) {
        match pattern.get(at_pattern) {
            Some('*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == character => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((star_pattern, star_text)) = star else {
                    return false;
                };
                star = Some((star_pattern, star_text + 1));
                at_pattern = star_pattern + 1;
                at_text = star_text + 1;
            }
        }
    }
    pattern.iter().skip(at_pattern).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Files {
        let mut files = Files::default();
        for path in paths {
            files.add(path, String::new());
        }
        files
    }

    #[test]
    fn a_pattern_names_files_by_as_many_of_its_last_folders_as_there_are() {
        let gathered = files(&[
            "/a.conf",
            "/sites/a.conf",
            "/sites/b.conf",
            "/nginx/sites/a.conf",
        ]);
        for (pattern, found) in [
            ("/etc/nginx/sites/*.conf", &["/nginx/sites/a.conf"][..]),
            ("/srv/sites/?.conf", &["/sites/a.conf", "/sites/b.conf"]),
            ("/srv/sites/b.*", &["/sites/b.conf"]),
            ("/a.conf", &["/a.conf"]),
            // A name alone is too little to go by.
            ("/srv/a.conf", &[]),
            ("/", &[]),
        ] {
            assert_eq!(gathered.matching(pattern), found, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_many_folders_takes_no_longer_than_it_is() {
        let gathered = files(&["/etc/a.conf"]);
        let pattern = "/*.d".repeat(200_000);
        let started = std::time::Instant::now();
        assert_eq!(gathered.matching(&pattern), Vec::<String>::new());
        assert_eq!(
            gathered.matching(&format!("{pattern}/etc/*.conf")),
            ["/etc/a.conf"]
        );
        assert!(started.elapsed().as_secs() < 10);
    }
}
