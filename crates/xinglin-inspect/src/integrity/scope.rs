//! Which files are looked at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::host::Host;

/// As many links as are followed on the way to a place that is looked at.
const MOST_LINKS: usize = 8;

/// Which files are looked at. A hospital writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Files and directories; of a directory, everything below it. In a name on the way, `*`
    /// stands for any characters: `/home/*/.ssh`.
    pub include: Vec<String>,
    /// What is left out of them: paths with all that is below, or patterns in which `*` stands
    /// for any characters.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Larger files are judged by size and date alone.
    #[serde(default = "largest_bytes")]
    pub largest_bytes: u64,
    /// At most so many entries.
    #[serde(default = "most_entries")]
    pub most_entries: usize,
}

fn largest_bytes() -> u64 {
    64 << 20
}

fn most_entries() -> usize {
    200_000
}

impl Scope {
    /// These files and directories, nothing left out.
    pub fn of<'a>(include: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            include: include.into_iter().map(str::to_owned).collect(),
            exclude: Vec::new(),
            largest_bytes: largest_bytes(),
            most_entries: most_entries(),
        }
    }

    /// What the parameters `integrity_include` and `integrity_exclude` of a policy name; `None`
    /// when it has no such parameters.
    pub fn of_policy(policy: &serde_json::Value) -> Option<Self> {
        let words = |key: &str| -> Option<Vec<String>> {
            let items = policy.get(key)?.as_array()?.iter();
            Some(
                items
                    .filter_map(|item| item.as_str())
                    .map(str::to_owned)
                    .collect(),
            )
        };
        let include = words("integrity_include").filter(|include| !include.is_empty())?;
        Some(Self {
            include,
            exclude: words("integrity_exclude").unwrap_or_default(),
            ..Self::of([])
        })
    }

    /// Whether `path` is looked at.
    pub fn covers(&self, path: &str) -> bool {
        let included = self.include.iter().any(|start| is_below(path, start));
        included && !self.leaves_out(path)
    }

    /// Whether `path` lies on the way to something that is looked at.
    pub fn leads_to(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.include.iter().any(|start| {
            let mut names = start.trim_end_matches('/').split('/');
            let mut on_the_way = path.split('/');
            let agrees =
                on_the_way.all(|name| names.next().is_some_and(|own| matches_name(own, name)));
            agrees && names.next().is_some()
        })
    }

    /// Where looking begins on `host`: what is included, with `*` put in place, and each place
    /// by one name only, where a link on the way gives it two.
    pub(super) fn starts(&self, host: &dyn Host) -> Vec<String> {
        let mut starts = BTreeSet::new();
        for include in &self.include {
            for place in expand(host, include) {
                let real = real_place(host, &place);
                starts.insert(if self.covers(&real) { real } else { place });
            }
        }
        starts.into_iter().collect()
    }

    /// The folders outside of what is looked at in which it can appear or be replaced.
    pub(super) fn folders_on_the_way(&self, host: &dyn Host) -> BTreeSet<String> {
        let mut folders = BTreeSet::new();
        for include in self.include.iter().filter(|include| include.contains('*')) {
            for (at, _) in include.match_indices('/') {
                let (before, after) = include.split_at_checked(at).unwrap_or_default();
                let name = after.trim_start_matches('/').split('/').next();
                if name.is_some_and(|name| name.contains('*')) {
                    folders.extend(expand(host, before));
                }
            }
        }
        for start in self.starts(host) {
            let mut place = start.as_str();
            while let Some((parent, _)) = place.rsplit_once('/') {
                place = parent;
                if parent.is_empty() || host.list(parent).is_ok() {
                    break;
                }
            }
            folders.insert(place.to_owned());
        }
        let named = folders.into_iter().map(|folder| {
            if folder.is_empty() {
                "/".to_owned()
            } else {
                folder
            }
        });
        named.filter(|folder| host.list(folder).is_ok()).collect()
    }

    pub(super) fn leaves_out(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| {
            if pattern.contains('*') {
                matches(pattern, path)
            } else {
                is_below(path, pattern)
            }
        })
    }
}

/// Whether `path` is `start`, or lies below it.
fn is_below(path: &str, start: &str) -> bool {
    let start = start.trim_end_matches('/');
    if !start.contains('*') {
        return path
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    let mut names = path.split('/');
    start
        .split('/')
        .all(|own| names.next().is_some_and(|name| matches_name(own, name)))
}

fn matches_name(own: &str, name: &str) -> bool {
    if own.contains('*') {
        !name.is_empty() && matches(own, name)
    } else {
        own == name
    }
}

/// The places that `include` names on this host.
fn expand(host: &dyn Host, include: &str) -> Vec<String> {
    let mut places = vec![String::new()];
    for own in include.split('/').filter(|name| !name.is_empty()) {
        places = places
            .into_iter()
            .flat_map(|place| {
                if !own.contains('*') {
                    return vec![format!("{place}/{own}")];
                }
                let folder = if place.is_empty() { "/" } else { &place };
                let names = host.list(folder).unwrap_or_default();
                let fitting = names.iter().filter(|name| matches_name(own, name));
                fitting.map(|name| format!("{place}/{name}")).collect()
            })
            .collect();
    }
    places
}

/// `path` with the links on the way to it, not itself, put in place.
fn real_place(host: &dyn Host, path: &str) -> String {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let on_the_way = path.match_indices('/').skip(1).map(|(at, _)| at);
        let found = on_the_way.into_iter().find_map(|at| {
            let (folder, rest) = path.split_at_checked(at)?;
            Some((folder.to_owned(), host.link(folder).ok()?, rest.to_owned()))
        });
        let Some((folder, target, rest)) = found else {
            break;
        };
        path = match folder.rsplit_once('/') {
            _ if target.starts_with('/') => format!("{target}{rest}"),
            Some((parent, _)) => format!("{parent}/{target}{rest}"),
            None => break,
        };
    }
    path
}

/// Whether `path` is of the form of `pattern`; the last star is moved on when what follows
/// it does not fit, so that no pattern takes longer than path times pattern.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < path.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(byte) if path.get(seen) == Some(byte) => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else {
                    return false;
                };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                seen = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_are_paths_and_patterns() {
        let mut scope = Scope::of(["/etc", "/usr/bin/"]);
        scope.exclude = ["/etc/cups", "/etc/*.swp", "*/cache/*"]
            .map(str::to_owned)
            .to_vec();
        let cases = [
            ("/etc", true),
            ("/etc/passwd", true),
            ("/etcetera", false),
            ("/usr/bin/sudo", true),
            ("/usr/lib/x", false),
            ("/etc/cups/printers.conf", false),
            ("/etc/cupsd.conf", true),
            ("/etc/ssh/.sshd_config.swp", false),
            ("/etc/a/cache/b", false),
        ];
        for (path, expected) in cases {
            assert_eq!(scope.covers(path), expected, "{path}");
        }
        let mut homes = Scope::of(["/home/*/.ssh", "/etc"]);
        homes.exclude = vec!["/home/guest".to_owned()];
        for (path, covered, leads) in [
            ("/home/alice/.ssh/authorized_keys", true, false),
            ("/home/alice/.ssh", true, false),
            ("/home/alice", false, true),
            ("/home", false, true),
            ("/home/alice/notes", false, false),
            ("/home/guest/.ssh", false, false),
            ("/etc/passwd", true, false),
            ("", false, true),
        ] {
            assert_eq!(homes.covers(path), covered, "{path}");
            assert_eq!(homes.leads_to(path), leads, "{path}");
        }
        let hostile = "*a".repeat(40) + "b";
        assert!(!matches(&hostile, &"a".repeat(4_000)));
    }
}
