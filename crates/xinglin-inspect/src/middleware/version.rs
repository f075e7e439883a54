//! Releases of products, and their order.

use std::cmp::Ordering;

/// The first release number in `text` after `marker`: digits and dots with two parts at least.
pub fn after(text: &str, marker: &str) -> Option<String> {
    let (_, rest) = text.split_once(marker)?;
    first(rest.lines().next().unwrap_or_default())
}

/// The first release number in `text`.
pub fn first(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| word.contains('.'))
        .map(|word| word.chars().take(40).collect())
}

/// Whether release `version` is at least `other`, part by part.
pub fn at_least(version: &str, other: &str) -> bool {
    compare(version, other) != Ordering::Less
}

fn compare(left: &str, right: &str) -> Ordering {
    let mut left = left.split('.').map(number);
    let mut right = right.split('.').map(number);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => match left.unwrap_or(0).cmp(&right.unwrap_or(0)) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

fn number(part: &str) -> u64 {
    part.parse().unwrap_or(0)
}

/// The first `parts` parts of a release: `9.0.83` of 2 → `9.0`.
pub fn branch(version: &str, parts: usize) -> String {
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

/// The release as parts, zero-filled to three and each as a number, for checks that compare.
pub fn parts(version: &str) -> Vec<u64> {
    let mut parts: Vec<u64> = version.split('.').map(number).collect();
    while parts.len() < 3 {
        parts.push(0);
    }
    parts
}
