//! ARCHITECTURE.md names every crate, and every path that a document names exists.

use super::{Complaint, graph::Graph, tree::Tree};

const MAP: &str = "ARCHITECTURE.md";
/// A word in backticks that begins so is a path of the repository.
const FOLDERS: [&str; 9] = [
    ".ci/",
    ".config/",
    ".github/",
    "changelog.d/",
    "content/",
    "crates/",
    "docs/",
    "web/",
    "xtask/",
];
/// Made by running or building, so not in a fresh clone.
const MADE: [&str; 3] = ["web/dist", "web/node_modules", "docs/images/"];

pub(super) fn check(tree: &Tree, graph: &Graph) -> anyhow::Result<Vec<Complaint>> {
    let map = tree.expect(MAP)?;
    let mut complaints = Vec::new();
    for package in graph.members() {
        let heading = format!("### `{}`", package.name);
        if !map.lines().any(|line| line.starts_with(&heading)) {
            let text = format!("the code map has no paragraph `{heading}`");
            complaints.push(Complaint::new(MAP, text));
        }
    }
    for (path, text) in tree.ending(&[".md"]) {
        for named in paths(text).filter(|named| !tree.has(named)) {
            complaints.push(Complaint::new(
                path,
                format!("names {named}, which is not there"),
            ));
        }
        for target in links(text) {
            let target = target.split('#').next().unwrap_or_default();
            if !target.is_empty() && !tree.has(&beside(path, target)) {
                complaints.push(Complaint::new(
                    path,
                    format!("links to {target}, not there"),
                ));
            }
        }
    }
    Ok(complaints)
}

/// Paths in backticks; with a placeholder in it, it is a pattern and not a path.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| !MADE.iter().any(|made| word.starts_with(made)))
        .filter(|word| !word.contains(['<', '*', '{', '…', ' ', '\n']))
}

/// Targets of Markdown links into the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .filter(|target| !target.contains([' ', '<', '\n']))
}

/// `target` as seen from the folder of `path`.
fn beside(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_found() {
        let graph = Graph::of_members(&[("xinglin-core", &[]), ("xinglin-app", &[])]);
        let map = "### `xinglin-core`\nSee `crates/xinglin-core/src`, `docs/<slug>.md` and [a](docs/a.md#b).\n";
        let files = [
            (MAP, map),
            (
                "docs/a.md",
                "`crates/gone.rs` [up](../ARCHITECTURE.md) [gone](b.md)",
            ),
            ("crates/xinglin-core/src/lib.rs", ""),
        ];
        let complaints = check(&Tree::of(&files), &graph).unwrap();
        let texts: Vec<&str> = complaints.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the code map has no paragraph `### `xinglin-app``",
                "names crates/gone.rs, which is not there",
                "links to b.md, not there",
            ]
        );
    }
}
