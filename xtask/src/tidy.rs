//! `cargo xtask tidy`: the rules of this repository that no compiler knows.
//!
//! Each rule is a function from the [`Tree`] to complaints; each is also a test of this
//! crate, so that `cargo test` shows what CI shows.

mod crates;
mod glossary;
mod graph;
mod lengths;
mod listed_tests;
mod map;
mod marks;
mod owners;
mod page;
mod problems;
mod rows;
mod traces;
mod tree;

use anyhow::bail;

use crate::{say::line, workspace::Workspace};
use graph::Graph;
use tree::Tree;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    path: String,
    text: String,
}

impl Complaint {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

type Rule = fn(&Tree, &Graph) -> anyhow::Result<Vec<Complaint>>;

const RULES: [(&str, Rule); 11] = [
    ("a crate depends on lower rows only", |_, graph| {
        Ok(rows::check(graph))
    }),
    (
        "heavy third parties have one owner; licences are allowed",
        owners::check,
    ),
    ("crates share lints, layout and short lib.rs", |tree, _| {
        Ok(crates::check(tree))
    }),
    ("files stay short", |tree, _| Ok(lengths::check(tree))),
    ("every test file is listed", |tree, _| {
        Ok(listed_tests::check(tree))
    }),
    (
        "the map names every crate, and what documents name exists",
        map::check,
    ),
    ("every problem has its page", |tree, _| {
        problems::check(tree)
    }),
    (
        "nouns are in the glossary, and the glossary is true",
        |tree, _| glossary::check(tree),
    ),
    ("the page's lock file names no registry", |tree, _| {
        Ok(page::check(tree))
    }),
    ("no machine path, no registry host", |tree, _| {
        Ok(traces::check(tree))
    }),
    ("nothing is left to do", |tree, _| Ok(marks::check(tree))),
];

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let tree = Tree::read(workspace)?;
    let graph = Graph::read(workspace)?;
    let mut wrong = 0;
    for (name, rule) in RULES {
        let mut complaints = rule(&tree, &graph)?;
        complaints.sort();
        complaints.dedup();
        line(&format!(
            "    {} {name}",
            if complaints.is_empty() { "ok " } else { "NO " }
        ));
        for complaint in &complaints {
            line(&format!("        {}: {}", complaint.path, complaint.text));
        }
        wrong += complaints.len();
    }
    if wrong > 0 {
        bail!("tidy: {wrong} complaints");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let workspace = Workspace::find().unwrap();
        let tree = Tree::read(&workspace).unwrap();
        let graph = Graph::read(&workspace).unwrap();
        let complaints: Vec<Complaint> = RULES
            .iter()
            .flat_map(|(_, rule)| rule(&tree, &graph).unwrap())
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
