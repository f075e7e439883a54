//! The parts of a detection.

use super::{
    Expr, Selection, Test, condition,
    modifier::{self, Placeholders},
};
use crate::yaml::{Broken, Entry, Kind, Node};

/// Reads the selections and the condition of a detection; keys in `other` mean something else.
pub(super) fn detection(
    node: &Node,
    other: &[&str],
    known: &Placeholders,
) -> Result<(Vec<Selection>, Expr<usize>), Broken> {
    let Some(entries) = node.entries() else {
        return Err(Broken::new(node.line, "a detection is a map"));
    };
    let mut selections = Vec::new();
    for entry in entries {
        match entry.key.as_str() {
            "condition" => {}
            "timeframe" => {
                let reason = "`timeframe` has become the `timespan` of correlation rules";
                return Err(Broken::new(entry.line, reason));
            }
            name if other.contains(&name) => {}
            name => selections.push(Selection {
                name: name.to_owned(),
                expr: selection(entry, known)?,
            }),
        }
    }
    let Some(written) = node.get("condition") else {
        return Err(Broken::new(node.line, "the detection has no condition"));
    };
    let mut parts = Vec::new();
    for node in written.items() {
        let Some(text) = node.scalar() else {
            return Err(Broken::new(node.line, "a condition is a text"));
        };
        let part = condition::parse(&text, &selections);
        parts.push(part.map_err(|reason| Broken::new(node.line, reason))?);
    }
    let condition = match parts.len() {
        0 => return Err(Broken::new(written.line, "the condition is empty")),
        1 => parts.swap_remove(0),
        _ => Expr::Any(parts),
    };
    Ok((selections, condition))
}

fn selection(entry: &Entry, known: &Placeholders) -> Result<Expr<Test>, Broken> {
    let empty = || Broken::new(entry.line, format!("`{}` is empty", entry.key));
    match &entry.value.kind {
        Kind::Null => Err(empty()),
        Kind::List(items) if items.is_empty() => Err(empty()),
        Kind::List(items) => {
            let parts: Result<Vec<_>, _> = items.iter().map(|item| part(item, known)).collect();
            Ok(Expr::Any(parts?))
        }
        _ => part(&entry.value, known),
    }
}

/// A map of fields, or a text that is searched in the whole event.
fn part(node: &Node, known: &Placeholders) -> Result<Expr<Test>, Broken> {
    match &node.kind {
        Kind::Map(entries) if entries.is_empty() => Err(Broken::new(node.line, "an empty map")),
        Kind::Map(entries) => {
            let item = |entry: &Entry| {
                let item = modifier::item(&entry.key, &entry.value, known);
                item.map_err(|reason| Broken::new(entry.line, reason))
            };
            let parts: Result<Vec<_>, _> = entries.iter().map(item).collect();
            Ok(Expr::All(parts?))
        }
        Kind::List(_) => Err(Broken::new(node.line, "a list within a list")),
        Kind::Null => Err(Broken::new(node.line, "null is searched nowhere")),
        _ => modifier::item("", node, known).map_err(|reason| Broken::new(node.line, reason)),
    }
}
