//! The page: installing its dependencies and building it, only where something changed.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, bail};

use crate::{say::line, shell, workspace::Workspace};

// A copy of the lock file that node_modules was installed from.
const STAMP: &str = "web/node_modules/.installed-lock.json";
const SOURCES: [&str; 7] = [
    "web/src",
    "web/public",
    "web/index.html",
    "web/package.json",
    "web/package-lock.json",
    "web/vite.config.ts",
    "web/tsconfig.json",
];

/// Installs the page's dependencies where the lock file changed since the last time.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<()> {
    check_node(workspace)?;
    let lock = fs::read(workspace.path("web/package-lock.json"))
        .context("web/package-lock.json cannot be read")?;
    let stamp = workspace.path(STAMP);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        line("    dependencies of the page are up to date");
        return Ok(());
    }
    shell::run(workspace.in_web("npm").arg("ci"))?;
    fs::write(stamp, lock).context("node_modules cannot be written")
}

/// Builds the page where a source is newer than what was built.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    if is_built(workspace) {
        line("    the built page is up to date");
        return Ok(());
    }
    shell::run(workspace.in_web("npm").args(["run", "build"]))
}

fn is_built(workspace: &Workspace) -> bool {
    let built = fs::metadata(workspace.path("web/dist/index.html")).and_then(|of| of.modified());
    let Ok(built) = built else { return false };
    SOURCES
        .iter()
        .all(|source| newest(&workspace.path(source)) <= built)
}

/// When the newest file of a tree was changed; the far future where that is unknown.
fn newest(path: &Path) -> SystemTime {
    let never = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    let Ok(about) = fs::metadata(path) else {
        return never;
    };
    let own = about.modified().unwrap_or(never);
    let Ok(entries) = fs::read_dir(path) else {
        return own;
    };
    entries
        .flatten()
        .map(|entry| newest(&entry.path()))
        .fold(own, SystemTime::max)
}

fn check_node(workspace: &Workspace) -> anyhow::Result<()> {
    let version = shell::read(shell::command("node", workspace.root()).arg("--version"))
        .context("Node 20.19 or newer is needed to build the page (nodejs and npm)")?;
    if is_new_enough(&version) {
        Ok(())
    } else {
        bail!(
            "Node 20.19 or newer is needed to build the page, found {}",
            version.trim()
        )
    }
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    let major = numbers.next().unwrap_or(0);
    let minor = numbers.next().unwrap_or(0);
    (major, minor) >= (20, 19)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_compared_by_number() {
        for (version, expected) in [
            ("v20.20.2\n", true),
            ("v20.19.0", true),
            ("v22.1.0", true),
            ("v20.9.0", false),
            ("v18.20.1", false),
            ("?", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
