//! Where a value of JSON ends, and what objects and lists hold, without reading it into anything.

/// Nesting is followed so deep: a bit for each level.
const DEEPEST: u32 = 128;

/// Why a value has no end that could be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoExtent {
    /// It breaks off, or is not JSON from some place on.
    Broken,
    /// It is nested too deep.
    TooDeep,
}

/// What may stand at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    /// A value, or the end of a list that has none.
    FirstValue,
    Name,
    /// A name, or the end of an object that has none.
    FirstName,
    Behind,
}

/// How many bytes the value takes that stands at the beginning. Nothing is kept but a bit for
/// each level, whatever stands there.
pub(crate) fn extent(bytes: &[u8]) -> Result<usize, NoExtent> {
    let mut at = 0;
    // Of each level whether it is an object.
    let mut levels = 0_u128;
    let mut depth = 0_u32;
    let mut expected = Expected::Value;
    loop {
        let byte = *bytes.get(at).ok_or(NoExtent::Broken)?;
        at += 1;
        match (byte, expected) {
            (b' ' | b'\t' | b'\n' | b'\r', _) if depth > 0 => continue,
            (b'{' | b'[', Expected::Value | Expected::FirstValue) => {
                if depth == DEEPEST {
                    return Err(NoExtent::TooDeep);
                }
                let is_object = byte == b'{';
                levels = levels << 1 | u128::from(is_object);
                depth += 1;
                expected = if is_object {
                    Expected::FirstName
                } else {
                    Expected::FirstValue
                };
                continue;
            }
            (b'}', Expected::FirstName) | (b']', Expected::FirstValue) => {
                levels >>= 1;
                depth -= 1;
            }
            (b'}' | b']', Expected::Behind) if (byte == b'}') == (levels & 1 == 1) => {
                levels >>= 1;
                depth -= 1;
            }
            (b',', Expected::Behind) => {
                let is_object = levels & 1 == 1;
                expected = if is_object {
                    Expected::Name
                } else {
                    Expected::Value
                };
                continue;
            }
            (b'"', Expected::Name | Expected::FirstName) => {
                at = string(bytes, at)?;
                at = blanks(bytes, at);
                if bytes.get(at) != Some(&b':') {
                    return Err(NoExtent::Broken);
                }
                at += 1;
                expected = Expected::Value;
                continue;
            }
            (b'"', Expected::Value | Expected::FirstValue) => at = string(bytes, at)?,
            (_, Expected::Value | Expected::FirstValue) => at = word(bytes, at - 1)?,
            _ => return Err(NoExtent::Broken),
        }
        if depth == 0 {
            return Ok(at);
        }
        expected = Expected::Behind;
    }
}

pub(crate) fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    at + rest.iter().take_while(is_blank).count()
}

/// Behind the end of a string whose first letter is at `at`.
fn string(bytes: &[u8], at: usize) -> Result<usize, NoExtent> {
    let mut at = at;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = memchr::memchr2(b'"', b'\\', rest).ok_or(NoExtent::Broken)?;
        if rest.get(found) == Some(&b'"') {
            return Ok(at + found + 1);
        }
        at += found + 2;
    }
}

/// Behind the end of a number or a constant.
fn word(bytes: &[u8], at: usize) -> Result<usize, NoExtent> {
    let rest = bytes.get(at..).unwrap_or_default();
    for constant in ["true", "false", "null"] {
        if rest.starts_with(constant.as_bytes()) {
            return Ok(at + constant.len());
        }
    }
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    if !matches!(rest.first(), Some(b'0'..=b'9' | b'-')) {
        return Err(NoExtent::Broken);
    }
    Ok(at + rest.iter().take_while(|byte| is_part(byte)).count())
}

/// Calls `each` with the names, as written, and the values of an object whose extent is `text`.
pub(crate) fn members<'a>(text: &'a str, mut each: impl FnMut(&'a str, &'a str)) {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, 1);
    while bytes.get(at) == Some(&b'"') {
        let Ok(end) = string(bytes, at + 1) else {
            return;
        };
        let name = text.get(at + 1..end - 1).unwrap_or_default();
        // Behind the colon.
        at = blanks(bytes, blanks(bytes, end) + 1);
        let rest = text.get(at..).unwrap_or_default();
        let Ok(length) = extent(rest.as_bytes()) else {
            return;
        };
        each(name, rest.get(..length).unwrap_or_default());
        at = blanks(bytes, at + length);
        // Behind the comma, or the end.
        at = blanks(bytes, at + 1);
    }
}

/// Calls `each` with the elements of a list whose extent is `text`.
pub(crate) fn elements<'a>(text: &'a str, mut each: impl FnMut(&'a str)) {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, 1);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Ok(length) = extent(rest.as_bytes()) else {
            return;
        };
        each(rest.get(..length).unwrap_or_default());
        at = blanks(bytes, at + length);
        at = blanks(bytes, at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for value in [
            "{}",
            "[]",
            "12.5e-3",
            "true",
            "null",
            r#""a\"b\\""#,
            r#"{"a":[1,{"b":"}"},[]],"c" : null }"#,
            "[ 1 , [ 2 ] ]",
        ] {
            for rest in ["", " ", "\n{}", ",1"] {
                let text = format!("{value}{rest}");
                assert_eq!(extent(text.as_bytes()), Ok(value.len()), "{text}");
            }
        }
        for broken in [
            "",
            " 1",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "[1,]",
            "{,}",
            "[1}",
            "{\"a\":1]",
            "\"a",
            "tru",
            "{1:2}",
            "[1 2]",
            "}",
        ] {
            assert_eq!(extent(broken.as_bytes()), Err(NoExtent::Broken), "{broken}");
        }
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(extent(deep(128).as_bytes()), Ok(256));
        assert_eq!(extent(deep(129).as_bytes()), Err(NoExtent::TooDeep));
    }

    #[test]
    fn parts_are_given_as_they_are_written() {
        let mut found = Vec::new();
        members(r#"{ "a" : 1, "b":{"c":[2]} ,"d":"x"}"#, |name, value| {
            found.push((name, value));
        });
        assert_eq!(found, [("a", "1"), ("b", r#"{"c":[2]}"#), ("d", "\"x\"")]);
        let mut found = Vec::new();
        elements(r#"[ 1, [2,3] ,"x" ]"#, |value| found.push(value));
        assert_eq!(found, ["1", "[2,3]", "\"x\""]);
        members("{}", |_, _| panic!("it has none"));
        elements("[ ]", |_| panic!("it has none"));
    }
}
