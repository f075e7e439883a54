//! Which files are looked at.

use serde::{Deserialize, Serialize};

/// Which files are looked at. A hospital writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Files and directories; of a directory, everything below it.
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
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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
        let hostile = "*a".repeat(40) + "b";
        assert!(!matches(&hostile, &"a".repeat(4_000)));
    }
}
