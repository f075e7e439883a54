//! Documents: what every kind of rule has at its top.

use std::collections::BTreeMap;

use super::{Level, LogSource, Meta};
use crate::yaml::{Broken, Kind, Node};

const MOST_TITLE: usize = 1_024;
const STATUSES: [&str; 5] = [
    "stable",
    "test",
    "experimental",
    "deprecated",
    "unsupported",
];
/// Keys that mean the same in every rule, or are read elsewhere.
const KNOWN: [&str; 18] = [
    "title",
    "id",
    "name",
    "status",
    "description",
    "level",
    "tags",
    "falsepositives",
    "fields",
    "logsource",
    "detection",
    "correlation",
    "baseline",
    "filter",
    "action",
    "author",
    "references",
    "license",
];

/// Reads what a rule says of itself.
pub(super) fn meta(file: &str, node: &Node) -> Result<Meta, Broken> {
    let text = |key: &str| match node.get(key) {
        None => Ok(None),
        Some(node) => match &node.kind {
            Kind::Null => Ok(None),
            _ => match node.scalar() {
                Some(text) => Ok(Some(text.trim().to_owned())),
                None => Err(Broken::new(node.line, format!("`{key}` is a text"))),
            },
        },
    };
    let list = |key: &str| node.get(key).map_or(Ok(Vec::new()), words);
    let Some(title) = text("title")?.filter(|title| !title.is_empty()) else {
        return Err(Broken::new(node.line, "the rule has no title"));
    };
    if title.len() > MOST_TITLE {
        return Err(Broken::new(node.line, "the title is too long"));
    }
    let at = |key: &str| node.get(key).map_or(node.line, |node| node.line);
    let level = match text("level")? {
        None => None,
        Some(word) => {
            let level = Level::parse(&word.to_lowercase());
            let reason = || Broken::new(at("level"), format!("`{word}` is no level"));
            Some(level.ok_or_else(reason)?)
        }
    };
    let status = text("status")?;
    if let Some(word) = &status
        && !STATUSES.contains(&word.as_str())
    {
        let reason = format!("`{word}` is no status of a rule");
        return Err(Broken::new(at("status"), reason));
    }
    Ok(Meta {
        file: file.to_owned(),
        line: node.line,
        title,
        id: text("id")?,
        name: text("name")?,
        level,
        status,
        description: text("description")?,
        tags: list("tags")?,
        false_positives: list("falsepositives")?,
        fields: list("fields")?,
        custom: custom(node),
    })
}

/// Whatever else stands at the top and is words or lists of words.
fn custom(node: &Node) -> BTreeMap<String, Vec<String>> {
    let entries = node.entries().unwrap_or_default().iter();
    let others = entries.filter(|entry| !KNOWN.contains(&entry.key.as_str()));
    let words = others.filter_map(|entry| Some((entry.key.clone(), words(&entry.value).ok()?)));
    words.filter(|(_, words)| !words.is_empty()).collect()
}

/// A word, or a list of words.
pub(super) fn words(node: &Node) -> Result<Vec<String>, Broken> {
    if node.kind == Kind::Null {
        return Ok(Vec::new());
    }
    let word = |item: &Node| {
        item.scalar()
            .ok_or_else(|| Broken::new(item.line, "a word was expected"))
    };
    node.items().iter().map(word).collect()
}

/// Whether a flag is set.
pub(super) fn flag(node: &Node, key: &str) -> Result<bool, Broken> {
    match node.get(key).map(|node| (node.line, &node.kind)) {
        None | Some((_, Kind::Null)) => Ok(false),
        Some((_, Kind::Bool(yes))) => Ok(*yes),
        Some((line, _)) => Err(Broken::new(line, format!("`{key}` is true or false"))),
    }
}

/// Reads which logs a rule is for.
pub(super) fn logsource(node: &Node) -> Result<LogSource, Broken> {
    let Some(source) = node.get("logsource") else {
        return Err(Broken::new(node.line, "the rule has no `logsource`"));
    };
    if source.entries().is_none() {
        return Err(Broken::new(source.line, "`logsource` is a map"));
    }
    let word = |key: &str| {
        let word = source.get(key)?.scalar()?.trim().to_lowercase();
        (!word.is_empty()).then_some(word)
    };
    Ok(LogSource {
        product: word("product"),
        category: word("category"),
        service: word("service"),
    })
}
