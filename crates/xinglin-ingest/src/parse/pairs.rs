//! Messages of pairs, `name=value`, in the many ways that devices write them.

use std::borrow::Cow;

use serde::Deserialize;

/// So many pairs of one message are looked at.
const MOST_PAIRS: usize = 256;
/// A name behind a value with blanks has so many bytes at most.
const LONGEST_NAME: usize = 64;

/// How a device writes pairs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Style {
    /// What stands between two pairs. Blanks behind it are skipped.
    pub(crate) between: String,
    /// What stands between name and value.
    pub(crate) sign: String,
    /// Values without quotes may contain what stands between pairs: a value ends only where
    /// the next `name=` begins.
    pub(crate) values_have_blanks: bool,
    /// Characters that are taken off the end of the last value.
    pub(crate) end: String,
    /// Values may have their length before them: `[3] "100"`.
    pub(crate) counted: bool,
    /// Names whose values have signs in them, as statements do: without quotes they end only
    /// before one of the names in `then`.
    pub(crate) free: Vec<String>,
    /// Names that may stand behind those of `free`.
    pub(crate) then: Vec<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            between: " ".to_owned(),
            sign: "=".to_owned(),
            values_have_blanks: false,
            end: String::new(),
            counted: false,
            free: Vec::new(),
            then: Vec::new(),
        }
    }
}

/// A name and its value.
pub(crate) type Pair<'a> = (&'a str, Cow<'a, str>);

/// Calls `each` for every pair of the text; how many there were.
pub(crate) fn each<'a>(text: &'a str, style: &Style, mut each: impl FnMut(Pair<'a>)) -> usize {
    let mut rest = text
        .trim_end()
        .trim_end_matches(|last| style.end.contains(last));
    let mut count = 0;
    let mut open = Open::default();
    while count < MOST_PAIRS && !rest.is_empty() {
        let Some((name, behind)) = name(rest, style) else {
            break;
        };
        let is_free = style.free.iter().any(|free| free == name);
        let (value, behind) = if is_free && !behind.starts_with('"') {
            let (value, rest) = behind.split_at(end_of_free(behind, style));
            (Cow::Borrowed(value.trim_ascii()), rest)
        } else {
            value(behind, style, &mut open)
        };
        if !name.is_empty() {
            each((name, value));
            count += 1;
        }
        rest = behind;
    }
    count
}

/// Quotes of which it is known that no value in them closes in what is left.
#[derive(Default)]
struct Open {
    single: bool,
    double: bool,
}

/// The next name, and what stands behind its sign.
fn name<'a>(rest: &'a str, style: &Style) -> Option<(&'a str, &'a str)> {
    let at = find(rest, &style.sign)?;
    let mut name = rest.get(..at)?;
    // Words that belong to no pair stand before the name.
    if let Some(before) = find_last(name.as_bytes(), &style.between) {
        name = name.get(before + style.between.len()..)?;
    }
    Some((name.trim_ascii(), rest.get(at + style.sign.len()..)?))
}

/// A search that needs no preparation: needles are one or two bytes, and of these the first is
/// rare.
fn find(text: &str, needle: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (first, others) = needle.as_bytes().split_first()?;
    let mut places = memchr::memchr_iter(*first, bytes);
    places.find(|at| {
        bytes
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with(others))
    })
}

/// As `find`, from the end.
fn find_last(bytes: &[u8], needle: &str) -> Option<usize> {
    let (first, others) = needle.as_bytes().split_first()?;
    let mut places = memchr::memrchr_iter(*first, bytes);
    places.find(|at| {
        bytes
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with(others))
    })
}

fn value<'a>(behind: &'a str, style: &Style, open: &mut Open) -> (Cow<'a, str>, &'a str) {
    let behind = if style.values_have_blanks || style.between != " " {
        behind.trim_start_matches(' ')
    } else {
        behind
    };
    let behind = if style.counted {
        without_count(behind)
    } else {
        behind
    };
    for (quote, is_open) in [(b'"', &mut open.double), (b'\'', &mut open.single)] {
        if behind.as_bytes().first() == Some(&quote) && !*is_open {
            match quoted(behind, quote, style) {
                Some((value, rest)) => return (value, rest),
                None => *is_open = true,
            }
        }
    }
    let end = if style.values_have_blanks {
        end_before_name(behind, style)
    } else {
        find(behind, &style.between).unwrap_or(behind.len())
    };
    let value = behind.get(..end).unwrap_or_default();
    let rest = behind.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(style.between.as_str()).unwrap_or(rest);
    (Cow::Borrowed(value.trim_ascii()), rest)
}

/// What stands behind `[3] `.
fn without_count(behind: &str) -> &str {
    let counted = behind
        .strip_prefix('[')
        .and_then(|inner| inner.split_once("] "))
        .filter(|(count, _)| count.bytes().all(|byte| byte.is_ascii_digit()));
    counted.map_or(behind, |(_, value)| value)
}

/// Where a value ends that may contain blanks: before the last separator before the next
/// sign.
fn end_before_name(behind: &str, style: &Style) -> usize {
    let mut from = 0;
    while let Some(found) = behind.get(from..).and_then(|text| find(text, &style.sign)) {
        let sign = from + found;
        // No name is longer, so that a text of nothing but signs is not gone through for each.
        let least = from.max(sign.saturating_sub(LONGEST_NAME + style.between.len()));
        let near = behind.as_bytes().get(least..sign).unwrap_or_default();
        if let Some(end) = find_last(near, &style.between) {
            let end = least + end;
            let name = behind.get(end + style.between.len()..sign);
            if name.is_some_and(is_name) {
                return end;
            }
        }
        from = sign + style.sign.len();
    }
    behind.len()
}

/// Where a value ends that has signs in it: before a name that may follow.
fn end_of_free(behind: &str, style: &Style) -> usize {
    let mut from = 0;
    while let Some(found) = behind.get(from..).and_then(|text| find(text, &style.sign)) {
        let sign = from + found;
        let near = behind.as_bytes().get(from..sign).unwrap_or_default();
        if let Some(end) = find_last(near, &style.between) {
            let end = from + end;
            let name = behind.get(end + style.between.len()..sign);
            if name.is_some_and(|name| style.then.iter().any(|then| then == name)) {
                return end;
            }
        }
        from = sign + style.sign.len();
    }
    behind.len()
}

fn is_name(name: &str) -> bool {
    let name = name.trim_ascii();
    let fits = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
    };
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(fits)
}

/// A value in quotes; none when they do not close or something stands behind them that does
/// not part pairs.
fn quoted<'a>(behind: &'a str, quote: u8, style: &Style) -> Option<(Cow<'a, str>, &'a str)> {
    let inner = behind.get(1..)?;
    let mut from = 0;
    let mut has_escapes = false;
    loop {
        let at = from + memchr::memchr2(quote, b'\\', inner.as_bytes().get(from..)?)?;
        if inner.as_bytes().get(at) == Some(&b'\\') {
            // `\"` and `\\` are escapes, `C:\dir` is none.
            let next = inner.as_bytes().get(at + 1);
            let is_escape = next == Some(&quote) || next == Some(&b'\\');
            has_escapes |= is_escape;
            from = at + if is_escape { 2 } else { 1 };
            continue;
        }
        let rest = inner.get(at + 1..)?;
        let closes = rest.is_empty()
            || rest.starts_with(style.between.as_str())
            || rest.starts_with([' ', ',', ';']);
        if !closes {
            from = at + 1;
            continue;
        }
        let value = inner.get(..at)?;
        let value = if has_escapes {
            Cow::Owned(unescape(value, quote))
        } else {
            Cow::Borrowed(value)
        };
        let rest = rest.strip_prefix(style.between.as_str()).unwrap_or(rest);
        return Some((value, rest));
    }
}

fn unescape(value: &str, quote: u8) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let is_escape = character == '\\'
            && characters
                .peek()
                .is_some_and(|next| *next == char::from(quote) || *next == '\\');
        if is_escape {
            text.extend(characters.next());
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn read(text: &str, style: &Style) -> String {
        let mut found = String::new();
        each(text, style, |(name, value)| {
            write!(found, "{name}={value}|").unwrap();
        });
        found
    }

    #[test]
    fn devices_write_pairs_in_many_ways() {
        let style = |between: &str, sign: &str, blanks: bool, end: &str| Style {
            between: between.to_owned(),
            sign: sign.to_owned(),
            values_have_blanks: blanks,
            end: end.to_owned(),
            counted: sign == ":",
            ..Style::default()
        };
        let plain = Style::default();
        let statements = Style {
            free: vec!["sql".to_owned()],
            then: vec!["rows".to_owned()],
            ..style(" ", "=", true, "")
        };
        let cases = [
            (r#"a=1 b="x y" c="#, &plain, "a=1|b=x y|c=|"),
            (
                r#"words a="q \" r" b="C:\t" c='z'"#,
                &plain,
                r#"a=q " r|b=C:\t|c=z|"#,
            ),
            (
                "vsys=public, source-ip=10.1.1.1, rule-name=a b.",
                &style(", ", "=", false, "."),
                "vsys=public|source-ip=10.1.1.1|rule-name=a b|",
            ),
            (
                "用户名:张三;动作:拒绝;",
                &style(";", ":", false, ";"),
                "用户名=张三|动作=拒绝|",
            ),
            (
                "sql=SELECT a FROM b WHERE c=1 rows=3",
                &style(" ", "=", true, ""),
                "sql=SELECT a FROM b WHERE|c=1|rows=3|",
            ),
            (
                "db=a b sql=SELECT a FROM b WHERE c=1 AND d = 'e=f' rows=3 g=4",
                &statements,
                "db=a b|sql=SELECT a FROM b WHERE c=1 AND d = 'e=f'|rows=3|g=4|",
            ),
            ("sql=", &statements, "sql=|"),
            ("open=\"never closed", &plain, "open=\"never|"),
            (
                r#"ACTION:[3] "100" OS:[x] USER:[2] "A B""#,
                &style(" ", ":", false, ""),
                "ACTION=100|OS=[x]|USER=A B|",
            ),
        ];
        for (text, style, expected) in cases {
            assert_eq!(read(text, style), expected, "{text}");
        }
    }
}
