//! Which files are meant: paths with `*` and `?`, and `**` for any folders between.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Component, Path, PathBuf},
};

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
    pub(super) fn find(&self, most: usize, found: &mut BTreeSet<PathBuf>) {
        enter(Path::new("/"), &self.parts, DEEPEST, most, found);
    }
}

fn has_wildcard(name: &OsStr) -> bool {
    let name = name.as_bytes();
    memchr::memchr2(b'*', b'?', name).is_some()
}

fn enter(folder: &Path, parts: &[Part], depth: usize, most: usize, found: &mut BTreeSet<PathBuf>) {
    if found.len() > most {
        return;
    }
    let Some((part, rest)) = parts.split_first() else {
        // The path is whole: a file, or a folder whose files are meant.
        match fs::metadata(folder) {
            Ok(metadata) if metadata.is_file() => drop(found.insert(folder.to_owned())),
            Ok(metadata) if metadata.is_dir() => files_of(folder, most, found),
            _ => {}
        }
        return;
    };
    match part {
        Part::Name(name) => enter(&folder.join(name), rest, depth, most, found),
        Part::Like(like) => {
            for path in entries(folder, most) {
                let name = path.file_name().unwrap_or_default().as_bytes();
                // A folder that fits by chance is not meant.
                let is_meant = !rest.is_empty() || is_log(&path);
                if is_meant && fits(like, name) {
                    enter(&path, rest, depth, most, found);
                }
            }
        }
        Part::Any => {
            enter(folder, rest, depth, most, found);
            if let Some(depth) = depth.checked_sub(1) {
                for path in entries(folder, most) {
                    // Links would lead in circles.
                    let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
                    if is_folder {
                        enter(&path, parts, depth, most, found);
                    }
                }
            }
        }
    }
}

fn files_of(folder: &Path, most: usize, found: &mut BTreeSet<PathBuf>) {
    for path in entries(folder, most) {
        if found.len() <= most && is_log(&path) {
            found.insert(path);
        }
    }
}

fn entries(folder: &Path, most: usize) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    // Beside the files that are meant there may be some that are not.
    entries
        .take(most.saturating_mul(8))
        .map(|entry| entry.path())
        .collect()
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
            pattern.find(100, &mut found);
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
