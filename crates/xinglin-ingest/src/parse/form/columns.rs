//! Lines of columns, as in RFC 4180.

use std::borrow::Cow;

use super::super::{
    content::parser::Parser,
    draft::{Draft, Raw},
};

/// So many columns of a line are read.
const MOST_COLUMNS: usize = 256;

/// Reads a line; it is one of this parser's when it has about as many columns as declared.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, line: &'a str) -> bool {
    let mut count = 0;
    let mut rest = Some(line);
    while let Some(text) = rest.filter(|_| count < MOST_COLUMNS) {
        let (value, behind) = column(text, parser.between);
        if let Some(Some(target)) = parser.columns.get(count) {
            parser.give(draft, *target, Raw::Text(value));
        }
        count += 1;
        rest = behind;
    }
    // Newer releases add columns at the end, older ones have fewer.
    count > 1 && count * 3 >= parser.columns.len() * 2 && count <= parser.columns.len() + 16
}

/// The first column, and what stands behind its separator.
pub(crate) fn column(text: &str, between: char) -> (Cow<'_, str>, Option<&str>) {
    if let Some(inner) = text.strip_prefix('"')
        && let Some((value, rest)) = quoted(inner, between)
    {
        return (value, rest);
    }
    match text.split_once(between) {
        Some((value, rest)) => (Cow::Borrowed(value), Some(rest)),
        None => (Cow::Borrowed(text), None),
    }
}

/// A column in quotes, from behind the first; `""` stands for a quote.
fn quoted(inner: &str, between: char) -> Option<(Cow<'_, str>, Option<&str>)> {
    let mut from = 0;
    let mut has_quotes = false;
    loop {
        let end = from + memchr::memchr(b'"', inner.as_bytes().get(from..)?)?;
        let rest = inner.get(end + 1..)?;
        if rest.starts_with('"') {
            has_quotes = true;
            from = end + 2;
            continue;
        }
        let value = inner.get(..end)?;
        let value = if has_quotes {
            Cow::Owned(value.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(value)
        };
        if rest.is_empty() {
            return Some((value, None));
        }
        return Some((value, Some(rest.strip_prefix(between)?)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_may_stand_in_quotes() {
        let mut rest = Some(r#"a,"b, ""c""",,"d"e,f"#);
        let mut found = Vec::new();
        while let Some(text) = rest {
            let (value, behind) = column(text, ',');
            found.push(value.into_owned());
            rest = behind;
        }
        assert_eq!(found, ["a", "b, \"c\"", "", "\"d\"e", "f"]);
    }
}
