//! The Log Event Extended Format, versions 1 and 2.

use super::super::{
    content::parser::Parser,
    draft::{Draft, Raw},
};

const HEADER: [&str; 4] = ["vendor", "product", "version", "eventId"];
/// So many pairs are read.
const MOST_PAIRS: usize = 256;

/// Reads a message, from `LEEF:` on, wherever that stands.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let Some(begin) = memchr::memmem::find(body.as_bytes(), b"LEEF:") else {
        return false;
    };
    let rest = body.get(begin + 5..).unwrap_or_default();
    let Some((version, mut rest)) = rest.split_once('|') else {
        return false;
    };
    for name in HEADER {
        let Some((value, behind)) = rest.split_once('|') else {
            return false;
        };
        parser.take(draft, name, Raw::borrowed(value));
        rest = behind;
    }
    let mut between = '\t';
    if version.starts_with('2')
        && let Some((separator, behind)) = rest.split_once('|')
        && let Some(declared) = separator_of(separator)
    {
        between = declared;
        rest = behind;
    }
    for pair in rest.split(between).take(MOST_PAIRS) {
        if let Some((name, value)) = pair.split_once('=') {
            parser.take(draft, name.trim(), Raw::borrowed(value.trim()));
        }
    }
    true
}

/// One character, or its number as `x09` or `0x09`; the tab when nothing is said.
fn separator_of(text: &str) -> Option<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => Some('\t'),
        (Some(only), None) => Some(only),
        _ => {
            let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix('x'))?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
    }
}
