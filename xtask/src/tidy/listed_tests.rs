//! One integration binary a crate, `tests/it/main.rs`, and no file of it forgotten.

use super::{Complaint, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, _) in tree.ending(&[".rs"]) {
        let Some((folder, inside)) = path.split_once("/tests/") else {
            continue;
        };
        let Some(file) = inside.strip_prefix("it/") else {
            if !inside.contains('/') {
                complaints.push(Complaint::new(path, "expected in tests/it"));
            }
            continue;
        };
        let module = file.trim_end_matches(".rs");
        if module == "main" || module.contains('/') {
            continue;
        }
        let main = tree
            .text(&format!("{folder}/tests/it/main.rs"))
            .unwrap_or_default();
        let listed = main
            .lines()
            .any(|line| line.trim() == format!("mod {module};"));
        if !listed {
            complaints.push(Complaint::new(path, "is not listed in tests/it/main.rs"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgotten_files_are_found() {
        let tree = Tree::of(&[
            ("crates/a/tests/it/main.rs", "mod kept;\n"),
            ("crates/a/tests/it/kept.rs", ""),
            ("crates/a/tests/it/forgotten.rs", ""),
            ("crates/a/tests/alone.rs", ""),
        ]);
        let complaints = check(&tree);
        let paths: Vec<&str> = complaints.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(
            paths,
            ["crates/a/tests/alone.rs", "crates/a/tests/it/forgotten.rs"]
        );
    }
}
