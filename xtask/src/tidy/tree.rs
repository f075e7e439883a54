//! The files of the checkout: tracked, or new and not ignored.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{shell, workspace::Workspace};

/// All files that belong to the repository.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    // Text by path; `None` for a file that is no text.
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Self> {
        let listed = shell::read(shell::command("git", workspace.root()).args([
            // A checkout that belongs to another user, as in containers, is read all the same.
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))
        .context("tidy needs git")?;
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file that was removed and not yet committed is still listed.
            let Ok(bytes) = fs::read(workspace.path(path)) else {
                continue;
            };
            files.insert(path.to_owned(), String::from_utf8(bytes).ok());
        }
        Ok(Self {
            root: workspace.root().to_owned(),
            files,
        })
    }

    /// A tree of given files.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self {
            root: PathBuf::from("/checkout/of/somebody"),
            files: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())))
                .collect(),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// All text files, by path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// The text files whose names end so.
    pub(super) fn ending<'a>(
        &'a self,
        ends: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts()
            .filter(|(path, _)| ends.iter().any(|end| path.ends_with(end)))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// The text of one file that must be there.
    pub(super) fn expect(&self, path: &str) -> anyhow::Result<&str> {
        self.text(path)
            .with_context(|| format!("{path} is missing"))
    }

    /// Whether a file or folder of this path exists.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(next, _)| next.starts_with(&folder))
    }
}
