//! No file tells where it was written: no path of this machine, no host of a registry.

use std::{env, fs, path::Path};

use super::{Complaint, tree::Tree};

// Put together here, so that this file does not complain of itself.
const HOSTS: [&str; 4] = [
    concat!("registry.npm", "js.org"),
    concat!("registry.npm", "mirror.com"),
    concat!("index.crates", ".io"),
    concat!("rspro", "xy.cn"),
];
/// Folders that say nothing about anybody.
const COMMON: [&str; 8] = [
    "/", "/home", "/root", "/tmp", "/usr", "/opt", "/srv", "/var",
];

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut traces: Vec<String> = HOSTS.iter().map(|host| (*host).to_owned()).collect();
    traces.extend(paths_of_this_machine(tree.root()));
    traces.extend(configured_hosts());
    complaints(tree, &traces)
}

fn complaints(tree: &Tree, traces: &[String]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts() {
        for trace in traces {
            let line = text.lines().position(|line| names(line, trace));
            if let Some(line) = line {
                let text = format!("line {}: names {trace}", line + 1);
                complaints.push(Complaint::new(path, text));
            }
        }
    }
    complaints
}

/// Whether `line` has `trace`, and not as the beginning of a longer word or the end of another path.
fn names(line: &str, trace: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    line.match_indices(trace).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + trace.len()..)
            .and_then(|text| text.chars().next());
        let is_end = trace.starts_with('/') && before.is_some_and(of_word);
        !is_end && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The checkout, the folder it lies in, and the home folder.
fn paths_of_this_machine(root: &Path) -> Vec<String> {
    let home = env::home_dir();
    [Some(root), root.parent(), home.as_deref()]
        .into_iter()
        .flatten()
        .map(|path| path.to_string_lossy().into_owned())
        .filter(|path| !COMMON.contains(&path.as_str()))
        .collect()
}

/// Hosts of the mirrors that cargo and npm are configured to use on this machine.
fn configured_hosts() -> Vec<String> {
    let Some(home) = env::home_dir() else {
        return Vec::new();
    };
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), Into::into);
    [
        cargo_home.join("config.toml"),
        cargo_home.join("config"),
        home.join(".npmrc"),
    ]
    .into_iter()
    .filter_map(|file| fs::read_to_string(file).ok())
    .flat_map(|text| hosts(&text))
    .collect()
}

/// Hosts of `registry = …` lines, addresses and local names left out.
fn hosts(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.contains("registry"))
        .filter_map(|line| line.split_once("://"))
        .filter_map(|(_, rest)| rest.split(['/', '"', '\'', ':', ' ']).next())
        .filter_map(|host| host.rsplit('@').next())
        .filter(|host| host.contains('.') && !matches!(*host, "github.com" | "127.0.0.1"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_found() {
        let config = "[source.mirror]\nregistry = \"sparse+https://user@mirror.example.net:8443/x/\"\nregistry = \"http://localhost/\"\n";
        assert_eq!(hosts(config), ["mirror.example.net"]);
        let tree = Tree::of(&[("a.md", "see\n/checkout/of/somebody/a.md")]);
        let traces = paths_of_this_machine(tree.root());
        assert!(!complaints(&tree, &traces).is_empty());
        assert!(complaints(&Tree::of(&[("a.md", "/home and /tmp")]), &traces).is_empty());
        for (line, is_named) in [
            ("cd /desk", true),
            ("\"/desk/a.md\"", true),
            ("xl/desk.xml", false),
            ("/desktop", false),
        ] {
            assert_eq!(names(line, "/desk"), is_named, "{line}");
        }
    }
}
