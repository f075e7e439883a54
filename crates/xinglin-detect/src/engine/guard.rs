//! Texts one of which stands in whatever a regular expression matches.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use crate::{
    fold::{fold, fold_char},
    rule::RegexRule,
};

/// So many texts at most guard one expression.
const MOST_TEXTS: usize = 16;
/// A text shorter than this stands everywhere.
const LEAST_LETTERS: usize = 2;

/// The texts, without case; none where there are no such.
pub(super) fn literals(regex: &RegexRule) -> Option<Vec<String>> {
    let hir = ParserBuilder::new()
        .case_insensitive(regex.insensitive)
        .multi_line(regex.lines)
        .dot_matches_new_line(regex.dot_all)
        .build()
        .parse(regex.pattern())
        .ok()?;
    needed(&hir).filter(|texts| is_telling(texts))
}

fn is_telling(texts: &[String]) -> bool {
    let shortest = texts.iter().map(|text| text.chars().count()).min();
    shortest.is_some_and(|length| length >= LEAST_LETTERS) && texts.len() <= MOST_TEXTS
}

/// Texts one of which stands in every match.
fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(vec![fold(text).into_owned()])
        }
        HirKind::Class(class) => Some(vec![letter(class)?.to_string()]),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Concat(parts) => best(parts),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(needed(part)?);
            }
            all.sort_unstable();
            all.dedup();
            is_telling(&all).then_some(all)
        }
        _ => None,
    }
}

/// The most telling of the texts of parts that follow one another; letters next to each other
/// are one text.
fn best(parts: &[Hir]) -> Option<Vec<String>> {
    let mut candidates: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        if let Some(text) = exact(part) {
            run.push_str(&text);
        } else {
            candidates.push(vec![std::mem::take(&mut run)]);
            candidates.extend(needed(part));
        }
    }
    candidates.push(vec![run]);
    let score = |texts: &Vec<String>| {
        let shortest = texts.iter().map(|text| text.chars().count()).min();
        shortest.unwrap_or(0) * 4 / (3 + texts.len())
    };
    let found = candidates.into_iter().max_by_key(score)?;
    is_telling(&found).then_some(found)
}

/// The only text a part can be, case aside.
fn exact(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(fold(text).into_owned())
        }
        HirKind::Class(class) => letter(class).map(String::from),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Look(_) | HirKind::Empty => Some(String::new()),
        HirKind::Concat(parts) => parts.iter().map(exact).collect(),
        _ => None,
    }
}

/// The letter a class is all cases of.
fn letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let mut letters = class.iter().flat_map(|range| range.start()..=range.end());
    let first = fold_char(letters.next()?);
    // Cases of a letter are few.
    let same = letters.take(4).all(|letter| fold_char(letter) == first);
    let few = class
        .iter()
        .map(regex_syntax::hir::ClassUnicodeRange::len)
        .sum::<usize>()
        <= 4;
    (same && few).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_in_every_match() {
        for (source, insensitive, texts) in [
            (r"\$\{jndi:(ldap|rmi)", false, Some(vec!["${jndi:"])),
            (r"(foo|barn)\d+", false, Some(vec!["barn", "foo"])),
            (r"Kelvin", true, Some(vec!["kelvin"])),
            (r"\d+x", false, None),
            (r"(abc)?", false, None),
            (r"(?:abc)+z?", false, Some(vec!["abc"])),
            (
                r"^C:\\Users\\[^\\]+\\x\.exe$",
                false,
                Some(vec![r"c:\users\"]),
            ),
            (r".*", false, None),
        ] {
            let regex = RegexRule::new(source, insensitive, false, false).unwrap();
            let found = literals(&regex);
            let texts = texts.map(|texts| texts.into_iter().map(str::to_owned).collect());
            assert_eq!(found, texts, "{source}");
        }
    }
}
