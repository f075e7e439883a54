//! What depends on what, from `cargo metadata`.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

use crate::{shell, workspace::Workspace};

/// All packages that are built on this platform.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) packages: Vec<Package>,
}

/// One package.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    pub(super) is_member: bool,
    pub(super) dependencies: Vec<Dependency>,
}

/// One edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Whether it is for tests, benches and examples only.
    pub(super) is_dev: bool,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<NodeDependency>,
}

#[derive(Deserialize)]
struct NodeDependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Graph {
    pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Self> {
        let compiler = shell::read(shell::command("rustc", workspace.root()).arg("-vV"))?;
        let platform = compiler
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc names no host")?
            .to_owned();
        let text = shell::read(workspace.cargo().args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform",
            &platform,
        ]))?;
        let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata")?;
        Self::of(&metadata)
    }

    fn of(metadata: &Metadata) -> anyhow::Result<Self> {
        let names: BTreeMap<&str, &str> = metadata
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package.name.as_str()))
            .collect();
        let nodes: BTreeMap<&str, &Node> = metadata
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let mut packages = Vec::new();
        for package in &metadata.packages {
            // Packages of other platforms have no node.
            let Some(node) = nodes.get(package.id.as_str()) else {
                continue;
            };
            let mut dependencies = Vec::new();
            for dependency in &node.deps {
                let name = names
                    .get(dependency.pkg.as_str())
                    .context("cargo metadata names an unknown package")?;
                dependencies.push(Dependency {
                    name: (*name).to_owned(),
                    is_dev: dependency
                        .dep_kinds
                        .iter()
                        .all(|kind| kind.kind.as_deref() == Some("dev")),
                });
            }
            packages.push(Package {
                name: package.name.clone(),
                version: package.version.clone(),
                license: package.license.clone(),
                is_member: metadata.workspace_members.contains(&package.id),
                dependencies,
            });
        }
        Ok(Self { packages })
    }

    /// Our own packages.
    pub(super) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    /// A graph of our own packages with given edges, `dev:` before those for tests only.
    #[cfg(test)]
    pub(super) fn of_members(packages: &[(&str, &[&str])]) -> Self {
        let package = |(name, dependencies): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            version: "0.1.0".to_owned(),
            license: Some("Apache-2.0".to_owned()),
            is_member: name.starts_with("xinglin") || *name == "xtask",
            dependencies: dependencies
                .iter()
                .map(|name| Dependency {
                    name: name.trim_start_matches("dev:").to_owned(),
                    is_dev: name.starts_with("dev:"),
                })
                .collect(),
        };
        Self {
            packages: packages.iter().map(package).collect(),
        }
    }
}
