//! Letters without their case.
//!
//! One character folds to one character, so that `?` means the same before and after. For
//! letters of ASCII that is lower case; for others simple folding of Unicode.

use std::borrow::Cow;

/// The character without its case.
pub(crate) fn fold_char(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    // These two have no simple folding, though their other case is an ASCII letter.
    if matches!(letter, '\u{130}' | '\u{131}') {
        return letter;
    }
    let upper = single(letter.to_uppercase()).unwrap_or(letter);
    single(upper.to_lowercase()).unwrap_or(letter)
}

/// Whether folding changes nothing about a text.
pub(crate) fn is_folded(text: &str) -> bool {
    let changes = |byte: &u8| !byte.is_ascii() | byte.is_ascii_uppercase();
    // All of a step are looked at together, which is quicker than one after the other.
    let mut steps = text.as_bytes().chunks(32);
    !steps.any(|step| step.iter().fold(false, |any, byte| any | changes(byte)))
}

/// The text without case.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    Cow::Owned(folded)
}

/// As [`fold`], behind what is in `folded`.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        folded.push_str(text);
        if let Some(new) = folded.get_mut(start..) {
            new.make_ascii_lowercase();
        }
    } else {
        folded.extend(text.chars().map(fold_char));
    }
}

/// The only character, when there is just one.
fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_one() {
        for (left, right) in [
            ("ÉCOLE", "école"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("CMD.exe", "cmd.EXE"),
            ("门诊ABC", "门诊abc"),
        ] {
            assert_eq!(fold(left), fold(right));
        }
        assert_ne!(fold("ı"), fold("I"));
        assert_eq!(fold("İx").chars().count(), 2);
    }
}
