//! The nouns of ARCHITECTURE.md stand in the glossary, and what the glossary says is in
//! the code is there.

use std::collections::BTreeSet;

use super::{Complaint, tree::Tree};

const MAP: &str = "ARCHITECTURE.md";
const GLOSSARY: &str = "docs/glossary.md";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Complaint>> {
    let rows: Vec<Vec<&str>> = rows(tree.expect(GLOSSARY)?).collect();
    let terms: BTreeSet<&str> = rows.iter().filter_map(|row| row.first().copied()).collect();
    let mut complaints = Vec::new();
    let nouns: Vec<&str> = nouns(tree.expect(MAP)?).collect();
    if nouns.is_empty() {
        complaints.push(Complaint::new(MAP, "the section `## Nouns` names none"));
    }
    for noun in nouns.iter().filter(|noun| !terms.contains(*noun)) {
        complaints.push(Complaint::new(GLOSSARY, format!("has no row for {noun}")));
    }
    for row in &rows {
        let [term, chinese, in_code, ..] = row.as_slice() else {
            complaints.push(Complaint::new(
                GLOSSARY,
                format!("too few columns: {row:?}"),
            ));
            continue;
        };
        if chinese.is_empty() || chinese.is_ascii() {
            complaints.push(Complaint::new(GLOSSARY, format!("{term} has no Chinese")));
        }
        for name in in_code.split('`').skip(1).step_by(2) {
            let stands = |(_, text): (&str, &str)| text.contains(name);
            if !tree.ending(&[".rs"]).any(stands) {
                let text = format!("{term}: the code has no {name}");
                complaints.push(Complaint::new(GLOSSARY, text));
            }
        }
    }
    Ok(complaints)
}

/// The cells of all table rows, headings and rules left out.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| English") && !line.contains("---")
        })
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
}

/// What is set bold in the section `## Nouns`.
fn nouns(map: &str) -> impl Iterator<Item = &str> {
    let section = map.split("\n## Nouns").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section.split("**").skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_compared() {
        let map = "# A\n\n## Nouns\n\n**Asset** and **Finding**.\n\n## More\n\n**Bold**\n";
        let glossary = "| English | 中文 | in code | meaning |\n| --- | --- | --- | --- |\n| Asset | 资产 | `AssetId` | a thing |\n| Verdict | verdict | `Gone` | a word |\n";
        let tree = Tree::of(&[
            (MAP, map),
            (GLOSSARY, glossary),
            ("a.rs", "struct AssetId;"),
        ]);
        let complaints = check(&tree).unwrap();
        let texts: Vec<&str> = complaints.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "has no row for Finding",
                "Verdict has no Chinese",
                "Verdict: the code has no Gone",
            ]
        );
    }
}
