//! What all crates have in common.

use serde::Deserialize;

use super::{Complaint, tree::Tree};

const LIB_LINES: usize = 100;

#[derive(Debug, Deserialize)]
struct Manifest {
    package: Package,
    lints: Option<Lints>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Lints {
    workspace: bool,
}

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.ending(&["/Cargo.toml"]) {
        if !path.starts_with("crates/") && !path.starts_with("xtask/") {
            continue;
        }
        let manifest: Manifest = match toml::from_str(text) {
            Ok(manifest) => manifest,
            Err(error) => {
                complaints.push(Complaint::new(path, error.message()));
                continue;
            }
        };
        if !manifest.lints.is_some_and(|lints| lints.workspace) {
            complaints.push(Complaint::new(path, "needs `[lints] workspace = true`"));
        }
        let name = &manifest.package.name;
        let folder = if name == "xtask" {
            name.clone()
        } else {
            format!("crates/{name}")
        };
        if path != format!("{folder}/Cargo.toml") {
            complaints.push(Complaint::new(path, format!("expected in {folder}")));
        }
    }
    for (path, text) in tree.ending(&[".rs"]) {
        if path.ends_with("/mod.rs") {
            complaints.push(Complaint::new(path, "expected foo.rs + foo/, never mod.rs"));
        }
        let lines = text.lines().count();
        if path.ends_with("/src/lib.rs") && lines > LIB_LINES {
            let text = format!("{lines} lines; a lib.rs has at most {LIB_LINES}");
            complaints.push(Complaint::new(path, text));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_that_differ_are_found() {
        let good = "[package]\nname = \"xinglin-a\"\n[lints]\nworkspace = true\n";
        assert!(check(&Tree::of(&[("crates/xinglin-a/Cargo.toml", good)])).is_empty());
        let long = "//\n".repeat(LIB_LINES + 1);
        for (path, text) in [
            ("crates/a/Cargo.toml", good),
            (
                "crates/xinglin-a/Cargo.toml",
                "[package]\nname = \"xinglin-a\"\n",
            ),
            ("crates/xinglin-a/Cargo.toml", "name"),
            ("crates/xinglin-a/src/foo/mod.rs", ""),
            ("crates/xinglin-a/src/lib.rs", long.as_str()),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{path}");
        }
    }
}
