//! Where things are, and how the product is built.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::shell;

/// The checkout.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

/// How the product is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// As it is shipped.
    Release,
}

impl Workspace {
    /// The checkout that `cargo xtask` was called in, which Cargo names: clones that share a
    /// target folder share this program too. Without Cargo, the one it was built from.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let named = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = named
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")))
            .parent()
            .context("xtask lies in the workspace")?
            .to_owned();
        if !root.join("Cargo.toml").is_file() {
            bail!(
                "{} is no longer a checkout; build xtask again",
                root.display()
            );
        }
        Ok(Self { root })
    }

    /// Its top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside it.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// `cargo`, run at the top.
    pub(crate) fn cargo(&self) -> std::process::Command {
        shell::command("cargo", &self.root)
    }

    /// A program run in `web/`.
    pub(crate) fn in_web(&self, program: &str) -> std::process::Command {
        shell::command(program, &self.path("web"))
    }

    /// Where cargo puts what it builds.
    pub(crate) fn target(&self) -> anyhow::Result<PathBuf> {
        let metadata =
            shell::read(
                self.cargo()
                    .args(["metadata", "--no-deps", "--format-version=1"]),
            )?;
        let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
        metadata["target_directory"]
            .as_str()
            .map(PathBuf::from)
            .context("cargo metadata names no target directory")
    }

    /// Builds the product alone.
    pub(crate) fn build(&self, profile: Profile) -> anyhow::Result<PathBuf> {
        let mut cargo = self.cargo();
        cargo.args(["build", "--package", "xinglin"]);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        shell::run(&mut cargo)?;
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        Ok(self.target()?.join(folder).join("xinglin"))
    }

    /// Builds the product together with the tests of the whole workspace. Where these are
    /// built anyhow, this adds the product's own crate only: built alone, its dependencies
    /// would be built a second time with fewer features.
    pub(crate) fn build_with_tests(&self) -> anyhow::Result<PathBuf> {
        shell::run(self.cargo().args(["test", "--workspace", "--no-run"]))?;
        Ok(self.target()?.join("debug").join("xinglin"))
    }
}
