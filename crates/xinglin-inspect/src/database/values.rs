//! Settings by name, their values typed.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::answers::{Table, flag};

/// Name → value: a flag, a whole number or a text.
pub(crate) type Settings = BTreeMap<String, Json>;

/// The name of a setting as facts have it: lower case, with underscores.
pub(crate) fn name(text: &str) -> String {
    text.trim()
        .to_ascii_lowercase()
        .replace(['.', '-', ' '], "_")
}

/// A value as a whole number, a flag or a text. Digits are never taken for flags.
pub(crate) fn value(text: &str) -> Json {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Json::from(number);
    }
    match flag(text) {
        Some(value) if text.len() > 1 => Json::from(value),
        _ => Json::from(text),
    }
}

/// The settings of a table with columns `name` and `value`; NULL stays `null`, which some
/// settings mean something by.
pub(crate) fn of_table(table: &Table) -> Settings {
    let rows = table.rows().filter_map(|row| {
        let given = row.text("value").map_or(Json::Null, value);
        Some((name(row.text("name")?), given))
    });
    rows.collect()
}

/// A setting as a whole number.
pub(crate) fn number(settings: &Settings, name: &str) -> Option<i64> {
    settings.get(name)?.as_i64()
}

/// A setting as a flag; `0` and `1` count.
pub(crate) fn switch(settings: &Settings, name: &str) -> Option<bool> {
    match settings.get(name)? {
        Json::Bool(value) => Some(*value),
        Json::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Json::String(text) => flag(text),
        _ => None,
    }
}

/// A setting as a text.
pub(crate) fn text(settings: &Settings, name: &str) -> Option<String> {
    Some(match settings.get(name)? {
        Json::String(text) => text.clone(),
        Json::Null => return None,
        other => other.to_string(),
    })
}

/// The words of a list with commas.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(',')
        .map(|word| word.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// `name = value` lines of a configuration file; `#` begins a comment, the last line wins.
pub(crate) fn of_file(text: &str) -> Settings {
    let mut settings = Settings::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        if let Some((key, given)) = line.split_once('=') {
            settings.insert(name(key), value(given.trim().trim_matches(['\'', '"'])));
        }
    }
    settings
}
