//! The page's lock file names no registry, so that it works behind any mirror.

use super::{Complaint, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.ending(&["package-lock.json"]) {
        let named = text.matches("\"resolved\"").count();
        if named > 0 {
            let text = format!("{named} `resolved` lines; web/.npmrc keeps them out");
            complaints.push(Complaint::new(path, text));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolved_lines_are_found() {
        let tree = Tree::of(&[("web/package-lock.json", "{\"resolved\": \"somewhere\"}")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
