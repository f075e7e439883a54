//! From a pattern as people write it to its steps.

use std::collections::BTreeMap;

use super::{Step, shape::Shape};

/// Named patterns may use named patterns so deep.
const DEEPEST: usize = 8;

/// Adds the steps of a source.
pub(super) fn compile_into(
    steps: &mut Vec<Step>,
    source: &str,
    named: &BTreeMap<String, String>,
    target: &mut dyn FnMut(&str) -> Result<u16, String>,
    depth: usize,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("named patterns use each other".to_owned());
    }
    let mut literal = String::new();
    let mut rest = source;
    while !rest.is_empty() {
        let (before, behind) = rest.split_once('%').unwrap_or((rest, ""));
        literal.push_str(before);
        let is_end = before.len() == rest.len();
        rest = behind;
        if is_end {
            break;
        }
        if let Some(behind) = rest.strip_prefix('%') {
            literal.push('%');
            rest = behind;
            continue;
        }
        flush(steps, &mut literal);
        let is_optional = rest.starts_with('?');
        let body = rest.strip_prefix('?').unwrap_or(rest);
        let Some(length) = braces(body) else {
            return Err(format!(
                "`%` is followed by no `{{…}}` in `{source}`; `%%` is the sign itself"
            ));
        };
        let inner = body.get(1..length).unwrap_or_default();
        rest = body.get(length + 1..).unwrap_or_default();
        if is_optional {
            let split = steps.len();
            steps.push(Step::Split(0));
            compile_into(steps, inner, named, target, depth + 1)?;
            let end = steps.len();
            if let Some(step) = steps.get_mut(split) {
                *step = Step::Split(end);
            }
        } else {
            compile_place(steps, inner, named, target, depth)?;
        }
    }
    flush(steps, &mut literal);
    Ok(())
}

fn flush(steps: &mut Vec<Step>, literal: &mut String) {
    if !literal.is_empty() {
        steps.push(Step::Literal(std::mem::take(literal).into_boxed_str()));
    }
}

/// Where the brace closes that a text begins with.
fn braces(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn compile_place(
    steps: &mut Vec<Step>,
    inner: &str,
    named: &BTreeMap<String, String>,
    target: &mut dyn FnMut(&str) -> Result<u16, String>,
    depth: usize,
) -> Result<(), String> {
    let (shape, field) = inner
        .split_once(':')
        .map_or((inner, None), |(shape, field)| (shape, Some(field)));
    let number = field.map(&mut *target).transpose()?;
    if shape.contains('|') {
        // The longest first, so that `accept` does not hide `accepted`.
        let mut words: Vec<Box<str>> = shape.split('|').map(Box::from).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        steps.push(Step::Words(words, number));
        return Ok(());
    }
    if let Some(shape) = Shape::named(shape) {
        steps.push(Step::Take(shape, number));
        return Ok(());
    }
    match (named.get(shape), field) {
        (Some(source), None) => compile_into(steps, source, named, target, depth + 1),
        (Some(_), Some(_)) => Err(format!(
            "`{shape}` is a named pattern and has no field of its own"
        )),
        (None, _) => Err(format!("`{shape}` is no shape and no named pattern")),
    }
}
