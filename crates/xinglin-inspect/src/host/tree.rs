//! A system tree under a directory: a mounted disk, a container image, a backup.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
};

use super::{
    Host, Metadata, Program, ReadError, RunError, WalkLimits, Walked,
    live::{list_directory, metadata_of, read_file, read_link},
    walk::walk,
};

/// As many links as the kernel follows before it gives up.
const MAX_LINKS: usize = 40;

/// A system tree under a directory, seen from its files alone.
///
/// Symbolic links are followed as the system in the tree would follow them: an absolute
/// link starts at the tree's root, and nothing leads out of it.
#[derive(Debug, Clone)]
pub struct TreeHost {
    root: PathBuf,
}

impl TreeHost {
    /// The system under `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The real place of `path`, with every link on the way resolved inside the tree; with
    /// `last` the last component, too.
    fn resolve(&self, path: &str, last: bool) -> Result<PathBuf, ReadError> {
        let mut pending: VecDeque<String> = components(path).collect();
        let mut inside: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(component) = pending.pop_front() {
            if component == ".." {
                inside.pop();
                continue;
            }
            inside.push(component);
            if pending.is_empty() && !last {
                break;
            }
            let place = self.place(&inside);
            let is_link = fs::symlink_metadata(&place)?.is_symlink();
            if !is_link {
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(ReadError::Failed("too many symbolic links".to_owned()));
            }
            let target = read_link(&place)?;
            if target.starts_with('/') {
                inside.clear();
            } else {
                inside.pop();
            }
            for component in components(&target).collect::<Vec<_>>().into_iter().rev() {
                pending.push_front(component);
            }
        }
        Ok(self.place(&inside))
    }

    fn place(&self, inside: &[String]) -> PathBuf {
        let mut place = self.root.clone();
        place.extend(inside.iter().map(Path::new));
        place
    }
}

fn components(path: &str) -> impl Iterator<Item = String> {
    path.split('/')
        .filter(|component| !component.is_empty() && *component != ".")
        .map(str::to_owned)
}

impl Host for TreeHost {
    fn read_range(&self, path: &str, offset: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
        read_file(&self.resolve(path, true)?, offset, limit)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        list_directory(&self.resolve(path, true)?)
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        Ok(metadata_of(&fs::metadata(self.resolve(path, true)?)?))
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        read_link(&self.resolve(path, false)?)
    }

    fn run(&self, _program: Program) -> Result<String, RunError> {
        Err(RunError::NotRunning)
    }

    fn is_running(&self) -> bool {
        false
    }

    fn walk(
        &self,
        starts: &[String],
        limits: WalkLimits,
        visit: &mut dyn FnMut(&str, &Metadata),
    ) -> Option<Walked> {
        Some(walk(&self.root, starts, limits, visit))
    }
}
