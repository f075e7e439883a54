//! Regular expressions of rules, which are written in the dialect of Perl and Python, in that of
//! a matcher that takes linear time.

use std::hash::{Hash, Hasher};

use regex::{Regex, RegexBuilder};

/// The most memory that one expression may take when compiled.
const MOST_BYTES: usize = 4 << 20;
const MOST_NESTING: u32 = 64;

/// A regular expression of a rule.
#[derive(Debug, Clone)]
pub struct RegexRule {
    /// As the rule has it.
    pub source: String,
    /// Whether case does not count.
    pub insensitive: bool,
    /// Whether `^` and `$` stand at lines.
    pub lines: bool,
    /// Whether `.` is also the end of a line.
    pub dot_all: bool,
    compiled: Regex,
}

impl PartialEq for RegexRule {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for RegexRule {}

impl Hash for RegexRule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl RegexRule {
    /// Compiles an expression.
    pub(crate) fn new(
        source: &str,
        insensitive: bool,
        lines: bool,
        dot_all: bool,
    ) -> Result<Self, String> {
        let compiled = RegexBuilder::new(&translated(source))
            .case_insensitive(insensitive)
            .multi_line(lines)
            .dot_matches_new_line(dot_all)
            .size_limit(MOST_BYTES)
            .dfa_size_limit(MOST_BYTES)
            .nest_limit(MOST_NESTING)
            .build();
        let compiled = compiled.map_err(|error| reason(source, &error))?;
        Ok(Self {
            source: source.to_owned(),
            insensitive,
            lines,
            dot_all,
            compiled,
        })
    }

    /// Compiled.
    pub(crate) fn compiled(&self) -> &Regex {
        &self.compiled
    }

    /// The expression in the dialect of the matcher, flags within.
    pub(crate) fn pattern(&self) -> &str {
        self.compiled.as_str()
    }

    fn key(&self) -> (&str, bool, bool, bool) {
        (&self.source, self.insensitive, self.lines, self.dot_all)
    }
}

fn reason(source: &str, error: &regex::Error) -> String {
    if let regex::Error::CompiledTooBig(_) = error {
        return format!("the regular expression `{source}` would take too much memory");
    }
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    let last = last.trim_start_matches("error: ");
    let hint = if last.contains("look-around") || last.contains("backreference") {
        ", which cannot be matched in linear time"
    } else {
        ""
    };
    format!("the regular expression `{source}` is refused: {last}{hint}")
}

/// What Perl and Python read otherwise than the matcher: `\<` is no border of a word, a brace
/// that begins no repetition is itself, and a bracket in a class begins no other class.
fn translated(source: &str) -> String {
    let mut translated = String::with_capacity(source.len() + 8);
    let mut in_class = false;
    let mut rest = source;
    let mut last = None;
    while let Some(letter) = rest.chars().next() {
        let behind = rest.get(letter.len_utf8()..).unwrap_or_default();
        let mut taken = letter.len_utf8();
        match letter {
            '\\' => {
                let Some(escaped) = behind.chars().next() else {
                    translated.push('\\');
                    break;
                };
                taken += escaped.len_utf8();
                taken += escape(&mut translated, escaped, rest.get(taken..), in_class);
            }
            '[' if in_class && behind.starts_with(':') && behind.contains(":]") => {
                let end = behind.find(":]").map_or(0, |place| place + 2);
                translated.push('[');
                translated.push_str(behind.get(..end).unwrap_or_default());
                taken += end;
            }
            '[' if in_class => translated.push_str(r"\["),
            '&' | '~' if in_class => {
                translated.push('\\');
                translated.push(letter);
            }
            '-' if in_class && last == Some('-') => translated.push_str(r"\-"),
            '[' => {
                in_class = true;
                translated.push('[');
                let negated = behind.starts_with('^');
                if negated {
                    translated.push('^');
                    taken += 1;
                }
                // A bracket that closes at once is meant itself.
                if behind
                    .get(usize::from(negated)..)
                    .is_some_and(|text| text.starts_with(']'))
                {
                    translated.push_str(r"\]");
                    taken += 1;
                }
            }
            ']' => {
                translated.push_str(if in_class { "]" } else { r"\]" });
                in_class = false;
            }
            '{' if !in_class && is_repetition(behind) => {
                let end = behind.find('}').map_or(0, |place| place + 1);
                translated.push('{');
                translated.push_str(behind.get(..end).unwrap_or_default());
                taken += end;
            }
            '{' | '}' if !in_class => {
                translated.push('\\');
                translated.push(letter);
            }
            other => translated.push(other),
        }
        last = Some(letter);
        rest = rest.get(taken..).unwrap_or_default();
    }
    translated
}

/// Writes what stands behind a backslash, and says how much more of it was read.
fn escape(translated: &mut String, escaped: char, behind: Option<&str>, in_class: bool) -> usize {
    match escaped {
        '<' | '>' | '\'' | '"' | '`' | ' ' | '!' | '@' | '%' | ',' | ':' | ';' | '=' | '/' => {
            translated.push(escaped);
        }
        'Z' => translated.push_str(r"\n?\z"),
        'h' => translated.push_str(if in_class { r" \t" } else { r"[ \t]" }),
        'e' => translated.push_str(r"\x1B"),
        _ => {
            translated.push('\\');
            translated.push(escaped);
            // Numbers and names of letters stand in braces.
            let inner = behind.filter(|inner| inner.starts_with('{'));
            if let Some(inner) = inner.filter(|_| "xuUpP".contains(escaped)) {
                let end = inner.find('}').map_or(inner.len(), |place| place + 1);
                translated.push_str(inner.get(..end).unwrap_or_default());
                return end;
            }
        }
    }
    0
}

/// Whether what stands behind a brace makes it a repetition.
fn is_repetition(behind: &str) -> bool {
    let Some((inner, _)) = behind.split_once('}') else {
        return false;
    };
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match inner.split_once(',') {
        Some((least, most)) => is_count(least) && (most.is_empty() || is_count(most)),
        None => is_count(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_differ_in_little() {
        for (source, text, found) in [
            (r"\$\{jndi:", "${jndi:ldap", true),
            (r"${jndi", "${jndi", false),
            (r"a{b}", "xa{b}", true),
            (r"a{2}", "aa", true),
            (r"a{2,}", "a", false),
            (r"\<a\>", "<a>", true),
            (r"[[]x[]]", "[x]", true),
            (r"[^]]+$", "]]a", true),
            (r"[a&&b]+", "&", true),
            (r"[[:digit:]]", "7", true),
            (r"^\s+$", " \u{3000}", true),
            (r"\/x\:\ y", "/x: y", true),
            (r"\x{41}\p{L}", "AB", true),
            (r"FOO", "foo", false),
        ] {
            let regex = RegexRule::new(source, false, false, false).unwrap();
            assert_eq!(regex.compiled().is_match(text), found, "{source} on {text}");
        }
    }

    #[test]
    fn what_is_not_linear_is_refused() {
        for source in [r"a(?=b)", r"(?<!x)y", r"(a)\1"] {
            let reason = RegexRule::new(source, false, false, false).unwrap_err();
            assert!(reason.contains("linear time"), "{reason}");
        }
        let huge = r"(((\w{1000}){1000}){1000})";
        let reason = RegexRule::new(huge, false, false, false).unwrap_err();
        assert!(reason.contains("memory"), "{reason}");
        assert!(RegexRule::new("(", false, false, false).is_err());
    }
}
