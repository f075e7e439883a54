//! Texts with wildcards, as values of rules are.

use std::ops::Range;

use crate::fold::{fold, fold_char};

/// The characters that stand for one another where `windash` was asked for.
pub(crate) const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Just this text.
    Text(String),
    /// Any text, also none: `*`.
    Any,
    /// One character: `?`.
    One,
    /// A hyphen, a slash or a dash, from `windash`.
    Dash,
}

/// A value of a rule: text with wildcards, which a whole value must fit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

impl Pattern {
    /// Reads a value as rules write it: `*` and `?` are wildcards, a backslash takes that from
    /// them, and two backslashes are one.
    pub fn parse(value: &str) -> Self {
        let mut pattern = Self::default();
        let mut letters = value.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next_if(|next| matches!(next, '\\' | '*' | '?')) {
                    Some(escaped) => pattern.push_char(escaped),
                    None => pattern.push_char('\\'),
                },
                '*' => pattern.push(Piece::Any),
                '?' => pattern.push(Piece::One),
                other => pattern.push_char(other),
            }
        }
        pattern
    }

    /// A text in which nothing is a wildcard.
    pub fn literal(text: impl Into<String>) -> Self {
        let mut pattern = Self::default();
        pattern.push(Piece::Text(text.into()));
        pattern
    }

    /// The parts.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, when nothing in it is a wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
            (Some(Piece::Any), Piece::Any) => {}
            (_, piece) => self.pieces.push(piece),
        }
    }

    fn push_char(&mut self, letter: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(letter),
            _ => self.pieces.push(Piece::Text(letter.to_string())),
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        for piece in other.pieces {
            self.push(piece);
        }
    }

    /// The same with `*` before and behind it, as asked.
    pub(crate) fn surrounded(self, before: bool, behind: bool) -> Self {
        let mut pattern = Self::default();
        if before {
            pattern.push(Piece::Any);
        }
        pattern.extend(self);
        if behind {
            pattern.push(Piece::Any);
        }
        pattern
    }

    /// The same with dashes where a hyphen or slash begins a word.
    pub(crate) fn with_dashes(&self) -> Self {
        let mut pattern = Self::default();
        for piece in &self.pieces {
            let Piece::Text(text) = piece else {
                pattern.push(piece.clone());
                continue;
            };
            let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            let mut before = None;
            let mut letters = text.chars().peekable();
            while let Some(letter) = letters.next() {
                let begins = letters.peek().copied().is_some_and(is_word);
                let is_dash = matches!(letter, '-' | '/');
                if is_dash && begins && !before.is_some_and(is_word) {
                    pattern.push(Piece::Dash);
                } else {
                    pattern.push_char(letter);
                }
                before = Some(letter);
            }
        }
        pattern
    }

    /// The same without case.
    pub(crate) fn folded(&self) -> Self {
        let fold_piece = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(fold(text).into_owned()),
            other => other.clone(),
        };
        Self {
            pieces: self.pieces.iter().map(fold_piece).collect(),
        }
    }

    /// The pieces of text between stars.
    pub(crate) fn segments(&self) -> Vec<&[Piece]> {
        self.pieces
            .split(|piece| *piece == Piece::Any)
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    /// Whether it begins, and whether it ends with `*`.
    pub(crate) fn open_ends(&self) -> (bool, bool) {
        let is_any = |piece: Option<&Piece>| piece == Some(&Piece::Any);
        (is_any(self.pieces.first()), is_any(self.pieces.last()))
    }

    /// Whether a text fits, and where the parts of the pattern that are not `*` then stand.
    ///
    /// Each segment between stars takes the first place where it fits, the last one the end:
    /// the work is bounded by the length of the text times that of the longest segment.
    pub(crate) fn fit(&self, text: &str, cased: bool) -> Option<Vec<Range<usize>>> {
        let (open_start, open_end) = self.open_ends();
        let segments = self.segments();
        let mut places = Vec::new();
        let mut at = 0;
        for (number, segment) in segments.iter().enumerate() {
            let is_last = number + 1 == segments.len();
            let place = if number == 0 && !open_start {
                let end = fit_here(segment, text, at, cased)?;
                (!is_last || open_end || end == text.len()).then_some(at..end)?
            } else if is_last && !open_end {
                fit_end(segment, text, at, cased)?
            } else {
                fit_first(segment, text, at, cased)?
            };
            at = place.end;
            places.push(place);
        }
        let is_all = !segments.is_empty() || open_start || text.is_empty();
        is_all.then_some(places)
    }
}

/// Where a segment that begins here ends.
fn fit_here(segment: &[Piece], text: &str, at: usize, cased: bool) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut letters = rest.char_indices();
    for piece in segment {
        match piece {
            Piece::Text(wanted) => {
                for want in wanted.chars() {
                    let (_, letter) = letters.next()?;
                    let same = letter == want || !cased && fold_char(letter) == fold_char(want);
                    same.then_some(())?;
                }
            }
            Piece::One => drop(letters.next()?),
            Piece::Dash => {
                let (_, letter) = letters.next()?;
                DASHES.contains(&letter).then_some(())?;
            }
            Piece::Any => return None,
        }
    }
    Some(at + letters.offset())
}

fn fit_first(segment: &[Piece], text: &str, at: usize, cased: bool) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let mut starts = rest.char_indices().map(|(offset, _)| at + offset);
    starts.find_map(|start| Some(start..fit_here(segment, text, start, cased)?))
}

/// All characters of a segment have one place each, so the end says where it begins.
fn fit_end(segment: &[Piece], text: &str, at: usize, cased: bool) -> Option<Range<usize>> {
    let length = segment.iter().map(|piece| match piece {
        Piece::Text(wanted) => wanted.chars().count(),
        _ => 1,
    });
    let length: usize = length.sum();
    let rest = text.get(at..)?;
    let start = match length.checked_sub(1) {
        Some(before) => at + rest.char_indices().rev().nth(before)?.0,
        None => text.len(),
    };
    let end = fit_here(segment, text, start, cased)?;
    (end == text.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_are_read_as_rules_mean_them() {
        let text = |text: &str| Piece::Text(text.to_owned());
        for (value, pieces) in [
            (r"C:\x", vec![text(r"C:\x")]),
            (r"C:\\x", vec![text(r"C:\x")]),
            (r"C:\*", vec![text("C:*")]),
            (r"C:\\*", vec![text(r"C:\"), Piece::Any]),
            (r"C:\\\*", vec![text(r"C:\*")]),
            (r"\\\\host", vec![text(r"\\host")]),
            (r"\\\host", vec![text(r"\\host")]),
            (r"a?b**", vec![text("a"), Piece::One, text("b"), Piece::Any]),
            ("a\\", vec![text("a\\")]),
        ] {
            assert_eq!(Pattern::parse(value).pieces, pieces, "{value}");
        }
    }

    #[test]
    fn stars_and_marks_fit() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("a*a", "a", false),
            ("?b", "门b", true),
            ("?", "", false),
            ("*a?c*d", "xxabcabd", true),
            ("*aab", "aaab", true),
            ("*a*b*", "ba", false),
            ("ABC", "abc", true),
        ] {
            let found = Pattern::parse(pattern).fit(text, false);
            assert_eq!(found.is_some(), fits, "{pattern} on {text}");
        }
        assert_eq!(Pattern::parse("ABC").fit("abc", true), None);
        let found = Pattern::parse("*门诊*x").fit("看门诊abcx", false);
        assert_eq!(found, Some(vec![3..9, 12..13]));
    }

    #[test]
    fn dashes_begin_words_only() {
        let pattern = Pattern::parse(" -no-profile /c").with_dashes();
        let dashes = pattern.pieces.iter().filter(|piece| **piece == Piece::Dash);
        assert_eq!(dashes.count(), 2);
        assert!(pattern.fit(" /no-profile \u{2013}c", false).is_some());
        assert!(pattern.fit(" /no/profile /c", false).is_none());
    }
}
