//! What may be followed.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Component, Path, PathBuf},
};

use xinglin_ingest::DecodeAs;
use xinglin_store::logs::{self, LogInput};

use super::Logs;
use crate::{App, AppError, Code, error::Check, tasks::blocking};

/// So many are set up at most.
const MOST_INPUTS: usize = 64;
/// So many paths one has.
const MOST_PATHS: usize = 16;
/// A path may have so many bytes.
const MOST_PATH: usize = 500;
/// Where journals of systems are.
const JOURNALS: [&str; 2] = ["/var/log/journal", "/run/log/journal"];

impl App {
    /// Refuses what must not be followed, and what is followed already.
    pub(super) async fn check_log_input(
        &self,
        logs: &Logs,
        input: &mut LogInput,
        parser: Option<&str>,
    ) -> Result<(), AppError> {
        for path in &mut input.paths {
            *path = path.trim().to_owned();
        }
        let roots = logs.inputs.roots.get().cloned().unwrap_or_default();
        let data = self.config().data_dir.clone();
        let looked_at = input.clone();
        let mut check = blocking(move || {
            let mut check = Check::default();
            check_count(&mut check, &looked_at);
            for path in &looked_at.paths {
                let Some(folder) = check_path(&mut check, &looked_at, path) else {
                    continue;
                };
                // What may be read elsewhere the agent there knows.
                if looked_at.agent_id.is_none() {
                    check_place(&mut check, &looked_at, (path, &folder), &roots, &data);
                }
            }
            check
        })
        .await?;
        let is_known = DecodeAs::of_word(&input.encoding).is_some();
        let encodings = "auto, utf-8, gb18030, utf-16le or utf-16be";
        check.expect(is_known, "encoding", &input.encoding, encodings);
        if let Some(parser) = parser {
            let is_known = logs.parsers.has(parser);
            check.expect(is_known, "parser", parser, "the name of a parser");
        }
        let inputs = logs::list_inputs(self.store().db()).await?;
        let mut others = inputs.iter().filter(|other| other.id != input.id);
        let is_room = others.clone().count() < MOST_INPUTS;
        let most = format!("at most {MOST_INPUTS} of them");
        check.expect(is_room, "paths", "", &most);
        check.finish()?;
        let is_same = |other: &&LogInput| {
            let mut paths = input.paths.iter();
            let is_shared = paths.any(|path| other.paths.contains(path));
            let is_both_system = input.paths.is_empty() && other.paths.is_empty();
            let is_same_host = other.agent_id == input.agent_id;
            is_same_host && other.kind == input.kind && (is_shared || is_both_system)
        };
        match others.find(is_same) {
            None => Ok(()),
            Some(other) => {
                let found = other.paths.join(", ");
                let expected = "paths that are not followed already";
                Err(AppError::new(Code::InvalidInput).field("paths", found, expected))
            }
        }
    }
}

fn check_count(check: &mut Check, input: &LogInput) {
    let count = input.paths.len();
    let found = count.to_string();
    match input.kind.as_str() {
        "file" => {
            let expected = format!("1 to {MOST_PATHS} paths");
            check.expect(
                (1..=MOST_PATHS).contains(&count),
                "paths",
                &found,
                &expected,
            );
        }
        "journal" => check.expect(count <= 1, "paths", &found, "one folder or none"),
        kind => check.expect(false, "kind", kind, "file or journal"),
    }
}

/// The part of a path that stands for itself, where it is one that may be meant.
fn check_path(check: &mut Check, input: &LogInput, path: &str) -> Option<PathBuf> {
    let is_plain = path.len() <= MOST_PATH && !path.chars().any(char::is_control);
    let expected = format!("at most {MOST_PATH} bytes on one line");
    check.expect(is_plain, "paths", path, &expected);
    let Some(folder) = before_wildcards(path) else {
        check.expect(false, "paths", path, "an absolute path without `..`");
        return None;
    };
    if input.kind == "journal" {
        let is_folder = folder == Path::new(path);
        check.expect(is_folder, "paths", path, "a folder, without `*` or `?`");
    }
    Some(folder)
}

/// Whether this server may read there.
fn check_place(
    check: &mut Check,
    input: &LogInput,
    (path, folder): (&str, &Path),
    roots: &[PathBuf],
    data: &Path,
) {
    let mut roots = roots.to_vec();
    if input.kind == "journal" {
        roots.extend(JOURNALS.map(PathBuf::from));
    }
    let place = real(folder);
    let is_ours = place.starts_with(real(data));
    let expected = "a path outside of the data folder of this program";
    check.expect(!is_ours, "paths", path, expected);
    let is_within = roots.iter().any(|root| place.starts_with(real(root)));
    if !is_ours && !is_within {
        let names: Vec<_> = roots.iter().map(|root| root.to_string_lossy()).collect();
        let expected = match names.as_slice() {
            [] => "nothing: this server follows no files".to_owned(),
            names => format!("a path below {}", names.join(" or ")),
        };
        check.expect(false, "paths", path, &expected);
    }
}

/// The part of a path that stands for itself; none where it is not absolute.
fn before_wildcards(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let has_parents = path.components().any(|part| part == Component::ParentDir);
    if !path.is_absolute() || has_parents {
        return None;
    }
    let is_literal = |name: &OsStr| !name.as_bytes().iter().any(|byte| b"*?".contains(byte));
    let parts = path.components();
    Some(
        parts
            .take_while(|part| is_literal(part.as_os_str()))
            .collect(),
    )
}

/// Where a path leads, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for there in path.ancestors() {
        if let Ok(real) = fs::canonicalize(there) {
            let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            };
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_paths_are_taken() {
        let before = |path: &str| before_wildcards(path);
        assert_eq!(before("/var/log/*/a.log"), Some("/var/log".into()));
        assert_eq!(before("/var/log/a.log"), Some("/var/log/a.log".into()));
        assert_eq!(before("var/log"), None);
        assert_eq!(before("/var/log/../../etc/shadow"), None);
    }

    #[test]
    fn links_are_seen_through() {
        let folder = tempfile::tempdir().unwrap();
        let here = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(here.join("data")).unwrap();
        std::os::unix::fs::symlink(here.join("data"), here.join("link")).unwrap();
        assert_eq!(real(&here.join("link/x/y")), here.join("data/x/y"));
        assert_eq!(real(&here.join("link")), here.join("data"));
    }
}
