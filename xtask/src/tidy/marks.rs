//! Nothing is left to do: unfinished work is an issue, not a mark in the code.

use super::{Complaint, tree::Tree};

// Put together here, so that this file does not complain of itself.
const MARKS: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore"),
    concat!("test.on", "ly("),
];
const CODE: [&str; 11] = [
    ".rs", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".toml", ".yaml", ".yml", ".md",
];

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.ending(&CODE) {
        for (at, line) in text.lines().enumerate() {
            for mark in MARKS.iter().filter(|mark| stands_alone(line, mark)) {
                let text = format!("line {}: `{mark}`", at + 1);
                complaints.push(Complaint::new(path, text));
            }
        }
    }
    complaints
}

/// Whether `mark` occurs as a word of its own, not inside a longer one.
fn stands_alone(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + mark.len()..)
            .and_then(|text| text.chars().next());
        let open_end = mark.ends_with(|c: char| c.is_ascii_alphabetic());
        !(before.is_some_and(is_word) || open_end && after.is_some_and(is_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words() {
        let mark = MARKS[0];
        assert!(stands_alone(&format!("// {mark}: later"), mark));
        assert!(!stands_alone(&format!("MAS{mark}N"), mark));
        let text = format!("fn a() {{ {}) }}", MARKS[2]);
        assert_eq!(check(&Tree::of(&[("a.rs", &text)])).len(), 1);
    }
}
