//! Rust files have at most 500 lines, tests not counted.

use super::{Complaint, tree::Tree};

const LINES: usize = 500;

/// Files that are longer, with the lines they have. The list may only shrink: a file that
/// became shorter must be taken down a notch here, one that became short enough taken out.
const LONGER: [(&str, usize); 0] = [];

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    complaints(tree, &LONGER)
}

fn complaints(tree: &Tree, longer: &[(&str, usize)]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.ending(&[".rs"]) {
        if path.contains("/tests/") {
            continue;
        }
        let lines = lines_without_tests(text);
        let allowed = longer.iter().find(|(file, _)| *file == path);
        match allowed {
            None if lines > LINES => {
                let text = format!("{lines} lines without tests; at most {LINES}");
                complaints.push(Complaint::new(path, text));
            }
            Some((_, allowed)) if lines != *allowed => {
                let text = format!("{lines} lines; its exception in lengths.rs says {allowed}");
                complaints.push(Complaint::new(path, text));
            }
            _ => {}
        }
    }
    for (path, _) in longer {
        if tree
            .text(path)
            .is_none_or(|text| lines_without_tests(text) <= LINES)
        {
            complaints.push(Complaint::new(*path, "needs no exception in lengths.rs"));
        }
    }
    complaints
}

/// Lines up to the test module, which stands last.
fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .windows(2)
        .position(|pair| {
            matches!(pair, [attribute, module]
                if *attribute == "#[cfg(test)]" && module.starts_with("mod ") && module.ends_with('{'))
        })
        .unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_not_counted() {
        let text = "//\n//\n#[cfg(test)]\nmod tests {\n//\n}\n";
        assert_eq!(lines_without_tests(text), 2);
        assert_eq!(
            lines_without_tests("#[cfg(test)]\nmod support;\nfn a() {}\n"),
            3
        );
    }

    #[test]
    fn exceptions_may_only_shrink() {
        let long = "//\n".repeat(510);
        let tree = Tree::of(&[
            ("a.rs", &long),
            ("b.rs", "//\n"),
            ("c/tests/it/d.rs", &long),
        ]);
        for (longer, expected) in [
            (&[][..], 1),
            (&[("a.rs", 510)], 0),
            (&[("a.rs", 509)], 1),
            (&[("a.rs", 600)], 1),
            (&[("a.rs", 510), ("b.rs", 1)], 1),
            (&[("a.rs", 510), ("gone.rs", 600)], 1),
        ] {
            assert_eq!(complaints(&tree, longer).len(), expected, "{longer:?}");
        }
    }
}
