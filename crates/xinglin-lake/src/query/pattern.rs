//! Values with parts left open.

use crate::words::{Edges, words_of};

/// Parts in lower case with anything between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// At least two; an empty first or last leaves that end open.
    parts: Vec<String>,
}

impl Pattern {
    /// The pattern of parts in lower case that `*` stood between.
    pub(crate) fn of(parts: Vec<String>) -> Self {
        Self { parts }
    }

    /// Whether a value looks like this, whatever the case of its letters.
    pub(crate) fn matches(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first() == Some(&value);
        };
        let Some(mut rest) = value.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in middle {
            // The first place is the best one: it leaves the most for those behind.
            let Some(at) = rest.find(part.as_str()) else {
                return false;
            };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        rest.ends_with(last.as_str())
    }

    /// Words that each value has that looks like this.
    pub(crate) fn words(&self) -> Vec<u64> {
        let mut words: Vec<u64> = self
            .parts
            .iter()
            .flat_map(|part| words_of(part, Edges::Cut))
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_stands_for_a_star() {
        let pattern = |text: &str| Pattern::of(text.split('*').map(str::to_owned).collect());
        for (wanted, value, is_like) in [
            ("his-*", "HIS-db01", true),
            ("his-*", "xhis-db01", false),
            ("*.exe", "C:\\a\\B.EXE", true),
            ("*powershell*enc*", "PowerShell -Enc x", true),
            ("*enc*powershell*", "PowerShell -Enc x", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("张*", "张三丰", true),
            ("*", "", true),
        ] {
            assert_eq!(pattern(wanted).matches(value), is_like, "{wanted} {value}");
        }
    }
}
