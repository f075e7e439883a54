//! deny.toml, as far as it needs no advisory database: owners of heavy third parties,
//! banned packages, allowed licences. `cargo deny check` reads the same file.

use anyhow::Context as _;
use serde::Deserialize;

use super::{
    Complaint,
    graph::{Graph, Package},
    tree::Tree,
};

const FILE: &str = "deny.toml";

#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    allow: Vec<String>,
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    /// Who may depend on it directly; nobody where empty.
    #[serde(default)]
    wrappers: Vec<String>,
}

pub(super) fn check(tree: &Tree, graph: &Graph) -> anyhow::Result<Vec<Complaint>> {
    let deny: Deny = toml::from_str(tree.expect(FILE)?).context(FILE)?;
    let mut complaints = Vec::new();
    for ban in &deny.bans.deny {
        for package in &graph.packages {
            let depends = package.dependencies.iter().any(|of| of.name == ban.name);
            if depends && !ban.wrappers.contains(&package.name) {
                let text = format!("only {:?} may depend on {}", ban.wrappers, ban.name);
                complaints.push(Complaint::new(&package.name, text));
            }
        }
    }
    for package in &graph.packages {
        complaints.extend(licence(package, &deny.licenses));
    }
    Ok(complaints)
}

fn licence(package: &Package, rules: &Licenses) -> Option<Complaint> {
    let name = format!("{} {}", package.name, package.version);
    let Some(expression) = &package.license else {
        return Some(Complaint::new(name, "names no licence"));
    };
    let is_allowed = |licence: &str| {
        let excepted = rules
            .exceptions
            .iter()
            .filter(|exception| exception.name == package.name)
            .flat_map(|exception| &exception.allow);
        rules
            .allow
            .iter()
            .chain(excepted)
            .any(|allowed| allowed == licence)
    };
    (!holds(expression, &is_allowed)).then(|| {
        Complaint::new(
            name,
            format!("licence {expression} is not allowed in {FILE}"),
        )
    })
}

/// Whether an SPDX expression can be satisfied with allowed licences alone. The old form
/// `MIT/Apache-2.0` means OR.
fn holds(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let value = alternatives(&mut rest, is_allowed);
    value && rest.is_empty()
}

fn alternatives(rest: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = conjunction(rest, is_allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        *rest = after;
        value |= conjunction(rest, is_allowed);
    }
    value
}

fn conjunction(rest: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = licence_or_group(rest, is_allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        *rest = after;
        value &= licence_or_group(rest, is_allowed);
    }
    value
}

fn licence_or_group(rest: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some((word, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    if *word == "(" {
        let value = alternatives(rest, is_allowed);
        let Some((&")", after)) = rest.split_first() else {
            return false;
        };
        *rest = after;
        return value;
    }
    if let Some((&"WITH", after)) = rest.split_first()
        && let Some((exception, after)) = after.split_first()
    {
        *rest = after;
        return is_allowed(&format!("{word} WITH {exception}"));
    }
    is_allowed(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_weighed() {
        let is_allowed =
            |name: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&name);
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/GPL-3.0", true),
            ("GPL-3.0 OR (MIT AND Apache-2.0)", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
            ("GPL-3.0", false),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND BSD-2-Clause", false),
            ("(MIT", false),
            ("MIT GPL-3.0", false),
        ] {
            assert_eq!(holds(expression, &is_allowed), expected, "{expression}");
        }
    }

    #[test]
    fn strangers_and_bad_licences_are_found() {
        let deny = r#"
            [licenses]
            allow = ["Apache-2.0"]
            [bans]
            deny = [{ crate = "sea-orm", wrappers = ["xinglin-store"] }, { crate = "openssl" }]
        "#;
        let tree = Tree::of(&[(FILE, deny)]);
        let owner = Graph::of_members(&[("xinglin-store", &["sea-orm"])]);
        assert!(check(&tree, &owner).unwrap().is_empty());
        let stranger = Graph::of_members(&[("xinglin-app", &["sea-orm", "openssl"])]);
        assert_eq!(check(&tree, &stranger).unwrap().len(), 2);
        let mut copyleft = owner;
        copyleft.packages[0].license = Some("AGPL-3.0".to_owned());
        assert_eq!(check(&tree, &copyleft).unwrap().len(), 1);
    }
}
