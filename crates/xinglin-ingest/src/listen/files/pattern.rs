//! Which files are meant: paths with `*` and `?`, and `**` for any folders between.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Component, Path, PathBuf},
};

use super::super::{Problem, Trouble};

/// Folders are entered so deep by `**`.
const DEEPEST: usize = 8;
/// What logs that are done are packed with.
const PACKED: [&str; 8] = ["gz", "xz", "bz2", "zst", "lz4", "zip", "Z", "7z"];

/// A pattern of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(PathBuf),
    Like(Vec<u8>),
    Any,
}

impl Pattern {
    /// An absolute path, in which names may have `*` and `?`.
    pub(super) fn new(text: &str) -> Option<Self> {
        let path = Path::new(text);
        if !path.is_absolute() {
            return None;
        }
        let mut parts = Vec::new();
        for component in path.components() {
            match component {
                Component::Normal(name) if name == "**" => parts.push(Part::Any),
                Component::Normal(name) if has_wildcard(name) => {
                    parts.push(Part::Like(name.as_bytes().to_vec()));
                }
                Component::Normal(name) => parts.push(Part::Name(name.into())),
                Component::ParentDir => return None,
                _ => {}
            }
        }
        // All that is in folders is meant files.
        if parts.last() == Some(&Part::Any) {
            parts.push(Part::Like(b"*".to_vec()));
        }
        Some(Self { parts })
    }

    /// Adds the files there are, at most `most` of them; of a folder those that are in it.
    /// Whether there are any. What cannot be looked at becomes a problem.
    pub(super) fn find(
        &self,
        most: usize,
        found: &mut BTreeSet<PathBuf>,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let mut finding = Finding {
            most,
            is_any: false,
            found,
            problems,
        };
        finding.enter(Path::new("/"), &self.parts, DEEPEST);
        finding.is_any
    }
}

fn has_wildcard(name: &OsStr) -> bool {
    let name = name.as_bytes();
    memchr::memchr2(b'*', b'?', name).is_some()
}

struct Finding<'a> {
    most: usize,
    is_any: bool,
    found: &'a mut BTreeSet<PathBuf>,
    problems: &'a mut Vec<Problem>,
}

impl Finding<'_> {
    fn enter(&mut self, folder: &Path, parts: &[Part], depth: usize) {
        if self.found.len() > self.most {
            return;
        }
        let Some((part, rest)) = parts.split_first() else {
            // The path is whole: a file, or a folder whose files are meant.
            return match fs::metadata(folder) {
                Ok(metadata) if metadata.is_dir() => self.files_of(folder),
                Ok(metadata) if metadata.is_file() => self.take(folder.to_owned()),
                Ok(_) => self.problems.push(Problem::new(folder, Trouble::NoFile)),
                Err(error) => self.failed(folder, &error),
            };
        };
        match part {
            Part::Name(name) => self.enter(&folder.join(name), rest, depth),
            Part::Like(like) => {
                for path in self.entries(folder) {
                    let name = path.file_name().unwrap_or_default().as_bytes();
                    // A folder that fits by chance is not meant.
                    let is_meant = !rest.is_empty() || is_log(&path);
                    if is_meant && fits(like, name) {
                        self.enter(&path, rest, depth);
                    }
                }
            }
            Part::Any => {
                self.enter(folder, rest, depth);
                if let Some(depth) = depth.checked_sub(1) {
                    for path in self.entries(folder) {
                        // Links would lead in circles.
                        let entry = fs::symlink_metadata(&path);
                        if entry.is_ok_and(|entry| entry.is_dir()) {
                            self.enter(&path, parts, depth);
                        }
                    }
                }
            }
        }
    }

    fn files_of(&mut self, folder: &Path) {
        for path in self.entries(folder) {
            if self.found.len() <= self.most && is_log(&path) {
                self.take(path);
            }
        }
    }

    fn take(&mut self, path: PathBuf) {
        self.is_any = true;
        self.found.insert(path);
    }

    fn entries(&mut self, folder: &Path) -> Vec<PathBuf> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.failed(folder, &error);
                return Vec::new();
            }
        };
        // Beside the files that are meant there may be some that are not.
        let entries = entries.flatten().take(self.most.saturating_mul(8));
        entries.map(|entry| entry.path()).collect()
    }

    /// What is not there may come; what fits by chance and is no folder is not meant.
    fn failed(&mut self, path: &Path, error: &io::Error) {
        let is_none = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
        if !is_none.contains(&error.kind()) {
            self.problems.push(Problem::new(path, error.kind()));
        }
    }
}

/// Whether this is a file, and not one that was packed or is hidden.
fn is_log(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    let name = path.file_name().unwrap_or_default().as_bytes();
    !name.starts_with(b".")
        && !PACKED.iter().any(|packed| ending == *packed)
        && fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether a name fits, in time that grows with the product of both lengths at worst.
fn fits(like: &[u8], name: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut last_star = None;
    while let Some(byte) = name.get(place) {
        match like.get(at) {
            Some(b'*') => {
                last_star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == byte => {
                at += 1;
                place += 1;
            }
            _ => match last_star {
                Some((star, taken)) => {
                    last_star = Some((star, taken + 1));
                    at = star + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    like.get(at..)
        .unwrap_or_default()
        .iter()
        .all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit() {
        for (like, name, expected) in [
            ("*.log", "a.log", true),
            ("*.log", "a.log.1", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?.log", ".log", false),
            ("access*", "access", true),
            ("*", "", true),
        ] {
            assert_eq!(
                fits(like.as_bytes(), name.as_bytes()),
                expected,
                "{like} {name}"
            );
        }
    }

    #[test]
    fn files_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        fs::create_dir_all(here.join("a/b")).unwrap();
        for name in [
            "x.log",
            "x.log.1",
            "x.log.2.gz",
            ".x.log",
            "a/y.log",
            "a/b/z.log",
        ] {
            fs::write(here.join(name), "x").unwrap();
        }
        let find = |text: &str| {
            let mut found = BTreeSet::new();
            let pattern = Pattern::new(&format!("{}{text}", here.display())).unwrap();
            let mut problems = Vec::new();
            let is_any = pattern.find(100, &mut found, &mut problems);
            assert_eq!((is_any, problems), (!found.is_empty(), Vec::new()));
            let names = found.iter().map(|path| path.strip_prefix(here).unwrap());
            names
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(find("/x.log"), ["x.log"]);
        assert_eq!(find("/*.log*"), ["x.log", "x.log.1"]);
        assert_eq!(find(""), ["x.log", "x.log.1"]);
        assert_eq!(find("/*/?.log"), ["a/y.log"]);
        assert_eq!(find("/**/*.log"), ["a/b/z.log", "a/y.log", "x.log"]);
        assert_eq!(find("/nowhere/*"), Vec::<String>::new());
        for wrong in ["x.log", "/a/../b"] {
            assert_eq!(Pattern::new(wrong), None);
        }
    }
}
