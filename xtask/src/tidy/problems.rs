//! Every problem of the table has its page in docs/problems, in both languages, and no
//! page explains a problem that does not exist.

use std::collections::BTreeSet;

use super::{Complaint, tree::Tree};

const TABLE: &str = "crates/xinglin-app/src/problems.rs";
const PAGES: &str = "docs/problems/";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Complaint>> {
    let slugs: BTreeSet<&str> = slugs(tree.expect(TABLE)?).collect();
    let mut complaints = Vec::new();
    if slugs.is_empty() {
        complaints.push(Complaint::new(TABLE, "no slug was found in the table"));
    }
    for slug in &slugs {
        let path = format!("{PAGES}{slug}.md");
        match tree.text(&path) {
            None => complaints.push(Complaint::new(path, "is missing")),
            Some(text) => complaints.extend(page(&path, slug, text)),
        }
    }
    for (path, _) in tree.ending(&[".md"]) {
        let slug = path
            .strip_prefix(PAGES)
            .map(|name| name.trim_end_matches(".md"));
        if slug.is_some_and(|slug| slug != "README" && !slugs.contains(slug)) {
            complaints.push(Complaint::new(path, format!("{TABLE} has no such slug")));
        }
    }
    Ok(complaints)
}

fn page(path: &str, slug: &str, text: &str) -> Option<Complaint> {
    let chinese = text.find("## 中文");
    let english = text.find("## English");
    let titled = text.lines().next() == Some(&format!("# {slug}"));
    let complete = matches!((chinese, english), (Some(zh), Some(en)) if zh < en);
    (!titled || !complete).then(|| {
        Complaint::new(
            path,
            format!("expected `# {slug}`, then `## 中文`, then `## English`"),
        )
    })
}

/// The slugs of the table's lines: `Name = "slug", Fault, "title";`.
fn slugs(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter_map(|line| {
        let (name, rest) = line.trim().split_once(" = \"")?;
        let (slug, rest) = rest.split_once("\", ")?;
        let is_row = name.chars().all(|c| c.is_ascii_alphanumeric()) && rest.ends_with("\";");
        is_row.then_some(slug)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_pages_are_compared() {
        let table = "    /// Why.\n    NotFound = \"not-found\", NotFound, \"not found\";\n    Bad = \"bad\", Invalid, \"bad\";\n";
        assert_eq!(slugs(table).collect::<Vec<_>>(), ["not-found", "bad"]);
        let tree = Tree::of(&[
            (TABLE, table),
            (
                "docs/problems/not-found.md",
                "# not-found\n\n## 中文\n\n## English\n",
            ),
            ("docs/problems/old.md", "# old\n"),
        ]);
        let complaints = check(&tree).unwrap();
        let paths: Vec<&str> = complaints.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["docs/problems/bad.md", "docs/problems/old.md"]);
    }
}
